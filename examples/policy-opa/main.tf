# A portfolio of domains without a condition of its own: the policy in policy/ judges
# the plan, before anybody applies it.

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
}

data "dataforseo_backlinks_summary" "portfolio" {
  for_each = var.domains
  target   = each.key

  # A failed read leaves a warning here and is refused by the policy, which then
  # judges the other domains as well.
  on_error = "warn"
}

# What the next plan is compared with. A domain without data stays in, as null: one
# that is left out here cannot be seen to fall.
output "referring_domains" {
  value = {
    for domain, summary in data.dataforseo_backlinks_summary.portfolio :
    domain => summary.referring_domains
  }
}
