package cache

import (
	"context"
	"time"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/dataforseo"
)

// flight is a shared call. No caller owns it: it runs as long as anyone waits for it.
type flight struct {
	name string
	done chan struct{}
	// reply and failure are set before done is closed.
	reply   *dataforseo.Reply
	failure *dataforseo.Failure

	// Guarded by Cache.mu.
	waiters int
	// abandoned means that the last waiter has left. No one joins, or repeats the call,
	// until it has ended: an answer may still arrive.
	abandoned bool
	// deadline is the latest deadline of the waiters, zero if one has none.
	deadline time.Time
	// landed means that a waiter has received the charges.
	landed bool

	// stopWaiting cancels the call unless it has been sent, stopSent in any case.
	stopWaiting, stopSent context.CancelCauseFunc
}

// flightContext is the context of a flight. It ends when the last waiter leaves. It does not
// end at its deadline, which only lets layers decide whether a wait is worthwhile.
type flightContext struct {
	context.Context
	cache  *Cache
	flight *flight
}

// Deadline implements [context.Context].
func (c flightContext) Deadline() (time.Time, bool) {
	c.cache.mu.Lock()
	defer c.cache.mu.Unlock()
	return c.flight.deadline, !c.flight.deadline.IsZero()
}

// share joins or begins the flight of a lookup and waits for it. It returns nil, nil
// after waiting for an abandoned flight to end; the caller tries again.
func (c *Cache) share(ctx context.Context, lookup *lookup) (*dataforseo.Reply, *dataforseo.Failure) {
	f, joined := c.join(ctx, lookup)
	select {
	case <-f.done:
		if !joined {
			return nil, nil
		}
		return c.land(f)
	case <-ctx.Done():
		if !joined {
			return nil, dataforseo.FailureOfContext(ctx)
		}
	}
	if !c.leave(ctx, f) {
		return nil, leaveFailure(ctx, lookup)
	}
	sent := dataforseo.SentContext(ctx)
	select {
	case <-f.done:
	case <-sent.Done():
		f.stopSent(context.Cause(sent))
		<-f.done
	}
	return c.land(f)
}

// leaveFailure returns the failure of a waiter that leaves while others wait. It does not
// know whether the call was sent, and the others get the charges.
func leaveFailure(ctx context.Context, lookup *lookup) *dataforseo.Failure {
	failure := dataforseo.FailureOfContext(ctx)
	if failure.Kind == dataforseo.KindReadTimeout {
		failure.Cause = "no answer before time ran out"
	}
	failure.ChargedElsewhere = !lookup.call.Endpoint.Free()
	return failure
}

// join adds a waiter to the flight, unless it is abandoned.
func (c *Cache) join(ctx context.Context, lookup *lookup) (f *flight, joined bool) {
	deadline, bounded := ctx.Deadline()
	c.mu.Lock()
	defer c.mu.Unlock()
	f = c.flights[lookup.name()]
	switch {
	case f == nil:
		f = &flight{name: lookup.name(), done: make(chan struct{}), deadline: deadline}
		c.flights[f.name] = f
		c.begin(ctx, f, lookup)
	case f.abandoned:
		return f, false
	}
	f.waiters++
	switch {
	case !bounded:
		f.deadline = time.Time{}
	case !f.deadline.IsZero() && deadline.After(f.deadline):
		f.deadline = deadline
	}
	return f, true
}

// begin starts a flight, with the values of ctx but not its end.
func (c *Cache) begin(ctx context.Context, f *flight, lookup *lookup) {
	var sent, waiting context.Context
	sent, f.stopSent = context.WithCancelCause(context.WithoutCancel(ctx))
	waiting, f.stopWaiting = context.WithCancelCause(sent)
	shared := flightContext{dataforseo.FinishSent(waiting, sent), c, f}
	go func() { //nolint:contextcheck // it must outlive ctx
		defer f.stopSent(nil)
		f.reply, f.failure = c.fetch(shared, lookup)
		c.mu.Lock()
		defer c.mu.Unlock()
		delete(c.flights, f.name)
		close(f.done)
	}()
}

// leave removes a waiter and reports whether it was the last.
func (c *Cache) leave(ctx context.Context, f *flight) (last bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	f.waiters--
	if f.waiters > 0 {
		return false
	}
	f.abandoned = true
	f.stopWaiting(context.Cause(ctx))
	return true
}

// land returns the outcome of a flight. The first waiter gets the charges and notices;
// the others paid nothing.
func (c *Cache) land(f *flight) (*dataforseo.Reply, *dataforseo.Failure) {
	c.mu.Lock()
	defer c.mu.Unlock()
	first := !f.landed
	f.landed = true
	if f.failure != nil {
		failure := *f.failure
		if !first {
			failure.ChargedElsewhere, failure.Charges = failure.Charges != dataforseo.Charges{}, dataforseo.Charges{}
		}
		return nil, &failure
	}
	reply := *f.reply
	if !first {
		reply.Charges, reply.Notices = dataforseo.Charges{}, nil
	}
	return &reply, nil
}
