package cache_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/jonboulle/clockwork"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/cache"
	"github.com/dataforseo/terraform-provider-dataforseo/internal/dataforseo"
)

// kept is a directory with one entry, that of the first answer about a.example.
type kept struct {
	directory, path string
	data            []byte
	clock           *clockwork.FakeClock
	api             *api
	call            *dataforseo.Call
}

func newKept(tb testing.TB) *kept {
	tb.Helper()
	k := &kept{directory: tb.TempDir(), clock: clockwork.NewFakeClockAt(epoch), call: callFor(tb, "a.example")}
	k.api = newAPI(k.clock)
	ask(tb, process(k.api, k.directory, k.clock), k.call)
	k.path = entryIn(tb, k.directory)
	k.data = readFile(tb, k.path)
	return k
}

// wantMiss wants that what is in the entry's place is not believed by anybody, and
// is replaced by the next answer, which the next process gets.
func (k *kept) wantMiss(tb testing.TB) {
	tb.Helper()
	for _, login := range []string{login, ""} {
		c := process(k.api, k.directory, k.clock, mode(cache.CacheOnly), func(o *cache.Options) { o.Login = login })
		reply, err := c.Do(context.Background(), k.call)
		if _, ok := errors.AsType[*cache.MissError](err); !ok {
			tb.Fatalf("%v, %v, want a miss", reply, err)
		}
	}
	next := k.api.calls() + 1
	reply := ask(tb, process(k.api, k.directory, k.clock), k.call)
	wantReply(tb, reply, next, false)
	if len(reply.Notices) > 0 {
		tb.Errorf("notices %v", reply.Notices)
	}
	wantReply(tb, ask(tb, process(k.api, k.directory, k.clock), k.call), next, true)
	wantCalls(tb, k.api, next)
	if tb.Failed() {
		tb.FailNow()
	}
}

func TestDamage_control(t *testing.T) {
	t.Parallel()
	k := newKept(t)
	writeFile(t, k.path, k.data)
	wantReply(t, ask(t, process(k.api, k.directory, k.clock), k.call), 1, true)
	header, body := unseal(t, k.data)
	writeFile(t, k.path, seal(header, strings.Replace(body, `"rank":1`, `"rank":7`, 1)))
	wantReply(t, ask(t, process(k.api, k.directory, k.clock), k.call), 7, true)
}

func TestDamage_truncated(t *testing.T) {
	t.Parallel()
	k := newKept(t)
	for length := range k.data {
		writeFile(t, k.path, k.data[:length])
		k.wantMiss(t)
	}
	wantOnlyEntries(t, k.directory, 1)
}

// TestDamage_bits flips every bit of an entry.
func TestDamage_bits(t *testing.T) {
	t.Parallel()
	k := newKept(t)
	for bit := range 8 * len(k.data) {
		damaged := bytes.Clone(k.data)
		damaged[bit/8] ^= 1 << (bit % 8)
		writeFile(t, k.path, damaged)
		if k.wantMiss(t); t.Failed() {
			t.Fatalf("bit %d of byte %d", bit%8, bit/8)
		}
	}
	wantOnlyEntries(t, k.directory, 1)
}

// TestDamage_content puts something else into the entry, some of it with a check
// sum that is right.
func TestDamage_content(t *testing.T) {
	t.Parallel()
	failure := `{"status_code":20000,"tasks":[{"status_code":40501,"status_message":"Invalid Field: 'target'.","result":null}]}`
	for name, damage := range map[string]func(header, body string) []byte{
		"nothing":               func(_, _ string) []byte { return nil },
		"a line break":          func(_, _ string) []byte { return []byte("\n") },
		"the answer alone":      func(_, body string) []byte { return []byte(body) },
		"appended to":           func(h, body string) []byte { return append(seal(h, body), '\n') },
		"doubled":               func(h, body string) []byte { return append(seal(h, body), seal(h, body)...) },
		"carriage returns":      func(h, body string) []byte { return bytes.ReplaceAll(seal(h, body), []byte("\n"), []byte("\r\n")) },
		"a byte order mark":     func(h, body string) []byte { return append([]byte("\xef\xbb\xbf"), seal(h, body)...) },
		"zeros of a lost block": func(h, body string) []byte { return make([]byte, len(seal(h, body))) },
		"a future format": func(h, body string) []byte {
			return bytes.Replace(seal(h, body), []byte("-cache/1 "), []byte("-cache/2 "), 1)
		},
		"a check sum in upper case": func(h, body string) []byte {
			first, rest, _ := bytes.Cut(seal(h, body), []byte("\n"))
			sum := bytes.LastIndexByte(first, ' ')
			return append(append(append(bytes.Clone(first[:sum]), bytes.ToUpper(first[sum:])...), '\n'), rest...)
		},
		"huge":             func(h, body string) []byte { return seal(h, body+strings.Repeat(" ", 17<<20)) },
		"no header":        func(_, body string) []byte { return seal("", body) },
		"a header of null": func(_, body string) []byte { return seal("null", body) },
		"an empty header":  func(_, body string) []byte { return seal("{}", body) },
		"another name":     func(h, body string) []byte { return seal(strings.Replace(h, `:"`, `:"0`, 1), body) },
		"no time":          func(h, body string) []byte { return seal(strings.Replace(h, "fetched_at", "fetched", 1), body) },
		"a field more":     func(h, body string) []byte { return seal(strings.Replace(h, `}`, `,"x":1}`, 1), body) },
		"other white space": func(h, body string) []byte {
			return seal(strings.Replace(h, `:`, `: `, 1), body)
		},
		"from the future": func(h, body string) []byte {
			return seal(strings.Replace(h, epoch.Format(time.RFC3339Nano), epoch.Add(time.Minute+1).Format(time.RFC3339Nano), 1), body)
		},
		"from the year 9999": func(h, body string) []byte {
			return seal(strings.Replace(h, epoch.Format(time.RFC3339Nano), "9999-12-31T23:59:59Z", 1), body)
		},
		"no body":                 func(h, _ string) []byte { return seal(h, "") },
		"a body that is no JSON":  func(h, _ string) []byte { return seal(h, "<html>") },
		"half a body":             func(h, body string) []byte { return seal(h, body[:len(body)/2]) },
		"two bodies":              func(h, body string) []byte { return seal(h, body+body) },
		"a failure in the task":   func(h, _ string) []byte { return seal(h, failure) },
		"a failure":               func(h, _ string) []byte { return seal(h, `{"status_code":50000,"tasks":null}`) },
		"no task":                 func(h, _ string) []byte { return seal(h, `{"status_code":20000,"tasks":[]}`) },
		"a task of null":          func(h, _ string) []byte { return seal(h, `{"status_code":20000,"tasks":[null]}`) },
		"a body of null":          func(h, _ string) []byte { return seal(h, `null`) },
		"a result of another API": func(h, body string) []byte { return seal(h, strings.Replace(body, `"rank":1`, `"rank":{}`, 1)) },
		"a result that is lost": func(h, _ string) []byte {
			return seal(h, `{"status_code":20000,"tasks":[{"status_code":20000,"result_count":1,"result":null}]}`)
		},
		"deep JSON": func(h, _ string) []byte { return seal(h, strings.Repeat("[", 1<<20)) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			k := newKept(t)
			damaged := damage(unseal(t, k.data))
			if bytes.Equal(damaged, k.data) {
				t.Fatal("nothing is damaged")
			}
			writeFile(t, k.path, damaged)
			k.wantMiss(t)
			wantOnlyEntries(t, k.directory, 1)
		})
	}
}

// TestDamage_foreign: a whole entry under another name is not believed, wherever it
// comes from.
func TestDamage_foreign(t *testing.T) {
	t.Parallel()
	for name, other := range map[string]func(t *testing.T, k *kept) string{
		"of another target": func(t *testing.T, k *kept) string {
			directory := t.TempDir()
			ask(t, process(newAPI(k.clock), directory, k.clock), callFor(t, "b.example"))
			return entryIn(t, directory)
		},
		"of another account": func(t *testing.T, k *kept) string {
			directory := t.TempDir()
			ask(t, process(newAPI(k.clock), directory, k.clock, func(o *cache.Options) { o.Login = "b" }), k.call)
			return entryIn(t, directory)
		},
		"of the sandbox": func(t *testing.T, k *kept) string {
			directory := t.TempDir()
			ask(t, process(newAPI(k.clock), directory, k.clock, func(o *cache.Options) { o.BaseURL = dataforseo.SandboxBaseURL }), k.call)
			return entryIn(t, directory)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			k := newKept(t)
			writeFile(t, k.path, readFile(t, other(t, k)))
			k.wantMiss(t)
		})
	}
}

// TestDamage_sparse: a file that is too large is not read.
func TestDamage_sparse(t *testing.T) {
	t.Parallel()
	k := newKept(t)
	must(t, os.Truncate(k.path, 1<<40))
	k.wantMiss(t)
}

// TestDamage_anyAccount: what is wrong with the entry of one account does not hide
// that of another.
func TestDamage_anyAccount(t *testing.T) {
	t.Parallel()
	k := newKept(t)
	first := k.path
	for i := range 3 {
		k.clock.Advance(time.Second)
		ask(t, process(k.api, k.directory, k.clock, func(o *cache.Options) { o.Login = fmt.Sprint(i) }), k.call)
	}
	for _, path := range filesIn(t, k.directory, "*.answer") {
		if path != first {
			header, _ := unseal(t, readFile(t, path))
			writeFile(t, path, seal(header, "damaged")[1:])
		}
	}
	c := process(k.api, k.directory, k.clock, mode(cache.CacheOnly), func(o *cache.Options) { o.Login = "" })
	wantReply(t, ask(t, c, k.call), 1, true)
}
