// Package retry repeats calls that failed, as often as can help and no more
// often than the bill allows. What a failure means is [dataforseo.Advise]'s
// business; here it is only acted on.
package retry

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/cenkalti/backoff/v5"
	"github.com/jonboulle/clockwork"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/dataforseo"
	"github.com/dataforseo/terraform-provider-dataforseo/internal/limit"
)

// DefaultMaxRetries is how often a call that costs nothing is repeated.
const DefaultMaxRetries = 3

const (
	// firstWait and maxWait bound the exponential back-off after a fault.
	firstWait = time.Second
	maxWait   = 30 * time.Second
	// firstPause is where the back-off after a rate limit begins. DataForSEO
	// counts by the minute, and 10 + 20 + 40 seconds reach into the next one.
	firstPause = 10 * time.Second
	// maxRetryAfter bounds what a server can ask for.
	maxRetryAfter = 60 * time.Second
)

// Pauser makes every request of the process wait.
type Pauser interface {
	Pause(d time.Duration)
}

// Options configure a [Retrier].
type Options struct {
	// MaxRetries is how often a call is repeated after its first attempt.
	MaxRetries int
	// Pauser is told of rate limits, which concern all requests.
	Pauser Pauser
	// Clock is what waits are measured with, default the system's.
	Clock clockwork.Clock
	// Log is told of every repetition, default nobody.
	Log dataforseo.Log
}

// Retrier is a [dataforseo.Doer] that repeats what its next Doer fails at.
type Retrier struct {
	next    dataforseo.Doer
	options Options
}

var _ dataforseo.Doer = (*Retrier)(nil)

// New returns a Retrier in front of next.
func New(next dataforseo.Doer, options Options) *Retrier {
	if options.Clock == nil {
		options.Clock = clockwork.NewRealClock()
	}
	if options.Log == nil {
		options.Log = func(context.Context, dataforseo.LogLevel, string, map[string]any) {}
	}
	return &Retrier{next: next, options: options}
}

// Error is the last failure of a call that was attempted more than once, or would have
// been.
type Error struct {
	// Attempts is how often the call was made, without those that were refused.
	Attempts int
	// MaybeCharged is how many of the attempts may have been charged.
	MaybeCharged int
	// Charged is what all attempts cost.
	Charged dataforseo.Charges
	// Lacked is the time that the caller did not have to wait for a further attempt, 0
	// when there would have been none.
	Lacked time.Duration
	Err    error
}

func (e *Error) Error() string {
	if e.Attempts == 1 {
		return e.Err.Error()
	}
	return fmt.Sprintf("after %d attempts: %s", e.Attempts, e.Err)
}

// Charges is what all attempts cost, for [dataforseo.ChargesOf].
func (e *Error) Charges() dataforseo.Charges { return e.Charged }

// TimeLacked returns the time that another caller must have for the call to be worth
// another attempt, 0 when it is not.
func (e *Error) TimeLacked() time.Duration { return e.Lacked }

// Unwrap returns the failure of the last attempt.
func (e *Error) Unwrap() error { return e.Err }

// Do implements [dataforseo.Doer]. A failure of a call that was made more than once, or
// would have been with more time, is an [*Error].
func (r *Retrier) Do(ctx context.Context, call *dataforseo.Call) (*dataforseo.Reply, error) {
	history := r.newHistory(call)
	for {
		reply, err := r.next.Do(ctx, call)
		if err == nil {
			reply.Charges = history.charges.Plus(reply.Charges)
			return reply, nil
		}
		if end := endOf(err); history.attempts > 0 && end != nil {
			return nil, history.ended(end)
		}
		if history.attempts > 0 && !dataforseo.IsFailure(err) {
			// A layer between refuses to make the call once more.
			return nil, history.told(fmt.Errorf("%w; asking again was refused: %w", history.last, err))
		}
		wait, again := history.next(err)
		r.pauseEverybody(err, wait)
		if !again || ctx.Err() != nil {
			return nil, history.wrap(err)
		}
		if r.comesTooLate(ctx, wait) {
			return nil, history.hurried(err, wait)
		}
		r.options.Log(ctx, dataforseo.LogWarn, "Repeating a request to DataForSEO", map[string]any{
			"subject": call.Subject, "attempt": history.attempts, "wait_ms": wait.Milliseconds(), "error": err.Error(),
		})
		if err := limit.Wait(ctx, r.options.Clock, wait); err != nil {
			return nil, history.ended(err)
		}
	}
}

// endOf returns the end of the context for which a layer below did not make a call, nil
// if the call failed for anything else.
func endOf(err error) error {
	failure, ok := errors.AsType[*dataforseo.TransportError](err)
	if !ok || failure.Sent || !dataforseo.Ended(err) {
		return nil
	}
	return failure.Err
}

// pauseEverybody makes everybody wait after a rate limit, though the call that was
// told of it may not be repeated: the limit belongs to the account, so the next
// call would only be told the same.
func (r *Retrier) pauseEverybody(err error, d time.Duration) {
	if r.options.Pauser != nil && dataforseo.Advise(err).RateLimited {
		r.options.Pauser.Pause(d)
	}
}

// comesTooLate reports whether the read will be over before the wait is: the
// failure at hand says more than the time-out that would follow.
func (r *Retrier) comesTooLate(ctx context.Context, wait time.Duration) bool {
	deadline, bounded := ctx.Deadline()
	return bounded && r.options.Clock.Now().Add(wait).After(deadline)
}

// history is what happened to one call so far.
type history struct {
	retriesLeft  int
	paid         bool
	attempts     int
	maybeCharged int
	charges      dataforseo.Charges
	last         error // of the attempts
	faults       *backoff.ExponentialBackOff
	pauses       *backoff.ExponentialBackOff
}

func (r *Retrier) newHistory(call *dataforseo.Call) *history {
	return &history{
		retriesLeft: r.options.MaxRetries,
		paid:        call.Paid,
		faults:      exponential(firstWait, maxWait),
		pauses:      exponential(firstPause, maxRetryAfter),
	}
}

// exponential doubles from first to longest, each wait half as long again or half
// as short by chance, so that requests that failed together do not return together.
func exponential(first, longest time.Duration) *backoff.ExponentialBackOff {
	return &backoff.ExponentialBackOff{
		InitialInterval: first, RandomizationFactor: 0.5, Multiplier: 2, MaxInterval: longest,
	}
}

// next takes note of a failed attempt, and says how long to wait and whether to
// make another one then.
func (h *history) next(err error) (wait time.Duration, again bool) {
	h.attempts++
	h.last = err
	advice := dataforseo.Advise(err)
	charge, _ := dataforseo.ChargeOf(err)
	if h.paid {
		h.charges = h.charges.Plus(dataforseo.ChargesOf(err))
	}
	if h.paid && (advice.Repeat == dataforseo.RepeatOnce || charge != dataforseo.ChargeNone) {
		h.maybeCharged++
	}
	wait = h.waitFor(advice)
	// One possible charge in vain is the price of not failing a plan for a
	// passing fault; a second one is not paid for the same answer.
	if h.retriesLeft <= 0 || advice.Repeat == dataforseo.RepeatNever || h.maybeCharged > 1 {
		return wait, false
	}
	h.retriesLeft--
	return wait, true
}

func (h *history) waitFor(advice dataforseo.Advice) time.Duration {
	waits := h.faults
	if advice.RateLimited {
		waits = h.pauses
	}
	wait := waits.NextBackOff()
	if advice.RetryAfter > 0 {
		return min(advice.RetryAfter, maxRetryAfter)
	}
	return wait
}

// wrap tells of earlier attempts in a failure, when there were any.
func (h *history) wrap(err error) error {
	if h.attempts < 2 {
		return err
	}
	return h.told(err)
}

// told tells in a failure of all attempts.
func (h *history) told(err error) *Error {
	return &Error{Attempts: h.attempts, MaybeCharged: h.maybeCharged, Charged: h.charges, Err: err}
}

// ended tells that the context ended between two attempts. Nothing is on its way then,
// but an attempt may have been charged before.
func (h *history) ended(end error) error {
	charged := h.charges != dataforseo.Charges{}
	return h.told(&dataforseo.TransportError{Err: end, Sent: charged})
}

// hurried tells that there was no time to wait that long for a further attempt.
func (h *history) hurried(err error, wait time.Duration) error {
	told := h.told(err)
	told.Lacked = wait
	return told
}
