# Keeps answers for a day. Every plan, apply and destroy that asks the same within that
# day uses them. No run spends more than one US dollar.

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

# The domain that you are about to buy is worth a new answer.
data "dataforseo_backlinks_summary" "candidate" {
  target  = "news.example"
  max_age = "1h"
}

output "paid_usd" {
  description = "What this run paid. Answers from the cache are free. An answer that two data sources share would count twice."
  value = sum([
    for summary in concat(values(data.dataforseo_backlinks_summary.portfolio), [data.dataforseo_backlinks_summary.candidate]) :
    summary.from_cache ? 0 : summary.response.cost
  ])
}
