package limit_test

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/jonboulle/clockwork"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/dataforseo"
	"github.com/dataforseo/terraform-provider-dataforseo/internal/limit"
)

// spacing is the time between two calls at 2000 calls a minute.
const spacing = 30 * time.Millisecond

// stub is a Doer that notes when calls begin and how many are under way. They end
// at once, or if hold is not nil, one for every value sent to it.
type stub struct {
	clock clockwork.Clock
	hold  chan struct{}

	mu             sync.Mutex
	begun          []time.Time
	subjects       []string
	underWay, most int
}

func (s *stub) Do(ctx context.Context, call *dataforseo.Call) (*dataforseo.Reply, error) {
	s.enter(call)
	defer s.leave()
	if s.hold != nil {
		select {
		case <-s.hold:
		case <-ctx.Done():
			return nil, &dataforseo.TransportError{Sent: true, Err: ctx.Err()}
		}
	}
	return &dataforseo.Reply{}, nil
}

func (s *stub) enter(call *dataforseo.Call) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.begun = append(s.begun, s.clock.Now())
	s.subjects = append(s.subjects, call.Subject)
	s.underWay++
	s.most = max(s.most, s.underWay)
}

func (s *stub) leave() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.underWay--
}

func (s *stub) calls() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.begun)
}

// bench is a Limiter in front of a stub, at a time that the test decides on. It
// has to be made inside of a bubble of synctest, which tells when every call waits.
type bench struct {
	t       *testing.T
	clock   *clockwork.FakeClock
	stub    *stub
	limiter *limit.Limiter
}

func newBench(t *testing.T, options limit.Options) *bench {
	t.Helper()
	clock := clockwork.NewFakeClockAt(time.Date(2026, 8, 1, 12, 0, 0, 0, time.UTC))
	options.Clock = clock
	next := &stub{clock: clock}
	return &bench{t, clock, next, limit.New(next, options)}
}

// pending is a call that was made from another goroutine.
type pending struct {
	cancel context.CancelFunc
	done   chan error
}

// call makes a call and returns when it has ended or waits.
func (b *bench) call(subject string) *pending {
	ctx, cancel := context.WithCancel(b.t.Context())
	p := &pending{cancel, make(chan error, 1)}
	go func() {
		_, err := b.limiter.Do(ctx, &dataforseo.Call{Subject: subject})
		p.done <- err
	}()
	synctest.Wait()
	return p
}

// advance lets time pass and returns when every call has ended or waits.
func (b *bench) advance(d time.Duration) {
	b.clock.Advance(d)
	synctest.Wait()
}

// wantBegun checks how many calls have begun.
func (b *bench) wantBegun(when string, want int) {
	b.t.Helper()
	if got := b.stub.calls(); got != want {
		b.t.Errorf("%s: %d calls have begun, want %d", when, got, want)
	}
}

// wantNeverMade checks that a call has ended without having been made.
func (p *pending) wantNeverMade(t *testing.T, when string) {
	t.Helper()
	select {
	case err := <-p.done:
		failure, ok := errors.AsType[*dataforseo.TransportError](err)
		if !ok || failure.Sent || failure.TimedOutAfter != 0 || !errors.Is(err, context.Canceled) {
			t.Errorf("%s: the error is %#v", when, err)
		}
	default:
		t.Errorf("%s: the call goes on waiting", when)
	}
}

func TestNoMoreCallsAtOnceThanAllowed(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		options limit.Options
		want    int
	}{
		"by default": {limit.Options{}, 30},
		"seven":      {limit.Options{ConcurrentRequests: 7}, 7},
		"one":        {limit.Options{ConcurrentRequests: 1}, 1},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				const calls = 100
				b := newBench(t, test.options)
				b.stub.hold = make(chan struct{})
				for range calls {
					b.call("")
				}
				for range calls {
					b.advance(spacing)
				}
				b.wantBegun("with time for all of them", test.want)
				for ended := 1; ended <= calls; ended++ {
					b.stub.hold <- struct{}{}
					synctest.Wait()
					b.advance(spacing)
					b.wantBegun(fmt.Sprintf("after %d have ended", ended), min(calls, test.want+ended))
				}
				if b.stub.most != test.want {
					t.Errorf("%d calls were under way at once, want %d", b.stub.most, test.want)
				}
			})
		})
	}
}

// The same with real goroutines and the real clock, for the race detector.
func TestNoMoreCallsAtOnceThanAllowedInARush(t *testing.T) {
	t.Parallel()
	const calls, atOnce = 300, 7
	next := &stub{clock: clockwork.NewRealClock()}
	limiter := limit.New(yielding{next}, limit.Options{ConcurrentRequests: atOnce, RequestsPerMinute: 60_000_000})
	var group sync.WaitGroup
	for range calls {
		group.Go(func() {
			if _, err := limiter.Do(t.Context(), &dataforseo.Call{}); err != nil {
				t.Error(err)
			}
			limiter.Pause(time.Microsecond)
		})
	}
	group.Wait()
	if next.most > atOnce || next.calls() != calls {
		t.Errorf("%d calls, %d at once, want %d and at most %d", next.calls(), next.most, calls, atOnce)
	}
}

// yielding lets other calls go first in the middle of each.
type yielding struct{ *stub }

func (y yielding) Do(_ context.Context, call *dataforseo.Call) (*dataforseo.Reply, error) {
	y.enter(call)
	defer y.leave()
	for range 10 {
		runtime.Gosched()
	}
	return &dataforseo.Reply{}, nil
}

func TestCallsBeginEvenlySpaced(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		options limit.Options
		want    time.Duration
	}{
		"by default":       {limit.Options{}, spacing},
		"2000 a minute":    {limit.Options{RequestsPerMinute: 2000}, spacing},
		"1999 a minute":    {limit.Options{RequestsPerMinute: 1999}, 30_015_008 * time.Nanosecond},
		"60 a minute":      {limit.Options{RequestsPerMinute: 60}, time.Second},
		"7 a minute":       {limit.Options{RequestsPerMinute: 7}, 8_571_428_572 * time.Nanosecond},
		"once a minute":    {limit.Options{RequestsPerMinute: 1}, time.Minute},
		"one call at once": {limit.Options{ConcurrentRequests: 1}, spacing},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				b := newBench(t, test.options)
				for range 30 {
					b.call("")
				}
				b.wantBegun("at the start", 1)
				for begun := 1; begun < 30; begun++ {
					b.advance(test.want - time.Nanosecond)
					b.wantBegun("before the next turn", begun)
					b.advance(time.Nanosecond)
					b.wantBegun("at the next turn", begun+1)
				}
			})
		})
	}
}

// DataForSEO counts by the minute: no more calls than allowed may begin in any.
func TestNoMinuteHasMoreCallsThanAllowed(t *testing.T) {
	t.Parallel()
	for _, perMinute := range []int64{2000, 1999, 700, 61, 60, 7} {
		synctest.Test(t, func(t *testing.T) {
			// Time runs by itself inside of the bubble.
			next := &stub{clock: clockwork.NewRealClock()}
			limiter := limit.New(next, limit.Options{RequestsPerMinute: perMinute})
			var group sync.WaitGroup
			for range 2*perMinute + 2 {
				group.Go(func() { _, _ = limiter.Do(t.Context(), &dataforseo.Call{}) })
			}
			group.Wait()
			slices.SortFunc(next.begun, time.Time.Compare)
			for i := perMinute; i < int64(len(next.begun)); i++ {
				if took := next.begun[i].Sub(next.begun[i-perMinute]); took < time.Minute || took > time.Minute+time.Second {
					t.Fatalf("%d a minute: %d calls began within %s", perMinute, perMinute+1, took)
				}
			}
		})
	}
}

// Time without calls is not saved up for a burst.
func TestNoBurstAfterQuiet(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, limit.Options{})
		b.call("")
		b.advance(time.Hour)
		for range 5 {
			b.call("")
		}
		b.wantBegun("after an hour", 2)
		b.advance(spacing)
		b.wantBegun("a turn later", 3)
	})
}

// A call that is free to begin does not wait.
func TestNoWaitWithoutNeed(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, limit.Options{})
		for i := range 5 {
			if err := <-b.call("").done; err != nil {
				t.Error(err)
			}
			b.wantBegun("at once", i+1)
			b.advance(spacing)
		}
	})
}

func TestPauseHoldsCallsThatHaveNotBegun(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, limit.Options{})
		b.stub.hold = make(chan struct{})
		b.call("under way")
		b.limiter.Pause(10 * time.Second)
		b.call("held")
		b.call("held")
		b.advance(10*time.Second - time.Nanosecond)
		b.wantBegun("during the pause", 1)
		b.stub.hold <- struct{}{} // which goes on during the pause
		b.advance(time.Nanosecond)
		b.wantBegun("at the end of the pause", 2)
		b.advance(spacing)
		b.wantBegun("a turn later", 3)
		if b.stub.underWay != 2 {
			t.Errorf("%d calls are under way, want 2", b.stub.underWay)
		}
		close(b.stub.hold)
	})
}

func TestPauseThatBeginsDuringAWait(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, limit.Options{})
		b.call("first")
		b.call("waits for its turn")
		b.advance(spacing / 2)
		b.limiter.Pause(time.Minute)
		b.advance(time.Minute - time.Nanosecond)
		b.wantBegun("during the pause", 1)
		b.limiter.Pause(time.Second) // while the call waits for the end of the first one
		b.advance(time.Nanosecond)
		b.wantBegun("during the second pause", 1)
		b.advance(time.Second - 2*time.Nanosecond)
		b.wantBegun("during the second pause", 1)
		b.advance(time.Nanosecond)
		b.wantBegun("at the end", 2)
	})
}

func TestShorterPauseDoesNotEndALongerOne(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, limit.Options{})
		b.limiter.Pause(time.Minute)
		b.limiter.Pause(time.Second)
		b.limiter.Pause(0)
		b.limiter.Pause(-time.Hour)
		b.call("")
		b.advance(time.Minute - time.Nanosecond)
		b.wantBegun("during the pause", 0)
		b.advance(time.Nanosecond)
		b.wantBegun("at its end", 1)
	})
}

func TestCancelledWhileWaitingForASlot(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, limit.Options{ConcurrentRequests: 1})
		b.stub.hold = make(chan struct{})
		b.call("under way")
		waits, next := b.call("waits"), b.call("next")
		waits.cancel()
		synctest.Wait()
		waits.wantNeverMade(t, "cancelled")
		b.advance(spacing)
		b.stub.hold <- struct{}{}
		synctest.Wait()
		b.wantBegun("when the slot is free", 2)
		if b.stub.subjects[1] != "next" {
			t.Errorf("%q was made", b.stub.subjects[1])
		}
		b.stub.hold <- struct{}{}
		if err := <-next.done; err != nil {
			t.Error(err)
		}
	})
}

func TestCancelledWhileWaitingForATurn(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, limit.Options{ConcurrentRequests: 1})
		b.call("first")
		waits := b.call("waits")
		waits.cancel()
		synctest.Wait()
		waits.wantNeverMade(t, "cancelled")
		next := b.call("next") // which finds the slot free, and the turn
		b.advance(spacing)
		b.wantBegun("at the turn", 2)
		if err := <-next.done; err != nil || b.stub.subjects[1] != "next" {
			t.Errorf("%q was made, %v", b.stub.subjects, err)
		}
	})
}

func TestCancelledDuringAPause(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, limit.Options{ConcurrentRequests: 1})
		b.limiter.Pause(time.Minute)
		waits := b.call("waits")
		waits.cancel()
		synctest.Wait()
		waits.wantNeverMade(t, "cancelled")
		b.call("next")
		b.advance(time.Minute)
		b.wantBegun("after the pause", 1)
	})
}

// endsAtItsTurn is a context that ends at the same time as a wait does: the timer
// has been heard, and the end of the context not yet.
type endsAtItsTurn struct {
	context.Context
	over func() bool
}

func (c endsAtItsTurn) Err() error {
	if c.over() {
		return context.Canceled
	}
	return nil
}

func TestCancelledAtTheTurnItself(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, limit.Options{})
		b.call("first")
		turn := b.clock.Now().Add(spacing)
		p := &pending{done: make(chan error, 1)}
		go func() {
			ctx := endsAtItsTurn{context.Background(), func() bool { return !b.clock.Now().Before(turn) }}
			_, err := b.limiter.Do(ctx, &dataforseo.Call{Subject: "cancelled"})
			p.done <- err
		}()
		synctest.Wait()
		b.advance(spacing)
		p.wantNeverMade(t, "at the turn")
		b.call("next")
		b.wantBegun("the turn is free", 2)
	})
}

func TestCancelledBefore(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, limit.Options{})
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		p := &pending{done: make(chan error, 1)}
		_, err := b.limiter.Do(ctx, &dataforseo.Call{})
		p.done <- err
		p.wantNeverMade(t, "cancelled before")
		b.call("next")
		b.wantBegun("the turn is free", 1)
	})
}

func TestDeadlineWhileWaiting(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, limit.Options{})
		b.limiter.Pause(time.Hour)
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		_, err := b.limiter.Do(ctx, &dataforseo.Call{})
		failure, ok := errors.AsType[*dataforseo.TransportError](err)
		if !ok || failure.Sent || !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("the error is %#v", err)
		}
		b.wantBegun("at the deadline", 0)
	})
}

// A call that panics gives its slot back, and so does one that fails.
func TestSlotsAreGivenBack(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		failure := errors.New("no")
		fails := doerFunc(func(call *dataforseo.Call) error {
			if call.Subject == "panics" {
				panic("no")
			}
			return failure
		})
		clock := clockwork.NewFakeClock()
		limiter := limit.New(fails, limit.Options{ConcurrentRequests: 1, Clock: clock})
		for _, subject := range []string{"fails", "panics", "fails"} {
			clock.Advance(spacing)
			func() {
				defer func() { _ = recover() }()
				if _, err := limiter.Do(t.Context(), &dataforseo.Call{Subject: subject}); err != failure {
					t.Errorf("the error is %v", err)
				}
			}()
		}
	})
}

type doerFunc func(call *dataforseo.Call) error

func (f doerFunc) Do(_ context.Context, call *dataforseo.Call) (*dataforseo.Reply, error) {
	return nil, f(call)
}

func TestWait(t *testing.T) {
	t.Parallel()
	clock := clockwork.NewFakeClock()
	ctx, cancel := context.WithCancel(t.Context())
	if err := limit.Wait(ctx, clock, 0); err != nil {
		t.Errorf("no time at all: %v", err)
	}
	done := make(chan error)
	go func() { done <- limit.Wait(ctx, clock, time.Minute) }()
	if err := clock.BlockUntilContext(t.Context(), 1); err != nil {
		t.Fatal(err)
	}
	cancel()
	if err := <-done; !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
	// The timer is gone, so that a process that waits often does not collect them.
	ctx, cancel = context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer cancel()
	if clock.BlockUntilContext(ctx, 1) == nil {
		t.Error("the timer goes on")
	}
}
