# A portfolio policy as a module: each domain has its own limits, and the plan contains a
# report for the pull request.

terraform {
  required_version = ">= 1.8"
  required_providers {
    dataforseo = {
      source = "dataforseo/dataforseo"
    }
  }
}

module "portfolio" {
  source = "./modules/portfolio"

  domains = {
    "blog.example"   = { backlinks_spam_score = { max = 30 }, referring_domains = { min = 100 } }
    "docs.example"   = { backlinks_spam_score = { max = 10 }, rank = { min = 400 } }
    "news.example"   = { backlinks_spam_score = { max = 30 }, target_spam_score = { max = 5 } }
    "shop.example"   = { backlinks_spam_score = { max = 30 }, live = true }
    "spammy.example" = { backlinks_spam_score = { max = 30 }, referring_domains = { min = 100 } }
  }
}

# Uses the domains. It takes them from the verdicts, so Terraform creates nothing before
# they pass, even with -target or when the read waits for the apply.
resource "terraform_data" "attach" {
  for_each = module.portfolio.verdicts
  input    = each.key
}

output "report" {
  value = module.portfolio.report
}
