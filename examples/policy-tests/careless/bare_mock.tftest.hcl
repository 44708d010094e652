# This test passes, and that is what is wrong: no domain was ever looked at.

mock_provider "dataforseo" {}

run "bare_mock_passes" {
  command = plan

  assert {
    condition = alltrue([
      data.dataforseo_backlinks_summary.site.backlinks_spam_score == 0,
      data.dataforseo_backlinks_summary.site.has_data == false,
      !can(timeadd(data.dataforseo_backlinks_summary.site.fetched_at, "0s")),
    ])
    error_message = "A mock is no longer all zeros, false and random texts."
  }
}
