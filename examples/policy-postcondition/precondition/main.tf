# A gate in front of one resource: all domains are read and can be looked at, but
# only those that are put into use must pass. The message may mention anything, also
# what is about to change, for the precondition belongs to the resource.

terraform {
  required_version = ">= 1.5"
  required_providers {
    dataforseo = {
      source = "dataforseo/dataforseo"
    }
  }
}

variable "domains" {
  description = "Domains to look at, and whether each is in use."
  type        = map(object({ in_use = bool }))
  default = {
    "blog.example"   = { in_use = true }
    "shop.example"   = { in_use = true }
    "spammy.example" = { in_use = false }
  }
  nullable = false

  validation {
    condition     = length(var.domains) > 0
    error_message = "There are no domains: a policy on nothing passes always."
  }
}

resource "terraform_data" "stage" {
  input = "production"
}

data "dataforseo_backlinks_summary" "portfolio" {
  for_each = var.domains
  target   = each.key
}

# Stands for a listener rule, a zone, a virtual host.
resource "terraform_data" "attach" {
  for_each = { for domain, options in var.domains : domain => options if options.in_use }
  input    = { domain = each.key, stage = terraform_data.stage.output }

  lifecycle {
    precondition {
      condition = alltrue([
        data.dataforseo_backlinks_summary.portfolio[each.key].has_data == true,
        coalesce(data.dataforseo_backlinks_summary.portfolio[each.key].backlinks_spam_score, 101) <= 30,
      ])
      error_message = join(" ", [
        "${each.key} cannot be put into use: spam score",
        "${coalesce(data.dataforseo_backlinks_summary.portfolio[each.key].backlinks_spam_score, "unknown")}, at most 30 will do.",
      ])
    }
  }
}

output "spam_scores" {
  value = { for domain, summary in data.dataforseo_backlinks_summary.portfolio : domain => summary.backlinks_spam_score }
}
