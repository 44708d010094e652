terraform {
  required_providers {
    dataforseo = {
      source = "dataforseo/dataforseo"
    }
  }
}

# The login is the account's e-mail address. The password is the API password from
# https://app.dataforseo.com/api-access. Set both in the environment:
#   export DATAFORSEO_LOGIN="you@example.com"
#   export DATAFORSEO_PASSWORD="your-api-password"
provider "dataforseo" {}
