# For OpenTofu, where overrides set whole nested objects, or null. Terraform reads
# nested.tftest.hcl instead.

mock_provider "dataforseo" {}

run "spammy_target_is_refused" {
  command = plan

  override_data {
    target = data.dataforseo_backlinks_summary.site
    values = {
      has_data             = true
      backlinks_spam_score = 30
      info = {
        server            = "nginx"
        cms               = null
        platform_type     = ["unknown"]
        ip_address        = "192.0.2.10"
        country           = "DE"
        is_ip             = false
        target_spam_score = 21
      }
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
      info                 = null
    }
  }

  expect_failures = [terraform_data.attach]
}
