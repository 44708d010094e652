// Package spending keeps a process within a spending limit. It knows what calls should
// cost and what they did cost.
package spending

import (
	"context"
	"fmt"
	"math"
	"strconv"
	"sync"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/dataforseo"
)

// Guard is a [dataforseo.Doer] that refuses calls that could exceed the limit. It
// reserves the price of a call, and settles it with the cost that the answer states.
type Guard struct {
	next  dataforseo.Doer
	limit nanoUSD

	mu       sync.Mutex
	changed  chan struct{} // closed and replaced on every change below
	spent    nanoUSD
	reserved nanoUSD // by calls in progress
	requests int     // that were charged, or may have been
	guesses  int     // the number of requests that may have been
	known    map[priceKey]*history
}

// history records the costs of calls with the same price.
type history struct {
	most    nanoUSD // the highest cost
	guesses int
}

// priceKey identifies calls with the same price.
type priceKey struct {
	endpoint *dataforseo.Endpoint
	rows     int
}

var _ dataforseo.Doer = (*Guard)(nil)

// nanoUSD is money in billionths of a USD, so that sums are exact.
type nanoUSD int64

// maxNanoUSD, about a billion USD, caps all amounts. Two of them can be added without
// an overflow, which would lift the limit.
const maxNanoUSD nanoUSD = 1 << 60

func toNanoUSD(usd float64) nanoUSD {
	switch nano := math.Round(usd * 1e9); {
	case nano >= float64(maxNanoUSD):
		return maxNanoUSD
	case nano > 0:
		return nanoUSD(nano)
	}
	return 0
}

func (n nanoUSD) plus(more nanoUSD) nanoUSD { return min(n+more, maxNanoUSD) }

func (n nanoUSD) times(count int) nanoUSD {
	if count > 0 && n > maxNanoUSD/nanoUSD(count) {
		return maxNanoUSD
	}
	return n * nanoUSD(count)
}

// String formats an amount with all digits and no exponent.
func (n nanoUSD) String() string { return strconv.FormatFloat(float64(n)/1e9, 'f', -1, 64) + " USD" }

// New returns a Guard in front of next with a limit of limitUSD.
func New(next dataforseo.Doer, limitUSD float64) *Guard {
	return &Guard{next: next, limit: toNanoUSD(limitUSD), changed: make(chan struct{}), known: map[priceKey]*history{}}
}

// Do implements [dataforseo.Doer]. A call that could exceed the limit fails with
// [dataforseo.KindSpendingLimit] and is not made. Free calls always pass.
func (g *Guard) Do(ctx context.Context, call *dataforseo.Call) (*dataforseo.Reply, *dataforseo.Failure) {
	if call.Endpoint.Free() {
		return g.next.Do(ctx, call)
	}
	reserved, failure := g.reserve(ctx, call)
	if failure != nil {
		return nil, failure
	}
	reply, failure := g.next.Do(ctx, call)
	if failure != nil {
		g.settle(call, reserved, failure.Charges)
	} else {
		g.settle(call, reserved, reply.Charges)
	}
	return reply, failure
}

// Check returns a failure if these calls cost more than is left. It reserves nothing. A
// nil Guard allows everything.
func (g *Guard) Check(calls []*dataforseo.Call) *dataforseo.Failure {
	if g == nil || len(calls) == 0 {
		return nil
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	var total nanoUSD
	for _, call := range calls {
		total = total.plus(g.price(call))
	}
	if left := max(g.limit-g.spent, 0); total > left {
		return g.refusal(fmt.Sprintf("%s would cost %s, but the spending limit of %s leaves %s", formatRequests(len(calls)), total, g.limit, left), g.price(calls[0]))
	}
	return nil
}

// price returns the amount to reserve for a call: the list price, or the highest cost
// seen for such calls. A lower cost does not count, because the next call may cost
// more.
func (g *Guard) price(call *dataforseo.Call) nanoUSD {
	return max(toNanoUSD(call.PriceUSD()), g.history(call).most)
}

func (g *Guard) history(call *dataforseo.Call) *history {
	kind := priceKey{call.Endpoint, call.Rows}
	if g.known[kind] == nil {
		g.known[kind] = new(history)
	}
	return g.known[kind]
}

// reserve waits until it is certain whether the limit has room for the call.
func (g *Guard) reserve(ctx context.Context, call *dataforseo.Call) (nanoUSD, *dataforseo.Failure) {
	for {
		if ctx.Err() != nil {
			return 0, dataforseo.FailureOfContext(ctx)
		}
		price, changed, failure := g.tryReserve(call)
		if changed == nil {
			return price, failure
		}
		select {
		case <-changed:
		case <-ctx.Done():
		}
	}
}

// tryReserve decides, or returns a channel to wait for: calls in progress may turn out
// cheaper.
func (g *Guard) tryReserve(call *dataforseo.Call) (price nanoUSD, changed <-chan struct{}, failure *dataforseo.Failure) {
	g.mu.Lock()
	defer g.mu.Unlock()
	price = g.price(call)
	switch left := g.limit - g.spent; {
	case price > left && g.spent == 0:
		return 0, nil, g.refusal(fmt.Sprintf("one answer costs %s, but the spending limit is %s", price, g.limit), 0)
	case price > left:
		return 0, nil, g.refusal(fmt.Sprintf("the spending limit of %s leaves too little for it: %s was spent on %s", g.limit, g.spent, formatRequests(g.requests)), price)
	case price > left-g.reserved:
		return 0, g.changed, nil
	}
	g.reserved += price
	return price, nil, nil
}

func formatRequests(requests int) string {
	if requests == 1 {
		return "1 request"
	}
	return fmt.Sprintf("%d requests", requests)
}

// refusal returns the failure of calls that the limit has no room for. price is that of
// one answer, 0 if the cause states it.
func (g *Guard) refusal(cause string, price nanoUSD) *dataforseo.Failure {
	remedy := "Raise spending_limit_usd in the provider's configuration, read fewer targets, or set cache so that the same answers are not paid for again."
	if price > 0 {
		remedy = fmt.Sprintf("One answer costs %s. ", price) + remedy
	}
	if g.guesses > 0 {
		remedy = fmt.Sprintf("%d of the answers never arrived or did not state a cost. They may have been charged, so they count as charged.\n\n", g.guesses) + remedy
	}
	return &dataforseo.Failure{
		Kind: dataforseo.KindSpendingLimit, Scope: dataforseo.ScopeAccount, Summary: "The spending limit is reached", Cause: cause, Remedy: remedy,
	}
}

// settle replaces a reservation by the actual cost and wakes waiting calls. A possible
// charge counts as a charge.
func (g *Guard) settle(call *dataforseo.Call, reserved nanoUSD, charges dataforseo.Charges) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.reserved -= reserved
	if cost := toNanoUSD(charges.USD); cost > 0 {
		g.requests++
		g.spent = g.spent.plus(cost)
		g.learn(call, cost)
	}
	if n := charges.Possible; n > 0 {
		g.requests += n
		g.guesses += n
		g.history(call).guesses += n
		g.spent = g.spent.plus(g.price(call).times(n))
	}
	close(g.changed)
	g.changed = make(chan struct{})
}

// learn records a cost. If it is the highest so far, possible charges of the past are
// recounted at that cost.
func (g *Guard) learn(call *dataforseo.Call, cost nanoUSD) {
	history, before := g.history(call), g.price(call)
	history.most = max(history.most, cost)
	g.spent = g.spent.plus((g.price(call) - before).times(history.guesses))
}
