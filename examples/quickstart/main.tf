data "dataforseo_backlinks_summary" "site" {
  target  = "example.com"
  max_age = "24h" # of an answer in the cache
  require = {
    backlinks_spam_score = { max = 30 }
  }
}
resource "terraform_data" "attach" { # uses the domain
  input = data.dataforseo_backlinks_summary.site.target
}
