# The policy of before.tf.txt with this provider. Login and password come from the
# environment and are in no file.

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
    condition     = alltrue([for domain in var.domains : !can(regex("[/:]", domain))])
    error_message = "Give domains, without a scheme, a path or a port: a page has its own numbers, usually better ones."
  }
}

data "dataforseo_backlinks_summaries" "sites" {
  targets = var.domains
  max_age = "24h"
  require = { backlinks_spam_score = { max = 30 } }
}

# Uses the domains. It takes them from the data source, so Terraform creates nothing
# before they pass.
resource "terraform_data" "attach" {
  for_each = data.dataforseo_backlinks_summaries.sites.summaries
  input    = each.key
}

output "spam_scores" {
  value = { for domain, summary in data.dataforseo_backlinks_summaries.sites.summaries : domain => summary.backlinks_spam_score }
}
