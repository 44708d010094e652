terraform {
  required_providers {
    dataforseo = { source = "dataforseo/dataforseo" }
  }
}

data "dataforseo_backlinks_summary" "site" {
  target = "explodingtopics.com"
}

output "site" {
  value = {
    rank                 = data.dataforseo_backlinks_summary.site.rank
    backlinks            = data.dataforseo_backlinks_summary.site.backlinks
    backlinks_spam_score = data.dataforseo_backlinks_summary.site.backlinks_spam_score
    referring_domains    = data.dataforseo_backlinks_summary.site.referring_domains
  }
}
