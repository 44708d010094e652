data "dataforseo_backlinks_summary" "portfolio" {
  for_each = var.domains
  target   = each.key

  # A failure for one domain is a violation of that domain, and the others are still
  # judged. A failure of the account stops the plan.
  on_error = "warn"
}

locals {
  # What each limit bounds, from which side, and how it is told.
  limits = {
    max_spam_score        = { metric = "backlinks_spam_score", at_most = true, text = "spam score %s" }
    max_target_spam_score = { metric = "info.target_spam_score", at_most = true, text = "own spam score %s" }
    max_broken_backlinks  = { metric = "broken_backlinks", at_most = true, text = "%s broken backlinks" }
    min_referring_domains = { metric = "referring_domains", at_most = false, text = "%s referring domains" }
    min_rank              = { metric = "rank", at_most = false, text = "rank %s" }
  }

  values = {
    for domain, summary in data.dataforseo_backlinks_summary.portfolio : domain => {
      max_spam_score        = summary.backlinks_spam_score
      max_target_spam_score = one(summary.info[*].target_spam_score)
      max_broken_backlinks  = summary.broken_backlinks
      min_referring_domains = summary.referring_domains
      min_rank              = summary.rank
    }
  }

  # Why there is nothing to judge; null where there is something.
  missing = {
    for domain, summary in data.dataforseo_backlinks_summary.portfolio : domain => (
      summary.has_data == true ? null :
      summary.error != null ? "could not be read: ${summary.error.message}" : "DataForSEO has no data"
    )
  }

  # A value that is null counts as just beyond the limit, whatever the limit is.
  beyond = {
    for domain, limits in var.domains : domain => {
      for name, limit in limits : name => limit if limit == null ? false : (
        local.limits[name].at_most
        ? coalesce(local.values[domain][name], limit + 1) > limit
        : coalesce(local.values[domain][name], limit - 1) < limit
      )
    }
  }

  # One list for each domain: without data, no other metric is looked at.
  by_domain = {
    for domain in keys(var.domains) : domain => local.missing[domain] != null ? [
      { domain = domain, metric = "has_data", value = null, limit = null, reason = local.missing[domain] }
      ] : [for name, limit in local.beyond[domain] : {
        domain = domain
        metric = local.limits[name].metric
        value  = local.values[domain][name]
        limit  = limit
        reason = join(" ", [
          format(local.limits[name].text, coalesce(local.values[domain][name], "unknown")),
          "(${local.limits[name].at_most ? "at most" : "at least"} ${limit})",
        ])
    }]
  }

  violations = [
    for violation in flatten(values(local.by_domain)) :
    merge(violation, { sentence = "${violation.domain} does not pass: ${violation.reason}." })
  ]

  passes  = !var.enforce || length(local.violations) == 0
  refusal = join("\n", concat(["The portfolio does not pass."], [for violation in local.violations : "- ${violation.domain}: ${violation.reason}"]))

  verdicts = {
    for domain, violations in local.by_domain : domain => { passed = length(violations) == 0, reasons = violations[*].reason }
  }
}
