package cache_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/jonboulle/clockwork"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/cache"
	"github.com/dataforseo/terraform-provider-dataforseo/internal/dataforseo"
	"github.com/dataforseo/terraform-provider-dataforseo/internal/fakeapi"
	"github.com/dataforseo/terraform-provider-dataforseo/internal/retry"
)

// outcome is what a call in a goroutine came to.
type outcome struct {
	reply *dataforseo.Reply
	err   error
}

// askAside makes a call in a goroutine, which wait waits for.
func askAside(ctx context.Context, doer dataforseo.Doer, call *dataforseo.Call) (wait func() outcome) {
	done := make(chan outcome, 1)
	go func() {
		reply, err := doer.Do(ctx, call)
		done <- outcome{reply, err}
	}()
	return func() outcome { return <-done }
}

func TestMemory_later(t *testing.T) {
	t.Parallel()
	clock := clockwork.NewFakeClockAt(epoch)
	api := newAPI(clock)
	c := process(api, "", clock)
	for range 3 {
		reply := ask(t, c, callFor(t, "a.example"))
		wantReply(t, reply, 1, false)
		if !reply.FetchedAt.Equal(epoch) {
			t.Errorf("fetched at %s, want %s", reply.FetchedAt, epoch)
		}
		clock.Advance(1000 * time.Hour)
	}
	wantReply(t, ask(t, c, callFor(t, "b.example")), 2, false)
	wantReply(t, ask(t, process(api, "", clock), callFor(t, "a.example")), 3, false)
}

func TestMemory_tag(t *testing.T) {
	t.Parallel()
	clock := clockwork.NewFakeClockAt(epoch)
	api := newAPI(clock)
	c := process(api, "", clock)
	first, second := "first", "second"
	for _, tag := range []*string{nil, &first, &second} {
		wantReply(t, ask(t, c, callOf(t, dataforseo.BacklinksSummaryRequest{Target: "a.example", Tag: tag})), 1, false)
	}
	wantCalls(t, api, 1)
}

func TestMemory_noData(t *testing.T) {
	t.Parallel()
	server := fakeapi.Start(t, fakeapi.Options{NoData: []string{"a.example"}})
	c := process(newFakeTransport(t, server, nil, login), "", nil) // by the system's clock
	for range 2 {
		if reply := ask(t, c, callFor(t, "a.example")); reply.Result != nil {
			t.Errorf("a result: %v", reply.Result)
		}
	}
	if got := server.Charged(); got != 1 {
		t.Errorf("%d answers charged, want 1", got)
	}
}

// TestMemory_keyless: a call whose answer is not to be shared passes, in all modes.
func TestMemory_keyless(t *testing.T) {
	t.Parallel()
	for _, m := range []cache.Mode{"", cache.ReadWrite, cache.Refresh, cache.CacheOnly} {
		clock := clockwork.NewFakeClockAt(epoch)
		api := newAPI(clock)
		directory := t.TempDir()
		c := process(api, directory, clock, mode(m))
		call := callFor(t, "a.example")
		call.Key = nil
		for n := 1; n <= 3; n++ {
			wantReply(t, ask(t, c, call), n, false)
		}
		wantOnlyEntries(t, directory, 0)
	}
}

func TestMemory_maxAge(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		age, maxAge time.Duration
		want        int
	}{
		"younger":                {time.Minute, time.Hour, 1},
		"exactly as old":         {time.Hour, time.Hour, 1},
		"older by a nanosecond":  {time.Hour + 1, time.Hour, 2},
		"zero":                   {time.Minute, 0, 2},
		"zero, the same instant": {0, 0, 2},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			clock := clockwork.NewFakeClockAt(epoch)
			api := newAPI(clock)
			cache := process(api, "", clock)
			ask(t, cache, callFor(t, "a.example"))
			clock.Advance(c.age)
			wantReply(t, ask(t, cache, agedCallFor(t, "a.example", c.maxAge)), c.want, false)
			wantReply(t, ask(t, cache, callFor(t, "a.example")), c.want, false)
			wantCalls(t, api, c.want)
		})
	}
}

// TestMemory_overlapping: calls that overlap are made once, whatever their max_age,
// and no goroutine outlives them.
func TestMemory_overlapping(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		clock := clockwork.NewFakeClockAt(epoch)
		api := newAPI(clock)
		release := make(chan struct{})
		api.meanwhile = func(context.Context, int) error { <-release; return nil }
		c := process(api, "", clock)
		var waits []func() outcome
		for i := range 300 {
			call := callFor(t, "a.example")
			if i%2 == 1 {
				call = agedCallFor(t, "a.example", 0)
			}
			waits = append(waits, askAside(t.Context(), c, call))
		}
		synctest.Wait()
		wantCalls(t, api, 1)
		close(release)
		for _, wait := range waits {
			got := wait()
			if got.err != nil {
				t.Fatal(got.err)
			}
			wantReply(t, got.reply, 1, false)
		}
		wantCalls(t, api, 1)
	})
}

// TestMemory_stress: however calls meet, no answer is paid for twice. A call that
// looks for an answer just before it arrives, and takes off just after, is the
// one to mind.
func TestMemory_stress(t *testing.T) {
	t.Parallel()
	const rounds, callers, targets = 200, 200, 4
	for range rounds {
		clock := clockwork.NewFakeClockAt(epoch)
		api := newAPI(clock)
		c := process(api, "", clock)
		calls := make([]*dataforseo.Call, targets)
		for i := range calls {
			calls[i] = callFor(t, fmt.Sprintf("%d.example", i))
		}
		var underWay sync.WaitGroup
		for i := range callers {
			underWay.Go(func() {
				call := calls[i%targets]
				reply, err := c.Do(t.Context(), call)
				if err != nil {
					t.Error(err)
				} else if got := *reply.Result.(*dataforseo.BacklinksSummary).Target; got != call.Subject {
					t.Errorf("an answer about %s for %s", got, call.Subject)
				}
			})
		}
		underWay.Wait()
		if wantCalls(t, api, targets); t.Failed() {
			return
		}
	}
}

// TestMemory_failure: all who wait for a call that fails get its failure, and
// nobody remembers it. That a time-out of the attempt wraps the error of a
// context does not make it the caller's own: each repetition may be charged.
func TestMemory_failure(t *testing.T) {
	t.Parallel()
	for name, failure := range map[string]error{
		"of the API":               &dataforseo.APIError{Code: 50000, Message: "Internal Error."},
		"of the gateway":           &dataforseo.HTTPError{Status: 502},
		"of the answer":            &dataforseo.ResponseError{Reason: "it is not JSON"},
		"of the connection":        &dataforseo.TransportError{Sent: true, Err: io.ErrUnexpectedEOF},
		"a time-out of an attempt": &dataforseo.TransportError{Sent: true, TimedOutAfter: time.Minute, Err: context.DeadlineExceeded},
		"of the credentials":       &dataforseo.CredentialsError{Missing: []string{"login"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				directory := t.TempDir()
				for _, directory := range []string{"", directory} {
					failsTogether(t, directory, failure)
				}
				wantOnlyEntries(t, directory, 1)
			})
		})
	}
}

func failsTogether(t *testing.T, directory string, failure error) {
	t.Helper()
	clock := clockwork.NewFakeClockAt(epoch)
	api := newAPI(clock)
	release := make(chan struct{})
	api.meanwhile = func(_ context.Context, n int) error {
		<-release
		if n == 1 {
			return failure
		}
		return nil
	}
	c := process(api, directory, clock)
	var waits []func() outcome
	for range 20 {
		waits = append(waits, askAside(t.Context(), c, callFor(t, "a.example")))
	}
	synctest.Wait()
	close(release)
	shared := 0
	for _, wait := range waits {
		got := wait()
		if !errors.Is(got.err, failure) || got.err.Error() != failure.Error() {
			t.Errorf("%v, want %v", got.err, failure)
		}
		if _, ok := errors.AsType[*cache.SharedError](got.err); ok {
			shared++
		}
	}
	if shared != len(waits)-1 {
		t.Errorf("%d of %d calls share the failure", shared, len(waits))
	}
	wantCalls(t, api, 1)
	wantReply(t, ask(t, c, callFor(t, "a.example")), 2, false)
}

// TestMemory_leaderGivesUp: whoever waits for the call of another that gives up
// asks itself, unless the call was sent: it may have been charged, and all that
// wait would otherwise pay for it once more.
func TestMemory_leaderGivesUp(t *testing.T) {
	t.Parallel()
	inAMinute := func(ctx context.Context) (context.Context, context.CancelFunc) {
		return context.WithTimeout(ctx, time.Minute)
	}
	for name, c := range map[string]struct {
		limit func(context.Context) (context.Context, context.CancelFunc)
		sent  bool
	}{
		"cancelled before it was sent": {context.WithCancel, false},
		"cancelled after it was sent":  {context.WithCancel, true},
		"timed out before it was sent": {inAMinute, false},
		"timed out after it was sent":  {inAMinute, true},
	} {
		limit, sent := c.limit, c.sent
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				clock := clockwork.NewFakeClockAt(epoch)
				api := newAPI(clock)
				api.meanwhile = func(ctx context.Context, n int) error {
					if n > 1 {
						return nil
					}
					<-ctx.Done()
					return &dataforseo.TransportError{Sent: sent, Err: ctx.Err()}
				}
				c := process(api, "", clock)
				impatient, cancel := limit(t.Context())
				defer cancel()
				leader := askAside(impatient, c, callFor(t, "a.example"))
				synctest.Wait()
				var followers []func() outcome
				for range 20 {
					followers = append(followers, askAside(t.Context(), c, callFor(t, "a.example")))
				}
				synctest.Wait()
				if strings.HasPrefix(name, "cancelled") {
					cancel()
				}
				wantTransportError(t, leader().err, sent, impatient)
				for _, follower := range followers {
					got := follower()
					if sent {
						wantEndOfAnother(t, got.err)
						continue
					}
					if got.err != nil {
						t.Fatal(got.err)
					}
					wantReply(t, got.reply, 2, false)
				}
				wantCalls(t, api, map[bool]int{true: 1, false: 2}[sent])
			})
		})
	}
}

// TestMemory_leaderInAHurry: whoever waits for the call of another that has no time for
// a further attempt asks itself, if it has that time, and nothing was charged.
func TestMemory_leaderInAHurry(t *testing.T) {
	t.Parallel()
	const wait = 20 * time.Second
	for name, c := range map[string]struct {
		failure retry.Error
		time    time.Duration // of the other one
		calls   int
	}{
		"for free":              {retry.Error{Lacked: wait}, time.Minute, 2},
		"in the same hurry":     {retry.Error{Lacked: wait}, wait, 1},
		"perhaps charged":       {retry.Error{Lacked: wait, Charged: dataforseo.Charges{Possible: 1}}, time.Minute, 1},
		"with all its attempts": {retry.Error{}, time.Minute, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				clock := clockwork.NewRealClock() // that of the bubble, which deadlines go by
				api, release := newAPI(clock), make(chan struct{})
				failure := c.failure
				failure.Attempts, failure.Err = 1, &dataforseo.APIError{Code: 40202}
				api.meanwhile = func(_ context.Context, n int) error {
					if n > 1 {
						return nil
					}
					<-release
					return &failure
				}
				cached := process(api, "", clock)
				leader := askAside(t.Context(), cached, callFor(t, "a.example"))
				synctest.Wait()
				bounded, cancel := context.WithTimeout(t.Context(), c.time)
				defer cancel()
				follower := askAside(bounded, cached, callFor(t, "a.example"))
				synctest.Wait()
				close(release)
				if err := leader().err; !errors.Is(err, &failure) {
					t.Errorf("the error is %v, want %v", err, &failure)
				}
				if got := follower(); (got.err == nil) != (c.calls == 2) {
					t.Errorf("the other one has the error %v", got.err)
				}
				wantCalls(t, api, c.calls)
			})
		})
	}
}

// wantEndOfAnother wants the error of a call whose maker was ended, which must not
// look as if this one had been.
func wantEndOfAnother(tb testing.TB, err error) {
	tb.Helper()
	failure, ok := errors.AsType[*dataforseo.TransportError](err)
	if !ok || !failure.Sent || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		tb.Errorf("%#v, want a TransportError that was sent, and no end of this call", err)
	}
	if charges := dataforseo.ChargesOf(err); charges != (dataforseo.Charges{}) {
		tb.Errorf("it bears %v", charges)
	}
}

// wantTransportError wants the error of a call that ctx ended.
func wantTransportError(tb testing.TB, err error, sent bool, ctx context.Context) {
	tb.Helper()
	transportErr, ok := errors.AsType[*dataforseo.TransportError](err)
	if !ok || transportErr.Sent != sent || !errors.Is(err, ctx.Err()) {
		tb.Errorf("%#v, want a TransportError with Sent = %t and %v", err, sent, ctx.Err())
	}
}

// TestMemory_followerGivesUp: it comes back at once and had nothing sent, and the
// call that it waited for goes on.
func TestMemory_followerGivesUp(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		clock := clockwork.NewFakeClockAt(epoch)
		api := newAPI(clock)
		release := make(chan struct{})
		api.meanwhile = func(context.Context, int) error { <-release; return nil }
		c := process(api, "", clock)
		leader := askAside(t.Context(), c, callFor(t, "a.example"))
		synctest.Wait()
		impatient, cancel := context.WithCancel(t.Context())
		follower := askAside(impatient, c, callFor(t, "a.example"))
		synctest.Wait()
		cancel()
		wantTransportError(t, follower().err, false, impatient)
		close(release)
		wantReply(t, leader().reply, 1, false)
		wantCalls(t, api, 1)
	})
}

// TestMemory_cancelledBefore: a call whose context has ended does not wait, asks
// nobody, and leaves nothing behind that goes on when it has returned.
func TestMemory_cancelledBefore(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		clock := clockwork.NewFakeClockAt(epoch)
		api := newAPI(clock)
		directory := filepath.Join(t.TempDir(), "cache")
		ended, cancel := context.WithCancel(t.Context())
		cancel()
		_, err := process(api, directory, clock).Do(ended, callFor(t, "a.example"))
		wantTransportError(t, err, false, ended)
		synctest.Wait()
		wantCalls(t, api, 0)
		if _, err := os.Stat(directory); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("the directory of the cache was touched: %v", err)
		}
	})
}

// TestMemory_cancelledAfterSending: a call that was under way when it was cancelled
// says so, since it may be charged, and it ends at once.
func TestMemory_cancelledAfterSending(t *testing.T) {
	t.Parallel()
	server := fakeapi.Start(t, fakeapi.Options{})
	server.OnAny(fakeapi.Slow(nil))
	for _, directory := range []string{"", t.TempDir()} {
		server.Reset()
		c := process(newFakeTransport(t, server, nil, login), directory, clockwork.NewRealClock())
		ctx, cancel := context.WithCancel(t.Context())
		wait := askAside(ctx, c, callFor(t, "a.example"))
		must(t, server.WaitForCalls(t.Context(), 1))
		cancel()
		got := wait()
		wantTransportError(t, got.err, true, ctx)
		if charge, _ := dataforseo.ChargeOf(got.err); charge != dataforseo.ChargePossible {
			t.Errorf("charge %v, want a possible one", charge)
		}
	}
}

// TestMemory_answerBeatsCancellation: an answer that has arrived and was paid for is
// not thrown away because somebody gave up.
func TestMemory_answerBeatsCancellation(t *testing.T) {
	t.Parallel()
	for name, directory := range map[string]string{"in memory": "", "in a directory": t.TempDir()} {
		clock := clockwork.NewFakeClockAt(epoch)
		api := newAPI(clock)
		ctx, cancel := context.WithCancel(t.Context())
		api.meanwhile = func(context.Context, int) error { cancel(); return nil }
		c := process(api, directory, clock)
		reply, err := c.Do(ctx, callFor(t, "a.example"))
		if err != nil {
			t.Fatal(err)
		}
		wantReply(t, reply, 1, false)
		wantReply(t, ask(t, c, callFor(t, "a.example")), 1, directory != "")
		if wantCalls(t, api, 1); t.Failed() {
			t.Error(name)
		}
	}
}
