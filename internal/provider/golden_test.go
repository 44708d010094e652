package provider_test

import (
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the golden files of the tests that run, instead of comparing with them")

// golden compares text with testdata/NAME.golden.
func golden(t *testing.T, name, text string) {
	t.Helper()
	path := filepath.Join("testdata", filepath.FromSlash(name)+".golden")
	if *update {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("%v (go test -update writes it)", err)
	}
	if diff := cmp.Diff(strings.ReplaceAll(string(want), "\r\n", "\n"), text); diff != "" {
		t.Errorf("%s (-want +got):\n%s", path, diff)
	}
}

var (
	loopbackPort = regexp.MustCompile(`(127\.0\.0\.1|\[::1\]):\d+`)
	taskID       = regexp.MustCompile(`\d{8}-\d{4}-\d{4}-\d{4}-[0-9a-f]{12}`)
)

// diagnostics returns the errors and warnings of a run with -no-color, in
// Terraform's own words, without what differs from run to run.
func diagnostics(r result) string {
	_, warnings, found := strings.Cut(r.stdout, "\nWarning: ")
	if found {
		warnings = "\nWarning: " + warnings
	}
	text := loopbackPort.ReplaceAllString(warnings+r.stderr, "$1:PORT")
	text = strings.ReplaceAll(text, "registry.opentofu.org", "registry.terraform.io")
	return taskID.ReplaceAllString(text, "00000000-0000-0000-0000-000000000000")
}

// jsonText returns value as JSON.
func jsonText(t *testing.T, value any) string {
	t.Helper()
	text, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
