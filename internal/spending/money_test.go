package spending_test

import (
	"math"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/dataforseo"
	"github.com/dataforseo/terraform-provider-dataforseo/internal/doertest"
	"github.com/dataforseo/terraform-provider-dataforseo/internal/spending"
)

// cheap is a call at the lowest price that can be told from nothing.
var cheap = doertest.Paid(dataforseo.Price{Call: 1e-9}, 0)

// No amount, however absurd, turns the limit off or over.
func TestExtremeAmounts(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		limit float64
		cost  doertest.Outcome
		calls int // that are made of 10
	}{
		"a limit beyond all numbers":            {math.Inf(1), paid, 10},
		"the highest limit":                     {math.MaxFloat64, paid, 10},
		"a limit that overflows billionths":     {1e10, paid, 10},
		"not a number":                          {math.NaN(), paid, 0},
		"a limit below zero":                    {-1, paid, 0},
		"a limit beyond all numbers, below":     {math.Inf(-1), paid, 0},
		"a limit of less than a billionth":      {1e-10, paid, 0},
		"a billionth":                           {1e-9, paid, 1},
		"a cost that overflows billionths":      {1, costs(1e10), 1},
		"a cost beyond all money":               {1, costs(math.MaxFloat64), 1},
		"a cost beyond all numbers":             {1, costs(math.Inf(1)), 1},
		"a cost that is not a number":           {1e-9, costs(math.NaN()), 10},
		"costs that overflow together":          {math.Inf(1), costs(5e9), 1},
		"a cost that is just below the highest": {math.Inf(1), costs(1e9), 1},
		"a cost below zero gives nothing back":  {price, costs(-1), 10},
	} {
		next := &doertest.Doer{Outcomes: []doertest.Outcome{c.cost}}
		guard := spending.New(next, c.limit)
		for i := range 10 {
			if _, failure := guard.Do(t.Context(), cheap); (failure != nil) != (i >= c.calls) {
				t.Errorf("%s: call %d: %v", name, i+1, failure)
			}
		}
		if n := len(next.Begun()); n != c.calls {
			t.Errorf("%s: %d calls, want %d", name, n, c.calls)
		}
	}
}

// Nor does it when there are many: at once, or lost and counted anew at such a price.
func TestManyExtremeAmounts(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		next := &doertest.Doer{Outcomes: []doertest.Outcome{costs(math.MaxFloat64)}, Latency: time.Second}
		guard := spending.New(next, 1)
		for range 2 {
			together(t, guard, slices.Repeat([]*dataforseo.Call{cheap}, 30)...)
		}
		if n := len(next.Begun()); n != 30 {
			t.Errorf("%d calls at once, want 30", n)
		}
	})
	// A hundred times as much is more than an int64 holds, and would count as next to nothing.
	next := &doertest.Doer{Outcomes: append(slices.Repeat([]doertest.Outcome{lost}, 100), costs(1.845e8))}
	guard := spending.New(next, math.Inf(1))
	for range 103 {
		_, _ = guard.Do(t.Context(), cheap)
	}
	if n := len(next.Begun()); n != 101 {
		t.Errorf("%d calls, want 101", n)
	}
	if failure := spending.New(next, 1e9).Check(slices.Repeat([]*dataforseo.Call{doertest.Paid(dataforseo.Price{Call: 1e9}, 0)}, 100)); failure == nil {
		t.Error("a portfolio that overflows was allowed")
	}
}

// A limit of so many answers is a limit of so many answers, whatever their price.
func TestSumsAreExact(t *testing.T) {
	t.Parallel()
	for _, usd := range []float64{0.02003, price, 0.024, 0.000036, 0.02, 0.1, 0.3, 1e-6, 1e-9, 0.007} {
		for answers := 1; answers <= 300; answers += 1 + answers/10 {
			guard := spending.New(&doertest.Doer{Outcomes: []doertest.Outcome{costs(usd)}}, float64(answers)*usd)
			for range answers {
				if _, failure := guard.Do(t.Context(), cheap); failure != nil {
					t.Fatalf("%d answers at %v: %v", answers, usd, failure)
				}
			}
			if _, failure := guard.Do(t.Context(), cheap); failure == nil {
				t.Fatalf("one more than %d answers at %v", answers, usd)
			}
		}
	}
	const answers = 100_000
	guard := spending.New(&doertest.Doer{Outcomes: []doertest.Outcome{paid}}, answers*price)
	for range answers {
		if _, failure := guard.Do(t.Context(), summary); failure != nil {
			t.Fatal(failure)
		}
	}
	want := "the spending limit of 2403.6 USD leaves too little for it: 2403.6 USD was spent on 100000 requests"
	if got := refusal(t, guard, summary); got != want {
		t.Errorf("%s\nwant %s", got, want)
	}
}

// Amounts have all of their digits and no exponent.
func TestAmountsAsText(t *testing.T) {
	t.Parallel()
	for want, c := range map[string]struct{ limit, cost float64 }{
		"the spending limit of 2500000 USD leaves too little for it: 2499999.976 USD was spent on 1 request": {2.5e6, 2499999.976},
		"the spending limit of 0.00001 USD leaves too little for it: 0.000036 USD was spent on 1 request":    {1e-5, 0.000036},
	} {
		guard := spending.New(&doertest.Doer{Outcomes: []doertest.Outcome{costs(c.cost)}}, c.limit)
		_, _ = guard.Do(t.Context(), cheap)
		if got := refusal(t, guard, cheap); got != want {
			t.Errorf("%s\nwant %s", got, want)
		}
	}
}
