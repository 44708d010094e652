package cache

import (
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
)

// TestLock_sweptWhileHeld: sweeps that find lock files to remove, one after the
// other, take none from its holder, not even one that was released and made anew
// between their look at it and their grasp.
func TestLock_sweptWhileHeld(t *testing.T) {
	t.Parallel()
	const lockers, sweepers, rounds = 16, 2, 40
	d := newDirectory(Options{Directory: t.TempDir()})
	var locking, sweeping sync.WaitGroup
	var holders, twice atomic.Int64
	for range lockers {
		locking.Go(func() {
			for range rounds {
				unlock, err := d.lock(t.Context(), "name")
				if err != nil {
					t.Error(err)
				}
				if holders.Add(1) > 1 {
					twice.Add(1)
				}
				for range 300 {
					runtime.Gosched()
				}
				holders.Add(-1)
				unlock()
			}
		})
	}
	done := make(chan struct{})
	for range sweepers {
		sweeping.Go(func() {
			for {
				select {
				case <-done:
					return
				default:
					runtime.Gosched() // with one processor, nobody else would do much
					d.withLock("name", func() {
						if holders.Load() > 0 {
							twice.Add(1)
						}
					})
				}
			}
		})
	}
	locking.Wait()
	close(done)
	sweeping.Wait()
	if n := twice.Load(); n > 0 {
		t.Errorf("two held the lock, %d times", n)
	}
	if left, err := os.ReadDir(d.path); err != nil || len(left) > 0 {
		t.Errorf("%v, %v were left in %s", err, left, filepath.Base(d.path))
	}
}
