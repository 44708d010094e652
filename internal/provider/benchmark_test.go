package provider_test

import (
	"fmt"
	"testing"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/fakeapi"
)

// BenchmarkRead_cacheHit reads one target from the cache.
func BenchmarkRead_cacheHit(b *testing.B) {
	server := fakeapi.Start(b, fakeapi.Options{})
	r := newRPC(b, server, map[string]string{"DATAFORSEO_CACHE_TTL": "1h", "DATAFORSEO_CACHE_DIRECTORY": b.TempDir()})
	config := objectOf(b, r.schema.DataSourceSchemas[summaryType], map[string]any{
		"target": "explodingtopics.com",
	})
	if state, diags := r.read(b.Context(), b, summaryType, config); state == nil {
		b.Fatal(textOf(diags))
	}
	b.ReportAllocs()
	for b.Loop() {
		r.read(b.Context(), b, summaryType, config)
	}
}

// BenchmarkPortfolio_cacheHit reads a portfolio from the cache.
func BenchmarkPortfolio_cacheHit(b *testing.B) {
	for _, size := range []int{500, 1000, 2000, 5000} {
		b.Run(fmt.Sprint(size), func(b *testing.B) {
			server := fakeapi.Start(b, fakeapi.Options{})
			directory := b.TempDir()
			fillCache(b, server, directory, numbered(size))
			r := newRPC(b, server, map[string]string{"DATAFORSEO_CACHE_TTL": "1h", "DATAFORSEO_CACHE_DIRECTORY": directory})
			config := objectOf(b, r.schema.DataSourceSchemas[summariesType], map[string]any{"targets": numbered(size)})
			if state, diags := r.read(b.Context(), b, summariesType, config); state == nil {
				b.Fatal(textOf(diags))
			}
			b.ReportAllocs()
			b.ResetTimer()
			for b.Loop() {
				r.read(b.Context(), b, summariesType, config)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*size), "ns/target")
		})
	}
}
