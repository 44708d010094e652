output "verdicts" {
  description = "For each domain whether it passed, and if not, why: { passed, reasons }."
  value       = local.verdicts

  # Stands at both outputs that may decide what is used: in a plan for a part of the
  # configuration (-target), and when the reads wait for the apply, the other one may
  # come too late.
  precondition {
    condition     = local.passes
    error_message = local.refusal
  }
}

output "violations" {
  description = "All violations: { domain, metric, value, limit, reason, sentence }. The value is null if it is unknown. The metric is has_data if nothing is known of the domain."
  value       = local.violations
}

output "passed" {
  description = "Whether every domain passed."
  value       = length(local.violations) == 0

  precondition {
    condition     = local.passes
    error_message = local.refusal
  }
}

output "report" {
  description = "The verdicts as a Markdown table, for a comment on a pull request. Domains that are refused come first."
  value       = local.report
}
