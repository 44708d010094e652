package cache_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jonboulle/clockwork"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/cache"
	"github.com/dataforseo/terraform-provider-dataforseo/internal/dataforseo"
)

// TestWrite_atomic: whoever reads while others write sees a whole entry, always.
func TestWrite_atomic(t *testing.T) {
	t.Parallel()
	const writes = 2000
	clock, directory := clockwork.NewFakeClockAt(epoch), t.TempDir()
	api := newAPI(clock)
	api.padding = 8_000
	call := callFor(t, "a.example")
	ask(t, process(api, directory, clock), call)
	path := entryIn(t, directory)

	written, seen := make(chan struct{}), 0
	var reading sync.WaitGroup
	reading.Go(func() {
		c := process(api, directory, clock, mode(cache.CacheOnly))
		for ; ; seen++ {
			select {
			case <-written:
				return
			default:
				runtime.Gosched() // with one processor, nobody would write for long
			}
			if data, err := os.ReadFile(path); err != nil || !isWhole(data) {
				t.Errorf("%v, or a damaged entry: %.300q", err, data)
				return
			}
			if _, err := c.Do(t.Context(), call); err != nil {
				t.Error(err)
				return
			}
		}
	})
	for range writes {
		ask(t, process(api, directory, clock, mode(cache.Refresh)), call)
	}
	close(written)
	reading.Wait()
	if t.Logf("%d writes, read %d times", writes, seen); seen < 10 {
		t.Error("hardly anything was read")
	}
	wantOnlyEntries(t, directory, 1)
}

// unsaved is the notice that answers are not kept in directory for a reason, none
// without one.
func unsaved(directory, reason string) []dataforseo.Notice {
	if reason == "" {
		return nil
	}
	return []dataforseo.Notice{{
		Summary: "The cache cannot be used",
		Detail: "Answers are not kept in " + directory + ": " + reason + ". The metrics are right, but the next run will ask and pay for them again.\n\n" +
			"Give cache.directory a directory that can be written to.",
	}}
}

func skipOnWindows(tb testing.TB) {
	tb.Helper()
	if runtime.GOOS == "windows" {
		tb.Skip("the operating system says it in other words on Windows")
	}
}

// someNumber stands for the random part of a file's name.
var someNumber = regexp.MustCompile(`\.writing-[0-9]+`)

func wantNotices(tb testing.TB, reply *dataforseo.Reply, want []dataforseo.Notice) {
	tb.Helper()
	got := append([]dataforseo.Notice(nil), reply.Notices...)
	for i := range got {
		got[i].Detail = someNumber.ReplaceAllString(got[i].Detail, ".writing-N")
	}
	if diff := cmp.Diff(want, got); diff != "" {
		tb.Errorf("notices (-want +got)\n%s", diff)
	}
}

// TestWrite_failures has the directory fail at every step. The answer is there all
// the same, the process says so once, and it pays for nothing twice.
func TestWrite_failures(t *testing.T) {
	t.Parallel()
	skipOnWindows(t)
	nothing := func(string) error { return nil }
	for name, c := range map[string]struct {
		below  string // of the directory that all happens in
		before func(directory string) error
		during func(directory string) error // while the API is asked
		reason string
	}{
		"the directory is below a file": {
			"file/cache", func(directory string) error { return os.WriteFile(filepath.Dir(directory), nil, 0o600) }, nothing,
			"mkdir PARENT: not a directory",
		},
		"the directory is a file": {
			"file", func(directory string) error { return os.WriteFile(directory, nil, 0o600) }, nothing,
			"mkdir DIRECTORY: not a directory",
		},
		"a file takes the directory's place": {
			"cache", nothing, func(directory string) error {
				return errors.Join(os.RemoveAll(directory), os.WriteFile(directory, nil, 0o600))
			},
			"mkdir DIRECTORY: not a directory",
		},
		"a full directory is in the entry's place": {
			"cache", nothing, func(directory string) error {
				locks, err := filepath.Glob(filepath.Join(directory, "*.lock"))
				for _, lock := range locks {
					err = errors.Join(err, os.MkdirAll(filepath.Join(strings.TrimSuffix(lock, "lock")+"answer", "full"), 0o700))
				}
				return err
			},
			"rename DIRECTORY/.writing-N DIRECTORY/" + entryOfA + ": file exists",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			clock, directory := clockwork.NewFakeClockAt(epoch), filepath.Join(t.TempDir(), c.below)
			api := newAPI(clock)
			must(t, c.before(directory))
			api.meanwhile = func(context.Context, int) error { return c.during(directory) }
			cache := process(api, directory, clock)
			reason := strings.NewReplacer("PARENT", filepath.Dir(directory), "DIRECTORY", directory).Replace(c.reason)
			for n, target := range []string{"a.example", "b.example", "a.example", "b.example"} {
				reply := ask(t, cache, callFor(t, target))
				wantReply(t, reply, n%2+1, false)
				wantNotices(t, reply, unsaved(directory, reason))
				reason = "" // it has been said
			}
			wantCalls(t, api, 2)
			if info, err := os.Stat(directory); err == nil && info.IsDir() {
				if temps := filesIn(t, directory, ".writing-*"); len(temps) > 0 {
					t.Errorf("%v were left behind", temps)
				}
			}
		})
	}
}

// TestWrite_directoryVanishes: it is made again.
func TestWrite_directoryVanishes(t *testing.T) {
	t.Parallel()
	clock, directory := clockwork.NewFakeClockAt(epoch), filepath.Join(t.TempDir(), "a", "b")
	api := newAPI(clock)
	api.meanwhile = func(context.Context, int) error { return os.RemoveAll(filepath.Dir(directory)) }
	c := process(api, directory, clock)
	for n, target := range []string{"a.example", "b.example"} {
		reply := ask(t, c, callFor(t, target))
		wantReply(t, reply, n+1, false)
		wantNotices(t, reply, nil)
	}
	wantOnlyEntries(t, directory, 1)
	wantReply(t, ask(t, process(api, directory, clock), callFor(t, "b.example")), 2, true)
}

// TestWrite_unlocked: without a lock the answer is kept all the same, and the person
// is told what that can cost.
func TestWrite_unlocked(t *testing.T) {
	t.Parallel()
	skipOnWindows(t)
	clock, directory := clockwork.NewFakeClockAt(epoch), t.TempDir()
	api := newAPI(clock)
	ask(t, process(api, directory, clock), callFor(t, "a.example"))
	clock.Advance(ttl + 1)
	lock := strings.TrimSuffix(entryIn(t, directory), ".answer") + ".lock"
	must(t, os.Mkdir(lock, 0o700))
	c := process(api, directory, clock)
	reply := ask(t, c, callFor(t, "a.example"))
	wantReply(t, reply, 2, false)
	wantNotices(t, reply, []dataforseo.Notice{{
		Summary: "The cache cannot be locked",
		Detail: "Answers are kept in " + directory + ", but without a lock: open " + lock + ": is a directory. " +
			"The metrics are right, but two runs at the same time may both ask and pay for them.\n\n" +
			"Give cache.directory a directory on a file system that has locks, such as a local disk.",
	}})
	wantReply(t, ask(t, process(api, directory, clock), callFor(t, "a.example")), 2, true)
	clock.Advance(ttl + 1)
	wantNotices(t, ask(t, c, callFor(t, "a.example")), nil)
}

// TestWrite_oneNotice: of those who share an answer, one tells of the directory.
func TestWrite_oneNotice(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		clock, file := clockwork.NewFakeClockAt(epoch), filepath.Join(t.TempDir(), "file")
		writeFile(t, file, nil)
		api := newAPI(clock)
		release := make(chan struct{})
		api.meanwhile = func(context.Context, int) error { <-release; return nil }
		c := process(api, file, clock)
		var waits []func() outcome
		for i := range 60 {
			waits = append(waits, askAside(t.Context(), c, callFor(t, fmt.Sprintf("%d.example", i%3))))
		}
		synctest.Wait()
		close(release)
		notices := 0
		for _, wait := range waits {
			got := wait()
			must(t, got.err)
			notices += len(got.reply.Notices)
		}
		if notices != 1 {
			t.Errorf("%d notices, want 1", notices)
		}
		wantCalls(t, api, 3)
	})
}

// TestWrite_noticesOfOthers: what the layers behind have to say is not lost, and is
// not kept either.
func TestWrite_noticesOfOthers(t *testing.T) {
	t.Parallel()
	clock := clockwork.NewFakeClockAt(epoch)
	said := []dataforseo.Notice{{Summary: "said", Detail: "before"}}
	file := filepath.Join(t.TempDir(), "file")
	writeFile(t, file, nil)
	for _, directory := range []string{"", t.TempDir(), file} {
		api := newAPI(clock)
		c := process(doerFunc(func(ctx context.Context, call *dataforseo.Call) (*dataforseo.Reply, error) {
			reply, err := api.Do(ctx, call)
			reply.Notices = said[:1:1]
			return reply, err
		}), directory, clock)
		want := said
		if directory == file {
			want = append(want[:1:1], unsaved(directory, "mkdir "+directory+": not a directory")...)
		}
		wantNotices(t, ask(t, c, callFor(t, "a.example")), want)
		wantNotices(t, ask(t, c, callFor(t, "a.example")), nil)
	}
}

// TestWrite_bodyThatCannotBeKept: an answer that is no JSON is handed on as it is,
// and whoever asks next gets nothing wrong.
func TestWrite_bodyThatCannotBeKept(t *testing.T) {
	t.Parallel()
	for _, directory := range []string{"", t.TempDir()} {
		clock := clockwork.NewFakeClockAt(epoch)
		api := newAPI(clock)
		c := process(doerFunc(func(ctx context.Context, call *dataforseo.Call) (*dataforseo.Reply, error) {
			reply, err := api.Do(ctx, call)
			reply.Body = []byte("no JSON")
			return reply, err
		}), directory, clock)
		for n := 1; n <= 2; n++ {
			wantReply(t, ask(t, c, callFor(t, "a.example")), n, false)
		}
	}
}

// TestWrite_timeThatCannotBeWritten: a time of arrival that no entry can hold is a
// directory that cannot be used.
func TestWrite_timeThatCannotBeWritten(t *testing.T) {
	t.Parallel()
	clock, directory := clockwork.NewFakeClockAt(epoch), t.TempDir()
	api := newAPI(clock)
	api.arrival = func(int) time.Time { return time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC) }
	reply := ask(t, process(api, directory, clock), callFor(t, "a.example"))
	wantReply(t, reply, 1, false)
	if len(reply.Notices) != 1 {
		t.Errorf("notices %v, want one", reply.Notices)
	}
	wantOnlyEntries(t, directory, 0)
}
