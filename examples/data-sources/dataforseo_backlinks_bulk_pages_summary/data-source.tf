data "dataforseo_backlinks_bulk_pages_summary" "portfolio" {
  targets = ["example.com", "example.net", "example.org"]
  max_age = "24h"

  # The plan stops unless every domain is known to meet these limits.
  require = {
    backlinks_spam_score = { max = 30 }
    live                 = true
  }
}

output "ranks" {
  value = { for target, summary in data.dataforseo_backlinks_bulk_pages_summary.portfolio.summaries : target => summary.rank }
}

output "cost_usd" {
  value = data.dataforseo_backlinks_bulk_pages_summary.portfolio.cost_usd
}
