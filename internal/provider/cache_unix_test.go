//go:build unix

package provider_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/acctest"
	"github.com/dataforseo/terraform-provider-dataforseo/internal/fakeapi"
)

// TestCache_writableForOthers checks that a directory that others can write to is not
// used, and gives a diagnostic in every mode.
func TestCache_writableForOthers(t *testing.T) {
	t.Parallel()
	for _, mode := range []string{"read_write", "cache_only"} {
		t.Run(mode, func(t *testing.T) {
			t.Parallel()
			server := fakeapi.Start(t, fakeapi.Options{})
			tf := acctest.NewBuilt(t, "provider \"dataforseo\" {\n  cache = { ttl = \"1h\", directory = \"cache\", mode = \""+mode+"\" }\n}\n"+summaryBlock("  "+plainTarget)).Use(server)
			directory := filepath.Join(tf.Dir, "cache")
			if err := os.Mkdir(directory, 0o700); err != nil {
				t.Fatal(err)
			}
			if err := os.Chmod(directory, 0o777); err != nil {
				t.Fatal(err)
			}
			goldenRun(t, server, tf, "cache/writable-for-others-"+mode)
		})
	}
}
