package retry_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jonboulle/clockwork"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/dataforseo"
	"github.com/dataforseo/terraform-provider-dataforseo/internal/fakeapi"
	"github.com/dataforseo/terraform-provider-dataforseo/internal/limit"
	"github.com/dataforseo/terraform-provider-dataforseo/internal/retry"
)

// Failures, one of each kind that is treated differently.
var (
	unsent  = &dataforseo.TransportError{Err: errors.New("connection refused")}
	lost    = &dataforseo.TransportError{Err: errors.New("EOF"), Sent: true}
	fault   = apiError(50000, new(0.0))
	timeout = apiError(50401, new(0.0))
	limited = apiError(40202, new(0.0))
	refused = apiError(40501, new(0.0))
	unclear = &dataforseo.ResponseError{Reason: "it is not JSON"}
	claimed = &dataforseo.HTTPError{Status: 504, Envelope: &dataforseo.Envelope{Cost: new(0.0)}}
)

func apiError(code int, cost *float64) *dataforseo.APIError {
	return &dataforseo.APIError{Code: code, HTTPStatus: 200, Envelope: &dataforseo.Envelope{Cost: cost}}
}

// limitedFor is a rate limit that names a time to wait.
func limitedFor(d time.Duration) error {
	failure := apiError(40202, new(0.0))
	failure.RetryAfter = d
	return failure
}

// script is a Doer that fails as it is told, and then succeeds.
type script struct {
	failures []error

	mu    sync.Mutex
	begun []time.Time
}

func (s *script) Do(context.Context, *dataforseo.Call) (*dataforseo.Reply, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.begun = append(s.begun, time.Now())
	if n := len(s.begun); n <= len(s.failures) {
		return nil, s.failures[n-1]
	}
	return &dataforseo.Reply{}, nil
}

// waits returns what lay between the calls.
func (s *script) waits() []time.Duration {
	var waits []time.Duration
	for i := 1; i < len(s.begun); i++ {
		waits = append(waits, s.begun[i].Sub(s.begun[i-1]))
	}
	return waits
}

// repeat is the same failure many times.
func repeat(failure error, times int) []error {
	failures := make([]error, times)
	for i := range failures {
		failures[i] = failure
	}
	return failures
}

// pauser notes for how long everybody was to pause.
type pauser struct{ pauses []time.Duration }

func (p *pauser) Pause(d time.Duration) { p.pauses = append(p.pauses, d) }

var paid = &dataforseo.Call{Paid: true, Subject: "example.com"}

// run makes one call in a bubble of synctest, in which time passes by itself as
// soon as everybody waits.
func run(t *testing.T, maxRetries int, failures ...error) (calls *script, err error) {
	t.Helper()
	calls = &script{failures: failures}
	synctest.Test(t, func(t *testing.T) {
		_, err = retry.New(calls, retry.Options{MaxRetries: maxRetries, Pauser: new(pauser)}).Do(t.Context(), paid)
	})
	return calls, err
}

func TestHowOftenACallIsMade(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		maxRetries   int
		failures     []error
		calls        int
		maybeCharged int
		err          error // the last failure, nil for success
	}{
		"success":                           {3, nil, 1, 0, nil},
		"free, then success":                {3, []error{unsent}, 2, 0, nil},
		"free until success":                {3, []error{unsent, fault, limited}, 4, 0, nil},
		"free for ever":                     {3, repeat(unsent, 9), 4, 0, unsent},
		"a fault for ever":                  {3, repeat(fault, 9), 4, 0, fault},
		"a rate limit for ever":             {3, repeat(limited, 9), 4, 0, limited},
		"free for ever, more retries":       {7, repeat(fault, 9), 8, 0, fault},
		"free, no retries":                  {0, repeat(unsent, 9), 1, 0, unsent},
		"free, less than no retries":        {-1, repeat(unsent, 9), 1, 0, unsent},
		"perhaps charged, no retries":       {0, repeat(lost, 9), 1, 1, lost},
		"perhaps charged, then success":     {3, []error{lost}, 2, 1, nil},
		"perhaps charged for ever":          {3, repeat(lost, 9), 2, 2, lost},
		"a time-out for ever":               {3, repeat(timeout, 9), 2, 2, timeout},
		"a false claim for ever":            {3, repeat(claimed, 9), 2, 2, claimed},
		"perhaps charged, one retry":        {1, repeat(lost, 9), 2, 2, lost},
		"refused":                           {3, repeat(refused, 9), 1, 0, refused},
		"not understood":                    {3, repeat(unclear, 9), 1, 1, unclear},
		"somebody else's failure":           {3, repeat(errSomebodyElse, 9), 1, 0, errSomebodyElse},
		"perhaps charged, then free":        {3, []error{lost, unsent, fault}, 4, 1, nil},
		"perhaps charged, free for ever":    {3, append([]error{lost}, repeat(unsent, 9)...), 4, 1, unsent},
		"free, then perhaps charged":        {3, []error{unsent, lost}, 3, 1, nil},
		"free between two":                  {5, []error{lost, limited, timeout}, 3, 2, timeout},
		"free before two":                   {5, []error{fault, lost, lost}, 3, 2, lost},
		"perhaps charged, at last":          {3, []error{unsent, unsent, unsent, lost}, 4, 1, lost},
		"free, then refused":                {3, []error{unsent, refused}, 2, 0, refused},
		"perhaps charged, then refused":     {3, []error{lost, refused}, 2, 1, refused},
		"perhaps charged, not understood":   {3, []error{lost, unclear}, 2, 2, unclear},
		"perhaps charged, rate limit at it": {1, []error{lost, limited}, 2, 1, limited},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			calls, err := run(t, test.maxRetries, test.failures...)
			if got := len(calls.begun); got != test.calls {
				t.Errorf("%d calls, want %d", got, test.calls)
			}
			if !errors.Is(err, test.err) {
				t.Fatalf("the error is %v, want %v", err, test.err)
			}
			if test.calls == 1 || test.err == nil {
				if err != test.err {
					t.Errorf("the error is a %T", err)
				}
				return
			}
			repeated, ok := errors.AsType[*retry.Error](err)
			if !ok || repeated.Attempts != test.calls || repeated.MaybeCharged != test.maybeCharged {
				t.Errorf("the error is %#v, want %d attempts, %d of them perhaps charged", err, test.calls, test.maybeCharged)
			}
		})
	}
}

var errSomebodyElse = errors.New("of somebody else")

// What costs nothing is repeated as often as may be, whatever became of it.
func TestCallsThatAreFree(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		calls := &script{failures: repeat(lost, 9)}
		_, err := retry.New(calls, retry.Options{MaxRetries: 3}).Do(t.Context(), &dataforseo.Call{})
		repeated, ok := errors.AsType[*retry.Error](err)
		if !ok || repeated.Attempts != 4 || repeated.MaybeCharged != 0 || len(calls.begun) != 4 {
			t.Errorf("%d calls, the error is %#v", len(calls.begun), err)
		}
	})
}

func TestEachCallHasItsOwnRetries(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		calls := &script{failures: repeat(unsent, 8)}
		retrier := retry.New(calls, retry.Options{MaxRetries: 3})
		for i := range 2 {
			_, err := retrier.Do(t.Context(), paid)
			if repeated, ok := errors.AsType[*retry.Error](err); !ok || repeated.Attempts != 4 {
				t.Errorf("call %d: %v", i, err)
			}
		}
		if _, err := retrier.Do(t.Context(), paid); err != nil {
			t.Error(err)
		}
	})
}

func TestErrorMessage(t *testing.T) {
	t.Parallel()
	err := &retry.Error{Attempts: 4, Err: unsent}
	if got, want := err.Error(), "after 4 attempts: no connection to DataForSEO: connection refused"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if !errors.Is(err, unsent) {
		t.Error("the last failure is lost")
	}
}

func TestWaitsDoubleUpToABound(t *testing.T) {
	t.Parallel()
	const s = time.Second
	tests := map[string]struct {
		failure error
		want    []time.Duration
	}{
		"faults":      {fault, []time.Duration{s, 2 * s, 4 * s, 8 * s, 16 * s, 30 * s, 30 * s, 30 * s}},
		"unsent":      {unsent, []time.Duration{s, 2 * s, 4 * s, 8 * s, 16 * s, 30 * s, 30 * s, 30 * s}},
		"rate limits": {limited, []time.Duration{10 * s, 20 * s, 40 * s, 60 * s, 60 * s}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			shortest, longest := make([]float64, len(test.want)), make([]float64, len(test.want))
			for range 100 {
				calls, _ := run(t, len(test.want), repeat(test.failure, 99)...)
				for i, wait := range calls.waits() {
					share := float64(wait) / float64(test.want[i])
					if share < 0.5 || share > 1.5 {
						t.Fatalf("wait %d is %s, want %s and half of it more or less", i, wait, test.want[i])
					}
					if shortest[i] == 0 || share < shortest[i] {
						shortest[i] = share
					}
					longest[i] = max(longest[i], share)
				}
			}
			// By chance, so that calls that failed together do not return together.
			// That none of 100 is in an outer fifth happens once in billions of runs.
			for i := range test.want {
				if shortest[i] > 0.7 || longest[i] < 1.3 {
					t.Errorf("wait %d is between %.2f and %.2f of %s", i, shortest[i], longest[i], test.want[i])
				}
			}
		})
	}
}

// Rate limits and faults do not add to each other's waits.
func TestWaitsOfMixedFailures(t *testing.T) {
	t.Parallel()
	const s = time.Second
	calls, _ := run(t, 4, fault, limited, fault, limited)
	want := []time.Duration{s, 10 * s, 2 * s, 20 * s}
	for i, wait := range calls.waits() {
		if wait < want[i]/2 || wait > want[i]*3/2 {
			t.Errorf("wait %d is %s, want %s and half of it more or less", i, wait, want[i])
		}
	}
	if len(calls.begun) != 5 {
		t.Errorf("%d calls", len(calls.begun))
	}
}

func TestRetryAfterIsHonoured(t *testing.T) {
	t.Parallel()
	gateway := func(d time.Duration) error { return &dataforseo.HTTPError{Status: 503, RetryAfter: d} }
	tests := map[string]struct {
		failure error
		want    time.Duration
	}{
		"of a rate limit":           {limitedFor(30 * time.Second), 30 * time.Second},
		"shorter than the back-off": {limitedFor(time.Second), time.Second},
		"of a gateway":              {gateway(45 * time.Second), 45 * time.Second},
		"as long as may be":         {limitedFor(time.Minute), time.Minute},
		"too long":                  {limitedFor(time.Minute + 1), time.Minute},
		"much too long":             {gateway(24 * time.Hour), time.Minute},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			calls, err := run(t, 3, test.failure)
			if diff := cmp.Diff([]time.Duration{test.want}, calls.waits()); diff != "" || err != nil {
				t.Errorf("%v, waits: - want, + got:\n%s", err, diff)
			}
		})
	}
}

// The way from the header to the wait: a date depends on the clock of both.
func TestRetryAfterOfAnAnswer(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 8, 1, 12, 0, 0, 0, time.UTC)
	tests := map[string]int64{ // to milliseconds
		"30":                            30_000,
		"Sat, 01 Aug 2026 12:00:20 GMT": 20_000,
		"Sat, 01 Aug 2026 13:00:00 GMT": 60_000,
		"99999999999":                   60_000,
	}
	for header, want := range tests {
		for name, fault := range map[string]fakeapi.Fault{"40202": fakeapi.Code(40202), "429": fakeapi.Gateway(429), "503": fakeapi.Gateway(503)} {
			b := newBench(t, clockwork.NewFakeClockAt(now))
			b.fake.OnAny(fault.Header("Retry-After", header), fakeapi.OK)
			if _, err := b.do(t); err != nil {
				t.Errorf("%s, %s: %v", name, header, err)
			}
			if diff := cmp.Diff([]int64{want}, b.waits); diff != "" {
				t.Errorf("%s, %s: - want, + got:\n%s", name, header, diff)
			}
		}
	}
}

func TestRateLimitsPauseEverybody(t *testing.T) {
	t.Parallel()
	gateway := &dataforseo.HTTPError{Status: 429, RetryAfter: 5 * time.Second}
	s := func(n ...int) (pauses []time.Duration) {
		for _, seconds := range n {
			pauses = append(pauses, time.Duration(seconds)*time.Second)
		}
		return pauses
	}
	tests := map[string]struct {
		maxRetries int
		failures   []error
		want       []time.Duration
	}{
		"each of them":              {3, []error{limitedFor(7 * time.Second), gateway}, s(7, 5)},
		"the last one too":          {1, []error{limitedFor(7 * time.Second), limitedFor(8 * time.Second)}, s(7, 8)},
		"though it is not repeated": {0, []error{limitedFor(7 * time.Second)}, s(7)},
		"nothing else":              {3, []error{unsent, lost, fault}, nil},
		"not a failure for good":    {3, []error{refused}, nil},
		"not a gateway's 503":       {3, []error{&dataforseo.HTTPError{Status: 503, RetryAfter: time.Minute}}, nil},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				p := new(pauser)
				_, _ = retry.New(&script{failures: test.failures}, retry.Options{MaxRetries: test.maxRetries, Pauser: p}).Do(t.Context(), paid)
				if diff := cmp.Diff(test.want, p.pauses); diff != "" {
					t.Errorf("pauses: - want, + got:\n%s", diff)
				}
			})
		})
	}
}

// A limit is told to one call, and kept by all of them.
func TestACallWaitsForTheRateLimitOfAnother(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		calls := &script{failures: []error{limitedFor(20 * time.Second)}}
		limiter := limit.New(calls, limit.Options{})
		retrier := retry.New(limiter, retry.Options{MaxRetries: 3, Pauser: limiter})
		start := time.Now()
		var group sync.WaitGroup
		for range 3 {
			group.Go(func() {
				if _, err := retrier.Do(t.Context(), paid); err != nil {
					t.Error(err)
				}
			})
			synctest.Wait()
		}
		group.Wait()
		var at []time.Duration
		for _, begun := range calls.begun {
			at = append(at, begun.Sub(start))
		}
		const spacing = 30 * time.Millisecond
		want := []time.Duration{0, 20 * time.Second, 20*time.Second + spacing, 20*time.Second + 2*spacing}
		if diff := cmp.Diff(want, at); diff != "" {
			t.Errorf("calls began: - want, + got:\n%s", diff)
		}
	})
}

func TestNoWaitThatOutlastsTheRead(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		after time.Duration
		calls int
	}{
		"longer":  {31 * time.Second, 1},
		"shorter": {29 * time.Second, 2},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				failure := limitedFor(test.after)
				calls, p := &script{failures: []error{failure}}, new(pauser)
				ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
				defer cancel()
				start := time.Now()
				_, err := retry.New(calls, retry.Options{MaxRetries: 3, Pauser: p}).Do(ctx, paid)
				if len(calls.begun) != test.calls || (err == nil) != (test.calls == 2) {
					t.Errorf("%d calls, the error is %v", len(calls.begun), err)
				}
				if test.calls == 1 && (!errors.Is(err, failure) || err.Error() != failure.Error() || time.Since(start) != 0) {
					t.Errorf("after %s: %v", time.Since(start), err)
				}
				if told, ok := errors.AsType[*retry.Error](err); test.calls == 1 && (!ok || told.TimeLacked() != test.after) {
					t.Errorf("%#v does not say that %s were lacked", err, test.after)
				}
				if len(p.pauses) != 1 {
					t.Errorf("everybody else was paused %d times", len(p.pauses))
				}
			})
		})
	}
}

func TestCancelledDuringAWait(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		failures     []error
		attempts     int
		maybeCharged int
		charge       dataforseo.Charge
		charges      dataforseo.Charges
	}{
		"after a free failure":         {[]error{limitedFor(time.Minute)}, 1, 0, dataforseo.ChargeNone, dataforseo.Charges{}},
		"after a charge perhaps":       {[]error{gatewayFor(time.Minute)}, 1, 1, dataforseo.ChargePossible, dataforseo.Charges{Possible: 1}},
		"after a charge":               {[]error{chargedFor(time.Minute, 0.024)}, 1, 1, dataforseo.ChargePossible, dataforseo.Charges{USD: 0.024}},
		"after two free failures":      {[]error{limitedFor(time.Second), limitedFor(time.Minute)}, 2, 0, dataforseo.ChargeNone, dataforseo.Charges{}},
		"after both":                   {[]error{gatewayFor(time.Second), limitedFor(time.Minute)}, 2, 1, dataforseo.ChargePossible, dataforseo.Charges{Possible: 1}},
		"after both the other way too": {[]error{limitedFor(time.Second), gatewayFor(time.Minute)}, 2, 1, dataforseo.ChargePossible, dataforseo.Charges{Possible: 1}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				calls := &script{failures: test.failures}
				ctx, cancel := context.WithCancel(t.Context())
				time.AfterFunc(10*time.Second, cancel)
				start := time.Now()
				_, err := retry.New(calls, retry.Options{MaxRetries: 3}).Do(ctx, paid)
				if took := time.Since(start); took != 10*time.Second || len(calls.begun) != len(test.failures) {
					t.Errorf("%d calls, took %s", len(calls.begun), took)
				}
				if failure, ok := errors.AsType[*dataforseo.TransportError](err); !ok || !errors.Is(err, context.Canceled) || failure.Error() != "it was cancelled" {
					t.Errorf("the error is %#v", err)
				}
				if charge, _ := dataforseo.ChargeOf(err); charge != test.charge {
					t.Errorf("the charge is %d, want %d", charge, test.charge)
				}
				repeated, ok := errors.AsType[*retry.Error](err)
				if !ok || repeated.Attempts != test.attempts || repeated.MaybeCharged != test.maybeCharged {
					t.Errorf("the error is %#v", err)
				}
				if got := dataforseo.ChargesOf(err); got != test.charges {
					t.Errorf("the charges are %v, want %v", got, test.charges)
				}
			})
		})
	}
}

// chargedFor is a fault of DataForSEO's that says what it cost.
func chargedFor(d time.Duration, usd float64) error {
	return &dataforseo.APIError{Code: 50000, HTTPStatus: 500, RetryAfter: d, Envelope: &dataforseo.Envelope{Cost: &usd}}
}

func gatewayFor(d time.Duration) error { return &dataforseo.HTTPError{Status: 503, RetryAfter: d} }

// A call that was cancelled is not made again, whatever its failure.
func TestCancelledDuringACall(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		failure := &dataforseo.TransportError{Sent: true, Err: context.Canceled}
		made := 0
		retrier := retry.New(doerFunc(func() error {
			made++
			cancel()
			return failure
		}), retry.Options{MaxRetries: 3})
		start := time.Now()
		if _, err := retrier.Do(ctx, paid); err != error(failure) || made != 1 || time.Since(start) != 0 {
			t.Errorf("%d calls, %s, %v", made, time.Since(start), err)
		}
	})
}

type doerFunc func() error

func (f doerFunc) Do(context.Context, *dataforseo.Call) (*dataforseo.Reply, error) { return nil, f() }

func TestRepetitionsAreLogged(t *testing.T) {
	t.Parallel()
	type line struct {
		Level   dataforseo.LogLevel
		Message string
		Fields  map[string]any
	}
	var lines []line
	synctest.Test(t, func(t *testing.T) {
		retrier := retry.New(&script{failures: []error{limitedFor(1500 * time.Millisecond), gatewayFor(2 * time.Second), refused}}, retry.Options{
			MaxRetries: 3,
			Log: func(_ context.Context, level dataforseo.LogLevel, message string, fields map[string]any) {
				lines = append(lines, line{level, message, fields})
			},
		})
		_, _ = retrier.Do(t.Context(), paid)
	})
	want := []line{
		{dataforseo.LogWarn, "Repeating a request to DataForSEO", map[string]any{
			"subject": "example.com", "attempt": 1, "wait_ms": int64(1500), "error": `DataForSEO answered 40202 ""`}},
		{dataforseo.LogWarn, "Repeating a request to DataForSEO", map[string]any{
			"subject": "example.com", "attempt": 2, "wait_ms": int64(2000), "error": "the answer has HTTP status 503 (Content-Type none, empty body)"}},
	}
	if diff := cmp.Diff(want, lines); diff != "" {
		t.Errorf("- want, + logged:\n%s", diff)
	}
}

// bench is a Retrier in front of a Transport to the fake.
type bench struct {
	fake      *fakeapi.Server
	clock     *clockwork.FakeClock
	transport *counter
	retrier   *retry.Retrier
	waits     []int64 // milliseconds
}

// counter counts the calls that pass.
type counter struct {
	dataforseo.Doer
	calls int
}

func (c *counter) Do(ctx context.Context, call *dataforseo.Call) (*dataforseo.Reply, error) {
	c.calls++
	return c.Doer.Do(ctx, call)
}

func newBench(t *testing.T, clock *clockwork.FakeClock) *bench {
	t.Helper()
	b := &bench{fake: fakeapi.Start(t, fakeapi.Options{}), clock: clock}
	b.connect(t, b.fake.URL, 5*time.Minute)
	return b
}

// connect makes the Retrier's calls go to base, with the fake's credentials.
func (b *bench) connect(t *testing.T, base string, requestTimeout time.Duration) {
	t.Helper()
	baseURL, err := url.Parse(base)
	if err != nil {
		t.Fatal(err)
	}
	transport := dataforseo.NewTransport(dataforseo.TransportOptions{
		BaseURL: baseURL, Login: fakeapi.DefaultLogin, Password: fakeapi.DefaultPassword, RequestTimeout: requestTimeout, Clock: b.clock,
	})
	t.Cleanup(transport.Close)
	b.transport = &counter{Doer: transport}
	b.retrier = retry.New(b.transport, retry.Options{
		MaxRetries: retry.DefaultMaxRetries, Pauser: new(pauser), Clock: b.clock,
		Log: func(_ context.Context, _ dataforseo.LogLevel, _ string, fields map[string]any) {
			b.waits = append(b.waits, fields["wait_ms"].(int64))
		},
	})
}

// do makes one call, and lets time pass whenever it waits.
func (b *bench) do(t *testing.T) (*dataforseo.Reply, error) {
	t.Helper()
	waiting, stop := context.WithCancel(t.Context())
	defer stop()
	go func() {
		for b.clock.BlockUntilContext(waiting, 1) == nil {
			b.clock.Advance(2 * time.Minute) // more than any wait
		}
	}()
	return b.retrier.Do(t.Context(), &dataforseo.Call{
		Method: http.MethodPost, Path: fakeapi.SummaryPath, Body: []byte(`[{"target":"example.com"}]`), Paid: true,
		Subject: "example.com", NewResult: func() any { return new(dataforseo.BacklinksSummary) },
	})
}

func TestFaults(t *testing.T) {
	t.Parallel()
	const all = 1 + retry.DefaultMaxRetries
	type expectation struct {
		fault        fakeapi.Fault
		calls        int
		maybeCharged int // of them, as the error says
		charged      int // of them, as the fake says
	}
	free := func(f fakeapi.Fault) expectation { return expectation{f, all, 0, 0} }
	perhaps := func(f fakeapi.Fault) expectation { return expectation{f, 2, 2, 0} }
	charged := func(f fakeapi.Fault) expectation { return expectation{f, 2, 2, 2} }
	final := func(f fakeapi.Fault) expectation { return expectation{f, 1, 0, 0} }
	paidFor := func(f fakeapi.Fault) expectation { return expectation{f, 1, 1, 1} }
	tests := map[string]expectation{
		"HTTP 429":                 free(fakeapi.Gateway(429)),
		"HTTP 429 and 40202":       free(fakeapi.Code(40202).HTTPStatus(429)),
		"HTTP 429 and 40202, task": free(fakeapi.Code(40202).InTask().HTTPStatus(429)),
		"an unknown 5xxxx":         free(fakeapi.Code(50999)),
		"50000 in the task":        free(fakeapi.Code(50000).InTask()),

		"the connection closed":    perhaps(fakeapi.CloseConnection()),
		"the connection reset":     perhaps(fakeapi.ResetConnection()),
		"HTTP 500, HTML":           perhaps(fakeapi.Gateway(500)),
		"HTTP 502":                 perhaps(fakeapi.Gateway(502)),
		"HTTP 503":                 perhaps(fakeapi.Gateway(503)),
		"HTTP 504":                 perhaps(fakeapi.Gateway(504)),
		"50000 without a cost":     perhaps(fakeapi.Code(50000).And(fakeapi.Set("/cost", "null"))),
		"charged but lost":         charged(fakeapi.ChargedButLost()),
		"half an answer":           charged(fakeapi.HalfAnswer()),
		"500 that claims success":  charged(fakeapi.OK.HTTPStatus(500)),
		"504 that claims success":  charged(fakeapi.OK.HTTPStatus(504)),
		"50000 that costs":         charged(fakeapi.Code(50000).Cost(0.02)),
		"50401 that costs":         charged(fakeapi.Code(50401).Cost(0.02)),
		"504 that claims, no cost": charged(fakeapi.OK.And(fakeapi.Set("/cost", "null")).HTTPStatus(504)),

		"HTTP 302":                    final(fakeapi.Redirect(302, "/login")),
		"HTTP 401":                    final(fakeapi.Gateway(401)),
		"HTTP 403":                    final(fakeapi.Gateway(403)),
		"HTTP 404":                    final(fakeapi.Gateway(404)),
		"HTTP 407":                    final(fakeapi.Gateway(407)),
		"an unknown 4xxxx":            final(fakeapi.Code(40999)),
		"40104 by HTTP 403":           final(fakeapi.Code(40104).HTTPStatus(403)),
		"40501 in the envelope":       final(fakeapi.Code(40501).InEnvelope()),
		"not JSON":                    {fakeapi.NotJSON(), 1, 1, 0},
		"HTML":                        {fakeapi.HTMLPage(), 1, 1, 0},
		"half of the JSON":            paidFor(fakeapi.TruncatedJSON()),
		"too long":                    paidFor(fakeapi.TooLong(17)),
		"tasks []":                    paidFor(fakeapi.EmptyTasks()),
		"tasks null":                  paidFor(fakeapi.NullTasks()),
		"tasks [null]":                paidFor(fakeapi.NullTask()),
		"result null, count 1":        paidFor(fakeapi.NullResult()),
		"result [], count 1":          paidFor(fakeapi.EmptyResult()),
		"result [null], count 1":      paidFor(fakeapi.NullResultEntry()),
		"half a count":                paidFor(fakeapi.Field("rank", "0.5")),
		"a count that is a text":      paidFor(fakeapi.Field("rank", `"1"`)),
		"success":                     {fakeapi.OK, 1, 0, 1},
		"success, gzip":               {fakeapi.Gzip(), 1, 0, 1},
		"no data":                     {fakeapi.NoData(), 1, 0, 1},
		"unknown fields":              {fakeapi.UnknownFields(), 1, 0, 1},
		"nothing but null":            {fakeapi.NullFields(), 1, 0, 1},
		"a float that is whole":       {fakeapi.Field("rank", "371.0"), 1, 0, 1},
		"an Authorization sent back":  {fakeapi.OK.EchoAuthorization(), 1, 0, 1},
		"an account that is paused":   final(fakeapi.Code(40201)),
		"a rate limit for one minute": {fakeapi.Code(40202).Header("Retry-After", "60"), all, 0, 0},
	}
	for _, row := range fakeapi.Errors() {
		name := fmt.Sprint(row.Code)
		switch row.Code {
		case 40202, 40209, 50000, 50001, 50301, 50303, 50304:
			tests[name] = free(fakeapi.Code(row.Code))
		case 50401:
			tests[name] = perhaps(fakeapi.Code(row.Code))
		default:
			tests[name] = final(fakeapi.Code(row.Code))
		}
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newBench(t, clockwork.NewFakeClock())
			b.fake.OnAny(test.fault)
			_, err := b.do(t)
			if b.fake.Calls() != test.calls || b.fake.Charged() != test.charged {
				t.Errorf("%d calls, %d of them charged, want %d and %d", b.fake.Calls(), b.fake.Charged(), test.calls, test.charged)
			}
			if got := maybeCharged(err); got != test.maybeCharged {
				t.Errorf("%d calls are said to be charged perhaps, want %d: %v", got, test.maybeCharged, err)
			}
		})
	}
}

// maybeCharged returns how many attempts an error says were charged perhaps.
func maybeCharged(err error) int {
	if repeated, ok := errors.AsType[*retry.Error](err); ok {
		return repeated.MaybeCharged
	}
	if charge, _ := dataforseo.ChargeOf(err); charge != dataforseo.ChargeNone {
		return 1
	}
	return 0
}

// Whatever fails first, a call that is charged is charged twice at most.
func TestFaultsThatPass(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		faults  []fakeapi.Fault
		calls   int
		charged int
		ok      bool
	}{
		"a rate limit":                {[]fakeapi.Fault{fakeapi.Code(40202), fakeapi.OK}, 2, 1, true},
		"three free ones":             {[]fakeapi.Fault{fakeapi.Code(40202), fakeapi.Code(50000), fakeapi.Gateway(429), fakeapi.OK}, 4, 1, true},
		"a gateway":                   {[]fakeapi.Fault{fakeapi.Gateway(503), fakeapi.OK}, 2, 1, true},
		"charged but lost":            {[]fakeapi.Fault{fakeapi.ChargedButLost(), fakeapi.OK}, 2, 2, true},
		"lost, then a rate limit":     {[]fakeapi.Fault{fakeapi.ChargedButLost(), fakeapi.Code(40209), fakeapi.OK}, 3, 2, true},
		"lost, a rate limit and lost": {[]fakeapi.Fault{fakeapi.ChargedButLost(), fakeapi.Code(40209), fakeapi.ChargedButLost(), fakeapi.OK}, 3, 2, false},
		"lost, then not understood":   {[]fakeapi.Fault{fakeapi.ChargedButLost(), fakeapi.NullTasks(), fakeapi.OK}, 2, 2, false},
		"a rate limit, then refused":  {[]fakeapi.Fault{fakeapi.Code(40202), fakeapi.Code(40501), fakeapi.OK}, 2, 0, false},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newBench(t, clockwork.NewFakeClock())
			b.fake.OnAny(test.faults...)
			_, err := b.do(t)
			if b.fake.Calls() != test.calls || b.fake.Charged() != test.charged || (err == nil) != test.ok {
				t.Errorf("%d calls, %d of them charged, %v", b.fake.Calls(), b.fake.Charged(), err)
			}
			if !test.ok && maybeCharged(err) != test.charged {
				t.Errorf("%d calls are said to be charged perhaps, %d were", maybeCharged(err), test.charged)
			}
		})
	}
}

func TestNobodyListens(t *testing.T) {
	t.Parallel()
	b := newBench(t, clockwork.NewFakeClock())
	b.connect(t, "http://127.0.0.1:1", time.Minute) // a port that is free might not stay so
	_, err := b.do(t)
	if b.transport.calls != 1+retry.DefaultMaxRetries || maybeCharged(err) != 0 {
		t.Errorf("%d calls, %v", b.transport.calls, err)
	}
}

// A request that is not there when its time is up would show something else, so the
// time grows until all that were made have arrived.
func TestNoAnswerInTime(t *testing.T) {
	t.Parallel()
	for given := 100 * time.Millisecond; given < time.Minute; given *= 4 {
		b := newBench(t, clockwork.NewFakeClock())
		b.fake.OnAny(fakeapi.Slow(nil))
		b.connect(t, b.fake.URL, given)
		_, err := b.do(t)
		if b.fake.Charged() < b.transport.calls {
			continue
		}
		if b.transport.calls != 2 || maybeCharged(err) != 2 || b.fake.Charged() != 2 {
			t.Errorf("%d calls, %d of them charged, %v", b.transport.calls, b.fake.Charged(), err)
		}
		if want := "after 2 attempts: no answer within " + given.String(); err == nil || err.Error() != want {
			t.Errorf("the message is %v, want %s", err, want)
		}
		return
	}
	t.Error("requests do not even arrive in time")
}

func TestNoCredentialsAreNotRetried(t *testing.T) {
	t.Parallel()
	next := &script{failures: repeat(&dataforseo.CredentialsError{Missing: []string{"login"}}, 9)}
	_, err := retry.New(next, retry.Options{MaxRetries: 3}).Do(t.Context(), paid)
	if _, ok := err.(*dataforseo.CredentialsError); !ok || len(next.begun) != 1 {
		t.Errorf("%d calls, %#v", len(next.begun), err)
	}
}

// TestRefusedRepetition: a layer that would not make the call again is named together
// with what went wrong before, and a call that was not made is no attempt.
func TestRefusedRepetition(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		lost := &dataforseo.TransportError{Sent: true, Err: io.ErrUnexpectedEOF}
		refusal := errors.New("the spending limit leaves nothing for it")
		calls := &script{failures: []error{lost, refusal}}
		_, err := retry.New(calls, retry.Options{MaxRetries: 3}).Do(t.Context(), paid)
		told, ok := errors.AsType[*retry.Error](err)
		if !ok || told.Attempts != 1 || told.Charged != (dataforseo.Charges{Possible: 1}) || told.TimeLacked() != 0 {
			t.Fatalf("%#v, want one attempt that may have been charged", err)
		}
		if !errors.Is(err, refusal) || !errors.Is(err, lost) {
			t.Errorf("%v, want both failures", err)
		}
		if got, want := err.Error(), lost.Error()+"; asking again was refused: "+refusal.Error(); got != want {
			t.Errorf("%s\nwant %s", got, want)
		}
	})
	synctest.Test(t, func(t *testing.T) {
		refusal := errors.New("the spending limit leaves nothing for it")
		if _, err := retry.New(&script{failures: []error{refusal}}, retry.Options{MaxRetries: 3}).Do(t.Context(), paid); err != refusal {
			t.Errorf("%#v, want the refusal as it is", err)
		}
	})
}

// TestEndedBeforeRepetition: a call that the layers below did not make, because its time
// was up, is no attempt. What was perhaps charged before is told.
func TestEndedBeforeRepetition(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		first error
		want  dataforseo.Charges
	}{
		"after a free failure": {limitedFor(time.Second), dataforseo.Charges{}},
		"after a lost answer":  {&dataforseo.TransportError{Sent: true, Err: io.ErrUnexpectedEOF}, dataforseo.Charges{Possible: 1}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				unsent := &dataforseo.TransportError{Err: context.DeadlineExceeded}
				_, err := retry.New(&script{failures: []error{c.first, unsent}}, retry.Options{MaxRetries: 3}).Do(t.Context(), paid)
				told, ok := errors.AsType[*retry.Error](err)
				if !ok || told.Attempts != 1 || told.Charged != c.want || !errors.Is(err, context.DeadlineExceeded) {
					t.Fatalf("%#v, want one attempt, %+v, and the end of the time", err, c.want)
				}
				if last, ok := errors.AsType[*dataforseo.TransportError](err); !ok || last.Sent != (c.want.Possible > 0) {
					t.Errorf("%#v, want Sent to tell of a possible charge", last)
				}
			})
		})
	}
}

// TestConnectingTakesTooLong: that an attempt's own time is up before there is a
// connection is not the end of the read, and is free to repeat.
func TestConnectingTakesTooLong(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		unconnected := &dataforseo.TransportError{TimedOutAfter: 5 * time.Second, Err: context.DeadlineExceeded}
		calls := &script{failures: repeat(unconnected, 3)}
		if _, err := retry.New(calls, retry.Options{MaxRetries: 3}).Do(t.Context(), paid); err != nil || len(calls.begun) != 4 {
			t.Errorf("%d calls, the error is %v, want 4 and none", len(calls.begun), err)
		}
	})
}
