variable "domains" {
  description = <<-EOT
    Domains of the portfolio, each with its limits, in the form of the argument require. Each domain costs about 0.024 USD, at every plan without a
    cache. {} isn't enough: give each domain at least one limit.
  EOT

  # Not an object type: Terraform drops unknown attributes, so a misspelt limit would be
  # no limit.
  type     = any
  nullable = false

  validation {
    condition     = can(keys(var.domains)) && try(length(var.domains) > 0, false)
    error_message = "There are no domains. Give at least one, such as { \"example.com\" = { backlinks_spam_score = { max = 30 } } }."
  }

  validation {
    condition     = alltrue([for domain in try(keys(var.domains), []) : !can(regex("[/:]", domain))])
    error_message = "Give domains, without a scheme, a path or a port: a page has its own numbers, usually better ones."
  }

  validation {
    condition = alltrue([for limits in try(values(var.domains), []) : try(length(keys(limits)) > 0, false)])
    error_message = join("", ["Without limits: ", join(", ", [
      for domain, limits in try({ for domain, limits in var.domains : domain => limits }, {}) : domain if !try(length(keys(limits)) > 0, false)
    ]), ". Give each domain at least one, such as { backlinks_spam_score = { max = 30 } }."])
  }
}
