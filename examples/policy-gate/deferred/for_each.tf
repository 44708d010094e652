# The domains come from the zones, which looks natural. But one new zone is a pending
# change of "zones", and defers the reads of all domains.
resource "terraform_data" "zones" {
  for_each = toset([var.domain])
  input    = each.key
}

data "dataforseo_backlinks_summary" "for_each" {
  for_each = terraform_data.zones
  target   = each.key
  max_age  = "24h"
  require  = { backlinks_spam_score = { max = 30 } }

  # Instead: for_each over what the zones come from, here toset([var.domain]).
}
