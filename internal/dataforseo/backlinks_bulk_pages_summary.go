package dataforseo

import (
	"context"
	"net/http"
	"time"
)

// backlinksBulkPagesSummary is
// https://docs.dataforseo.com/v3/backlinks/bulk_pages_summary/live/, with its price
// since 2026-07-01.
//
//nolint:gochecknoglobals // nothing writes to it
var backlinksBulkPagesSummary = Endpoint{
	Method: http.MethodPost, Path: "/v3/backlinks/bulk_pages_summary/live", Price: Price{Call: 0.024, Row: 0.000036},
}

// BacklinksBulkPagesSummaryRequest is the single task of a request. A nil field is not
// sent, so that the API's default applies.
type BacklinksBulkPagesSummaryRequest struct {
	// Targets are at most as many as [PackTargets] puts together, each in the form
	// that [NormalizeTarget] returns.
	Targets           []string `json:"targets"`
	IncludeSubdomains *bool    `json:"include_subdomains,omitempty"`
	// RankScale is one_hundred or one_thousand.
	RankScale *string `json:"rank_scale,omitempty"`
	// Tag is the user's own name for the task, echoed in the answer.
	Tag *string `json:"tag,omitempty"`
	// MaxAge is the greatest acceptable age of a cached answer, nil for the cache's own
	// limit. It is not sent.
	MaxAge *time.Duration `json:"-"`
}

// BacklinksPageSummary is what an answer has for one target.
type BacklinksPageSummary struct {
	BacklinksMetrics

	MainDomainRank *Integer `json:"main_domain_rank" metric:"rank"`
	// ReferringPagesNofollow was 0 for a domain with 5,988 in its summary, so it is not
	// a metric.
	ReferringPagesNofollow *Integer `json:"referring_pages_nofollow"`
}

// HasData reports whether there is at least one number. Dates and nulls alone are not
// data.
func (s *BacklinksPageSummary) HasData() bool { return s != nil && hasNumber(*s) }

// Call returns the request as a [Call]. Its answer is not cached as a whole, see
// [BacklinksBulkPagesSummaryRequest.CallFor].
func (r BacklinksBulkPagesSummaryRequest) Call() (*Call, error) {
	body, err := encodeTask(r)
	if err != nil {
		return nil, err
	}
	return &Call{Endpoint: &backlinksBulkPagesSummary, Body: body, Rows: len(r.Targets)}, nil
}

// CallFor returns the call whose answer is the part about one target. It is never sent; it
// identifies the part in the cache.
func (r BacklinksBulkPagesSummaryRequest) CallFor(target string) (*Call, error) {
	r.Targets, r.Tag = []string{target}, nil
	dropDefault(&r.IncludeSubdomains, true)
	dropDefault(&r.RankScale, "one_thousand")
	key, err := encodeTask(r)
	if err != nil {
		return nil, err
	}
	return &Call{Endpoint: &backlinksBulkPagesSummary, Rows: 1, CacheKey: key, MaxAge: r.MaxAge, Target: target}, nil
}

// BacklinksBulkPagesSummary fetches the backlink metrics of several targets. It costs
// money.
func (c *Client) BacklinksBulkPagesSummary(ctx context.Context, request BacklinksBulkPagesSummaryRequest) (*BulkAnswer, *Failure) {
	call, err := request.Call()
	if err != nil {
		return nil, FailureOfRequest(err)
	}
	reply, failure := c.doer.Do(ctx, call)
	if failure != nil {
		return nil, failure
	}
	return newBulkAnswer(call, request.Targets, reply)
}

// ReadBacklinksPageSummary reads a part of an answer, new or from the cache.
func ReadBacklinksPageSummary(call *Call, part *Reply) *Answer[BacklinksPageSummary] {
	return newAnswer[BacklinksPageSummary](call, part)
}
