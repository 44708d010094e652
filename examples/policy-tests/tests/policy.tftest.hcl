# Tests of the policy that ask nobody and cost nothing, for Terraform and OpenTofu.
#
# An override replaces the whole answer: what it leaves out is 0, false or a random
# text again. So every run names has_data and every metric that the policy looks at,
# and info with all its attributes, as OpenTofu wants it.

mock_provider "dataforseo" {}

# The test of the tests: nobody said anything about the domain, and every number is 0.
run "bare_mock_is_refused" {
  command = plan

  expect_failures = [data.dataforseo_backlinks_summary.site]
}

run "good_domain_passes" {
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
        target_spam_score = 20
      }
    }
  }

  assert {
    condition     = data.dataforseo_backlinks_summary.site.target == "shop.example"
    error_message = "The policy looked at another domain."
  }
}

run "spammy_domain_is_refused" {
  command = plan

  override_data {
    target = data.dataforseo_backlinks_summary.site
    values = {
      has_data             = true
      backlinks_spam_score = 31
      info = {
        server            = "nginx"
        cms               = null
        platform_type     = ["unknown"]
        ip_address        = "192.0.2.10"
        country           = "DE"
        is_ip             = false
        target_spam_score = 20
      }
    }
  }

  expect_failures = [data.dataforseo_backlinks_summary.site]
}

run "unknown_spam_score_is_refused" {
  command = plan

  override_data {
    target = data.dataforseo_backlinks_summary.site
    values = {
      has_data             = true
      backlinks_spam_score = null
      info = {
        server            = "nginx"
        cms               = null
        platform_type     = ["unknown"]
        ip_address        = "192.0.2.10"
        country           = "DE"
        is_ip             = false
        target_spam_score = 20
      }
    }
  }

  expect_failures = [data.dataforseo_backlinks_summary.site]
}

# DataForSEO answered that it has no data. The metrics are left out, so the mock makes
# them 0: only has_data speaks against the domain.
run "domain_without_data_is_refused" {
  command = plan

  override_data {
    target = data.dataforseo_backlinks_summary.site
    values = {
      has_data = false
    }
  }

  expect_failures = [data.dataforseo_backlinks_summary.site]
}

# What on_error = "warn" leaves after a failure.
run "failed_read_is_refused" {
  command = plan

  override_data {
    target = data.dataforseo_backlinks_summary.site
    values = {
      has_data = null
    }
  }

  expect_failures = [data.dataforseo_backlinks_summary.site]
}
