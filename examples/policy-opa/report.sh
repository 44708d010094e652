#!/bin/sh
# Judges plan.json in every form that a pipeline can use: a JUnit report, a SARIF report,
# a summary in Markdown, and annotations of GitHub Actions. To judge costs nothing. The
# last judgment is the exit code.
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
