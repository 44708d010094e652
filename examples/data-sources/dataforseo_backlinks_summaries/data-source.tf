data "dataforseo_backlinks_summaries" "portfolio" {
  targets = ["example.com", "example.net", "example.org"]

  lifecycle {
    # Looks for every target, so that none gets by. What is not known does not pass: a
    # metric without a value is null, and no score is above 100.
    postcondition {
      condition = alltrue([
        for target in self.targets :
        try(self.summaries[target].has_data == true && coalesce(self.summaries[target].backlinks_spam_score, 101) <= 30, false)
      ])
      error_message = "Refused by the backlink policy: ${join(", ", [
        for target in self.targets : "${target} (${try(coalesce(self.summaries[target].backlinks_spam_score), "unknown")})"
        if !try(self.summaries[target].has_data == true && coalesce(self.summaries[target].backlinks_spam_score, 101) <= 30, false)
      ])}."
    }
  }
}

output "ranks" {
  value = { for target, summary in data.dataforseo_backlinks_summaries.portfolio.summaries : target => summary.rank }
}

output "cost_usd" {
  value = data.dataforseo_backlinks_summaries.portfolio.cost_usd
}
