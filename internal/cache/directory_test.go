package cache_test

import (
	"bytes"
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/cache"
	"github.com/dataforseo/terraform-provider-dataforseo/internal/dataforseo"
	"github.com/dataforseo/terraform-provider-dataforseo/internal/fakeapi"
)

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
		"the ordinary answer":   fakeapi.OK,
		"documented":            fakeapi.Recorded(fakeapi.RecordedOK),
		"no data":               fakeapi.NoData(),
		"nothing but null":      fakeapi.NullFields(),
		"a field of other form": fakeapi.Field("rank", `"high"`),
		"large numbers":         fakeapi.Field("backlinks", "9007199254740993"),
		"odd text":              fakeapi.Field("info/cms", `"a\u2028\ud83d\ude00<&> \"\\\u0000 é"`),
		"no cost":               fakeapi.Set("/cost", "null"),
		"compressed":            fakeapi.Gzip(),
	} {
		inBubble(t, name, func(t *testing.T) {
			server, transport := newFakeTransport(t, fakeapi.Options{})
			server.OnAny(fault)
			directory := t.TempDir()
			target := "a.example"
			if strings.HasPrefix(name, "documented") {
				target = "" // the recordings are about targets of their own
			}
			call := callFor(t, "a.example")
			call.Target = target
			paid := ask(t, process(t, transport, directory), call)
			pass(ttl)
			kept := ask(t, process(t, transport, directory), call)
			if paid.FromCache || !paid.Cached || !kept.FromCache || !kept.Cached {
				t.Errorf("from cache: %t, then %t; cached: %t, then %t", paid.FromCache, kept.FromCache, paid.Cached, kept.Cached)
			}
			if want, _ := paid.Envelope.ChargedUSD(); kept.Charges.USD != 0 || paid.Charges.USD != want {
				t.Errorf("charged %v, then %v", paid.Charges, kept.Charges)
			}
			all := cmp.Exporter(func(reflect.Type) bool { return true })
			sameJSON := cmp.Transformer("compact", func(raw json.RawMessage) string { return compact(raw) })
			if diff := cmp.Diff(paid.Envelope, kept.Envelope, all, sameJSON); diff != "" || compact(paid.Body) != string(kept.Body) {
				t.Errorf("(-paid for +kept)\n%s\n%s", diff, kept.Body)
			}
			if !kept.FetchedAt.Equal(epoch) || server.Calls() != 1 {
				t.Errorf("fetched at %s, %d calls", kept.FetchedAt, server.Calls())
			}
			wantOnlyEntries(t, directory, 1)
		})
	}
}

// TestDirectory_entry pins the form of an entry: files of one version are read by
// the next.
func TestDirectory_entry(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		pass(123456789)
		k := newKept(t)
		want := seal(`{"name":"`+strings.TrimSuffix(entryOfA, ".answer")+
			`","fetched_at":"2000-01-01T00:00:00.123456789Z","expires_at":"2000-01-01T01:00:00.123456789Z"}`,
			`{"status_code":20000,"cost":0.024036,"field_of_tomorrow":"","tasks":[{"status_code":20000,"result_count":1,`+
				`"data":{"target":"a.example"},"result":[{"target":"a.example","rank":1}]}]}`)
		if filepath.Base(k.path) != entryOfA || !bytes.Equal(k.data, want) {
			t.Errorf("%s:\n%s\nwant %s:\n%s", filepath.Base(k.path), k.data, entryOfA, want)
		}
	})
}

func TestDirectory_failuresAreNotKept(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]fakeapi.Fault{
		"in the task":      fakeapi.Code(40501),
		"in the envelope":  fakeapi.Code(50000),
		"of HTTP only":     fakeapi.OK.HTTPStatus(504),
		"not JSON":         fakeapi.NotJSON(),
		"a result too few": fakeapi.NullResult(),
		"another target":   fakeapi.Set("/tasks/0/data/target", `"b.example"`),
	} {
		inBubble(t, name, func(t *testing.T) {
			server, transport := newFakeTransport(t, fakeapi.Options{})
			server.OnAny(fault, fakeapi.OK)
			directory, call := t.TempDir(), callFor(t, "a.example")
			c := process(t, transport, directory)
			if reply, failure := c.Do(t.Context(), call); failure == nil {
				t.Fatalf("an answer: %.300s", reply.Body)
			}
			wantOnlyEntries(t, directory, 0)
			if reply := ask(t, c, call); reply.FromCache || !reply.Cached {
				t.Errorf("from cache %t, cached %t", reply.FromCache, reply.Cached)
			}
			wantOnlyEntries(t, directory, 1)
		})
	}
}

// TestDirectory_memory: what a file holds is not held in memory as well. With refresh
// it is, since a file may hold what was there before.
func TestDirectory_memory(t *testing.T) {
	t.Parallel()
	for m, c := range map[cache.Mode]struct {
		fromCache bool // for the second call of one process
		goneCalls int  // when the file is gone
	}{
		cache.ReadWrite: {true, 2},
		cache.Refresh:   {false, 1},
	} {
		a, directory, call := new(api), t.TempDir(), callFor(t, "a.example")
		process := process(t, a, directory, mode(m))
		wantReply(t, ask(t, process, call), 1, false)
		again := ask(t, process, call)
		if wantReply(t, again, 1, c.fromCache); !again.Cached || again.Charges.USD != 0 {
			t.Errorf("%s: cached %t, charges %v", m, again.Cached, again.Charges)
		}
		must(t, os.Remove(entryIn(t, directory)))
		ask(t, process, call)
		if wantCalls(t, a, c.goneCalls); t.Failed() {
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
		inBubble(t, string(m), func(t *testing.T) {
			k := newKept(t)
			pass(time.Second)
			wantReply(t, ask(t, process(t, k.api, k.directory, mode(m)), k.call), c.calls, c.fromCache)
			wantCalls(t, k.api, c.calls)
			wantReply(t, ask(t, process(t, k.api, k.directory), k.call), c.kept, true)
		})
	}
}

// TestDirectory_ages: an answer as old as ttl or max_age will do, one that is older
// by a nanosecond will not. With max_age 0 none will, whatever the clocks say.
// CacheOnly says how old it is.
func TestDirectory_ages(t *testing.T) {
	t.Parallel()
	age := func(d time.Duration) *time.Duration { return &d }
	for name, c := range map[string]struct {
		age, ttl time.Duration
		maxAge   *time.Duration
		tooOld   string // "-" for an answer that is not looked at
	}{
		"fresh":                          {0, time.Hour, nil, ""},
		"as old as ttl":                  {time.Hour, time.Hour, nil, ""},
		"older than ttl":                 {time.Hour + 1, time.Hour, nil, "1h0m0s"},
		"as old as max_age":              {time.Minute, time.Hour, age(time.Minute), ""},
		"older than max_age":             {time.Minute + 1, time.Hour, age(time.Minute), "1m0s"},
		"max_age does not stretch ttl":   {2 * time.Hour, time.Hour, age(3 * time.Hour), "2h0m0s"},
		"max_age 0":                      {time.Second, time.Hour, age(0), "1s"},
		"max_age 0, the same instant":    {0, time.Hour, age(0), "0s"},
		"ttl 0":                          {1, 0, nil, "0s"},
		"a ttl longer than a lifetime":   {200 * 365 * 24 * time.Hour, math.MaxInt64, nil, ""},
		"kept by a clock ahead":          {-time.Minute, time.Hour, nil, ""},
		"kept by a clock ahead, max_age": {-time.Minute, time.Hour, age(time.Second), ""},
		"kept by a clock ahead, always":  {-time.Minute, time.Hour, age(0), "0s"},
		"kept by a clock too far ahead":  {-time.Minute - 1, time.Hour, nil, "-"},
		"kept in a future":               {-1000 * time.Hour, time.Hour, nil, "-"},
	} {
		inBubble(t, name, func(t *testing.T) {
			directory := t.TempDir()
			a := &api{change: func(n int, reply *dataforseo.Reply) {
				if n == 1 {
					reply.FetchedAt = reply.FetchedAt.Add(-min(c.age, 0))
				}
			}}
			ask(t, process(t, a, directory), callFor(t, "a.example"))
			pass(max(c.age, 0))
			call := callOf(t, dataforseo.BacklinksSummaryRequest{Target: "a.example", MaxAge: c.maxAge})
			ttl := func(o *cache.Options) { o.TTL = c.ttl }
			offline := process(t, a, directory, ttl, mode(cache.CacheOnly))
			switch c.tooOld {
			case "":
				wantReply(t, ask(t, offline, call), 1, true)
				wantReply(t, ask(t, process(t, a, directory, ttl), call), 1, true)
				wantCalls(t, a, 1)
				return
			case "-":
				wantMiss(t, offline, call, `there is no cached answer for "a.example"`)
			default:
				wantMiss(t, offline, call, `the cached answer for "a.example" is `+c.tooOld+` old, which is too old`)
			}
			wantReply(t, ask(t, process(t, a, directory, ttl), call), 2, false)
			wantReply(t, ask(t, process(t, a, directory), callFor(t, "a.example")), 2, true)
		})
	}
}

// TestCacheOnly_neverAsks: not without a directory either. The failure names it.
func TestCacheOnly_neverAsks(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "file")
	writeFile(t, file, nil)
	missing := filepath.Join(t.TempDir(), "none")
	for _, directory := range []string{"", missing, file, filepath.Join(file, "below")} {
		for _, who := range []string{login, ""} {
			c := process(t, nil, directory, mode(cache.CacheOnly), account(who, "")) // whoever asks, panics
			wantMiss(t, c, callFor(t, "a.example"), `there is no cached answer for "a.example"`)
			wantMiss(t, c, agedCallFor(t, "a.example", 0), `there is no cached answer for "a.example"`)
			_, failure := c.Do(t.Context(), callFor(t, "a.example"))
			if !strings.Contains(failure.Remedy, "The cache in "+directory+" has the mode \"cache_only\"") {
				t.Errorf("the remedy is %q", failure.Remedy)
			}
		}
	}
	if _, err := os.Stat(missing); !os.IsNotExist(err) {
		t.Errorf("the directory that was only to be read: %v", err)
	}
}

// TestCacheOnly_anyAccount: without credentials the newest answer is taken, whoever
// paid for it; with a login, that account's; with a password too, only if it proves it.
func TestCacheOnly_anyAccount(t *testing.T) {
	t.Parallel()
	// The directory's name is not a pattern, whatever it looks like.
	for _, name := range []string{"plain", "[a-", "a*b?", `{x},\y`, "ä ö"} {
		inBubble(t, name, func(t *testing.T) {
			a, directory, call := new(api), filepath.Join(t.TempDir(), name), callFor(t, "a.example")
			for _, login := range []string{"a", "b", "c"} {
				ask(t, process(t, a, directory, account(login, login)), call)
				pass(time.Second)
			}
			// Refreshed last, though its name is in the middle.
			ask(t, process(t, a, directory, account("b", "b"), mode(cache.Refresh)), call)
			offline := func(login, password string) *cache.Cache {
				return process(t, a, directory, account(login, password), mode(cache.CacheOnly))
			}
			for login, want := range map[string]int{"a": 1, "b": 4, "c": 3, "": 4} {
				wantReply(t, ask(t, offline(login, ""), call), want, true)
			}
			wantReply(t, ask(t, offline("a", "a"), call), 1, true)
			wantMiss(t, offline("a", "b"), call, "")
			wantMiss(t, offline("d", ""), call, "")
			wantMiss(t, process(t, a, directory, account("", ""), mode(cache.CacheOnly), baseURL(dataforseo.SandboxBaseURL)), call, "")
			// What is wrong with the newest does not hide the others.
			for _, path := range filesIn(t, directory, "*.answer") {
				if data := readFile(t, path); bytes.Contains(data, []byte(`"rank":4`)) {
					writeFile(t, path, data[:len(data)-1])
				}
			}
			wantReply(t, ask(t, offline("", ""), call), 3, true)
		})
	}
}

// TestDirectory_answerOfAnotherProcess: a call that waited for the lock takes the answer
// that came meanwhile, if it is new enough for it.
func TestDirectory_answerOfAnotherProcess(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		fetched time.Duration // since the call that waits was made
		maxAge  time.Duration
		want    int
	}{
		"fetched meanwhile":            {time.Second, time.Second, 1},
		"fetched before, young enough": {-time.Second, time.Second, 1},
		"fetched before, too old":      {-time.Second - 1, time.Second, 2},
		"fetched meanwhile, always":    {time.Second, 0, 2},
	} {
		inBubble(t, name, func(t *testing.T) {
			a := &api{change: func(n int, reply *dataforseo.Reply) {
				if n == 1 {
					reply.FetchedAt = epoch.Add(c.fetched)
				}
			}}
			directory := t.TempDir()
			release := a.holdFirst()
			first := join(t, t.Context(), process(t, a, directory), 1)[0]
			second := askAside(t.Context(), process(t, a, directory), agedCallFor(t, "a.example", c.maxAge))
			synctest.Wait()
			wantCalls(t, a, 1)
			release()
			wantReply(t, answered(t, first()), 1, false)
			wantReply(t, answered(t, second()), c.want, c.want == 1)
			wantCalls(t, a, c.want)
		})
	}
}
