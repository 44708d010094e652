# The domains are those of the zones, which looks natural. But one new zone is a
# pending change of "zones", and defers the reads of all domains, old ones too.
resource "terraform_data" "zones" {
  for_each = toset([var.domain])
  input    = each.key
}

data "dataforseo_backlinks_summary" "for_each" {
  for_each = terraform_data.zones
  target   = each.key

  lifecycle {
    postcondition {
      condition     = self.has_data == true && coalesce(self.backlinks_spam_score, 101) <= 30
      error_message = "${self.target} does not pass: spam score ${coalesce(self.backlinks_spam_score, "unknown")}."
    }
  }

  # Instead: for_each over what the zones are made from, here toset([var.domain]). Where
  # that cannot be, do both: take the names through a local or a module's variable, and
  # judge in a precondition of what uses the domain. Data without conditions of its own
  # waits only for what it mentions itself, and for arguments that are unknown.
}
