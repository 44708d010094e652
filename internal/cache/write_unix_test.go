//go:build unix

package cache_test

import (
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/dataforseo"
)

// TestWrite_modes checks that files and directories are accessible to their owner only, even
// without a umask, and even those that are created again.
//
//nolint:paralleltest // the umask is the whole process's
func TestWrite_modes(t *testing.T) {
	defer syscall.Umask(syscall.Umask(0))
	for _, again := range []bool{false, true} {
		parent := filepath.Join(t.TempDir(), "a")
		checked := 0
		check := func() error {
			return filepath.WalkDir(parent, func(path string, entry fs.DirEntry, _ error) error {
				checked++
				info, err := entry.Info()
				if err == nil && info.Mode() != 0o600 && info.Mode() != 0o700|fs.ModeDir {
					t.Errorf("%s: %s", path, info.Mode())
				}
				return err
			})
		}
		a := &api{onCall: func(context.Context, int) *dataforseo.Failure {
			if err := check(); err != nil {
				t.Error(err)
			}
			if again {
				_ = os.RemoveAll(parent)
			}
			return nil
		}}
		mustDo(t, process(t, a, filepath.Join(parent, "b")), callFor(t, "a.example"))
		must(t, check())
		if checked != 6 { // two directories with a lock, then with an entry
			t.Errorf("checked %d files, want 6", checked)
		}
	}
}
