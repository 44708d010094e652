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
	read *summaryRead
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

// portfolioCounts is the progress of a read.
type portfolioCounts struct {
	done, failed, fromCache int // targets
	// kept counts paid answers that are in the cache.
	kept int
	// outages counts outages since DataForSEO's last answer. A refusal does not reset
	// it: it shows that DataForSEO checks targets, not that it processes them.
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

func newPortfolio(read *summaryRead, spellings map[string][]string, state *fastread.State) *portfolio {
	p := &portfolio{read: read, spellings: spellings, began: time.Now(), state: state, cancelUnsent: func() {}, violations: map[string][]*string{}}
	for _, targets := range spellings {
		p.size += len(targets)
	}
	state.BeginMap("summaries", p.size)
	return p
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
	var workers errgroup.Group
	workers.SetLimit(p.read.concurrency)
	for _, target := range p.order() {
		workers.Go(func() error {
			if !p.over() {
				answer, failure := p.read.ask(unsent, target)
				p.take(ctx, p.spellings[target], answer, failure)
			}
			return nil
		})
	}
	_ = workers.Wait() // failures are in p.failures
	p.logProgress(ctx)
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

// take records the outcome of a request. targets are the spellings of its target.
func (p *portfolio) take(ctx context.Context, targets []string, answer *dataforseo.Answer[dataforseo.BacklinksSummary], failure *dataforseo.Failure) {
	p.mu.Lock()
	defer p.mu.Unlock()
	before := p.counts.done
	switch {
	case failure == nil:
		p.takeAnswer(targets, answer)
	case p.ended() && failure.Kind == dataforseo.KindCancelled:
		// Dropped before it was sent, which says nothing about the target.
		p.counts.charges = p.counts.charges.Plus(failure.Charges)
		return
	default:
		// The end of the read's own time is not an outage.
		if ctx.Err() == nil && failure.Outage() {
			p.counts.outages += len(targets)
		}
		p.takeFailure(targets, failure)
	}
	if p.counts.done/progressEvery > before/progressEvery && p.counts.done < p.size {
		p.logProgress(ctx)
	}
	if p.ended() {
		p.cancelUnsent()
	}
}

// ended reports whether the read has stopped. The caller holds the lock.
func (p *portfolio) ended() bool { return p.stopped != nil || p.tooLarge }

func (p *portfolio) takeFailure(targets []string, failure *dataforseo.Failure) {
	p.counts.done += len(targets)
	p.counts.failed += len(targets)
	p.counts.charges = p.counts.charges.Plus(failure.Charges)
	for _, target := range targets {
		failed := p.read.failed(target, failure)
		p.failures = append(p.failures, failed)
		if p.stopped == nil {
			p.stopFor(failed)
		}
	}
	p.write(targets, p.read.stateOfFailure(failure))
}

// stopFor stops the read if the other targets would fail the same way.
func (p *portfolio) stopFor(failed failedRead) {
	switch {
	case failed.Kind == dataforseo.KindCancelled:
		return
	case failed.Scope != dataforseo.ScopeTarget:
		p.stopReason = "Every other target would fail in the same way, so no more were asked about."
	case p.counts.outages >= maxOutagesInARow && p.counts.done < p.size:
		p.stopReason = fmt.Sprintf("%d targets failed in a row through no fault of their own, so no more were asked about.", p.counts.outages)
	default:
		return
	}
	p.stopped = &failed
}

func (p *portfolio) takeAnswer(targets []string, answer *dataforseo.Answer[dataforseo.BacklinksSummary]) {
	p.counts.done += len(targets)
	p.counts.charges = p.counts.charges.Plus(answer.Charges)
	switch {
	case answer.FromCache:
		p.counts.fromCache += len(targets)
	case answer.Cached:
		p.counts.kept += len(targets)
	}
	if !answer.FetchedAt.Before(p.began) { // fresh, not an earlier answer
		p.counts.outages = 0
	}
	p.notices = append(p.notices, answer.Notices...)
	p.write(targets, p.read.stateOf(answer))
}

// write adds results to the state, even after a failure, to learn whether the state
// would be too large.
func (p *portfolio) write(targets []string, results *summaryState) {
	for _, target := range targets {
		if len(results.Violations) > 0 {
			p.violations[target] = results.Violations
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
	diags.Append(p.failureDiagnostic())
	diags.Append(p.violationDiagnostic())
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
