# How not to do it: a condition that a mock meets.

terraform {
  required_version = ">= 1.7" # mock_provider; OpenTofu >= 1.8
  required_providers {
    dataforseo = {
      source = "dataforseo/dataforseo"
    }
  }
}

data "dataforseo_backlinks_summary" "site" {
  target = "shop.example"

  lifecycle {
    postcondition {
      condition     = self.backlinks_spam_score < 30
      error_message = "${self.target} has a spam score of ${self.backlinks_spam_score}."
    }
  }
}
