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

// read is what all reads of targets have in common.
type read struct {
	*connection
	// what is read, such as "backlinks summary".
	what string
	// remedies has the remedy for each argument that DataForSEO may refuse although it
	// passed the provider's checks.
	remedies map[string]string
	// maxAge is nil if the cache's own limit applies.
	maxAge *time.Duration
	// timeout limits the whole read.
	timeout time.Duration
	// warn makes the failure of one target a warning.
	warn bool
	gate gate
}

// newRead makes every check that is possible before money is spent.
func (d *gatedDataSource) newRead(ctx context.Context, config *fastread.Config, what string, remedies map[string]string) (*read, diag.Diagnostics) {
	r := &read{connection: d.connection, what: what, remedies: remedies}
	maxAge := fastread.Argument[types.String](ctx, config, "max_age")
	timeout := fastread.Argument[timeouts.Value](ctx, config, "timeouts")
	r.warn = fastread.Argument[types.String](ctx, config, "on_error").ValueString() == onErrorWarn
	var diags, moreDiags diag.Diagnostics
	r.gate, diags = d.gate(ctx, config)
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

func (r *read) failed(target string, failure *dataforseo.Failure) failedRead {
	return failedRead{Failure: failure, what: r.what, target: target, timeout: r.timeout, arguments: r.remedies, connection: r.connection}
}

// answerState is the state that answers of every kind have in common.
type answerState struct {
	FirstSeenRFC3339 *string `json:"first_seen_rfc3339"`
	LostDateRFC3339  *string `json:"lost_date_rfc3339"`

	HasData   *bool   `json:"has_data"`
	FromCache *bool   `json:"from_cache"`
	FetchedAt *string `json:"fetched_at"`
	BaseURL   *string `json:"base_url"`

	verdict
}

// answered returns the state for an answer, judged. metrics is its result, nil without
// one.
func (r *read) answered(answer *dataforseo.Reply, hasData bool, firstSeen, lostDate *string, metrics any) answerState {
	fetchedAt := answer.FetchedAt.UTC().Format(time.RFC3339)
	return answerState{
		FirstSeenRFC3339: dataforseo.RFC3339(firstSeen),
		LostDateRFC3339:  dataforseo.RFC3339(lostDate),
		HasData:          &hasData, FromCache: &answer.FromCache, FetchedAt: &fetchedAt, BaseURL: &r.baseURL,
		verdict: r.gate.judge(judge.Subject{HasData: &hasData, FirstSeen: firstSeen, LostDate: lostDate, Numbers: judge.Numbers(metrics)}),
	}
}

// unanswered returns the state for a failure that became a warning, judged. has_data is
// null, because it is unknown.
func (r *read) unanswered(failure *dataforseo.Failure) answerState {
	state := answerState{verdict: r.gate.judge(judge.Subject{Failure: &failure.Cause})}
	if failure.Envelope != nil {
		state.BaseURL = &r.baseURL
	}
	return state
}
