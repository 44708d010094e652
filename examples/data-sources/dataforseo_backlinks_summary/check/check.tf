data "dataforseo_backlinks_summary" "site" {
  target       = "example.com"
  max_age      = "24h"
  require      = { live = true }
  on_violation = "warn"
}

# The plan's JSON contains the status of the check.
check "site_is_live" {
  assert {
    condition     = data.dataforseo_backlinks_summary.site.passed == true
    error_message = "DataForSEO has no live backlinks for ${data.dataforseo_backlinks_summary.site.target}."
  }
}
