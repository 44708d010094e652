package cache

import (
	"context"
	"time"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/dataforseo"
)

// An answer that is a part of a larger one is found by [Cache.Find]. What is missing is
// asked for by whoever holds the [Claim], which keeps each part by itself.

// Find returns a known answer, nil if there is none. It asks for nothing. asked is when
// the caller began to look: any later answer is new enough. A failure means that no
// answer may be asked for either.
func (c *Cache) Find(call *dataforseo.Call, asked time.Time) (*dataforseo.Reply, *dataforseo.Failure) {
	lookup := c.newLookup(call)
	lookup.asked = asked
	if c.options.Mode == CacheOnly {
		return c.findOrMiss(lookup)
	}
	if reply := c.recall(lookup); reply != nil {
		return reply, nil
	}
	if reply, _ := c.find(lookup); reply != nil {
		return c.withNotices(reply), nil
	}
	return nil, nil
}

// Claim is the right to ask an endpoint for parts that are missing. One process with the
// directory has it at a time, and in it one caller. There is one claim for all parts, so
// that callers whose parts overlap cannot wait for each other.
type Claim struct {
	cache *Cache
	// keeps means that parts are saved in the directory.
	keeps   bool
	unlock  func()
	lockErr error
}

// Claim waits for the claim until ctx ends. Look for the parts again, and ask only then.
func (c *Cache) Claim(ctx context.Context, endpoint *dataforseo.Endpoint) (*Claim, *dataforseo.Failure) {
	select {
	case c.turn <- struct{}{}:
	case <-ctx.Done():
		return nil, dataforseo.FailureOfContext(ctx)
	}
	claim := &Claim{cache: c, keeps: c.files != nil && c.files.usable(), unlock: func() {}}
	if claim.keeps {
		name := c.newLookup(&dataforseo.Call{Endpoint: endpoint}).name()
		claim.unlock, claim.lockErr = c.files.lock(ctx, name)
	}
	if ctx.Err() != nil {
		claim.Release()
		return nil, dataforseo.FailureOfContext(ctx)
	}
	return claim, nil
}

// Keep saves a part at once. It says in the reply whether the next process will find it.
func (c *Claim) Keep(call *dataforseo.Call, reply *dataforseo.Reply) {
	lookup, part := c.cache.newLookup(call), entry{body: reply.Body, fetchedAt: reply.FetchedAt}
	part.saved = c.keeps && c.cache.files.save(lookup.name(), part)
	if part.saved && c.lockErr != nil { // a directory that cannot be written to cannot be locked either
		c.cache.files.notifyUnlocked(c.lockErr)
	}
	reply.Cached = part.saved
	c.cache.remember(lookup, part)
	c.cache.withNotices(reply)
}

// Release ends the claim.
func (c *Claim) Release() {
	c.unlock()
	<-c.cache.turn
}
