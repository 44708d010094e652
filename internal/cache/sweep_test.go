package cache_test

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/gofrs/flock"
	"github.com/google/go-cmp/cmp"
	"github.com/jonboulle/clockwork"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/cache"
)

// sweep has a new process keep an answer, which makes it sweep, and returns the
// names of what is left besides that answer.
func sweep(tb testing.TB, directory string, now time.Time, changes ...func(*cache.Options)) []string {
	tb.Helper()
	clock := clockwork.NewFakeClockAt(now)
	before := filesIn(tb, directory, "*")
	c := process(newAPI(clock), directory, clock, append(changes, func(o *cache.Options) { o.Login = "whoever sweeps" })...)
	ask(tb, c, callFor(tb, now.Format(time.RFC3339Nano)+".example"))
	var left []string
	for _, path := range before {
		if _, err := os.Lstat(path); err == nil {
			left = append(left, filepath.Base(path))
		}
	}
	return left
}

func TestSweep_expired(t *testing.T) {
	t.Parallel()
	clock, directory := clockwork.NewFakeClockAt(epoch), t.TempDir()
	api := newAPI(clock)
	for i := range 5 { // one a minute
		ask(t, process(api, directory, clock), callFor(t, fmt.Sprintf("%d.example", i)))
		clock.Advance(time.Minute)
	}
	for expired, now := range []time.Time{epoch.Add(ttl), epoch.Add(ttl + 1), epoch.Add(ttl + time.Minute + 1)} {
		// The answers that earlier sweepers have kept are there as well.
		if left := sweep(t, directory, now); len(left) != 5 {
			t.Errorf("%v left, want 5", left)
		}
		for i := range 5 {
			c := process(api, directory, clockwork.NewFakeClockAt(epoch.Add(ttl)), mode(cache.CacheOnly))
			if _, err := c.Do(t.Context(), callFor(t, fmt.Sprintf("%d.example", i))); (err != nil) != (i < expired) {
				t.Errorf("%s after the first: %d.example: %v", now.Sub(epoch), i, err)
			}
		}
	}
}

// TestSweep_once: a process sweeps when it keeps its first answer, and not again.
func TestSweep_once(t *testing.T) {
	t.Parallel()
	k := newKept(t)
	c := process(k.api, k.directory, k.clock)
	ask(t, c, callFor(t, "b.example"))
	k.clock.Advance(2 * ttl)
	ask(t, c, callFor(t, "c.example"))
	if got := len(filesIn(t, k.directory, "*.answer")); got != 3 {
		t.Errorf("%d entries, want 3", got)
	}
}

// TestSweep_hint: the time of modification spares the sweep a look into the file,
// and decides nothing: a copied directory has others.
func TestSweep_hint(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		age, modified time.Duration // since it was kept
		stays         bool
	}{
		"fresh, copied":               {time.Minute, 0, true},
		"fresh, very old by its time": {time.Minute, -1000 * time.Hour, true},
		"fresh":                       {time.Minute, ttl, true},
		"expired":                     {ttl + 1, ttl, false},
		"expired, copied":             {ttl + 1, time.Minute, false},
		"expired, not by its time":    {ttl + 1, 2 * ttl, true}, // until then
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			k := newKept(t)
			modified := epoch.Add(c.modified)
			must(t, os.Chtimes(k.path, modified, modified))
			if stays := len(sweep(t, k.directory, epoch.Add(c.age))) == 1; stays != c.stays {
				t.Errorf("stays: %t, want %t", stays, c.stays)
			}
		})
	}
}

// TestSweep_modified: an entry is modified, as far as anybody can see, when it will
// expire.
func TestSweep_modified(t *testing.T) {
	t.Parallel()
	k := newKept(t)
	info, err := os.Stat(k.path)
	must(t, err)
	// Some file systems know no nanoseconds.
	if got, want := info.ModTime(), epoch.Add(ttl); want.Sub(got).Abs() > 2*time.Second {
		t.Errorf("modified %s, want %s", got, want)
	}
}

// TestSweep_longerTTL: a process does not remove what it would still use itself,
// whatever those who kept it wanted.
func TestSweep_longerTTL(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		ttl   time.Duration
		stays bool
	}{
		"long enough": {2 * ttl, true}, "too short": {2*ttl - 1, false}, "for ever": {math.MaxInt64, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			k := newKept(t)
			left := sweep(t, k.directory, epoch.Add(2*ttl), func(o *cache.Options) { o.TTL = c.ttl })
			if stays := len(left) == 1; stays != c.stays {
				t.Errorf("stays: %t, want %t", stays, c.stays)
			}
		})
	}
}

// TestSweep_damaged: what cannot be read goes, once its time has come.
func TestSweep_damaged(t *testing.T) {
	t.Parallel()
	k := newKept(t)
	writeFile(t, k.path, k.data[:len(k.data)-1])
	must(t, os.Chtimes(k.path, epoch, epoch))
	if left := sweep(t, k.directory, epoch.Add(1)); len(left) > 0 {
		t.Errorf("%v left", left)
	}
}

// TestSweep_held: an expired entry that another process is about to replace is not
// removed, since it can be the replacement by then.
func TestSweep_held(t *testing.T) {
	t.Parallel()
	k := newKept(t)
	lock := flock.New(strings.TrimSuffix(k.path, "answer") + "lock")
	must(t, lock.Lock())
	if left := sweep(t, k.directory, epoch.Add(2*ttl)); len(left) != 2 {
		t.Errorf("%v left, want the entry and its lock", left)
	}
	must(t, lock.Close())
	if left := sweep(t, k.directory, epoch.Add(2*ttl+1)); slices.Contains(left, filepath.Base(k.path)) {
		t.Errorf("%v left", left)
	}
}

// TestSweep_foreign: what this package did not write stays, whatever its age, and
// though its name looks much like one of ours.
func TestSweep_foreign(t *testing.T) {
	t.Parallel()
	k := newKept(t)
	foreign := []string{
		"yarn.lock", "Cargo.lock", ".lock", "42.answer", ".answer", "answer", ".writing-", ".writing-notes", ".writing-1.txt",
		"README.md", "main.tf", ".terraform.lock.hcl", "x" + entryOfA, entryOfA + "x", strings.ToUpper(entryOfA[:97]) + ".answer",
		entryOfA[:96] + ".answer", entryOfA[:97] + ".answer.lock", entryOfA[:64] + "-.answer",
	}
	for _, name := range foreign {
		path := filepath.Join(k.directory, name)
		writeFile(t, path, []byte("somebody's"))
		must(t, os.Chtimes(path, epoch.Add(-1000*time.Hour), epoch.Add(-1000*time.Hour)))
	}
	// Not even what bears one of our names is removed if it is no file.
	for _, name := range []string{strings.Repeat("0", 64) + "-" + strings.Repeat("0", 32) + ".answer", ".writing-1"} {
		must(t, os.Mkdir(filepath.Join(k.directory, name), 0o700))
		must(t, os.Chtimes(filepath.Join(k.directory, name), epoch.Add(-1000*time.Hour), epoch.Add(-1000*time.Hour)))
		foreign = append(foreign, name)
	}
	left := sweep(t, k.directory, epoch.Add(1000*time.Hour))
	slices.Sort(foreign)
	slices.Sort(left)
	if diff := cmp.Diff(foreign, left); diff != "" {
		t.Errorf("(-want +left)\n%s", diff)
	}
}

// TestSweep_abandoned: what a killed process left behind goes after an hour, unless
// a lock is held after all.
func TestSweep_abandoned(t *testing.T) {
	t.Parallel()
	name := strings.Repeat("0123456789abcdef", 4) + "-" + strings.Repeat("0", 32)
	for file, c := range map[string]struct {
		age    time.Duration
		held   bool
		remain bool
	}{
		".writing-123":            {time.Hour, false, true},
		".writing-1234567890":     {time.Hour + 1, false, false},
		name + "1.lock":           {time.Hour + 1, false, true}, // not one of ours
		name + ".lock":            {time.Hour, false, true},
		name[:96] + "1.lock":      {time.Hour + 1, false, false},
		name[:96] + "2.lock":      {1000 * time.Hour, true, true},
		name[:96] + "3.lock":      {-time.Hour, false, true}, // from a clock ahead
		".writing-00000000000001": {-time.Hour, false, true},
	} {
		t.Run(file, func(t *testing.T) {
			t.Parallel()
			directory := t.TempDir()
			path := filepath.Join(directory, file)
			lock := flock.New(path)
			must(t, lock.Lock())
			defer lock.Close()
			if !c.held {
				must(t, lock.Close())
			}
			must(t, os.Chtimes(path, epoch, epoch))
			if remains := len(sweep(t, directory, epoch.Add(c.age))) == 1; remains != c.remain {
				t.Errorf("remains: %t, want %t", remains, c.remain)
			}
		})
	}
}

// TestSweep_manyProcesses: sweeps at the same time remove what has expired, once.
func TestSweep_manyProcesses(t *testing.T) {
	t.Parallel()
	k := newKept(t)
	done := make(chan struct{})
	for i := range 8 {
		go func() {
			defer func() { done <- struct{}{} }()
			clock := clockwork.NewFakeClockAt(epoch.Add(2*ttl + time.Duration(i)))
			c := process(newAPI(clock), k.directory, clock)
			for n := range 20 {
				if _, err := c.Do(t.Context(), callFor(t, fmt.Sprintf("%d-%d.example", i, n))); err != nil {
					t.Error(err)
				}
			}
		}()
	}
	for range 8 {
		<-done
	}
	wantOnlyEntries(t, k.directory, 160)
}
