package cache

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"time"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/dataforseo"
)

// lookup is one search of the cache.
type lookup struct {
	call *dataforseo.Call
	// request is a digest of endpoint and arguments.
	request string
	// account is a digest of the login, empty for any account.
	account string
	// began is when the search began. Any later answer is fresh enough.
	began time.Time
}

// newLookup computes the cache key of a call. It consists of digests, which keep the login
// out of file names and are valid on every file system.
func (c *Cache) newLookup(call *dataforseo.Call) *lookup {
	l := &lookup{call: call, began: time.Now()}
	l.request = digest("request", c.options.BaseURL, call.Endpoint.Method, call.Endpoint.Path, string(call.CacheKey))
	if c.options.Login != "" || c.options.Mode != CacheOnly {
		// With the request, the digest hides which answers belong to one account.
		l.account = digest("account", c.options.Login, l.request)[:32]
	}
	return l
}

// name is the cache key, and the entry's file name without its suffix.
func (l *lookup) name() string { return l.request + "-" + l.account }

// always reports whether the call accepts no cached answer, however the clocks of machines
// differ.
func (l *lookup) always() bool { return l.call.MaxAge != nil && *l.call.MaxAge <= 0 }

// accepts reports whether an answer is new enough for the call's max_age.
func (l *lookup) accepts(fetchedAt time.Time) bool {
	return l.call.MaxAge == nil || !l.always() && l.began.Sub(fetchedAt) <= *l.call.MaxAge
}

// digest hashes parts with their lengths, so that different lists cannot collide by
// concatenation.
func digest(parts ...string) string {
	hash := sha256.New()
	for _, part := range parts {
		_, _ = fmt.Fprintf(hash, "%d:%s,", len(part), part) // a hash never fails
	}
	return hex.EncodeToString(hash.Sum(nil))
}
