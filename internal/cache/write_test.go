package cache_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/cache"
	"github.com/dataforseo/terraform-provider-dataforseo/internal/dataforseo"
)

// TestWrite_atomic checks that concurrent readers always see a complete entry.
func TestWrite_atomic(t *testing.T) {
	t.Parallel()
	const writes = 300
	a, directory := &api{padding: 8_000}, t.TempDir()
	call := callFor(t, "a.example")
	mustDo(t, process(t, a, directory), call)
	path := entryIn(t, directory)
	written, seen := make(chan struct{}), 0
	var reading sync.WaitGroup
	reading.Go(func() {
		c := process(t, nil, directory, mode(cache.CacheOnly))
		for ; ; seen++ {
			select {
			case <-written:
				return
			default:
				runtime.Gosched() // or the writer starves on one processor
			}
			if data, err := os.ReadFile(path); err != nil || !isWhole(data) {
				t.Errorf("got error %v, entry %.300q", err, data)
				return
			}
			if _, failure := c.Do(t.Context(), call); failure != nil {
				t.Error(failure)
				return
			}
		}
	})
	for range writes {
		mustDo(t, process(t, a, directory, mode(cache.Refresh)), call)
	}
	close(written)
	reading.Wait()
	if t.Logf("%d writes, read %d times", writes, seen); seen < 10 {
		t.Error("too few reads")
	}
	wantOnlyEntries(t, directory, 1)
}

func notice(summary, line, detail string) []dataforseo.Notice {
	return []dataforseo.Notice{{Summary: summary, Line: line, Detail: detail}}
}

// The remedies for a directory that cannot be used.
const (
	alone    = "belongs to you, and that only you can write to"
	writable = "you can write to"
)

// unsaved returns the notice that answers are not saved in directory, none without a
// reason.
func unsaved(directory, reason, advice string) []dataforseo.Notice {
	if reason == "" {
		return nil
	}
	return notice("The cache cannot be used", "Answers are not saved in "+directory+": "+reason+".",
		"The metrics are correct, but the next run pays for them again.\n\nSet cache.directory to a directory that "+advice+".")
}

func skipOnWindows(tb testing.TB) {
	tb.Helper()
	if runtime.GOOS == "windows" {
		tb.Skip("Windows has other error messages")
	}
}

// someNumber matches the name of a temporary file.
var someNumber = regexp.MustCompile(`\.writing-[0-9]+`)

func wantNotices(tb testing.TB, reply *dataforseo.Reply, want []dataforseo.Notice) {
	tb.Helper()
	got := append([]dataforseo.Notice(nil), reply.Notices...)
	for i := range got {
		got[i].Line = someNumber.ReplaceAllString(got[i].Line, ".writing-N")
	}
	if diff := cmp.Diff(want, got); diff != "" {
		tb.Errorf("notices (-want +got)\n%s", diff)
	}
}

// TestWrite_failures makes the directory fail at each step. It checks that the answer is
// returned all the same, with one notice per process, and is paid for once.
func TestWrite_failures(t *testing.T) {
	t.Parallel()
	skipOnWindows(t)
	nothing := func(string) error { return nil }
	file := func(path string) error { return os.WriteFile(path, nil, 0o600) }
	for name, c := range map[string]struct {
		name   string // of the directory
		before func(directory string) error
		during func(directory string) error // the call
		reason string
		advice string
	}{
		"the parent is a file": {
			"file/cache", func(directory string) error { return file(filepath.Dir(directory)) }, nothing,
			"mkdir PARENT: not a directory", alone,
		},
		"the directory is a file": {"file", file, nothing, "mkdir DIRECTORY: not a directory", alone},
		"a file takes the directory's place": {
			"cache", nothing, func(directory string) error { return errors.Join(os.RemoveAll(directory), file(directory)) },
			"mkdir DIRECTORY: not a directory", writable,
		},
		"a directory in the entry's place isn't empty": {
			"cache", nothing, func(directory string) error {
				locks, err := filepath.Glob(filepath.Join(directory, "*.lock"))
				for _, lock := range locks {
					err = errors.Join(err, os.MkdirAll(filepath.Join(strings.TrimSuffix(lock, "lock")+"answer", "full"), 0o700))
				}
				return err
			},
			"rename DIRECTORY/.writing-N DIRECTORY/" + entryOfA + ": file exists", writable,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			directory := filepath.Join(t.TempDir(), c.name)
			must(t, c.before(directory))
			a := &api{onCall: func(context.Context, int) *dataforseo.Failure {
				if err := c.during(directory); err != nil {
					t.Error(err)
				}
				return nil
			}}
			cache := process(t, a, directory)
			reason := strings.NewReplacer("PARENT", filepath.Dir(directory), "DIRECTORY", directory).Replace(c.reason)
			for n, target := range []string{"a.example", "b.example", "a.example", "b.example"} {
				reply := mustDo(t, cache, callFor(t, target))
				if wantReply(t, reply, n%2+1, false); reply.Cached {
					t.Error("Cached is true")
				}
				wantNotices(t, reply, unsaved(directory, reason, c.advice))
				reason = "" // one notice is enough
			}
			wantCalls(t, a, 2)
			if info, err := os.Stat(directory); err == nil && info.IsDir() {
				if temps := filesIn(t, directory, ".writing-*"); len(temps) > 0 {
					t.Errorf("files left behind: %v", temps)
				}
			}
		})
	}
}

// TestWrite_directoryVanishes checks that a directory that was removed is created again.
func TestWrite_directoryVanishes(t *testing.T) {
	t.Parallel()
	skipOnWindows(t)
	directory := filepath.Join(t.TempDir(), "a", "b")
	a := &api{onCall: func(context.Context, int) *dataforseo.Failure {
		if err := os.RemoveAll(filepath.Dir(directory)); err != nil {
			t.Error(err)
		}
		return nil
	}}
	c := process(t, a, directory)
	for n, target := range []string{"a.example", "b.example"} {
		reply := mustDo(t, c, callFor(t, target))
		wantReply(t, reply, n+1, false)
		wantNotices(t, reply, nil)
	}
	wantOnlyEntries(t, directory, 1)
	wantReply(t, mustDo(t, process(t, a, directory), callFor(t, "b.example")), 2, true)
}

// TestWrite_noticesOfOthers checks that notices of the layers behind are passed on, and not
// cached.
func TestWrite_noticesOfOthers(t *testing.T) {
	t.Parallel()
	skipOnWindows(t)
	others := notice("summary", "line", "of another layer")
	file := filepath.Join(t.TempDir(), "file")
	writeFile(t, file, nil)
	for _, directory := range []string{"", t.TempDir(), file} {
		c := process(t, &api{change: func(_ int, reply *dataforseo.Reply) { reply.Notices = others[:1:1] }}, directory)
		want := others
		if directory == file {
			want = append(want[:1:1], unsaved(directory, "mkdir "+directory+": not a directory", alone)...)
		}
		wantNotices(t, mustDo(t, c, callFor(t, "a.example")), want)
		wantNotices(t, mustDo(t, c, callFor(t, "a.example")), nil)
	}
}

// TestWrite_notJSON checks that an answer that isn't JSON is returned unchanged, and not used
// again.
func TestWrite_notJSON(t *testing.T) {
	t.Parallel()
	for _, directory := range []string{"", t.TempDir()} {
		a := &api{change: func(_ int, reply *dataforseo.Reply) { reply.Body = []byte("not JSON") }}
		c := process(t, a, directory)
		for n := 1; n <= 2; n++ {
			if reply := mustDo(t, c, callFor(t, "a.example")); reply.FromCache || string(reply.Body) != "not JSON" {
				t.Errorf("got from cache %t, body %s", reply.FromCache, reply.Body)
			}
			wantCalls(t, a, n)
		}
	}
}

// TestWrite_invalidTime checks that an entry that cannot be encoded gives a notice.
func TestWrite_invalidTime(t *testing.T) {
	t.Parallel()
	a, directory := new(api), t.TempDir()
	a.change = func(_ int, reply *dataforseo.Reply) {
		reply.FetchedAt = time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC)
	}
	reply := mustDo(t, process(t, a, directory), callFor(t, "a.example"))
	if wantReply(t, reply, 1, false); len(reply.Notices) != 1 || reply.Cached {
		t.Errorf("got notices %v, cached %t, want one notice, false", reply.Notices, reply.Cached)
	}
	wantOnlyEntries(t, directory, 0)
}

// TestWrite_large checks that an answer too large for memory is saved in a file.
func TestWrite_large(t *testing.T) {
	t.Parallel()
	for directory, calls := range map[string]int{"": 2, t.TempDir(): 1} {
		a := &api{padding: 2 << 20}
		c := process(t, a, directory)
		for range 2 {
			mustDo(t, c, callFor(t, "a.example"))
		}
		wantCalls(t, a, calls)
	}
}
