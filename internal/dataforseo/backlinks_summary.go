package dataforseo

import (
	"context"
	"encoding/json"
	"net/http"
	"reflect"
	"time"
)

// backlinksSummary is https://docs.dataforseo.com/v3/backlinks/summary/live/, with its
// price since 2026-07-01.
//
//nolint:gochecknoglobals // nothing writes to it
var backlinksSummary = Endpoint{
	Method: http.MethodPost, Path: "/v3/backlinks/summary/live", Price: Price{Call: 0.024, Row: 0.000036},
}

// BacklinksSummaryRequest is the single task of a request. A nil or empty field is not
// sent, so that the API's default applies.
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
	// MaxAge is the greatest acceptable age of a cached answer, nil for the cache's own
	// limit. It is not sent.
	MaxAge *time.Duration `json:"-"`
}

// BacklinksMetrics are the fields that all summaries have. Any field can be null in the
// API, which is nil here: a missing metric is not zero. The tag "metric" marks numbers
// that a policy can limit; package judge explains it.
type BacklinksMetrics struct {
	// FirstSeen is when the crawler first found a backlink, in the API's format. See
	// [RFC3339].
	FirstSeen *string `json:"first_seen"`
	// LostDate is when the target was lost, nil while it is live.
	LostDate                        *string             `json:"lost_date" unreadable:"unreadable"`
	Rank                            *Integer            `json:"rank" metric:"rank"`
	Backlinks                       *Integer            `json:"backlinks" metric:"count"`
	BacklinksSpamScore              *Integer            `json:"backlinks_spam_score" metric:"score"`
	BrokenBacklinks                 *Integer            `json:"broken_backlinks" metric:"count"`
	BrokenPages                     *Integer            `json:"broken_pages" metric:"count"`
	ReferringDomains                *Integer            `json:"referring_domains" metric:"count"`
	ReferringDomainsNofollow        *Integer            `json:"referring_domains_nofollow" metric:"count"`
	ReferringMainDomains            *Integer            `json:"referring_main_domains" metric:"count"`
	ReferringMainDomainsNofollow    *Integer            `json:"referring_main_domains_nofollow" metric:"count"`
	ReferringIPs                    *Integer            `json:"referring_ips" metric:"count"`
	ReferringSubnets                *Integer            `json:"referring_subnets" metric:"count"`
	ReferringPages                  *Integer            `json:"referring_pages" metric:"count"`
	ReferringLinksTLD               map[string]*Integer `json:"referring_links_tld"`
	ReferringLinksTypes             map[string]*Integer `json:"referring_links_types"`
	ReferringLinksAttributes        map[string]*Integer `json:"referring_links_attributes"`
	ReferringLinksPlatformTypes     map[string]*Integer `json:"referring_links_platform_types"`
	ReferringLinksSemanticLocations map[string]*Integer `json:"referring_links_semantic_locations"`
	ReferringLinksCountries         map[string]*Integer `json:"referring_links_countries"`
}

// BacklinksSummary is the result of a request.
type BacklinksSummary struct {
	BacklinksMetrics

	CrawledPages           *Integer             `json:"crawled_pages" metric:"count"`
	Info                   *BacklinksTargetInfo `json:"info"`
	InternalLinksCount     *Integer             `json:"internal_links_count" metric:"count"`
	ExternalLinksCount     *Integer             `json:"external_links_count" metric:"count"`
	ReferringPagesNofollow *Integer             `json:"referring_pages_nofollow" metric:"count"`
}

// BacklinksTargetInfo describes the target itself.
type BacklinksTargetInfo struct {
	Server          *string   `json:"server"`
	CMS             *string   `json:"cms"`
	PlatformType    []*string `json:"platform_type"`
	IPAddress       *string   `json:"ip_address"`
	Country         *string   `json:"country"`
	IsIP            *bool     `json:"is_ip"`
	TargetSpamScore *Integer  `json:"target_spam_score" metric:"score"`
}

// BacklinksSummary fetches the backlink metrics of one target. It costs money.
func (c *Client) BacklinksSummary(ctx context.Context, request BacklinksSummaryRequest) (*Answer[BacklinksSummary], *Failure) {
	call, err := request.Call()
	if err != nil {
		return nil, FailureOfRequest(err)
	}
	return ask[BacklinksSummary](ctx, c.doer, call)
}

// HasData reports whether the result contains at least one number. Dates, text and
// nulls alone are not data.
func (s *BacklinksSummary) HasData() bool { return s != nil && hasNumber(*s) }

// hasNumber reports whether a struct has a number that is not null, at any depth.
func hasNumber(fields any) bool {
	for _, field := range reflect.ValueOf(fields).Fields() {
		switch value := field.Interface().(type) {
		case *Integer:
			if value != nil {
				return true
			}
		case map[string]*Integer:
			for _, number := range value {
				if number != nil {
					return true
				}
			}
		case BacklinksMetrics:
			if hasNumber(value) {
				return true
			}
		case *BacklinksTargetInfo:
			if value != nil && hasNumber(*value) {
				return true
			}
		}
	}
	return false
}

// Call returns the request as a [Call].
func (r BacklinksSummaryRequest) Call() (*Call, error) {
	body, err := encodeTask(r)
	if err != nil {
		return nil, err
	}
	r.Tag = nil // a label, which does not affect the result
	key, err := encodeTask(r.withoutDefaults())
	if err != nil {
		return nil, err
	}
	return &Call{Endpoint: &backlinksSummary, Body: body, Rows: 1, CacheKey: key, MaxAge: r.MaxAge, Target: r.Target}, nil
}

// withoutDefaults drops arguments that repeat the API's defaults, so that both
// spellings share a cache key.
func (r BacklinksSummaryRequest) withoutDefaults() BacklinksSummaryRequest {
	dropDefault(&r.IncludeSubdomains, true)
	dropDefault(&r.IncludeIndirectLinks, true)
	dropDefault(&r.ExcludeInternalBacklinks, true)
	dropDefault(&r.InternalListLimit, 10)
	dropDefault(&r.BacklinksStatusType, "live")
	dropDefault(&r.RankScale, "one_thousand")
	return r
}

func dropDefault[T comparable](argument **T, value T) {
	if *argument != nil && **argument == value {
		*argument = nil
	}
}
