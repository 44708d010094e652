# The test of the policy, for Terraform 1.7 and later, and for OpenTofu: nobody said
# anything about the domain, and every number is 0, the best spam score there is.

mock_provider "dataforseo" {}

run "bare_mock_is_refused" {
  command = plan

  variables {
    domains = { "shop.example" = { max_spam_score = 30 } }
  }

  expect_failures = [output.verdicts, output.passed]
}
