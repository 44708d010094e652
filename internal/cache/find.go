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
// isn't, if the user can change that. An answer found in a later store is copied to the
// earlier ones.
func (c *Cache) find(ctx context.Context, lookup *lookup) (reply *dataforseo.Reply, unused string) {
	for i, s := range c.stores {
		found, reply, why := c.findIn(ctx, s, lookup)
		if reply != nil {
			for _, nearer := range c.stores[:i] {
				nearer.save(ctx, lookup.name(), found)
			}
			return reply, ""
		}
		unused = cmp.Or(unused, why)
	}
	return nil, unused
}

// findIn searches one store.
func (c *Cache) findIn(ctx context.Context, s store, lookup *lookup) (found entry, reply *dataforseo.Reply, unused string) {
	always := c.options.Mode == Refresh || lookup.always() && c.options.Mode != CacheOnly // CacheOnly reports the age
	if always || lookup.call.ProcessOnly {
		return entry{}, nil, ""
	}
	found, err := s.load(ctx, lookup)
	switch {
	case errors.Is(err, errNotPrivate) || errors.Is(err, errNoPassword) || errors.Is(err, errUnreadable):
		return entry{}, nil, "not used: " + err.Error()
	case err != nil:
		return entry{}, nil, ""
	}
	if age := lookup.asked.Sub(found.fetchedAt); age > c.options.TTL || !lookup.takes(found.fetchedAt) {
		return entry{}, nil, fmt.Sprintf("%s old, which is too old", max(0, age).Round(time.Second))
	}
	reply, err = dataforseo.ReadReply(found.body, found.fetchedAt, lookup.call)
	if err != nil {
		return entry{}, nil, "" // the version that saved it accepted more
	}
	reply.FromCache, reply.Cached = true, true
	return found, reply, ""
}

// findOrMiss returns the saved answer or a cache miss.
func (c *Cache) findOrMiss(ctx context.Context, lookup *lookup) (*dataforseo.Reply, *dataforseo.Failure) {
	reply, unused := c.find(ctx, lookup)
	if reply != nil {
		return c.withNotices(reply), nil
	}
	about := ""
	if lookup.call.Target != "" {
		about = fmt.Sprintf(" for %q", lookup.call.Target)
	}
	cause := fmt.Sprintf("there is no cached answer%s", about)
	if unused != "" {
		cause = fmt.Sprintf("the cached answer%s is %s", about, unused)
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
