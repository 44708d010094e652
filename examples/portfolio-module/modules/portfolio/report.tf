locals {
  # Cells hold what DataForSEO says: nothing in it may end a cell or begin HTML.
  cells = {
    for domain, verdict in local.verdicts : domain => [
      for text in [domain, join(", ", verdict.reasons)] :
      replace(replace(replace(replace(text, "&", "&amp;"), "<", "&lt;"), "|", "\\|"), "/\\s+/", " ")
    ]
  }

  rows = {
    for domain, verdict in local.verdicts : domain => join(" | ", concat(
      ["| ${local.cells[domain][0]}", verdict.passed ? "passed" : "**refused**"],
      [for name in ["min_rank", "max_spam_score", "max_target_spam_score", "min_referring_domains", "max_broken_backlinks"] :
      coalesce(local.values[domain][name], "unknown")],
      ["${local.cells[domain][1]} |"],
    ))
  }

  refused = [for domain, verdict in local.verdicts : domain if !verdict.passed]

  report = join("\n", concat(
    [
      "**Backlinks: ${length(local.refused)} of ${length(var.domains)} domains refused**",
      "",
      "| Domain | Verdict | Rank | Spam score | Own spam score | Referring domains | Broken backlinks | Why |",
      "|---|---|--:|--:|--:|--:|--:|---|",
    ],
    [for domain in local.refused : local.rows[domain]],
    [for domain, verdict in local.verdicts : local.rows[domain] if verdict.passed],
    [""],
  ))
}
