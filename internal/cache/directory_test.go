package cache_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gofrs/flock"
	"github.com/google/go-cmp/cmp"
	"github.com/jonboulle/clockwork"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/cache"
	"github.com/dataforseo/terraform-provider-dataforseo/internal/dataforseo"
	"github.com/dataforseo/terraform-provider-dataforseo/internal/fakeapi"
)

// sameJSON compares JSON without its white space.
var sameJSON = cmp.Transformer("compact", func(raw json.RawMessage) string { return compact(raw) })

func compact(raw []byte) string {
	var b bytes.Buffer
	if err := json.Compact(&b, raw); err != nil {
		return string(raw)
	}
	return b.String()
}

// TestDirectory_nextProcess: a later process gets what an earlier one paid for, down
// to the time of its arrival, and a file of it without white space is kept.
func TestDirectory_nextProcess(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]fakeapi.Fault{
		"the ordinary answer": fakeapi.OK,
		"documented":          fakeapi.Recorded(fakeapi.RecordedOK),
		"no data":             fakeapi.NoData(),
		"documented no data":  fakeapi.Recorded(fakeapi.RecordedNoData),
		"nothing but null":    fakeapi.NullFields(),
		"maps of null":        fakeapi.NullMapValues(),
		"unknown fields":      fakeapi.UnknownFields(),
		"large numbers":       fakeapi.Field("backlinks", "9007199254740993"),
		"odd text":            fakeapi.Field("info/cms", `"a\u2028\ud83d\ude00<&> \"\\\u0000 é"`),
		"no cost":             fakeapi.Set("/cost", "null"),
		"compressed":          fakeapi.Gzip(),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := fakeapi.Start(t, fakeapi.Options{})
			server.OnAny(fault)
			clock, directory := clockwork.NewFakeClockAt(epoch), t.TempDir()
			transport := newFakeTransport(t, server, clock, login)
			read := func() *dataforseo.BacklinksSummaryAnswer {
				answer, err := dataforseo.NewClient(process(transport, directory, clock)).
					BacklinksSummary(t.Context(), dataforseo.BacklinksSummaryRequest{Target: "a.example"})
				must(t, err)
				return answer
			}
			paid := read()
			clock.Advance(ttl)
			kept := read()
			if paid.FromCache || !kept.FromCache {
				t.Errorf("from cache: %t, then %t, want false, true", paid.FromCache, kept.FromCache)
			}
			if want, _ := paid.Envelope.ChargedUSD(); kept.Charges != (dataforseo.Charges{}) || paid.Charges != (dataforseo.Charges{USD: want}) {
				t.Errorf("charged %v, then %v", paid.Charges, kept.Charges)
			}
			kept.FromCache, kept.Charges = false, paid.Charges
			if diff := cmp.Diff(paid, kept, sameJSON); diff != "" {
				t.Errorf("(-paid for +kept)\n%s", diff)
			}
			if !kept.FetchedAt.Equal(epoch) {
				t.Errorf("fetched at %s, want %s", kept.FetchedAt, epoch)
			}
			if got := server.Calls(); got != 1 {
				t.Errorf("%d calls, want 1", got)
			}
			wantOnlyEntries(t, directory, 1)
			if _, body := unseal(t, readFile(t, entryIn(t, directory))); body != compact([]byte(body)) {
				t.Errorf("white space was kept: %s", body)
			}
		})
	}
}

// TestDirectory_entry pins the form of an entry: files of one version are read by
// the next.
func TestDirectory_entry(t *testing.T) {
	t.Parallel()
	clock, directory := clockwork.NewFakeClockAt(epoch), t.TempDir()
	ask(t, process(newAPI(clock), directory, clock), callFor(t, "a.example"))
	path := entryIn(t, directory)
	name := strings.TrimSuffix(entryOfA, ".answer")
	wantHeader := `{"name":"` + name + `","fetched_at":"2026-08-01T12:00:00.123456789Z","expires_at":"2026-08-01T13:00:00.123456789Z"}`
	wantBody := `{"status_code":20000,"cost":0.024036,"field_of_tomorrow":"","tasks":[{"status_code":20000,"result_count":1,` +
		`"data":{"target":"a.example"},"result":[{"target":"a.example","rank":1}]}]}`
	if got := filepath.Base(path); got != entryOfA {
		t.Errorf("name %s, want %s", got, entryOfA)
	}
	header, body := unseal(t, readFile(t, path))
	if header != wantHeader || body != wantBody {
		t.Errorf("%s\n%s\nwant\n%s\n%s", header, body, wantHeader, wantBody)
	}
}

func TestDirectory_failuresAreNotKept(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]fakeapi.Fault{
		"in the task":        fakeapi.Code(40501),
		"in the envelope":    fakeapi.Code(50000),
		"charged":            fakeapi.Code(50401).Cost(fakeapi.DefaultPriceUSD),
		"of HTTP only":       fakeapi.OK.HTTPStatus(504),
		"of a gateway":       fakeapi.Gateway(502),
		"not JSON":           fakeapi.NotJSON(),
		"half":               fakeapi.HalfAnswer(),
		"truncated":          fakeapi.TruncatedJSON(),
		"no task":            fakeapi.EmptyTasks(),
		"a task of null":     fakeapi.NullTask(),
		"a result too few":   fakeapi.NullResult(),
		"another result":     fakeapi.Field("rank", `"high"`),
		"too long":           fakeapi.TooLong(17),
		"no answer":          fakeapi.ResetConnection(),
		"charged and lost":   fakeapi.ChargedButLost(),
		"status is null":     fakeapi.Set("/status_code", "null"),
		"task without a say": fakeapi.Set("/tasks/0/status_code", "null"),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := fakeapi.Start(t, fakeapi.Options{})
			server.OnAny(fault, fakeapi.OK)
			clock, directory := clockwork.NewFakeClockAt(epoch), t.TempDir()
			c := process(newFakeTransport(t, server, clock, login), directory, clock)
			if reply, err := c.Do(t.Context(), callFor(t, "a.example")); err == nil {
				t.Fatalf("an answer: %s", reply.Body)
			}
			wantOnlyEntries(t, directory, 0)
			if reply := ask(t, c, callFor(t, "a.example")); reply.FromCache {
				t.Error("the failure was kept")
			}
			wantOnlyEntries(t, directory, 1)
		})
	}
}

// TestDirectory_memory: what a file holds is not held in memory as well, and what no
// file may give away, since it was there before, is.
func TestDirectory_memory(t *testing.T) {
	t.Parallel()
	for m, c := range map[cache.Mode]struct {
		fromCache bool // for the second call of one process
		goneCalls int  // when the file is gone
	}{
		cache.ReadWrite: {true, 2},
		cache.Refresh:   {false, 1},
	} {
		clock, directory := clockwork.NewFakeClockAt(epoch), t.TempDir()
		api := newAPI(clock)
		process := process(api, directory, clock, mode(m))
		wantReply(t, ask(t, process, callFor(t, "a.example")), 1, false)
		wantReply(t, ask(t, process, callFor(t, "a.example")), 1, c.fromCache)
		must(t, os.Remove(entryIn(t, directory)))
		ask(t, process, callFor(t, "a.example"))
		if wantCalls(t, api, c.goneCalls); t.Failed() {
			t.Fatal(m)
		}
	}
}

func TestDirectory_modes(t *testing.T) {
	t.Parallel()
	for m, c := range map[cache.Mode]struct {
		calls     int
		fromCache bool
		kept      int // which answer the file holds afterwards
	}{
		"":              {1, true, 1},
		cache.ReadWrite: {1, true, 1},
		cache.Refresh:   {2, false, 2},
		cache.CacheOnly: {1, true, 1},
	} {
		t.Run(string(m), func(t *testing.T) {
			t.Parallel()
			clock, directory := clockwork.NewFakeClockAt(epoch), t.TempDir()
			api := newAPI(clock)
			ask(t, process(api, directory, clock), callFor(t, "a.example"))
			clock.Advance(time.Second)
			wantReply(t, ask(t, process(api, directory, clock, mode(m)), callFor(t, "a.example")), c.calls, c.fromCache)
			wantCalls(t, api, c.calls)
			wantReply(t, ask(t, process(api, directory, clock), callFor(t, "a.example")), c.kept, true)
		})
	}
}

// TestDirectory_ages: an answer as old as ttl or max_age will do, one that is older
// by a nanosecond will not. CacheOnly says how old it is.
func TestDirectory_ages(t *testing.T) {
	t.Parallel()
	age := func(d time.Duration) *time.Duration { return &d }
	for name, c := range map[string]struct {
		age, ttl time.Duration
		maxAge   *time.Duration
		hit      bool
		miss     string
	}{
		"fresh":                           {0, time.Hour, nil, true, ""},
		"as old as ttl":                   {time.Hour, time.Hour, nil, true, ""},
		"older than ttl":                  {time.Hour + 1, time.Hour, nil, false, "1h0m0s"},
		"as old as max_age":               {time.Minute, time.Hour, age(time.Minute), true, ""},
		"older than max_age":              {time.Minute + 1, time.Hour, age(time.Minute), false, "1m0s"},
		"max_age does not stretch ttl":    {2 * time.Hour, time.Hour, age(3 * time.Hour), false, "2h0m0s"},
		"max_age 0":                       {time.Second, time.Hour, age(0), false, "1s"},
		"max_age 0, the same instant":     {0, time.Hour, age(0), false, "0s"},
		"ttl 0":                           {1, 0, nil, false, "0s"},
		"a ttl longer than a lifetime":    {200 * 365 * 24 * time.Hour, math.MaxInt64, nil, true, ""},
		"kept by a clock ahead":           {-time.Minute, time.Hour, nil, true, ""},
		"kept by a clock ahead, max_age":  {-time.Minute, time.Hour, age(time.Second), true, ""},
		"kept by a clock ahead, always":   {-time.Second, time.Hour, age(0), false, "0s"},
		"kept by a clock too far ahead":   {-time.Minute - 1, time.Hour, nil, false, ""},
		"kept in a future":                {-1000 * time.Hour, time.Hour, nil, false, ""},
		"kept with a longer ttl, expired": {3 * time.Hour, 2 * time.Hour, nil, false, "3h0m0s"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			clock, directory := clockwork.NewFakeClockAt(epoch), t.TempDir()
			api := newAPI(clock)
			longer := func(o *cache.Options) { o.TTL = max(c.ttl, 2*time.Hour) }
			ask(t, process(api, directory, clock, longer), callFor(t, "a.example"))
			clock = clockwork.NewFakeClockAt(epoch.Add(c.age))
			api.arrival = func(int) time.Time { return clock.Now() }
			call := callOf(t, dataforseo.BacklinksSummaryRequest{Target: "a.example", MaxAge: c.maxAge})
			ttl := func(o *cache.Options) { o.TTL = c.ttl }

			reply, err := process(api, directory, clock, ttl, mode(cache.CacheOnly)).Do(t.Context(), call)
			wantMissOrHit(t, reply, err, c.hit, directory, c.miss)
			if c.hit {
				wantReply(t, ask(t, process(api, directory, clock, ttl), call), 1, true)
				wantCalls(t, api, 1)
				return
			}
			wantReply(t, ask(t, process(api, directory, clock, ttl), call), 2, false)
			wantReply(t, ask(t, process(api, directory, clock), callFor(t, "a.example")), 2, true)
		})
	}
}

func wantMissOrHit(t *testing.T, reply *dataforseo.Reply, err error, hit bool, directory, age string) {
	t.Helper()
	if hit {
		must(t, err)
		wantReply(t, reply, 1, true)
		return
	}
	want := `there is no cached answer for "a.example"`
	if age != "" {
		want = fmt.Sprintf(`the cached answer for "a.example" is %s old, which is too old`, age)
	}
	miss, ok := errors.AsType[*cache.MissError](err)
	if !ok || miss.Error() != want || miss.Directory != directory || miss.Subject != "a.example" {
		t.Errorf("%#v, want %s in %s", err, want, directory)
	}
}

// TestCacheOnly_neverAsks: not without a directory either.
func TestCacheOnly_neverAsks(t *testing.T) {
	t.Parallel()
	clock := clockwork.NewFakeClockAt(epoch)
	api := newAPI(clock)
	file := filepath.Join(t.TempDir(), "file")
	writeFile(t, file, nil)
	for _, directory := range []string{"", filepath.Join(t.TempDir(), "none"), file, filepath.Join(file, "below")} {
		for _, account := range []string{login, ""} {
			c := process(api, directory, clock, mode(cache.CacheOnly), func(o *cache.Options) { o.Login = account })
			reply, err := c.Do(t.Context(), callFor(t, "a.example"))
			wantMissOrHit(t, reply, err, false, directory, "")
		}
	}
	wantCalls(t, api, 0)
}

// TestCacheOnly_eachCallByItself: a call that demands more than another at the same
// time does not spoil it for that one.
func TestCacheOnly_eachCallByItself(t *testing.T) {
	t.Parallel()
	clock, directory := clockwork.NewFakeClockAt(epoch), t.TempDir()
	api := newAPI(clock)
	ask(t, process(api, directory, clock), callFor(t, "a.example"))
	clock.Advance(time.Minute)
	c := process(api, directory, clock, mode(cache.CacheOnly))
	strict, easy := agedCallFor(t, "a.example", time.Second), callFor(t, "a.example")
	for range 100 {
		var waits []func() outcome
		for i := range 8 {
			waits = append(waits, askAside(t.Context(), c, []*dataforseo.Call{strict, easy}[i%2]))
		}
		for i, wait := range waits {
			got := wait()
			wantMissOrHit(t, got.reply, got.err, i%2 == 1, directory, "1m0s")
		}
	}
	wantCalls(t, api, 1)
}

// TestCacheOnly_anyAccount: without a login the newest answer is taken, whoever
// paid for it; with one, that account's.
func TestCacheOnly_anyAccount(t *testing.T) {
	t.Parallel()
	// The directory's name is no pattern, whatever it looks like.
	for _, name := range []string{"plain", "[a-", "a*b?", `{x},\y`, "ä ö"} {
		clock, directory := clockwork.NewFakeClockAt(epoch), filepath.Join(t.TempDir(), name)
		api := newAPI(clock)
		account := func(name string) func(*cache.Options) {
			return func(o *cache.Options) { o.Login = name }
		}
		for _, login := range []string{"a", "b", "c"} {
			ask(t, process(api, directory, clock, account(login)), callFor(t, "a.example"))
			clock.Advance(time.Second)
		}
		// Refreshed last, though its name is in the middle.
		ask(t, process(api, directory, clock, account("b"), mode(cache.Refresh)), callFor(t, "a.example"))
		for login, want := range map[string]int{"a": 1, "b": 4, "c": 3, "": 4} {
			wantReply(t, ask(t, process(api, directory, clock, account(login), mode(cache.CacheOnly)), callFor(t, "a.example")), want, true)
		}
		c := process(api, directory, clock, account(""), mode(cache.CacheOnly), func(o *cache.Options) { o.BaseURL = dataforseo.SandboxBaseURL })
		_, err := c.Do(t.Context(), callFor(t, "a.example"))
		wantMissOrHit(t, nil, err, false, directory, "")
		if t.Failed() {
			t.Fatal(name)
		}
	}
}

// TestDirectory_hitNeedsNoLock: whoever asks for an answer does not keep others from
// reading the one that is there.
func TestDirectory_hitNeedsNoLock(t *testing.T) {
	t.Parallel()
	clock, directory := clockwork.NewFakeClockAt(epoch), t.TempDir()
	api := newAPI(clock)
	ask(t, process(api, directory, clock), callFor(t, "a.example"))
	lock := flock.New(strings.TrimSuffix(entryIn(t, directory), ".answer") + ".lock")
	must(t, lock.Lock())
	defer lock.Close()
	for _, m := range []cache.Mode{cache.ReadWrite, cache.CacheOnly} {
		wantReply(t, ask(t, process(api, directory, clock, mode(m)), callFor(t, "a.example")), 1, true)
	}
}

// TestDirectory_hitTouchesNothing: neither a lock nor a directory is made for a hit.
func TestDirectory_hitTouchesNothing(t *testing.T) {
	t.Parallel()
	clock, directory := clockwork.NewFakeClockAt(epoch), t.TempDir()
	api := newAPI(clock)
	ask(t, process(api, directory, clock), callFor(t, "a.example"))
	long := epoch.Add(-1000 * time.Hour)
	must(t, os.Chtimes(directory, long, long))
	wantReply(t, ask(t, process(api, directory, clock), callFor(t, "a.example")), 1, true)
	info, err := os.Stat(directory)
	must(t, err)
	if !info.ModTime().Equal(long) {
		t.Errorf("the directory was changed at %s", info.ModTime())
	}
	missing := filepath.Join(t.TempDir(), "missing")
	if _, err := process(api, missing, clock, mode(cache.CacheOnly)).Do(t.Context(), callFor(t, "a.example")); err == nil {
		t.Error("an answer from nowhere")
	}
	if _, err := os.Stat(missing); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the directory that was to be read only: %v", err)
	}
}

// TestDirectory_answerOfAnotherProcess: a call that waited for the lock takes the
// answer that came meanwhile, even with max_age 0; but not one that was fetched
// before the call was made and only written meanwhile.
func TestDirectory_answerOfAnotherProcess(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		fetchedAfter time.Duration // since the call that waits was made
		want         int
	}{
		"fetched meanwhile": {time.Second, 1},
		"fetched before":    {-time.Second, 2},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				clock, directory := clockwork.NewFakeClockAt(epoch), t.TempDir()
				api := newAPI(clock)
				release := make(chan struct{})
				api.meanwhile = func(_ context.Context, n int) error {
					if n == 1 {
						<-release
					}
					return nil
				}
				api.arrival = func(n int) time.Time {
					if n == 1 {
						return epoch.Add(c.fetchedAfter)
					}
					return clock.Now()
				}
				first := askAside(t.Context(), process(api, directory, clock), callFor(t, "a.example"))
				synctest.Wait()
				second := askAside(t.Context(), process(api, directory, clock), agedCallFor(t, "a.example", 0))
				awaitLock(t)
				clock.Advance(2 * time.Second)
				close(release)
				wantReply(t, first().reply, 1, false)
				wantReply(t, second().reply, c.want, c.want == 1)
				wantCalls(t, api, c.want)
			})
		})
	}
}

// awaitLock lets a call get as far as waiting for a lock, which it does in the
// time of the synctest bubble.
func awaitLock(t *testing.T) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	<-ctx.Done()
}

// TestDirectory_lessDemandingEyes: a call that joined one whose answer is too old
// for it asks itself.
func TestDirectory_lessDemandingEyes(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		clock, directory := clockwork.NewFakeClockAt(epoch), t.TempDir()
		api := newAPI(clock)
		release := make(chan struct{})
		api.meanwhile = func(_ context.Context, n int) error {
			if n == 1 {
				<-release
			}
			return nil
		}
		api.arrival = func(n int) time.Time { return epoch.Add(time.Duration(n-2) * time.Second) }
		// Another process asks and is slow to keep its answer, so that the easy
		// call waits for the lock and the strict one for the easy one.
		other := askAside(t.Context(), process(api, directory, clock), callFor(t, "a.example"))
		synctest.Wait()
		c := process(api, directory, clock)
		easy := askAside(t.Context(), c, callFor(t, "a.example"))
		awaitLock(t)
		strict := askAside(t.Context(), c, agedCallFor(t, "a.example", 0))
		awaitLock(t)
		close(release)
		wantReply(t, other().reply, 1, false)
		wantReply(t, easy().reply, 1, true)
		wantReply(t, strict().reply, 2, false)
		wantCalls(t, api, 2)
	})
}
