locals {
  zone_names = ["example.com.", "WWW.Example.com", "https://shop.example/cart"]
}

# One read for each domain, whatever the spelling of its name.
data "dataforseo_backlinks_summary" "zone" {
  for_each = toset([for name in local.zone_names : provider::dataforseo::target_domain(name)])
  target   = each.key
  max_age  = "24h"
  require  = { backlinks_spam_score = { max = 30 } }
}

output "spam_scores" {
  value = { for domain, summary in data.dataforseo_backlinks_summary.zone : domain => summary.backlinks_spam_score }
}
