// Package spending keeps a process from spending more than it was allowed to. It
// knows calls that cost money, and what they turned out to cost.
package spending

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"strconv"
	"sync"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/dataforseo"
)

// Guard is a [dataforseo.Doer] that does not let a call pass that could exceed the
// limit. The price of a call is learnt from the answers; until the first one that was
// charged has arrived, calls go one by one.
type Guard struct {
	next  dataforseo.Doer
	limit nanoUSD

	mu       sync.Mutex
	changed  chan struct{} // closed and replaced when something below changes
	price    nanoUSD       // of one answer, the highest seen, 0 while none was above 0
	spent    nanoUSD
	answers  int     // that were charged
	guesses  int     // of the answers, how many were perhaps charged
	guessed  nanoUSD // of what was spent, what they are counted as
	underWay int
}

var _ dataforseo.Doer = (*Guard)(nil)

// listPriceUSD is DataForSEO's price of a summary since 2026-07-01, 0.024 for the
// request and 0.000036 for its result. It stands in for the account's own price
// only while that is not known, for answers that were perhaps charged.
const listPriceUSD = 0.024036

// nanoUSD is money in billionths of a USD: sums of prices stay exact.
type nanoUSD int64

// mostNanoUSD, about a billion USD, stands in for anything above: sums of two
// such amounts are still numbers, while one that overflows would allow anything.
const mostNanoUSD nanoUSD = 1 << 60

func toNanoUSD(usd float64) nanoUSD {
	switch nano := math.Round(usd * 1e9); {
	case nano >= float64(mostNanoUSD):
		return mostNanoUSD
	case nano > 0:
		return nanoUSD(nano)
	}
	return 0
}

func (n nanoUSD) plus(more nanoUSD) nanoUSD { return min(n+more, mostNanoUSD) }

func (n nanoUSD) times(count int) nanoUSD {
	if count > 0 && n > mostNanoUSD/nanoUSD(count) {
		return mostNanoUSD
	}
	return n * nanoUSD(count)
}

func (n nanoUSD) usd() float64 { return float64(n) / 1e9 }

// New returns a Guard in front of next that lets limitUSD be spent.
func New(next dataforseo.Doer, limitUSD float64) *Guard {
	return &Guard{next: next, limit: toNanoUSD(limitUSD), changed: make(chan struct{})}
}

// LimitError says that a call was not made, and why.
type LimitError struct {
	// LimitUSD is what may be spent, SpentUSD what has been, on that many Answers.
	LimitUSD, SpentUSD float64
	Answers            int
	// Guesses is how many of the answers never arrived, or arrived without a word of
	// what they cost. They may have been charged, and are counted as if they were.
	Guesses int
	// PriceUSD is that of one answer, 0 while it is not known.
	PriceUSD float64
}

func (e *LimitError) Error() string {
	return fmt.Sprintf("the spending limit of %s USD leaves nothing for it: %s USD were spent on %s", decimal(e.LimitUSD), decimal(e.SpentUSD), answers(e.Answers))
}

func answers(n int) string {
	if n == 1 {
		return "1 answer"
	}
	return fmt.Sprintf("%d answers", n)
}

// decimal writes an amount with all of its digits and no exponent.
func decimal(usd float64) string { return strconv.FormatFloat(usd, 'f', -1, 64) }

// Do implements [dataforseo.Doer]. A call that could exceed the limit fails with a
// [*LimitError] and is not made. Calls that are free pass.
func (g *Guard) Do(ctx context.Context, call *dataforseo.Call) (*dataforseo.Reply, error) {
	if !call.Paid {
		return g.next.Do(ctx, call)
	}
	if err := g.admit(ctx); err != nil {
		return nil, err
	}
	reply, err := g.next.Do(ctx, call)
	g.settle(reply, err)
	return reply, err
}

// admit waits until it is clear whether the call can be paid for.
func (g *Guard) admit(ctx context.Context) error {
	for {
		admitted, changed, refusal := g.tryAdmit()
		if admitted {
			return nil
		}
		if refusal != nil {
			return refusal
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return &dataforseo.TransportError{Err: ctx.Err()}
		}
	}
}

// tryAdmit decides, or says what to wait for: calls under way may turn out free.
func (g *Guard) tryAdmit() (admitted bool, changed <-chan struct{}, refusal error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	left := g.limit - g.spent
	switch {
	case left <= 0, g.price > left:
		return false, nil, g.refusal()
	case g.underWay > 0 && (g.price == 0 || nanoUSD(g.underWay) >= left/g.price):
		return false, g.changed, nil
	}
	g.underWay++
	return true, nil, nil
}

func (g *Guard) refusal() *LimitError {
	return &LimitError{
		LimitUSD: g.limit.usd(), SpentUSD: g.spent.usd(), Answers: g.answers, Guesses: g.guesses, PriceUSD: g.price.usd(),
	}
}

// settle takes note of what a call cost, and lets those that wait look again.
func (g *Guard) settle(reply *dataforseo.Reply, err error) {
	charges := chargesOf(reply, err)
	g.mu.Lock()
	defer g.mu.Unlock()
	g.underWay--
	switch cost := toNanoUSD(charges.USD); {
	case charges.Possible > 0:
		// Counted as charged: a limit that trusts to luck is none.
		guess := cmp.Or(g.price, toNanoUSD(listPriceUSD))
		g.spent, g.guessed = g.spent.plus(guess), g.guessed.plus(guess)
		g.answers++
		g.guesses++
	case cost > 0:
		// A failure can cost less than an answer: it may raise the price that is
		// known, but it does not make it known.
		if err == nil || g.price > 0 {
			g.learn(cost)
		}
		g.spent = g.spent.plus(cost)
		g.answers++
	}
	close(g.changed)
	g.changed = make(chan struct{})
}

// learn takes note of a price. What was perhaps charged before at a lower one is
// counted anew: had it arrived, it would have cost as much.
func (g *Guard) learn(price nanoUSD) {
	g.price = max(g.price, price)
	if anew := g.price.times(g.guesses); anew > g.guessed {
		g.spent, g.guessed = g.spent.plus(anew-g.guessed), anew
	}
}

// chargesOf returns what one request cost.
func chargesOf(reply *dataforseo.Reply, err error) dataforseo.Charges {
	if err != nil {
		return dataforseo.ChargesOf(err)
	}
	return reply.Charges
}
