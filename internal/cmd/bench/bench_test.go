//go:build unix

// Package bench_test measures whole plans: Terraform, the provider as it is released,
// and a fake DataForSEO that takes its time, without an account and without cost.
//
//	make bench BENCH=Plan COUNT=1
//
// A limit that nothing can beat, or that the provider must keep, is a benchmark of its
// own, by=limit, so that benchstat shows it beside the figure. A run fails if it reads
// too little, or makes more or fewer calls than it should.
package bench_test

import (
	"fmt"
	"os"
	"slices"
	"testing"
	"time"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/fakeapi"
)

// How much memory the provider may use, in bytes.
const (
	peakLimit     = 64 << 20
	bulkPeakLimit = 96 << 20 // for up to 10,000 targets
)

// How much state a target may take, in bytes.
const (
	// fileLimit is the size with a data source "http" that posts the same request and
	// decodes the same answer. It was measured once: the tests have no such provider.
	fileLimit   = 8900
	valuesLimit = 3000
)

// smallVariable is the environment variable that makes the benchmarks small, for a test.
const smallVariable = "BENCH_SMALL"

// BenchmarkPlan measures plans that pay for their answers and plans from the cache.
func BenchmarkPlan(b *testing.B) {
	if os.Getenv(smallVariable) != "" {
		plans(b, 2, 3, 4*time.Millisecond, 8*time.Millisecond)
		return
	}
	plans(b, 1000, 5000, 500*time.Millisecond, time.Second)
}

// BenchmarkBulk measures plans of as many targets as only the cheap endpoint is for.
func BenchmarkBulk(b *testing.B) {
	if os.Getenv(smallVariable) != "" {
		bulks(b, 4*time.Millisecond, 2, 3)
		return
	}
	bulks(b, 500*time.Millisecond, 1000, 5000, 10_000)
}

// BenchmarkState measures the state that an apply leaves.
func BenchmarkState(b *testing.B) {
	if os.Getenv(smallVariable) != "" {
		states(b, 2)
		return
	}
	states(b, 100)
}

// plans measures plans of few and of many targets. An answer of the fake takes the time
// quick or slow.
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

// BenchmarkTeam measures plans with answers from a directory, and from a bucket. A request
// to the bucket takes bucketDelay.
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

// bulks measures plans that pay for their answers and plans from the cache, which the
// former fill. The first size is compared with what Terraform takes by itself.
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

// name is the name of a benchmark, in keys and values that benchstat can split.
func name(source source, targets int, answers any) string {
	return fmt.Sprintf("source=%s/targets=%d/answers=%v", source.name, targets, answers)
}

// leastTime is the shortest time in which all targets can be read if every answer takes
// delay. Terraform or DataForSEO limits the calls at once, and DataForSEO those a minute.
func (s source) leastTime(targets int, delay time.Duration) time.Duration {
	const perMinute = fakeapi.DefaultPerMinute
	calls := s.calls(targets)
	least := max(delay, time.Duration(calls)*delay/time.Duration(s.atOnce))
	if calls > perMinute {
		least = max(least, time.Duration(calls)*time.Minute/perMinute)
	}
	return least
}

// calls is how many calls it takes to read all targets.
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

// report reports these and no others.
func (m metrics) report(b *testing.B) {
	b.Helper()
	b.ReportMetric(0, "ns/op") // unless it is among them
	for unit, value := range m {
		b.ReportMetric(value, unit)
	}
}

// limit reports limits as a benchmark of their own, beside the one that is held to them.
func limit(b *testing.B, m metrics) {
	b.Helper()
	b.Run("by=limit", m.report)
}
