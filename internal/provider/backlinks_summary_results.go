package provider

import (
	"time"

	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/dataforseo"
)

// summaryResults is what is known of one target after a read. A nil is a null in
// Terraform: what DataForSEO did not say is not zero.
type summaryResults struct {
	FirstSeen                       *string                        `tfsdk:"first_seen"`
	FirstSeenRFC3339                *string                        `tfsdk:"first_seen_rfc3339"`
	LostDate                        *string                        `tfsdk:"lost_date"`
	LostDateRFC3339                 *string                        `tfsdk:"lost_date_rfc3339"`
	Rank                            *dataforseo.Integer            `tfsdk:"rank"`
	Backlinks                       *dataforseo.Integer            `tfsdk:"backlinks"`
	BacklinksSpamScore              *dataforseo.Integer            `tfsdk:"backlinks_spam_score"`
	CrawledPages                    *dataforseo.Integer            `tfsdk:"crawled_pages"`
	Info                            *targetInfo                    `tfsdk:"info"`
	InternalLinksCount              *dataforseo.Integer            `tfsdk:"internal_links_count"`
	ExternalLinksCount              *dataforseo.Integer            `tfsdk:"external_links_count"`
	BrokenBacklinks                 *dataforseo.Integer            `tfsdk:"broken_backlinks"`
	BrokenPages                     *dataforseo.Integer            `tfsdk:"broken_pages"`
	ReferringDomains                *dataforseo.Integer            `tfsdk:"referring_domains"`
	ReferringDomainsNofollow        *dataforseo.Integer            `tfsdk:"referring_domains_nofollow"`
	ReferringMainDomains            *dataforseo.Integer            `tfsdk:"referring_main_domains"`
	ReferringMainDomainsNofollow    *dataforseo.Integer            `tfsdk:"referring_main_domains_nofollow"`
	ReferringIPs                    *dataforseo.Integer            `tfsdk:"referring_ips"`
	ReferringSubnets                *dataforseo.Integer            `tfsdk:"referring_subnets"`
	ReferringPages                  *dataforseo.Integer            `tfsdk:"referring_pages"`
	ReferringPagesNofollow          *dataforseo.Integer            `tfsdk:"referring_pages_nofollow"`
	ReferringLinksTLD               map[string]*dataforseo.Integer `tfsdk:"referring_links_tld"`
	ReferringLinksTypes             map[string]*dataforseo.Integer `tfsdk:"referring_links_types"`
	ReferringLinksAttributes        map[string]*dataforseo.Integer `tfsdk:"referring_links_attributes"`
	ReferringLinksPlatformTypes     map[string]*dataforseo.Integer `tfsdk:"referring_links_platform_types"`
	ReferringLinksSemanticLocations map[string]*dataforseo.Integer `tfsdk:"referring_links_semantic_locations"`
	ReferringLinksCountries         map[string]*dataforseo.Integer `tfsdk:"referring_links_countries"`

	HasData   *bool          `tfsdk:"has_data"`
	FromCache *bool          `tfsdk:"from_cache"`
	FetchedAt *string        `tfsdk:"fetched_at"`
	Error     *readError     `tfsdk:"error"`
	Response  *responseModel `tfsdk:"response"`
}

type targetInfo struct {
	Server          *string             `tfsdk:"server"`
	CMS             *string             `tfsdk:"cms"`
	PlatformType    []*string           `tfsdk:"platform_type"`
	IPAddress       *string             `tfsdk:"ip_address"`
	Country         *string             `tfsdk:"country"`
	IsIP            *bool               `tfsdk:"is_ip"`
	TargetSpamScore *dataforseo.Integer `tfsdk:"target_spam_score"`
}

// readError is a failure that on_error = "warn" turned into a warning.
type readError struct {
	Code    *int64 `tfsdk:"code"`
	Message string `tfsdk:"message"`
}

// resultsOf turns an answer into what the state holds.
func resultsOf(answer *dataforseo.BacklinksSummaryAnswer) *summaryResults {
	results := metricsOf(answer.Summary)
	hasData, fromCache, fetchedAt := answer.Summary.HasData(), answer.FromCache, answer.FetchedAt.UTC().Format(time.RFC3339)
	results.HasData, results.FromCache, results.FetchedAt = &hasData, &fromCache, &fetchedAt
	results.Response = responseOf(answer.Envelope)
	return results
}

// resultsOfFailure is what the state holds after a failure that was swallowed.
// has_data stays null: whether there is data is exactly what is not known.
func resultsOfFailure(err error) *summaryResults {
	return &summaryResults{Error: errorOf(err), Response: responseOf(dataforseo.EnvelopeOf(err))}
}

func errorOf(err error) *readError {
	failure := &readError{Message: err.Error()}
	if code := codeOf(err); code != 0 {
		failure.Code = &code
	}
	return failure
}

func metricsOf(s *dataforseo.BacklinksSummary) *summaryResults {
	if s == nil {
		return &summaryResults{}
	}
	return &summaryResults{
		FirstSeen:                       s.FirstSeen,
		FirstSeenRFC3339:                dataforseo.RFC3339(s.FirstSeen),
		LostDate:                        s.LostDate,
		LostDateRFC3339:                 dataforseo.RFC3339(s.LostDate),
		Rank:                            s.Rank,
		Backlinks:                       s.Backlinks,
		BacklinksSpamScore:              s.BacklinksSpamScore,
		CrawledPages:                    s.CrawledPages,
		Info:                            (*targetInfo)(s.Info),
		InternalLinksCount:              s.InternalLinksCount,
		ExternalLinksCount:              s.ExternalLinksCount,
		BrokenBacklinks:                 s.BrokenBacklinks,
		BrokenPages:                     s.BrokenPages,
		ReferringDomains:                s.ReferringDomains,
		ReferringDomainsNofollow:        s.ReferringDomainsNofollow,
		ReferringMainDomains:            s.ReferringMainDomains,
		ReferringMainDomainsNofollow:    s.ReferringMainDomainsNofollow,
		ReferringIPs:                    s.ReferringIPs,
		ReferringSubnets:                s.ReferringSubnets,
		ReferringPages:                  s.ReferringPages,
		ReferringPagesNofollow:          s.ReferringPagesNofollow,
		ReferringLinksTLD:               s.ReferringLinksTLD,
		ReferringLinksTypes:             s.ReferringLinksTypes,
		ReferringLinksAttributes:        s.ReferringLinksAttributes,
		ReferringLinksPlatformTypes:     s.ReferringLinksPlatformTypes,
		ReferringLinksSemanticLocations: s.ReferringLinksSemanticLocations,
		ReferringLinksCountries:         s.ReferringLinksCountries,
	}
}

// summaryResultAttributes is the schema of summaryResults. The descriptions of the
// API's own fields follow DataForSEO's documentation of the endpoint.
func summaryResultAttributes() map[string]schema.Attribute {
	attributes := map[string]schema.Attribute{
		"first_seen":         text("When DataForSEO's crawler first found a backlink for the target, in DataForSEO's form (`2019-11-15 12:57:46 +00:00`)."),
		"first_seen_rfc3339": text("`first_seen` in RFC 3339 (`2019-11-15T12:57:46Z`), as `timecmp` and `timeadd` take it."),
		"lost_date":          text("When the target was lost: it answered with a status of 4xx or 5xx, or its last backlink was removed. Null while it is live. In DataForSEO's form."),
		"lost_date_rfc3339":  text("`lost_date` in RFC 3339, as `timecmp` and `timeadd` take it."),
		"info":               infoAttribute(),
		"has_data": flag("Whether DataForSEO has data for the target: at least one metric. `false` is a success that costs as much as any other answer: all " +
			"metrics are then null, never 0. Null after a failure that `on_error = \"warn\"` let pass. Policies should require `true`."),
		"from_cache": flag("Whether the answer came from the cache and cost nothing now."),
		"fetched_at": text("When the answer arrived from DataForSEO, in RFC 3339."),
		"error":      errorAttribute(),
		"response":   responseAttribute(),
	}
	for name, description := range integerDescriptions {
		attributes[name] = integer(description)
	}
	for name, description := range mapDescriptions {
		attributes[name] = schema.MapAttribute{ElementType: types.Int64Type, Computed: true,
			MarkdownDescription: description + " At most `internal_list_limit` entries, the largest ones."}
	}
	return attributes
}

//nolint:gochecknoglobals // a table that nothing writes to
var integerDescriptions = map[string]string{
	"rank":                            "Rank of the target by its backlinks, 0 to 1000, or 0 to 100 with `rank_scale = \"one_hundred\"`.",
	"backlinks":                       "Number of backlinks that point to the target.",
	"backlinks_spam_score":            "Spam score of all backlinks that point to the target, 0 (none) to 100. The score of the target itself is `info.target_spam_score`.",
	"crawled_pages":                   "Number of the target's pages that DataForSEO has crawled.",
	"internal_links_count":            "Number of internal links, over all pages of the target.",
	"external_links_count":            "Number of external links, over all pages of the target.",
	"broken_backlinks":                "Number of broken backlinks that point to the target.",
	"broken_pages":                    "Number of the target's pages that answer with a status of 4xx or 5xx.",
	"referring_domains":               "Number of domains with at least one backlink to the target. Subdomains count as domains of their own.",
	"referring_domains_nofollow":      "Number of referring domains with at least one nofollow link to the target.",
	"referring_main_domains":          "Number of registrable domains with at least one backlink to the target. Subdomains count as their main domain.",
	"referring_main_domains_nofollow": "Number of referring main domains with at least one nofollow link to the target.",
	"referring_ips":                   "Number of IP addresses that backlinks come from.",
	"referring_subnets":               "Number of subnets that backlinks come from.",
	"referring_pages":                 "Number of pages with at least one backlink to the target.",
	"referring_pages_nofollow":        "Number of referring pages with at least one nofollow link to the target.",
}

//nolint:gochecknoglobals // a table that nothing writes to
var mapDescriptions = map[string]string{
	"referring_links_tld":                "Number of referring links by top-level domain, such as `com` or `co.uk`.",
	"referring_links_types":              "Number of referring links by type: `anchor`, `image`, `link`, `meta`, `canonical`, `alternate`, `redirect`.",
	"referring_links_attributes":         "Number of referring links by attribute, such as `nofollow`, `noopener`, `sponsored`, `ugc`.",
	"referring_links_platform_types":     "Number of referring links by kind of platform: `cms`, `blogs`, `ecommerce`, `message-boards`, `wikis`, `news`, `organization`, `unknown`.",
	"referring_links_semantic_locations": "Number of referring links by the HTML element that holds them (`article`, `section`); the key `\"\"` is for none.",
	"referring_links_countries":          "Number of referring links by country, ISO 3166-1 alpha-2; `WW` is worldwide and the key `\"\"` is for an unknown one.",
}

func infoAttribute() schema.Attribute {
	return schema.SingleNestedAttribute{
		Computed:            true,
		MarkdownDescription: "What DataForSEO knows of the target itself.",
		Attributes: map[string]schema.Attribute{
			"server": text("Web server of the target."),
			"cms":    text("Content management system of the target."),
			"platform_type": schema.ListAttribute{ElementType: types.StringType, Computed: true,
				MarkdownDescription: "Kinds of platform of the target, such as `cms` or `unknown`."},
			"ip_address":        text("IP address of the target."),
			"country":           text("Country that the target's domain belongs to, ISO 3166-1 alpha-2."),
			"is_ip":             flag("Whether the target is an IP address."),
			"target_spam_score": integer("Spam score of the target itself, 0 to 100; for a domain the average over its pages."),
		},
	}
}

func errorAttribute() schema.Attribute {
	return schema.SingleNestedAttribute{
		Computed:            true,
		MarkdownDescription: "The failure that `on_error = \"warn\"` let pass. Null when there was none.",
		Attributes:          errorAttributes(),
	}
}

func errorAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"code":    integer("DataForSEO's code ([list](https://docs.dataforseo.com/v3/appendix/errors/)), else the HTTP status. Null when there was no answer to read one from."),
		"message": text("What went wrong."),
	}
}

func text(description string) schema.Attribute {
	return schema.StringAttribute{Computed: true, MarkdownDescription: description}
}

func integer(description string) schema.Attribute {
	return schema.Int64Attribute{Computed: true, MarkdownDescription: description}
}

func flag(description string) schema.Attribute {
	return schema.BoolAttribute{Computed: true, MarkdownDescription: description}
}

func decimal(description string) schema.Attribute {
	return schema.Float64Attribute{Computed: true, MarkdownDescription: description}
}
