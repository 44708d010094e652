locals {
  # It is only a word for the message, but it comes from a resource with pending
  # changes, and a local does not hide that.
  stage = terraform_data.stage.output
}

data "dataforseo_backlinks_summary" "mentioned" {
  target = var.domain

  lifecycle {
    postcondition {
      condition     = self.has_data == true && coalesce(self.backlinks_spam_score, 101) <= 30
      error_message = "${self.target} must not go to ${local.stage}: spam score ${coalesce(self.backlinks_spam_score, "unknown")}."
    }
  }

  # Instead: take the word from where the resource takes it, such as a variable, or put
  # the condition into a precondition of what uses the domain (see ../precondition/).
}
