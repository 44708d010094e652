# A drop below an earlier value: the number of referring domains must not fall by more
# than a tenth below the baseline. The baseline is the number at the first apply. It
# stays until somebody accepts a new one.

terraform {
  required_version = ">= 1.5"
  required_providers {
    dataforseo = {
      source = "dataforseo/dataforseo"
    }
  }
}

variable "domains" {
  description = "Domains to compare with their baseline, each with a word. Change the word to accept today's number as the new baseline."
  type        = map(string)
  default = {
    "blog.example" = "first"
    "docs.example" = "first"
  }
  nullable = false

  validation {
    condition     = alltrue([for domain in keys(var.domains) : !can(regex("[/:]", domain))])
    error_message = "Give domains, without a scheme, a path or a port: a page has its own numbers, usually better ones."
  }
}

variable "max_drop_percent" {
  description = "How far the number of referring domains may fall below the baseline, in percent."
  type        = number
  default     = 10
  nullable    = false

  validation {
    condition     = var.max_drop_percent >= 0 && var.max_drop_percent < 100
    error_message = "A drop is 0 to less than 100 percent: a limit of 100 refuses nothing."
  }
}

data "dataforseo_backlinks_summaries" "sites" {
  targets = keys(var.domains)
  max_age = "24h"

  # What a baseline needs: the first number has nothing else to compare with.
  require = { referring_domains = { min = 100 } }
}

locals {
  sites = data.dataforseo_backlinks_summaries.sites.summaries
}

resource "terraform_data" "baseline" {
  for_each         = var.domains
  triggers_replace = each.value
  input = {
    referring_domains = local.sites[each.key].referring_domains
    read_at           = local.sites[each.key].fetched_at
  }

  lifecycle {
    # Later reads don't change the baseline.
    ignore_changes = [input]

    # Compares with self.input, not self.output. The output of a baseline that is about
    # to be made or replaced is unknown until the apply, and the plan would skip a
    # condition on it.
    postcondition {
      condition = (
        coalesce(local.sites[each.key].referring_domains, -1) >=
        self.input.referring_domains * (100 - var.max_drop_percent) / 100
      )
      error_message = join(" ", [
        "${each.key} fell from ${self.input.referring_domains} referring domains (${self.input.read_at})",
        "to ${coalesce(local.sites[each.key].referring_domains, "unknown")}, by more than ${var.max_drop_percent} percent.",
      ])
    }
  }
}

# Uses the domains. It takes them from the baselines, so Terraform creates nothing for a
# domain that dropped.
resource "terraform_data" "attach" {
  for_each = terraform_data.baseline
  input    = each.key
}

output "baselines" {
  value = { for domain, baseline in terraform_data.baseline : domain => baseline.input }
}
