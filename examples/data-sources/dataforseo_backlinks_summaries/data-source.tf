data "dataforseo_backlinks_summaries" "portfolio" {
  targets = ["example.com", "example.net", "example.org"]

  lifecycle {
    # Every target is in summaries, so none gets by. What is not known does not pass:
    # a metric without a value is null, and no score is above 100.
    postcondition {
      condition = alltrue([
        for summary in values(self.summaries) :
        summary.has_data == true && coalesce(summary.backlinks_spam_score, 101) <= 30
      ])
      error_message = "Refused by the backlink policy: ${join(", ", [
        for target, summary in self.summaries : "${target} (${coalesce(summary.backlinks_spam_score, "unknown")})"
        if !(summary.has_data == true && coalesce(summary.backlinks_spam_score, 101) <= 30)
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
