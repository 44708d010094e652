package cache_test

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/cache"
	"github.com/dataforseo/terraform-provider-dataforseo/internal/dataforseo"
	"github.com/dataforseo/terraform-provider-dataforseo/internal/fakeapi"
)

// TestDamage_none: what other tests replace would have been used, and what they seal
// is believed.
func TestDamage_none(t *testing.T) {
	t.Parallel()
	k := newKept(t)
	wantReply(t, ask(t, process(t, k.api, k.directory), k.call), 1, true)
	header, body := unseal(k.data)
	writeFile(t, k.path, seal(header, strings.Replace(body, `"rank":1`, `"rank":7`, 1)))
	wantReply(t, ask(t, process(t, k.api, k.directory), k.call), 7, true)
}

// TestDamage_content puts something else into the entry, some of it with a check
// sum and a seal that are right.
func TestDamage_content(t *testing.T) {
	t.Parallel()
	at := func(moment time.Time) string { return moment.Format(time.RFC3339Nano) }
	inHeader := func(old, replacement string) func(h, body string) []byte {
		return func(h, body string) []byte { return seal(strings.Replace(h, old, replacement, 1), body) }
	}
	inBody := func(with string) func(h, body string) []byte {
		return func(h, _ string) []byte { return seal(h, with) }
	}
	for name, damage := range map[string]func(header, body string) []byte{
		"nothing":               func(_, _ string) []byte { return nil },
		"a line break":          func(_, _ string) []byte { return []byte("\n") },
		"the answer alone":      func(_, body string) []byte { return []byte(body) },
		"half":                  func(h, body string) []byte { return seal(h, body)[:300] },
		"appended to":           func(h, body string) []byte { return append(seal(h, body), '\n') },
		"doubled":               func(h, body string) []byte { return append(seal(h, body), seal(h, body)...) },
		"carriage returns":      func(h, body string) []byte { return bytes.ReplaceAll(seal(h, body), []byte("\n"), []byte("\r\n")) },
		"a byte order mark":     func(h, body string) []byte { return append([]byte("\xef\xbb\xbf"), seal(h, body)...) },
		"zeros of a lost block": func(h, body string) []byte { return make([]byte, len(seal(h, body))) },
		"a former format": func(h, body string) []byte {
			return bytes.Replace(seal(h, body), []byte("-cache/2 "), []byte("-cache/1 "), 1)
		},
		"a check sum in upper case": func(h, body string) []byte {
			first, rest, _ := bytes.Cut(seal(h, body), []byte("\n"))
			sum := bytes.IndexByte(first, ' ')
			return append(append(append(bytes.Clone(first[:sum]), bytes.ToUpper(first[sum:])...), '\n'), rest...)
		},
		"no header":             func(_, body string) []byte { return seal("", body) },
		"a header of null":      func(_, body string) []byte { return seal("null", body) },
		"an empty header":       func(_, body string) []byte { return seal("{}", body) },
		"another name":          inHeader(`:"`, `:"0`),
		"no time":               inHeader("fetched_at", "fetched"),
		"a field more":          inHeader(`}`, `,"x":1}`),
		"other white space":     inHeader(`:`, `: `),
		"from the future":       inHeader(at(epoch), at(epoch.Add(time.Minute+1))),
		"from the year 9999":    inHeader(at(epoch), "9999-12-31T23:59:59Z"),
		"no body":               inBody(""),
		"a body of HTML":        inBody("<html>"),
		"half a body":           func(h, body string) []byte { return seal(h, body[:len(body)/2]) },
		"two bodies":            func(h, body string) []byte { return seal(h, body+body) },
		"a failure in the task": inBody(`{"status_code":20000,"tasks":[{"status_code":40501,"status_message":"Invalid Field: 'target'.","result":null}]}`),
		"a failure":             inBody(`{"status_code":50000,"tasks":null}`),
		"no task":               inBody(`{"status_code":20000,"tasks":[]}`),
		"a task of null":        inBody(`{"status_code":20000,"tasks":[null]}`),
		"a body of null":        inBody(`null`),
		"about another target":  func(h, body string) []byte { return seal(h, strings.Replace(body, `"a.example"`, `"b.example"`, 1)) },
		"a result that is lost": inBody(`{"status_code":20000,"tasks":[{"status_code":20000,"result_count":1,"result":null}]}`),
		"deep JSON":             inBody(strings.Repeat("[", 1<<20)),
		"edited, summed anew": func(h, body string) []byte {
			return sealAs(h, strings.Replace(body, `"rank":1`, `"rank":9`, 1), "", "")
		},
		"sealed by its login":     func(h, body string) []byte { return sealAs(h, body, login, "") },
		"sealed by another login": func(h, body string) []byte { return sealAs(h, body, "b", password) },
		"with a former password":  func(h, body string) []byte { return sealAs(h, body, login, "a former password") },
		"with no seal": func(h, body string) []byte {
			data := seal(h, body)
			return append(bytes.Clone(data[:102]), data[102+65:]...)
		},
	} {
		inBubble(t, name, func(t *testing.T) {
			k := newKept(t)
			damaged := damage(unseal(k.data))
			if bytes.Equal(damaged, k.data) {
				t.Fatal("nothing is damaged")
			}
			writeFile(t, k.path, damaged)
			k.wantMiss(t)
			wantOnlyEntries(t, k.directory, 1)
		})
	}
}

// TestDamage_edited: whoever can write to a file but has no password cannot make a
// provider that has one believe it. Without a password, from a directory of the user's
// own, it is taken as it is.
func TestDamage_edited(t *testing.T) {
	t.Parallel()
	k := newKept(t)
	header, body := unseal(k.data)
	edited := strings.Replace(body, `"rank":1`, `"rank":9`, 1)
	writeFile(t, k.path, sealAs(header, edited, login, "another password"))
	for _, who := range []string{login, ""} {
		wantReply(t, ask(t, process(t, nil, k.directory, mode(cache.CacheOnly), account(who, "")), k.call), 9, true)
	}
	damaged := bytes.Replace(readFile(t, k.path), []byte(`"rank":9`), []byte(`"rank":8`), 1)
	writeFile(t, k.path, damaged)
	for _, who := range []string{login, ""} {
		wantMiss(t, process(t, nil, k.directory, mode(cache.CacheOnly), account(who, "")), k.call, "")
	}
	k.wantMiss(t)
}

// TestDamage_copied: a whole entry under another name is not believed, with a password
// or without one.
func TestDamage_copied(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		target  string
		changes func(*cache.Options)
	}{
		"of another target":  {"b.example", func(*cache.Options) {}},
		"of another account": {"a.example", account("b", password)},
		"of the sandbox":     {"a.example", baseURL(dataforseo.SandboxBaseURL)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			k, elsewhere := newKept(t), t.TempDir()
			ask(t, process(t, new(api), elsewhere, c.changes), callFor(t, c.target))
			writeFile(t, k.path, readFile(t, entryIn(t, elsewhere)))
			for _, who := range []string{login, ""} {
				wantMiss(t, process(t, nil, k.directory, mode(cache.CacheOnly), account(who, "")), k.call, "")
			}
			k.wantMiss(t)
		})
	}
}

// TestDamage_formerPassword: a new password means a new cache.
func TestDamage_formerPassword(t *testing.T) {
	t.Parallel()
	k := newKept(t)
	renewed := account(login, "a new password")
	wantMiss(t, process(t, nil, k.directory, mode(cache.CacheOnly), renewed), k.call, "")
	wantReply(t, ask(t, process(t, k.api, k.directory, renewed), k.call), 2, false)
	wantReply(t, ask(t, process(t, k.api, k.directory, renewed), k.call), 2, true)
}

// TestDamage_sparse: a file that is too large is not read.
func TestDamage_sparse(t *testing.T) {
	t.Parallel()
	k := newKept(t)
	must(t, os.Truncate(k.path, 1<<40))
	k.wantMiss(t)
}

// FuzzEntry plants bytes in an entry's place and asks for the answer. Bytes as they
// are never are one, but for the entry that was there. Bytes behind a header and a
// seal that are right are one if the client would take them for an answer.
func FuzzEntry(f *testing.F) {
	f.Add([]byte(nil), false)
	f.Add(seal("{}", "{}"), false)
	for _, recording := range fakeapi.Cases() {
		f.Add(bytes.ReplaceAll(recording.Bytes(), []byte("explodingtopics.com"), []byte("a.example")), true)
	}
	f.Add(answerBody("a.example", 1, 0), true)
	f.Add([]byte(`{"status_code":20000,"tasks":[{"status_code":20000,"result_count":0,"result":[null]}]}`), true)
	f.Add([]byte(`{"status_code":20000,"tasks":[null,{"status_code":20000}]}`), true)
	f.Fuzz(func(t *testing.T, data []byte, sealed bool) {
		if len(data) > 1<<20 {
			t.Skip("another test is for what is as long as this")
		}
		synctest.Test(t, func(t *testing.T) {
			k := newKept(t)
			header, _ := unseal(k.data)
			planted := data
			if sealed {
				planted = seal(header, string(data))
			}
			want, err := dataforseo.ReadReply(data, epoch, k.call)
			hit := sealed && err == nil || bytes.Equal(planted, k.data)
			writeFile(t, k.path, planted)
			if !hit {
				k.wantMiss(t)
				return
			}
			for _, m := range []cache.Mode{cache.CacheOnly, cache.ReadWrite} {
				reply, failure := process(t, nil, k.directory, mode(m)).Do(context.Background(), k.call)
				if failure != nil || sealed && !bytes.Equal(reply.Body, want.Body) || !reply.FetchedAt.Equal(epoch) || !reply.FromCache {
					t.Fatalf("%+v, %+v for %s in %q", reply, failure, filepath.Base(k.path), planted)
				}
			}
		})
	})
}
