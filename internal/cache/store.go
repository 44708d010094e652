package cache

import (
	"context"
	"sync"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/dataforseo"
)

// store saves entries where other processes find them. It never fails a call: an error is
// a miss, and a notice if the user can fix it.
type store interface {
	// load returns the entry for a lookup. The user can fix only [errNotPrivate],
	// [errNoPassword] and [errUnreadable].
	load(ctx context.Context, lookup *lookup) (entry, error)
	// save saves an entry and reports whether later lookups will find it. It finishes
	// even if ctx has ended, because the answer is paid for.
	save(ctx context.Context, name string, answer entry) bool
	// claim makes this process the only one that makes the request called name, until
	// release is called. If another process has the claim, claim waits until that process
	// releases it or dies. If ended is true, nothing is claimed, and the caller looks for
	// the answer and claims again. If release is nil and ended is false, claims are
	// impossible.
	claim(ctx context.Context, name string) (release func(), ended bool)
	// notices returns the notices that it has not returned before.
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
