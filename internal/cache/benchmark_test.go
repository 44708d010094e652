package cache_test

import (
	"testing"
	"time"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/dataforseo"
	"github.com/dataforseo/terraform-provider-dataforseo/internal/doertest"
	"github.com/dataforseo/terraform-provider-dataforseo/internal/fakeapi"
)

// BenchmarkDo measures an answer from a file, an answer from memory, and a call whose answer
// is saved.
func BenchmarkDo(b *testing.B) {
	always := time.Duration(0)
	for name, c := range map[string]struct {
		directory string
		maxAge    *time.Duration
	}{"file": {b.TempDir(), nil}, "memory": {"", nil}, "save": {b.TempDir(), &always}} {
		b.Run(name, func(b *testing.B) {
			call := callOf(b, dataforseo.BacklinksSummaryRequest{Target: "explodingtopics.com", MaxAge: c.maxAge})
			cache := process(b, doertest.Answering(fakeapi.RecordedOK.Bytes()), c.directory)
			mustDo(b, cache, call)
			b.ReportAllocs()
			for b.Loop() {
				mustDo(b, cache, call)
			}
		})
	}
}
