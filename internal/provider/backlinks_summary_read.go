package provider

import (
	"context"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/dataforseo"
	"github.com/dataforseo/terraform-provider-dataforseo/internal/fastread"
)

// summaryRead is the common part of all requests of one read.
type summaryRead struct {
	*connection
	request dataforseo.BacklinksSummaryRequest
	// timeout limits the whole read.
	timeout time.Duration
	// warn makes the failure of one target a warning.
	warn bool
	gate gate
}

// newSummaryRead makes every check that is possible before money is spent.
func (d *gatedDataSource) newSummaryRead(ctx context.Context, config *fastread.Config) (*summaryRead, diag.Diagnostics) {
	arguments := summaryArgumentsOf(ctx, config)
	gate, diags := d.gate(ctx, config)
	diags.Append(d.connection.check()...)
	diags.Append(config.Diagnostics...)
	if diags.HasError() {
		return nil, diags
	}
	request, moreDiags := arguments.request()
	diags.Append(moreDiags...)
	timeout, moreDiags := arguments.readTimeout(ctx)
	diags.Append(moreDiags...)
	return &summaryRead{d.connection, request, timeout, arguments.warnOnError(), gate}, diags
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
	if domain, isHomePage := dataforseo.HomePage(normalised); isHomePage && failure == nil {
		answer.Notices = append(answer.Notices, dataforseo.Notice{
			Summary: "The target is a page, not a domain",
			Line:    fmt.Sprintf("%q is the home page of %q.", normalised, domain),
			Detail: "DataForSEO's numbers for a page count the backlinks of that page alone, and are mostly better than those of the domain. " +
				"If the domain is meant, write it without the scheme and the slash.",
		})
	}
	return answer, failure
}

func (r *summaryRead) failed(target string, failure *dataforseo.Failure) failedRead {
	return failedRead{
		Failure: failure, what: "backlinks summary", target: target, timeout: r.timeout, arguments: summaryRemedies, connection: r.connection,
	}
}

// one reads a single target.
func (r *summaryRead) one(ctx context.Context, target, normalised string) (*summaryState, diag.Diagnostics) {
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
		diags.Append(r.violationsOf(target, state, ""))
		return state, diags
	}
	appendNotices(&diags, answer.Notices)
	state := r.stateOf(answer)
	diags.Append(r.violationsOf(target, state, priceIfAny(answer.Charges)))
	return state, diags
}

// violationsOf returns the diagnostic for a single target, nil if it has no violation.
func (r *summaryRead) violationsOf(target string, state *summaryState, price string) diag.Diagnostic {
	if len(state.Violations) == 0 {
		return nil
	}
	violations := map[string][]*string{target: state.Violations}
	if r.gate.warn {
		return r.gate.diagnostic(violations, 1)
	}
	return r.gate.diagnostic(violations, 1, price)
}
