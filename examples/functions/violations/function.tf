locals {
  # Limits that differ between domains.
  limits = {
    "example.com"  = { backlinks_spam_score = { max = 30 }, referring_domains = { min = 100 } }
    "shop.example" = { backlinks_spam_score = { max = 10 }, live = true }
  }
}

data "dataforseo_backlinks_summaries" "portfolio" {
  targets = keys(local.limits)
  max_age = "24h"
}

# Uses a domain.
resource "terraform_data" "attach" {
  for_each = local.limits
  input    = each.key

  lifecycle {
    precondition {
      condition     = length(provider::dataforseo::violations(data.dataforseo_backlinks_summaries.portfolio.summaries[each.key], each.value)) == 0
      error_message = "${each.key} cannot be used: ${join("; ", provider::dataforseo::violations(data.dataforseo_backlinks_summaries.portfolio.summaries[each.key], each.value))}"
    }
  }
}
