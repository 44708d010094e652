// Package cache avoids paying twice for the same answer: within a process, and with a
// directory also between processes. It treats answers as bytes with an age; the client
// interprets them.
package cache

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/dataforseo"
)

// Mode selects how the directory is used.
type Mode string

// The modes of a cache.
const (
	// ReadWrite uses fresh entries, fetches the rest and saves it.
	ReadWrite Mode = "read_write"
	// Refresh fetches every answer and saves it.
	Refresh Mode = "refresh"
	// CacheOnly never fetches: a miss is an error.
	CacheOnly Mode = "cache_only"
)

// Options configure a [Cache].
type Options struct {
	// Directory is where answers are saved. If it is empty they live as long as the
	// process.
	Directory string
	// TTL is the greatest age of a saved answer that is used.
	TTL time.Duration
	// Mode selects how the directory is used, default [ReadWrite].
	Mode Mode
	// BaseURL and Login are part of the cache key: API and sandbox, or two accounts,
	// never share an answer.
	BaseURL, Login string
	// Password authenticates entries. With [CacheOnly] and neither login nor password,
	// entries of any account are used.
	Password string
}

// Cache is a [dataforseo.Doer] that calls the next one only on a miss.
type Cache struct {
	next    dataforseo.Doer
	options Options
	files   *directory // nil without a directory

	mu      sync.Mutex
	flights map[string]*flight
	// memory holds answers that this process fetched and did not save to a file.
	memory map[string]entry
	// turn is a semaphore for one [Claim].
	turn chan struct{}
}

var _ dataforseo.Doer = (*Cache)(nil)

// entry is a cached answer.
type entry struct {
	body      []byte
	fetchedAt time.Time
	// saved means that a file holds it too.
	saved bool
}

// New returns a Cache in front of next.
func New(next dataforseo.Doer, options Options) *Cache {
	if options.Mode == "" {
		options.Mode = ReadWrite
	}
	c := &Cache{next: next, options: options, flights: map[string]*flight{}, memory: map[string]entry{}, turn: make(chan struct{}, 1)}
	if options.Directory != "" {
		c.files = newDirectory(options)
	}
	return c
}

// Close stops the background work.
func (c *Cache) Close() {
	if c.files != nil {
		c.files.close()
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
	lookup := c.newLookup(call)
	switch {
	case c.options.Mode == CacheOnly:
		return c.findOrMiss(lookup)
	case lookup.always():
		return c.fetchAndSave(ctx, lookup) // without joining a call that began earlier
	}
	return c.shareFresh(ctx, lookup)
}

// shareFresh repeats the lookup if the shared answer is too old for this call.
// Charges and notices that nobody else received carry over to the next answer.
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
		if lookup.takes(reply.FetchedAt) {
			reply.Charges, reply.Notices = charges, notices
			return reply, nil
		}
	}
}

// Has reports whether a call can be answered from the cache.
func (c *Cache) Has(call *dataforseo.Call) bool {
	lookup := c.newLookup(call)
	if c.recall(lookup) != nil {
		return true
	}
	reply, _ := c.find(lookup)
	return reply != nil
}

// lookup is one search of the cache.
type lookup struct {
	call *dataforseo.Call
	// request is a digest of endpoint and arguments, account one of the login; empty
	// for any account.
	request, account string
	// asked is when the search began. Any later answer is fresh enough.
	asked time.Time
}

// newLookup computes the cache key of a call. Digests keep the login out of file names,
// and are valid names on every file system.
func (c *Cache) newLookup(call *dataforseo.Call) *lookup {
	l := &lookup{call: call, asked: time.Now()}
	l.request = digest("request", c.options.BaseURL, call.Endpoint.Method, call.Endpoint.Path, string(call.CacheKey))
	if c.options.Login != "" || c.options.Mode != CacheOnly {
		// Including the request hides which answers belong to one account.
		l.account = digest("account", c.options.Login, l.request)[:32]
	}
	return l
}

// name is the cache key, and the entry's file name without its suffix.
func (l *lookup) name() string { return l.request + "-" + l.account }

// always reports whether the call accepts no cached answer at all. It does not depend
// on clocks, which differ between machines.
func (l *lookup) always() bool { return l.call.MaxAge != nil && *l.call.MaxAge <= 0 }

// takes reports whether an answer is new enough for the call's max_age.
func (l *lookup) takes(fetchedAt time.Time) bool {
	return l.call.MaxAge == nil || !l.always() && l.asked.Sub(fetchedAt) <= *l.call.MaxAge
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

// fetch returns the cached answer, or makes the call and caches it.
func (c *Cache) fetch(ctx context.Context, lookup *lookup) (*dataforseo.Reply, *dataforseo.Failure) {
	if reply := c.recall(lookup); reply != nil {
		return reply, nil
	}
	if reply, _ := c.find(lookup); reply != nil {
		return c.withNotices(reply), nil
	}
	return c.fetchAndSave(ctx, lookup)
}

// find returns the saved answer, nil if none is usable. unused explains why an existing
// one is not, if the user can change that.
func (c *Cache) find(lookup *lookup) (reply *dataforseo.Reply, unused string) {
	if c.files == nil || c.options.Mode == Refresh || lookup.call.ProcessOnly {
		return nil, ""
	}
	found, err := c.files.load(lookup)
	switch {
	case errors.Is(err, errNotPrivate):
		return nil, "not used: " + err.Error()
	case err != nil:
		return nil, ""
	}
	if age := lookup.asked.Sub(found.fetchedAt); age > c.options.TTL || !lookup.takes(found.fetchedAt) {
		return nil, fmt.Sprintf("%s old, which is too old", max(0, age).Round(time.Second))
	}
	reply, err = dataforseo.ReadReply(found.body, found.fetchedAt, lookup.call)
	if err != nil {
		return nil, "" // saved by a version that accepted it
	}
	reply.FromCache, reply.Cached = true, true
	return reply, ""
}

// findOrMiss returns the saved answer or a cache miss.
func (c *Cache) findOrMiss(lookup *lookup) (*dataforseo.Reply, *dataforseo.Failure) {
	reply, unused := c.find(lookup)
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
		Remedy: fmt.Sprintf("The cache in %s is used with mode \"cache_only\", which never asks DataForSEO. Run once with mode \"read_write\", "+
			"or copy a cache that has the answer.", c.options.Directory),
	}
}

// fetchAndSave makes the call and saves the answer, holding a lock so that no other
// process makes the same call meanwhile.
func (c *Cache) fetchAndSave(ctx context.Context, lookup *lookup) (*dataforseo.Reply, *dataforseo.Failure) {
	keeps := c.files != nil && !lookup.call.ProcessOnly && c.files.usable()
	var lockErr error
	if keeps {
		var unlock func()
		unlock, lockErr = c.files.lock(ctx, lookup.name())
		defer unlock()
		if ctx.Err() != nil {
			return nil, dataforseo.FailureOfContext(ctx)
		}
		// The previous holder of the lock may have saved the answer.
		if reply, _ := c.find(lookup); reply != nil {
			return c.withNotices(reply), nil
		}
	}
	reply, failure := c.next.Do(ctx, lookup.call)
	if failure != nil {
		return nil, failure
	}
	answer := entryOf(reply)
	answer.saved = keeps && c.files.save(lookup.name(), answer)
	if answer.saved && lockErr != nil { // a directory that cannot be written to cannot be locked either
		c.files.notifyUnlocked(lockErr)
	}
	reply.Cached = answer.saved
	c.remember(lookup, answer)
	return c.withNotices(reply), nil
}

// entryOf returns the entry for a reply, with insignificant white space removed.
func entryOf(reply *dataforseo.Reply) entry {
	var body bytes.Buffer
	if json.Compact(&body, reply.Body) != nil {
		return entry{body: reply.Body, fetchedAt: reply.FetchedAt}
	}
	return entry{body: body.Bytes(), fetchedAt: reply.FetchedAt}
}

// maxMemoryBytes is the maximum size of an answer kept in memory. The largest possible
// summary is smaller.
const maxMemoryBytes = 1 << 20

// remember keeps an answer in memory, unless later lookups can read it from a file.
func (c *Cache) remember(lookup *lookup, answer entry) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.memory, lookup.name())
	inFile := answer.saved && c.options.Mode != Refresh
	if !inFile && len(answer.body) <= maxMemoryBytes {
		c.memory[lookup.name()] = answer
	}
}

// recall returns the answer from memory, nil if there is none or it is too old for the
// call.
func (c *Cache) recall(lookup *lookup) *dataforseo.Reply {
	c.mu.Lock()
	answer, ok := c.memory[lookup.name()]
	c.mu.Unlock()
	if !ok || !lookup.takes(answer.fetchedAt) {
		return nil
	}
	reply, err := dataforseo.ReadReply(answer.body, answer.fetchedAt, lookup.call)
	if err != nil {
		return nil
	}
	reply.Cached = answer.saved
	return reply
}

// withNotices adds problems with the directory, each once per process.
func (c *Cache) withNotices(reply *dataforseo.Reply) *dataforseo.Reply {
	if c.files != nil {
		reply.Notices = append(reply.Notices, c.files.notices()...)
	}
	return reply
}
