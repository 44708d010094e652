# Keeps answers in a bucket for the whole team, so that only the first machine to ask
# pays. Without cache_url, answers stay on this machine.

terraform {
  required_version = ">= 1.5"
  required_providers {
    dataforseo = {
      source = "dataforseo/dataforseo"
    }
  }
}

variable "cache_url" {
  description = "Bucket with the team's answers, such as s3://example-terraform-cache/dataforseo?region=eu-central-1."
  type        = string
  default     = null
}

provider "dataforseo" {
  cache = {
    ttl = "24h"
    url = var.cache_url
  }
}

data "dataforseo_backlinks_summaries" "portfolio" {
  targets = ["example.com", "example.org"]
}

output "paid_usd" {
  value = data.dataforseo_backlinks_summaries.portfolio.cost_usd
}
