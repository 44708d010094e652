# A portfolio of domains, each with a gate, and the assets that they are attached to.
# The policy in policy/ judges the plan before anybody applies it.

terraform {
  required_version = ">= 1.6" # plans of earlier versions don't say whether they failed
  required_providers {
    dataforseo = {
      source = "dataforseo/dataforseo"
    }
  }
}

variable "domains" {
  description = "Domains of the portfolio. Each costs about 0.024 USD, at every plan without a cache."
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

  # Here a violation is only a warning, and the policy refuses it with all others. If the
  # policy doesn't judge every apply, leave these two out.
  on_violation = "warn"
  on_error     = "warn"
}

# In place of a DNS zone, a distribution or another resource that serves the domain.
resource "terraform_data" "zone" {
  for_each = data.dataforseo_backlinks_summary.portfolio
  input    = each.value.target
}

# What the next plan compares with. A domain without data stays in, as null: the policy
# can't see a drop of one that is left out.
output "referring_domains" {
  value = {
    for domain, summary in data.dataforseo_backlinks_summary.portfolio :
    domain => summary.referring_domains
  }
}
