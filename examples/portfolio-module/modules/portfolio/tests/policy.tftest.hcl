# Tests the policy with Terraform 1.8 or later, or OpenTofu: a mock reads nothing, so
# nothing passes.

mock_provider "dataforseo" {}

run "bare_mock_is_refused" {
  command = plan

  variables {
    domains = { "shop.example" = { backlinks_spam_score = { max = 30 } } }
  }

  expect_failures = [output.verdicts]
}
