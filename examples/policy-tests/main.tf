# The configuration under test: one domain, its gate, and what uses the domain.

terraform {
  required_version = ">= 1.8" # mock_provider, and functions of providers
  required_providers {
    dataforseo = {
      source = "dataforseo/dataforseo"
    }
  }
}

variable "domain" {
  description = "Domain to use."
  type        = string
  default     = "shop.example"
  nullable    = false

  validation {
    condition     = !can(regex("[/:]", var.domain))
    error_message = "Give a domain, without a scheme, a path or a port: a page has its own numbers, usually better ones."
  }
}

locals {
  limits = {
    backlinks_spam_score = { max = 30 }
    target_spam_score    = { max = 20 }
  }
}

data "dataforseo_backlinks_summary" "site" {
  target  = var.domain
  max_age = "24h"
  require = local.limits
}

# Uses the domain. A mock doesn't judge, so require refuses nothing in a test. The
# function is the same judge, and works with mocks.
resource "terraform_data" "attach" {
  input = var.domain

  lifecycle {
    precondition {
      condition     = length(provider::dataforseo::violations(data.dataforseo_backlinks_summary.site, local.limits)) == 0
      error_message = join("\n", provider::dataforseo::violations(data.dataforseo_backlinks_summary.site, local.limits))
    }
  }
}
