# A policy for a portfolio of domains as a module: each domain has its own limits, and
# the plan ends with a report for the pull request.

terraform {
  required_version = ">= 1.5"
  required_providers {
    dataforseo = {
      source = "dataforseo/dataforseo"
    }
  }
}

variable "enforce" {
  description = "Whether a violation refuses the plan."
  type        = bool
  default     = true
}

module "portfolio" {
  source  = "./modules/portfolio"
  enforce = var.enforce

  domains = {
    "blog.example"   = { max_spam_score = 30, min_referring_domains = 100 }
    "docs.example"   = { max_spam_score = 10, min_referring_domains = 1000, min_rank = 400 }
    "news.example"   = { max_spam_score = 30, max_target_spam_score = 5 }
    "shop.example"   = { max_spam_score = 30, max_broken_backlinks = 1000 }
    "spammy.example" = { max_spam_score = 30, min_referring_domains = 100 }
  }
}

# Stands for what puts the domains into use. It waits for the verdict, whenever that
# comes. (depends_on is right here, on what comes after. On the module itself it would
# push the reads to the apply.)
resource "terraform_data" "attach" {
  for_each   = module.portfolio.verdicts
  input      = each.key
  depends_on = [module.portfolio]
}

output "passed" {
  value = module.portfolio.passed
}

output "violations" {
  value = module.portfolio.violations
}

output "report" {
  value = module.portfolio.report
}
