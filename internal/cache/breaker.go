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
	// maxFailures is the number of consecutive failures that turn a store off.
	maxFailures = 3
	// maxDelay limits how long the operations of a remote store delay one call.
	maxDelay = 15 * time.Second
	// slowAfter is the time after which an operation delays a [ReadOfMany], which has
	// thousands of operations.
	slowAfter = 250 * time.Millisecond
)

var (
	// errOff is returned for operations that are not attempted.
	errOff = errors.New("the shared cache is off")
	// errSlow means that earlier operations have used up maxDelay.
	errSlow = errors.New("the server is slow: it delayed one read by " + maxDelay.String())
	// errCounted is a failure that belongs to the one before it.
	errCounted = errors.New("the operation before it failed too")
)

// breaker stops using a slow or broken server, so that it does not hold up calls.
type breaker struct {
	failures atomic.Int32 // in a row
	off      atomic.Bool
}

func (b *breaker) isOff() bool { return b.off.Load() }

// attempt runs one operation. last reports that its failure turned the store off.
func (b *breaker) attempt(ctx context.Context, operation func(context.Context) error) (last bool, err error) {
	spent := delayOf(ctx)
	limit := min(bucket.Timeout, spent.left())
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
	spent.read.add(began.Add(slowAfter), time.Now())
	switch {
	case err != nil && ctx.Err() != nil, errors.Is(err, errCounted): // not the server's fault, or counted before
	case err == nil || isAnswer(err):
		b.failures.Store(0)
	case b.failures.Add(1) >= maxFailures || errors.Is(err, bucket.ErrNoCredentials):
		return b.off.CompareAndSwap(false, true), err
	}
	return false, err
}

// isAnswer reports whether an error is a response of a working server.
func isAnswer(err error) bool {
	for _, answer := range []error{bucket.ErrNotFound, bucket.ErrForbidden, bucket.ErrTaken, bucket.ErrUnsupported, bucket.ErrTooLarge} {
		if errors.Is(err, answer) {
			return true
		}
	}
	return false
}

// delay is how long a remote store has delayed one call.
type delay struct {
	operations atomic.Int64 // nanoseconds
	read       *slowness    // shared by the calls of a [ReadOfMany]
	firstWait  sync.Once
	waitEnds   time.Time
}

// left returns how much longer the call and its read may be delayed.
func (d *delay) left() time.Duration {
	return maxDelay - max(time.Duration(d.operations.Load()), d.read.total())
}

// endOfWait returns when a call with a deadline stops waiting for other processes: halfway
// between its first wait and the deadline. The other half is for the request.
func (d *delay) endOfWait(deadline time.Time) time.Time {
	d.firstWait.Do(func() { d.waitEnds = time.Now().Add(time.Until(deadline) / 2) })
	return d.waitEnds
}

type delayKey struct{}

// withDelay returns a context for the operations of one call.
func withDelay(ctx context.Context) context.Context {
	return context.WithValue(ctx, delayKey{}, &delay{read: delayOf(ctx).read})
}

// withoutDelay returns a context for operations that no call waits for.
func withoutDelay(ctx context.Context) context.Context {
	return context.WithValue(ctx, delayKey{}, &delay{read: new(slowness)})
}

// ReadOfMany returns a context for calls that belong to one read. A remote store delays
// all of them together by at most 15 seconds.
func ReadOfMany(ctx context.Context) context.Context { return withoutDelay(ctx) }

func delayOf(ctx context.Context) *delay {
	if d, ok := ctx.Value(delayKey{}).(*delay); ok {
		return d
	}
	return &delay{read: new(slowness)}
}

// slowness is the time during which at least one of several concurrent operations was slow.
type slowness struct {
	mu    sync.Mutex
	sum   time.Duration
	until time.Time // sum covers the time before
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
