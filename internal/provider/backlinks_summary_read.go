package provider

import (
	"context"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/dataforseo"
	"github.com/dataforseo/terraform-provider-dataforseo/internal/fastread"
)

// summaryRead is a read of summaries, with a request for each target.
type summaryRead struct {
	*read
	request dataforseo.BacklinksSummaryRequest
}

// newSummaryRead makes every check that is possible before money is spent.
func (d *gatedDataSource) newSummaryRead(ctx context.Context, config *fastread.Config) (*summaryRead, diag.Diagnostics) {
	request := dataforseo.BacklinksSummaryRequest{
		IncludeSubdomains:        fastread.Argument[types.Bool](ctx, config, "include_subdomains").ValueBoolPointer(),
		IncludeIndirectLinks:     fastread.Argument[types.Bool](ctx, config, "include_indirect_links").ValueBoolPointer(),
		ExcludeInternalBacklinks: fastread.Argument[types.Bool](ctx, config, "exclude_internal_backlinks").ValueBoolPointer(),
		InternalListLimit:        wholeNumber(fastread.Argument[types.Number](ctx, config, "internal_list_limit")),
		BacklinksStatusType:      fastread.Argument[types.String](ctx, config, "backlinks_status_type").ValueStringPointer(),
		RankScale:                fastread.Argument[types.String](ctx, config, "rank_scale").ValueStringPointer(),
		Tag:                      fastread.Argument[types.String](ctx, config, "tag").ValueStringPointer(),
	}
	filters := fastread.Argument[types.Dynamic](ctx, config, "backlinks_filters")
	read, diags := d.newRead(ctx, config, "backlinks summary", summaryRemedies)
	if diags.HasError() {
		return nil, diags
	}
	var moreDiags diag.Diagnostics
	request.BacklinksFilters, moreDiags = encodeFilters(filters)
	request.MaxAge = read.maxAge
	return &summaryRead{read, request}, append(diags, moreDiags...)
}

// requestFor returns the request for one target in wire form.
func (r *summaryRead) requestFor(target string) dataforseo.BacklinksSummaryRequest {
	request := r.request
	request.Target = target
	return request
}

// ask requests one target in wire form, which costs money.
func (r *summaryRead) ask(ctx context.Context, target string) (*dataforseo.Answer[dataforseo.BacklinksSummary], *dataforseo.Failure) {
	answer, failure := r.client.BacklinksSummary(ctx, r.requestFor(target))
	if failure == nil {
		answer.Notices = append(answer.Notices, r.notices(target, answer.Result.HasData())...)
	}
	return answer, failure
}

// requestAll implements [targetReader].
func (r *summaryRead) requestAll(ctx context.Context, p *portfolio) {
	p.concurrently(len(p.targets), func(i int) {
		target := p.targets[i]
		if answer, failure := r.ask(ctx, target); failure != nil {
			p.fail(ctx, []string{target}, failure)
		} else {
			p.succeed(ctx, target, &answer.Reply, r.stateOf(answer))
		}
	})
}

// divide implements [targetReader].
func (r *summaryRead) divide(targets []string) [][]string {
	return slices.Collect(slices.Chunk(targets, 1))
}

// cacheCall implements [targetReader].
func (r *summaryRead) cacheCall(target string) (*dataforseo.Call, error) {
	return r.requestFor(target).Call()
}

// readOne reads a single target. normalised is its wire form. If the diagnostics contain
// an error, there is no state.
func (r *summaryRead) readOne(ctx context.Context, target, normalised string) (state targetState, diags diag.Diagnostics) {
	ctx, cancel := context.WithTimeout(ctx, r.timeout)
	defer cancel()
	answer, failure := r.ask(ctx, normalised)
	if failure != nil {
		diags.Append(failedRead{failure, r.read, target}.diagnostic(r.warn))
		if diags.HasError() {
			return nil, diags
		}
		state = r.stateOfFailure(failure)
		diags.Append(r.violationsOf(target, state))
		return state, diags
	}
	appendNotices(&diags, answer.Notices)
	state = r.stateOf(answer)
	diags.Append(r.violationsOf(target, state, priceIfAny(answer.Charges), r.keptOrLost(&answer.Reply)))
	return state, diags
}

// violationsOf returns the diagnostic for a single target, nil if it passes.
func (r *summaryRead) violationsOf(target string, state targetState, cost ...string) diag.Diagnostic {
	if len(state.violations()) == 0 {
		return nil
	}
	return r.gate.diagnostic(map[string][]string{target: state.violations()}, 1, cost...)
}

// keptOrLost says whether the next plan must pay for the answer again, after an error
// that leaves no state.
func (r *summaryRead) keptOrLost(answer *dataforseo.Reply) string {
	switch {
	case answer.FromCache || answer.Charges == dataforseo.Charges{}:
		return ""
	case answer.Cached:
		return "The cache keeps the answer."
	case r.settings.cache != nil:
		return "The answer is not in the cache, so the next plan pays for it again."
	}
	return "No cache is configured, so the next plan pays for this answer again."
}
