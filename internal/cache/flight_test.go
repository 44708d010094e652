package cache_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/dataforseo"
)

// join starts n calls about a.example, and returns when all of them are blocked.
func join(t *testing.T, ctx context.Context, doer dataforseo.Doer, n int) (waits []func() outcome) {
	t.Helper()
	for range n {
		waits = append(waits, startDo(ctx, doer, callFor(t, "a.example")))
	}
	synctest.Wait()
	return waits
}

// TestFlight_answer checks that concurrent calls are made once, and that one of them gets
// the charges and notices.
func TestFlight_answer(t *testing.T) {
	t.Parallel()
	for _, directory := range []string{"", t.TempDir()} {
		inBubble(t, filepath.Base(directory), func(t *testing.T) {
			a := &api{change: func(_ int, reply *dataforseo.Reply) { reply.Notices = []dataforseo.Notice{{Summary: "summary"}} }}
			release := a.blockFirst()
			c := process(t, a, directory)
			waits := join(t, t.Context(), c, 200)
			for range 100 {
				waits = append(waits, startDo(t.Context(), c, callWithMaxAge(t, "a.example", time.Second)))
			}
			synctest.Wait()
			wantCalls(t, a, 1)
			release()
			var charges dataforseo.Charges
			notices := 0
			for _, wait := range waits {
				reply := mustReply(t, wait())
				wantReply(t, reply, 1, false)
				charges, notices = charges.Plus(reply.Charges), notices+len(reply.Notices)
			}
			if charges.USD != price || notices != 1 {
				t.Errorf("got charges %v and %d notices, want %v and 1", charges, notices, price)
			}
			wantCalls(t, a, 1)
		})
	}
}

// TestFlight_failure checks that all callers that share a call get its failure, one of them
// with the charges, and that the failure is not cached.
func TestFlight_failure(t *testing.T) {
	t.Parallel()
	for name, failure := range map[string]*dataforseo.Failure{
		"free":             {Kind: dataforseo.KindServer, Cause: "it failed", Code: 50000, Attempts: 3},
		"charged":          {Kind: dataforseo.KindTimeout, Cause: "it took too long", Charges: dataforseo.Charges{USD: price}},
		"possibly charged": {Kind: dataforseo.KindLost, Cause: "the connection broke", Charges: dataforseo.Charges{Possible: 1}},
	} {
		for _, directory := range []string{"", t.TempDir()} {
			inBubble(t, name+filepath.Base(directory), func(t *testing.T) {
				a := new(api)
				release := make(chan struct{})
				a.onCall = func(_ context.Context, n int) *dataforseo.Failure {
					if n > 1 {
						return nil
					}
					<-release
					return failure
				}
				c := process(t, a, directory)
				waits := join(t, t.Context(), c, 20)
				close(release)
				full, elsewhere := 0, 0
				for _, wait := range waits {
					got := wait()
					wantFailure(t, got, failure.Kind, failure.Cause)
					switch {
					case got.failure.Charges == failure.Charges && !got.failure.ChargedElsewhere:
						full++
					case got.failure.Charges == dataforseo.Charges{} && got.failure.ChargedElsewhere:
						elsewhere++
					}
				}
				want := 1
				if name == "free" {
					want = 20
				}
				if full != want || elsewhere != 20-want {
					t.Errorf("got %d failures with charges and %d with ChargedElsewhere, want %d, %d", full, elsewhere, want, 20-want)
				}
				wantCalls(t, a, 1)
				wantReply(t, mustDo(t, c, callFor(t, "a.example")), 2, false)
			})
		}
	}
}

// TestFlight_oneLeaves checks that a caller whose time is up leaves at once, and that the
// others still get the answer and the charges, whichever of them began the call.
func TestFlight_oneLeaves(t *testing.T) {
	t.Parallel()
	for _, first := range []bool{true, false} {
		inBubble(t, fmt.Sprintf("first=%t", first), func(t *testing.T) {
			a := new(api)
			a.onCall = func(ctx context.Context, _ int) *dataforseo.Failure {
				sleep(time.Hour)
				if ctx.Err() != nil {
					return dataforseo.FailureOfContext(ctx)
				}
				return nil
			}
			c := process(t, a, "")
			impatient, cancel := context.WithTimeout(t.Context(), time.Minute)
			defer cancel()
			began := time.Now()
			contexts := []context.Context{impatient, t.Context()}
			if !first {
				contexts = []context.Context{t.Context(), impatient}
			}
			waits := append(join(t, contexts[0], c, 1), join(t, contexts[1], c, 1)...)
			if !first {
				waits[0], waits[1] = waits[1], waits[0]
			}
			got := waits[0]()
			wantFailure(t, got, dataforseo.KindReadTimeout, "no answer before time ran out")
			if took := time.Since(began); took != time.Minute || got.failure.Charges != (dataforseo.Charges{}) || !got.failure.ChargedElsewhere {
				t.Errorf("took %s, charges %v, elsewhere %t", took, got.failure.Charges, got.failure.ChargedElsewhere)
			}
			reply := mustReply(t, waits[1]())
			wantReply(t, reply, 1, false)
			if reply.Charges.USD != price {
				t.Errorf("charges %v", reply.Charges)
			}
			wantCalls(t, a, 1)
		})
	}
}

// wire behaves as a transport does: until the call is sent, it ends with ctx, and after that
// with ctx's [dataforseo.SentContext].
func wire(connects, answers time.Duration) func(context.Context, int) *dataforseo.Failure {
	return func(ctx context.Context, _ int) *dataforseo.Failure {
		select {
		case <-time.After(connects):
		case <-ctx.Done():
			return dataforseo.FailureOfContext(ctx)
		}
		sent := dataforseo.SentContext(ctx)
		select {
		case <-time.After(answers):
			return nil
		case <-sent.Done():
			failure := dataforseo.FailureOfContext(sent)
			failure.Charges.Possible = 1
			return failure
		}
	}
}

// TestFlight_lastLeaves checks that the call ends with the context of the last caller that
// leaves. If the request has been sent, that caller waits for the answer as long as its
// SentContext allows.
func TestFlight_lastLeaves(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		connects time.Duration
		plain    bool
		sentEnds time.Duration // after the beginning
		want     time.Duration // until the last one returns
		kind     dataforseo.Kind
		charges  dataforseo.Charges
	}{
		"not sent":                   {time.Hour, true, 0, time.Minute, dataforseo.KindReadTimeout, dataforseo.Charges{}},
		"not sent, would finish":     {time.Hour, false, time.Hour, time.Minute, dataforseo.KindReadTimeout, dataforseo.Charges{}},
		"sent":                       {time.Second, true, 0, time.Minute, dataforseo.KindReadTimeout, dataforseo.Charges{Possible: 1}},
		"sent, finishes":             {time.Second, false, time.Hour, 121 * time.Second, -1, dataforseo.Charges{USD: price}},
		"sent, finishes not in time": {time.Second, false, 90 * time.Second, 90 * time.Second, dataforseo.KindReadTimeout, dataforseo.Charges{Possible: 1}},
	} {
		inBubble(t, name, func(t *testing.T) {
			a := &api{onCall: wire(c.connects, 2*time.Minute)}
			cached := process(t, a, "")
			began := time.Now()
			early, cancelEarly := context.WithTimeout(t.Context(), 30*time.Second)
			defer cancelEarly()
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			defer cancel()
			if !c.plain {
				sent, cancelSent := context.WithTimeout(t.Context(), c.sentEnds)
				defer cancelSent()
				ctx = dataforseo.FinishSent(ctx, sent)
			}
			first, last := join(t, early, cached, 1)[0], join(t, ctx, cached, 1)[0]
			wantFailure(t, first(), dataforseo.KindReadTimeout, "")
			if took := time.Since(began); took != 30*time.Second {
				t.Errorf("the first caller left after %s", took)
			}
			got := last()
			if took := time.Since(began); took != c.want {
				t.Errorf("took %s, want %s", took, c.want)
			}
			wantCalls(t, a, 1)
			if c.kind < 0 {
				if reply := mustReply(t, got); reply.Charges != c.charges {
					t.Errorf("got charges %v, want %v", reply.Charges, c.charges)
				}
				return
			}
			if wantFailure(t, got, c.kind, ""); got.failure.Charges != c.charges {
				t.Errorf("got charges %v, want %v", got.failure.Charges, c.charges)
			}
		})
	}
}

// TestFlight_abandoned checks that a caller waits for an abandoned call, as long as it has
// time, and makes the call again only if that brought no answer.
func TestFlight_abandoned(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		sentEnds, patience time.Duration
		calls              int
		kind               dataforseo.Kind
	}{
		"answered": {time.Hour, time.Hour, 1, -1},
		"failed":   {90 * time.Second, time.Hour, 2, -1},
		"too slow": {time.Hour, time.Second, 1, dataforseo.KindReadTimeout},
	} {
		inBubble(t, name, func(t *testing.T) {
			a := &api{onCall: wire(time.Second, 2*time.Minute)}
			cached := process(t, a, "")
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			defer cancel()
			sent, cancelSent := context.WithTimeout(t.Context(), c.sentEnds)
			defer cancelSent()
			join(t, dataforseo.FinishSent(ctx, sent), cached, 1)
			sleep(time.Minute + time.Second)
			patient, cancelPatient := context.WithTimeout(t.Context(), c.patience)
			defer cancelPatient()
			got := startDo(patient, cached, callFor(t, "a.example"))()
			if c.kind < 0 {
				wantReply(t, mustReply(t, got), c.calls, false)
			} else {
				wantFailure(t, got, c.kind, "")
			}
			wantCalls(t, a, c.calls)
		})
	}
}

// TestFlight_deadline checks that the layers behind see the latest deadline of all waiting
// callers, none if one caller has none, and the context values of the first caller.
func TestFlight_deadline(t *testing.T) {
	t.Parallel()
	type key struct{}
	for name, c := range map[string]struct {
		minutes []int // 0 for none
		want    int
	}{
		"one": {[]int{5}, 5}, "rising": {[]int{5, 9}, 9}, "falling": {[]int{9, 5}, 9},
		"none at first": {[]int{0, 5}, 0}, "none later": {[]int{5, 0, 9}, 0},
	} {
		inBubble(t, name, func(t *testing.T) {
			var got time.Duration
			var value any
			a := new(api)
			release := make(chan struct{})
			a.onCall = func(ctx context.Context, _ int) *dataforseo.Failure {
				<-release
				if deadline, ok := ctx.Deadline(); ok {
					got = time.Until(deadline)
				}
				value = ctx.Value(key{})
				return nil
			}
			cached := process(t, a, "")
			var waits []func() outcome
			for i, minutes := range c.minutes {
				ctx := context.WithValue(t.Context(), key{}, i)
				if minutes > 0 {
					var cancel context.CancelFunc
					ctx, cancel = context.WithTimeout(ctx, time.Duration(minutes)*time.Minute)
					defer cancel()
				}
				waits = append(waits, join(t, ctx, cached, 1)...)
			}
			close(release)
			for _, wait := range waits {
				mustReply(t, wait())
			}
			if got != time.Duration(c.want)*time.Minute || value != 0 {
				t.Errorf("got a deadline in %s, the values of caller %v, want %d minutes, caller 0", got, value, c.want)
			}
		})
	}
}

// TestFlight_tooOld checks that a caller makes the call again if the shared answer is too old
// for it, and that it reports the charges for both if the other callers have left.
func TestFlight_tooOld(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		a := &api{onCall: func(context.Context, int) *dataforseo.Failure { sleep(time.Minute); return nil }}
		a.change = func(n int, reply *dataforseo.Reply) {
			reply.Notices = []dataforseo.Notice{{Summary: fmt.Sprint(n)}}
			if n == 1 {
				reply.FetchedAt = epoch
			}
		}
		c := process(t, a, "")
		impatient, cancel := context.WithTimeout(t.Context(), 45*time.Second)
		defer cancel()
		easy := startDo(impatient, c, callFor(t, "a.example"))
		sleep(30 * time.Second)
		strict := startDo(t.Context(), c, callWithMaxAge(t, "a.example", time.Second))
		wantFailure(t, easy(), dataforseo.KindReadTimeout, "")
		reply := mustReply(t, strict())
		wantReply(t, reply, 2, false)
		if reply.Charges.USD != 2*price || len(reply.Notices) != 2 {
			t.Errorf("got charges %v and %d notices, want %v and 2", reply.Charges, len(reply.Notices), 2*price)
		}
	})
}

// TestFlight_always checks that a call with max_age 0 does not share an earlier call, whatever
// the clocks say, and that its answer is cached.
func TestFlight_always(t *testing.T) {
	t.Parallel()
	for _, directory := range []string{"", t.TempDir()} {
		inBubble(t, filepath.Base(directory), func(t *testing.T) {
			a := &api{change: func(_ int, reply *dataforseo.Reply) {
				reply.FetchedAt = reply.FetchedAt.Add(30 * time.Second) // newer than any call, by this clock
			}}
			release := a.blockFirst()
			c := process(t, a, directory)
			first := join(t, t.Context(), c, 1)[0]
			var waits []func() outcome
			for range 3 {
				waits = append(waits, startDo(t.Context(), c, callWithMaxAge(t, "a.example", 0)))
			}
			synctest.Wait()
			if directory == "" { // nor does it wait for it
				wantCalls(t, a, 4)
			}
			release()
			wantReply(t, mustReply(t, first()), 1, false)
			seen := map[int]bool{}
			for _, wait := range waits {
				reply := mustReply(t, wait())
				if reply.FromCache || reply.Charges.USD != price {
					t.Errorf("got from cache %t, charges %v", reply.FromCache, reply.Charges)
				}
				seen[rankOf(reply)] = true
			}
			if len(seen) != 3 || seen[1] {
				t.Errorf("got answers %v, want 3 without the first", seen)
			}
			mustDo(t, c, callFor(t, "a.example"))
			wantCalls(t, a, 4)
		})
	}
}

// TestFlight_endedBefore checks that nothing is done for a context that has ended.
func TestFlight_endedBefore(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		a := new(api)
		directory := filepath.Join(t.TempDir(), "cache")
		ended, cancel := context.WithCancel(t.Context())
		cancel()
		for _, call := range []*dataforseo.Call{callFor(t, "a.example"), callWithMaxAge(t, "a.example", 0)} {
			wantFailure(t, startDo(ended, process(t, a, directory), call)(), dataforseo.KindCancelled, "it was cancelled")
		}
		wantCalls(t, a, 0)
		if _, err := os.Stat(directory); !os.IsNotExist(err) {
			t.Errorf("the directory was created: %v", err)
		}
	})
}

// TestFlight_answerBeatsCancellation checks that a paid answer is returned and cached although
// the caller was cancelled meanwhile.
func TestFlight_answerBeatsCancellation(t *testing.T) {
	t.Parallel()
	for _, directory := range []string{"", t.TempDir()} {
		ctx, cancel := context.WithCancel(t.Context())
		a := &api{onCall: func(context.Context, int) *dataforseo.Failure { cancel(); return nil }}
		c := process(t, a, directory)
		reply := mustReply(t, startDo(ctx, c, callFor(t, "a.example"))())
		if wantReply(t, reply, 1, false); reply.Charges.USD != price {
			t.Errorf("got charges %v", reply.Charges)
		}
		wantReply(t, mustDo(t, c, callFor(t, "a.example")), 1, directory != "")
		wantCalls(t, a, 1)
	}
}

// TestFlight_stress checks with random timing that no answer is paid for twice, that all
// charges are reported once, and that no call runs on when all callers have returned.
func TestFlight_stress(t *testing.T) {
	t.Parallel()
	for _, givesUp := range []bool{false, true} {
		inBubble(t, fmt.Sprintf("givesUp=%t", givesUp), func(t *testing.T) {
			for range 50 {
				stress(t, givesUp)
			}
		})
	}
}

func stress(t *testing.T, givesUp bool) {
	t.Helper()
	const callers, targets = 100, 4
	var running atomic.Int64
	a := &api{onCall: func(ctx context.Context, _ int) *dataforseo.Failure {
		running.Add(1)
		defer running.Add(-1)
		return wire(time.Second, 2*time.Second)(ctx, 0)
	}}
	c := process(t, a, "")
	var calling sync.WaitGroup
	var mu sync.Mutex
	var total dataforseo.Charges
	for i := range callers {
		call := callFor(t, fmt.Sprintf("%d.example", i%targets))
		patience, begins := time.Hour, time.Duration(rand.IntN(8))*time.Second
		if givesUp {
			patience = time.Duration(rand.IntN(4000)) * time.Millisecond
		}
		calling.Go(func() {
			sleep(begins)
			ctx, cancel := context.WithTimeout(t.Context(), patience)
			defer cancel()
			reply, failure := c.Do(ctx, call)
			mu.Lock()
			defer mu.Unlock()
			if failure != nil {
				total = total.Plus(failure.Charges)
				return
			}
			total = total.Plus(reply.Charges)
			if task := reply.Envelope.Task; task.Data == nil || string(*task.Data) != fmt.Sprintf(`{"target":%q}`, call.Target) {
				t.Errorf("got an answer about %v for %s", task.Data, call.Target)
			}
		})
	}
	calling.Wait()
	answers := int(total.USD/price + 0.5)
	if answers > targets || !givesUp && (answers != targets || a.calls() != targets) {
		t.Errorf("got %d answers for %d targets, %d calls", answers, targets, a.calls())
	}
	if running.Load() != 0 {
		t.Error("a call is still running")
	}
}
