#!/bin/sh
# Judges plan.json, for free, and reports in every format that a pipeline can use: JUnit,
# SARIF, a summary in Markdown, and annotations for GitHub Actions. The exit code is that
# of the last command.
set -eu

judge() { conftest test --data data "$@" plan.json; }

judge --no-fail -o junit > policy.xml
judge --no-fail -o sarif > policy.sarif
judge --no-fail -o json | jq -r '
  [.[].failures[]?.msg] |
  "### Backlinks policy: \(if length == 0 then "passed" else "\(length) refused" end)\n",
  (.[] | "- `\(gsub("`"; "\u0027"))`")
' >> "${GITHUB_STEP_SUMMARY:-summary.md}"
judge -o github
