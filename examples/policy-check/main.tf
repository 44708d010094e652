# Watching without stopping: every plan and apply names the domains that don't pass,
# and exits with code 0.

terraform {
  required_version = ">= 1.5"
  required_providers {
    dataforseo = {
      source = "dataforseo/dataforseo"
    }
  }
}

variable "domains" {
  description = "Domains to watch. Each costs about 0.024 USD, at every plan without a cache."
  type        = set(string)
  default     = ["blog.example", "docs.example", "shop.example"]
  nullable    = false

  validation {
    condition     = alltrue([for domain in var.domains : !can(regex("[/:]", domain))])
    error_message = "Give domains, without a scheme, a path or a port: a page has its own numbers, usually better ones."
  }
}

data "dataforseo_backlinks_summaries" "watched" {
  targets = var.domains
  max_age = "24h"

  require = {
    backlinks_spam_score = { max = 30 }
    live                 = true
  }
  on_violation = "warn"
  on_error     = "warn"
}

# The data source's warning gives the reasons. The check is for machines: the plan's
# JSON contains its status.
check "backlinks" {
  assert {
    condition     = data.dataforseo_backlinks_summaries.watched.passed == true
    error_message = "${length(data.dataforseo_backlinks_summaries.watched.violations)} of ${length(var.domains)} domains failed the policy."
  }
}
