# Tests of the policy that ask nobody and cost nothing, for Terraform and OpenTofu.
#
# An override replaces the whole answer: what it leaves out is 0, false or a random
# text again. So every run names has_data and every metric that the policy limits, and
# info with all its attributes, as OpenTofu wants it.

mock_provider "dataforseo" {}

# The test of the tests: nobody said anything about the domain, and every number is 0.
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

  # The policy looks at the whole domain, and at nothing else.
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

  expect_failures = [terraform_data.attach]
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

  expect_failures = [terraform_data.attach]
}
