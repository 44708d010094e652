# Not to be copied: the same with the data source inside the check. It is read at the
# plan and once more at the apply, a failed read is only a warning, for_each is not
# allowed, and "plan -detailed-exitcode" reports changes for ever.

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
