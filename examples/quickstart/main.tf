data "dataforseo_backlinks_summary" "site" {
  target = "shop.example"
  require = {
    backlinks_spam_score = { max = 30 }
    referring_domains    = { min = 100 }
  }
}
resource "terraform_data" "attach" { # what puts the domain to use
  input = data.dataforseo_backlinks_summary.site.target
}
