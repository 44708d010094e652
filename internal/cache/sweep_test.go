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

// sweep makes a new process save an answer, which starts a sweep, waits for the sweep, and
// returns the names of the older files that are left. It must run in a bubble.
func sweep(t *testing.T, directory string, changes ...func(*cache.Options)) []string {
	t.Helper()
	before := filesIn(t, directory, "*")
	c := process(t, new(api), directory, append([]func(*cache.Options){account("sweeper", "")}, changes...)...)
	mustDo(t, c, callFor(t, fmt.Sprintf("%d.example", time.Now().UnixNano())))
	synctest.Wait()
	var left []string
	for _, path := range before {
		if _, err := os.Lstat(path); err == nil {
			left = append(left, filepath.Base(path))
		}
	}
	return left
}

// TestSweep checks that an entry is removed when it has expired both for the process that
// wrote it and for this one, or is damaged. The file's modification time can only delay that,
// because copying a directory changes it.
func TestSweep(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		age, modified time.Duration // now, and the modification time, since the entry was written
		ttl           time.Duration // of the sweeping process
		stays         bool
	}{
		"damaged, exactly ttl old":       {ttl, 0, ttl, true},
		"damaged":                        {ttl + 1, 0, ttl, false},
		"fresh":                          {time.Minute, 0, ttl, true},
		"fresh, old modification time":   {time.Minute, -1000 * time.Hour, ttl, true},
		"exactly ttl old":                {ttl, -1000 * time.Hour, ttl, true},
		"expired":                        {ttl + 1, 0, ttl, false},
		"expired, recently copied":       {ttl + 1, time.Minute, ttl, true},
		"fresh for its writer":           {time.Minute, 0, time.Second, true},
		"exactly ttl old for its writer": {ttl, 0, time.Second, true},
		"expired for its writer":         {2 * ttl, 0, 2 * ttl, true},
		"expired for both":               {2*ttl + 1, 0, 2 * ttl, false},
		"never expires":                  {1000 * ttl, 0, math.MaxInt64, true},
	} {
		inBubble(t, name, func(t *testing.T) {
			k := newSavedEntry(t)
			if strings.HasPrefix(name, "damaged") {
				writeFile(t, k.path, k.data[:len(k.data)-1])
			}
			setModTime(t, k.path, epoch.Add(c.modified))
			sleep(c.age)
			left := sweep(t, k.directory, func(o *cache.Options) { o.TTL = c.ttl })
			if stays := len(left) == 1; stays != c.stays {
				t.Errorf("got stays %t, want %t", stays, c.stays)
			}
		})
	}
}

// TestSweep_once checks that a process sweeps only when it saves its first answer.
func TestSweep_once(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		k := newSavedEntry(t)
		c := process(t, k.api, k.directory)
		mustDo(t, c, callFor(t, "b.example"))
		synctest.Wait()
		sleep(2 * ttl)
		setModTime(t, k.path, epoch)
		mustDo(t, c, callFor(t, "c.example"))
		synctest.Wait()
		if got := len(filesIn(t, k.directory, "*.answer")); got != 3 {
			t.Errorf("got %d entries, want 3", got)
		}
	})
}

// TestSweep_background checks that a call does not wait for the sweep, and that Close stops it.
func TestSweep_background(t *testing.T) {
	t.Parallel()
	const expired = 3000
	directory, long := t.TempDir(), time.Now().Add(-1000*time.Hour)
	for i := range expired {
		path := filepath.Join(directory, fmt.Sprintf("%064d-%032d.answer", i, i))
		writeFile(t, path, nil)
		setModTime(t, path, long)
	}
	c := newCache(new(api), directory)
	mustDo(t, c, callFor(t, "a.example"))
	atAnswer := len(filesIn(t, directory, "*.answer"))
	c.Close()
	atClose := len(filesIn(t, directory, "*"))
	if atAnswer < 100 || atClose < 10 {
		t.Errorf("of %d files, %d were left after the call and %d after Close", expired, atAnswer, atClose)
	}
	if after := len(filesIn(t, directory, "*")); after != atClose {
		t.Errorf("got %d files after Close, and then %d", atClose, after)
	}
}

// TestSweep_held checks that an expired entry is not removed while another process has its
// lock and may replace it.
func TestSweep_held(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		k := newSavedEntry(t)
		setModTime(t, k.path, epoch)
		sleep(2 * ttl)
		lock := takeLock(t, k.path)
		if left := sweep(t, k.directory); len(left) != 2 {
			t.Errorf("got %v, want the entry and its lock", left)
		}
		must(t, lock.Close())
		sleep(1)
		if left := sweep(t, k.directory); slices.Contains(left, filepath.Base(k.path)) {
			t.Errorf("got %v, want the entry removed", left)
		}
	})
}

// TestSweep_foreign checks that other files stay, even old ones with names similar to ours.
func TestSweep_foreign(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		k := newSavedEntry(t)
		foreign := []string{
			"yarn.lock", "Cargo.lock", ".lock", "42.answer", ".answer", "answer", ".writing-", ".writing-notes", ".writing-1.txt",
			"README.md", "main.tf", ".terraform.lock.hcl", "x" + entryOfA, entryOfA + "x", strings.ToUpper(entryOfA[:97]) + ".answer",
			entryOfA[:96] + ".answer", entryOfA[:97] + ".answer.lock", entryOfA[:64] + "-.answer",
		}
		for _, name := range foreign {
			writeFile(t, filepath.Join(k.directory, name), []byte("foreign"))
		}
		// Directories stay even if they have one of our names.
		for _, name := range []string{strings.Repeat("0", 64) + "-" + strings.Repeat("0", 32) + ".answer", ".writing-1"} {
			must(t, os.Mkdir(filepath.Join(k.directory, name), 0o700))
			foreign = append(foreign, name)
		}
		for _, path := range filesIn(t, k.directory, "*") {
			setModTime(t, path, epoch.Add(-1000*time.Hour))
		}
		sleep(1000 * time.Hour)
		left := sweep(t, k.directory)
		slices.Sort(foreign)
		slices.Sort(left)
		if diff := cmp.Diff(foreign, left); diff != "" {
			t.Errorf("(-want +left)\n%s", diff)
		}
	})
}

// TestSweep_abandoned checks that temporary files and locks are removed after an hour, except
// locks that are held.
func TestSweep_abandoned(t *testing.T) {
	t.Parallel()
	name := strings.Repeat("0123456789abcdef", 4) + "-" + strings.Repeat("0", 32)
	for file, c := range map[string]struct {
		age   time.Duration
		held  bool
		stays bool
	}{
		".writing-123":            {time.Hour, false, true},
		".writing-1234567890":     {time.Hour + 1, false, false},
		name + "1.lock":           {time.Hour + 1, false, true}, // too long for one of ours
		name + ".lock":            {time.Hour, false, true},
		name[:96] + "1.lock":      {time.Hour + 1, false, false},
		name[:96] + "2.lock":      {1000 * time.Hour, true, true},
		name[:96] + "3.lock":      {-time.Hour, false, true}, // the clock was ahead
		".writing-00000000000001": {-time.Hour, false, true},
	} {
		inBubble(t, file, func(t *testing.T) {
			directory := t.TempDir()
			path := filepath.Join(directory, file)
			writeFile(t, path, nil)
			if c.held {
				takeLock(t, strings.TrimSuffix(path, ".lock"))
			}
			setModTime(t, path, epoch.Add(-c.age))
			if stays := len(sweep(t, directory)) == 1; stays != c.stays {
				t.Errorf("got stays %t, want %t", stays, c.stays)
			}
		})
	}
}
