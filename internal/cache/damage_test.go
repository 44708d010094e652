package cache_test

import (
	"bytes"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/cache"
	"github.com/dataforseo/terraform-provider-dataforseo/internal/dataforseo"
)

// TestDamage_content checks that a damaged or forged entry is not used, and is replaced. Some
// have a valid checksum and seal. TestEntry_damaged and FuzzDecodeEntry have more damage.
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
		"empty":            func(_, _ string) []byte { return nil },
		"only the answer":  func(_, body string) []byte { return []byte(body) },
		"appended to":      func(h, body string) []byte { return append(seal(h, body), '\n') },
		"zeros":            func(h, body string) []byte { return make([]byte, len(seal(h, body))) },
		"carriage returns": func(h, body string) []byte { return bytes.ReplaceAll(seal(h, body), []byte("\n"), []byte("\r\n")) },
		"old format": func(h, body string) []byte {
			return bytes.Replace(seal(h, body), []byte("-cache/2 "), []byte("-cache/1 "), 1)
		},
		"no header":       func(_, body string) []byte { return seal("", body) },
		"another name":    inHeader(`:"`, `:"0`),
		"from the future": inHeader(at(epoch), at(epoch.Add(time.Minute+1))),
		"no body":         inBody(""),
		"HTML body":       inBody("<html>"),
		"half a body":     func(h, body string) []byte { return seal(h, body[:len(body)/2]) },
		"two bodies":      func(h, body string) []byte { return seal(h, body+body) },
		"failed task":     inBody(`{"status_code":20000,"tasks":[{"status_code":40501,"status_message":"Invalid Field: 'target'.","result":null}]}`),
		"failure":         inBody(`{"status_code":50000,"tasks":null}`),
		"no task":         inBody(`{"status_code":20000,"tasks":[]}`),
		"null task":       inBody(`{"status_code":20000,"tasks":[null]}`),
		"another target":  func(h, body string) []byte { return seal(h, strings.Replace(body, `"a.example"`, `"b.example"`, 1)) },
		"missing result":  inBody(`{"status_code":20000,"tasks":[{"status_code":20000,"result_count":1,"result":null}]}`),
		"deep JSON":       inBody(strings.Repeat("[", 1<<20)),
		"sealed without a key": func(h, body string) []byte {
			return sealAs(h, strings.Replace(body, `"rank":1`, `"rank":9`, 1), "", "")
		},
		"sealed with the login": func(h, body string) []byte { return sealAs(h, body, login, "") },
		"no seal": func(h, body string) []byte {
			data := seal(h, body)
			return append(bytes.Clone(data[:102]), data[102+65:]...)
		},
	} {
		inBubble(t, name, func(t *testing.T) {
			k := newSavedEntry(t)
			damaged := damage(unseal(k.data))
			if bytes.Equal(damaged, k.data) {
				t.Fatal("the entry is unchanged")
			}
			writeFile(t, k.path, damaged)
			k.wantReplaced(t)
			wantOnlyEntries(t, k.directory, 1)
		})
	}
}

// TestDamage_edited checks that without a password, CacheOnly uses an edited entry if its
// checksum is right. With a password, it is not used.
func TestDamage_edited(t *testing.T) {
	t.Parallel()
	k := newSavedEntry(t)
	header, body := unseal(k.data)
	edited := strings.Replace(body, `"rank":1`, `"rank":9`, 1)
	writeFile(t, k.path, sealAs(header, edited, login, "another password"))
	for _, who := range []string{login, ""} {
		wantReply(t, mustDo(t, process(t, nil, k.directory, mode(cache.CacheOnly), account(who, "")), k.call), 9, true)
	}
	wantMiss(t, process(t, nil, k.directory, mode(cache.CacheOnly)), k.call, "")
	damaged := bytes.Replace(readFile(t, k.path), []byte(`"rank":9`), []byte(`"rank":8`), 1)
	writeFile(t, k.path, damaged)
	for _, who := range []string{login, ""} {
		wantMiss(t, process(t, nil, k.directory, mode(cache.CacheOnly), account(who, "")), k.call, "")
	}
	k.wantReplaced(t)
}

// TestDamage_copied checks that an entry copied to another name is not used, with or without
// a password.
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
			k, elsewhere := newSavedEntry(t), t.TempDir()
			mustDo(t, process(t, new(api), elsewhere, c.changes), callFor(t, c.target))
			writeFile(t, k.path, readFile(t, entryIn(t, elsewhere)))
			for _, who := range []string{login, ""} {
				wantMiss(t, process(t, nil, k.directory, mode(cache.CacheOnly), account(who, "")), k.call, "")
			}
			k.wantReplaced(t)
		})
	}
}

// TestDamage_sparse checks that a file that is too large is not read.
func TestDamage_sparse(t *testing.T) {
	t.Parallel()
	k := newSavedEntry(t)
	must(t, os.Truncate(k.path, 1<<40))
	k.wantReplaced(t)
}
