package provider

import (
	"context"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/datasource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/dataforseo"
	"github.com/dataforseo/terraform-provider-dataforseo/internal/fastread"
	"github.com/dataforseo/terraform-provider-dataforseo/internal/judge"
)

// read is one read of a data source.
type read struct {
	*connection
	// what is read, such as "backlinks summary".
	what string
	// remedies has a remedy for each argument that DataForSEO may refuse although it
	// passed the provider's checks.
	remedies map[string]string
	// maxAge is nil if only the cache limits the age of its answers.
	maxAge *time.Duration
	// timeout limits the whole read. It is 0 if it cannot be configured.
	timeout time.Duration
	// suggestedTimeout would probably suffice. It is 0 for twice the timeout.
	suggestedTimeout time.Duration
	// warn makes the failure of one target a warning.
	warn bool
	gate gate
}

// newRead reads and checks the arguments that all reads of targets have in common.
func (d *gatedDataSource) newRead(ctx context.Context, config *fastread.Config, what string, remedies map[string]string) (*read, diag.Diagnostics) {
	r := &read{connection: d.connection, what: what, remedies: remedies}
	maxAge := fastread.Argument[types.String](ctx, config, "max_age")
	timeout := fastread.Argument[timeouts.Value](ctx, config, "timeouts")
	r.warn = fastread.Argument[types.String](ctx, config, "on_error").ValueString() == onErrorWarn
	var diags, moreDiags diag.Diagnostics
	r.gate, diags = d.newGate(ctx, config)
	diags.Append(d.connection.check()...)
	diags.Append(config.Diagnostics...)
	if diags.HasError() {
		return nil, diags
	}
	r.timeout, moreDiags = timeout.Read(ctx, defaultReadTimeout)
	diags.Append(moreDiags...)
	if !maxAge.IsNull() {
		age, err := parseDuration(maxAge.ValueString(), "1h", false)
		if err != nil {
			diags.AddAttributeError(path.Root("max_age"), "Invalid max_age", err.Error())
		}
		diags.Append(d.connection.checkMaxAge(age, maxAge.ValueString())...)
		r.maxAge = &age
	}
	return r, diags
}

// notices returns the provider's own warnings about a successful answer.
func (r *read) notices(target string, hasData bool) []dataforseo.Notice {
	notices := homePageNotices(target)
	if !hasData && r.gate.limits == nil { // otherwise it is a violation
		notices = append(notices, noDataNotice(target))
	}
	return notices
}

// answerState is the part of the state that answers of every kind have in common.
type answerState struct {
	FirstSeenRFC3339 *string `json:"first_seen_rfc3339"`
	LostDateRFC3339  *string `json:"lost_date_rfc3339"`

	HasData   *bool   `json:"has_data"`
	FromCache *bool   `json:"from_cache"`
	FetchedAt *string `json:"fetched_at"`
	BaseURL   *string `json:"base_url"`

	verdict
}

// success returns the state after a successful answer. result is nil without data.
func (r *read) success(answer *dataforseo.Reply, hasData bool, firstSeen, lostDate *string, result any) answerState {
	fetchedAt := answer.FetchedAt.UTC().Format(time.RFC3339)
	return answerState{
		FirstSeenRFC3339: dataforseo.RFC3339(firstSeen),
		LostDateRFC3339:  dataforseo.RFC3339(lostDate),
		HasData:          &hasData, FromCache: &answer.FromCache, FetchedAt: &fetchedAt, BaseURL: &r.baseURL,
		verdict: r.gate.judge(judge.Subject{HasData: &hasData, FirstSeen: firstSeen, LostDate: lostDate, Numbers: judge.Numbers(result)}),
	}
}

// failure returns the state after a failure that became a warning. has_data is null,
// because it is unknown.
func (r *read) failure(failure *dataforseo.Failure) answerState {
	state := answerState{verdict: r.gate.judge(judge.Subject{Failure: &failure.Cause})}
	if failure.Envelope != nil {
		state.BaseURL = &r.baseURL
	}
	return state
}
