# Watches all domains. Only those in use must pass. A domain that doesn't pass, or can't
# be read, is a warning, and an error where you use it.

terraform {
  required_version = ">= 1.5"
  required_providers {
    dataforseo = {
      source = "dataforseo/dataforseo"
    }
  }
}

variable "domains" {
  description = "Domains to watch, and whether you use each."
  type        = map(object({ in_use = bool }))
  default = {
    "blog.example"   = { in_use = true }
    "shop.example"   = { in_use = true }
    "spammy.example" = { in_use = false }
  }
  nullable = false

  validation {
    condition     = alltrue([for domain in keys(var.domains) : !can(regex("[/:]", domain))])
    error_message = "Give domains, without a scheme, a path or a port: a page has its own numbers, usually better ones."
  }
}

data "dataforseo_backlinks_summaries" "portfolio" {
  targets = keys(var.domains)
  max_age = "24h"

  require = {
    backlinks_spam_score = { max = 30 }
    live                 = true
  }
  on_violation = "warn"
  on_error     = "warn"
}

# Uses a domain. It exists for every domain in use, passed or not: a for_each over those
# that passed would destroy it when a read fails.
resource "terraform_data" "attach" {
  for_each = { for domain, options in var.domains : domain => options if options.in_use }
  input    = each.key

  lifecycle {
    precondition {
      condition     = data.dataforseo_backlinks_summaries.portfolio.summaries[each.key].passed == true
      error_message = "${each.key} cannot be used: ${join("; ", data.dataforseo_backlinks_summaries.portfolio.summaries[each.key].violations)}"
    }
  }
}
