package cache

import (
	"context"
	"sync"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/dataforseo"
)

// store keeps entries where other processes find them. It never fails a call: what goes
// wrong is a miss, and a notice if the user can change it.
type store interface {
	// load returns the entry for a lookup. Of its errors, only [errNotPrivate],
	// [errNoPassword] and [errUnreadable] concern the user.
	load(ctx context.Context, lookup *lookup) (entry, error)
	// save keeps an entry and reports whether later lookups will find it. It finishes
	// although ctx has ended: the answer is paid for.
	save(ctx context.Context, name string, answer entry) bool
	// claim makes this process the only one that makes the request called name, until
	// release is called. If another process asks, claim waits until that one has ended
	// or saved its answer: then ended is true, nothing is claimed, and the caller looks
	// for the answer and claims again. A nil release without ended means that claims are
	// impossible.
	claim(ctx context.Context, name string) (release func(), ended bool)
	// notices returns what the user has not been told yet.
	notices() []dataforseo.Notice
	// close stops background work.
	close()
}

// notifier queues the notices of a store.
type notifier struct {
	mu      sync.Mutex
	pending []dataforseo.Notice
	told    map[string]bool // by summary
}

// tell queues a notice, once per summary.
func (n *notifier) tell(summary, line, detail string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.told[summary] {
		return
	}
	if n.told == nil {
		n.told = map[string]bool{}
	}
	n.told[summary] = true
	n.pending = append(n.pending, dataforseo.Notice{Summary: summary, Line: line, Detail: detail})
}

// notices returns the queued notices.
func (n *notifier) notices() []dataforseo.Notice {
	n.mu.Lock()
	defer n.mu.Unlock()
	notices := n.pending
	n.pending = nil
	return notices
}
