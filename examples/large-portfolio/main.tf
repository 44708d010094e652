# Hundreds of domains in one read: as many requests at once as DataForSEO allows, no
# answer paid for twice, and the bill known before it is run up.

terraform {
  required_version = ">= 1.5"
  required_providers {
    dataforseo = {
      source = "dataforseo/dataforseo"
    }
  }
}

variable "domains" {
  description = "The domains of the portfolio. Each that the cache does not have costs about 0.024 USD."
  type        = set(string)
  default     = ["blog.example", "docs.example", "expired.example", "news.example", "shop.example"]
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

provider "dataforseo" {
  # What is paid for in a plan that fails is there for the next one.
  cache = {
    ttl = "24h"
  }
}

# Free. The plan stops here if the balance would not do for an empty cache.
data "dataforseo_account" "this" {
  lifecycle {
    postcondition {
      # A balance that is unknown counts as nothing, and so does a price: nobody
      # charges 1000 USD for an answer.
      condition = coalesce(self.balance_usd, 0) >= length(var.domains) * coalesce(self.backlinks_summary_price_usd, 1000)
      error_message = join(" ", [
        "The balance of ${coalesce(self.balance_usd, "unknown")} USD may not be enough for ${length(var.domains)} answers",
        "at ${coalesce(self.backlinks_summary_price_usd, "unknown")} USD.",
      ])
    }
  }
}

data "dataforseo_backlinks_summaries" "portfolio" {
  targets    = var.domains
  depends_on = [data.dataforseo_account.this]

  # A domain that cannot be read is one that does not pass, below, and does not keep
  # the others from being judged.
  on_error = "warn"
}

locals {
  summaries = data.dataforseo_backlinks_summaries.portfolio.summaries

  # Looks for every domain, not only at those that were found: a mock finds none.
  found = { for domain in var.domains : domain => lookup(local.summaries, domain, null) }

  # Why a domain does not pass.
  refused = {
    for domain, summary in local.found : domain => (
      summary == null ? "it was not read" :
      summary.error != null ? summary.error.message :
      summary.has_data != true ? "DataForSEO has no data" :
      "spam score ${coalesce(summary.backlinks_spam_score, "unknown")}"
    )
    if summary == null ? true : !(summary.has_data == true && coalesce(summary.backlinks_spam_score, 101) <= var.max_spam_score)
  }
}

output "passed" {
  value = length(local.refused) == 0

  precondition {
    condition     = length(local.refused) == 0
    error_message = join("\n", concat(["The portfolio does not pass."], [for domain, reason in local.refused : "- ${domain}: ${reason}"]))
  }
}

output "bill" {
  value = {
    paid_usd   = data.dataforseo_backlinks_summaries.portfolio.cost_usd
    from_cache = data.dataforseo_backlinks_summaries.portfolio.from_cache_count
  }
}
