data "dataforseo_backlinks_summary" "site" {
  target = "example.com"
}

# Warns at every plan and apply, and stops neither.
check "site_is_live" {
  assert {
    condition = (
      data.dataforseo_backlinks_summary.site.has_data == true &&
      data.dataforseo_backlinks_summary.site.first_seen != null &&
      data.dataforseo_backlinks_summary.site.lost_date == null
    )
    error_message = "DataForSEO has no live backlinks for ${data.dataforseo_backlinks_summary.site.target}."
  }
}
