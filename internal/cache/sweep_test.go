package cache_test

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/cache"
)

// sweep has a new process keep an answer, which makes it sweep, waits until it has, and
// returns the names of what is left besides that answer. It must run in a bubble.
func sweep(t *testing.T, directory string, changes ...func(*cache.Options)) []string {
	t.Helper()
	before := filesIn(t, directory, "*")
	c := process(t, new(api), directory, append([]func(*cache.Options){account("whoever sweeps", "")}, changes...)...)
	ask(t, c, callFor(t, fmt.Sprintf("%d.example", time.Now().UnixNano())))
	synctest.Wait()
	var left []string
	for _, path := range before {
		if _, err := os.Lstat(path); err == nil {
			left = append(left, filepath.Base(path))
		}
	}
	return left
}

// TestSweep: an entry goes when it has expired for whoever kept it and for this process.
// So does what cannot be read. The date of its file spares the sweep a look into it, and decides nothing: a copied
// directory has others.
func TestSweep(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		age, dated time.Duration // now, and the date of the file, since it was kept
		ttl        time.Duration // of whoever sweeps
		stays      bool
	}{
		"damaged, on the verge":         {ttl, 0, ttl, true},
		"damaged":                       {ttl + 1, 0, ttl, false},
		"fresh":                         {time.Minute, 0, ttl, true},
		"fresh, dated long ago":         {time.Minute, -1000 * time.Hour, ttl, true},
		"on the verge":                  {ttl, -1000 * time.Hour, ttl, true},
		"expired":                       {ttl + 1, 0, ttl, false},
		"expired, copied lately":        {ttl + 1, time.Minute, ttl, true}, // until then
		"fresh for others only":         {time.Minute, 0, time.Second, true},
		"fresh for others only, longer": {ttl, 0, time.Second, true},
		"expired for others only":       {2 * ttl, 0, 2 * ttl, true},
		"expired for both":              {2*ttl + 1, 0, 2 * ttl, false},
		"never expires":                 {1000 * ttl, 0, math.MaxInt64, true},
	} {
		inBubble(t, name, func(t *testing.T) {
			k := newKept(t)
			if strings.HasPrefix(name, "damaged") {
				writeFile(t, k.path, k.data[:len(k.data)-1])
			}
			date(t, k.path, epoch.Add(c.dated))
			pass(c.age)
			left := sweep(t, k.directory, func(o *cache.Options) { o.TTL = c.ttl })
			if stays := len(left) == 1; stays != c.stays {
				t.Errorf("stays: %t, want %t", stays, c.stays)
			}
		})
	}
}

// TestSweep_once: a process sweeps when it keeps its first answer, and not again.
func TestSweep_once(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		k := newKept(t)
		c := process(t, k.api, k.directory)
		ask(t, c, callFor(t, "b.example"))
		synctest.Wait()
		pass(2 * ttl)
		date(t, k.path, epoch)
		ask(t, c, callFor(t, "c.example"))
		synctest.Wait()
		if got := len(filesIn(t, k.directory, "*.answer")); got != 3 {
			t.Errorf("%d entries, want 3", got)
		}
	})
}

// TestSweep_beside: an answer does not wait for the sweep, and Close ends it.
func TestSweep_beside(t *testing.T) {
	t.Parallel()
	const expired = 3000
	directory, long := t.TempDir(), time.Now().Add(-1000*time.Hour)
	for i := range expired {
		path := filepath.Join(directory, fmt.Sprintf("%064d-%032d.answer", i, i))
		writeFile(t, path, nil)
		date(t, path, long)
	}
	c := newCache(new(api), directory)
	ask(t, c, callFor(t, "a.example"))
	atAnswer := len(filesIn(t, directory, "*.answer"))
	c.Close()
	atClose := len(filesIn(t, directory, "*"))
	if atAnswer < 100 || atClose < 10 {
		t.Errorf("%d files were left when the answer came, %d when Close had returned, of %d", atAnswer, atClose, expired)
	}
	if after := len(filesIn(t, directory, "*")); after != atClose {
		t.Errorf("Close left %d files, and then there were %d", atClose, after)
	}
}

// TestSweep_held: an expired entry that another process is about to replace is not
// removed, since it can be the replacement by then.
func TestSweep_held(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		k := newKept(t)
		date(t, k.path, epoch)
		pass(2 * ttl)
		lock := lockOf(t, k.path)
		if left := sweep(t, k.directory); len(left) != 2 {
			t.Errorf("%v left, want the entry and its lock", left)
		}
		must(t, lock.Close())
		pass(1)
		if left := sweep(t, k.directory); slices.Contains(left, filepath.Base(k.path)) {
			t.Errorf("%v left", left)
		}
	})
}

// TestSweep_foreign: what this package did not write stays, whatever its age, and
// though its name looks much like one of ours.
func TestSweep_foreign(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		k := newKept(t)
		foreign := []string{
			"yarn.lock", "Cargo.lock", ".lock", "42.answer", ".answer", "answer", ".writing-", ".writing-notes", ".writing-1.txt",
			"README.md", "main.tf", ".terraform.lock.hcl", "x" + entryOfA, entryOfA + "x", strings.ToUpper(entryOfA[:97]) + ".answer",
			entryOfA[:96] + ".answer", entryOfA[:97] + ".answer.lock", entryOfA[:64] + "-.answer",
		}
		for _, name := range foreign {
			writeFile(t, filepath.Join(k.directory, name), []byte("somebody's"))
		}
		// Not even what has one of our names is removed if it is not a file.
		for _, name := range []string{strings.Repeat("0", 64) + "-" + strings.Repeat("0", 32) + ".answer", ".writing-1"} {
			must(t, os.Mkdir(filepath.Join(k.directory, name), 0o700))
			foreign = append(foreign, name)
		}
		for _, path := range filesIn(t, k.directory, "*") {
			date(t, path, epoch.Add(-1000*time.Hour))
		}
		pass(1000 * time.Hour)
		left := sweep(t, k.directory)
		slices.Sort(foreign)
		slices.Sort(left)
		if diff := cmp.Diff(foreign, left); diff != "" {
			t.Errorf("(-want +left)\n%s", diff)
		}
	})
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
		inBubble(t, file, func(t *testing.T) {
			directory := t.TempDir()
			path := filepath.Join(directory, file)
			writeFile(t, path, nil)
			if c.held {
				lockOf(t, strings.TrimSuffix(path, ".lock"))
			}
			date(t, path, epoch.Add(-c.age))
			if remains := len(sweep(t, directory)) == 1; remains != c.remain {
				t.Errorf("remains: %t, want %t", remains, c.remain)
			}
		})
	}
}

// TestSweep_manyProcesses: sweeps at the same time remove what has expired, and nothing
// else.
func TestSweep_manyProcesses(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		k := newKept(t)
		date(t, k.path, epoch)
		pass(2 * ttl)
		var waits []func() outcome
		for i := range 8 {
			c := process(t, new(api), k.directory)
			for n := range 10 {
				waits = append(waits, askAside(t.Context(), c, callFor(t, fmt.Sprintf("%d-%d.example", i, n))))
			}
		}
		for _, wait := range waits {
			answered(t, wait())
		}
		synctest.Wait()
		wantOnlyEntries(t, k.directory, 80)
	})
}
