data "dataforseo_backlinks_summary" "site" {
  target = "example.com"
}

# Only what somebody needs: the object itself changes with every new answer.
output "metrics" {
  value = {
    rank              = data.dataforseo_backlinks_summary.site.rank
    spam_score        = data.dataforseo_backlinks_summary.site.backlinks_spam_score
    referring_domains = data.dataforseo_backlinks_summary.site.referring_domains
  }
}
