package provider

import (
	"context"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/datasource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
)

// The values of on_error.
const (
	onErrorFail = "fail"
	onErrorWarn = "warn"
)

// maxTagLength is counted in characters, not bytes.
const maxTagLength = 255

// summaryArgumentAttributes returns the schema of the arguments besides targets and the
// gate.
func summaryArgumentAttributes(ctx context.Context) map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"include_subdomains": schema.BoolAttribute{
			Optional: true,
			MarkdownDescription: "Count the backlinks of the target's subdomains, too. If the target is a subdomain, its own subdomains are never counted. " +
				"DataForSEO's default: `true`.",
		},
		"include_indirect_links": schema.BoolAttribute{
			Optional: true,
			MarkdownDescription: "Count links to a page that redirects to the target or names it as canonical. " +
				"DataForSEO's default: `true`.",
		},
		"exclude_internal_backlinks": schema.BoolAttribute{
			Optional: true,
			MarkdownDescription: "Exclude links from subdomains of the target's own domain. " +
				"DataForSEO's default: `true`.",
		},
		"internal_list_limit": schema.NumberAttribute{
			Optional: true,
			MarkdownDescription: "Maximum number of entries in each of the `referring_links_*` maps, 1 to 1000. " +
				"DataForSEO's default: `10`.",
			Validators: []validator.Number{wholeNumberValidator{1, 1000}},
		},
		"backlinks_status_type": schema.StringAttribute{
			Optional: true,
			MarkdownDescription: "Which backlinks to count: `live` (found at the last check), `lost`, or `all`. " +
				"DataForSEO's default: `live`.",
			Validators: []validator.String{stringvalidator.OneOf("all", "live", "lost")},
		},
		"backlinks_filters": schema.DynamicAttribute{
			Optional: true,
			MarkdownDescription: "Count only the backlinks that meet these conditions, in DataForSEO's syntax: `[\"dofollow\", \"=\", true]`, or " +
				"several conditions and groups joined by `\"and\"` and `\"or\"`. At most 8 conditions. Use a list, or a JSON string (`jsonencode(...)`) " +
				"for a variable of a fixed type and for CDK Terrain. Declare a variable for the list with `type = any`: " +
				"`list(any)` turns `true` into `\"true\"`, which is refused. A `dofollow = false` filter makes `rank` 0. Filters cost nothing.",
			Validators: []validator.Dynamic{filtersValidator{"conditions such as [\"dofollow\", \"=\", true], or the same as a JSON string"}},
		},
		"rank_scale": schema.StringAttribute{
			Optional: true,
			MarkdownDescription: "Scale of `rank`: `one_hundred` (0 to 100) or `one_thousand` (0 to 1000). " +
				"DataForSEO's default: `one_thousand`.",
			Validators: []validator.String{stringvalidator.OneOf("one_hundred", "one_thousand")},
		},
		"tag": schema.StringAttribute{
			Optional: true,
			MarkdownDescription: "Your own name for the task, at most 255 characters. DataForSEO echoes it in `response.task.data`. " +
				"An answer from the cache has the tag of the request that paid for it.",
			Validators: []validator.String{stringvalidator.UTF8LengthBetween(0, maxTagLength)},
		},
		"max_age": schema.StringAttribute{
			Optional: true,
			MarkdownDescription: "Maximum age of a cached answer for this read, as a Go duration such as `\"1h\"` (the largest unit is `h`). `\"0s\"` always asks. " +
				"It can only shorten the `ttl` of the provider's `cache`: a longer one gives a warning. Without that cache, it limits only the age of " +
				"answers that other reads of the same run share. Default: the `ttl`.",
			Validators: []validator.String{durationValidator("1h", false)},
		},
		"on_error": schema.StringAttribute{
			Optional: true,
			MarkdownDescription: "What happens when a target fails: `fail` stops the plan. `warn` gives a warning, sets `error`, and leaves " +
				"`has_data` and every metric null. A failure of the account (credentials, balance, verification, IP address) or of the provider's " +
				"configuration stops the plan in either case. Default: `fail`.",
			Validators: []validator.String{stringvalidator.OneOf(onErrorFail, onErrorWarn)},
		},
		"timeouts": timeoutsAttribute(ctx),
	}
}

// defaultReadTimeout limits a read, including all attempts and the waits between them.
const (
	defaultReadTimeout     = 10 * time.Minute
	defaultReadTimeoutText = "10m"
)

func timeoutsAttribute(ctx context.Context) schema.Attribute {
	attribute := timeouts.AttributesWithOpts(ctx, timeouts.Opts{
		ReadDescription: "Time-out of the read, as a Go duration such as `\"5m\"`, for all attempts and the waits between them. Default: `\"" +
			defaultReadTimeoutText + "\"`.",
	})
	nested, ok := attribute.(schema.SingleNestedAttribute)
	if !ok {
		return attribute
	}
	nested.MarkdownDescription = "How long operations may take. Terraform ignores misspelt names in it without a warning."
	// The library's description is plain text, unlike the rest of the schema, and it
	// allows a time-out of zero.
	if read, ok := nested.Attributes["read"].(schema.StringAttribute); ok {
		read.MarkdownDescription, read.Description = read.Description, ""
		read.Validators = []validator.String{durationValidator(defaultReadTimeoutText, true)}
		nested.Attributes["read"] = read
	}
	return nested
}

// summaryRemedies are the remedies of a [read].
//
//nolint:gochecknoglobals // a table that nothing writes to
var summaryRemedies = map[string]string{
	"target":                     "Use a domain or subdomain with an existing top-level domain, without https:// and www., or the absolute URL of a page.",
	"include_subdomains":         "Use true or false, or leave it out.",
	"include_indirect_links":     "Use true or false, or leave it out.",
	"exclude_internal_backlinks": "Use true or false, or leave it out.",
	"internal_list_limit":        "Use a number from 1 to 1000, or leave it out.",
	"backlinks_status_type":      "Use \"all\", \"live\" or \"lost\", or leave it out.",
	"backlinks_filters":          "https://docs.dataforseo.com/v3/backlinks/filters/ lists the fields and their operators.",
	"rank_scale":                 "Use \"one_hundred\" or \"one_thousand\", or leave it out.",
	"tag":                        "Use at most 255 characters, or leave it out.",
}
