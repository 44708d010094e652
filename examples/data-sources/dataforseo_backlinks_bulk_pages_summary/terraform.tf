terraform {
  required_providers {
    dataforseo = {
      source = "dataforseo/dataforseo"
    }
  }
}
