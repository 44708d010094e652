// Package doertest provides a scripted [dataforseo.Doer] that records its calls, for
// tests of the layers. It is for testing/synctest bubbles, where latency takes no real
// time.
package doertest

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/dataforseo"
)

// Outcome is the result of a call: a failure, or an answer that costs USD.
type Outcome struct {
	Failure *dataforseo.Failure
	USD     float64
}

// Fail returns the outcome of a call that fails.
func Fail(failure *dataforseo.Failure) Outcome { return Outcome{Failure: failure} }

// TimedCall is a call with its start time.
type TimedCall struct {
	Call *dataforseo.Call
	At   time.Time
}

// Doer answers calls. The zero value answers immediately and for free.
type Doer struct {
	// Outcomes are used in the order in which calls begin. The last one repeats.
	Outcomes []Outcome
	// Latency is the duration of a call.
	Latency time.Duration
	// Hold, if set, delays the end of each call until it receives.
	Hold <-chan struct{}

	mu                        sync.Mutex
	calls                     []TimedCall
	inProgress, maxConcurrent int
}

var _ dataforseo.Doer = (*Doer)(nil)

// Do implements [dataforseo.Doer]. A call whose context has ended does not begin. If
// the context ends during a call, the call may have been charged.
func (d *Doer) Do(ctx context.Context, call *dataforseo.Call) (*dataforseo.Reply, *dataforseo.Failure) {
	if ctx.Err() != nil {
		return nil, dataforseo.FailureOfContext(ctx)
	}
	outcome := d.begin(call)
	defer d.end()
	Sleep(ctx, d.Latency)
	if d.Hold != nil {
		select {
		case <-d.Hold:
		case <-ctx.Done():
		}
	}
	if ctx.Err() != nil {
		failure := dataforseo.FailureOfContext(ctx)
		failure.Attempts = 1
		if !call.Endpoint.Free() {
			failure.Charges.Possible = 1
		}
		return nil, failure
	}
	if outcome.Failure != nil {
		failure := *outcome.Failure // layers modify it
		return nil, &failure
	}
	return &dataforseo.Reply{Charges: dataforseo.Charges{USD: outcome.USD}}, nil
}

func (d *Doer) begin(call *dataforseo.Call) (outcome Outcome) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if len(d.Outcomes) > 0 {
		outcome = d.Outcomes[min(len(d.calls), len(d.Outcomes)-1)]
	}
	d.calls = append(d.calls, TimedCall{call, time.Now()})
	d.inProgress++
	d.maxConcurrent = max(d.maxConcurrent, d.inProgress)
	return outcome
}

func (d *Doer) end() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.inProgress--
}

// Sleep waits for duration, or until ctx ends.
func Sleep(ctx context.Context, duration time.Duration) {
	ctx, cancel := context.WithTimeout(ctx, duration)
	defer cancel()
	<-ctx.Done()
}

// Calls returns the calls in the order in which they began.
func (d *Doer) Calls() []TimedCall {
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.Clone(d.calls)
}

// MaxConcurrent returns the highest number of concurrent calls.
func (d *Doer) MaxConcurrent() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.maxConcurrent
}

// Paid returns a call that costs money, to a new endpoint.
func Paid(price dataforseo.Price, rows int) *dataforseo.Call {
	return &dataforseo.Call{Endpoint: &dataforseo.Endpoint{Price: price}, Rows: rows, Target: "example.com"}
}

// Free returns a free call to a new endpoint.
func Free() *dataforseo.Call { return &dataforseo.Call{Endpoint: &dataforseo.Endpoint{}} }

// Unreachable is a failure that is known to be free.
func Unreachable() *dataforseo.Failure {
	return &dataforseo.Failure{Kind: dataforseo.KindUnreachable, Cause: "connection refused", Repeat: dataforseo.RepeatFreely, Attempts: 1}
}

// Lost is a failure that may have been charged.
func Lost() *dataforseo.Failure {
	possible := dataforseo.Charges{Possible: 1}
	return &dataforseo.Failure{Kind: dataforseo.KindLost, Cause: "the connection broke", Repeat: dataforseo.RepeatOnce, Attempts: 1, Charges: possible}
}

// RateLimited is the API's rate limit, with a Retry-After unless retryAfter is 0.
func RateLimited(retryAfter time.Duration) *dataforseo.Failure {
	return &dataforseo.Failure{
		Kind: dataforseo.KindRateLimit, Cause: "too many requests", Code: 40202, HTTPStatus: 200,
		Repeat: dataforseo.RepeatFreely, RetryAfter: retryAfter, Attempts: 1,
	}
}

// Refused is the API's permanent refusal of a request. It is free.
func Refused() *dataforseo.Failure {
	return &dataforseo.Failure{Kind: dataforseo.KindArgument, Cause: "the target is refused", Code: 40501, HTTPStatus: 200, Attempts: 1}
}
