package cache_test

import (
	"context"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/cache"
	"github.com/dataforseo/terraform-provider-dataforseo/internal/dataforseo"
)

// TestMemory_later checks that an answer lasts as long as the process, whatever the tag,
// and is charged once.
func TestMemory_later(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		a := new(api)
		c := process(t, a, "")
		tag := "a tag"
		for i := range 3 {
			reply := mustDo(t, c, callOf(t, dataforseo.BacklinksSummaryRequest{Target: "a.example", Tag: []*string{nil, &tag, nil}[i]}))
			wantReply(t, reply, 1, false)
			if paid := reply.Charges.USD == price; !reply.FetchedAt.Equal(epoch) || paid != (i == 0) || reply.Cached {
				t.Errorf("call %d: fetched at %s, charges %v, cached %t", i, reply.FetchedAt, reply.Charges, reply.Cached)
			}
			sleep(1000 * time.Hour)
		}
		wantReply(t, mustDo(t, c, callFor(t, "b.example")), 2, false)
		wantReply(t, mustDo(t, process(t, a, ""), callFor(t, "a.example")), 3, false)
	})
}

// TestMemory_keyless checks that calls without a key pass through in all modes.
func TestMemory_keyless(t *testing.T) {
	t.Parallel()
	for _, m := range []cache.Mode{"", cache.ReadWrite, cache.Refresh, cache.CacheOnly} {
		a, directory := new(api), t.TempDir()
		c := process(t, a, directory, mode(m))
		call := callFor(t, "a.example")
		call.CacheKey = nil
		for n := 1; n <= 3; n++ {
			wantReply(t, mustDo(t, c, call), n, false)
		}
		wantOnlyEntries(t, directory, 0)
	}
}

// TestMemory_processOnly checks that a ProcessOnly answer is shared within the process and
// never saved.
func TestMemory_processOnly(t *testing.T) {
	t.Parallel()
	a, directory := new(api), t.TempDir()
	a.onCall = func(context.Context, int) *dataforseo.Failure { wantOnlyEntries(t, directory, 0); return nil } // nor a lock
	call := callFor(t, "a.example")
	call.ProcessOnly = true
	for n := 1; n <= 2; n++ {
		c := process(t, a, directory)
		for range 3 {
			reply := mustDo(t, c, call)
			if wantReply(t, reply, n, false); reply.Cached {
				t.Error("Cached is true")
			}
		}
	}
	wantOnlyEntries(t, directory, 0)
	wantMiss(t, process(t, a, directory, mode(cache.CacheOnly)), call, "")
	wantCalls(t, a, 2)
}

func TestMemory_maxAge(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		age, maxAge time.Duration
		want        int
	}{
		"younger":                {time.Minute, time.Hour, 1},
		"exactly as old":         {time.Hour, time.Hour, 1},
		"a nanosecond too old":   {time.Hour + 1, time.Hour, 2},
		"zero":                   {time.Minute, 0, 2},
		"zero, the same instant": {0, 0, 2},
		"negative":               {0, -time.Hour, 2},
	} {
		inBubble(t, name, func(t *testing.T) {
			a := new(api)
			cache := process(t, a, "")
			mustDo(t, cache, callFor(t, "a.example"))
			sleep(c.age)
			call := callWithMaxAge(t, "a.example", c.maxAge)
			if has := cache.Has(t.Context(), call); has != (c.want == 1) {
				t.Errorf("Has returned %t", has)
			}
			wantReply(t, mustDo(t, cache, call), c.want, false)
			wantReply(t, mustDo(t, cache, callFor(t, "a.example")), c.want, false)
			wantCalls(t, a, c.want)
		})
	}
}

// TestHas checks that Has predicts whether Do makes a call, and makes none itself.
func TestHas(t *testing.T) {
	t.Parallel()
	for m, inNext := range map[cache.Mode]bool{cache.ReadWrite: true, cache.Refresh: false, cache.CacheOnly: true} {
		for _, directory := range []string{"", t.TempDir()} {
			inBubble(t, string(m)+filepath.Base(directory), func(t *testing.T) {
				a, call := new(api), callFor(t, "a.example")
				if process(t, a, directory, mode(m)).Has(t.Context(), call) {
					t.Error("Has returned true before the first call")
				}
				first := process(t, a, directory)
				mustDo(t, first, call)
				if !first.Has(t.Context(), call) || first.Has(t.Context(), callFor(t, "b.example")) || first.Has(t.Context(), callWithMaxAge(t, "a.example", 0)) {
					t.Error("Has is wrong after the first call")
				}
				if has, want := process(t, a, directory, mode(m)).Has(t.Context(), call), inNext && directory != ""; has != want {
					t.Errorf("next process: got %t, want %t", has, want)
				}
				sleep(ttl + 1)
				if has, want := first.Has(t.Context(), call), directory == ""; has != want {
					t.Errorf("expired: got %t, want %t", has, want)
				}
				wantCalls(t, a, 1)
			})
		}
	}
}
