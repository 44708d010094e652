// Package cache sees to it that no answer is paid for twice: not in one process,
// and with a directory to keep answers in, not by the next one either. It knows
// answers as bytes with an age, and leaves what they say to the client.
package cache

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jonboulle/clockwork"
	"golang.org/x/sync/singleflight"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/dataforseo"
)

// Mode says what the directory is used for.
type Mode string

// The modes of a cache.
const (
	// ReadWrite takes what is there and fresh, asks for the rest and keeps it.
	ReadWrite Mode = "read_write"
	// Refresh always asks, and keeps the answers.
	Refresh Mode = "refresh"
	// CacheOnly never asks: what is not there is an error.
	CacheOnly Mode = "cache_only"
)

// Options configure a [Cache].
type Options struct {
	// Directory is where answers are kept. Empty keeps them only as long as the
	// process lives.
	Directory string
	// TTL is the age up to which a kept answer is taken.
	TTL time.Duration
	// Mode is what the directory is used for, default [ReadWrite].
	Mode Mode
	// BaseURL and Login are part of what an answer is kept under: the sandbox and
	// the API, and two accounts, never share one. With [CacheOnly], an empty login
	// takes any account's.
	BaseURL, Login string
	// Clock tells the age of answers, default the system's.
	Clock clockwork.Clock
}

// Cache is a [dataforseo.Doer] that asks the next one only for what it does not have.
type Cache struct {
	next    dataforseo.Doer
	options Options
	files   *files // nil without a directory
	flights singleflight.Group
	warned  atomic.Bool

	mu sync.Mutex
	// paid holds what this process has asked for and no file holds.
	paid map[string]kept
}

var _ dataforseo.Doer = (*Cache)(nil)

// kept is an answer as it arrived, and when.
type kept struct {
	body      []byte
	fetchedAt time.Time
	// saved says that a file holds it too.
	saved bool
}

// New returns a Cache in front of next.
func New(next dataforseo.Doer, options Options) *Cache {
	if options.Clock == nil {
		options.Clock = clockwork.NewRealClock()
	}
	if options.Mode == "" {
		options.Mode = ReadWrite
	}
	c := &Cache{next: next, options: options, paid: map[string]kept{}}
	if options.Directory != "" {
		c.files = &files{directory: options.Directory, clock: options.Clock, ttl: options.TTL}
	}
	return c
}

// MissError says that [CacheOnly] found no answer.
type MissError struct {
	// Subject is what was to be asked about.
	Subject string
	// Directory is where no answer was.
	Directory string
	// Age is how old the answer is that was too old, 0 when there was none at all.
	Age time.Duration
}

func (e *MissError) Error() string {
	if e.Age > 0 {
		return fmt.Sprintf("the cached answer for %q is %s old, which is too old", e.Subject, e.Age.Round(time.Second))
	}
	return fmt.Sprintf("there is no cached answer for %q", e.Subject)
}

// Do implements [dataforseo.Doer]. Calls without a key pass unseen. Calls with the
// same key that overlap are made once, and all of them get the answer or the error.
func (c *Cache) Do(ctx context.Context, call *dataforseo.Call) (*dataforseo.Reply, error) {
	if call.Key == nil {
		return c.next.Do(ctx, call)
	}
	lookup := c.newLookup(call)
	if c.options.Mode == CacheOnly {
		// There is nothing to save by sharing, and what is too old for one call
		// need not be for another.
		return c.findOnly(lookup)
	}
	for {
		landed, own := c.fly(ctx, lookup)
		switch {
		case own:
			return landed.reply, landed.err
		case landed.gaveUp && c.hasTime(ctx, landed.lacked):
			continue // whoever asked for both of us gave up; we have not
		case landed.err != nil:
			return nil, landed.sharedFailure()
		case lookup.takes(landed.reply.FetchedAt):
			return shared(landed.reply), nil
		}
		// It was asked for with less demanding eyes.
	}
}

// fetch finds the answer, or asks and keeps it. What was paid for since the search
// began is found too: it may have landed just before this flight took off.
func (c *Cache) fetch(ctx context.Context, lookup *lookup) (*dataforseo.Reply, error) {
	if err := ctx.Err(); err != nil {
		// Nobody waits for a flight whose caller left before it took off: it must not
		// touch a directory that may be gone by now.
		return nil, &dataforseo.TransportError{Err: err}
	}
	if reply := c.recall(lookup); reply != nil {
		return reply, nil
	}
	if c.files == nil || lookup.call.Volatile {
		return c.ask(ctx, lookup)
	}
	if reply, _ := c.find(lookup); reply != nil {
		return reply, nil
	}
	unlock, lockErr := c.files.lock(ctx, lookup.name())
	if lockErr != nil && ctx.Err() != nil {
		return nil, &dataforseo.TransportError{Err: ctx.Err()}
	}
	defer unlock()
	// Whoever held the lock before has perhaps asked already.
	if reply, _ := c.find(lookup); reply != nil {
		return reply, nil
	}
	reply, err := c.ask(ctx, lookup)
	if err != nil {
		return nil, err
	}
	saveErr := c.files.save(lookup.name(), keep(reply))
	reply.Kept = saveErr == nil
	if saveErr == nil {
		c.saved(lookup)
	}
	return c.withNotice(reply, lockErr, saveErr), nil
}

// findOnly finds the answer in a file, or fails.
func (c *Cache) findOnly(lookup *lookup) (*dataforseo.Reply, error) {
	miss := &MissError{Subject: lookup.call.Subject, Directory: c.options.Directory}
	if c.files == nil || lookup.call.Volatile {
		return nil, miss
	}
	reply, age := c.find(lookup)
	if reply == nil {
		miss.Age = age
		return nil, miss
	}
	return reply, nil
}

// ask asks, and remembers the answer for as long as the process lives.
func (c *Cache) ask(ctx context.Context, lookup *lookup) (*dataforseo.Reply, error) {
	reply, err := c.next.Do(ctx, lookup.call)
	if err != nil {
		return nil, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.paid[lookup.name()] = keep(reply)
	return reply, nil
}

// keep takes of an answer what is worth keeping, without its white space.
func keep(reply *dataforseo.Reply) kept {
	var body bytes.Buffer
	if err := json.Compact(&body, reply.Body); err != nil {
		return kept{body: reply.Body, fetchedAt: reply.FetchedAt}
	}
	return kept{body: body.Bytes(), fetchedAt: reply.FetchedAt}
}

// saved takes note that a file holds an answer now. Where the process may take it
// from there, the memory lets go of it.
func (c *Cache) saved(lookup *lookup) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.options.Mode == ReadWrite {
		delete(c.paid, lookup.name())
		return
	}
	answer := c.paid[lookup.name()]
	answer.saved = true
	c.paid[lookup.name()] = answer
}

// recall returns the answer that this process has paid for, nil if there is none
// or the call wants a newer one.
func (c *Cache) recall(lookup *lookup) *dataforseo.Reply {
	c.mu.Lock()
	answer, ok := c.paid[lookup.name()]
	c.mu.Unlock()
	if !ok || !lookup.takesKept(answer.fetchedAt, c.options.Clock.Now()) {
		return nil
	}
	reply, err := dataforseo.DecodeReply(answer.body, answer.fetchedAt, lookup.call)
	if err != nil {
		return nil
	}
	reply.Kept = answer.saved
	return reply
}

// find returns the answer that a file holds, nil if there is none that will do.
// age is that of an answer that is too old.
func (c *Cache) find(lookup *lookup) (reply *dataforseo.Reply, age time.Duration) {
	if c.options.Mode == Refresh {
		return nil, 0
	}
	answer, ok := c.files.load(lookup)
	if !ok {
		return nil, 0
	}
	now := c.options.Clock.Now()
	if lookup.asked.Sub(answer.fetchedAt) > c.options.TTL || !lookup.takesKept(answer.fetchedAt, now) {
		return nil, max(1, now.Sub(answer.fetchedAt))
	}
	reply, err := dataforseo.DecodeReply(answer.body, answer.fetchedAt, lookup.call)
	if err != nil {
		return nil, 0 // damaged in a way that its check sum does not show: a miss
	}
	reply.FromCache, reply.Kept = true, true
	return reply, 0
}

// withNotice adds, once in the life of the process, that the directory cannot be
// used as it should. The answer is none the worse for it.
func (c *Cache) withNotice(reply *dataforseo.Reply, lockErr, saveErr error) *dataforseo.Reply {
	if lockErr == nil && saveErr == nil || c.warned.Swap(true) {
		return reply
	}
	notice := unlockedNotice(c.options.Directory, lockErr)
	if saveErr != nil { // says all that a person needs: what cannot be written cannot be locked
		notice = unsavedNotice(c.options.Directory, saveErr)
	}
	noticed := *reply
	noticed.Notices = append(slices.Clone(noticed.Notices), notice)
	return &noticed
}

func unsavedNotice(directory string, err error) dataforseo.Notice {
	return dataforseo.Notice{
		Summary: "The cache cannot be used",
		Detail: fmt.Sprintf("Answers are not kept in %s: %s. The metrics are right, but the next run will ask and pay for them again.\n\n"+
			"Give cache.directory a directory that can be written to.", directory, err),
	}
}

func unlockedNotice(directory string, err error) dataforseo.Notice {
	return dataforseo.Notice{
		Summary: "The cache cannot be locked",
		Detail: fmt.Sprintf("Answers are kept in %s, but without a lock: %s. The metrics are right, but two runs at the same time may both ask and pay for them.\n\n"+
			"Give cache.directory a directory on a file system that has locks, such as a local disk.", directory, err),
	}
}
