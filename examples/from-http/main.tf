# The policy of before.tf.txt with this provider. Login and password come from the
# environment and get into no file.

terraform {
  required_version = ">= 1.5"
  required_providers {
    dataforseo = {
      source = "dataforseo/dataforseo"
    }
  }
}

variable "domains" {
  description = "Domains in use. Each costs one call, about 0.024 USD, at every plan."
  type        = set(string)
  default     = ["blog.example", "docs.example", "shop.example"]
  nullable    = false

  validation {
    condition     = length(var.domains) > 0
    error_message = "There are no domains: a policy on nothing passes always."
  }
}

data "dataforseo_backlinks_summary" "site" {
  for_each = var.domains
  target   = each.key

  lifecycle {
    # A failure is an error of its own, wherever DataForSEO says it. What is left to
    # judge is whether there is data, and whether it is good enough.
    postcondition {
      condition     = self.has_data == true && coalesce(self.backlinks_spam_score, 101) <= 30
      error_message = "${self.target} does not pass: spam score ${coalesce(self.backlinks_spam_score, "unknown")} (at most 30)."
    }
  }
}

output "spam_scores" {
  value = { for domain, summary in data.dataforseo_backlinks_summary.site : domain => summary.backlinks_spam_score }
}
