# Don't copy this: the data source is inside the check. The plan reads it and the apply
# reads it again, a failed read is only a warning, it can't have for_each, and
# "plan -detailed-exitcode" always reports changes.

terraform {
  required_version = ">= 1.5"
  required_providers {
    dataforseo = {
      source = "dataforseo/dataforseo"
    }
  }
}

variable "domain" {
  type    = string
  default = "blog.example"
}

check "backlinks" {
  data "dataforseo_backlinks_summary" "nested" {
    target       = var.domain
    max_age      = "24h"
    require      = { backlinks_spam_score = { max = 30 } }
    on_violation = "warn"
  }

  assert {
    condition     = data.dataforseo_backlinks_summary.nested.passed == true
    error_message = "${var.domain} does not pass."
  }
}
