//go:build unix

package cache_test

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

// TestDamage_notAFile: nothing but an ordinary file is opened, so that nothing hangs
// and no link leads elsewhere.
func TestDamage_notAFile(t *testing.T) {
	t.Parallel()
	for name, plant := range map[string]func(t *testing.T, k *kept){
		"a pipe that nobody writes to": func(t *testing.T, k *kept) { must(t, syscall.Mkfifo(k.path, 0o600)) },
		"an empty directory":           func(t *testing.T, k *kept) { must(t, os.Mkdir(k.path, 0o700)) },
		"a link to a whole entry": func(t *testing.T, k *kept) {
			elsewhere := filepath.Join(t.TempDir(), "entry")
			writeFile(t, elsewhere, k.data)
			must(t, os.Symlink(elsewhere, k.path))
		},
		"a link to nothing":     func(t *testing.T, k *kept) { must(t, os.Symlink("nowhere", k.path)) },
		"a link to itself":      func(t *testing.T, k *kept) { must(t, os.Symlink(filepath.Base(k.path), k.path)) },
		"a link to a directory": func(t *testing.T, k *kept) { must(t, os.Symlink(t.TempDir(), k.path)) },
		"a link to a device":    func(t *testing.T, k *kept) { must(t, os.Symlink("/dev/zero", k.path)) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			k := newKept(t)
			must(t, os.Remove(k.path))
			plant(t, k)
			k.wantMiss(t)
			wantOnlyEntries(t, k.directory, 1)
			if info, err := os.Lstat(k.path); err != nil || !info.Mode().IsRegular() {
				t.Errorf("%v, %v in the entry's place", info, err)
			}
		})
	}
}
