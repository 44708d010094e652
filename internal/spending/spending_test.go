package spending_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/dataforseo"
	"github.com/dataforseo/terraform-provider-dataforseo/internal/doertest"
	"github.com/dataforseo/terraform-provider-dataforseo/internal/spending"
)

// summary is a call at the list price of a summary.
var summary = doertest.Paid(dataforseo.Price{Call: 0.024, Row: 0.000036}, 1)

const price = 0.024036

// Outcomes of calls.
var (
	paid        = doertest.Outcome{USD: price}
	free        = doertest.Outcome{}
	refused     = doertest.Fail(doertest.Refused())
	unreachable = doertest.Fail(doertest.Unreachable())
	lost        = doertest.Fail(doertest.Lost())
)

func costs(usd float64) doertest.Outcome { return doertest.Outcome{USD: usd} }

// charged returns a failure with a cost.
func charged(usd float64) doertest.Outcome {
	failure := doertest.Refused()
	failure.Charges.USD = usd
	return doertest.Fail(failure)
}

// concurrently makes calls, and returns how many the limit refused, and how long all took.
func concurrently(t *testing.T, guard *spending.Guard, calls ...*dataforseo.Call) (refused int, took time.Duration) {
	t.Helper()
	start := time.Now()
	var mu sync.Mutex
	var group sync.WaitGroup
	for _, call := range calls {
		group.Go(func() {
			_, failure := guard.Do(t.Context(), call)
			mu.Lock()
			defer mu.Unlock()
			if failure != nil && failure.Kind == dataforseo.KindSpendingLimit {
				refused++
			}
		})
	}
	group.Wait()
	return refused, time.Since(start)
}

// refusal makes a call that must be refused, and returns the cause.
func refusal(t *testing.T, guard *spending.Guard, call *dataforseo.Call) string {
	t.Helper()
	reply, failure := guard.Do(t.Context(), call)
	if failure == nil {
		t.Error("the call was made")
		return ""
	}
	if reply != nil || failure.Kind != dataforseo.KindSpendingLimit || failure.Scope != dataforseo.ScopeAccount ||
		failure.Attempts != 0 || failure.Repeat != dataforseo.RepeatNever || failure.Charges != (dataforseo.Charges{}) {
		t.Errorf("got %v, %+v, want a refusal", reply, failure)
	}
	return failure.Cause
}

func TestSequentialCalls(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		limit    float64
		outcomes []doertest.Outcome // of the calls before the last
		refusal  string             // of the last call, "" for none
	}{
		"nothing allowed":        {0, nil, "one answer costs 0.024036 USD, but the spending limit is 0 USD"},
		"less than one answer":   {0.01, nil, "one answer costs 0.024036 USD, but the spending limit is 0.01 USD"},
		"a billionth too little": {price - 1e-9, nil, "one answer costs 0.024036 USD, but the spending limit is 0.024035999 USD"},
		"one answer":             {price, []doertest.Outcome{paid}, "the spending limit of 0.024036 USD leaves too little for it: 0.024036 USD was spent on 1 request"},
		"two answers":            {2 * price, []doertest.Outcome{paid, paid}, "the spending limit of 0.048072 USD leaves too little for it: 0.048072 USD was spent on 2 requests"},
		"room for more":          {1, []doertest.Outcome{paid, paid}, ""},

		"free failures and answers": {price, []doertest.Outcome{refused, unreachable, free, free, paid}, "the spending limit of 0.024036 USD leaves too little for it: 0.024036 USD was spent on 1 request"},
		"a charged failure":         {0.04, []doertest.Outcome{costs(0.01), charged(0.015)}, "the spending limit of 0.04 USD leaves too little for it: 0.025 USD was spent on 2 requests"},
		"a cheaper answer":          {0.04, []doertest.Outcome{costs(0.02)}, "the spending limit of 0.04 USD leaves too little for it: 0.02 USD was spent on 1 request"},
		"a rising price":            {0.1, []doertest.Outcome{costs(0.03), costs(0.05)}, "the spending limit of 0.1 USD leaves too little for it: 0.08 USD was spent on 2 requests"},
		"a falling price":           {0.1, []doertest.Outcome{costs(0.05), costs(0.03)}, "the spending limit of 0.1 USD leaves too little for it: 0.08 USD was spent on 2 requests"},
		"a negative cost":           {2 * price, []doertest.Outcome{paid, costs(-100), paid}, "the spending limit of 0.048072 USD leaves too little for it: 0.048072 USD was spent on 2 requests"},

		"lost, at the list price":   {0.05, []doertest.Outcome{lost, lost}, "the spending limit of 0.05 USD leaves too little for it: 0.048072 USD was spent on 2 requests"},
		"lost, at a known price":    {1, []doertest.Outcome{costs(0.4), lost}, "the spending limit of 1 USD leaves too little for it: 0.8 USD was spent on 2 requests"},
		"lost, at a later price":    {0.3, []doertest.Outcome{lost, lost, costs(0.1)}, "the spending limit of 0.3 USD leaves too little for it: 0.3 USD was spent on 3 requests"},
		"lost, at two later prices": {1, []doertest.Outcome{lost, costs(0.1), lost, costs(0.25)}, "the spending limit of 1 USD leaves too little for it: 0.85 USD was spent on 4 requests"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			next := &doertest.Doer{Outcomes: append(c.outcomes, paid)}
			guard := spending.New(next, c.limit)
			for i, outcome := range c.outcomes {
				reply, failure := guard.Do(t.Context(), summary)
				if outcome.Failure == nil && (failure != nil || reply.Charges.USD != outcome.USD) {
					t.Fatalf("call %d: got %v, %v", i+1, reply, failure)
				}
				if outcome.Failure != nil && (failure == nil || *failure != *outcome.Failure) {
					t.Fatalf("call %d: got %+v, want %+v", i+1, failure, outcome.Failure)
				}
			}
			if c.refusal == "" {
				if _, failure := guard.Do(t.Context(), summary); failure != nil {
					t.Error(failure)
				}
			} else if got := refusal(t, guard, summary); got != c.refusal || len(next.Calls()) != len(c.outcomes) {
				t.Errorf("got %d calls, %s\nwant %d, %s", len(next.Calls()), got, len(c.outcomes), c.refusal)
			}
		})
	}
}

// TestConcurrentCalls checks that calls are concurrent as far as the limit has room.
func TestConcurrentCalls(t *testing.T) {
	t.Parallel()
	alternating := func(other doertest.Outcome) []doertest.Outcome {
		return slices.Repeat([]doertest.Outcome{paid, other}, 20)
	}
	for name, c := range map[string]struct {
		limit    float64
		outcomes []doertest.Outcome
		calls    int
		made     int
		atOnce   int           // most concurrent calls
		spent    string        // end of the next refusal, "" for none
		took     time.Duration // with a second per call
	}{
		"room for all":          {1, []doertest.Outcome{paid}, 30, 30, 30, "", time.Second},
		"room for seven":        {7.9 * price, []doertest.Outcome{paid}, 50, 7, 7, "0.168252 USD was spent on 7 requests", time.Second},
		"a cheap first answer":  {0.05, []doertest.Outcome{costs(0.001), costs(0.024)}, 30, 3, 2, "0.049 USD was spent on 3 requests", 2 * time.Second},
		"free answers":          {1, []doertest.Outcome{free}, 30, 30, 30, "", time.Second},
		"free, and little room": {0.05, []doertest.Outcome{free}, 30, 30, 2, "", 15 * time.Second},
		"free, then paid":       {2.5 * price, []doertest.Outcome{free, paid}, 30, 3, 2, "0.048072 USD was spent on 2 requests", 2 * time.Second},
		"every second is free":  {4 * price, alternating(unreachable), 20, 7, 4, "0.096144 USD was spent on 4 requests", 3 * time.Second},
		"every second is lost":  {4 * price, alternating(lost), 20, 4, 4, "0.096144 USD was spent on 4 requests", time.Second},
		// Only calls in progress when the price rises exceed the limit.
		"a rising price": {0.1, []doertest.Outcome{paid, costs(0.05)}, 30, 4, 4, "0.174036 USD was spent on 4 requests", time.Second},
	} {
		synctest.Test(t, func(t *testing.T) {
			next := &doertest.Doer{Outcomes: c.outcomes, Latency: time.Second}
			guard := spending.New(next, c.limit)
			refused, took := concurrently(t, guard, slices.Repeat([]*dataforseo.Call{summary}, c.calls)...)
			made := len(next.Calls())
			if made != c.made || refused != c.calls-made || next.MaxConcurrent() != c.atOnce || took != c.took {
				t.Errorf("%s: got %d calls, %d concurrent, %d refused, took %s, want %d, %d, %d, %s",
					name, made, next.MaxConcurrent(), refused, took, c.made, c.atOnce, c.calls-c.made, c.took)
			}
			if c.spent != "" {
				if got := refusal(t, guard, summary); !strings.HasSuffix(got, ": "+c.spent) {
					t.Errorf("%s: got %s, want %s", name, got, c.spent)
				}
			}
		})
	}
}

// TestPriceOfOtherCalls checks that costs count only for calls to the same endpoint with the
// same number of rows.
func TestPriceOfOtherCalls(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		next := &doertest.Doer{Outcomes: []doertest.Outcome{paid, costs(0.06)}, Latency: time.Second}
		guard := spending.New(next, 0.25)
		concurrently(t, guard, summary)
		bulk := doertest.Paid(dataforseo.Price{Call: 0.05, Row: 0.0001}, 100)
		if refused, _ := concurrently(t, guard, slices.Repeat([]*dataforseo.Call{bulk}, 10)...); refused != 7 || next.MaxConcurrent() != 3 {
			t.Errorf("got %d refused, %d concurrent, want 7 and 3", refused, next.MaxConcurrent())
		}
		want := "the spending limit of 0.25 USD leaves too little for it: 0.204036 USD was spent on 4 requests"
		if got := refusal(t, guard, bulk); got != want {
			t.Errorf("got %s\nwant %s", got, want)
		}
	})
	ten := &dataforseo.Call{Endpoint: summary.Endpoint, Rows: 10}
	other := doertest.Paid(summary.Endpoint.Price, 10)
	next := &doertest.Doer{Outcomes: []doertest.Outcome{lost, lost, costs(0.2), paid}}
	guard := spending.New(next, 0.6)
	for i, call := range []*dataforseo.Call{summary, ten, ten} {
		if _, failure := guard.Do(t.Context(), call); (failure != nil) != (i < 2) {
			t.Fatal(failure)
		}
	}
	// The lost call of ten rows now counts at 0.2 USD, the summary as before.
	want := "the spending limit of 0.6 USD leaves too little for it: 0.424036 USD was spent on 3 requests"
	if got := refusal(t, guard, ten); got != want {
		t.Errorf("got %s\nwant %s", got, want)
	}
	for _, call := range []*dataforseo.Call{summary, other} {
		if _, failure := guard.Do(t.Context(), call); failure != nil {
			t.Errorf("with enough room: got %v", failure)
		}
	}
}

func TestFreeCallsPass(t *testing.T) {
	t.Parallel()
	next := new(doertest.Doer)
	if _, failure := spending.New(next, 0).Do(t.Context(), doertest.Free()); failure != nil || len(next.Calls()) != 1 {
		t.Errorf("got %d calls, %v, want 1", len(next.Calls()), failure)
	}
}

func TestCheck(t *testing.T) {
	t.Parallel()
	calls := slices.Repeat([]*dataforseo.Call{summary}, 50)
	if failure := (*spending.Guard)(nil).Check(calls); failure != nil {
		t.Errorf("no limit: got %v", failure)
	}
	next := &doertest.Doer{Outcomes: []doertest.Outcome{costs(0.03)}}
	guard := spending.New(next, 50*price)
	for range 2 { // it reserves nothing
		if failure := guard.Check(calls); failure != nil {
			t.Errorf("just enough: got %v", failure)
		}
	}
	mixed := append([]*dataforseo.Call{doertest.Paid(dataforseo.Price{Call: 0.06}, 1)}, calls...)
	refuses := func(calls []*dataforseo.Call, want string) {
		t.Helper()
		failure := guard.Check(calls)
		if failure == nil || failure.Kind != dataforseo.KindSpendingLimit || failure.Cause != want {
			t.Errorf("got %v\nwant %s", failure, want)
		}
	}
	refuses(mixed, "51 requests would cost 1.2618 USD, but the spending limit of 1.2018 USD leaves 1.2018 USD")
	if _, failure := guard.Do(t.Context(), summary); failure != nil {
		t.Fatal(failure)
	}
	refuses(calls, "50 requests would cost 1.5 USD, but the spending limit of 1.2018 USD leaves 1.1718 USD")
	guard = spending.New(&doertest.Doer{Outcomes: []doertest.Outcome{costs(2)}}, 1)
	_, _ = guard.Do(t.Context(), summary)
	refuses(calls[:1], "1 request would cost 2 USD, but the spending limit of 1 USD leaves 0 USD")
	if failure := guard.Check(nil); failure != nil {
		t.Errorf("no calls: got %v", failure)
	}
	if n := len(next.Calls()); n != 1 {
		t.Errorf("got %d calls, want 1", n)
	}
}

// TestRemedy checks that the remedy states the price of an answer and the possible charges.
func TestRemedy(t *testing.T) {
	t.Parallel()
	const raise = "Raise spending_limit_usd in the provider's configuration, read fewer targets, or set cache so that the same answers are not paid for again."
	const withPrice = "One answer costs 0.024036 USD. " + raise
	for name, c := range map[string]struct {
		limit    float64
		outcomes []doertest.Outcome
		want     string
	}{
		"nothing spent": {0.01, nil, raise},
		"all answered":  {0.03, []doertest.Outcome{paid}, withPrice},
		"one was lost": {0.05, []doertest.Outcome{paid, lost}, "1 of the answers never arrived or did not state a cost. " +
			"They may have been charged, so they count as charged.\n\n" + withPrice},
	} {
		guard := spending.New(&doertest.Doer{Outcomes: c.outcomes}, c.limit)
		for range c.outcomes {
			_, _ = guard.Do(t.Context(), summary)
		}
		if _, failure := guard.Do(t.Context(), summary); failure == nil || failure.Summary != "The spending limit is reached" || failure.Remedy != c.want {
			t.Errorf("%s: got %+v\nwant %s", name, failure, c.want)
		}
	}
}

// TestWaitingCallsEnd checks that a call that waits for others ends with its context, and
// reserves nothing.
func TestWaitingCallsEnd(t *testing.T) {
	t.Parallel()
	for kind, end := range map[dataforseo.Kind]func(cancel func(), ctx context.Context){
		dataforseo.KindCancelled:   func(cancel func(), _ context.Context) { cancel() },
		dataforseo.KindReadTimeout: func(_ func(), ctx context.Context) { <-ctx.Done() },
	} {
		synctest.Test(t, func(t *testing.T) {
			hold := make(chan struct{})
			next := &doertest.Doer{Outcomes: []doertest.Outcome{paid}, Hold: hold}
			guard := spending.New(next, 6*price)
			var inProgress, waiting sync.WaitGroup
			for range 6 {
				inProgress.Go(func() { _, _ = guard.Do(t.Context(), summary) })
			}
			synctest.Wait()
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			for range 40 {
				waiting.Go(func() {
					if _, failure := guard.Do(ctx, summary); failure == nil || failure.Kind != kind || failure.Attempts != 0 {
						t.Errorf("got %+v, want kind %d without an attempt", failure, kind)
					}
				})
			}
			synctest.Wait()
			end(cancel, ctx)
			waiting.Wait()
			cancel()
			close(hold)
			inProgress.Wait()
			want := "the spending limit of 0.144216 USD leaves too little for it: 0.144216 USD was spent on 6 requests"
			if got := refusal(t, guard, summary); got != want || len(next.Calls()) != 6 {
				t.Errorf("got %d calls, %s\nwant 6, %s", len(next.Calls()), got, want)
			}
		})
	}
}

// TestStress checks that every reservation is settled, whatever the outcome of the call.
func TestStress(t *testing.T) {
	t.Parallel()
	const room = 500
	synctest.Test(t, func(t *testing.T) {
		next := &doertest.Doer{Outcomes: slices.Repeat([]doertest.Outcome{refused, paid, lost}, 1000), Latency: time.Second}
		guard := spending.New(next, room*price)
		var waves sync.WaitGroup
		for range 30 {
			waves.Go(func() {
				for range 10 {
					ctx, cancel := context.WithTimeout(t.Context(), rand.N(3*time.Second))
					_, _ = guard.Do(ctx, summary)
					cancel()
				}
			})
		}
		waves.Wait()
		concurrently(t, guard, slices.Repeat([]*dataforseo.Call{summary}, 2000)...)
		want := fmt.Sprintf("the spending limit of 12.018 USD leaves too little for it: 12.018 USD was spent on %d requests", room)
		if got := refusal(t, guard, summary); got != want {
			t.Errorf("got %s\nwant %s", got, want)
		}
	})
}
