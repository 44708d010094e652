package cache_test

import (
	"context"
	"testing"
	"time"

	"github.com/jonboulle/clockwork"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/cache"
)

// TestShared: of the calls that get one answer, one bears its price.
func TestShared(t *testing.T) {
	t.Parallel()
	clock := clockwork.NewFakeClockAt(epoch)
	for name, directory := range map[string]string{"in memory": "", "in refresh mode": t.TempDir()} {
		c := process(newAPI(clock), directory, clock, mode(cache.Refresh))
		for i, want := range []bool{false, true, true} {
			if got := ask(t, c, callFor(t, "a.example")); got.Shared != want {
				t.Errorf("%s: call %d: shared %v, want %v", name, i, got.Shared, want)
			}
		}
	}
	directory := t.TempDir()
	c := process(newAPI(clock), directory, clock)
	ask(t, c, callFor(t, "a.example"))
	if got := ask(t, c, callFor(t, "a.example")); got.Shared || !got.FromCache {
		t.Errorf("from a file: shared %v, from the cache %v", got.Shared, got.FromCache)
	}
}

// TestShared_overlapping: a call that waits for another one's answer shares it.
func TestShared_overlapping(t *testing.T) {
	t.Parallel()
	clock := clockwork.NewFakeClockAt(epoch)
	api := newAPI(clock)
	hold := make(chan struct{})
	api.meanwhile = func(context.Context, int) error { <-hold; return nil }
	c := process(api, "", clock)
	first := askAside(t.Context(), c, callFor(t, "a.example"))
	second := askAside(t.Context(), c, callFor(t, "a.example"))
	close(hold)
	shared := 0
	for _, wait := range []func() outcome{first, second} {
		o := wait()
		if o.err != nil {
			t.Fatal(o.err)
		}
		if o.reply.Shared {
			shared++
		}
	}
	if shared != 1 {
		t.Errorf("%d of 2 calls share the answer, want 1", shared)
	}
	wantCalls(t, api, 1)
}

// TestVolatile: what is out of date when the process ends is shared within it and
// kept in no file.
func TestVolatile(t *testing.T) {
	t.Parallel()
	clock := clockwork.NewFakeClockAt(epoch)
	api, directory := newAPI(clock), t.TempDir()
	call := callFor(t, "a.example")
	call.Volatile = true
	for n := 1; n <= 2; n++ {
		c := process(api, directory, clock)
		for range 3 {
			wantReply(t, ask(t, c, call), n, false)
		}
		clock.Advance(time.Second)
	}
	wantOnlyEntries(t, directory, 0)
	if _, err := process(api, directory, clock, mode(cache.CacheOnly)).Do(t.Context(), call); err == nil {
		t.Error("cache_only found a volatile answer")
	}
	wantCalls(t, api, 2)
}
