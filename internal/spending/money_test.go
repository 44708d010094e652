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

// cheap is a call at the lowest price that is not free.
var cheap = doertest.Paid(dataforseo.Price{Call: 1e-9}, 0)

// TestExtremeAmounts checks that no limit and no cost disables the limit.
func TestExtremeAmounts(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		limit float64
		cost  doertest.Outcome
		calls int // made, of 10
	}{
		"an infinite limit":                 {math.Inf(1), paid, 10},
		"the highest limit":                 {math.MaxFloat64, paid, 10},
		"a limit that overflows billionths": {1e10, paid, 10},
		"a limit that is not a number":      {math.NaN(), paid, 0},
		"a negative limit":                  {-1, paid, 0},
		"an infinite negative limit":        {math.Inf(-1), paid, 0},
		"a limit below a billionth":         {1e-10, paid, 0},
		"a limit of a billionth":            {1e-9, paid, 1},
		"a cost that overflows billionths":  {1, costs(1e10), 1},
		"the highest cost":                  {1, costs(math.MaxFloat64), 1},
		"an infinite cost":                  {1, costs(math.Inf(1)), 1},
		"a cost that is not a number":       {1e-9, costs(math.NaN()), 10},
		"costs that overflow together":      {math.Inf(1), costs(5e9), 1},
		"a cost just below the maximum":     {math.Inf(1), costs(1e9), 1},
		"a negative cost":                   {price, costs(-1), 10},
	} {
		next := &doertest.Doer{Outcomes: []doertest.Outcome{c.cost}}
		guard := spending.New(next, c.limit)
		for i := range 10 {
			if _, failure := guard.Do(t.Context(), cheap); (failure != nil) != (i >= c.calls) {
				t.Errorf("%s: call %d: got %v", name, i+1, failure)
			}
		}
		if n := len(next.Calls()); n != c.calls {
			t.Errorf("%s: got %d calls, want %d", name, n, c.calls)
		}
	}
}

// TestManyExtremeAmounts checks sums of extreme amounts: of concurrent calls, of possible
// charges, and of a check.
func TestManyExtremeAmounts(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		next := &doertest.Doer{Outcomes: []doertest.Outcome{costs(math.MaxFloat64)}, Latency: time.Second}
		guard := spending.New(next, 1)
		for range 2 {
			concurrently(t, guard, slices.Repeat([]*dataforseo.Call{cheap}, 30)...)
		}
		if n := len(next.Calls()); n != 30 {
			t.Errorf("got %d calls, want 30", n)
		}
	})
	// A hundred times this cost overflows int64 to almost nothing.
	next := &doertest.Doer{Outcomes: append(slices.Repeat([]doertest.Outcome{lost}, 100), costs(1.845e8))}
	guard := spending.New(next, math.Inf(1))
	for range 103 {
		_, _ = guard.Do(t.Context(), cheap)
	}
	if n := len(next.Calls()); n != 101 {
		t.Errorf("got %d calls, want 101", n)
	}
	if failure := spending.New(next, 1e9).Check(slices.Repeat([]*dataforseo.Call{doertest.Paid(dataforseo.Price{Call: 1e9}, 0)}, 100)); failure == nil {
		t.Error("Check allows calls whose sum overflows")
	}
}

// TestSumsAreExact checks that a limit of n times a price allows exactly n calls.
func TestSumsAreExact(t *testing.T) {
	t.Parallel()
	for _, usd := range []float64{0.02003, price, 0.024, 0.000036, 0.02, 0.1, 0.3, 1e-6, 1e-9, 0.007} {
		for answers := 1; answers <= 300; answers += 1 + answers/10 {
			guard := spending.New(&doertest.Doer{Outcomes: []doertest.Outcome{costs(usd)}}, float64(answers)*usd)
			for range answers {
				if _, failure := guard.Do(t.Context(), cheap); failure != nil {
					t.Fatalf("%d answers at %v: got %v", answers, usd, failure)
				}
			}
			if _, failure := guard.Do(t.Context(), cheap); failure == nil {
				t.Fatalf("%d answers at %v: got one more call", answers, usd)
			}
		}
	}
	const answers = 10_000
	guard := spending.New(&doertest.Doer{Outcomes: []doertest.Outcome{paid}}, answers*price)
	for range answers {
		if _, failure := guard.Do(t.Context(), summary); failure != nil {
			t.Fatal(failure)
		}
	}
	want := "the spending limit of 240.36 USD leaves too little for it: 240.36 USD was spent on 10000 requests"
	if got := refusal(t, guard, summary); got != want {
		t.Errorf("got %s\nwant %s", got, want)
	}
}

// TestFormat checks that amounts have all digits and no exponent.
func TestFormat(t *testing.T) {
	t.Parallel()
	for want, c := range map[string]struct{ limit, cost float64 }{
		"the spending limit of 2500000 USD leaves too little for it: 2499999.976 USD was spent on 1 request": {2.5e6, 2499999.976},
		"the spending limit of 0.00001 USD leaves too little for it: 0.000036 USD was spent on 1 request":    {1e-5, 0.000036},
	} {
		guard := spending.New(&doertest.Doer{Outcomes: []doertest.Outcome{costs(c.cost)}}, c.limit)
		_, _ = guard.Do(t.Context(), cheap)
		if got := refusal(t, guard, cheap); got != want {
			t.Errorf("got %s\nwant %s", got, want)
		}
	}
}
