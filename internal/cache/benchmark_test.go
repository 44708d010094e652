package cache_test

import (
	"context"
	"testing"

	"github.com/jonboulle/clockwork"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/dataforseo"
	"github.com/dataforseo/terraform-provider-dataforseo/internal/fakeapi"
)

// BenchmarkHit is a process that finds the documented answer in a directory.
func BenchmarkHit(b *testing.B) {
	clock, directory := clockwork.NewFakeClockAt(epoch), b.TempDir()
	call := callFor(b, "explodingtopics.com")
	next := doerFunc(func(context.Context, *dataforseo.Call) (*dataforseo.Reply, error) {
		return dataforseo.DecodeReply(fakeapi.RecordedOK.Bytes(), clock.Now(), call)
	})
	ask(b, process(next, directory, clock), call)
	c := process(nil, directory, clock) // whoever asks once more, panics
	b.ReportAllocs()
	for b.Loop() {
		if reply, err := c.Do(context.Background(), call); err != nil || !reply.FromCache {
			b.Fatal(reply, err)
		}
	}
}

// BenchmarkMemory is a process that asks twice, without a directory.
func BenchmarkMemory(b *testing.B) {
	clock := clockwork.NewFakeClockAt(epoch)
	call := callFor(b, "explodingtopics.com")
	c := process(doerFunc(func(context.Context, *dataforseo.Call) (*dataforseo.Reply, error) {
		return dataforseo.DecodeReply(fakeapi.RecordedOK.Bytes(), clock.Now(), call)
	}), "", clock)
	ask(b, c, call)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := c.Do(context.Background(), call); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkKeep is a process that asks and keeps the documented answer.
func BenchmarkKeep(b *testing.B) {
	clock, directory := clockwork.NewFakeClockAt(epoch), b.TempDir()
	call := agedCallFor(b, "explodingtopics.com", 0)
	c := process(doerFunc(func(context.Context, *dataforseo.Call) (*dataforseo.Reply, error) {
		return dataforseo.DecodeReply(fakeapi.RecordedOK.Bytes(), clock.Now(), call)
	}), directory, clock)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := c.Do(context.Background(), call); err != nil {
			b.Fatal(err)
		}
	}
}
