package cache

import (
	"context"
	"time"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/dataforseo"
)

// Some requests fetch many answers at once. [Cache.Find] finds those that are cached. The
// holder of the [Claim] requests the rest, and saves each answer separately.

// Find returns the cached answer, nil if there is none. It never makes a call. began is
// when the read began: any later answer is new enough. A failure means that the call must
// not be made either.
func (c *Cache) Find(ctx context.Context, call *dataforseo.Call, began time.Time) (*dataforseo.Reply, *dataforseo.Failure) {
	ctx = withDelay(ctx)
	lookup := c.newLookup(call)
	lookup.began = began
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

// Claim is the right to request missing answers from an endpoint. Among the processes that
// share a directory or a bucket, one caller has it at a time. There is one claim for all
// answers, so that callers whose answers overlap cannot deadlock.
type Claim struct {
	cache *Cache
	end   func()
}

// Claim waits for the claim until ctx ends. The caller must look for the answers again
// before it requests any. Whenever another process has released the claim, Claim calls
// wanted, and returns nil, nil if that returns false: callers that want the same answers
// need not queue up.
func (c *Cache) Claim(ctx context.Context, endpoint *dataforseo.Endpoint, wanted func() bool) (*Claim, *dataforseo.Failure) {
	select {
	case c.turn <- struct{}{}:
	case <-ctx.Done():
		return nil, dataforseo.FailureOfContext(ctx)
	}
	name, held := c.newLookup(&dataforseo.Call{Endpoint: endpoint}).name(), true
	end := c.claim(withDelay(ctx), name, func(_ int, ended bool) bool {
		held = !ended || wanted()
		return !held
	})
	claim := &Claim{c, end}
	if held && ctx.Err() == nil {
		return claim, nil
	}
	claim.Release()
	if ctx.Err() != nil {
		return nil, dataforseo.FailureOfContext(ctx)
	}
	return nil, nil
}

// Keep saves an answer. It sets reply.Cached if the next process will find it.
func (c *Claim) Keep(ctx context.Context, call *dataforseo.Call, reply *dataforseo.Reply) {
	c.cache.save(withDelay(ctx), c.cache.newLookup(call), reply)
	c.cache.withNotices(reply)
}

// Release ends the claim.
func (c *Claim) Release() {
	c.end()
	<-c.cache.turn
}
