// Package limit keeps a process within the account's limits: concurrent requests and
// requests per minute. After a rate limit it pauses.
package limit

import (
	"context"
	"sync"
	"time"

	"golang.org/x/sync/semaphore"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/dataforseo"
)

// The limits of an account, from https://docs.dataforseo.com/v3/appendix/errors/ and
// DataForSEO's help centre.
const (
	MaxConcurrentRequests = 30
	MaxRequestsPerMinute  = 2000
)

// Options configure a [Limiter]. The zero value of a field means its default.
type Options struct {
	// ConcurrentRequests is the maximum number of concurrent calls, default
	// [MaxConcurrentRequests].
	ConcurrentRequests int64
	// RequestsPerMinute is the maximum number of calls in any 60 seconds, default
	// [MaxRequestsPerMinute].
	RequestsPerMinute int64
	// Log records every pause; nil disables logging.
	Log dataforseo.Log
}

// Limiter is a [dataforseo.Doer] that delays calls until the limits allow them, and
// repeats calls that met a rate limit.
type Limiter struct {
	next  dataforseo.Doer
	log   dataforseo.Log
	slots *semaphore.Weighted
	// account is the limit shared by all endpoints without one of their own.
	account *minute

	mu  sync.Mutex
	own map[*dataforseo.Endpoint]*minute
}

// minute is a limit of requests in 60 seconds.
type minute struct {
	// places are released 60 seconds after the end of a call, because DataForSEO may
	// have received it at any time until then.
	places *semaphore.Weighted
	gate   *gate
}

func newMinute(requests int64) *minute {
	return &minute{places: semaphore.NewWeighted(requests), gate: newGate()}
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
	if options.Log == nil {
		options.Log = func(context.Context, dataforseo.LogLevel, string, map[string]any) {}
	}
	return &Limiter{
		next:    next,
		log:     options.Log,
		slots:   semaphore.NewWeighted(options.ConcurrentRequests),
		account: newMinute(options.RequestsPerMinute),
		own:     map[*dataforseo.Endpoint]*minute{},
	}
}

// minuteFor returns the limit that applies to an endpoint.
func (l *Limiter) minuteFor(endpoint *dataforseo.Endpoint) *minute {
	if endpoint.RequestsPerMinute == 0 {
		return l.account
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.own[endpoint] == nil {
		l.own[endpoint] = newMinute(int64(endpoint.RequestsPerMinute))
	}
	return l.own[endpoint]
}

// Do implements [dataforseo.Doer]. Rate limits are free, so it waits and retries for as
// long as ctx allows. A rate limit fails the call only if the next wait would outlast
// ctx, or if it was charged.
func (l *Limiter) Do(ctx context.Context, call *dataforseo.Call) (*dataforseo.Reply, *dataforseo.Failure) {
	m := l.minuteFor(call.Endpoint)
	var refusal *dataforseo.Failure // of this call
	for attempts := 0; ; attempts++ {
		reply, failure := l.attempt(ctx, m, call, refusal)
		switch {
		case failure == nil:
			return reply, nil
		case failure.Kind != dataforseo.KindRateLimit, failure.Attempts == 0, failure.Charges != dataforseo.Charges{}:
			failure.Attempts += attempts
			return nil, failure
		}
		refusal = failure
		l.log(ctx, dataforseo.LogWarn, "DataForSEO rejected a request over a rate limit: all requests pause", map[string]any{
			"target": call.Target, "attempt": attempts + 1, "pause_ms": m.gate.left().Milliseconds(), "error": failure.Cause,
		})
	}
}

// attempt makes a call as soon as the limits allow it.
func (l *Limiter) attempt(ctx context.Context, m *minute, call *dataforseo.Call, refusal *dataforseo.Failure) (*dataforseo.Reply, *dataforseo.Failure) {
	if m.places.Acquire(ctx, 1) != nil {
		return nil, dataforseo.FailureOfContext(ctx)
	}
	pass, failure := l.enter(ctx, m, refusal)
	if failure != nil {
		m.places.Release(1)
		return nil, failure
	}
	defer l.slots.Release(1)
	defer time.AfterFunc(time.Minute, func() { m.places.Release(1) })
	reply, failure := l.next.Do(ctx, call)
	m.gate.leave(pass, failure)
	return reply, failure
}

// enter waits for the gate and then takes a slot. It holds no slot while the gate is
// closed, so that endpoints with another limit can go on.
func (l *Limiter) enter(ctx context.Context, m *minute, refusal *dataforseo.Failure) (pass, *dataforseo.Failure) {
	for {
		if failure := m.gate.wait(ctx, refusal); failure != nil {
			return pass{}, failure
		}
		if l.slots.Acquire(ctx, 1) != nil {
			return pass{}, dataforseo.FailureOfContext(ctx)
		}
		if pass, open := m.gate.enter(); open {
			return pass, nil
		}
		l.slots.Release(1)
	}
}
