package cache

import (
	"bytes"
	"encoding/json"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/dataforseo"
)

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

// remember keeps an answer in memory, unless later lookups will read it from a file. A
// bucket is slower than memory, and may be off by then.
func (c *Cache) remember(lookup *lookup, answer entry) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.memory, lookup.name())
	inFile := answer.saved && c.options.Mode != Refresh && c.options.Shared == nil
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
	if !ok || !lookup.accepts(answer.fetchedAt) {
		return nil
	}
	reply, err := dataforseo.ReadReply(answer.body, answer.fetchedAt, lookup.call)
	if err != nil {
		return nil
	}
	reply.Cached = answer.saved
	return reply
}
