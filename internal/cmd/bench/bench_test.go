//go:build unix

// Package bench_test measures whole plans with Terraform, the provider and a fake DataForSEO
// with delays, without an account and without cost.
//
//	make bench BENCH=Plan COUNT=1
//
// Limits, such as DataForSEO's rate limit, are reported as benchmarks with by=limit, so that
// benchstat shows them beside the figures. A run fails if it does not read everything with
// the expected number of calls.
package bench_test

import (
	"fmt"
	"os"
	"slices"
	"testing"
	"time"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/fakeapi"
)

// Limits of the provider's memory, in bytes.
const (
	peakLimit     = 64 << 20
	bulkPeakLimit = 96 << 20 // for up to 10,000 targets
)

// Limits of the state per target, in bytes.
const (
	// fileLimit was measured once, with a data source "http" that posts the same request
	// and decodes the same answer.
	fileLimit   = 8900
	valuesLimit = 3000
)

// smallVariable is the environment variable that makes the benchmarks small, for
// [TestBenchmarks].
const smallVariable = "BENCH_SMALL"

// BenchmarkPlan measures plans with paid and with cached answers.
func BenchmarkPlan(b *testing.B) {
	if os.Getenv(smallVariable) != "" {
		plans(b, 2, 3, 4*time.Millisecond, 8*time.Millisecond)
		return
	}
	plans(b, 1000, 5000, 500*time.Millisecond, time.Second)
}

// BenchmarkBulk measures plans of up to 10,000 targets with the bulk endpoint.
func BenchmarkBulk(b *testing.B) {
	if os.Getenv(smallVariable) != "" {
		bulks(b, 4*time.Millisecond, 2, 3)
		return
	}
	bulks(b, 500*time.Millisecond, 1000, 5000, 10_000)
}

// BenchmarkState measures the size of the state.
func BenchmarkState(b *testing.B) {
	if os.Getenv(smallVariable) != "" {
		states(b, 2)
		return
	}
	states(b, 100)
}

// plans measures plans of few and of many targets. The fake answers after quick or slow.
func plans(b *testing.B, few, many int, quick, slow time.Duration) {
	b.Helper()
	s := newStage(b)
	for _, paid := range []struct {
		source  source
		targets int
		delay   time.Duration
	}{{forEach, few, quick}, {portfolio, few, quick}, {portfolio, few, slow}, {portfolio, many, quick}} {
		b.Run(name(paid.source, paid.targets, paid.delay), func(b *testing.B) {
			s.fake.OnAny(fakeapi.Delay(paid.delay))
			limit(b, metrics{"ns/op": float64(paid.source.leastTime(paid.targets, paid.delay)), "peak-B": peakLimit})
			b.Run("by=provider", s.prepare(b, paid.source, paid.targets, always).benchmark)
		})
	}
	for _, cached := range []struct {
		source  source
		targets int
	}{{forEach, few}, {portfolio, few}, {portfolio, many}} {
		b.Run(name(cached.source, cached.targets, "cached"), func(b *testing.B) {
			s.fill(b, portfolio, many)
			if cached.targets == few { // Terraform takes minutes for many
				b.Run("by=limit", s.prepare(b, builtin, few, never).benchmark)
			}
			b.Run("by=provider", s.prepare(b, cached.source, cached.targets, never).benchmark)
		})
	}
}

// BenchmarkTeam measures plans with answers from a directory and from a bucket, where each
// request takes bucketDelay.
func BenchmarkTeam(b *testing.B) {
	targets := 500
	if os.Getenv(smallVariable) != "" {
		targets = 2
	}
	s := newStage(b)
	s.fill(b, portfolio, targets)
	_, err := s.prepare(b, portfolio, targets, always).ofTeam().run(interruptible, "plan")
	check(b, err)
	for _, source := range []source{forEach, portfolio} {
		b.Run(name(source, targets, "cached"), func(b *testing.B) {
			b.Run("by=directory", s.prepare(b, source, targets, never).benchmark)
			b.Run("by=bucket", s.prepare(b, source, targets, never).ofTeam().benchmark)
		})
	}
}

// bulks measures plans with paid and then with cached answers. For the first size, it also
// measures Terraform alone.
func bulks(b *testing.B, delay time.Duration, sizes ...int) {
	b.Helper()
	s := newStage(b)
	for _, targets := range sizes {
		b.Run(name(bulk, targets, delay), func(b *testing.B) {
			s.fake.OnAny(fakeapi.Delay(delay))
			limit(b, metrics{"ns/op": float64(bulk.leastTime(targets, delay)), "peak-B": bulkPeakLimit})
			b.Run("by=provider", s.prepare(b, bulk, targets, cold).benchmark)
		})
		b.Run(name(bulk, targets, "cached"), func(b *testing.B) {
			s.fill(b, bulk, slices.Max(sizes))
			if targets == sizes[0] {
				b.Run("by=limit", s.prepare(b, builtin, targets, never).benchmark)
			}
			b.Run("by=provider", s.prepare(b, bulk, targets, never).benchmark)
		})
	}
}

// name returns the name of a benchmark as keys and values for benchstat.
func name(source source, targets int, answers any) string {
	return fmt.Sprintf("source=%s/targets=%d/answers=%v", source.name, targets, answers)
}

// leastTime returns the shortest possible time for reading all targets if every answer takes
// delay. Terraform or DataForSEO limits concurrent calls, and DataForSEO calls per minute.
func (s source) leastTime(targets int, delay time.Duration) time.Duration {
	const perMinute = fakeapi.DefaultPerMinute
	calls := s.calls(targets)
	least := max(delay, time.Duration(calls)*delay/time.Duration(s.atOnce))
	if calls > perMinute {
		least = max(least, time.Duration(calls)*time.Minute/perMinute)
	}
	return least
}

// calls returns the number of calls for all targets.
func (s source) calls(targets int) int { return (targets + s.perCall - 1) / s.perCall }

// states measures the state of one data source for each target, and of one for all.
func states(b *testing.B, targets int) {
	b.Helper()
	s := newStage(b)
	for _, source := range []source{forEach, portfolio} {
		b.Run(fmt.Sprintf("source=%s/targets=%d", source.name, targets), func(b *testing.B) {
			limit(b, metrics{"file-B/target": fileLimit, "values-B/target": valuesLimit})
			b.Run("by=provider", s.prepare(b, source, targets, always).benchmarkState)
		})
	}
}

// metrics are the figures of a benchmark, by unit.
type metrics map[string]float64

// report reports only these metrics.
func (m metrics) report(b *testing.B) {
	b.Helper()
	b.ReportMetric(0, "ns/op") // unless m has it
	for unit, value := range m {
		b.ReportMetric(value, unit)
	}
}

// limit reports limits as a benchmark.
func limit(b *testing.B, m metrics) {
	b.Helper()
	b.Run("by=limit", m.report)
}
