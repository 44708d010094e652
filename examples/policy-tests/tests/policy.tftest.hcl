# Tests the policy for free, with Terraform or OpenTofu.
#
# An override replaces the whole answer: what it omits is 0, false or a random string
# again. So every run sets has_data, every metric that the policy limits, and info with
# all its attributes, as OpenTofu requires.

mock_provider "dataforseo" {}

# Tests the tests: nothing is known about the domain, and every number is 0.
run "bare_mock_is_refused" {
  command = plan

  expect_failures = [terraform_data.attach]
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

  # The policy looks at the whole domain and nothing else.
  assert {
    condition = alltrue([
      data.dataforseo_backlinks_summary.site.target == "shop.example",
      data.dataforseo_backlinks_summary.site.backlinks_filters == null,
      data.dataforseo_backlinks_summary.site.backlinks_status_type == null,
      data.dataforseo_backlinks_summary.site.include_subdomains == null,
      data.dataforseo_backlinks_summary.site.include_indirect_links == null,
      data.dataforseo_backlinks_summary.site.exclude_internal_backlinks == null,
      data.dataforseo_backlinks_summary.site.rank_scale == null,
    ])
    error_message = "The policy looks at another domain, or at a part of its backlinks."
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

  expect_failures = [terraform_data.attach]
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

  expect_failures = [terraform_data.attach]
}

# DataForSEO has no data. The override omits the metrics, so the mock makes them 0: only
# has_data is a reason to refuse.
run "domain_without_data_is_refused" {
  command = plan

  override_data {
    target = data.dataforseo_backlinks_summary.site
    values = {
      has_data = false
    }
  }

  expect_failures = [terraform_data.attach]
}

# The state after a failure with on_error = "warn".
run "failed_read_is_refused" {
  command = plan

  override_data {
    target = data.dataforseo_backlinks_summary.site
    values = {
      has_data = null
    }
  }

  expect_failures = [terraform_data.attach]
}
