data "dataforseo_backlinks_summary" "site" {
  target  = "example.com"
  max_age = "24h"

  # The plan stops unless the domain is known to meet these limits.
  require = {
    backlinks_spam_score = { max = 30 }
    referring_domains    = { min = 100 }
    live                 = true
  }
}

output "rank" {
  value = data.dataforseo_backlinks_summary.site.rank
}
