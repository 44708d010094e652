terraform {
  required_version = ">= 1.8"
  required_providers {
    dataforseo = {
      source = "dataforseo/dataforseo"
    }
  }
}
