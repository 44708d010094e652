output "verdicts" {
  description = "Whether each domain passed, and if not, why: { passed, violations }. Take the domains to use from here: a violation stops the plan."
  value       = local.verdicts

  precondition {
    condition = alltrue([for verdict in values(local.verdicts) : verdict.passed])
    error_message = join("\n", concat(["The portfolio does not pass."], [
      for domain, verdict in local.verdicts : "- ${domain}: ${join("; ", verdict.violations)}" if !verdict.passed
    ]))
  }
}

output "report" {
  description = "The verdicts as a Markdown table for a pull request comment, with refused domains first. The JSON of a refused plan contains it too."
  value       = local.report
}
