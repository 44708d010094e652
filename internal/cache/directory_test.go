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

// TestDirectory_nextProcess checks that a later process gets the same answer, with the time
// at which it was fetched, and that white space is not saved.
func TestDirectory_nextProcess(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]fakeapi.Fault{
		"default":         fakeapi.OK,
		"documented":      fakeapi.Recorded(fakeapi.RecordedOK),
		"no data":         fakeapi.NoData(),
		"null fields":     fakeapi.NullFields(),
		"unexpected type": fakeapi.Field("rank", `"high"`),
		"large numbers":   fakeapi.Field("backlinks", "9007199254740993"),
		"odd text":        fakeapi.Field("info/cms", `"a\u2028\ud83d\ude00<&> \"\\\u0000 é"`),
		"no cost":         fakeapi.Set("/cost", "null"),
		"compressed":      fakeapi.Gzip(),
	} {
		inBubble(t, name, func(t *testing.T) {
			server, transport := newFakeTransport(t, fakeapi.Options{})
			server.OnAny(fault)
			directory := t.TempDir()
			target := "a.example"
			if strings.HasPrefix(name, "documented") {
				target = "" // the recording is about another target
			}
			call := callFor(t, "a.example")
			call.Target = target
			paid := mustDo(t, process(t, transport, directory), call)
			sleep(ttl)
			cached := mustDo(t, process(t, transport, directory), call)
			if paid.FromCache || !paid.Cached || !cached.FromCache || !cached.Cached {
				t.Errorf("got from cache %t, then %t; cached %t, then %t", paid.FromCache, cached.FromCache, paid.Cached, cached.Cached)
			}
			if want, _ := paid.Envelope.ChargedUSD(); cached.Charges.USD != 0 || paid.Charges.USD != want {
				t.Errorf("got charges %v, then %v", paid.Charges, cached.Charges)
			}
			all := cmp.Exporter(func(reflect.Type) bool { return true })
			sameJSON := cmp.Transformer("compact", func(raw json.RawMessage) string { return compact(raw) })
			if diff := cmp.Diff(paid.Envelope, cached.Envelope, all, sameJSON); diff != "" || compact(paid.Body) != string(cached.Body) {
				t.Errorf("(-paid +cached)\n%s\n%s", diff, cached.Body)
			}
			if !cached.FetchedAt.Equal(epoch) || server.Calls() != 1 {
				t.Errorf("got fetched at %s, %d calls", cached.FetchedAt, server.Calls())
			}
			wantOnlyEntries(t, directory, 1)
		})
	}
}

// TestDirectory_entry pins the format of an entry, because the next version reads it too.
func TestDirectory_entry(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		sleep(123456789)
		k := newSavedEntry(t)
		want := seal(`{"name":"`+strings.TrimSuffix(entryOfA, ".answer")+
			`","fetched_at":"2000-01-01T00:00:00.123456789Z","expires_at":"2000-01-01T01:00:00.123456789Z"}`,
			`{"status_code":20000,"cost":0.024036,"field_of_tomorrow":"","tasks":[{"status_code":20000,"result_count":1,`+
				`"data":{"target":"a.example"},"result":[{"target":"a.example","rank":1}]}]}`)
		if filepath.Base(k.path) != entryOfA || !bytes.Equal(k.data, want) {
			t.Errorf("got %s:\n%s\nwant %s:\n%s", filepath.Base(k.path), k.data, entryOfA, want)
		}
	})
}

func TestDirectory_failuresAreNotSaved(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]fakeapi.Fault{
		"task":           fakeapi.Code(40501),
		"envelope":       fakeapi.Code(50000),
		"HTTP status":    fakeapi.OK.HTTPStatus(504),
		"not JSON":       fakeapi.NotJSON(),
		"missing result": fakeapi.NullResult(),
		"another target": fakeapi.Set("/tasks/0/data/target", `"b.example"`),
	} {
		inBubble(t, name, func(t *testing.T) {
			server, transport := newFakeTransport(t, fakeapi.Options{})
			server.OnAny(fault, fakeapi.OK)
			directory, call := t.TempDir(), callFor(t, "a.example")
			c := process(t, transport, directory)
			if reply, failure := c.Do(t.Context(), call); failure == nil {
				t.Fatalf("got an answer: %.300s", reply.Body)
			}
			wantOnlyEntries(t, directory, 0)
			if reply := mustDo(t, c, call); reply.FromCache || !reply.Cached {
				t.Errorf("got from cache %t, cached %t, want false, true", reply.FromCache, reply.Cached)
			}
			wantOnlyEntries(t, directory, 1)
		})
	}
}

// TestDirectory_memory checks that a saved answer is not in memory too, except with refresh,
// which does not read files.
func TestDirectory_memory(t *testing.T) {
	t.Parallel()
	for m, c := range map[cache.Mode]struct {
		fromCache bool // for the second call of a process
		calls     int  // after the file was removed
	}{
		cache.ReadWrite: {true, 2},
		cache.Refresh:   {false, 1},
	} {
		a, directory, call := new(api), t.TempDir(), callFor(t, "a.example")
		process := process(t, a, directory, mode(m))
		wantReply(t, mustDo(t, process, call), 1, false)
		again := mustDo(t, process, call)
		if wantReply(t, again, 1, c.fromCache); !again.Cached || again.Charges.USD != 0 {
			t.Errorf("%s: got cached %t, charges %v", m, again.Cached, again.Charges)
		}
		must(t, os.Remove(entryIn(t, directory)))
		mustDo(t, process, call)
		if wantCalls(t, a, c.calls); t.Failed() {
			t.Fatal(m)
		}
	}
}

func TestDirectory_modes(t *testing.T) {
	t.Parallel()
	for m, c := range map[cache.Mode]struct {
		calls     int
		fromCache bool
		saved     int // the answer in the file afterwards
	}{
		"":              {1, true, 1},
		cache.ReadWrite: {1, true, 1},
		cache.Refresh:   {2, false, 2},
		cache.CacheOnly: {1, true, 1},
	} {
		inBubble(t, string(m), func(t *testing.T) {
			k := newSavedEntry(t)
			sleep(time.Second)
			wantReply(t, mustDo(t, process(t, k.api, k.directory, mode(m)), k.call), c.calls, c.fromCache)
			wantCalls(t, k.api, c.calls)
			wantReply(t, mustDo(t, process(t, k.api, k.directory), k.call), c.saved, true)
		})
	}
}

// TestDirectory_ages checks that an answer is used until it is exactly ttl and max_age old,
// and that with max_age 0 none is, whatever the clocks say. The failure of CacheOnly contains
// the age.
func TestDirectory_ages(t *testing.T) {
	t.Parallel()
	age := func(d time.Duration) *time.Duration { return &d }
	for name, c := range map[string]struct {
		age, ttl time.Duration
		maxAge   *time.Duration
		tooOld   string // the age in the failure, "-" for no entry
	}{
		"fresh":                       {0, time.Hour, nil, ""},
		"exactly ttl":                 {time.Hour, time.Hour, nil, ""},
		"older than ttl":              {time.Hour + 1, time.Hour, nil, "1h0m0s"},
		"exactly max_age":             {time.Minute, time.Hour, age(time.Minute), ""},
		"older than max_age":          {time.Minute + 1, time.Hour, age(time.Minute), "1m0s"},
		"max_age does not extend ttl": {2 * time.Hour, time.Hour, age(3 * time.Hour), "2h0m0s"},
		"max_age 0":                   {time.Second, time.Hour, age(0), "1s"},
		"max_age 0, the same instant": {0, time.Hour, age(0), "0s"},
		"ttl 0":                       {1, 0, nil, "0s"},
		"unlimited ttl":               {200 * 365 * 24 * time.Hour, math.MaxInt64, nil, ""},
		"clock ahead":                 {-time.Minute, time.Hour, nil, ""},
		"clock ahead, max_age":        {-time.Minute, time.Hour, age(time.Second), ""},
		"clock ahead, max_age 0":      {-time.Minute, time.Hour, age(0), "0s"},
		"clock too far ahead":         {-time.Minute - 1, time.Hour, nil, "-"},
		"clock far ahead":             {-1000 * time.Hour, time.Hour, nil, "-"},
	} {
		inBubble(t, name, func(t *testing.T) {
			directory := t.TempDir()
			a := &api{change: func(n int, reply *dataforseo.Reply) {
				if n == 1 {
					reply.FetchedAt = reply.FetchedAt.Add(-min(c.age, 0))
				}
			}}
			mustDo(t, process(t, a, directory), callFor(t, "a.example"))
			sleep(max(c.age, 0))
			call := callOf(t, dataforseo.BacklinksSummaryRequest{Target: "a.example", MaxAge: c.maxAge})
			ttl := func(o *cache.Options) { o.TTL = c.ttl }
			offline := process(t, a, directory, ttl, mode(cache.CacheOnly))
			switch c.tooOld {
			case "":
				wantReply(t, mustDo(t, offline, call), 1, true)
				wantReply(t, mustDo(t, process(t, a, directory, ttl), call), 1, true)
				wantCalls(t, a, 1)
				return
			case "-":
				wantMiss(t, offline, call, `there is no cached answer`)
			default:
				wantMiss(t, offline, call, `the cached answer is `+c.tooOld+` old, which is too old`)
			}
			wantReply(t, mustDo(t, process(t, a, directory, ttl), call), 2, false)
			wantReply(t, mustDo(t, process(t, a, directory), callFor(t, "a.example")), 2, true)
		})
	}
}

// TestCacheOnly_neverCalls checks that CacheOnly makes no call, not even if its directory is
// missing or unusable, and that the failure names the directory.
func TestCacheOnly_neverCalls(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "file")
	writeFile(t, file, nil)
	missing := filepath.Join(t.TempDir(), "none")
	for _, directory := range []string{"", missing, file, filepath.Join(file, "below")} {
		for _, who := range []string{login, ""} {
			c := process(t, nil, directory, mode(cache.CacheOnly), account(who, "")) // a call would panic
			wantMiss(t, c, callFor(t, "a.example"), `there is no cached answer`)
			wantMiss(t, c, callWithMaxAge(t, "a.example", 0), `there is no cached answer`)
			_, failure := c.Do(t.Context(), callFor(t, "a.example"))
			if !strings.Contains(failure.Remedy, "The cache in "+directory+" has the mode \"cache_only\"") {
				t.Errorf("got remedy %q", failure.Remedy)
			}
		}
	}
	if _, err := os.Stat(missing); !os.IsNotExist(err) {
		t.Errorf("the directory was created: %v", err)
	}
}

// TestCacheOnly_anyAccount checks that CacheOnly uses the newest answer of any account
// without credentials, those of one account with a login, and only verified ones with a
// password.
func TestCacheOnly_anyAccount(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		a, directory, call := new(api), filepath.Join(t.TempDir(), "[a-"), callFor(t, "a.example") // not a pattern
		for _, login := range []string{"a", "b", "c"} {
			mustDo(t, process(t, a, directory, account(login, login)), call)
			sleep(time.Second)
		}
		// The newest entry is neither the first nor the last by name.
		mustDo(t, process(t, a, directory, account("b", "b"), mode(cache.Refresh)), call)
		offline := func(login, password string) *cache.Cache {
			return process(t, a, directory, account(login, password), mode(cache.CacheOnly))
		}
		for login, want := range map[string]int{"a": 1, "b": 4, "c": 3, "": 4} {
			wantReply(t, mustDo(t, offline(login, ""), call), want, true)
		}
		wantReply(t, mustDo(t, offline("a", "a"), call), 1, true)
		wantMiss(t, offline("a", "b"), call, "")
		wantMiss(t, offline("d", ""), call, "")
		wantMiss(t, process(t, a, directory, account("", ""), mode(cache.CacheOnly), baseURL(dataforseo.SandboxBaseURL)), call, "")
		// A damaged newest entry does not hide the others.
		for _, path := range filesIn(t, directory, "*.answer") {
			if data := readFile(t, path); bytes.Contains(data, []byte(`"rank":4`)) {
				writeFile(t, path, data[:len(data)-1])
			}
		}
		wantReply(t, mustDo(t, offline("", ""), call), 3, true)
	})
}

// TestDirectory_answerOfAnotherProcess checks that a call that waited for the lock uses the
// answer that the other process saved, if it is new enough.
func TestDirectory_answerOfAnotherProcess(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		fetched time.Duration // since the waiting call began
		maxAge  time.Duration
		want    int
	}{
		"fetched meanwhile":            {time.Second, time.Second, 1},
		"fetched before, young enough": {-time.Second, time.Second, 1},
		"fetched before, too old":      {-time.Second - 1, time.Second, 2},
		"fetched meanwhile, max_age 0": {time.Second, 0, 2},
	} {
		inBubble(t, name, func(t *testing.T) {
			a := &api{change: func(n int, reply *dataforseo.Reply) {
				if n == 1 {
					reply.FetchedAt = epoch.Add(c.fetched)
				}
			}}
			directory := t.TempDir()
			release := a.blockFirst()
			first := join(t, t.Context(), process(t, a, directory), 1)[0]
			second := startDo(t.Context(), process(t, a, directory), callWithMaxAge(t, "a.example", c.maxAge))
			synctest.Wait()
			wantCalls(t, a, 1)
			release()
			wantReply(t, mustReply(t, first()), 1, false)
			wantReply(t, mustReply(t, second()), c.want, c.want == 1)
			wantCalls(t, a, c.want)
		})
	}
}
