variable "domains" {
  description = <<-EOT
    The domains of the portfolio, each with its limits. Every domain costs one call, about 0.024 USD, at every plan.
    - max_spam_score: highest backlinks_spam_score, 0 to 100
    - max_target_spam_score: highest info.target_spam_score, 0 to 100
    - max_broken_backlinks: most broken_backlinks
    - min_referring_domains: fewest referring_domains
    - min_rank: lowest rank, 0 to 1000
    A limit that is null or left out is none, but a domain without data never passes.
  EOT

  # Not map(object({ max_spam_score = optional(number), ... })): Terraform drops
  # attributes that an object type does not know, so that a misspelt limit would be
  # no limit.
  type     = map(map(number))
  nullable = false

  validation {
    condition     = length(var.domains) > 0
    error_message = "There are no domains: a policy on nothing passes always. Give at least one, such as { \"example.com\" = { max_spam_score = 30 } }."
  }

  validation {
    condition     = alltrue([for domain, limits in var.domains : limits != null])
    error_message = "No limits are given for: ${join(", ", [for domain, limits in var.domains : domain if limits == null])}. Write {} for a domain that only must have data."
  }

  validation {
    condition = alltrue(flatten([
      for limits in values(var.domains) : [
        for name in keys(coalesce(limits, {})) : contains(["max_spam_score", "max_target_spam_score", "max_broken_backlinks", "min_referring_domains", "min_rank"], name)
      ]
    ]))
    error_message = join("", ["There is no such limit: ", join(", ", flatten([
      for domain, limits in var.domains : [
        for name in keys(coalesce(limits, {})) : "${name} of ${domain}"
        if !contains(["max_spam_score", "max_target_spam_score", "max_broken_backlinks", "min_referring_domains", "min_rank"], name)
      ]
    ])), ". Limits are max_spam_score, max_target_spam_score, max_broken_backlinks, min_referring_domains and min_rank."])
  }

  validation {
    condition = alltrue(flatten([
      for limits in values(var.domains) : [
        for name, limit in coalesce(limits, {}) : coalesce(limit, 0) >= 0 && coalesce(limit, 0) <= lookup({ max_spam_score = 100, max_target_spam_score = 100, min_rank = 1000 }, name, 1e15)
      ]
    ]))
    error_message = join("", ["Outside of what there can be: ", join(", ", flatten([
      for domain, limits in var.domains : [
        for name, limit in coalesce(limits, {}) : "${name} = ${coalesce(limit, 0)} of ${domain}"
        if !(coalesce(limit, 0) >= 0 && coalesce(limit, 0) <= lookup({ max_spam_score = 100, max_target_spam_score = 100, min_rank = 1000 }, name, 1e15))
      ]
    ])), ". Scores are 0 to 100, ranks 0 to 1000, counts 0 to 1e15."])
  }
}

variable "enforce" {
  description = "Whether a violation refuses the plan. With false, the outputs report it and the plan goes on."
  type        = bool
  default     = true
  nullable    = false
}
