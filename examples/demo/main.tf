# A portfolio of domains and one policy for all of them. "make demo" plans it
# against a fake DataForSEO, without an account and without cost.

terraform {
  required_version = ">= 1.5"
  required_providers {
    dataforseo = {
      source = "dataforseo/dataforseo"
    }
  }
}

variable "domains" {
  description = "Domains of the portfolio. Each costs one call, about 0.024 USD, at every plan."
  type        = set(string)
  default     = ["blog.example", "docs.example", "news.example", "shop.example", "spammy.example"]
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
    postcondition {
      # What is not known does not pass: a metric without a value is null, and no
      # score is above 100.
      condition = alltrue([
        self.has_data == true,
        coalesce(self.backlinks_spam_score, 101) <= var.max_spam_score,
        coalesce(self.referring_domains, -1) >= var.min_referring_domains,
      ])
      error_message = join(" ", [
        "${self.target} does not pass the backlink policy:",
        "spam score ${coalesce(self.backlinks_spam_score, "unknown")} (at most ${var.max_spam_score}),",
        "${coalesce(self.referring_domains, "unknown")} referring domains (at least ${var.min_referring_domains}).",
      ])
    }
  }
}

output "ranks" {
  description = "Rank of each domain, 0 to 1000. There is none while the policy refuses a domain."
  value       = { for domain, summary in data.dataforseo_backlinks_summary.portfolio : domain => summary.rank }
}
