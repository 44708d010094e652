# The gate: a plan that would use a domain with bad backlinks is refused, whatever
# else is in it. Every domain is judged by its own postcondition.

terraform {
  required_version = ">= 1.5"
  required_providers {
    dataforseo = {
      source = "dataforseo/dataforseo"
    }
  }
}

variable "domains" {
  description = "Domains in use. Each costs one call, about 0.024 USD, at every plan."
  type        = set(string)
  default     = ["blog.example", "docs.example", "shop.example"]
  nullable    = false

  validation {
    condition     = length(var.domains) > 0
    error_message = "There are no domains: a policy on nothing passes always."
  }
}

variable "max_spam_score" {
  description = "Highest spam score that the backlinks of a domain may have, 0 to 100."
  type        = number
  default     = 30
  nullable    = false

  validation {
    condition     = var.max_spam_score >= 0 && var.max_spam_score <= 100
    error_message = "A spam score is 0 to 100: a limit above 100 refuses nothing, one below 0 everything."
  }
}

variable "min_referring_domains" {
  description = "Lowest number of domains that must link to a domain."
  type        = number
  default     = 100
  nullable    = false

  validation {
    condition     = var.min_referring_domains >= 0
    error_message = "No domain has fewer than 0 referring domains: such a limit would let unknown numbers pass."
  }
}

data "dataforseo_backlinks_summary" "portfolio" {
  for_each = var.domains
  target   = each.key

  lifecycle {
    # What is not known does not pass: has_data is true only if there is data, and a
    # metric that is null counts as worse than any limit. Only self and variables
    # stand here: a resource that is about to change would push the read, and with it
    # this gate, from the plan to the apply (see deferred/).
    postcondition {
      condition = alltrue([
        self.has_data == true,
        coalesce(self.backlinks_spam_score, 101) <= var.max_spam_score,
        coalesce(self.referring_domains, -1) >= var.min_referring_domains,
      ])
      error_message = join(" ", [
        "${self.target} does not pass:",
        "spam score ${coalesce(self.backlinks_spam_score, "unknown")} (at most ${var.max_spam_score}),",
        "${coalesce(self.referring_domains, "unknown")} referring domains (at least ${var.min_referring_domains}).",
      ])
    }
  }
}

# Stands for what puts the domains into use. No precondition is needed here:
# nothing that refers to a refused domain is ever planned.
resource "terraform_data" "attach" {
  for_each = data.dataforseo_backlinks_summary.portfolio
  input    = each.value.target
}
