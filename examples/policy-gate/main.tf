# The gate: stops a plan that would use a domain with bad backlinks, whatever else the
# plan does.

terraform {
  required_version = ">= 1.5"
  required_providers {
    dataforseo = {
      source = "dataforseo/dataforseo"
    }
  }
}

variable "domains" {
  description = "Domains to use. A hundred cost about 0.028 USD, at every plan without a cache."
  type        = set(string)
  default     = ["blog.example", "docs.example", "shop.example"]
  nullable    = false

  validation {
    condition     = alltrue([for domain in var.domains : !can(regex("[/:]", domain))])
    error_message = "Give domains, without a scheme, a path or a port: a page has its own numbers, usually better ones."
  }
}

data "dataforseo_backlinks_bulk_pages_summary" "portfolio" {
  targets = var.domains
  max_age = "24h"

  require = {
    backlinks_spam_score = { max = 30 }
    referring_domains    = { min = 100 }
    live                 = true
  }
}

# Uses the domains. It takes them from the data source, so Terraform creates nothing
# before they pass, even with -target. If the read has to wait for the apply, the plan
# fails because for_each is unknown.
resource "terraform_data" "attach" {
  for_each = data.dataforseo_backlinks_bulk_pages_summary.portfolio.summaries
  input    = each.key
}
