package spending_test

import (
	"context"
	"errors"
	"math"
	"testing"
	"testing/synctest"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/dataforseo"
	"github.com/dataforseo/terraform-provider-dataforseo/internal/spending"
)

// TestMoney_extremes: no amount, however absurd, turns the limit off or over.
func TestMoney_extremes(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		limit, cost float64
		calls       int // that are made of 10
	}{
		"a limit beyond all numbers":            {math.Inf(1), price, 10},
		"the highest limit":                     {math.MaxFloat64, price, 10},
		"a limit that overflows billionths":     {1e10, price, 10},
		"no number as a limit":                  {math.NaN(), price, 0},
		"a limit below zero":                    {-1, price, 0},
		"a limit beyond all numbers, below":     {math.Inf(-1), price, 0},
		"a limit of less than a billionth":      {1e-10, price, 0},
		"a billionth":                           {1e-9, price, 1},
		"a cost that overflows billionths":      {1, 1e10, 1},
		"a cost beyond all money":               {1, math.MaxFloat64, 1},
		"a cost beyond all numbers":             {1, math.Inf(1), 1},
		"costs that overflow together":          {math.Inf(1), 5e9, 1},
		"a cost that is just below the highest": {math.Inf(1), 1e9, 1},
		"a cost below zero gives nothing back":  {price, -1, 10},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			next := always(c.cost)
			guard := spending.New(next, c.limit)
			for i := range 10 {
				_, err := guard.Do(t.Context(), paid())
				if limit, ok := errors.AsType[*spending.LimitError](err); ok != (i >= c.calls) || ok && limit.SpentUSD < 0 {
					t.Errorf("call %d: %v", i+1, err)
				}
			}
			if got := int(next.calls.Load()); got != c.calls {
				t.Errorf("%d calls, want %d", got, c.calls)
			}
		})
	}
}

// TestMoney_costBelowZero: it does not make room for more either.
func TestMoney_costBelowZero(t *testing.T) {
	t.Parallel()
	next := &doer{answer: func(_ context.Context, n int) (*dataforseo.Reply, error) {
		return costing([]float64{price, -100}[(n+1)%2]), nil
	}}
	guard := spending.New(next, 2*price)
	for range 3 { // price, -100, price
		if _, err := guard.Do(t.Context(), paid()); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := guard.Do(t.Context(), paid()); err == nil {
		t.Error("a third answer was paid for")
	}
}

// TestMoney_priceFalls: a price that was seen can come again, and is reckoned with.
func TestMoney_priceFalls(t *testing.T) {
	t.Parallel()
	next := &doer{answer: func(_ context.Context, n int) (*dataforseo.Reply, error) {
		if n == 1 {
			return costing(0.4), nil
		}
		return costing(0.1), nil
	}}
	guard := spending.New(next, 1)
	refused, limit := allAtOnce(t, guard, 20)
	want := spending.LimitError{LimitUSD: 1, SpentUSD: 0.7, Answers: 4, PriceUSD: 0.4}
	if refused != 16 || limit != want {
		t.Errorf("%d refused, %+v, want 16, %+v", refused, limit, want)
	}
}

// TestMoney_manyAbsurdCosts: nor do they when they are many at once.
func TestMoney_manyAbsurdCosts(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		next := slowly(func(n int) (*dataforseo.Reply, error) {
			if n == 1 {
				return costing(price), nil
			}
			return costing(math.MaxFloat64), nil
		})
		guard := spending.New(next, 1)
		for range 2 {
			allAtOnce(t, guard, 30)
		}
		if got := next.calls.Load(); got != 30 {
			t.Errorf("%d calls, want 30", got)
		}
	})
}

// TestMoney_absurdPriceOfWhatGotLost: nor when many are counted anew at such a price.
func TestMoney_absurdPriceOfWhatGotLost(t *testing.T) {
	t.Parallel()
	const vanished, absurd = 100, 1e8
	next := &doer{answer: func(_ context.Context, n int) (*dataforseo.Reply, error) {
		if n <= vanished {
			return nil, lost()
		}
		return costing(absurd), nil
	}}
	guard := spending.New(next, math.Inf(1))
	for range vanished + 3 {
		_, _ = guard.Do(t.Context(), paid())
	}
	if got := next.calls.Load(); got != vanished+1 {
		t.Errorf("%d calls, want %d", got, vanished+1)
	}
}

// TestMoney_pricesOfTheAPI: prices, limits and sums as they occur are exact, so that
// a limit of so many answers is a limit of so many answers.
func TestMoney_pricesOfTheAPI(t *testing.T) {
	t.Parallel()
	for _, usd := range []float64{0.02003, 0.024036, 0.024, 0.000036, 0.02, 0.1, 0.3, 1e-6, 1e-9, 0.007} {
		for answers := 1; answers <= 300; answers++ {
			next := always(usd)
			guard := spending.New(next, float64(answers)*usd)
			for range answers {
				if _, err := guard.Do(t.Context(), paid()); err != nil {
					t.Fatalf("%d answers at %v: %v", answers, usd, err)
				}
			}
			if _, err := guard.Do(t.Context(), paid()); err == nil {
				t.Fatalf("one more than %d answers at %v", answers, usd)
			}
		}
	}
}

func TestLimitError_text(t *testing.T) {
	t.Parallel()
	for want, err := range map[string]spending.LimitError{
		"the spending limit of 0.168252 USD leaves nothing for it: 0.144216 USD were spent on 6 answers":   {LimitUSD: 0.168252, SpentUSD: 0.144216, Answers: 6},
		"the spending limit of 2500000 USD leaves nothing for it: 2499999.976 USD were spent on 7 answers": {LimitUSD: 2.5e6, SpentUSD: 2499999.976, Answers: 7},
		"the spending limit of 0.00001 USD leaves nothing for it: 0.000036 USD were spent on 2 answers":    {LimitUSD: 1e-5, SpentUSD: 0.000036, Answers: 2},
	} {
		if got := err.Error(); got != want {
			t.Errorf("%s\nwant %s", got, want)
		}
	}
}

// TestGuard_handsOn: what comes back is what the API gave, refused calls apart.
func TestGuard_handsOn(t *testing.T) {
	t.Parallel()
	reply, failure := costing(price), lost()
	replies := map[int]*dataforseo.Reply{1: reply}
	guard := spending.New(&doer{answer: func(_ context.Context, n int) (*dataforseo.Reply, error) {
		if r, ok := replies[n]; ok {
			return r, nil
		}
		return nil, failure
	}}, 1)
	if got, err := guard.Do(t.Context(), paid()); got != reply || err != nil {
		t.Errorf("%v, %v", got, err)
	}
	if got, err := guard.Do(t.Context(), paid()); got != nil || err != failure {
		t.Errorf("%v, %v", got, err)
	}
}

// TestGuard_unsent: a call that never left costs nothing and keeps its place free.
func TestGuard_unsent(t *testing.T) {
	t.Parallel()
	for name, err := range map[string]error{
		"no connection":  &dataforseo.TransportError{Err: errors.New("connection refused")},
		"no credentials": &dataforseo.CredentialsError{Missing: []string{"login"}},
		"rate limit":     &dataforseo.APIError{Code: 40202},
		"too many":       &dataforseo.HTTPError{Status: 429},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			next := &doer{answer: func(_ context.Context, n int) (*dataforseo.Reply, error) {
				if n <= 100 {
					return nil, err
				}
				return costing(price), nil
			}}
			guard := spending.New(next, price)
			for range 100 {
				if _, got := guard.Do(t.Context(), paid()); got != err {
					t.Fatalf("%v, want %v", got, err)
				}
			}
			if _, err := guard.Do(t.Context(), paid()); err != nil {
				t.Error(err)
			}
			if _, err := guard.Do(t.Context(), paid()); err == nil {
				t.Error("a second answer was paid for")
			}
		})
	}
}
