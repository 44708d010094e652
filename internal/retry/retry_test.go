package retry_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/dataforseo"
	"github.com/dataforseo/terraform-provider-dataforseo/internal/doertest"
	"github.com/dataforseo/terraform-provider-dataforseo/internal/retry"
)

const s = time.Second

var paid = doertest.Paid(dataforseo.Price{Call: 0.024}, 0)

// Failures with different values of Repeat.
var (
	unsent  = doertest.Unreachable()
	lost    = doertest.Lost()
	refused = doertest.Refused()
	ended   = &dataforseo.Failure{Kind: dataforseo.KindReadTimeout, Cause: "time ran out"}
)

// charged returns a failure that states its cost.
func charged(usd float64) *dataforseo.Failure {
	failure := doertest.Lost()
	failure.Charges = dataforseo.Charges{USD: usd}
	return failure
}

// after returns the failure with a Retry-After.
func after(wait time.Duration, failure *dataforseo.Failure) *dataforseo.Failure {
	later := *failure
	later.RetryAfter = wait
	return &later
}

// forever returns the same failure many times.
func forever(failure *dataforseo.Failure) []*dataforseo.Failure {
	return slices.Repeat([]*dataforseo.Failure{failure}, 20)
}

// failing returns a Doer that fails with each failure, and then succeeds for 0.024 USD.
func failing(failures ...*dataforseo.Failure) *doertest.Doer {
	var next doertest.Doer
	for _, failure := range failures {
		next.Outcomes = append(next.Outcomes, doertest.Fail(failure))
	}
	next.Outcomes = append(next.Outcomes, doertest.Outcome{USD: 0.024})
	return &next
}

// waits returns the times between the calls.
func waits(next *doertest.Doer) (waits []time.Duration) {
	calls := next.Calls()
	for i := 1; i < len(calls); i++ {
		waits = append(waits, calls[i].At.Sub(calls[i-1].At))
	}
	return waits
}

// run makes one call in a synctest bubble.
func run(t *testing.T, next *doertest.Doer, maxRetries int) (reply *dataforseo.Reply, failure *dataforseo.Failure) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		reply, failure = retry.New(next, retry.Options{MaxRetries: maxRetries}).Do(t.Context(), paid)
	})
	return reply, failure
}

func TestAttempts(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		maxRetries int
		failures   []*dataforseo.Failure
		calls      int
		usd        float64             // cost of all attempts
		possible   int                 // possible charges
		last       *dataforseo.Failure // nil for success
	}{
		"success":                        {3, nil, 1, 0.024, 0, nil},
		"free, then success":             {3, []*dataforseo.Failure{unsent}, 2, 0.024, 0, nil},
		"free until success":             {3, []*dataforseo.Failure{unsent, unsent, unsent}, 4, 0.024, 0, nil},
		"free, always":                   {3, forever(unsent), 4, 0, 0, unsent},
		"free, more retries":             {7, forever(unsent), 8, 0, 0, unsent},
		"free, no retries":               {0, forever(unsent), 1, 0, 0, unsent},
		"free, less than no retries":     {-1, forever(unsent), 1, 0, 0, unsent},
		"risky, then success":            {3, []*dataforseo.Failure{lost}, 2, 0.024, 1, nil},
		"risky, always":                  {3, forever(lost), 2, 0, 2, lost},
		"risky, one retry":               {1, forever(lost), 2, 0, 2, lost},
		"risky, no retries":              {0, forever(lost), 1, 0, 1, lost},
		"charged, always":                {3, forever(charged(0.02)), 2, 0.04, 0, charged(0.02)},
		"charged, then success":          {3, []*dataforseo.Failure{charged(0.02)}, 2, 0.044, 0, nil},
		"refused":                        {3, forever(refused), 1, 0, 0, refused},
		"risky, then free":               {3, []*dataforseo.Failure{lost, unsent, unsent}, 4, 0.024, 1, nil},
		"risky, then free, always":       {3, append([]*dataforseo.Failure{lost}, forever(unsent)...), 4, 0, 1, unsent},
		"free, then risky":               {3, []*dataforseo.Failure{unsent, lost}, 3, 0.024, 1, nil},
		"free between two risky ones":    {5, []*dataforseo.Failure{lost, unsent, charged(0.01)}, 3, 0.01, 1, charged(0.01)},
		"free before two risky ones":     {5, []*dataforseo.Failure{unsent, lost, lost}, 3, 0, 2, lost},
		"risky as the last one":          {3, []*dataforseo.Failure{unsent, unsent, unsent, lost}, 4, 0, 1, lost},
		"free, then refused":             {3, []*dataforseo.Failure{unsent, refused}, 2, 0, 0, refused},
		"risky, then refused":            {3, []*dataforseo.Failure{lost, refused}, 2, 0, 1, refused},
		"failures with several attempts": {3, []*dataforseo.Failure{{Repeat: dataforseo.RepeatFreely, Attempts: 5}, {Attempts: 2}}, 7, 0, 0, &dataforseo.Failure{Attempts: 2}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			next := failing(test.failures...)
			reply, failure := run(t, next, test.maxRetries)
			charges := dataforseo.Charges{USD: test.usd, Possible: test.possible}
			if test.last == nil {
				if failure != nil || reply.Charges != charges || len(next.Calls()) != test.calls {
					t.Fatalf("got %d calls, %+v, %v, want %d, %+v", len(next.Calls()), reply, failure, test.calls, charges)
				}
				return
			}
			want := *test.last
			want.Attempts, want.Charges = test.calls, charges
			if failure == nil || *failure != want {
				t.Errorf("got %+v\nwant %+v", failure, want)
			}
		})
	}
}

func TestEachCallHasItsOwnRetries(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		retrier := retry.New(failing(slices.Repeat([]*dataforseo.Failure{unsent}, 8)...), retry.Options{MaxRetries: 3})
		for i := range 2 {
			if _, failure := retrier.Do(t.Context(), paid); failure == nil || failure.Attempts != 4 {
				t.Errorf("call %d: got %+v, want 4 attempts", i+1, failure)
			}
		}
		if _, failure := retrier.Do(t.Context(), paid); failure != nil {
			t.Error(failure)
		}
	})
}

func TestBackOff(t *testing.T) {
	t.Parallel()
	want := []time.Duration{s, 2 * s, 4 * s, 8 * s, 16 * s, 30 * s, 30 * s, 30 * s}
	shortest, longest := slices.Repeat([]float64{2}, len(want)), make([]float64, len(want))
	for range 100 {
		next := failing(forever(unsent)...)
		_, _ = run(t, next, len(want))
		for i, wait := range waits(next) {
			share := float64(wait) / float64(want[i])
			if share < 0.5 || share > 1.5 {
				t.Fatalf("wait %d: got %s, want 0.5 to 1.5 times %s", i+1, wait, want[i])
			}
			shortest[i], longest[i] = min(shortest[i], share), max(longest[i], share)
		}
	}
	// By chance, all 100 waits miss an outer fifth once in billions of runs.
	for i := range want {
		if shortest[i] > 0.7 || longest[i] < 1.3 {
			t.Errorf("wait %d: got only %.2f to %.2f times %s", i+1, shortest[i], longest[i], want[i])
		}
	}
}

func TestRetryAfterIsAMinimum(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ asked, min, max time.Duration }{
		"longer than the back-off":  {45 * s, 45 * s, 45 * s},
		"shorter than the back-off": {s / 10, s / 2, 3 * s / 2},
		"the maximum":               {time.Minute, time.Minute, time.Minute},
		"too long":                  {24 * time.Hour, time.Minute, time.Minute},
	} {
		for _, failure := range []*dataforseo.Failure{unsent, lost} {
			next := failing(after(c.asked, failure))
			_, err := run(t, next, 3)
			if got := waits(next); err != nil || len(got) != 1 || got[0] < c.min || got[0] > c.max {
				t.Errorf("%s: got %v, %s, want %s to %s", name, err, got, c.min, c.max)
			}
		}
	}
}

func TestWaitOutlastsTheRead(t *testing.T) {
	t.Parallel()
	for asked, calls := range map[time.Duration]int{29 * s: 2, 30 * s: 1, 31 * s: 1} {
		synctest.Test(t, func(t *testing.T) {
			next, start := failing(after(asked, unsent)), time.Now()
			ctx, cancel := context.WithTimeout(t.Context(), 30*s)
			defer cancel()
			_, failure := retry.New(next, retry.Options{MaxRetries: 3}).Do(ctx, paid)
			if n := len(next.Calls()); n != calls || (failure == nil) != (calls == 2) {
				t.Errorf("%s: got %d calls, %v, want %d", asked, n, failure, calls)
			}
			want := unsent.Cause + "; the next attempt is due in " + asked.String() + ", and the read has 30s left"
			if failure != nil && (failure.Cause != want || failure.Kind != unsent.Kind || time.Since(start) != 0) {
				t.Errorf("got %+v after %s\nwant %s at once", failure, time.Since(start), want)
			}
		})
	}
}

func TestCancelledWhileWaiting(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		failures []*dataforseo.Failure
		charges  dataforseo.Charges
	}{
		"free":          {[]*dataforseo.Failure{after(time.Minute, unsent)}, dataforseo.Charges{}},
		"risky":         {[]*dataforseo.Failure{after(time.Minute, lost)}, dataforseo.Charges{Possible: 1}},
		"charged":       {[]*dataforseo.Failure{after(time.Minute, charged(0.024))}, dataforseo.Charges{USD: 0.024}},
		"free, free":    {[]*dataforseo.Failure{after(4*s, unsent), after(time.Minute, unsent)}, dataforseo.Charges{}},
		"risky, free":   {[]*dataforseo.Failure{after(4*s, lost), after(time.Minute, unsent)}, dataforseo.Charges{Possible: 1}},
		"free, charged": {[]*dataforseo.Failure{after(4*s, unsent), after(time.Minute, charged(0.024))}, dataforseo.Charges{USD: 0.024}},
		"a day":         {[]*dataforseo.Failure{after(24*time.Hour, lost)}, dataforseo.Charges{Possible: 1}},
	}
	for name, test := range tests {
		synctest.Test(t, func(t *testing.T) {
			next, start := failing(test.failures...), time.Now()
			ctx, cancel := context.WithCancel(t.Context())
			time.AfterFunc(10*s, cancel)
			_, failure := retry.New(next, retry.Options{MaxRetries: 3}).Do(ctx, paid)
			if took := time.Since(start); took != 10*s || len(next.Calls()) != len(test.failures) {
				t.Errorf("%s: got %d calls in %s, want %d in 10s", name, len(next.Calls()), took, len(test.failures))
			}
			if failure == nil || failure.Kind != dataforseo.KindCancelled || failure.Attempts != len(test.failures) || failure.Charges != test.charges {
				t.Errorf("%s: got %+v, want %+v", name, failure, test.charges)
			}
		})
	}
}

// TestCancelledDuringAttempt checks that there is no retry, but the failure of the attempt.
func TestCancelledDuringAttempt(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		next := failing(unsent)
		cancelling := doertest.Func(func(ctx context.Context, call *dataforseo.Call) (*dataforseo.Reply, *dataforseo.Failure) {
			defer cancel()
			return next.Do(ctx, call)
		})
		_, failure := retry.New(cancelling, retry.Options{MaxRetries: 3}).Do(ctx, paid)
		if failure == nil || *failure != *unsent || len(next.Calls()) != 1 {
			t.Errorf("got %d calls, %+v, want 1, %+v", len(next.Calls()), failure, unsent)
		}
	})
}

// TestRefusedRetry checks that a retry that a layer below did not make does not count as an
// attempt, and that the spending limit's refusal keeps the reason for the retry.
func TestRefusedRetry(t *testing.T) {
	t.Parallel()
	limit := &dataforseo.Failure{Kind: dataforseo.KindSpendingLimit, Scope: dataforseo.ScopeAccount, Cause: "nothing is left"}
	for name, c := range map[string]struct {
		failures []*dataforseo.Failure
		cause    string
		attempts int
		charges  dataforseo.Charges
	}{
		"refused at first":        {[]*dataforseo.Failure{limit}, limit.Cause, 0, dataforseo.Charges{}},
		"refused after a loss":    {[]*dataforseo.Failure{lost, limit}, lost.Cause + "; a retry was refused: " + limit.Cause, 1, dataforseo.Charges{Possible: 1}},
		"refused after two":       {[]*dataforseo.Failure{lost, unsent, limit}, unsent.Cause + "; a retry was refused: " + limit.Cause, 2, dataforseo.Charges{Possible: 1}},
		"ended":                   {[]*dataforseo.Failure{ended}, ended.Cause, 0, dataforseo.Charges{}},
		"ended after a free one":  {[]*dataforseo.Failure{unsent, ended}, ended.Cause, 1, dataforseo.Charges{}},
		"ended after a loss":      {[]*dataforseo.Failure{lost, ended}, ended.Cause, 1, dataforseo.Charges{Possible: 1}},
		"credentials are missing": {[]*dataforseo.Failure{{Kind: dataforseo.KindNoCredentials, Cause: "no login"}}, "no login", 0, dataforseo.Charges{}},
	} {
		next := failing(c.failures...)
		_, failure := run(t, next, 3)
		last := *c.failures[len(c.failures)-1]
		last.Cause, last.Attempts, last.Charges = c.cause, c.attempts, c.charges
		if failure == nil || *failure != last || len(next.Calls()) != len(c.failures) {
			t.Errorf("%s: got %d calls, %+v\nwant %+v", name, len(next.Calls()), failure, last)
		}
	}
}

func TestLog(t *testing.T) {
	t.Parallel()
	var lines []map[string]any
	synctest.Test(t, func(t *testing.T) {
		_, _ = retry.New(failing(after(2500*time.Millisecond, unsent), after(5*s, lost), refused), retry.Options{
			MaxRetries: 3,
			Log: func(_ context.Context, level dataforseo.LogLevel, message string, fields map[string]any) {
				if level != dataforseo.LogWarn || !strings.HasPrefix(message, "Retrying") {
					t.Errorf("level %d, %s", level, message)
				}
				lines = append(lines, fields)
			},
		}).Do(t.Context(), paid)
	})
	want := []map[string]any{
		{"target": "example.com", "attempt": 1, "wait_ms": int64(2500), "error": unsent.Cause},
		{"target": "example.com", "attempt": 2, "wait_ms": int64(5000), "error": lost.Cause},
	}
	if diff := cmp.Diff(want, lines); diff != "" {
		t.Errorf("(-want +logged)\n%s", diff)
	}
}
