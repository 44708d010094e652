# A portfolio of domains and one gate for all of them. "make demo" plans it for free
# against a fake DataForSEO, without an account.

terraform {
  required_version = ">= 1.5"
  required_providers {
    dataforseo = {
      source = "dataforseo/dataforseo"
    }
  }
}

variable "domains" {
  description = "Domains to use. Each costs about 0.024 USD, at every plan without a cache."
  type        = set(string)
  default     = ["blog.example", "docs.example", "news.example", "shop.example", "spammy.example"]
  nullable    = false

  validation {
    condition     = alltrue([for domain in var.domains : !can(regex("[/:]", domain))])
    error_message = "Give domains, without a scheme, a path or a port: a page has its own numbers, usually better ones."
  }
}

data "dataforseo_backlinks_summary" "portfolio" {
  for_each = var.domains
  target   = each.key
  max_age  = "24h"

  require = {
    backlinks_spam_score = { max = 30 }
    referring_domains    = { min = 100 }
    live                 = true
  }
}

# Uses the domains. It takes them from the data source, so Terraform creates nothing
# before they pass.
resource "terraform_data" "attach" {
  for_each = data.dataforseo_backlinks_summary.portfolio
  input    = each.value.target
}
