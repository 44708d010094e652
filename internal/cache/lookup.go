package cache

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"time"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/dataforseo"
)

// lookup is one search for an answer.
type lookup struct {
	call *dataforseo.Call
	// request is a digest of where is asked and what.
	request string
	// account is a digest of who asks, empty for whoever asked.
	account string
	// asked is when the search began. What arrives later is newer than any age
	// that the call can demand.
	asked time.Time
}

// newLookup works out what an answer to the call is kept under. Digests keep the
// login out of names and the names in a form that every file system takes.
func (c *Cache) newLookup(call *dataforseo.Call) *lookup {
	request := digest("request", c.options.BaseURL, call.Method, call.Path, string(call.Key))
	account := ""
	if c.options.Login != "" || c.options.Mode != CacheOnly {
		// The request is in it too, so that names do not tell which answers belong
		// to one account.
		account = digest("account", c.options.Login, request)[:32]
	}
	return &lookup{call: call, request: request, account: account, asked: c.options.Clock.Now()}
}

// name identifies the answer.
func (l *lookup) name() string { return l.request + "-" + l.account }

// takes reports whether an answer is new enough for the call's own max_age. One
// that arrived after the search began always is.
func (l *lookup) takes(fetchedAt time.Time) bool {
	return !fetchedAt.Before(l.asked) || l.call.MaxAge == nil || l.asked.Sub(fetchedAt) <= *l.call.MaxAge
}

// takesKept is takes for an answer that was kept. A max_age of 0 takes none that
// can have been there before the search began, however the clock of the machine
// that kept it is set: only one that arrived between then and now.
func (l *lookup) takesKept(fetchedAt, now time.Time) bool {
	if l.call.MaxAge != nil && *l.call.MaxAge <= 0 {
		return fetchedAt.After(l.asked) && !fetchedAt.After(now)
	}
	return l.takes(fetchedAt)
}

// digest hashes parts so that no two lists of parts look alike.
func digest(parts ...string) string {
	hash := sha256.New()
	for _, part := range parts {
		_, _ = fmt.Fprintf(hash, "%d:%s,", len(part), part) // a hash takes everything
	}
	return hex.EncodeToString(hash.Sum(nil))
}
