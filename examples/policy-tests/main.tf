# The configuration under test: one domain and what is demanded of it.

terraform {
  required_version = ">= 1.7" # mock_provider; OpenTofu >= 1.8
  required_providers {
    dataforseo = {
      source = "dataforseo/dataforseo"
    }
  }
}

variable "domain" {
  description = "Domain that is about to be used."
  type        = string
  default     = "shop.example"
}

data "dataforseo_backlinks_summary" "site" {
  target   = var.domain
  on_error = "warn"

  lifecycle {
    postcondition {
      # has_data is true only in an answer: it is false where there is no data, null
      # after a failure, and false in a mock. Without it, a mock would pass: its
      # scores are 0.
      condition = alltrue([
        self.has_data == true,
        coalesce(self.backlinks_spam_score, 101) <= 30,
        coalesce(try(self.info.target_spam_score, null), 101) <= 20,
      ])
      error_message = "${self.target} does not pass the backlink policy."
    }
  }
}
