output "verdicts" {
  description = "For each domain whether it passed, and if not, why: { passed, reasons }."
  value       = local.verdicts

  # Stands where the names of the domains come from, so that no plan for a part of a
  # configuration (-target) can use them unjudged.
  precondition {
    condition     = !var.enforce || length(local.violations) == 0
    error_message = join("\n", concat(["The portfolio does not pass."], [for violation in local.violations : "- ${violation.domain}: ${violation.reason}"]))
  }
}

output "violations" {
  description = "All violations: { domain, metric, value, limit, reason, sentence }. The value is null if it is unknown. The metric is has_data if nothing is known of the domain."
  value       = local.violations
}

output "passed" {
  description = "Whether every domain passed."
  value       = length(local.violations) == 0
}

output "report" {
  description = "The verdicts as a Markdown table, for a comment on a pull request. Domains that are refused come first."
  value       = local.report
}
