# A portfolio of domains, each with a gate, and the assets that they are attached to.
# The policy in policy/ judges the plan, before anybody applies it.

terraform {
  required_version = ">= 1.6" # before, a plan does not say whether it failed
  required_providers {
    dataforseo = {
      source = "dataforseo/dataforseo"
    }
  }
}

variable "domains" {
  description = "Domains of the portfolio. Each costs one call, about 0.024 USD, at every plan."
  type        = set(string)
  default     = ["blog.example", "docs.example", "shop.example"]
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
    target_spam_score    = { max = 20 }
  }

  # What is wrong leaves a warning here and is refused by the policy, which names all of
  # it. Without the policy in front of every apply, leave these two out.
  on_violation = "warn"
  on_error     = "warn"
}

# In place of a DNS zone, a distribution or whatever else serves the domain.
resource "terraform_data" "zone" {
  for_each = data.dataforseo_backlinks_summary.portfolio
  input    = each.value.target
}

# What the next plan is compared with. A domain without data stays in, as null: one
# that is left out here cannot be seen to fall.
output "referring_domains" {
  value = {
    for domain, summary in data.dataforseo_backlinks_summary.portfolio :
    domain => summary.referring_domains
  }
}
