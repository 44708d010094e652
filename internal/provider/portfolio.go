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

// maxStateBytes limits the state of a portfolio. Terraform accepts messages of at most
// 64 MiB, and refuses a larger one only when everything has been paid for.
const maxStateBytes = 60 << 20

// maxOutages is the number of consecutive outages after which a read stops, so that it
// wastes no more time and money.
const maxOutages = 30

// portfolio is a read of many targets. To save memory, it encodes each answer as soon as
// it arrives.
type portfolio struct {
	read   *read
	reader targetReader
	// targets are in wire form. spellings has their spellings in the configuration,
	// usually one, and size counts those.
	targets   []string
	spellings map[string][]string
	size      int
	began     time.Time
	// cancelUnsent cancels requests that have not been sent.
	cancelUnsent context.CancelFunc

	mu       sync.Mutex // guards the fields below
	state    *fastread.State
	notices  []dataforseo.Notice
	failures []failedRead
	// violations has only targets with violations.
	violations map[string][]string
	// stopped is the failure that stopped the read, and stopReason explains it.
	stopped    *failedRead
	stopReason string
	// tooLarge means that Terraform would refuse the state.
	tooLarge bool
	counts   portfolioCounts
}

// targetReader requests the targets of a portfolio. Targets are in wire form.
type targetReader interface {
	// requestAll requests all targets, which costs money, and records each outcome in
	// the portfolio.
	requestAll(ctx context.Context, p *portfolio)
	// divide divides targets among requests.
	divide(targets []string) [][]string
	// cacheCall returns the call that identifies a target's answer in the cache.
	cacheCall(target string) (*dataforseo.Call, error)
	// stateOfFailure returns the state of a target after a failure that became a
	// warning.
	stateOfFailure(failure *dataforseo.Failure) targetState
}

// targetState is the state of one target.
type targetState interface{ violations() []string }

// portfolioCounts is the progress of a read.
type portfolioCounts struct {
	done, failed, fromCache int // targets
	// kept counts targets whose answers this read paid for and cached.
	kept int
	// outages counts consecutive requests that failed because of an outage. Only an
	// answer resets it. A refusal shows that DataForSEO checks targets, but not that it
	// processes them.
	outages int
	charges dataforseo.Charges
}

// costUSD returns the cost of the read, nil if it is not known.
func (c portfolioCounts) costUSD() *float64 {
	if c.charges.Possible > 0 {
		return nil
	}
	return &c.charges.USD
}

// read returns the number of targets with results.
func (c portfolioCounts) read() int { return c.done - c.failed }

func newPortfolio(read *read, reader targetReader, spellings map[string][]string, state *fastread.State) *portfolio {
	p := &portfolio{
		read: read, reader: reader, targets: shuffled(spellings), spellings: spellings,
		began: time.Now(), state: state, violations: map[string][]string{},
	}
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
	requests := p.reader.divide(p.targets)
	diags.Append(append(p.checkTime(len(requests)), p.checkMoney(ctx, requests)...)...)
	if diags.HasError() {
		return diags
	}
	p.request(ctx)
	return append(diags, p.finish()...)
}

// request requests all targets concurrently. After the failure of one target it goes
// on, so that the user sees all failures together. After a failure that every target
// would share, it drops unsent requests, but waits for the answers to sent ones, because
// they are paid for.
func (p *portfolio) request(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, p.read.timeout)
	defer cancel()
	unsent, cancelUnsent := context.WithCancel(ctx)
	defer cancelUnsent()
	p.cancelUnsent = cancelUnsent
	unsent = dataforseo.FinishSent(unsent, ctx)
	p.reader.requestAll(unsent, p)
	p.logProgress(ctx)
}

// concurrently calls do with 0 to n-1. It makes no more calls once the read is over.
func (p *portfolio) concurrently(n int, do func(i int)) {
	var workers errgroup.Group
	workers.SetLimit(int(p.read.settings.maxConcurrentRequests))
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

// missing returns the targets for which done returns false. It makes the calls
// concurrently, because a bucket can be slow.
func (p *portfolio) missing(targets []string, done func(target string) bool) (missing []string) {
	isDone := make([]bool, len(targets))
	p.concurrently(len(targets), func(i int) { isDone[i] = done(targets[i]) })
	for i, target := range targets {
		if !isDone[i] {
			missing = append(missing, target)
		}
	}
	return missing
}

// shuffled returns the targets in a fixed, shuffled order. In alphabetical order, slow
// pages of one site would follow each other and look like an outage.
func shuffled(spellings map[string][]string) []string {
	return slices.SortedFunc(maps.Keys(spellings), func(a, b string) int {
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

// succeed records the answer about a target.
func (p *portfolio) succeed(ctx context.Context, target string, answer *dataforseo.Reply, state targetState) {
	p.update(ctx, func() {
		spellings := p.spellings[target]
		p.counts.done += len(spellings)
		switch {
		case answer.FromCache:
			p.counts.fromCache += len(spellings)
		case answer.Cached:
			p.counts.kept += len(spellings)
		}
		p.add(answer)
		p.write(spellings, state)
	})
}

// charge records the cost of an answer about several targets. Each of them succeeds or
// fails separately.
func (p *portfolio) charge(ctx context.Context, answer *dataforseo.Reply) {
	p.update(ctx, func() { p.add(answer) })
}

// add adds the charges and notices of an answer. The caller holds the lock.
func (p *portfolio) add(answer *dataforseo.Reply) {
	p.counts.charges = p.counts.charges.Plus(answer.Charges)
	p.notices = append(p.notices, answer.Notices...)
	if !answer.FetchedAt.Before(p.began) { // DataForSEO has answered since the read began
		p.counts.outages = 0
	}
}

// fail records a failure that concerns targets.
func (p *portfolio) fail(ctx context.Context, targets []string, failure *dataforseo.Failure) {
	p.update(ctx, func() {
		p.counts.charges = p.counts.charges.Plus(failure.Charges)
		if p.ended() && failure.Kind == dataforseo.KindCancelled {
			return // cancelled by cancelUnsent
		}
		if ctx.Err() == nil && failure.Outage() { // the read's own time-out is not an outage
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
		failed := failedRead{failure, p.read, target}
		p.failures = append(p.failures, failed)
		if p.stopped == nil {
			p.stopFor(failed)
		}
	}
	p.write(spellings, p.reader.stateOfFailure(failure))
}

// update makes a change with the lock held. It then logs progress and stops the read if
// necessary.
func (p *portfolio) update(ctx context.Context, change func()) {
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
	case p.counts.outages >= maxOutages && p.counts.done < p.size:
		p.stopReason = fmt.Sprintf("%d requests failed in a row through no fault of their targets, so the read stopped.", p.counts.outages)
	default:
		return
	}
	p.stopped = &failed
}

// write writes the state of a target under each of its spellings. It does so even after
// an error, to find out whether the state would be too large.
func (p *portfolio) write(spellings []string, state targetState) {
	for _, target := range spellings {
		if violations := state.violations(); len(violations) > 0 {
			p.violations[target] = violations
		}
		p.state.Entry(target, state)
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
	Violations     map[string][]string   `json:"violations"`
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
