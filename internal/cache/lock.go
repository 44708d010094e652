package cache

import (
	"context"
	"fmt"
	"os"
	"runtime"
	"time"

	"github.com/gofrs/flock"
)

// lockPoll is the interval between attempts to take a lock.
const lockPoll = 25 * time.Millisecond

// claim implements [store]. It waits until it has the lock, so ended is never true.
func (d *directory) claim(ctx context.Context, name string) (release func(), ended bool) {
	if !d.usable() {
		return nil, false
	}
	unlock, err := d.lock(ctx, name)
	if err != nil && ctx.Err() == nil {
		d.lockFailure.Store(&err)
	}
	return unlock, false
}

// lock prevents other processes from making the same call until unlock is called. The
// operating system releases the lock if the process dies. If locking is impossible,
// lock returns an error, and the caller goes on without a lock.
func (d *directory) lock(ctx context.Context, name string) (unlock func(), err error) {
	for {
		lock := d.newLock(name)
		_, err = lock.TryLockContext(ctx, lockPoll)
		if err == nil {
			err = checkLocked(lock)
		}
		if err != nil {
			_ = lock.Close()
			return func() {}, err
		}
		if isCurrent(lock) {
			return func() { release(lock) }, nil
		}
		// The previous holder has removed the file, so this lock protects nothing.
		_ = lock.Close()
	}
}

// notifyUnlocked queues a notice that answers are saved without a lock.
func (d *directory) notifyUnlocked(err error) {
	d.tell("The cache cannot be locked", fmt.Sprintf("Answers are saved in %s, but without a lock: %s.", d.path, err),
		"The metrics are correct, but two simultaneous runs may both pay for them.\n\n"+
			"Set cache.directory to a directory of your own on a file system with locks, such as a local disk.")
}

func (d *directory) newLock(name string) *flock.Flock {
	return flock.New(d.file(name, lockSuffix), flock.SetFlag(os.O_CREATE|os.O_RDWR|openFlags), flock.SetPermissions(0o600))
}

// checkLocked returns an error unless the locked file is a regular one.
func checkLocked(lock *flock.Flock) error {
	info, err := lock.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = fmt.Errorf("%s is not a regular file", lock.Path())
	}
	return err
}

// isCurrent reports whether the locked file is still the one in the directory.
func isCurrent(lock *flock.Flock) bool {
	locked, err := lock.Stat()
	if err != nil {
		return false
	}
	found, err := os.Lstat(lock.Path())
	return err == nil && os.SameFile(locked, found)
}

// withLock calls do while it holds the lock. It does nothing if another process holds it.
func (d *directory) withLock(name string, do func()) {
	lock := d.newLock(name)
	if held, err := lock.TryLock(); err != nil || !held {
		return
	}
	if checkLocked(lock) != nil || !isCurrent(lock) {
		// To remove the file that is there now would break another process's lock.
		_ = lock.Close()
		return
	}
	do()
	release(lock)
}

// release removes the lock file and then unlocks it, so that lock files do not pile up.
// Windows cannot remove an open file, so there it tries again after closing it.
func release(lock *flock.Flock) {
	err := os.Remove(lock.Path())
	_ = lock.Close()
	if err != nil && runtime.GOOS == "windows" {
		_ = os.Remove(lock.Path())
	}
}
