package provider

import (
	"cmp"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/dataforseo"
	"github.com/dataforseo/terraform-provider-dataforseo/internal/judge"
)

// summaryState is the state of one target: the result under DataForSEO's names, plus
// the provider's own attributes. Nil is null in Terraform: a missing value is not zero.
type summaryState struct {
	dataforseo.BacklinksSummary

	answerState

	Error    *readError           `json:"error"`
	Response *dataforseo.Envelope `json:"response"`
}

// summaryMetrics returns the metrics that require can limit.
func summaryMetrics() judge.Metrics { return judge.MetricsOf[dataforseo.BacklinksSummary]() }

// readError is a failure that on_error = "warn" made a warning.
type readError struct {
	Code    *int    `json:"code"`
	Message *string `json:"message"`
}

// stateOf returns the state for an answer.
func (r *summaryRead) stateOf(answer *dataforseo.Answer[dataforseo.BacklinksSummary]) *summaryState {
	state := &summaryState{Response: answer.Envelope}
	if answer.Result != nil {
		state.BacklinksSummary = *answer.Result
	}
	state.answerState = r.success(&answer.Reply, answer.Result.HasData(), state.FirstSeen, state.LostDate, answer.Result)
	return state
}

// stateOfFailure implements [targetReader].
func (r *summaryRead) stateOfFailure(failure *dataforseo.Failure) targetState {
	return &summaryState{answerState: r.failure(failure), Error: errorOf(failure), Response: failure.Envelope}
}

func errorOf(failure *dataforseo.Failure) *readError {
	e := &readError{Message: &failure.Cause}
	if code := cmp.Or(failure.Code, failure.HTTPStatus); code != 0 && failure.Kind != dataforseo.KindUnusable {
		e.Code = &code
	}
	return e
}

// summaryDescriptions describes summaryState. The API's own fields are described as in
// DataForSEO's documentation.
//
//nolint:gochecknoglobals // a table that nothing writes to
var summaryDescriptions = map[string]string{
	"first_seen":                         "When DataForSEO's crawler first found a backlink for the target, in DataForSEO's format (`2019-11-15 12:57:46 +00:00`).",
	"first_seen_rfc3339":                 "`first_seen` in RFC 3339 (`2019-11-15T12:57:46Z`), for `timecmp` and `timeadd`.",
	"lost_date":                          "When the target was lost: it answered with status 4xx or 5xx, or its last backlink was removed. Null while the target is live. In DataForSEO's format.",
	"lost_date_rfc3339":                  "`lost_date` in RFC 3339, for `timecmp` and `timeadd`.",
	"rank":                               "Rank of the target by its backlinks, 0 to 1000, or 0 to 100 with `rank_scale = \"one_hundred\"`. Higher is better.",
	"backlinks":                          "Number of backlinks that point to the target.",
	"backlinks_spam_score":               "Spam score of all backlinks that point to the target, 0 (none) to 100, lower is better. The score of the target itself is `info.target_spam_score`.",
	"crawled_pages":                      "Number of the target's pages that DataForSEO has crawled.",
	"internal_links_count":               "Number of internal links, over all pages of the target.",
	"external_links_count":               "Number of external links, over all pages of the target.",
	"broken_backlinks":                   "Number of broken backlinks that point to the target.",
	"broken_pages":                       "Number of the target's pages that answer with status 4xx or 5xx.",
	"referring_domains":                  "Number of domains with at least one backlink to the target. Subdomains count as domains of their own.",
	"referring_domains_nofollow":         "Number of referring domains with at least one nofollow link to the target.",
	"referring_main_domains":             "Number of registrable domains with at least one backlink to the target. Subdomains count as their main domain.",
	"referring_main_domains_nofollow":    "Number of referring main domains with at least one nofollow link to the target.",
	"referring_ips":                      "Number of IP addresses that backlinks come from.",
	"referring_subnets":                  "Number of subnets that backlinks come from.",
	"referring_pages":                    "Number of pages with at least one backlink to the target.",
	"referring_pages_nofollow":           "Number of referring pages with at least one nofollow link to the target.",
	"referring_links_tld":                "Number of referring links by top-level domain, such as `com` or `co.uk`." + mapEntries,
	"referring_links_types":              "Number of referring links by type: `anchor`, `image`, `link`, `meta`, `canonical`, `alternate`, `redirect`." + mapEntries,
	"referring_links_attributes":         "Number of referring links by attribute, such as `nofollow`, `noopener`, `sponsored`, `ugc`." + mapEntries,
	"referring_links_platform_types":     "Number of referring links by kind of platform: `cms`, `blogs`, `ecommerce`, `message-boards`, `wikis`, `news`, `organization`, `unknown`." + mapEntries,
	"referring_links_semantic_locations": "Number of referring links by the HTML element that holds them (`article`, `section`); the key `\"\"` means none." + mapEntries,
	"referring_links_countries":          "Number of referring links by country, ISO 3166-1 alpha-2; `WW` means worldwide, and the key `\"\"` unknown." + mapEntries,
	"info":                               "What DataForSEO knows about the target itself.",
	"info.server":                        "Web server of the target.",
	"info.cms":                           "Content management system of the target.",
	"info.platform_type":                 "Kinds of platform of the target, such as `cms` or `unknown`.",
	"info.ip_address":                    "IP address of the target.",
	"info.country":                       "Country of the target's domain, ISO 3166-1 alpha-2.",
	"info.is_ip":                         "Whether the target is an IP address.",
	"info.target_spam_score":             "Spam score of the target itself, 0 to 100. For a domain, the average of its pages.",
	"has_data": "Whether DataForSEO has data for the target: at least one metric. If `false`, all metrics are null, never 0, and the answer costs as " +
		"much as any other. Null after a failure with `on_error = \"warn\"`. Policies should require `true`.",
	"from_cache":                   "Whether the answer came from the cache, at no cost.",
	"base_url":                     "Address of the API that answered, also for an answer from the cache. With it, conditions can tell live data from the sandbox's dummy data. Null without an answer.",
	"passed":                       "Whether the target meets `require`. False if that is uncertain. Null without `require`.",
	"violations":                   "Why the target does not meet `require`: a sentence for each limit, such as `backlinks_spam_score is 67, at most 30 allowed`. Null without `require`.",
	"fetched_at":                   "When the answer arrived from DataForSEO, in RFC 3339.",
	"error":                        "The failure, with `on_error = \"warn\"`. Null without a failure.",
	"error.code":                   "DataForSEO's code ([list](https://docs.dataforseo.com/v3/appendix/errors/)), else the HTTP status. Null without an answer.",
	"error.message":                "What went wrong.",
	"response":                     "The envelope of the answer, as DataForSEO sent it. Null without an answer.",
	"response.version":             "Version of the API.",
	"response.status_code":         "Status of the whole answer, 20000 for success.",
	"response.status_message":      "Status of the whole answer in words.",
	"response.time":                "How long DataForSEO took, such as `0.9619 sec.`.",
	"response.cost":                "Price of the answer in USD.",
	"response.tasks_count":         "Number of tasks in the answer, which is one.",
	"response.tasks_error":         "Number of tasks that failed.",
	"response.task.id":             "DataForSEO's task id. DataForSEO support asks for it.",
	"response.task.status_code":    "Status of the task, 20000 for success.",
	"response.task.status_message": "Status of the task in words.",
	"response.task.time":           "How long the task took.",
	"response.task.cost":           "Price of the task in USD.",
	"response.task.result_count":   "Number of results: 1, or 0 without data.",
	"response.task.data":           "The request as DataForSEO understood it, in JSON, for `jsondecode`.",
	"response.task":                "The one task of the answer.",
	"response.task.path":           "Path of the endpoint, in parts.",
}

const mapEntries = " At most `internal_list_limit` entries, the largest ones."
