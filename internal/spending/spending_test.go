package spending_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/dataforseo"
	"github.com/dataforseo/terraform-provider-dataforseo/internal/spending"
)

const price = 0.024036

// doer answers calls with a function, and counts them.
type doer struct {
	answer func(ctx context.Context, n int) (*dataforseo.Reply, error)

	calls, atOnce, mostAtOnce atomic.Int64
}

func (d *doer) Do(ctx context.Context, _ *dataforseo.Call) (*dataforseo.Reply, error) {
	now := d.atOnce.Add(1)
	defer d.atOnce.Add(-1)
	for most := d.mostAtOnce.Load(); now > most && !d.mostAtOnce.CompareAndSwap(most, now); most = d.mostAtOnce.Load() {
	}
	return d.answer(ctx, int(d.calls.Add(1)))
}

func paid() *dataforseo.Call { return &dataforseo.Call{Paid: true, Subject: "example.com"} }

// costing is a successful answer at that price.
func costing(usd float64) *dataforseo.Reply {
	return &dataforseo.Reply{Envelope: &dataforseo.Envelope{Cost: &usd}, Charges: dataforseo.Charges{USD: usd}}
}

func always(usd float64) *doer {
	return &doer{answer: func(context.Context, int) (*dataforseo.Reply, error) { return costing(usd), nil }}
}

func lost() error { return &dataforseo.TransportError{Sent: true, Err: errors.New("EOF")} }

// TestGuard_limit: with room for 7 answers and 50 calls at once, 7 are made, the
// first one alone, and the others are told what was spent on how many.
func TestGuard_limit(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		next := &doer{}
		next.answer = func(_ context.Context, n int) (*dataforseo.Reply, error) {
			if now := next.atOnce.Load(); n == 1 && now != 1 {
				t.Errorf("%d calls at once before the price is known", now)
			}
			<-time.After(time.Second) // by the clock of the bubble, so that calls overlap
			return costing(price), nil
		}
		guard := spending.New(next, 7.9*price)
		var refused atomic.Int64
		var calls sync.WaitGroup
		for range 50 {
			calls.Go(func() {
				_, err := guard.Do(t.Context(), paid())
				if limit, ok := errors.AsType[*spending.LimitError](err); ok && limit.Answers == 7 && limit.SpentUSD == 0.168252 {
					refused.Add(1)
				} else if err != nil {
					t.Errorf("refused with %v", err)
				}
			})
		}
		calls.Wait()
		if next.calls.Load() != 7 || refused.Load() != 43 || next.mostAtOnce.Load() != 6 {
			t.Errorf("%d calls, %d refused, %d at once, want 7, 43, 6", next.calls.Load(), refused.Load(), next.mostAtOnce.Load())
		}
	})
}

// TestGuard_sequence goes through calls one after the other.
func TestGuard_sequence(t *testing.T) {
	t.Parallel()
	type outcome struct {
		usd float64
		err error
	}
	free, zero := outcome{err: &dataforseo.APIError{Code: 40501, Envelope: costing(0).Envelope}}, outcome{usd: 0}
	for name, c := range map[string]struct {
		limit    float64
		outcomes []outcome // of the calls that are made
		refusal  string    // of the next one, "" for none
	}{
		"nothing allowed": {0, nil, "the spending limit of 0 USD leaves nothing for it: 0 USD were spent on 0 answers"},
		"less than one answer is exceeded by one": {0.01, []outcome{{usd: price}},
			"the spending limit of 0.01 USD leaves nothing for it: 0.024036 USD were spent on 1 answer"},
		"exactly two": {2 * price, []outcome{{usd: price}, {usd: price}},
			"the spending limit of 0.048072 USD leaves nothing for it: 0.048072 USD were spent on 2 answers"},
		"failures for free do not count": {price, []outcome{free, free, {usd: price}},
			"the spending limit of 0.024036 USD leaves nothing for it: 0.024036 USD were spent on 1 answer"},
		"answers for free do not count": {price, []outcome{zero, zero, zero, {usd: price}},
			"the spending limit of 0.024036 USD leaves nothing for it: 0.024036 USD were spent on 1 answer"},
		"what got lost counts at the list price": {0.05, []outcome{{err: lost()}, {err: lost()}, {err: lost()}},
			"the spending limit of 0.05 USD leaves nothing for it: 0.072108 USD were spent on 3 answers"},
		"what got lost counts at the price that is known": {1, []outcome{{usd: 0.4}, {err: lost()}},
			"the spending limit of 1 USD leaves nothing for it: 0.8 USD were spent on 2 answers"},
		"what got lost counts anew at a higher price": {0.3, []outcome{{err: lost()}, {err: lost()}, {usd: 0.1}},
			"the spending limit of 0.3 USD leaves nothing for it: 0.3 USD were spent on 3 answers"},
		"a failure that is charged counts": {0.03, []outcome{{usd: 0.01}, {err: &dataforseo.HTTPError{Status: 504, Envelope: costing(0.015).Envelope}}},
			"the spending limit of 0.03 USD leaves nothing for it: 0.025 USD were spent on 2 answers"},
		"a price that rises is heeded": {0.1, []outcome{{usd: 0.01}, {usd: 0.05}},
			"the spending limit of 0.1 USD leaves nothing for it: 0.06 USD were spent on 2 answers"},
		"room for more": {1, []outcome{{usd: price}, {usd: price}}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			next := &doer{answer: func(_ context.Context, n int) (*dataforseo.Reply, error) {
				if n > len(c.outcomes) {
					return costing(price), nil
				}
				return costing(c.outcomes[n-1].usd), c.outcomes[n-1].err
			}}
			guard := spending.New(next, c.limit)
			for i, outcome := range c.outcomes {
				if _, err := guard.Do(t.Context(), paid()); !errors.Is(err, outcome.err) {
					t.Fatalf("call %d: %v, want %v", i, err, outcome.err)
				}
			}
			_, err := guard.Do(t.Context(), paid())
			if got := fmt.Sprint(err); c.refusal != "" && got != c.refusal || c.refusal == "" && err != nil {
				t.Errorf("next call: %s\nwant       %s", got, c.refusal)
			}
		})
	}
}

// TestGuard_guesses: the refusal tells what never arrived from what did.
func TestGuard_guesses(t *testing.T) {
	t.Parallel()
	next := &doer{answer: func(_ context.Context, n int) (*dataforseo.Reply, error) {
		if n == 1 {
			return costing(price), nil
		}
		return nil, lost()
	}}
	guard := spending.New(next, 2*price)
	for range 2 {
		_, _ = guard.Do(t.Context(), paid()) // one answer, one loss
	}
	_, err := guard.Do(t.Context(), paid())
	limit, ok := errors.AsType[*spending.LimitError](err)
	want := spending.LimitError{LimitUSD: 0.048072, SpentUSD: 0.048072, Answers: 2, Guesses: 1, PriceUSD: price}
	if !ok || *limit != want {
		t.Errorf("got %+v, want %+v", err, want)
	}
}

func TestGuard_freeCallsPass(t *testing.T) {
	t.Parallel()
	next := always(0)
	if _, err := spending.New(next, 0).Do(t.Context(), &dataforseo.Call{}); err != nil || next.calls.Load() != 1 {
		t.Errorf("%d calls, %v", next.calls.Load(), err)
	}
}

// TestGuard_waitEnds: a call that waits for the price ends with its context, and
// leaves its place to the next one.
func TestGuard_waitEnds(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		release := make(chan struct{})
		next := &doer{answer: func(_ context.Context, n int) (*dataforseo.Reply, error) {
			if n == 1 {
				<-release
			}
			return costing(price), nil
		}}
		guard := spending.New(next, 2*price)
		go func() { _, _ = guard.Do(t.Context(), paid()) }()
		synctest.Wait()
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		_, err := guard.Do(ctx, paid())
		transportErr, ok := errors.AsType[*dataforseo.TransportError](err)
		if !ok || transportErr.Sent || !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v, want a request that was never sent, for want of time", err)
		}
		close(release)
		synctest.Wait()
		if _, err := guard.Do(t.Context(), paid()); err != nil || next.calls.Load() != 2 {
			t.Errorf("the next call: %v, %d calls", err, next.calls.Load())
		}
	})
}

// TestGuard_exact: 100,000 answers add up to what they cost, without the drift of
// floating-point sums.
func TestGuard_exact(t *testing.T) {
	t.Parallel()
	const answers = 100_000
	guard := spending.New(always(price), answers*price)
	for range answers {
		if _, err := guard.Do(t.Context(), paid()); err != nil {
			t.Fatal(err)
		}
	}
	_, err := guard.Do(t.Context(), paid())
	if limit, ok := errors.AsType[*spending.LimitError](err); !ok || limit.SpentUSD != 2403.6 || limit.Answers != answers {
		t.Errorf("got %v", err)
	}
}
