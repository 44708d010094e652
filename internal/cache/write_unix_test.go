//go:build unix

package cache_test

import (
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/jonboulle/clockwork"
)

// TestWrite_modes: files and directories are their owner's alone, though nothing
// but this package sees to it. The umask is the whole process's, hence no t.Parallel.
func TestWrite_modes(t *testing.T) {
	defer syscall.Umask(syscall.Umask(0))
	clock, directory := clockwork.NewFakeClockAt(epoch), filepath.Join(t.TempDir(), "a", "b")
	api := newAPI(clock)
	modes := map[string]fs.FileMode{}
	look := func() {
		_ = filepath.WalkDir(filepath.Dir(directory), func(path string, entry fs.DirEntry, err error) error {
			if info, infoErr := entry.Info(); err == nil && infoErr == nil {
				modes[path] = info.Mode()
			}
			return nil
		})
	}
	api.meanwhile = func(context.Context, int) error { look(); return nil }
	ask(t, process(api, directory, clock), callFor(t, "a.example"))
	look()
	if len(modes) != 4 { // two directories, a lock and an entry
		t.Fatalf("%v", modes)
	}
	for path, mode := range modes {
		want := fs.FileMode(0o600)
		if mode.IsDir() {
			want = 0o700 | fs.ModeDir
		}
		if mode != want {
			t.Errorf("%s: %s, want %s", path, mode, want)
		}
	}
}

// TestWrite_directoryOfOthers: the modes of a directory that is there are left as
// they are, and those of an entry in it are its owner's alone again.
func TestWrite_directoryOfOthers(t *testing.T) {
	t.Parallel()
	k := newKept(t)
	must(t, os.Chmod(k.directory, 0o755))
	writeFile(t, k.path, nil)
	must(t, os.Chmod(k.path, 0o666))
	k.wantMiss(t)
	for path, want := range map[string]fs.FileMode{k.directory: 0o755, k.path: 0o600} {
		if info, err := os.Stat(path); err != nil || info.Mode().Perm() != want {
			t.Errorf("%s: %v, %v, want %s", path, info.Mode(), err, want)
		}
	}
}
