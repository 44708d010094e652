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

// join makes n calls about a.example and waits until they all wait for an answer.
func join(t *testing.T, ctx context.Context, doer dataforseo.Doer, n int) (waits []func() outcome) {
	t.Helper()
	for range n {
		waits = append(waits, askAside(ctx, doer, callFor(t, "a.example")))
	}
	synctest.Wait()
	return waits
}

// TestFlight_answer: calls that overlap are made once. One of them gets the charges and
// the notices.
func TestFlight_answer(t *testing.T) {
	t.Parallel()
	for _, directory := range []string{"", t.TempDir()} {
		inBubble(t, filepath.Base(directory), func(t *testing.T) {
			a := &api{change: func(_ int, reply *dataforseo.Reply) { reply.Notices = []dataforseo.Notice{{Summary: "said"}} }}
			release := a.holdFirst()
			c := process(t, a, directory)
			waits := join(t, t.Context(), c, 200)
			for range 100 {
				waits = append(waits, askAside(t.Context(), c, agedCallFor(t, "a.example", time.Second)))
			}
			synctest.Wait()
			wantCalls(t, a, 1)
			release()
			var charges dataforseo.Charges
			notices := 0
			for _, wait := range waits {
				reply := answered(t, wait())
				wantReply(t, reply, 1, false)
				charges, notices = charges.Plus(reply.Charges), notices+len(reply.Notices)
			}
			if charges.USD != price || notices != 1 {
				t.Errorf("%v and %d notices, want %v and 1", charges, notices, price)
			}
			wantCalls(t, a, 1)
		})
	}
}

// TestFlight_failure: all who wait for a call that fails get its failure, one of them
// with the charges, and nobody remembers it.
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
				a.meanwhile = func(_ context.Context, n int) *dataforseo.Failure {
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
					t.Errorf("%d have the charges and %d say that they are elsewhere, want %d, %d", full, elsewhere, want, 20-want)
				}
				wantCalls(t, a, 1)
				wantReply(t, ask(t, c, callFor(t, "a.example")), 2, false)
			})
		}
	}
}

// TestFlight_oneLeaves: the call belongs to nobody. Whoever began it leaves at its
// own end, at once, and the others get the answer, with the charges. So does a follower.
func TestFlight_oneLeaves(t *testing.T) {
	t.Parallel()
	for _, first := range []bool{true, false} {
		inBubble(t, fmt.Sprintf("first=%t", first), func(t *testing.T) {
			a := new(api)
			a.meanwhile = func(ctx context.Context, _ int) *dataforseo.Failure {
				pass(time.Hour)
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
				t.Errorf("it took %s, charges %v, elsewhere %t", took, got.failure.Charges, got.failure.ChargedElsewhere)
			}
			reply := answered(t, waits[1]())
			wantReply(t, reply, 1, false)
			if reply.Charges.USD != price {
				t.Errorf("charges %v", reply.Charges)
			}
			wantCalls(t, a, 1)
		})
	}
}

// wire is a Doer that behaves as a transport does. Before it is sent, a call ends with
// its context, and after that with the context that is for it.
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

// TestFlight_lastLeaves: the last one to leave ends the call, with its own reason. What
// is on the wire may go on as long as that one lets it, who then gets the answer.
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
			a := &api{meanwhile: wire(c.connects, 2*time.Minute)}
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
				t.Errorf("the first one left after %s", took)
			}
			got := last()
			if took := time.Since(began); took != c.want {
				t.Errorf("it took %s, want %s", took, c.want)
			}
			wantCalls(t, a, 1)
			if c.kind < 0 {
				if reply := answered(t, got); reply.Charges != c.charges {
					t.Errorf("charges %v, want %v", reply.Charges, c.charges)
				}
				return
			}
			if wantFailure(t, got, c.kind, ""); got.failure.Charges != c.charges {
				t.Errorf("charges %v, want %v", got.failure.Charges, c.charges)
			}
		})
	}
}

// TestFlight_abandoned: whoever wants what an abandoned call may still bring waits for
// it, no longer than it has time, and asks itself only if it brought nothing.
func TestFlight_abandoned(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		sentEnds, patience time.Duration
		calls              int
		kind               dataforseo.Kind
	}{
		"brings an answer": {time.Hour, time.Hour, 1, -1},
		"brings nothing":   {90 * time.Second, time.Hour, 2, -1},
		"takes too long":   {time.Hour, time.Second, 1, dataforseo.KindReadTimeout},
	} {
		inBubble(t, name, func(t *testing.T) {
			a := &api{meanwhile: wire(time.Second, 2*time.Minute)}
			cached := process(t, a, "")
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			defer cancel()
			sent, cancelSent := context.WithTimeout(t.Context(), c.sentEnds)
			defer cancelSent()
			join(t, dataforseo.FinishSent(ctx, sent), cached, 1)
			pass(time.Minute + time.Second)
			patient, cancelPatient := context.WithTimeout(t.Context(), c.patience)
			defer cancelPatient()
			got := askAside(patient, cached, callFor(t, "a.example"))()
			if c.kind < 0 {
				wantReply(t, answered(t, got), c.calls, false)
			} else {
				wantFailure(t, got, c.kind, "")
			}
			wantCalls(t, a, c.calls)
		})
	}
}

// TestFlight_deadline: layers see the latest deadline of those who wait, none if one of
// them has none, and the values of who began.
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
			a.meanwhile = func(ctx context.Context, _ int) *dataforseo.Failure {
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
				answered(t, wait())
			}
			if got != time.Duration(c.want)*time.Minute || value != 0 {
				t.Errorf("a deadline in %s, the values of %v, want %d minutes, 0", got, value, c.want)
			}
		})
	}
}

// TestFlight_tooOld: a call that joined one whose answer is too old for it asks itself.
// What the first answer cost is not lost, though whoever asked for that has left.
func TestFlight_tooOld(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		a := &api{meanwhile: func(context.Context, int) *dataforseo.Failure { pass(time.Minute); return nil }}
		a.change = func(n int, reply *dataforseo.Reply) {
			reply.Notices = []dataforseo.Notice{{Summary: fmt.Sprint(n)}}
			if n == 1 {
				reply.FetchedAt = epoch
			}
		}
		c := process(t, a, "")
		impatient, cancel := context.WithTimeout(t.Context(), 45*time.Second)
		defer cancel()
		easy := askAside(impatient, c, callFor(t, "a.example"))
		pass(30 * time.Second)
		strict := askAside(t.Context(), c, agedCallFor(t, "a.example", time.Second))
		wantFailure(t, easy(), dataforseo.KindReadTimeout, "")
		reply := answered(t, strict())
		wantReply(t, reply, 2, false)
		if reply.Charges.USD != 2*price || len(reply.Notices) != 2 {
			t.Errorf("%v and %d notices, want %v and 2", reply.Charges, len(reply.Notices), 2*price)
		}
	})
}

// TestFlight_always: with max_age 0 a call takes nothing that began before it, whatever
// the clocks say, and its answer serves the others.
func TestFlight_always(t *testing.T) {
	t.Parallel()
	for _, directory := range []string{"", t.TempDir()} {
		inBubble(t, filepath.Base(directory), func(t *testing.T) {
			a := &api{change: func(_ int, reply *dataforseo.Reply) {
				reply.FetchedAt = reply.FetchedAt.Add(30 * time.Second) // newer than any call, by this clock
			}}
			release := a.holdFirst()
			c := process(t, a, directory)
			first := join(t, t.Context(), c, 1)[0]
			var waits []func() outcome
			for range 3 {
				waits = append(waits, askAside(t.Context(), c, agedCallFor(t, "a.example", 0)))
			}
			synctest.Wait()
			if directory == "" { // it does not even wait for the other one
				wantCalls(t, a, 4)
			}
			release()
			wantReply(t, answered(t, first()), 1, false)
			seen := map[int]bool{}
			for _, wait := range waits {
				reply := answered(t, wait())
				if reply.FromCache || reply.Charges.USD != price {
					t.Errorf("from cache %t, charges %v", reply.FromCache, reply.Charges)
				}
				seen[rankOf(reply)] = true
			}
			if len(seen) != 3 || seen[1] {
				t.Errorf("answers %v, want 3 others than the first", seen)
			}
			ask(t, c, callFor(t, "a.example"))
			wantCalls(t, a, 4)
		})
	}
}

// TestFlight_endedBefore: a call whose context has ended asks nobody, even if the answer
// is there, and leaves nothing behind.
func TestFlight_endedBefore(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		a := new(api)
		directory := filepath.Join(t.TempDir(), "cache")
		ended, cancel := context.WithCancel(t.Context())
		cancel()
		for _, call := range []*dataforseo.Call{callFor(t, "a.example"), agedCallFor(t, "a.example", 0)} {
			wantFailure(t, askAside(ended, process(t, a, directory), call)(), dataforseo.KindCancelled, "it was cancelled")
		}
		wantCalls(t, a, 0)
		if _, err := os.Stat(directory); !os.IsNotExist(err) {
			t.Errorf("the directory was touched: %v", err)
		}
	})
}

// TestFlight_answerBeatsCancellation: an answer that has arrived and was paid for is not
// thrown away because somebody gave up.
func TestFlight_answerBeatsCancellation(t *testing.T) {
	t.Parallel()
	for _, directory := range []string{"", t.TempDir()} {
		ctx, cancel := context.WithCancel(t.Context())
		a := &api{meanwhile: func(context.Context, int) *dataforseo.Failure { cancel(); return nil }}
		c := process(t, a, directory)
		reply := answered(t, askAside(ctx, c, callFor(t, "a.example"))())
		if wantReply(t, reply, 1, false); reply.Charges.USD != price {
			t.Errorf("charges %v", reply.Charges)
		}
		wantReply(t, ask(t, c, callFor(t, "a.example")), 1, directory != "")
		wantCalls(t, a, 1)
	}
}

// TestFlight_stress: however calls meet and give up, what was charged is told once, no
// answer is paid for twice, and nothing goes on when all have returned.
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
	var underWay atomic.Int64
	a := &api{meanwhile: func(ctx context.Context, _ int) *dataforseo.Failure {
		underWay.Add(1)
		defer underWay.Add(-1)
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
			pass(begins)
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
				t.Errorf("an answer about %v for %s", task.Data, call.Target)
			}
		})
	}
	calling.Wait()
	answers := int(total.USD/price + 0.5)
	if answers > targets || !givesUp && (answers != targets || a.calls() != targets) {
		t.Errorf("%d answers for %d targets, %d calls", answers, targets, a.calls())
	}
	if underWay.Load() != 0 {
		t.Error("a call goes on though nobody waits for it")
	}
}
