# Watching without stopping: every plan and apply says which domains do not pass, and
# goes on with exit code 0. The domains are read at the top level, the check only
# looks at them.

terraform {
  required_version = ">= 1.5"
  required_providers {
    dataforseo = {
      source = "dataforseo/dataforseo"
    }
  }
}

variable "domains" {
  description = "Domains to watch. Each costs one call, about 0.024 USD, at every plan."
  type        = set(string)
  default     = ["blog.example", "docs.example", "shop.example"]
  nullable    = false

  validation {
    condition     = length(var.domains) > 0
    error_message = "There are no domains: a policy on nothing passes always."
  }
}

data "dataforseo_backlinks_summary" "watched" {
  for_each = var.domains
  target   = each.key

  # Without this, a failed read would stop the plan, which watching should not do.
  on_error = "warn"
}

locals {
  # Why a domain does not pass. A metric that is null counts as worse than any limit,
  # so that what is not known is reported and not passed over. A lost_date that is null
  # says that a domain is live only if the answer says when it was first seen.
  spam = [
    for domain, summary in data.dataforseo_backlinks_summary.watched :
    "${domain} (${coalesce(summary.backlinks_spam_score, "unknown")})"
    if !(summary.has_data == true && coalesce(summary.backlinks_spam_score, 101) <= 30)
  ]
  lost = [
    for domain, summary in data.dataforseo_backlinks_summary.watched :
    "${domain} (${coalesce(summary.lost_date, "unknown")})"
    if !(summary.has_data == true && summary.first_seen != null && summary.lost_date == null)
  ]
}

check "spam_score" {
  assert {
    condition     = length(local.spam) == 0
    error_message = "Spam score above 30, or unknown: ${join(", ", local.spam)}."
  }
}

check "live" {
  assert {
    condition     = length(local.lost) == 0
    error_message = "Lost, or not known to be live: ${join(", ", local.lost)}."
  }
}
