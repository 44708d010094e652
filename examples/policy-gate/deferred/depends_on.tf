data "dataforseo_backlinks_summary" "depends_on" {
  target     = var.domain
  max_age    = "24h"
  require    = { backlinks_spam_score = { max = 30 } }
  depends_on = [terraform_data.stage]

  # Instead: leave depends_on out, here and on modules that hold such a data source.
  # Nothing that Terraform makes changes what DataForSEO says a minute later.
}
