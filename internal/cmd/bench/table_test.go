package main

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the golden files of the tests that run, instead of comparing with them")

// golden compares a text with a file of testdata.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("%v (go test -update writes it)", err)
	}
	if diff := cmp.Diff(strings.ReplaceAll(string(want), "\r\n", "\n"), got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", path, diff)
	}
}

func TestMarkdown(t *testing.T) {
	t.Parallel()
	rows := []row{
		{figure: "below its limit", measured: sample{9, 11, 10}, unit: seconds, limit: 10.5, because: "21 / 2 × 1s", most: 1.15},
		{figure: "at its limit", measured: sample{12.5}, unit: seconds, limit: 10, most: 1.25},
		{figure: "beyond its limit", measured: sample{12.6}, unit: seconds, limit: 10, most: 1.25},
		{figure: "without a limit", measured: sample{1500}, unit: fraction, more: "2.00 kB, 12 allocations"},
		{figure: "not measured", unit: mebibytes, limit: 64 << 20, most: 1},
		{figure: "with a | in it", measured: sample{1}, unit: seconds},
	}
	golden(t, "three-runs.golden", markdown(3, rows))
	golden(t, "one-run.golden", markdown(1, rows[:1]))
}
