package main

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const goTestOutput = `goos: linux
goarch: amd64
pkg: example.com/module/internal/provider
cpu: AMD EPYC
BenchmarkState/documented-2         	    3291	    137337 ns/op	      1875 B/state	   16353 B/op	     182 allocs/op
BenchmarkState/documented-2         	    3000	    140000.5 ns/op	      1875 B/state	   16354 B/op	     183 allocs/op
BenchmarkLargeAnswer-16   	     100	  11000000 ns/op	  13.20 MB/s	 1234567 B/op	    6142 allocs/op
BenchmarkOneProcessor 	1000000000	         0.2500 ns/op
BenchmarkHit
    benchmark_test.go:14: a line of the log, 5 ns/op
--- BENCH: BenchmarkHit-2
BenchmarkOnly/name-of-500-2
PASS
ok  	example.com/module/internal/provider	0.700s
`

func TestParseGoBenchmarks(t *testing.T) {
	t.Parallel()
	want := map[string][]goResult{
		"BenchmarkState/documented": {{137337, 16353, 182}, {140000.5, 16354, 183}},
		"BenchmarkLargeAnswer":      {{11000000, 1234567, 6142}},
		"BenchmarkOneProcessor":     {{0.25, 0, 0}},
	}
	if diff := cmp.Diff(want, parseGoBenchmarks(goTestOutput), cmp.AllowUnexported(goResult{})); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestGoBenchmark_row(t *testing.T) {
	t.Parallel()
	got := goBenchmark{figure: "write the state"}.row(parseGoBenchmarks(goTestOutput)["BenchmarkState/documented"])
	golden(t, "go.golden", markdown(2, []row{got}))
}

// TestGoTestArgs: every benchmark is asked for once, and its package is tested.
func TestGoTestArgs(t *testing.T) {
	t.Parallel()
	got := goTestArgs(3)
	for _, want := range []string{
		"^(BenchmarkHit|BenchmarkLargeAnswer|BenchmarkRead_cacheHit|BenchmarkState)$", "-benchmem", "3",
		"./internal/cache", "./internal/dataforseo", "./internal/provider",
	} {
		if n := len(slices.DeleteFunc(slices.Clone(got), func(arg string) bool { return arg != want })); n != 1 {
			t.Errorf("%q is there %d times: %q", want, n, got)
		}
	}
}
