package cache

import (
	"os"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
)

// TestLock_sweptWhileHeld checks that sweeps, which remove lock files, never break a lock,
// not even if it was released and taken again between their look and the removal.
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
					runtime.Gosched() // or the lockers starve on one processor
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
		t.Errorf("two goroutines held the lock %d times", n)
	}
	if left, err := os.ReadDir(d.path); err != nil || len(left) > 0 {
		t.Errorf("files left behind: %v, %v", left, err)
	}
}
