package limit_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/dataforseo"
	"github.com/dataforseo/terraform-provider-dataforseo/internal/doertest"
	"github.com/dataforseo/terraform-provider-dataforseo/internal/limit"
)

const s = time.Second

var paid = doertest.Paid(dataforseo.Price{Call: 0.024}, 0)

// pending is a call in another goroutine. It sends its failure when it ends.
type pending struct {
	cancel  context.CancelFunc
	failure chan *dataforseo.Failure
}

// begin starts a call with a timeout, and returns when it has ended or waits.
func begin(t *testing.T, doer dataforseo.Doer, call *dataforseo.Call, timeout time.Duration) *pending {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), timeout)
	p := &pending{cancel, make(chan *dataforseo.Failure, 1)}
	go func() {
		_, failure := doer.Do(ctx, call)
		p.failure <- failure
	}()
	synctest.Wait()
	return p
}

// ended returns the failure of a call, which must have ended.
func (p *pending) ended(t *testing.T) *dataforseo.Failure {
	t.Helper()
	synctest.Wait()
	select {
	case failure := <-p.failure:
		return failure
	default:
		t.Fatal("the call has not ended")
		return nil
	}
}

// all makes calls in several goroutines, and returns how long they took. None may fail.
func all(t *testing.T, doer dataforseo.Doer, calls, workers int) time.Duration {
	t.Helper()
	start := time.Now()
	jobs := make(chan struct{}, calls)
	for range calls {
		jobs <- struct{}{}
	}
	close(jobs)
	var group sync.WaitGroup
	for range workers {
		group.Go(func() {
			for range jobs {
				if _, failure := doer.Do(t.Context(), paid); failure != nil {
					t.Error(failure)
				}
			}
		})
	}
	group.Wait()
	return time.Since(start)
}

// times returns when calls began, relative to start.
func times(next *doertest.Doer, start time.Time) (at []time.Duration) {
	synctest.Wait()
	for _, call := range next.Calls() {
		at = append(at, call.At.Sub(start))
	}
	return at
}

// wantTimes checks when calls began.
func wantTimes(t *testing.T, next *doertest.Doer, start time.Time, want ...time.Duration) {
	t.Helper()
	if diff := cmp.Diff(want, times(next, start)); diff != "" {
		t.Errorf("start times (-want +got)\n%s", diff)
	}
}

func TestConcurrentRequests(t *testing.T) {
	t.Parallel()
	for allowed, want := range map[int64]int{0: 30, 7: 7, 1: 1} {
		synctest.Test(t, func(t *testing.T) {
			next := &doertest.Doer{Latency: s}
			took := all(t, limit.New(next, limit.Options{ConcurrentRequests: allowed}), 100, 100)
			if rounds := (100 + want - 1) / want; next.MaxConcurrent() != want || took.Seconds() != float64(rounds) {
				t.Errorf("limit %d: got %d concurrent calls in %s, want %d in %ds", allowed, next.MaxConcurrent(), took, want, rounds)
			}
		})
	}
}

// TestThroughput checks that calls only wait for the limits: concurrency in the first three
// rows, requests per minute in the others.
func TestThroughput(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		calls    int
		perCall  time.Duration
		options  limit.Options
		min, max time.Duration
	}{
		{500, s / 2, limit.Options{}, 8 * s, 1041 * s / 100}, // 1.25 x 500/30 x 0.5 s
		{30, s, limit.Options{}, s, s},
		{2000, 0, limit.Options{}, 0, 0},
		{2001, 0, limit.Options{}, 60 * s, 60 * s},
		{5000, s / 2, limit.Options{}, 120 * s, 1575 * s / 10}, // 1.05 x 5000/2000 minutes
		{15, 0, limit.Options{RequestsPerMinute: 7}, 120 * s, 120 * s},
	} {
		synctest.Test(t, func(t *testing.T) {
			took := all(t, limit.New(&doertest.Doer{Latency: c.perCall}, c.options), c.calls, c.calls)
			if took < c.min || took > c.max {
				t.Errorf("%d calls of %s took %s, want %s to %s", c.calls, c.perCall, took, c.min, c.max)
			}
		})
	}
}

// TestArrivalsPerMinute checks the limit at DataForSEO, which receives a request at any time
// between the beginning and the end of a call.
func TestArrivalsPerMinute(t *testing.T) {
	t.Parallel()
	for perMinute, seeds := range map[int]uint64{2000: 1, 61: 10, 7: 10} {
		for seed := range seeds {
			synctest.Test(t, func(t *testing.T) {
				random := rand.New(rand.NewPCG(seed, uint64(perMinute)))
				var mu sync.Mutex
				var arrivals []time.Time
				delay := func() time.Duration {
					mu.Lock()
					defer mu.Unlock()
					return time.Duration(random.ExpFloat64() * float64(s))
				}
				next := doertest.Func(func(ctx context.Context, _ *dataforseo.Call) (*dataforseo.Reply, *dataforseo.Failure) {
					doertest.Sleep(ctx, delay())
					mu.Lock()
					arrivals = append(arrivals, time.Now())
					fails := random.IntN(10) == 0
					mu.Unlock()
					doertest.Sleep(ctx, delay())
					if fails {
						return nil, doertest.Lost()
					}
					return &dataforseo.Reply{}, nil
				})
				limiter := limit.New(next, limit.Options{RequestsPerMinute: int64(perMinute)})
				var group sync.WaitGroup
				for range 2*perMinute + 5 {
					group.Go(func() { _, _ = limiter.Do(t.Context(), paid) })
				}
				group.Wait()
				for i := perMinute; i < len(arrivals); i++ {
					if took := arrivals[i].Sub(arrivals[i-perMinute]); took < time.Minute {
						t.Fatalf("limit %d, seed %d: %d calls arrived within %s", perMinute, seed, perMinute+1, took)
					}
				}
				if len(arrivals) != 2*perMinute+5 {
					t.Errorf("got %d arrivals, want %d", len(arrivals), 2*perMinute+5)
				}
			})
		}
	}
}

// TestRateLimitPausesAllCalls checks that one call probes after the pause, and that the
// others wait until a probe succeeds.
func TestRateLimitPausesAllCalls(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		limited := doertest.Fail(doertest.RateLimited(20 * s))
		next := &doertest.Doer{Outcomes: []doertest.Outcome{{}, limited, limited, {}}, Latency: 5 * s}
		limiter, start := limit.New(next, limit.Options{}), time.Now()
		begin(t, limiter, paid, time.Hour)
		doertest.Sleep(t.Context(), s)
		begin(t, limiter, paid, time.Hour) // refused at 6 s
		doertest.Sleep(t.Context(), 9*s)
		all(t, limiter, 9, 9)
		// The first probe begins at 26 s and is refused at 31 s.
		want := append([]time.Duration{0, s, 26 * s, 51 * s}, slices.Repeat([]time.Duration{56 * s}, 9)...)
		wantTimes(t, next, start, want...)
	})
}

// TestBackOff checks that the back-off doubles with jitter, and that Retry-After is its
// minimum.
func TestBackOff(t *testing.T) {
	t.Parallel()
	const day = 24 * 60 * 60 * s
	for name, c := range map[string]struct {
		retryAfter time.Duration
		min, max   []time.Duration
	}{
		"none":       {0, []time.Duration{s / 2, s, 2 * s, 4 * s, 8 * s, 16 * s, 30 * s, 30 * s}, []time.Duration{3 * s / 2, 3 * s, 6 * s, 12 * s, 24 * s, 48 * s, 60 * s, 60 * s}},
		"one second": {s, []time.Duration{s, s, 2 * s, 4 * s, 8 * s, 16 * s, 30 * s}, []time.Duration{3 * s / 2, 3 * s, 6 * s, 12 * s, 24 * s, 48 * s, 60 * s}},
		"20 seconds": {20 * s, []time.Duration{20 * s, 20 * s, 20 * s, 20 * s, 20 * s, 20 * s}, []time.Duration{20 * s, 20 * s, 20 * s, 20 * s, 24 * s, 48 * s}},
		"a day":      {day, []time.Duration{60 * s, 60 * s}, []time.Duration{60 * s, 60 * s}},
	} {
		lowest, highest := 1.0, 0.0 // second wait, 0 is its minimum and 1 its maximum
		for range 100 {
			synctest.Test(t, func(t *testing.T) {
				outcomes := append(slices.Repeat([]doertest.Outcome{doertest.Fail(doertest.RateLimited(c.retryAfter))}, len(c.min)), doertest.Outcome{})
				next, start := &doertest.Doer{Outcomes: outcomes}, time.Now()
				all(t, limit.New(next, limit.Options{}), 1, 1)
				at := times(next, start)
				for i := range c.min {
					if wait := at[i+1] - at[i]; wait < c.min[i] || wait > c.max[i] {
						t.Errorf("Retry-After %s: wait %d: got %s, want %s to %s", name, i+1, wait, c.min[i], c.max[i])
					}
				}
				share := float64(at[2]-at[1]-c.min[1]) / float64(c.max[1]-c.min[1])
				lowest, highest = min(lowest, share), max(highest, share)
			})
		}
		// By chance, all 100 waits miss an outer fifth once in billions of runs.
		if c.min[1] != c.max[1] && (lowest > 0.2 || highest < 0.8) {
			t.Errorf("Retry-After %s: the second wait has no jitter", name)
		}
	}
}

// TestBackOffResets checks that the back-off begins again after a success.
func TestBackOffResets(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		limited := doertest.Fail(doertest.RateLimited(0))
		next := &doertest.Doer{Outcomes: []doertest.Outcome{limited, limited, limited, limited, {}, limited, {}}}
		limiter, start := limit.New(next, limit.Options{}), time.Now()
		all(t, limiter, 2, 1)
		if at := times(next, start); at[6]-at[5] > 3*s/2 {
			t.Errorf("got a wait of %s after a success, want at most 1.5s", at[6]-at[5])
		}
	})
}

// TestConcurrentRefusals checks that the refusals of concurrent calls cause one pause, with
// the longest Retry-After.
func TestConcurrentRefusals(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		first    []doertest.Outcome
		min, max time.Duration
	}{
		"without Retry-After": {nil, s / 2, 3 * s / 2},
		"with several":        {[]doertest.Outcome{doertest.Fail(doertest.RateLimited(40 * s)), doertest.Fail(doertest.RateLimited(5 * s))}, 40 * s, 40 * s},
	} {
		synctest.Test(t, func(t *testing.T) {
			others := slices.Repeat([]doertest.Outcome{doertest.Fail(doertest.RateLimited(0))}, 30-len(c.first))
			next, start := &doertest.Doer{Outcomes: slices.Concat(c.first, others, []doertest.Outcome{{}}), Latency: s}, time.Now()
			all(t, limit.New(next, limit.Options{}), 30, 30)
			if pause := times(next, start)[30] - s; pause < c.min || pause > c.max {
				t.Errorf("%s: got a pause of %s, want %s to %s", name, pause, c.min, c.max)
			}
		})
	}
}

// TestStorms checks that a long rate limit costs few refusals and little time.
func TestStorms(t *testing.T) {
	t.Parallel()
	for _, retryAfter := range []time.Duration{0, s} {
		for _, storm := range []time.Duration{10 * s, 25 * s, 59 * s} {
			synctest.Test(t, func(t *testing.T) {
				start, stub := time.Now(), &doertest.Doer{Latency: s / 2}
				var mu sync.Mutex
				var refusals int
				limiter := limit.New(doertest.Func(func(ctx context.Context, call *dataforseo.Call) (*dataforseo.Reply, *dataforseo.Failure) {
					reply, failure := stub.Do(ctx, call)
					if since := time.Since(start); since < 2*s || since >= 2*s+storm {
						return reply, failure
					}
					mu.Lock()
					defer mu.Unlock()
					refusals++
					return nil, doertest.RateLimited(retryAfter)
				}), limit.Options{})
				took := all(t, limiter, 300, 30)
				if most := 30 + int(storm/s); refusals < 30 || refusals > most {
					t.Errorf("storm of %s: got %d refusals, want 30 to %d", storm, refusals, most)
				}
				if took > storm+70*s {
					t.Errorf("storm of %s: took %s, want at most %s", storm, took, storm+70*s)
				}
			})
		}
	}
}

// TestPauseOutlastsTheRead checks that a call fails at once, with its own rate limit if it
// met one.
func TestPauseOutlastsTheRead(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		limited := doertest.RateLimited(31 * s)
		limited.Envelope = &dataforseo.Envelope{}
		next := &doertest.Doer{Outcomes: []doertest.Outcome{doertest.Fail(limited), {}}}
		limiter, start := limit.New(next, limit.Options{}), time.Now()
		own := begin(t, limiter, paid, 30*s).ended(t)
		waits := begin(t, limiter, paid, time.Minute)
		other := begin(t, limiter, paid, 3*s).ended(t)
		for name, c := range map[string]struct {
			failure  *dataforseo.Failure
			attempts int
			left     string
		}{"own": {own, 1, "30s"}, "of another call": {other, 0, "3s"}} {
			want := fmt.Sprintf("too many requests; the next attempt is due in 31s, and the read has %s left", c.left)
			if f := c.failure; f.Cause != want || f.Kind != dataforseo.KindRateLimit || f.Attempts != c.attempts || f.Repeat != dataforseo.RepeatNever {
				t.Errorf("%s: got %+v\nwant %s", name, f, want)
			}
		}
		if own.Envelope != limited.Envelope || other.Envelope != nil {
			t.Errorf("got the envelopes %p and %p, want %p and nil", own.Envelope, other.Envelope, limited.Envelope)
		}
		doertest.Sleep(t.Context(), 31*s)
		if failure := waits.ended(t); failure != nil {
			t.Errorf("with enough time: got %v", failure)
		}
		wantTimes(t, next, start, 0, 31*s)
	})
}

// TestChargedRateLimit checks that a rate limit that was charged is not repeated here.
func TestChargedRateLimit(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		charged := doertest.RateLimited(s)
		charged.Charges.USD = 0.01
		next := &doertest.Doer{Outcomes: []doertest.Outcome{doertest.Fail(charged), {}}}
		_, failure := limit.New(next, limit.Options{}).Do(t.Context(), paid)
		if failure == nil || failure.Charges.USD != 0.01 || failure.Attempts != 1 {
			t.Errorf("got %+v, want the failure with its charge", failure)
		}
		wantTimes(t, next, time.Now(), 0)
	})
}

// TestPauseIsExtended checks calls that wait when a pause becomes longer.
func TestPauseIsExtended(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		hold := make(chan struct{})
		next := &doertest.Doer{Outcomes: []doertest.Outcome{doertest.Fail(doertest.RateLimited(5 * s)), doertest.Fail(doertest.RateLimited(40 * s)), {}}, Hold: hold}
		limiter := limit.New(next, limit.Options{})
		begin(t, limiter, paid, time.Hour)
		second := begin(t, limiter, paid, time.Hour)
		hold <- struct{}{}
		synctest.Wait()
		waits := begin(t, limiter, paid, 20*s)
		doertest.Sleep(t.Context(), s)
		hold <- struct{}{}
		if failure := waits.ended(t); failure == nil || !strings.HasSuffix(failure.Cause, "due in 40s, and the read has 19s left") {
			t.Errorf("got %v", failure)
		}
		close(hold)
		doertest.Sleep(t.Context(), 40*s-1)
		if n := len(next.Calls()); n != 2 {
			t.Errorf("got %d calls during the pause, want 2", n)
		}
		doertest.Sleep(t.Context(), 1)
		if failure := second.ended(t); failure != nil {
			t.Errorf("after the pause: got %v", failure)
		}
	})
}

// TestCancelledWhileWaiting checks that a cancelled call ends at once, and does not take the
// place of the next one.
func TestCancelledWhileWaiting(t *testing.T) {
	t.Parallel()
	limited := doertest.Fail(doertest.RateLimited(59 * s))
	for name, c := range map[string]struct {
		options limit.Options
		next    *doertest.Doer
		at      time.Duration // when the call begins
		want    []time.Duration
	}{
		"for a place in the minute": {limit.Options{RequestsPerMinute: 1}, new(doertest.Doer), s, []time.Duration{0, 60 * s}},
		"for a slot":                {limit.Options{ConcurrentRequests: 1}, &doertest.Doer{Latency: 60 * s}, s, []time.Duration{0, 60 * s}},
		"for the end of a pause":    {limit.Options{RequestsPerMinute: 3}, &doertest.Doer{Outcomes: []doertest.Outcome{limited, {}}}, s, []time.Duration{0, 59 * s, 59 * s}},
		"for a probe":               {limit.Options{}, &doertest.Doer{Outcomes: []doertest.Outcome{limited, {}}, Latency: 5 * s}, 65 * s, []time.Duration{0, 64 * s, 69 * s}},
	} {
		synctest.Test(t, func(t *testing.T) {
			limiter, start := limit.New(c.next, c.options), time.Now()
			begin(t, limiter, paid, time.Hour)
			doertest.Sleep(t.Context(), c.at)
			waits := begin(t, limiter, paid, time.Hour)
			waits.cancel()
			if failure := waits.ended(t); failure == nil || failure.Kind != dataforseo.KindCancelled || failure.Attempts != 0 {
				t.Errorf("%s: got %+v", name, failure)
			}
			all(t, limiter, 1, 1)
			if diff := cmp.Diff(c.want, times(c.next, start)); diff != "" {
				t.Errorf("%s: start times (-want +got)\n%s", name, diff)
			}
		})
	}
}

// TestContextAlreadyEnded checks that such a call takes no place in the minute.
func TestContextAlreadyEnded(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		limiter := limit.New(new(doertest.Doer), limit.Options{RequestsPerMinute: 1})
		if failure := begin(t, limiter, paid, 0).ended(t); failure == nil || failure.Kind != dataforseo.KindReadTimeout || failure.Attempts != 0 {
			t.Errorf("got %+v", failure)
		}
		if took := all(t, limiter, 1, 1); took != 0 {
			t.Errorf("the next call waited %s, want 0s", took)
		}
	})
}

// TestProbeFails checks that a probe ends the pause if DataForSEO processed it, even if it
// refused it. Otherwise the next call is the next probe.
func TestProbeFails(t *testing.T) {
	t.Parallel()
	gateway := &dataforseo.Failure{Kind: dataforseo.KindServer, HTTPStatus: 503, Attempts: 1}
	for name, c := range map[string]struct {
		probe     *dataforseo.Failure
		cancelled bool
		want      []time.Duration
	}{
		"refused":     {doertest.Refused(), false, []time.Duration{0, 65 * s, 70 * s, 70 * s}},
		"a gateway":   {gateway, false, []time.Duration{0, 65 * s, 70 * s, 75 * s}},
		"lost":        {doertest.Lost(), false, []time.Duration{0, 65 * s, 70 * s, 75 * s}},
		"unreachable": {doertest.Unreachable(), false, []time.Duration{0, 65 * s, 70 * s, 75 * s}},
		"cancelled":   {nil, true, []time.Duration{0, 65 * s, 66 * s, 71 * s}},
	} {
		synctest.Test(t, func(t *testing.T) {
			next := &doertest.Doer{Outcomes: []doertest.Outcome{doertest.Fail(doertest.RateLimited(60 * s)), doertest.Fail(c.probe), {}}, Latency: 5 * s}
			limiter, start := limit.New(next, limit.Options{}), time.Now()
			first := begin(t, limiter, paid, time.Hour)
			doertest.Sleep(t.Context(), 65*s)
			synctest.Wait() // the first call is repeated as the probe
			others := []*pending{begin(t, limiter, paid, time.Hour), begin(t, limiter, paid, time.Hour)}
			doertest.Sleep(t.Context(), s)
			if c.cancelled {
				first.cancel()
			}
			doertest.Sleep(t.Context(), time.Minute)
			if failure := first.ended(t); failure == nil || failure.Attempts != 2 || failure.Kind == dataforseo.KindRateLimit {
				t.Errorf("%s: got %+v, want the probe's failure and two attempts", name, failure)
			}
			for _, other := range others {
				if failure := other.ended(t); failure != nil {
					t.Errorf("%s: another call: got %v", name, failure)
				}
			}
			if diff := cmp.Diff(c.want, times(next, start)); diff != "" {
				t.Errorf("%s: start times (-want +got)\n%s", name, diff)
			}
		})
	}
}

// TestEndpointWithOwnLimit checks that such an endpoint shares only the slots with others.
func TestEndpointWithOwnLimit(t *testing.T) {
	t.Parallel()
	own := doertest.Free()
	own.Endpoint.RequestsPerMinute = 6
	for name, c := range map[string]struct{ limited, other *dataforseo.Call }{"paused": {own, paid}, "not paused": {paid, own}} {
		synctest.Test(t, func(t *testing.T) {
			next := &doertest.Doer{Outcomes: []doertest.Outcome{doertest.Fail(doertest.RateLimited(60 * s)), {}}}
			limiter, start := limit.New(next, limit.Options{ConcurrentRequests: 1}), time.Now()
			begin(t, limiter, c.limited, time.Hour)
			if failure := begin(t, limiter, c.other, time.Hour).ended(t); failure != nil {
				t.Errorf("%s: got %v", name, failure)
			}
			doertest.Sleep(t.Context(), 60*s)
			wantTimes(t, next, start, 0, 0, 60*s)
		})
	}
	synctest.Test(t, func(t *testing.T) {
		next := &doertest.Doer{Latency: s}
		limiter, start := limit.New(next, limit.Options{ConcurrentRequests: 7}), time.Now()
		for range 7 {
			begin(t, limiter, own, time.Hour)
		}
		begin(t, limiter, paid, time.Hour)
		begin(t, limiter, paid, time.Hour) // waits for a slot until 1 s
		doertest.Sleep(t.Context(), 61*s)
		wantTimes(t, next, start, append(make([]time.Duration, 7), s, 61*s)...)
		if last := next.Calls()[8].Call; last != own {
			t.Errorf("got a last call to %+v, want %+v", last.Endpoint, own.Endpoint)
		}
	})
}

// TestOneProbe checks that there is one probe if two calls wait for a slot when the pause
// ends.
func TestOneProbe(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		own := doertest.Free()
		own.Endpoint.RequestsPerMinute = 6
		next := &doertest.Doer{Outcomes: []doertest.Outcome{doertest.Fail(doertest.RateLimited(5 * s)), {}}, Latency: 10 * s}
		limiter, start := limit.New(next, limit.Options{ConcurrentRequests: 2}), time.Now()
		begin(t, limiter, paid, time.Hour)
		doertest.Sleep(t.Context(), 10*s)
		synctest.Wait() // until it was refused
		begin(t, limiter, paid, time.Hour)
		begin(t, limiter, own, time.Hour) // these two use the slots until 20 s
		begin(t, limiter, own, time.Hour)
		doertest.Sleep(t.Context(), 30*s)
		wantTimes(t, next, start, 0, 10*s, 10*s, 20*s, 30*s)
	})
}

// TestSlotsAreReleased checks that calls that panic or fail release their slots.
func TestSlotsAreReleased(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		limiter := limit.New(doertest.Func(func(_ context.Context, call *dataforseo.Call) (*dataforseo.Reply, *dataforseo.Failure) {
			if call != paid {
				panic("no")
			}
			return nil, doertest.Refused()
		}), limit.Options{ConcurrentRequests: 1})
		for _, call := range []*dataforseo.Call{paid, doertest.Free(), paid} {
			func() {
				defer func() { _ = recover() }()
				if _, failure := limiter.Do(t.Context(), call); failure == nil || failure.Kind != dataforseo.KindArgument {
					t.Errorf("got %v", failure)
				}
			}()
		}
	})
}

func TestPausesAreLogged(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var lines []map[string]any
		log := func(_ context.Context, level dataforseo.LogLevel, message string, fields map[string]any) {
			fields["level"], fields["message"] = level, message
			lines = append(lines, fields)
		}
		limited := doertest.Fail(doertest.RateLimited(20 * s))
		all(t, limit.New(&doertest.Doer{Outcomes: []doertest.Outcome{limited, limited, {}}}, limit.Options{Log: log}), 1, 1)
		line := func(attempt int) map[string]any {
			return map[string]any{
				"level": dataforseo.LogWarn, "message": "DataForSEO rejected a request over a rate limit: all requests pause",
				"target": "example.com", "attempt": attempt, "pause_ms": int64(20_000), "error": "too many requests",
			}
		}
		if diff := cmp.Diff([]map[string]any{line(1), line(2)}, lines); diff != "" {
			t.Errorf("(-want +logged)\n%s", diff)
		}
	})
}
