package provider

import (
	"context"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/dataforseo"
)

// summaryRead is what the targets of a read have in common.
type summaryRead struct {
	*connection
	request dataforseo.BacklinksSummaryRequest
	// timeout bounds the whole read.
	timeout time.Duration
	// warn says that the failure of one target is to be swallowed.
	warn bool
}

// newSummaryRead checks all that can be checked before anything is paid.
func (c *connection) newSummaryRead(ctx context.Context, config *dataSourceConfig) (*summaryRead, diag.Diagnostics) {
	arguments := summaryArgumentsOf(ctx, config)
	diags := c.checkKnown()
	diags.Append(config.diags...)
	if diags.HasError() {
		return nil, diags
	}
	request, moreDiags := arguments.request()
	diags.Append(moreDiags...)
	timeout, moreDiags := arguments.readTimeout(ctx)
	diags.Append(moreDiags...)
	return &summaryRead{c, request, timeout, arguments.warnOnError()}, diags
}

// ask asks about one target, in its form on the wire, which costs money.
func (r *summaryRead) ask(ctx context.Context, wire string) (*dataforseo.BacklinksSummaryAnswer, error) {
	request := r.request
	request.Target = wire
	return r.client.BacklinksSummary(ctx, request)
}

func (r *summaryRead) failure(target string, err error) failedRead {
	return failedRead{err: err, what: "backlinks summary", target: target, timeout: r.timeout, connection: r.connection}
}

func appendNotices(diags *diag.Diagnostics, notices []dataforseo.Notice) {
	for _, notice := range notices {
		diags.AddWarning(notice.Summary, notice.Detail)
	}
}

// one reads one target, which is the whole read.
func (r *summaryRead) one(ctx context.Context, target, wire string) (*summaryResults, diag.Diagnostics) {
	var diags diag.Diagnostics
	ctx, cancel := context.WithTimeout(ctx, r.timeout)
	defer cancel()
	answer, err := r.ask(ctx, wire)
	if err != nil {
		diags.Append(r.failure(target, err).diagnostic(r.warn))
		return resultsOfFailure(err), diags
	}
	appendNotices(&diags, answer.Notices)
	return resultsOf(answer), diags
}
