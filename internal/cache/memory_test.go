package cache_test

import (
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/cache"
	"github.com/dataforseo/terraform-provider-dataforseo/internal/dataforseo"
	"github.com/dataforseo/terraform-provider-dataforseo/internal/fakeapi"
)

// TestMemory_later: an answer lasts as long as the process, for the same target, with
// whatever tag. It costs something once.
func TestMemory_later(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		a := new(api)
		c := process(t, a, "")
		tag := "a tag"
		for i := range 3 {
			reply := ask(t, c, callOf(t, dataforseo.BacklinksSummaryRequest{Target: "a.example", Tag: []*string{nil, &tag, nil}[i]}))
			wantReply(t, reply, 1, false)
			if paid := reply.Charges.USD == price; !reply.FetchedAt.Equal(epoch) || paid != (i == 0) || reply.Cached {
				t.Errorf("fetched at %s, charges %v, cached %t", reply.FetchedAt, reply.Charges, reply.Cached)
			}
			pass(1000 * time.Hour)
		}
		wantReply(t, ask(t, c, callFor(t, "b.example")), 2, false)
		wantReply(t, ask(t, process(t, a, ""), callFor(t, "a.example")), 3, false)
	})
}

// TestMemory_noData: that there is no data is an answer, and as dear as any.
func TestMemory_noData(t *testing.T) {
	t.Parallel()
	server, transport := newFakeTransport(t, fakeapi.Options{NoData: []string{"a.example"}})
	client := dataforseo.NewClient(process(t, transport, ""))
	for range 2 {
		answer, failure := client.BacklinksSummary(t.Context(), dataforseo.BacklinksSummaryRequest{Target: "a.example"})
		if failure != nil || answer.Result.HasData() {
			t.Errorf("%+v, %v", answer, failure)
		}
	}
	if got := server.Charged(); got != 1 {
		t.Errorf("%d answers charged, want 1", got)
	}
}

// TestMemory_keyless: a call whose answer is not to be shared passes, in all modes.
func TestMemory_keyless(t *testing.T) {
	t.Parallel()
	for _, m := range []cache.Mode{"", cache.ReadWrite, cache.Refresh, cache.CacheOnly} {
		a, directory := new(api), t.TempDir()
		c := process(t, a, directory, mode(m))
		call := callFor(t, "a.example")
		call.CacheKey = nil
		for n := 1; n <= 3; n++ {
			wantReply(t, ask(t, c, call), n, false)
		}
		wantOnlyEntries(t, directory, 0)
	}
}

// TestMemory_processOnly: what is out of date when the process ends is shared within it,
// and no file keeps it.
func TestMemory_processOnly(t *testing.T) {
	t.Parallel()
	a, directory := new(api), t.TempDir()
	call := callFor(t, "a.example")
	call.ProcessOnly = true
	for n := 1; n <= 2; n++ {
		c := process(t, a, directory)
		for range 3 {
			reply := ask(t, c, call)
			if wantReply(t, reply, n, false); reply.Cached {
				t.Error("it says that it is kept")
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
		"older by a nanosecond":  {time.Hour + 1, time.Hour, 2},
		"zero":                   {time.Minute, 0, 2},
		"zero, the same instant": {0, 0, 2},
		"less than zero":         {0, -time.Hour, 2},
	} {
		inBubble(t, name, func(t *testing.T) {
			a := new(api)
			cache := process(t, a, "")
			ask(t, cache, callFor(t, "a.example"))
			pass(c.age)
			call := agedCallFor(t, "a.example", c.maxAge)
			if has := cache.Has(t.Context(), call); has != (c.want == 1) {
				t.Errorf("Has says %t", has)
			}
			wantReply(t, ask(t, cache, call), c.want, false)
			wantReply(t, ask(t, cache, callFor(t, "a.example")), c.want, false)
			wantCalls(t, a, c.want)
		})
	}
}

// TestHas: it says what Do would do, and asks nobody.
func TestHas(t *testing.T) {
	t.Parallel()
	for m, inNext := range map[cache.Mode]bool{cache.ReadWrite: true, cache.Refresh: false, cache.CacheOnly: true} {
		for _, directory := range []string{"", t.TempDir()} {
			inBubble(t, string(m)+filepath.Base(directory), func(t *testing.T) {
				a, call := new(api), callFor(t, "a.example")
				if process(t, a, directory, mode(m)).Has(t.Context(), call) {
					t.Error("before it was asked")
				}
				asker := process(t, a, directory)
				ask(t, asker, call)
				if !asker.Has(t.Context(), call) || asker.Has(t.Context(), callFor(t, "b.example")) || asker.Has(t.Context(), agedCallFor(t, "a.example", 0)) {
					t.Error("it does not know what it holds")
				}
				if has, want := process(t, a, directory, mode(m)).Has(t.Context(), call), inNext && directory != ""; has != want {
					t.Errorf("in the next process: %t, want %t", has, want)
				}
				pass(ttl + 1)
				if has, want := asker.Has(t.Context(), call), directory == ""; has != want {
					t.Errorf("when it has expired: %t, want %t", has, want)
				}
				wantCalls(t, a, 1)
			})
		}
	}
}
