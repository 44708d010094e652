locals {
  # Cells contain text from DataForSEO. It must not end a cell or begin HTML.
  cells = {
    for domain, verdict in local.verdicts : domain => [
      for text in [domain, join("; ", verdict.violations)] :
      replace(replace(replace(replace(text, "&", "&amp;"), "<", "&lt;"), "|", "\\|"), "/\\s+/", " ")
    ]
  }

  rows = {
    for domain, verdict in local.verdicts : domain => join(" | ", concat(
      ["| ${local.cells[domain][0]}", verdict.passed ? "passed" : "**refused**"],
      [for metric in ["rank", "backlinks_spam_score", "referring_domains"] : coalesce(try(local.summaries[domain][metric], null), "null")],
      ["${local.cells[domain][1]} |"],
    ))
  }

  refused = [for domain, verdict in local.verdicts : domain if !verdict.passed]

  report = join("\n", concat(
    [
      "**Backlinks: ${length(local.refused)} of ${length(var.domains)} domains refused**",
      "",
      "| Domain | Verdict | Rank | Spam score | Referring domains | Why |",
      "|---|---|--:|--:|--:|---|",
    ],
    [for domain in local.refused : local.rows[domain]],
    [for domain, verdict in local.verdicts : local.rows[domain] if verdict.passed],
    [""],
  ))
}
