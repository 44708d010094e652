data "dataforseo_backlinks_summary" "depends_on" {
  target     = var.domain
  depends_on = [terraform_data.stage]

  lifecycle {
    postcondition {
      condition     = self.has_data == true && coalesce(self.backlinks_spam_score, 101) <= 30
      error_message = "${self.target} does not pass: spam score ${coalesce(self.backlinks_spam_score, "unknown")}."
    }
  }

  # Instead: leave depends_on out. Nothing that Terraform makes changes what
  # DataForSEO says about a domain in the same minute. The same goes for depends_on of
  # a module that holds such a data source.
}
