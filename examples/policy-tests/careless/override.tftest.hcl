# An override does not add to the defaults of mock_data, it takes their place. Here it
# was meant to say that the spammy domain of the defaults is in Germany, and it makes
# the spam score 0.

mock_provider "dataforseo" {
  mock_data "dataforseo_backlinks_summary" {
    defaults = {
      has_data             = true
      backlinks_spam_score = 67
    }
  }
}

run "defaults_are_refused" {
  command = plan

  expect_failures = [data.dataforseo_backlinks_summary.site]
}

run "override_passes" {
  command = plan

  override_data {
    target = data.dataforseo_backlinks_summary.site
    values = {
      referring_links_countries = { DE = 1270 }
    }
  }

  assert {
    condition = alltrue([
      data.dataforseo_backlinks_summary.site.backlinks_spam_score == 0,
      data.dataforseo_backlinks_summary.site.has_data == false,
    ])
    error_message = "An override keeps the defaults of mock_data."
  }
}
