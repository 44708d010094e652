# The policy of before.tf.txt with this provider. Login and password come from the
# environment and get into no file.

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
  default     = ["blog.example", "docs.example", "shop.example"]
  nullable    = false

  validation {
    condition     = alltrue([for domain in var.domains : !strcontains(domain, "/")])
    error_message = "Give domains, not pages: a page has other and mostly better numbers."
  }
}

data "dataforseo_backlinks_summaries" "sites" {
  targets = var.domains
  max_age = "24h"
  require = { backlinks_spam_score = { max = 30 } }
}

output "spam_scores" {
  value = { for domain, summary in data.dataforseo_backlinks_summaries.sites.summaries : domain => summary.backlinks_spam_score }
}
