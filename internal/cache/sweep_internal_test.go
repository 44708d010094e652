package cache

import (
	"context"
	"sync"
	"testing"
	"time"
)

// TestSweep_duringSave checks that a sweep does not remove an answer that replaces an expired
// one at the same time.
func TestSweep_duringSave(t *testing.T) {
	t.Parallel()
	d := newDirectory(Options{Directory: t.TempDir(), TTL: time.Hour})
	for range 300 {
		d.save(context.Background(), "name", entry{fetchedAt: time.Now().Add(-3 * time.Hour)})
		var both sync.WaitGroup
		both.Go(func() { d.sweepEntry("name") })
		both.Go(func() { d.save(context.Background(), "name", entry{fetchedAt: time.Now()}) })
		both.Wait()
		if _, err := d.loadName("name"); err != nil {
			t.Fatal(err)
		}
	}
	d.close()
}
