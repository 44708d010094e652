package cache

import (
	"context"
	"errors"
	"sync/atomic"
	"time"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/dataforseo"
)

// flight is what came of a call.
type flight struct {
	reply *dataforseo.Reply
	err   error
	// ended says that it failed because its caller had enough of it.
	ended bool
	// gaveUp says that it failed because its caller had enough of it, or had no time
	// for another attempt, and cost nothing: that says nothing about the call. What may
	// have been charged must not be repeated by everybody who waited.
	gaveUp bool
	// lacked is how much more time would have been needed.
	lacked time.Duration
}

// hasTime reports whether the caller has more than that left.
func (c *Cache) hasTime(ctx context.Context, needed time.Duration) bool {
	deadline, bounded := ctx.Deadline()
	return ctx.Err() == nil && (needed == 0 || !bounded || c.options.Clock.Now().Add(needed).Before(deadline))
}

// fly makes the call, or waits for the one under way. own says which.
func (c *Cache) fly(ctx context.Context, lookup *lookup) (result flight, own bool) {
	var mine atomic.Bool
	landed := c.flights.DoChan(lookup.name(), func() (any, error) {
		mine.Store(true)
		reply, err := c.fetch(ctx, lookup)
		ended := ctx.Err() != nil && dataforseo.Ended(err)
		free, lacked := dataforseo.ChargesOf(err) == dataforseo.Charges{}, timeLacked(err)
		return flight{reply, err, ended, free && (ended || lacked > 0), lacked}, nil
	})
	select {
	case result := <-landed:
		return result.Val.(flight), mine.Load()
	case <-ctx.Done():
	}
	if !mine.Load() {
		return flight{err: &dataforseo.TransportError{Err: ctx.Err()}}, true
	}
	// It ends at once, or when what is on the wire has arrived, and knows which.
	return (<-landed).Val.(flight), true
}

// SharedError is the failure of a call that several asked for: one of them made it,
// and bears what it cost.
type SharedError struct{ Err error }

func (e *SharedError) Error() string { return e.Err.Error() }

// Unwrap returns the failure.
func (e *SharedError) Unwrap() error { return e.Err }

// Charges is nothing, for [dataforseo.ChargesOf].
func (e *SharedError) Charges() dataforseo.Charges { return dataforseo.Charges{} }

// errEnded is why a call has no answer that somebody else made and gave up.
var errEnded = errors.New("another read had asked for it, and was ended")

// sharedFailure returns the failure for a call that did not make the request. That
// whoever did was cancelled, or had no more time, must not look like its own end.
func (f flight) sharedFailure() error {
	if f.ended {
		return &SharedError{&dataforseo.TransportError{Sent: true, Err: errEnded}}
	}
	return &SharedError{f.err}
}

// shared returns the answer for a call that did not make the request: the one that
// did bears its price and tells of what happened on the way.
func shared(reply *dataforseo.Reply) *dataforseo.Reply {
	copied := *reply
	copied.Charges, copied.Notices = dataforseo.Charges{}, nil
	return &copied
}

// timeLacked returns the time that a failure says its caller lacked.
func timeLacked(err error) time.Duration {
	type hurried interface {
		error
		TimeLacked() time.Duration
	}
	if failure, ok := errors.AsType[hurried](err); ok {
		return failure.TimeLacked()
	}
	return 0
}
