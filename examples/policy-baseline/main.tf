# A drop against an earlier value: the number of referring domains must not fall by
# more than a tenth below the baseline. The baseline is what was read when it was
# made; it stays until somebody accepts a new one.

terraform {
  required_version = ">= 1.5"
  required_providers {
    dataforseo = {
      source = "dataforseo/dataforseo"
    }
  }
}

variable "domains" {
  description = "Domains to hold to their baseline, each with a word that is changed to accept today's numbers as the new one."
  type        = map(string)
  default = {
    "blog.example" = "first"
    "docs.example" = "first"
  }
  nullable = false

  validation {
    condition     = length(var.domains) > 0
    error_message = "There are no domains: a policy on nothing passes always."
  }
}

variable "max_drop_percent" {
  description = "By how much the number of referring domains may fall below the baseline, in percent."
  type        = number
  default     = 10
  nullable    = false

  validation {
    condition     = var.max_drop_percent >= 0 && var.max_drop_percent < 100
    error_message = "A drop is 0 to less than 100 percent: a limit of 100 refuses nothing."
  }
}

variable "min_referring_domains" {
  description = "The fewest referring domains that make a baseline. The first one has nothing to be compared with but this."
  type        = number
  default     = 100
  nullable    = false

  validation {
    condition     = var.min_referring_domains >= 1
    error_message = "At least 1: nothing falls below a baseline of 0."
  }
}

data "dataforseo_backlinks_summary" "site" {
  for_each = var.domains
  target   = each.key
}

locals {
  # Null where there is no data, or no number.
  referring_domains = {
    for domain, summary in data.dataforseo_backlinks_summary.site :
    domain => summary.has_data == true ? summary.referring_domains : null
  }
}

resource "terraform_data" "baseline" {
  for_each         = var.domains
  triggers_replace = each.value
  input = {
    referring_domains = local.referring_domains[each.key]
    read_at           = data.dataforseo_backlinks_summary.site[each.key].fetched_at
  }

  lifecycle {
    # What is read later changes nothing here.
    ignore_changes = [input]

    # Judges what was read now, at every plan: nothing is compared with an unknown
    # number, and no baseline is made of one.
    precondition {
      condition     = coalesce(local.referring_domains[each.key], -1) >= 0
      error_message = "${each.key}: the number of referring domains is unknown, so whether it fell is unknown too."
    }

    # Judges the baseline itself, which is all there is to judge when it is new.
    postcondition {
      condition     = coalesce(self.input.referring_domains, -1) >= var.min_referring_domains
      error_message = "${each.key}: ${coalesce(self.input.referring_domains, "unknown")} referring domains make no baseline, it takes ${var.min_referring_domains}."
    }

    # Compares with self.input, not self.output: of a baseline that is about to be
    # made, the output is unknown, and a condition on it would not be checked by the
    # plan.
    postcondition {
      condition = alltrue([
        self.input.referring_domains != null,
        coalesce(local.referring_domains[each.key], -1) >=
        coalesce(self.input.referring_domains, 0) * (100 - var.max_drop_percent) / 100,
      ])
      error_message = join(" ", [
        "${each.key} fell from ${coalesce(self.input.referring_domains, "unknown")} referring domains (${coalesce(self.input.read_at, "unknown")})",
        "to ${coalesce(local.referring_domains[each.key], "unknown")}, by more than ${var.max_drop_percent} percent.",
      ])
    }
  }
}

output "baselines" {
  value = { for domain, baseline in terraform_data.baseline : domain => baseline.input }
}
