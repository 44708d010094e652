package provider

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-log/tflog"
	"golang.org/x/sync/errgroup"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/dataforseo"
)

// progressEvery is the number of answers between two lines in the log. Terraform
// itself shows that a read goes on, and not how far it is.
const progressEvery = 50

// maxStateBytes bounds the state of a portfolio: Terraform takes no message over
// 64 MiB, and would say so only when everything has been paid for.
const maxStateBytes = 60 << 20

// maxFaultsInARow is how many targets may fail for no fault of theirs, with no answer in
// between. With DataForSEO down, or a proxy in between, each further one would be paid
// for in vain, or waited for.
const maxFaultsInARow = 30

// portfolio is a read of many targets. It holds answers only in the form in which
// they go to Terraform, and only as many others as requests are under way.
type portfolio struct {
	read *summaryRead
	// wires are the targets in the form on the wire, each with how the
	// configuration writes it, mostly one way.
	wires map[string][]string
	size  int // number of targets as they are written
	began time.Time
	// endWaiting ends what has not been sent yet.
	endWaiting context.CancelFunc

	mu       sync.Mutex // guards what follows
	state    *stateWriter
	notices  []dataforseo.Notice
	failures []failedRead
	// stopped is the failure for which no further target is asked about, and
	// whyStopped says so in words.
	stopped    *failedRead
	whyStopped string
	err        error // of writing the state
	counts     portfolioCounts
}

// portfolioCounts is how far a portfolio has got.
type portfolioCounts struct {
	done, failed, fromCache int // targets
	// kept is how many of those that were paid for are in the cache.
	kept int
	// faults is how many failed for no fault of theirs since DataForSEO last gave an
	// answer. A refusal is none: it tells that targets are looked at, not that the work
	// is done.
	faults  int
	charges dataforseo.Charges
}

// costUSD is what the read cost, nil when an answer did not say so or got lost.
func (c portfolioCounts) costUSD() *float64 {
	if c.charges.Possible > 0 {
		return nil
	}
	return &c.charges.USD
}

// read is how many targets there are results of.
func (c portfolioCounts) read() int { return c.done - c.failed }

func newPortfolio(read *summaryRead, wires map[string][]string, state *stateWriter) *portfolio {
	p := &portfolio{read: read, wires: wires, began: time.Now(), state: state, endWaiting: func() {}}
	for _, targets := range wires {
		p.size += len(targets)
	}
	p.err = state.beginMap("summaries", p.size)
	return p
}

// ask asks about all targets, as many at once as the provider's configuration
// allows. A failure of one does not keep it from asking about the others: those are
// paid for once and kept, and a person learns of all failures in one go. A failure
// that would befall every target does: what has not been sent is then given up, and
// what is on the wire, and paid for, is waited for.
func (p *portfolio) ask(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, p.read.timeout)
	defer cancel()
	waiting, endWaiting := context.WithCancel(ctx)
	defer endWaiting()
	p.endWaiting = endWaiting
	waiting = dataforseo.WithSending(waiting, ctx)
	var workers errgroup.Group
	workers.SetLimit(p.read.concurrency)
	for _, wire := range slices.Sorted(maps.Keys(p.wires)) {
		workers.Go(func() error {
			if !p.over() {
				answer, err := p.read.ask(waiting, wire)
				p.take(ctx, p.wires[wire], answer, err)
			}
			return nil
		})
	}
	_ = workers.Wait() // a failure is in p.failures
	p.logProgress(ctx)
}

// over reports whether there is no use in asking about another target.
func (p *portfolio) over() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.stopped != nil || p.err != nil
}

// take notes what came of a request for targets that are the same to DataForSEO.
func (p *portfolio) take(ctx context.Context, targets []string, answer *dataforseo.BacklinksSummaryAnswer, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	before := p.counts.done
	switch {
	case err == nil:
		p.takeAnswer(targets, answer)
	case (p.stopped != nil || p.err != nil) && errors.Is(err, context.Canceled):
		// Given up before it was sent. It says nothing of the target.
		p.counts.charges = p.counts.charges.Plus(dataforseo.ChargesOf(err))
		return
	default:
		// That the time of the whole read is over says nothing of DataForSEO.
		if ctx.Err() == nil && isFault(err) {
			p.counts.faults += len(targets)
		}
		p.takeFailure(targets, err)
	}
	if p.counts.done/progressEvery > before/progressEvery && p.counts.done < p.size {
		p.logProgress(ctx)
	}
	if p.stopped != nil || p.err != nil {
		p.endWaiting()
	}
}

func (p *portfolio) takeFailure(targets []string, err error) {
	p.counts.done += len(targets)
	p.counts.failed += len(targets)
	p.counts.charges = p.counts.charges.Plus(dataforseo.ChargesOf(err))
	for _, target := range targets {
		failure := p.read.failure(target, err)
		p.failures = append(p.failures, failure)
		if p.stopped == nil {
			p.stopFor(failure)
		}
	}
	p.write(targets, resultsOfFailure(err))
}

// stopFor ends the read if what failed would befall the other targets too.
func (p *portfolio) stopFor(failure failedRead) {
	switch {
	case errors.Is(failure.err, context.Canceled):
	case failure.concernsAllTargets():
		p.whyStopped = "The same would befall every target, so no more were asked about."
	case p.counts.faults >= maxFaultsInARow && p.counts.done < p.size:
		p.whyStopped = fmt.Sprintf("%d targets failed for no fault of theirs, with no answer in between, so no more were asked about.", p.counts.faults)
	default:
		return
	}
	p.stopped = &failure
}

func (p *portfolio) takeAnswer(targets []string, answer *dataforseo.BacklinksSummaryAnswer) {
	p.counts.done += len(targets)
	p.counts.charges = p.counts.charges.Plus(answer.Charges)
	switch {
	case answer.FromCache:
		p.counts.fromCache += len(targets)
	case answer.Kept:
		p.counts.kept += len(targets)
	}
	if !answer.FetchedAt.Before(p.began) { // nobody had it before
		p.counts.faults = 0
	}
	p.notices = append(p.notices, answer.Notices...)
	p.write(targets, resultsOf(answer))
}

// write adds results to the state. With a failure there may be no state, but whether
// it would be too large is worth knowing all the same.
func (p *portfolio) write(targets []string, results *summaryResults) {
	for _, target := range targets {
		if p.err == nil {
			p.err = p.state.entry(target, results)
		}
	}
	if p.err == nil && p.state.buffer.Len() > maxStateBytes {
		p.err = errStateTooLarge
	}
}

func (p *portfolio) logProgress(ctx context.Context) {
	tflog.Info(ctx, "Reading a portfolio from DataForSEO", map[string]any{
		"done": p.counts.done, "of": p.size, "failed": p.counts.failed,
		"from_cache": p.counts.fromCache, "spent_usd": p.counts.charges.USD,
	})
}

// finish writes the rest of the state and returns what there is to say. With an
// error in it there is no state.
func (p *portfolio) finish() diag.Diagnostics {
	var diags diag.Diagnostics
	appendNotices(&diags, p.notices)
	if d := p.failureDiagnostic(); d != nil {
		diags.Append(d)
	}
	if diags.HasError() {
		return diags
	}
	failed := map[string]*readError{}
	for _, failure := range p.failures {
		failed[failure.target] = errorOf(failure.err)
	}
	if p.err == nil {
		p.err = p.state.attributes(portfolioResults{failed, p.counts.costUSD(), p.counts.fromCache})
	}
	if p.err != nil {
		diags.Append(unwritable(p.err))
	}
	return diags
}

// portfolioResults is what is computed besides the summaries.
type portfolioResults struct {
	Errors         map[string]*readError `tfsdk:"errors"`
	CostUSD        *float64              `tfsdk:"cost_usd"`
	FromCacheCount int                   `tfsdk:"from_cache_count"`
}
