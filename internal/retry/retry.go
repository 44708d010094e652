// Package retry repeats failed calls, unless that could cost too much money.
// [dataforseo.Failure.Repeat] says which failures may be retried.
package retry

import (
	"context"
	"fmt"
	"time"

	"github.com/cenkalti/backoff/v5"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/dataforseo"
)

// DefaultMaxRetries is the number of retries of a call whose failures are free.
const DefaultMaxRetries = 3

const (
	// firstWait and maxWait limit the exponential back-off.
	firstWait = time.Second
	maxWait   = 30 * time.Second
	// maxRetryAfter limits the wait that a server can ask for.
	maxRetryAfter = 60 * time.Second
)

// Options configure a [Retrier].
type Options struct {
	// MaxRetries is the maximum number of attempts after the first.
	MaxRetries int
	// Log records every retry; nil disables logging.
	Log dataforseo.Log
}

// Retrier is a [dataforseo.Doer] that retries failed calls.
type Retrier struct {
	next    dataforseo.Doer
	options Options
}

var _ dataforseo.Doer = (*Retrier)(nil)

// New returns a Retrier in front of next.
func New(next dataforseo.Doer, options Options) *Retrier {
	if options.Log == nil {
		options.Log = func(context.Context, dataforseo.LogLevel, string, map[string]any) {}
	}
	return &Retrier{next: next, options: options}
}

// Do implements [dataforseo.Doer]. It returns the failure of the last attempt, with the
// attempts and charges of all.
func (r *Retrier) Do(ctx context.Context, call *dataforseo.Call) (*dataforseo.Reply, *dataforseo.Failure) {
	var before history
	waits := exponential()
	for retriesLeft := r.options.MaxRetries; ; retriesLeft-- {
		reply, failure := r.next.Do(ctx, call)
		if failure == nil {
			reply.Charges = before.charges.Plus(reply.Charges)
			return reply, nil
		}
		wait := max(waits.NextBackOff(), min(failure.RetryAfter, maxRetryAfter))
		again := retriesLeft > 0 && ctx.Err() == nil && before.allows(failure)
		failure = before.add(failure)
		if !again || !enoughTime(ctx, wait, failure) {
			return nil, failure
		}
		r.options.Log(ctx, dataforseo.LogWarn, "Retrying a request to DataForSEO", map[string]any{
			"target": call.Target, "attempt": failure.Attempts, "wait_ms": wait.Milliseconds(), "error": failure.Cause,
		})
		select {
		case <-time.After(wait):
		case <-ctx.Done():
			return nil, before.add(dataforseo.FailureOfContext(ctx))
		}
	}
}

// exponential doubles each wait, with a random factor of 0.5 to 1.5, so that requests
// that failed together do not retry together.
func exponential() *backoff.ExponentialBackOff {
	return &backoff.ExponentialBackOff{
		InitialInterval: firstWait, RandomizationFactor: 0.5, Multiplier: 2, MaxInterval: maxWait,
	}
}

// enoughTime reports whether ctx outlasts the wait. If not, it explains in the failure
// why there is no retry: the failure says more than the time-out that would follow.
func enoughTime(ctx context.Context, wait time.Duration, failure *dataforseo.Failure) bool {
	deadline, bounded := ctx.Deadline()
	left := time.Until(deadline)
	if !bounded || wait < left {
		return true
	}
	failure.Cause += fmt.Sprintf("; the next attempt is due in %s, and the read has %s left",
		wait.Round(time.Second), left.Round(time.Second))
	return false
}

// history records the attempts of a call so far.
type history struct {
	attempts int
	charges  dataforseo.Charges
	// maybeCharged means that a failed attempt may have been charged.
	maybeCharged bool
	last         *dataforseo.Failure
}

// allows reports whether another attempt is worth its possible cost. It accepts one
// possible charge for nothing, so that a temporary fault does not fail a plan.
func (h *history) allows(failure *dataforseo.Failure) bool {
	switch failure.Repeat {
	case dataforseo.RepeatFreely:
		return true
	case dataforseo.RepeatOnce:
		return !h.maybeCharged
	}
	return false
}

// add records a failure and returns it with the attempts and charges so far. If a layer
// refused to make a retry, the failure that called for the retry is still reported.
func (h *history) add(failure *dataforseo.Failure) *dataforseo.Failure {
	h.attempts += failure.Attempts
	h.charges = h.charges.Plus(failure.Charges)
	h.maybeCharged = h.maybeCharged || failure.Repeat == dataforseo.RepeatOnce
	all := *failure
	if h.last != nil && failure.Kind == dataforseo.KindSpendingLimit {
		all.Cause = h.last.Cause + "; a retry was refused: " + failure.Cause
	}
	all.Attempts, all.Charges = h.attempts, h.charges
	h.last = &all
	return &all
}
