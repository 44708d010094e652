variable "domains" {
  description = "Domains that are about to be read."
  type        = set(string)
  default     = ["example.com", "example.net", "example.org"]
}

# Stops the plan before anything is paid, unless the balance is known to be enough.
data "dataforseo_account" "this" {
  lifecycle {
    postcondition {
      # A balance that is unknown counts as nothing, and so does a price: nobody
      # charges 1000 USD for an answer.
      condition = coalesce(self.balance_usd, 0) >= length(var.domains) * coalesce(self.backlinks_summary_price_usd, 1000)
      error_message = join(" ", [
        "The balance of ${coalesce(self.balance_usd, "unknown")} USD may not be enough for ${length(var.domains)} answers",
        "at ${coalesce(self.backlinks_summary_price_usd, "unknown")} USD.",
      ])
    }
  }
}

data "dataforseo_backlinks_summaries" "portfolio" {
  targets = var.domains

  # Waits until the account has passed. Only a resource that is about to change would
  # make it wait for the apply.
  depends_on = [data.dataforseo_account.this]
}
