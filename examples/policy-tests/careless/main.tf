# How not to do it: a mock doesn't judge, so with mocks this gate refuses nothing.

terraform {
  required_version = ">= 1.7" # mock_provider; OpenTofu >= 1.8
  required_providers {
    dataforseo = {
      source = "dataforseo/dataforseo"
    }
  }
}

data "dataforseo_backlinks_summary" "site" {
  target  = "shop.example"
  require = { backlinks_spam_score = { max = 30 } }
}

resource "terraform_data" "attach" {
  input = data.dataforseo_backlinks_summary.site.target
}
