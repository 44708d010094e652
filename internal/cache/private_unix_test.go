//go:build unix

package cache_test

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/cache"
)

// nobody is the ID of a user that does not run the tests.
const nobody = 65534

// waysToShare returns functions that let others write to a file, or give it to another
// user, which only root can do.
func waysToShare(t *testing.T) map[string]func(path string) error {
	t.Helper()
	ways := map[string]func(path string) error{
		"the group can write": func(path string) error { return os.Chmod(path, 0o720) },
		"others can write":    func(path string) error { return os.Chmod(path, 0o702) },
	}
	if os.Geteuid() == 0 {
		ways["another user's"] = func(path string) error { return os.Chown(path, nobody, -1) }
	} else {
		t.Log("only root can test a file that belongs to another user")
	}
	return ways
}

const notPrivate = "it belongs to another user, or others can write to it"

// TestPrivate_directory checks that a directory that others can write to is neither read nor
// written to, with one notice, and that the process still pays for an answer once.
func TestPrivate_directory(t *testing.T) {
	t.Parallel()
	for name, share := range waysToShare(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			k := newSavedEntry(t)
			must(t, share(k.directory))
			for _, m := range []cache.Mode{cache.ReadWrite, cache.Refresh} {
				c, before := process(t, k.api, k.directory, mode(m)), k.api.calls()
				reply := mustDo(t, c, k.call)
				wantReply(t, reply, before+1, false)
				wantNotices(t, reply, unsaved(k.directory, notPrivate, alone))
				again := mustDo(t, c, k.call)
				wantReply(t, again, before+1, false)
				wantNotices(t, again, nil)
				wantNotices(t, mustDo(t, c, callFor(t, "b.example")), nil)
			}
			for _, who := range []func(*cache.Options){account(login, password), account(login, ""), account("", "")} {
				wantMiss(t, process(t, nil, k.directory, mode(cache.CacheOnly), who), k.call,
					`the cached answer is not used: `+k.directory+": "+notPrivate)
			}
			wantOnlyEntries(t, k.directory, 1)
			if string(readFile(t, k.path)) != string(k.data) {
				t.Error("the entry was changed")
			}
		})
	}
}

// TestPrivate_entry checks that an entry that others can write to is not used, even with a
// valid seal, that there is one notice, and that the next answer replaces it.
func TestPrivate_entry(t *testing.T) {
	t.Parallel()
	for name, share := range waysToShare(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			k := newSavedEntry(t)
			mustDo(t, process(t, k.api, k.directory), callFor(t, "b.example"))
			for _, path := range filesIn(t, k.directory, "*") {
				must(t, share(path))
			}
			for _, who := range []func(*cache.Options){account(login, password), account(login, ""), account("", "")} {
				wantMiss(t, process(t, nil, k.directory, mode(cache.CacheOnly), who), k.call,
					`the cached answer is not used: `+k.path+": "+notPrivate)
			}
			c := process(t, k.api, k.directory)
			reply := mustDo(t, c, k.call)
			wantReply(t, reply, 3, false)
			wantNotices(t, reply, notice("A cached answer is not used", k.path+": "+notPrivate+".",
				"Others could have changed it, so DataForSEO is asked again. Remove the file, or take ownership of it and deny others write access."))
			again := mustDo(t, c, callFor(t, "b.example"))
			wantReply(t, again, 4, false)
			wantNotices(t, again, nil)
			wantReply(t, mustDo(t, process(t, k.api, k.directory), k.call), 3, true)
			wantOnlyEntries(t, k.directory, 2)
		})
	}
}

// TestPrivate_readableByOthers checks that an entry that others can only read is used.
func TestPrivate_readableByOthers(t *testing.T) {
	t.Parallel()
	k := newSavedEntry(t)
	must(t, os.Chmod(k.directory, 0o755))
	must(t, os.Chmod(k.path, 0o644))
	reply := mustDo(t, process(t, nil, k.directory), k.call)
	wantReply(t, reply, 1, true)
	wantNotices(t, reply, nil)
}

// plants returns functions that create something other than a regular file. The targets of
// links are in elsewhere.
func plants(elsewhere string) map[string]func(path string) error {
	plants := map[string]func(path string) error{
		"folder":           func(path string) error { return os.Mkdir(path, 0o700) },
		"pipe":             func(path string) error { return syscall.Mkfifo(path, 0o600) },
		"link to an entry": func(path string) error { return os.Symlink(filepath.Join(elsewhere, "entry"), path) },
		"link to nothing":  func(path string) error { return os.Symlink(filepath.Join(elsewhere, "nothing"), path) },
		"link to a pipe":   func(path string) error { return os.Symlink(filepath.Join(elsewhere, "pipe"), path) },
	}
	if os.Geteuid() == 0 {
		plants["device"] = func(path string) error { return syscall.Mknod(path, syscall.S_IFCHR|0o600, 1<<8|5) } // as /dev/zero
	}
	return plants
}

func plantTargets(t *testing.T, k *savedEntry) (elsewhere string) {
	t.Helper()
	elsewhere = t.TempDir()
	writeFile(t, filepath.Join(elsewhere, "entry"), k.data)
	must(t, syscall.Mkfifo(filepath.Join(elsewhere, "pipe"), 0o600))
	return elsewhere
}

// wantUntouched checks that the targets of links were not changed.
func wantUntouched(t *testing.T, k *savedEntry, elsewhere string) {
	t.Helper()
	if found := filesIn(t, elsewhere, "*"); len(found) != 2 || string(readFile(t, found[0])) != string(k.data) {
		t.Errorf("got %v in the links' targets", found)
	}
}

// TestNotAFile_entry checks that only a regular file is read as an entry, so that no read
// blocks and no link is followed, and that the next answer replaces anything else.
func TestNotAFile_entry(t *testing.T) {
	t.Parallel()
	for name := range plants("") {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			k := newSavedEntry(t)
			elsewhere := plantTargets(t, k)
			must(t, os.Remove(k.path))
			must(t, plants(elsewhere)[name](k.path))
			k.wantReplaced(t)
			if info, err := os.Lstat(k.path); err != nil || !info.Mode().IsRegular() {
				t.Errorf("got %v, %v in the entry's place", info, err)
			}
			wantOnlyEntries(t, k.directory, 1)
			wantUntouched(t, k, elsewhere)
		})
	}
}

// TestNotAFile_lock checks that only a regular file is locked. Otherwise answers are saved
// without a lock, with one notice.
func TestNotAFile_lock(t *testing.T) {
	t.Parallel()
	for name := range plants("") {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			k := newSavedEntry(t)
			elsewhere := plantTargets(t, k)
			lock := k.path[:len(k.path)-len("answer")] + "lock"
			must(t, plants(elsewhere)[name](lock))
			before, err := os.Lstat(lock)
			must(t, err)
			c := process(t, k.api, k.directory, mode(cache.Refresh))
			reply := mustDo(t, c, k.call)
			wantReply(t, reply, 2, false)
			if len(reply.Notices) != 1 || !strings.HasPrefix(reply.Notices[0].Line, "Answers are saved in "+k.directory+", but without a lock: ") {
				t.Errorf("got notices %v", reply.Notices)
			}
			wantNotices(t, mustDo(t, c, callWithMaxAge(t, "a.example", 0)), nil)
			wantReply(t, mustDo(t, process(t, k.api, k.directory), k.call), 3, true)
			if after, err := os.Lstat(lock); err != nil || !os.SameFile(before, after) {
				t.Errorf("got %v, %v in the lock's place", after, err)
			}
			wantUntouched(t, k, elsewhere)
		})
	}
}
