# Hundreds of domains in one read, for a hundredth of the price of their summaries. You
# pay for no answer twice, and know the price before you pay.

terraform {
  required_version = ">= 1.5"
  required_providers {
    dataforseo = {
      source = "dataforseo/dataforseo"
    }
  }
}

variable "domains" {
  description = "The domains of the portfolio. A hundred that the cache does not have cost about 0.028 USD."
  type        = set(string)
  default     = ["blog.example", "docs.example", "expired.example", "news.example", "shop.example"]
  nullable    = false

  validation {
    condition     = alltrue([for domain in var.domains : !can(regex("[/:]", domain))])
    error_message = "Give domains, without a scheme, a path or a port: a page has its own numbers, usually better ones."
  }
}

provider "dataforseo" {
  # The next plan can use what a failed plan paid for.
  cache = {
    ttl = "24h"
  }
}

# Free. The plan stops here if the balance isn't enough for an empty cache.
data "dataforseo_account" "this" {
  lifecycle {
    postcondition {
      # A request takes up to 100 domains. An unknown value isn't enough, and a price of 0
      # comes from a mock.
      condition = try(
        self.backlinks_bulk_pages_summary_price_usd.per_request > 0 &&
        self.balance_usd >= (
          ceil(length(var.domains) / 100) * self.backlinks_bulk_pages_summary_price_usd.per_request +
          length(var.domains) * self.backlinks_bulk_pages_summary_price_usd.per_target
        ), false
      )
      error_message = "The balance of ${coalesce(self.balance_usd, "unknown")} USD may not be enough for ${length(var.domains)} domains."
    }
  }
}

data "dataforseo_backlinks_bulk_pages_summary" "portfolio" {
  targets    = var.domains
  max_age    = "24h"
  depends_on = [data.dataforseo_account.this]

  require = { backlinks_spam_score = { max = 30 } }

  # A domain that can't be read doesn't pass. The provider still reads and judges the
  # others.
  on_error = "warn"
}

# Uses the domains. It takes them from the data source, so Terraform creates nothing
# before they pass.
resource "terraform_data" "attach" {
  for_each = data.dataforseo_backlinks_bulk_pages_summary.portfolio.summaries
  input    = each.key
}

output "bill" {
  value = {
    paid_usd   = data.dataforseo_backlinks_bulk_pages_summary.portfolio.cost_usd
    from_cache = data.dataforseo_backlinks_bulk_pages_summary.portfolio.from_cache_count
  }
}
