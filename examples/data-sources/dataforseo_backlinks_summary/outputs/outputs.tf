data "dataforseo_backlinks_summary" "site" {
  target = "example.com"
}

# Only what you need: the whole object changes with every new answer.
output "metrics" {
  value = {
    rank              = data.dataforseo_backlinks_summary.site.rank
    spam_score        = data.dataforseo_backlinks_summary.site.backlinks_spam_score
    referring_domains = data.dataforseo_backlinks_summary.site.referring_domains
  }
}
