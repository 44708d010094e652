data "dataforseo_backlinks_summary" "site" {
  target  = "shop.example"
  max_age = "24h"
  require = {
    backlinks_spam_score = { max = 30 }
  }
}
resource "terraform_data" "attach" { # uses the domain
  input = data.dataforseo_backlinks_summary.site.target
}
