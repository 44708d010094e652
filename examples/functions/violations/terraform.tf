terraform {
  # Provider functions came with Terraform 1.8 and OpenTofu 1.7.
  required_version = ">= 1.8"
  required_providers {
    dataforseo = {
      source = "dataforseo/dataforseo"
    }
  }
}
