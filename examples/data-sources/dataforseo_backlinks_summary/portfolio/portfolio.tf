data "dataforseo_backlinks_summary" "portfolio" {
  for_each = toset(["example.com", "example.net", "example.org"])
  target   = each.key

  # A failure for one domain leaves a warning, and the others are still read.
  on_error = "warn"
}

locals {
  # What is not known does not pass: has_data is null after a failure, false where
  # DataForSEO has no data, and every metric is null in both cases.
  refused = [
    for target, summary in data.dataforseo_backlinks_summary.portfolio : target
    if !(summary.has_data == true && coalesce(summary.backlinks_spam_score, 101) <= 30)
  ]
}

# Stands for what must not change while a domain is refused.
resource "terraform_data" "release" {
  lifecycle {
    precondition {
      condition     = length(local.refused) == 0
      error_message = "Refused by the backlink policy: ${join(", ", local.refused)}."
    }
  }
}

output "failures" {
  value = {
    for target, summary in data.dataforseo_backlinks_summary.portfolio : target => summary.error
    if summary.error != null
  }
}

output "cost_usd" {
  value = format("%.6f", sum([
    for summary in data.dataforseo_backlinks_summary.portfolio : coalesce(try(summary.response.cost, null), 0)
  ]))
}
