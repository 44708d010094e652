variable "domains" {
  description = "Domains to read."
  type        = set(string)
  default     = ["example.com", "example.net", "example.org"]
}

# Stops the plan before anything is paid unless the balance is known to be enough.
data "dataforseo_account" "this" {
  lifecycle {
    postcondition {
      # An unknown value isn't enough, and a price of 0 comes from a mock.
      condition = alltrue([
        coalesce(self.backlinks_summary_price_usd, 0) > 0,
        coalesce(self.balance_usd, 0) >= length(var.domains) * coalesce(self.backlinks_summary_price_usd, 0),
      ])
      error_message = join(" ", [
        "The balance of ${coalesce(self.balance_usd, "unknown")} USD may not be enough for ${length(var.domains)} answers",
        "at ${coalesce(self.backlinks_summary_price_usd, "unknown")} USD.",
      ])
    }
  }
}

data "dataforseo_backlinks_summaries" "portfolio" {
  targets = var.domains

  # Waits for the account's check. Only a resource that is about to change would make
  # this wait for the apply.
  depends_on = [data.dataforseo_account.this]
}
