# For Terraform, where overrides can set part of a nested object. OpenTofu reads
# nested.tofutest.hcl instead.

mock_provider "dataforseo" {}

run "spammy_target_is_refused" {
  command = plan

  override_data {
    target = data.dataforseo_backlinks_summary.site
    values = {
      has_data             = true
      backlinks_spam_score = 30
      info                 = { target_spam_score = 21 }
    }
  }

  expect_failures = [terraform_data.attach]
}

run "unknown_target_spam_score_is_refused" {
  command = plan

  override_data {
    target = data.dataforseo_backlinks_summary.site
    values = {
      has_data             = true
      backlinks_spam_score = 30
      info                 = { target_spam_score = null }
    }
  }

  expect_failures = [terraform_data.attach]
}
