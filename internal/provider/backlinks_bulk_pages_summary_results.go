package provider

import (
	"maps"
	"strings"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/dataforseo"
	"github.com/dataforseo/terraform-provider-dataforseo/internal/judge"
)

// pageSummaryState is the state of one target of a bulk request.
type pageSummaryState struct {
	dataforseo.BacklinksPageSummary

	answerState
}

// bulkState is the part of the state that other portfolios do not have.
type bulkState struct {
	Responses []*dataforseo.Envelope `json:"responses"`
}

// pageSummaryMetrics returns the metrics that require can limit.
func pageSummaryMetrics() judge.Metrics { return judge.MetricsOf[dataforseo.BacklinksPageSummary]() }

// stateOf returns the state for an answer about one target.
func (r *bulkRead) stateOf(answer *dataforseo.Answer[dataforseo.BacklinksPageSummary]) *pageSummaryState {
	state := new(pageSummaryState)
	if answer.Result != nil {
		state.BacklinksPageSummary = *answer.Result
	}
	state.answerState = r.success(&answer.Reply, answer.Result.HasData(), state.FirstSeen, state.LostDate, answer.Result)
	return state
}

// stateOfFailure implements [targetReader].
func (r *bulkRead) stateOfFailure(failure *dataforseo.Failure) targetState {
	return &pageSummaryState{answerState: r.failure(failure)}
}

func (r *bulkRead) state() bulkState {
	state := bulkState{Responses: []*dataforseo.Envelope{}}
	for _, batch := range r.batches {
		state.Responses = append(state.Responses, batch.envelopes...)
	}
	return state
}

// pageSummaryDescriptions describes pageSummaryState.
func pageSummaryDescriptions() map[string]string {
	descriptions := maps.Clone(summaryDescriptions)
	for name, text := range descriptions {
		descriptions[name] = strings.Replace(text, mapEntries, " At most ten entries, the largest ones.", 1)
	}
	descriptions["backlinks_spam_score"] = "Spam score of all backlinks that point to the target, 0 (none) to 100, lower is better."
	descriptions["main_domain_rank"] = "Rank of the main domain that the target belongs to, on the same scale as `rank`."
	descriptions["referring_pages_nofollow"] = "Number of referring pages with at least one nofollow link to the target. **Do not rely on it for a domain**: " +
		"DataForSEO answers 0 where `dataforseo_backlinks_summary` has thousands. `require` does not accept it."
	return descriptions
}

// bulkDescriptions describes bulkState.
func bulkDescriptions() map[string]string {
	descriptions := map[string]string{}
	for name, text := range summaryDescriptions {
		if rest, found := strings.CutPrefix(name, "response"); found {
			descriptions["responses"+rest] = text
		}
	}
	descriptions["responses"] = "The envelopes of the answers to this read, as DataForSEO sent them. Empty if everything came from the cache."
	return descriptions
}
