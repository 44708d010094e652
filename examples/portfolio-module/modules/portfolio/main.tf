data "dataforseo_backlinks_summaries" "portfolio" {
  targets = keys(var.domains)
  max_age = "24h"

  # A failure of one domain is its violation, and the module still judges the others. A
  # failure of the account stops the plan.
  on_error = "warn"
}

locals {
  summaries = data.dataforseo_backlinks_summaries.portfolio.summaries

  # lookup, not [domain]: a mock has no summaries, and null doesn't pass.
  violations = {
    for domain, limits in var.domains :
    domain => provider::dataforseo::violations(lookup(local.summaries, domain, null), limits)
  }

  verdicts = {
    for domain, violations in local.violations : domain => { passed = length(violations) == 0, violations = violations }
  }
}
