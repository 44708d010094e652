data "dataforseo_backlinks_summary" "depends_on" {
  target     = var.domain
  max_age    = "24h"
  require    = { backlinks_spam_score = { max = 30 } }
  depends_on = [terraform_data.stage]

  # Instead: leave out depends_on, here and on modules that contain such a data source.
  # What Terraform creates doesn't change DataForSEO's answer a minute later.
}
