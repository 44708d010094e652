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
    condition     = alltrue([for domain in var.domains : !strcontains(domain, "/")])
    error_message = "Give domains, not pages: a page has other and mostly better numbers."
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
      # What is unknown is not enough, and a price of 0 is a mock's.
      condition = alltrue([
        coalesce(self.backlinks_summary_price_usd, 0) > 0,
        coalesce(self.balance_usd, 0) >= length(var.domains) * coalesce(self.backlinks_summary_price_usd, 0),
      ])
      error_message = join(" ", [
        "The balance of ${coalesce(self.balance_usd, "unknown")} USD may not be enough for ${length(var.domains)} answers",
        "at ${coalesce(self.backlinks_summary_price_usd, "unknown")} USD.",
      ])
    }
  }
}

data "dataforseo_backlinks_summaries" "portfolio" {
  targets    = var.domains
  max_age    = "24h"
  depends_on = [data.dataforseo_account.this]

  require = { backlinks_spam_score = { max = 30 } }

  # A domain that cannot be read does not pass, and does not keep the others from being
  # judged.
  on_error = "warn"
}

output "bill" {
  value = {
    paid_usd   = data.dataforseo_backlinks_summaries.portfolio.cost_usd
    from_cache = data.dataforseo_backlinks_summaries.portfolio.from_cache_count
  }
}
