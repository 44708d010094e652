// Package limit keeps a process within what DataForSEO allows an account: a
// number of requests at once, a number in a minute, and quiet after a refusal.
// It knows calls as opaque things that begin and end.
package limit

import (
	"context"
	"sync"
	"time"

	"github.com/jonboulle/clockwork"
	"golang.org/x/sync/semaphore"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/dataforseo"
)

// The limits of an account, https://docs.dataforseo.com/v3/appendix/errors/ and
// DataForSEO's help centre.
const (
	MaxConcurrentRequests = 30
	MaxRequestsPerMinute  = 2000
)

// Options configure a [Limiter]. The zero value of a field means its default.
type Options struct {
	// ConcurrentRequests is how many calls may be under way, default [MaxConcurrentRequests].
	ConcurrentRequests int64
	// RequestsPerMinute is how many calls may begin in a minute, evenly spaced,
	// default [MaxRequestsPerMinute].
	RequestsPerMinute int64
	// Clock is what waits are measured with, default the system's.
	Clock clockwork.Clock
}

// Limiter is a [dataforseo.Doer] that holds calls back until they may be made.
type Limiter struct {
	next  dataforseo.Doer
	clock clockwork.Clock
	slots *semaphore.Weighted
	// interval lies between the beginnings of two calls. It is rounded up, so that
	// no minute has a call too many.
	interval time.Duration

	mu   sync.Mutex
	free time.Time // no call begins before: the next turn, or the end of a pause
}

var _ dataforseo.Doer = (*Limiter)(nil)

// New returns a Limiter in front of next.
func New(next dataforseo.Doer, options Options) *Limiter {
	if options.ConcurrentRequests == 0 {
		options.ConcurrentRequests = MaxConcurrentRequests
	}
	if options.RequestsPerMinute == 0 {
		options.RequestsPerMinute = MaxRequestsPerMinute
	}
	if options.Clock == nil {
		options.Clock = clockwork.NewRealClock()
	}
	return &Limiter{
		next:  next,
		clock: options.Clock,
		slots: semaphore.NewWeighted(options.ConcurrentRequests),
		// Evenly spaced, without bursts: DataForSEO asks for a steady rate.
		interval: (time.Minute + time.Duration(options.RequestsPerMinute) - 1) / time.Duration(options.RequestsPerMinute),
	}
}

// Pause keeps every call from beginning for the next d. Calls under way go on.
func (l *Limiter) Pause(d time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if until := l.clock.Now().Add(d); until.After(l.free) {
		l.free = until
	}
}

// Do implements [dataforseo.Doer]. A call that ctx ends while it waits was never
// made, and fails with a [*dataforseo.TransportError] that says so.
func (l *Limiter) Do(ctx context.Context, call *dataforseo.Call) (*dataforseo.Reply, error) {
	// The place comes before the turn: a turn taken early and used late would
	// let calls through in bursts.
	if err := l.slots.Acquire(ctx, 1); err != nil {
		return nil, &dataforseo.TransportError{Err: err}
	}
	defer l.slots.Release(1)
	if err := l.awaitTurn(ctx); err != nil {
		return nil, &dataforseo.TransportError{Err: err}
	}
	return l.next.Do(ctx, call)
}

// awaitTurn waits until no pause is on, and then for the call's own place in the
// even spacing. A pause that begins meanwhile is waited for as well.
func (l *Limiter) awaitTurn(ctx context.Context) error {
	for {
		// A call that is over takes no turn, which would be lost for the others.
		if err := ctx.Err(); err != nil {
			return err
		}
		wait := l.takeTurn()
		if wait <= 0 {
			return nil
		}
		if err := Wait(ctx, l.clock, wait); err != nil {
			return err
		}
	}
}

// takeTurn takes a turn if one is free now, and otherwise says how long to wait
// before asking again. A turn is never taken ahead: it would be lost if a pause
// came, and calls that wake together would bunch.
func (l *Limiter) takeTurn() time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.clock.Now()
	if now.Before(l.free) {
		return l.free.Sub(now)
	}
	l.free = now.Add(l.interval)
	return 0
}

// Wait waits for d on the clock, or until ctx ends, whose error it then returns.
func Wait(ctx context.Context, clock clockwork.Clock, d time.Duration) error {
	timer := clock.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.Chan():
		return nil
	}
}
