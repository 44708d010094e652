terraform {
  required_version = ">= 1.5"
  required_providers {
    dataforseo = {
      source = "dataforseo/dataforseo"
    }
  }
}
