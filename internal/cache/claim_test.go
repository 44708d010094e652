package cache_test

import (
	"context"
	"os"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/cache"
	"github.com/dataforseo/terraform-provider-dataforseo/internal/dataforseo"
)

// claimOf takes the claim, which must be free.
func claimOf(tb testing.TB, c *cache.Cache) *cache.Claim {
	tb.Helper()
	claim, failure := c.Claim(context.Background(), callFor(tb, "a.example").Endpoint, always)
	if failure != nil {
		tb.Fatal(failure)
	}
	return claim
}

func always() bool { return true }

// keep claims, and keeps an answer with a rank.
func keep(tb testing.TB, c *cache.Cache, call *dataforseo.Call, rank int) *dataforseo.Reply {
	tb.Helper()
	part, err := dataforseo.ReadReply(answerBody(call.Target, rank, 0), time.Now().UTC(), call)
	must(tb, err)
	claim := claimOf(tb, c)
	claim.Keep(context.Background(), call, part)
	claim.Release()
	return part
}

// wantPart checks that Find returns the answer with a rank, or nothing for rank 0.
func wantPart(tb testing.TB, c *cache.Cache, call *dataforseo.Call, rank int, fromCache bool) {
	tb.Helper()
	part, failure := c.Find(context.Background(), call, time.Now())
	switch {
	case failure != nil:
		tb.Error(failure)
	case part != nil:
		wantReply(tb, part, rank, fromCache)
	case rank != 0:
		tb.Errorf("got nothing, want answer %d", rank)
	}
}

// TestFind checks in which modes and for how long Find returns an answer, and that it never
// makes a call.
func TestFind(t *testing.T) {
	t.Parallel()
	inBubble(t, "with a directory", func(t *testing.T) {
		a, directory := new(api), t.TempDir()
		call, other := callFor(t, "a.example"), callFor(t, "b.example")
		if part := keep(t, process(t, a, directory), call, 7); !part.Cached {
			t.Error("Cached is false")
		}
		wantPart(t, process(t, a, directory), call, 7, true)
		wantPart(t, process(t, a, directory), other, 0, false)
		wantReply(t, mustDo(t, process(t, a, directory), call), 7, true) // Do finds it too
		wantPart(t, process(t, a, directory, mode(cache.Refresh)), call, 0, false)
		wantPart(t, process(t, a, directory, account("another", password)), call, 0, false)
		wantPart(t, process(t, a, directory, mode(cache.CacheOnly)), call, 7, true)
		reply, failure := process(t, a, directory, mode(cache.CacheOnly)).Find(context.Background(), other, time.Now())
		wantFailure(t, outcome{reply, failure}, dataforseo.KindCacheMiss, `there is no cached answer`)
		sleep(time.Minute)
		wantPart(t, process(t, a, directory), callWithMaxAge(t, "a.example", time.Minute), 7, true)
		sleep(time.Second)
		wantPart(t, process(t, a, directory), callWithMaxAge(t, "a.example", time.Minute), 0, false)
		wantPart(t, process(t, a, directory), callWithMaxAge(t, "a.example", 0), 0, false)
		sleep(ttl)
		wantPart(t, process(t, a, directory), call, 0, false)
		wantCalls(t, a, 0)
	})
	inBubble(t, "without a directory", func(t *testing.T) {
		a := new(api)
		c := process(t, a, "")
		if part := keep(t, c, callFor(t, "a.example"), 7); part.Cached {
			t.Error("Cached is true")
		}
		wantPart(t, c, callFor(t, "a.example"), 7, false)
		wantPart(t, c, callWithMaxAge(t, "a.example", 0), 0, false)
		wantPart(t, process(t, a, ""), callFor(t, "a.example"), 0, false)
	})
	inBubble(t, "refresh", func(t *testing.T) {
		c := process(t, new(api), t.TempDir(), mode(cache.Refresh))
		keep(t, c, callFor(t, "a.example"), 7)
		wantPart(t, c, callFor(t, "a.example"), 7, false) // this process fetched it
	})
}

// TestFind_since checks that an answer fetched after the read began is new enough, however
// long the read waited for the claim.
func TestFind_since(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c, call, began := process(t, new(api), t.TempDir()), callWithMaxAge(t, "a.example", time.Second), time.Now()
		keep(t, c, call, 7)
		sleep(time.Minute)
		wantPart(t, c, call, 0, false)
		if part, failure := c.Find(context.Background(), call, began); failure != nil || part == nil {
			t.Errorf("got %v, %v, want an answer", part, failure)
		}
	})
}

// TestClaim checks that one caller at a time has the claim, within a process and between
// two with the same directory, and that waiting ends with the context.
func TestClaim(t *testing.T) {
	t.Parallel()
	for name, processes := range map[string]func(t *testing.T) (a, b *cache.Cache){
		"one process without a directory": func(t *testing.T) (a, b *cache.Cache) { t.Helper(); c := process(t, new(api), ""); return c, c },
		"one process": func(t *testing.T) (a, b *cache.Cache) {
			t.Helper()
			c := process(t, new(api), t.TempDir())
			return c, c
		},
		"two processes": func(t *testing.T) (a, b *cache.Cache) {
			t.Helper()
			directory := t.TempDir()
			return process(t, new(api), directory), process(t, new(api), directory)
		},
	} {
		inBubble(t, name, func(t *testing.T) {
			a, b := processes(t)
			endpoint := callFor(t, "a.example").Endpoint
			held := claimOf(t, a)
			ctx, cancel := context.WithTimeout(t.Context(), time.Second)
			defer cancel()
			claim, failure := b.Claim(ctx, endpoint, always)
			if claim != nil || failure == nil || failure.Kind != dataforseo.KindReadTimeout {
				t.Fatalf("got %v, %v, want a timeout", claim, failure)
			}
			began := time.Now()
			time.AfterFunc(time.Minute, held.Release)
			claimOf(t, b).Release()
			if waited := time.Since(began); waited < time.Minute || waited > time.Minute+time.Second {
				t.Errorf("waited for %s, want a minute", waited)
			}
			claimOf(t, a).Release()
		})
	}
}

// TestClaim_noLongerWanted checks that all waiting callers stop at once when the holder has
// saved the answers that they want, and that they leave no lock behind.
func TestClaim_noLongerWanted(t *testing.T) {
	t.Parallel()
	inTeam(t, "", func(t *testing.T, team *team) {
		call := callFor(t, "a.example")
		held := claimOf(t, team.machine(t))
		var waiting sync.WaitGroup
		machines := map[*cache.Cache]string{} // and their directories
		for range 40 {
			directory := t.TempDir()
			machine := team.machine(t, func(o *cache.Options) { o.Directory = directory })
			machines[machine] = directory
			waiting.Go(func() {
				claim, failure := machine.Claim(t.Context(), call.Endpoint, func() bool {
					part, _ := machine.Find(t.Context(), call, epoch)
					return part == nil
				})
				if claim != nil || failure != nil {
					t.Errorf("got %v, %v, want neither", claim, failure)
				}
				if claim != nil {
					claim.Release()
				}
			})
		}
		sleep(time.Minute)
		part, err := dataforseo.ReadReply(answerBody(call.Target, 7, 0), time.Now().UTC(), call)
		must(t, err)
		held.Keep(t.Context(), call, part)
		held.Release()
		kept := time.Now()
		waiting.Wait()
		if took := time.Since(kept); took > time.Second {
			t.Errorf("took %s", took)
		}
		for machine, directory := range machines {
			wantOnlyEntries(t, directory, 1)
			claimOf(t, machine).Release()
		}
	})
}

// TestClaim_cancelled checks that a cancelled caller does not get the claim.
func TestClaim_cancelled(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	directory := t.TempDir()
	c := process(t, new(api), directory)
	for range 8 { // the claim is free, so select may choose either
		if claim, failure := c.Claim(ctx, callFor(t, "a.example").Endpoint, always); claim != nil || failure.Kind != dataforseo.KindCancelled {
			t.Fatalf("got %v, %v", claim, failure)
		}
	}
	claimOf(t, c).Release()
	wantOnlyEntries(t, directory, 0)
}

// TestClaim_withoutLock checks that answers are saved in a directory that cannot be locked,
// with a notice.
func TestClaim_withoutLock(t *testing.T) {
	t.Parallel()
	directory := t.TempDir()
	claim := claimOf(t, process(t, new(api), directory))
	lock := filesIn(t, directory, "*.lock")
	claim.Release()
	if len(lock) != 1 {
		t.Fatalf("got %d locks, want 1", len(lock))
	}
	must(t, os.Mkdir(lock[0], 0o700)) // which cannot be locked
	part := keep(t, process(t, new(api), directory), callFor(t, "a.example"), 7)
	if !part.Cached || len(part.Notices) != 1 || !strings.Contains(part.Notices[0].Detail, "two simultaneous runs may both pay") {
		t.Errorf("got %+v", part)
	}
}
