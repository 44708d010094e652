package cache

import (
	"context"
	"os"
	"runtime"
	"time"

	"github.com/gofrs/flock"
)

// lockPoll is how often a lock that another process holds is tried again.
const lockPoll = 25 * time.Millisecond

// lock keeps other processes from asking what this one is about to ask, until the
// returned function is called. The operating system lets go of it when the process
// dies, however it dies. An error means that there is no lock; the function may
// be called all the same.
func (f *files) lock(ctx context.Context, name string) (unlock func(), err error) {
	if err := os.MkdirAll(f.directory, 0o700); err != nil {
		return func() {}, err
	}
	path := f.path(name, lockSuffix)
	for {
		lock := flock.New(path, flock.SetPermissions(0o600))
		if _, err := lock.TryLockContext(ctx, lockPoll); err != nil {
			return func() {}, err
		}
		if stillThere(lock) {
			return func() { release(lock) }, nil
		}
		// Whoever held it has removed the file meanwhile: ours is a lock on nothing.
		_ = lock.Close()
	}
}

// stillThere reports whether the locked file is the one that others will find.
func stillThere(lock *flock.Flock) bool {
	locked, err := lock.Stat()
	if err != nil {
		return false
	}
	found, err := os.Stat(lock.Path())
	return err == nil && os.SameFile(locked, found)
}

// ifUnheld calls do while it holds the lock, unless somebody else does.
func (f *files) ifUnheld(name string, do func()) {
	lock := flock.New(f.path(name, lockSuffix), flock.SetPermissions(0o600))
	if held, err := lock.TryLock(); err != nil || !held {
		return
	}
	if !stillThere(lock) {
		// To remove what bears the name now would take the lock from whoever holds it.
		_ = lock.Close()
		return
	}
	do()
	release(lock)
}

// release removes the file before it lets go, so that no lock files pile up. On
// Windows an open file cannot be removed: not by us before we close it, and not
// after that if another process has it open.
func release(lock *flock.Flock) {
	err := os.Remove(lock.Path())
	_ = lock.Close()
	if err != nil && runtime.GOOS == "windows" {
		_ = os.Remove(lock.Path())
	}
}
