data "dataforseo_backlinks_summary" "unknown_target" {
  target = terraform_data.zone.output

  lifecycle {
    postcondition {
      condition     = self.has_data == true && coalesce(self.backlinks_spam_score, 101) <= 30
      error_message = "${self.target} does not pass: spam score ${coalesce(self.backlinks_spam_score, "unknown")}."
    }
  }

  # Instead: target = var.domain, the name that the zone is made from.
  # terraform_data.zone.input, though known, would not do: where there is a
  # postcondition, any mention of a resource with pending changes defers the read.
}

resource "terraform_data" "zone" {
  input = var.domain
}
