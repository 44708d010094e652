package provider

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-log/tflog"
	"golang.org/x/sync/errgroup"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/cache"
	"github.com/dataforseo/terraform-provider-dataforseo/internal/dataforseo"
	"github.com/dataforseo/terraform-provider-dataforseo/internal/fastread"
)

// progressEvery is the number of answers between log lines. Terraform shows that a read
// is running, but not its progress.
const progressEvery = 50

// maxStateBytes limits the state of a portfolio. Terraform's messages are limited to 64
// MiB, and it would fail only after everything had been paid for.
const maxStateBytes = 60 << 20

// maxOutagesInARow is the number of consecutive outages after which a read stops. More
// requests would cost time or money in vain.
const maxOutagesInARow = 30

// portfolio is a read of many targets. To save memory it keeps answers only in encoded
// form, apart from those being processed.
type portfolio struct {
	read   *read
	reader targetReader
	// spellings maps each normalised target to its spellings in the configuration,
	// usually one.
	spellings map[string][]string
	size      int // number of targets as configured
	began     time.Time
	// cancelUnsent cancels requests that have not been sent.
	cancelUnsent context.CancelFunc

	mu       sync.Mutex // guards what follows
	state    *fastread.State
	notices  []dataforseo.Notice
	failures []failedRead
	// violations are those of each target that has any.
	violations map[string][]*string
	// stopped is the failure that stopped the read. stopReason explains it.
	stopped    *failedRead
	stopReason string
	// tooLarge means that Terraform would refuse the state.
	tooLarge bool
	counts   portfolioCounts
}

// targetReader asks about the targets of a portfolio. Targets are in normalised form.
type targetReader interface {
	// askAll asks about all targets of the portfolio, which costs money, and hands it
	// each outcome.
	askAll(ctx context.Context, p *portfolio)
	// requests divides targets among requests, and call returns the request about some.
	requests(targets []string) [][]string
	call(targets []string) (*dataforseo.Call, error)
	// partOf returns the call that the cache has the answer about a target for.
	partOf(target string) (*dataforseo.Call, error)
	// stateOfFailure returns the state of a target after a failure.
	stateOfFailure(failure *dataforseo.Failure) targetState
}

// targetState is the state of a target, which has a verdict.
type targetState interface{ sentences() []*string }

// portfolioCounts is the progress of a read.
type portfolioCounts struct {
	done, failed, fromCache int // targets
	// kept counts paid answers that are in the cache.
	kept int
	// outages counts requests that met one since DataForSEO's last answer. A refusal does
	// not reset it: it shows that DataForSEO checks targets, not that it processes them.
	outages int
	charges dataforseo.Charges
}

// costUSD returns the cost of the read, nil if an answer was lost or did not state its
// cost.
func (c portfolioCounts) costUSD() *float64 {
	if c.charges.Possible > 0 {
		return nil
	}
	return &c.charges.USD
}

// read returns the number of targets with results.
func (c portfolioCounts) read() int { return c.done - c.failed }

func newPortfolio(read *read, reader targetReader, spellings map[string][]string, state *fastread.State) *portfolio {
	p := &portfolio{read: read, reader: reader, spellings: spellings, began: time.Now(), state: state, cancelUnsent: func() {}, violations: map[string][]*string{}}
	for _, targets := range spellings {
		p.size += len(targets)
	}
	state.BeginMap("summaries", p.size)
	return p
}

// readAll reads all targets and writes the state. If the diagnostics contain an error
// there is no state.
func (p *portfolio) readAll(ctx context.Context) diag.Diagnostics {
	ctx = cache.ReadOfMany(ctx)
	diags := p.checkTargets()
	diags.Append(append(p.checkTime(), p.checkMoney(ctx)...)...)
	if diags.HasError() {
		return diags
	}
	p.ask(ctx)
	return append(diags, p.finish()...)
}

// ask requests all targets concurrently. After the failure of one target it goes on:
// answers are paid for once and kept, and the user sees all failures together. After a
// failure that every target would share it drops unsent requests, and waits for those
// already sent, because they are paid for.
func (p *portfolio) ask(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, p.read.timeout)
	defer cancel()
	unsent, cancelUnsent := context.WithCancel(ctx)
	defer cancelUnsent()
	p.cancelUnsent = cancelUnsent
	unsent = dataforseo.FinishSent(unsent, ctx)
	p.reader.askAll(unsent, p)
	p.logProgress(ctx)
}

// sideBySide calls do with 0 to n-1, as many at once as requests may be, until the read
// is over.
func (p *portfolio) sideBySide(n int, do func(i int)) {
	var workers errgroup.Group
	workers.SetLimit(p.read.concurrency)
	for i := range n {
		workers.Go(func() error {
			if !p.over() {
				do(i)
			}
			return nil
		})
	}
	_ = workers.Wait() // failures are in p.failures
}

// order returns the targets in a fixed, shuffled order. In alphabetical order, slow
// pages of one site would follow each other and look like an outage.
func (p *portfolio) order() []string {
	return slices.SortedFunc(maps.Keys(p.spellings), func(a, b string) int {
		x, y := sha256.Sum256([]byte(a)), sha256.Sum256([]byte(b))
		return bytes.Compare(x[:], y[:])
	})
}

// over reports whether further requests are pointless.
func (p *portfolio) over() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.ended()
}

// take records the answer about a target.
func (p *portfolio) take(ctx context.Context, target string, answer *dataforseo.Reply, results targetState) {
	p.record(ctx, func() {
		targets := p.spellings[target]
		p.counts.done += len(targets)
		switch {
		case answer.FromCache:
			p.counts.fromCache += len(targets)
		case answer.Cached:
			p.counts.kept += len(targets)
		}
		p.add(answer)
		p.write(targets, results)
	})
}

// bill records an answer about several targets, whose parts are taken one by one.
func (p *portfolio) bill(ctx context.Context, answer *dataforseo.Reply) {
	p.record(ctx, func() { p.add(answer) })
}

// add adds up the charges and notices of an answer. The caller holds the lock.
func (p *portfolio) add(answer *dataforseo.Reply) {
	p.counts.charges = p.counts.charges.Plus(answer.Charges)
	p.notices = append(p.notices, answer.Notices...)
	if !answer.FetchedAt.Before(p.began) { // fresh, not an earlier answer
		p.counts.outages = 0
	}
}

// fail records the failure of a request about targets.
func (p *portfolio) fail(ctx context.Context, targets []string, failure *dataforseo.Failure) {
	p.record(ctx, func() {
		p.counts.charges = p.counts.charges.Plus(failure.Charges)
		if p.ended() && failure.Kind == dataforseo.KindCancelled {
			return // dropped before it was sent, which says nothing about the targets
		}
		// The end of the read's own time is not an outage.
		if ctx.Err() == nil && failure.Outage() {
			p.counts.outages++
		}
		for _, target := range targets {
			p.failTarget(p.spellings[target], failure)
		}
	})
}

// failTarget records the failure of a target. The caller holds the lock.
func (p *portfolio) failTarget(spellings []string, failure *dataforseo.Failure) {
	p.counts.done += len(spellings)
	p.counts.failed += len(spellings)
	for _, target := range spellings {
		failed := p.read.failed(target, failure)
		p.failures = append(p.failures, failed)
		if p.stopped == nil {
			p.stopFor(failed)
		}
	}
	p.write(spellings, p.reader.stateOfFailure(failure))
}

// record makes a change with the lock held, and does what follows from it.
func (p *portfolio) record(ctx context.Context, change func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	before := p.counts.done
	change()
	if p.counts.done/progressEvery > before/progressEvery && p.counts.done < p.size {
		p.logProgress(ctx)
	}
	if p.ended() {
		p.cancelUnsent()
	}
}

// ended reports whether the read has stopped. The caller holds the lock.
func (p *portfolio) ended() bool { return p.stopped != nil || p.tooLarge }

// stopFor stops the read if the other targets would fail the same way.
func (p *portfolio) stopFor(failed failedRead) {
	switch {
	case failed.Kind == dataforseo.KindCancelled:
		return
	case failed.Scope != dataforseo.ScopeTarget:
		p.stopReason = "Every other target would fail in the same way, so the read stopped."
	case p.counts.outages >= maxOutagesInARow && p.counts.done < p.size:
		p.stopReason = fmt.Sprintf("%d requests failed in a row through no fault of their targets, so the read stopped.", p.counts.outages)
	default:
		return
	}
	p.stopped = &failed
}

// write adds results to the state, even after a failure, to learn whether the state
// would be too large.
func (p *portfolio) write(targets []string, results targetState) {
	for _, target := range targets {
		if violations := results.sentences(); len(violations) > 0 {
			p.violations[target] = violations
		}
		p.state.Entry(target, results)
		p.tooLarge = p.tooLarge || p.state.Size() > maxStateBytes
	}
}

func (p *portfolio) logProgress(ctx context.Context) {
	tflog.Info(ctx, "Reading a portfolio from DataForSEO", map[string]any{
		"done": p.counts.done, "of": p.size, "failed": p.counts.failed,
		"from_cache": p.counts.fromCache, "spent_usd": p.counts.charges.USD,
	})
}

// finish writes the rest of the state and returns the diagnostics. If they contain an
// error there is no state.
func (p *portfolio) finish() diag.Diagnostics {
	var diags diag.Diagnostics
	appendNotices(&diags, p.notices)
	failures := p.failureDiagnostic()
	diags.Append(failures)
	diags.Append(p.violationDiagnostic(failures))
	if diags.HasError() {
		return diags
	}
	failed := map[string]*readError{}
	for _, failure := range p.failures {
		failed[failure.target] = errorOf(failure.Failure)
	}
	state := portfolioState{Errors: failed, CostUSD: p.counts.costUSD(), FromCacheCount: &p.counts.fromCache}
	if p.read.gate.limits != nil {
		passed := len(p.violations) == 0
		state.Passed, state.Violations = &passed, p.violations
	}
	p.state.Attributes(state)
	return diags
}

// portfolioState is the state without the summaries.
type portfolioState struct {
	Errors         map[string]*readError `json:"errors"`
	CostUSD        *float64              `json:"cost_usd"`
	FromCacheCount *int                  `json:"from_cache_count"`
	Passed         *bool                 `json:"passed"`
	Violations     map[string][]*string  `json:"violations"`
}

// portfolioDescriptions describes portfolioState.
func portfolioDescriptions() map[string]string {
	return map[string]string{
		"errors":         "With `on_error = \"warn\"`, what went wrong for each target that failed. Empty when none failed.",
		"errors.code":    summaryDescriptions["error.code"],
		"errors.message": summaryDescriptions["error.message"],
		"cost_usd": "Cost of this read in USD, as DataForSEO states it, with retries. Answers from the cache, and answers that another read of the " +
			"same command paid for, cost nothing. Null when an answer never arrived and may have been charged, or did not state its cost.",
		"passed":           "Whether every target meets `require`. Null without `require`.",
		"violations":       "For each target that does not meet `require`, the reasons, as sentences. Null without `require`.",
		"from_cache_count": "Number of targets whose answers came from the cache, at no cost.",
	}
}
