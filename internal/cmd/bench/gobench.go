package main

import (
	"context"
	"fmt"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/cli"
	"github.com/dataforseo/terraform-provider-dataforseo/internal/cmd/internal/terraform"
)

// goBenchmark is a benchmark of the Go code.
type goBenchmark struct {
	// pkg is the package's directory below internal.
	pkg string
	// name as Go prints it, without the number of processors.
	name   string
	figure string
}

// goBenchmarks are those of the hot paths.
func goBenchmarks() []goBenchmark {
	return []goBenchmark{
		{"dataforseo", "BenchmarkLargeAnswer", "decode an answer with 1,000 entries in each map"},
		{"provider", "BenchmarkState/documented", "write the state of the documented answer"},
		{"provider", "BenchmarkState/large", "write the state of an answer with 1,000 entries in each map"},
		{"cache", "BenchmarkHit", "find the documented answer in the cache"},
		{"provider", "BenchmarkRead_cacheHit", "validate and read a data source from the cache"},
	}
}

// measureGo runs the benchmarks of the hot paths with go test.
func measureGo(ctx context.Context, b *bench) ([]row, error) {
	b.progress("Go benchmarks of the hot paths")
	command := terraform.Command(ctx, b.root, "go", goTestArgs(b.runs)...)
	var stderr strings.Builder
	command.Stderr = &stderr
	output, err := command.Output()
	if err != nil {
		return nil, fmt.Errorf("go test: %w\n%s%s", err, output, &stderr)
	}
	results := parseGoBenchmarks(string(output))
	var rows []row
	for _, g := range goBenchmarks() {
		found := results[g.name]
		if len(found) != b.runs {
			return nil, fmt.Errorf("%s ran %d times, not %d\n%s", g.name, len(found), b.runs, output)
		}
		rows = append(rows, g.row(found))
	}
	return rows, nil
}

func goTestArgs(runs int) []string {
	var names, packages []string
	for _, g := range goBenchmarks() {
		name, _, _ := strings.Cut(g.name, "/")
		names, packages = append(names, name), append(packages, "./"+path.Join("internal", g.pkg))
	}
	slices.Sort(names)
	slices.Sort(packages)
	pattern := "^(" + strings.Join(slices.Compact(names), "|") + ")$"
	args := []string{"test", "-run", "^$", "-bench", pattern, "-benchmem", "-count", strconv.Itoa(runs)}
	return append(args, slices.Compact(packages)...)
}

// goResult is what one run of a benchmark says of one operation.
type goResult struct {
	nanoseconds        float64
	bytes, allocations int
}

var (
	goResultLine = regexp.MustCompile(`(?m)^(Benchmark\S*?)(?:-\d+)?\s+\d+\s+([\d.]+) ns/op\b(.*)$`)
	goBytes      = regexp.MustCompile(`\s(\d+) B/op\b`)
	goAllocs     = regexp.MustCompile(`\s(\d+) allocs/op\b`)
)

// parseGoBenchmarks returns the results in the output of go test -bench, by name. See
// https://go.dev/design/14313-benchmark-format.
func parseGoBenchmarks(output string) map[string][]goResult {
	results := map[string][]goResult{}
	for _, line := range goResultLine.FindAllStringSubmatch(output, -1) {
		nanoseconds, err := strconv.ParseFloat(line[2], 64)
		if err != nil {
			continue
		}
		results[line[1]] = append(results[line[1]], goResult{nanoseconds, countIn(line[3], goBytes), countIn(line[3], goAllocs)})
	}
	return results
}

// countIn returns the number that a pattern finds, 0 if it finds none.
func countIn(text string, pattern *regexp.Regexp) int {
	found := pattern.FindStringSubmatch(text)
	if found == nil {
		return 0
	}
	n, _ := strconv.Atoi(found[1]) // digits; what is too large becomes the largest
	return n
}

func (g goBenchmark) row(results []goResult) row {
	var measured sample
	for _, r := range results {
		measured = append(measured, r.nanoseconds)
	}
	last := results[len(results)-1]
	return row{
		figure: g.figure, measured: measured, unit: fraction,
		more: fmt.Sprintf("%s, %s allocations", kilobytes(float64(last.bytes)), cli.Grouped(last.allocations)),
	}
}
