package cache

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/dataforseo"
)

// find returns the saved answer, nil if none is usable. unused says why an existing one
// isn't, if the user can change that.
func (c *Cache) find(ctx context.Context, lookup *lookup) (reply *dataforseo.Reply, unused string) {
	for i := range c.stores {
		reply, why := c.findIn(ctx, i, lookup)
		if reply != nil {
			return reply, ""
		}
		unused = cmp.Or(unused, why)
	}
	return nil, unused
}

// findIn searches stores[i], and copies what it finds to the stores before it.
func (c *Cache) findIn(ctx context.Context, i int, lookup *lookup) (reply *dataforseo.Reply, unused string) {
	unusable := lookup.always() && c.options.Mode != CacheOnly // which reports the age
	if unusable || c.options.Mode == Refresh || lookup.call.ProcessOnly {
		return nil, ""
	}
	found, err := c.stores[i].load(ctx, lookup)
	switch {
	case errors.Is(err, errNotPrivate) || errors.Is(err, errNoPassword) || errors.Is(err, errUnreadable):
		return nil, "not used: " + err.Error()
	case err != nil:
		return nil, ""
	}
	if age := lookup.began.Sub(found.fetchedAt); age > c.options.TTL || !lookup.accepts(found.fetchedAt) {
		return nil, fmt.Sprintf("%s old, which is too old", max(0, age).Round(time.Second))
	}
	reply, err = dataforseo.ReadReply(found.body, found.fetchedAt, lookup.call)
	if err != nil {
		return nil, "" // the version that saved it accepted more
	}
	for _, s := range c.stores[:i] {
		s.save(ctx, lookup.name(), found)
	}
	reply.FromCache, reply.Cached = true, true
	return reply, ""
}

// findOrMiss returns the saved answer or a cache miss.
func (c *Cache) findOrMiss(ctx context.Context, lookup *lookup) (*dataforseo.Reply, *dataforseo.Failure) {
	reply, unused := c.find(ctx, lookup)
	if reply != nil {
		return c.withNotices(reply), nil
	}
	cause := "there is no cached answer" // the caller names the target
	if unused != "" {
		cause = "the cached answer is " + unused
	}
	return nil, &dataforseo.Failure{
		Kind: dataforseo.KindCacheMiss, Summary: "No answer in the cache", Cause: cause,
		Remedy: fmt.Sprintf("The cache in %s has the mode \"cache_only\", which never asks DataForSEO. Run once with the mode \"read_write\", "+
			"or copy a cache that has the answer.", c.places()),
	}
}

// places names where answers are saved.
func (c *Cache) places() string {
	switch {
	case c.options.Shared == nil:
		return c.options.Directory
	case c.options.Directory == "":
		return c.options.Shared.String()
	}
	return c.options.Directory + " and " + c.options.Shared.String()
}
