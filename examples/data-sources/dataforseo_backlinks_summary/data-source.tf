data "dataforseo_backlinks_summary" "site" {
  target = "example.com"

  lifecycle {
    # What is not known does not pass: a metric without a value is null, and no
    # score is above 100.
    postcondition {
      condition     = self.has_data == true && coalesce(self.backlinks_spam_score, 101) <= 30
      error_message = "${self.target} does not pass: spam score ${coalesce(self.backlinks_spam_score, "unknown")} (at most 30)."
    }
  }
}

output "rank" {
  value = data.dataforseo_backlinks_summary.site.rank
}
