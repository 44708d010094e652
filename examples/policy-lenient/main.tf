# One domain that cannot be read must not hold up the others, and must not pass
# either: the plan goes on, says which domains are unknown, and stops only if one of
# these is about to be used.

terraform {
  required_version = ">= 1.5"
  required_providers {
    dataforseo = {
      source = "dataforseo/dataforseo"
    }
  }
}

variable "domains" {
  description = "Domains to watch, and whether each is in use."
  type        = map(object({ in_use = bool }))
  default = {
    "blog.example" = { in_use = true }
    "docs.example" = { in_use = false }
    "shop.example" = { in_use = true }
  }
  nullable = false

  validation {
    condition     = length(var.domains) > 0
    error_message = "There are no domains: a policy on nothing passes always."
  }
}

data "dataforseo_backlinks_summary" "portfolio" {
  for_each = var.domains
  target   = each.key

  # A failure for this domain is a warning. One of the account still stops the plan.
  on_error = "warn"
}

locals {
  # Three verdicts, not two: "unknown" is neither good nor bad, and is not good enough.
  # Only what is known in every part can be "passed".
  verdicts = {
    for domain, summary in data.dataforseo_backlinks_summary.portfolio : domain => (
      summary.error != null ? "unknown (${summary.error.message})" :
      summary.has_data != true ? "unknown (DataForSEO has no data)" :
      summary.backlinks_spam_score == null ? "unknown (no spam score)" :
      coalesce(summary.backlinks_spam_score, 101) <= 30 ? "passed" : "refused (spam score ${summary.backlinks_spam_score})"
    )
  }
}

# Names what did not pass, and goes on.
check "portfolio" {
  assert {
    condition = alltrue([for verdict in values(local.verdicts) : verdict == "passed"])
    error_message = join("\n", concat(["Not passed:"], [
      for domain, verdict in local.verdicts : "- ${domain}: ${verdict}" if verdict != "passed"
    ]))
  }
}

# Stands for what puts a domain into use. It is there for every domain in use, passed
# or not: a for_each over those that passed would destroy it when a read fails.
resource "terraform_data" "attach" {
  for_each = { for domain, options in var.domains : domain => options if options.in_use }
  input    = each.key

  lifecycle {
    precondition {
      condition     = local.verdicts[each.key] == "passed"
      error_message = "${each.key} cannot be used, its verdict is ${local.verdicts[each.key]}."
    }
  }
}

output "verdicts" {
  value = local.verdicts
}
