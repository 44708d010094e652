package cache

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/cache/bucket"
)

const (
	// maxFailures is how many operations in a row may fail before no more are tried.
	maxFailures = 3
	// maxDelay is how much later the operations of a remote store make one call.
	maxDelay = 15 * time.Second
	// brisk is how long an operation may take before it counts as a delay of a [ReadOfMany],
	// which has thousands of them.
	brisk = 250 * time.Millisecond
)

var (
	// errOff is returned for operations that are not tried.
	errOff = errors.New("the shared cache is off")
	// errSlow means that the operations before it took all of maxDelay.
	errSlow = errors.New("the server is slow: it delayed one read by " + maxDelay.String())
)

// breaker keeps a slow or broken server from holding up calls.
type breaker struct {
	failures atomic.Int32 // in a row
	off      atomic.Bool
}

func (b *breaker) isOff() bool { return b.off.Load() }

// attempt runs one operation. last means that it was the one after which no more are
// tried.
func (b *breaker) attempt(ctx context.Context, operation func(context.Context) error) (last bool, err error) {
	spent := delayOf(ctx)
	limit := min(bucket.Timeout, maxDelay-time.Duration(spent.operations.Load()), maxDelay-spent.of.total())
	switch {
	case b.isOff():
		return false, errOff
	case limit <= 0:
		return b.off.CompareAndSwap(false, true), errSlow
	}
	limited, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	began := time.Now()
	err = operation(limited)
	spent.operations.Add(int64(time.Since(began)))
	spent.of.add(began.Add(brisk), time.Now())
	switch {
	case err != nil && ctx.Err() != nil: // which says nothing about the server
	case err == nil || isAnswer(err):
		b.failures.Store(0)
	case b.failures.Add(1) >= maxFailures || errors.Is(err, bucket.ErrNoCredentials):
		return b.off.CompareAndSwap(false, true), err
	}
	return false, err
}

// isAnswer reports whether an error is what a server that works says.
func isAnswer(err error) bool {
	for _, answer := range []error{bucket.ErrNotFound, bucket.ErrForbidden, bucket.ErrTaken, bucket.ErrUnsupported, bucket.ErrTooLarge} {
		if errors.Is(err, answer) {
			return true
		}
	}
	return false
}

// delay is how much later a remote store makes one call.
type delay struct {
	operations atomic.Int64 // nanoseconds
	of         *slowness
	halve      sync.Once
	half       time.Time
}

// patience returns when a call that must end at deadline no longer waits for other
// processes: after half of the time that it had when it first waited. The other half is
// for asking.
func (d *delay) patience(deadline time.Time) time.Time {
	d.halve.Do(func() { d.half = time.Now().Add(time.Until(deadline) / 2) })
	return d.half
}

type delayKey struct{}

// withDelay returns a context for the operations of one call.
func withDelay(ctx context.Context) context.Context {
	return context.WithValue(ctx, delayKey{}, &delay{of: delayOf(ctx).of})
}

// withoutDelay returns a context for operations that no call waits for.
func withoutDelay(ctx context.Context) context.Context {
	return context.WithValue(ctx, delayKey{}, &delay{of: new(slowness)})
}

// ReadOfMany returns a context for calls that are one read to the user: together, too, a
// remote store makes them no more than 15 seconds later.
func ReadOfMany(ctx context.Context) context.Context { return withoutDelay(ctx) }

func delayOf(ctx context.Context) *delay {
	if d, ok := ctx.Value(delayKey{}).(*delay); ok {
		return d
	}
	return &delay{of: new(slowness)}
}

// slowness is the time for which operations side by side were slow.
type slowness struct {
	mu    sync.Mutex
	sum   time.Duration
	until time.Time // what is before that is in sum
}

func (s *slowness) add(from, until time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.until.After(from) {
		from = s.until
	}
	if until.After(from) {
		s.sum, s.until = s.sum+until.Sub(from), until
	}
}

func (s *slowness) total() time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.sum
}
