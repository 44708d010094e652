// Package cache avoids paying twice for the same answer: within a process, with a directory
// between processes, and with a bucket between machines. It treats answers as bytes with an
// age; the client interprets them.
package cache

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/cache/bucket"
	"github.com/dataforseo/terraform-provider-dataforseo/internal/dataforseo"
)

// Mode selects how saved answers are used.
type Mode string

// The modes of a cache.
const (
	// ReadWrite uses fresh entries, fetches the rest and saves it.
	ReadWrite Mode = "read_write"
	// Refresh fetches every answer and saves it.
	Refresh Mode = "refresh"
	// CacheOnly never fetches: a miss is an error.
	CacheOnly Mode = "cache_only"
	// ReadOnly is ReadWrite, except that nothing is written to Shared.
	ReadOnly Mode = "read_only"
)

// Options configure a [Cache].
type Options struct {
	// Directory is where answers are saved. Without it and Shared, answers last as long
	// as the process.
	Directory string
	// Shared is where a team shares its answers, nil for nowhere. Directory is searched
	// first, and gets copies of the answers found in Shared.
	Shared *bucket.Bucket
	// TTL is the greatest age of a saved answer that is used.
	TTL time.Duration
	// Mode selects how directory and Shared are used, default [ReadWrite].
	Mode Mode
	// BaseURL and Login are part of the cache key: the API and the sandbox, or two
	// accounts, never share an answer.
	BaseURL, Login string
	// Password authenticates entries. With [CacheOnly] and neither login nor password,
	// entries of any account are used.
	Password string
}

// Cache is a [dataforseo.Doer] that calls the next one only on a miss.
type Cache struct {
	next    dataforseo.Doer
	options Options
	// stores are searched in order, and each saves paid answers.
	stores []store

	mu      sync.Mutex
	flights map[string]*flight
	// memory has the answers that this process fetched and did not save to a file.
	memory map[string]entry
	// turn is a semaphore: one [Claim] at a time.
	turn chan struct{}
}

var _ dataforseo.Doer = (*Cache)(nil)

// entry is a cached answer.
type entry struct {
	body      []byte
	fetchedAt time.Time
	// saved means that a store has it too.
	saved bool
}

// New returns a Cache in front of next.
func New(next dataforseo.Doer, options Options) *Cache {
	if options.Mode == "" {
		options.Mode = ReadWrite
	}
	c := &Cache{next: next, options: options, flights: map[string]*flight{}, memory: map[string]entry{}, turn: make(chan struct{}, 1)}
	if options.Directory != "" {
		c.stores = append(c.stores, newDirectory(options))
	}
	if options.Shared != nil {
		c.stores = append(c.stores, newRemote(options))
	}
	return c
}

// Close stops the background work.
func (c *Cache) Close() {
	for _, s := range c.stores {
		s.close()
	}
}

// Do implements [dataforseo.Doer]. Calls without a key pass through. Concurrent calls
// with the same key are made once and share the outcome.
func (c *Cache) Do(ctx context.Context, call *dataforseo.Call) (*dataforseo.Reply, *dataforseo.Failure) {
	switch {
	case call.CacheKey == nil:
		return c.next.Do(ctx, call)
	case ctx.Err() != nil:
		return nil, dataforseo.FailureOfContext(ctx)
	}
	ctx = withDelay(ctx)
	lookup := c.newLookup(call)
	switch {
	case c.options.Mode == CacheOnly:
		return c.findOrMiss(ctx, lookup)
	case lookup.always():
		return c.fetchAndSave(ctx, lookup) // without joining a call that began earlier
	}
	return c.shareFresh(ctx, lookup)
}

// shareFresh repeats the lookup if the shared answer is too old for this call. It adds the
// charges and notices that came with such answers to the last one.
func (c *Cache) shareFresh(ctx context.Context, lookup *lookup) (*dataforseo.Reply, *dataforseo.Failure) {
	var charges dataforseo.Charges
	var notices []dataforseo.Notice
	for {
		reply, failure := c.share(ctx, lookup)
		switch {
		case failure != nil:
			failure.Charges = failure.Charges.Plus(charges)
			return nil, failure
		case reply == nil:
			continue
		}
		charges = charges.Plus(reply.Charges)
		notices = append(notices, reply.Notices...)
		if lookup.accepts(reply.FetchedAt) {
			reply.Charges, reply.Notices = charges, notices
			return reply, nil
		}
	}
}

// Has reports whether a call can be answered from the cache.
func (c *Cache) Has(ctx context.Context, call *dataforseo.Call) bool {
	lookup := c.newLookup(call)
	if c.recall(lookup) != nil {
		return true
	}
	reply, _ := c.find(withDelay(ctx), lookup)
	return reply != nil
}

// fetch returns the cached answer, or makes the call and caches it.
func (c *Cache) fetch(ctx context.Context, lookup *lookup) (*dataforseo.Reply, *dataforseo.Failure) {
	if reply := c.recall(lookup); reply != nil {
		return reply, nil
	}
	if reply, _ := c.find(ctx, lookup); reply != nil {
		return c.withNotices(reply), nil
	}
	return c.fetchAndSave(ctx, lookup)
}

// fetchAndSave makes the call and saves the answer.
func (c *Cache) fetchAndSave(ctx context.Context, lookup *lookup) (*dataforseo.Reply, *dataforseo.Failure) {
	reply, failure := c.fetchClaimed(ctx, lookup)
	if failure != nil {
		return nil, failure
	}
	return c.withNotices(reply), nil // includes notices about releasing the claim
}

// fetchClaimed makes the call and saves the answer under a claim, so that no other
// process makes the same call at the same time.
func (c *Cache) fetchClaimed(ctx context.Context, lookup *lookup) (*dataforseo.Reply, *dataforseo.Failure) {
	var reply *dataforseo.Reply
	if !lookup.call.ProcessOnly {
		defer c.claim(ctx, lookup.name(), func(i int, _ bool) bool {
			reply, _ = c.findIn(ctx, i, lookup)
			return reply != nil
		})()
	}
	switch {
	case reply != nil:
		return reply, nil
	case ctx.Err() != nil:
		return nil, dataforseo.FailureOfContext(ctx)
	}
	reply, failure := c.next.Do(ctx, lookup.call)
	if failure != nil {
		return nil, failure
	}
	c.save(ctx, lookup, reply)
	return reply, nil
}

// save saves an answer in every store, or else in memory. It sets reply.Cached if the next
// process will find it.
func (c *Cache) save(ctx context.Context, lookup *lookup, reply *dataforseo.Reply) {
	answer := entryOf(reply)
	if !lookup.call.ProcessOnly {
		for _, s := range c.stores {
			answer.saved = s.save(ctx, lookup.name(), answer) || answer.saved
		}
	}
	reply.Cached = answer.saved
	c.remember(lookup, answer)
}

// claim claims a name in every store. After the claim in stores[i], and each time that
// another process has ended its own claim there, it calls settled, and stops if that
// returns true. It does so even if the claim was free, because another process can have
// saved the answer since the caller looked. The caller must call release.
func (c *Cache) claim(ctx context.Context, name string, settled func(i int, ended bool) bool) (release func()) {
	var claims []func()
	release = func() {
		for _, end := range slices.Backward(claims) {
			end()
		}
	}
	for i, s := range c.stores {
		for ended := true; ended && ctx.Err() == nil; {
			var end func()
			if end, ended = s.claim(ctx, name); end != nil {
				claims = append(claims, end)
			}
			if (end != nil || ended) && settled(i, ended) {
				return release
			}
		}
	}
	return release
}

// withNotices adds problems with the stores, each once per process.
func (c *Cache) withNotices(reply *dataforseo.Reply) *dataforseo.Reply {
	for _, s := range c.stores {
		reply.Notices = append(reply.Notices, s.notices()...)
	}
	return reply
}
