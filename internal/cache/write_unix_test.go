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
// but this package sees to it, and those that are made again too. The umask is the
// whole process's, hence no t.Parallel.
//
//nolint:paralleltest // see above
func TestWrite_modes(t *testing.T) {
	defer syscall.Umask(syscall.Umask(0))
	for name, meanwhile := range map[string]func(directory string) error{
		"at first": func(string) error { return nil },
		"again":    func(directory string) error { return os.RemoveAll(filepath.Dir(directory)) },
	} {
		clock, directory := clockwork.NewFakeClockAt(epoch), filepath.Join(t.TempDir(), "a", "b")
		api := newAPI(clock)
		modes := map[string]fs.FileMode{}
		api.meanwhile = func(context.Context, int) error {
			modesBelow(filepath.Dir(directory), modes)
			return meanwhile(directory)
		}
		ask(t, process(api, directory, clock), callFor(t, "a.example"))
		modesBelow(filepath.Dir(directory), modes)
		if len(modes) != 4 { // two directories, a lock and an entry
			t.Fatalf("%s: %v", name, modes)
		}
		for path, mode := range modes {
			want := fs.FileMode(0o600)
			if mode.IsDir() {
				want = 0o700 | fs.ModeDir
			}
			if mode != want {
				t.Errorf("%s: %s: %s, want %s", name, path, mode, want)
			}
		}
	}
}

// modesBelow adds the modes of all that is there, itself included.
func modesBelow(directory string, modes map[string]fs.FileMode) {
	_ = filepath.WalkDir(directory, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if info, err := entry.Info(); err == nil {
			modes[path] = info.Mode()
		}
		return nil
	})
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
