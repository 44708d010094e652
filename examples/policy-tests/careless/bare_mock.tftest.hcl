# This test passes, and that is the mistake: nothing judged the domain.

mock_provider "dataforseo" {}

run "bare_mock_passes" {
  command = plan

  assert {
    condition = alltrue([
      terraform_data.attach.input == "shop.example",
      data.dataforseo_backlinks_summary.site.passed == false,
      data.dataforseo_backlinks_summary.site.backlinks_spam_score == 0,
    ])
    error_message = "The values of a mock are no longer zero and false."
  }
}
