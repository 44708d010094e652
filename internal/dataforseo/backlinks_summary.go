package dataforseo

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"reflect"
	"time"
)

// backlinksSummaryPath is the endpoint's path,
// https://docs.dataforseo.com/v3/backlinks/summary/live/.
const backlinksSummaryPath = "/v3/backlinks/summary/live"

// BacklinksSummaryRequest is the one task of a request. A field that is nil or
// empty is not sent, so that the API's own default applies.
type BacklinksSummaryRequest struct {
	// Target is a domain, a subdomain or the absolute URL of a page, in the form
	// that [NormalizeTarget] returns.
	Target                   string `json:"target"`
	IncludeSubdomains        *bool  `json:"include_subdomains,omitempty"`
	IncludeIndirectLinks     *bool  `json:"include_indirect_links,omitempty"`
	ExcludeInternalBacklinks *bool  `json:"exclude_internal_backlinks,omitempty"`
	// InternalListLimit bounds the number of entries in every map, 1 to 1000.
	InternalListLimit *int64 `json:"internal_list_limit,omitempty"`
	// BacklinksStatusType is all, live or lost.
	BacklinksStatusType *string `json:"backlinks_status_type,omitempty"`
	// BacklinksFilters is what [EncodeBacklinksFilters] returns.
	BacklinksFilters json.RawMessage `json:"backlinks_filters,omitempty"`
	// RankScale is one_hundred or one_thousand.
	RankScale *string `json:"rank_scale,omitempty"`
	// Tag is the user's own name for the task, echoed in the answer.
	Tag *string `json:"tag,omitempty"`
	// MaxAge is the age up to which an answer that was paid for before will do,
	// nil for any age that the cache allows. It is not sent.
	MaxAge *time.Duration `json:"-"`
}

// BacklinksSummary is the result of a request. Every field can be null, which is
// nil here: a metric that is missing is not zero.
type BacklinksSummary struct {
	Target *string `json:"target"`
	// FirstSeen is when the crawler first found a backlink, in the API's own form:
	// see [RFC3339].
	FirstSeen *string `json:"first_seen"`
	// LostDate is when the target was lost, nil while it is live.
	LostDate                        *string              `json:"lost_date"`
	Rank                            *Integer             `json:"rank"`
	Backlinks                       *Integer             `json:"backlinks"`
	BacklinksSpamScore              *Integer             `json:"backlinks_spam_score"`
	CrawledPages                    *Integer             `json:"crawled_pages"`
	Info                            *BacklinksTargetInfo `json:"info"`
	InternalLinksCount              *Integer             `json:"internal_links_count"`
	ExternalLinksCount              *Integer             `json:"external_links_count"`
	BrokenBacklinks                 *Integer             `json:"broken_backlinks"`
	BrokenPages                     *Integer             `json:"broken_pages"`
	ReferringDomains                *Integer             `json:"referring_domains"`
	ReferringDomainsNofollow        *Integer             `json:"referring_domains_nofollow"`
	ReferringMainDomains            *Integer             `json:"referring_main_domains"`
	ReferringMainDomainsNofollow    *Integer             `json:"referring_main_domains_nofollow"`
	ReferringIPs                    *Integer             `json:"referring_ips"`
	ReferringSubnets                *Integer             `json:"referring_subnets"`
	ReferringPages                  *Integer             `json:"referring_pages"`
	ReferringPagesNofollow          *Integer             `json:"referring_pages_nofollow"`
	ReferringLinksTLD               map[string]*Integer  `json:"referring_links_tld"`
	ReferringLinksTypes             map[string]*Integer  `json:"referring_links_types"`
	ReferringLinksAttributes        map[string]*Integer  `json:"referring_links_attributes"`
	ReferringLinksPlatformTypes     map[string]*Integer  `json:"referring_links_platform_types"`
	ReferringLinksSemanticLocations map[string]*Integer  `json:"referring_links_semantic_locations"`
	ReferringLinksCountries         map[string]*Integer  `json:"referring_links_countries"`
}

// BacklinksTargetInfo is what DataForSEO knows of the target itself.
type BacklinksTargetInfo struct {
	Server          *string   `json:"server"`
	CMS             *string   `json:"cms"`
	PlatformType    []*string `json:"platform_type"`
	IPAddress       *string   `json:"ip_address"`
	Country         *string   `json:"country"`
	IsIP            *bool     `json:"is_ip"`
	TargetSpamScore *Integer  `json:"target_spam_score"`
}

// BacklinksSummaryAnswer is a successful answer.
type BacklinksSummaryAnswer struct {
	// Summary is nil when the API has no data for the target, which is a success. See
	// [BacklinksSummary.HasData].
	Summary  *BacklinksSummary
	Envelope *Envelope
	// FetchedAt is when the answer arrived from the API.
	FetchedAt time.Time
	// FromCache says that this answer was not paid for now.
	FromCache bool
	// Charges is what it cost now, see [Reply.Charges].
	Charges Charges
	// Kept says that it is there for the next process.
	Kept bool
	// Notices are what a person should know although there is an answer.
	Notices []Notice
}

// BacklinksSummary asks for the backlink metrics of one target, which costs
// money. The errors are those of [Doer].
func (c *Client) BacklinksSummary(ctx context.Context, request BacklinksSummaryRequest) (*BacklinksSummaryAnswer, error) {
	call, err := request.call()
	if err != nil {
		return nil, fmt.Errorf("encode the request for %q: %w", request.Target, err)
	}
	reply, err := c.doer.Do(ctx, call)
	if err != nil {
		return nil, err
	}
	answer := &BacklinksSummaryAnswer{
		Envelope: reply.Envelope, FetchedAt: reply.FetchedAt, FromCache: reply.FromCache,
		Charges: reply.Charges, Kept: reply.Kept, Notices: reply.Notices,
	}
	if summary, ok := reply.Result.(*BacklinksSummary); ok {
		answer.Summary = summary
	}
	return answer, nil
}

// HasData reports whether any metric is known: one number at least. Dates and texts
// are none, and an answer of nothing but null is no data, though there is a result.
func (s *BacklinksSummary) HasData() bool {
	if s == nil {
		return false
	}
	if s.Info != nil && s.Info.TargetSpamScore != nil {
		return true
	}
	for _, field := range reflect.ValueOf(*s).Fields() {
		if known(field.Interface()) {
			return true
		}
	}
	return false
}

// known reports whether a field is a metric that is known.
func known(field any) bool {
	switch field := field.(type) {
	case *Integer:
		return field != nil
	case map[string]*Integer:
		for _, number := range field {
			if number != nil {
				return true
			}
		}
	}
	return false
}

func (r BacklinksSummaryRequest) call() (*Call, error) {
	body, err := encodeTask(r)
	if err != nil {
		return nil, err
	}
	r.Tag = nil // it names the task and changes nothing in the answer
	key, err := encodeTask(r)
	if err != nil {
		return nil, err
	}
	return &Call{
		Method:    http.MethodPost,
		Path:      backlinksSummaryPath,
		Body:      body,
		Paid:      true,
		Key:       key,
		MaxAge:    r.MaxAge,
		Subject:   r.Target,
		NewResult: func() any { return new(BacklinksSummary) },
	}, nil
}

// encodeTask writes the array of one task that a live endpoint takes. Operators
// such as < are not turned into escapes, so that a log reads as the request does.
func encodeTask(task any) ([]byte, error) {
	var body bytes.Buffer
	encoder := json.NewEncoder(&body)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode([]any{task}); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(body.Bytes(), []byte("\n")), nil
}
