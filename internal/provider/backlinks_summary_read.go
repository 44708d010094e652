package provider

import (
	"context"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/dataforseo"
	"github.com/dataforseo/terraform-provider-dataforseo/internal/fastread"
)

// summaryRead is a read of summaries, each with a request of its own.
type summaryRead struct {
	*read
	request dataforseo.BacklinksSummaryRequest
}

// newSummaryRead makes every check that is possible before money is spent.
func (d *gatedDataSource) newSummaryRead(ctx context.Context, config *fastread.Config) (*summaryRead, diag.Diagnostics) {
	arguments := summaryArgumentsOf(ctx, config)
	read, diags := d.newRead(ctx, config, "backlinks summary", summaryRemedies)
	if diags.HasError() {
		return nil, diags
	}
	request, moreDiags := arguments.request()
	request.MaxAge = read.maxAge
	return &summaryRead{read, request}, append(diags, moreDiags...)
}

// requestFor returns the request for one normalised target.
func (r *summaryRead) requestFor(normalised string) dataforseo.BacklinksSummaryRequest {
	request := r.request
	request.Target = normalised
	return request
}

// ask requests one target, which costs money.
func (r *summaryRead) ask(ctx context.Context, normalised string) (*dataforseo.Answer[dataforseo.BacklinksSummary], *dataforseo.Failure) {
	answer, failure := r.client.BacklinksSummary(ctx, r.requestFor(normalised))
	if failure == nil {
		answer.Notices = append(answer.Notices, homePageNotices(normalised)...)
		answer.Notices = append(answer.Notices, r.gate.noDataNotices(normalised, answer.Result.HasData())...)
	}
	return answer, failure
}

// askAll implements [targetReader].
func (r *summaryRead) askAll(ctx context.Context, p *portfolio) {
	targets := p.order()
	p.sideBySide(len(targets), func(i int) {
		if answer, failure := r.ask(ctx, targets[i]); failure != nil {
			p.fail(ctx, targets[i:i+1], failure)
		} else {
			p.take(ctx, targets[i], &answer.Reply, r.stateOf(answer))
		}
	})
}

// requests implements [targetReader].
func (r *summaryRead) requests(targets []string) [][]string {
	return slices.Collect(slices.Chunk(targets, 1))
}

// call implements [targetReader].
func (r *summaryRead) call(targets []string) (*dataforseo.Call, error) {
	return r.requestFor(targets[0]).Call()
}

// partOf implements [targetReader].
func (r *summaryRead) partOf(target string) (*dataforseo.Call, error) {
	return r.requestFor(target).Call()
}

// one reads a single target.
func (r *summaryRead) one(ctx context.Context, target, normalised string) (targetState, diag.Diagnostics) {
	var diags diag.Diagnostics
	ctx, cancel := context.WithTimeout(ctx, r.timeout)
	defer cancel()
	answer, failure := r.ask(ctx, normalised)
	if failure != nil {
		diags.Append(r.failed(target, failure).diagnostic(r.warn))
		if diags.HasError() {
			return nil, diags
		}
		state := r.stateOfFailure(failure)
		diags.Append(r.violationsOf(target, state))
		return state, diags
	}
	appendNotices(&diags, answer.Notices)
	state := r.stateOf(answer)
	diags.Append(r.violationsOf(target, state, priceIfAny(answer.Charges), whatIsKept(&answer.Reply)))
	return state, diags
}

// violationsOf returns the diagnostic for a single target, nil if it has no violation.
func (r *summaryRead) violationsOf(target string, state targetState, money ...string) diag.Diagnostic {
	violations := map[string][]*string{target: state.sentences()}
	if len(violations[target]) == 0 {
		return nil
	}
	return r.gate.diagnostic(violations, 1, money...)
}

// whatIsKept explains what happens to a paid answer, since there is no state.
func whatIsKept(answer *dataforseo.Reply) string {
	switch {
	case answer.FromCache || answer.Charges == dataforseo.Charges{}:
		return ""
	case answer.Cached:
		return "The cache keeps the answer."
	}
	return "The answer is lost, so the next plan pays for it again. A cache would prevent that."
}
