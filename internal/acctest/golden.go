package acctest

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

// Golden compares text with testdata/NAME.golden. Positions may differ as in
// [WithPositionsOf].
func Golden(t *testing.T, name, text string) {
	t.Helper()
	path := filepath.Join("testdata", filepath.FromSlash(name)+".golden")
	golden, err := os.ReadFile(path)
	want := strings.ReplaceAll(string(golden), "\r\n", "\n")
	text = WithPositionsOf(want, text)
	if *update {
		writeFile(t, path, text)
		return
	}
	if err != nil {
		t.Fatalf("%v (go test -update writes it)", err)
	}
	if diff := cmp.Diff(want, text); diff != "" {
		t.Errorf("%s (-want +got):\n%s", path, diff)
	}
}

// position matches the position of a diagnostic: its file, block and line.
var position = regexp.MustCompile(`(?m)^  on (\S+) line \d+, in (.+):\n +\d+: (.*)\n`)

// WithPositionsOf returns got with the less exact positions of want. For an attribute of a
// nested object, Terraform 1.11 shows the first line of the block, as golden files do, and
// 1.17 the line of the attribute. A position in want that isn't the first line of the same
// block stays different.
func WithPositionsOf(want, got string) string {
	wanted := position.FindAllStringSubmatch(want, -1)
	if len(wanted) != len(position.FindAllString(got, -1)) {
		return got
	}
	return position.ReplaceAllStringFunc(got, func(text string) string {
		next, is := wanted[0], position.FindStringSubmatch(text)
		wanted = wanted[1:]
		if file, block, source := next[1], next[2], next[3]; is[1] == file && is[2] == block && strings.HasPrefix(source, block+" {") {
			return next[0]
		}
		return text
	})
}

var (
	loopbackPort = regexp.MustCompile(`(127\.0\.0\.1|\[::1\]):\d+`)
	taskID       = regexp.MustCompile(`\d{8}-\d{4}-\d{4}-\d{4}-[0-9a-f]{12}`)
	leftOfRead   = regexp.MustCompile(`(due\s+in\s+\d+s,\s+and\s+the\s+read\s+has\s+)\d+s`)
	timestamp    = regexp.MustCompile(`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ`)
)

// Diagnostics returns the errors and warnings of a run with -no-color, as printed,
// without parts that vary between runs.
func (r Result) Diagnostics() string {
	_, warnings, found := strings.Cut(r.Stdout, "\nWarning: ")
	if found {
		warnings = "\nWarning: " + warnings
	}
	text := loopbackPort.ReplaceAllString(warnings+r.Stderr, "$1:PORT")
	text = strings.ReplaceAll(text, "registry.opentofu.org", "registry.terraform.io")
	text = leftOfRead.ReplaceAllString(text, "${1}5s")
	return taskID.ReplaceAllString(text, "00000000-0000-0000-0000-000000000000")
}

// SameTime replaces every RFC 3339 timestamp with a fixed one.
func SameTime(text string) string { return timestamp.ReplaceAllString(text, "2026-08-01T09:30:00Z") }

// Unwrapped undoes Terraform's line breaks.
func Unwrapped(text string) string { return strings.Join(strings.Fields(text), " ") }

// JSON returns value as JSON.
func JSON(t *testing.T, value any) string {
	t.Helper()
	text, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// ReadFile returns the content of a file.
func ReadFile(t *testing.T, name string) []byte {
	t.Helper()
	content, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return content
}

func writeFile(t *testing.T, path, content string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
}
