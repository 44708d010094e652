package cache

import (
	"context"
	"slices"
	"time"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/dataforseo"
)

// An answer that is a part of a larger one is found by [Cache.Find]. What is missing is
// requested by the holder of the [Claim], which saves each part separately.

// Find returns a known answer, nil if there is none. It asks for nothing. asked is when
// the caller began to look: any later answer is new enough. A failure means that no
// answer may be asked for either.
func (c *Cache) Find(ctx context.Context, call *dataforseo.Call, asked time.Time) (*dataforseo.Reply, *dataforseo.Failure) {
	ctx = withDelay(ctx)
	lookup := c.newLookup(call)
	lookup.asked = asked
	if c.options.Mode == CacheOnly {
		return c.findOrMiss(ctx, lookup)
	}
	if reply := c.recall(lookup); reply != nil {
		return reply, nil
	}
	if reply, _ := c.find(ctx, lookup); reply != nil {
		return c.withNotices(reply), nil
	}
	return nil, nil
}

// Claim is the right to ask an endpoint for parts that are missing. One process of those
// that share a directory or a bucket has it at a time, and in it one caller. There is one
// claim for all parts, so that callers whose parts overlap cannot wait for each other.
type Claim struct {
	cache *Cache
	end   func()
}

// Claim waits for the claim until ctx ends. Look for the parts again, and ask only then.
// After each other process that had it, Claim asks whether it is still wanted, and returns
// neither a claim nor a failure if not: many that want the same parts need not queue up.
func (c *Cache) Claim(ctx context.Context, endpoint *dataforseo.Endpoint, wanted func() bool) (*Claim, *dataforseo.Failure) {
	select {
	case c.turn <- struct{}{}:
	case <-ctx.Done():
		return nil, dataforseo.FailureOfContext(ctx)
	}
	end, held := c.hold(withDelay(ctx), c.newLookup(&dataforseo.Call{Endpoint: endpoint}).name(), wanted)
	claim := &Claim{c, end}
	switch {
	case ctx.Err() != nil:
		claim.Release()
		return nil, dataforseo.FailureOfContext(ctx)
	case !held:
		claim.Release()
		return nil, nil
	}
	return claim, nil
}

// hold claims a name in every store, however often others have it first, as long as it is
// wanted. The caller calls release in any case.
func (c *Cache) hold(ctx context.Context, name string, wanted func() bool) (release func(), held bool) {
	var claims []func()
	release = func() {
		for _, end := range slices.Backward(claims) {
			end()
		}
	}
	for _, s := range c.stores {
		for ended := true; ended && ctx.Err() == nil; {
			var end func()
			if end, ended = s.claim(ctx, name); end != nil {
				claims = append(claims, end)
			}
			if ended && !wanted() {
				return release, false
			}
		}
	}
	return release, true
}

// Keep saves a part at once. It says in the reply whether the next process will find it.
func (c *Claim) Keep(ctx context.Context, call *dataforseo.Call, reply *dataforseo.Reply) {
	lookup, part := c.cache.newLookup(call), entry{body: reply.Body, fetchedAt: reply.FetchedAt}
	part.saved = c.cache.save(withDelay(ctx), lookup, part)
	reply.Cached = part.saved
	c.cache.remember(lookup, part)
	c.cache.withNotices(reply)
}

// Release ends the claim.
func (c *Claim) Release() {
	c.end()
	<-c.cache.turn
}
