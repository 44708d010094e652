# Answers are kept for a day and used by every plan, apply and destroy that asks
# the same within that day. No run spends more than one US dollar.

terraform {
  required_version = ">= 1.5"
  required_providers {
    dataforseo = {
      source = "dataforseo/dataforseo"
    }
  }
}

provider "dataforseo" {
  spending_limit_usd = 1

  cache = {
    ttl = "24h"
  }
}

data "dataforseo_backlinks_summary" "portfolio" {
  for_each = toset(["blog.example", "docs.example", "shop.example"])
  target   = each.key
}

# The one domain that is about to be bought is worth an answer of today.
data "dataforseo_backlinks_summary" "candidate" {
  target  = "news.example"
  max_age = "1h"
}

output "paid_usd" {
  description = "What the answers of this run cost. Those from the cache cost nothing now; one that two data sources share would count twice."
  value = sum([
    for summary in concat(values(data.dataforseo_backlinks_summary.portfolio), [data.dataforseo_backlinks_summary.candidate]) :
    summary.from_cache ? 0 : summary.response.cost
  ])
}
