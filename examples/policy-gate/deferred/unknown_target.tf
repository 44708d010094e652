data "dataforseo_backlinks_summary" "unknown_target" {
  target  = terraform_data.zone.output
  max_age = "24h"
  require = { backlinks_spam_score = { max = 30 } }

  # Instead: target = var.domain, which names the zone.
}

resource "terraform_data" "zone" {
  input = var.domain
}
