package retry_test

import (
	"context"
	"fmt"
	"net/url"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/dataforseo"
	"github.com/dataforseo/terraform-provider-dataforseo/internal/fakeapi"
	"github.com/dataforseo/terraform-provider-dataforseo/internal/limit"
	"github.com/dataforseo/terraform-provider-dataforseo/internal/retry"
	"github.com/dataforseo/terraform-provider-dataforseo/internal/spending"
)

const price = fakeapi.DefaultPriceUSD

// stack has the layers between a read and the API, in the provider's order.
type stack struct {
	fake   *fakeapi.Server
	client *dataforseo.Client
}

// inStack runs a test with a fake API in a synctest bubble.
func inStack(t *testing.T, fakeOptions fakeapi.Options, limitOptions limit.Options, limitUSD float64, test func(t *testing.T, st *stack)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		fake := fakeapi.New(fakeOptions)
		t.Cleanup(fake.Close)
		roundTripper := fake.RoundTripper()
		t.Cleanup(roundTripper.CloseIdleConnections)
		base, err := url.Parse(fake.URL)
		if err != nil {
			t.Fatal(err)
		}
		var doer dataforseo.Doer = dataforseo.NewTransport(dataforseo.TransportOptions{
			BaseURL: base, Login: fakeapi.DefaultLogin, Password: fakeapi.DefaultPassword, RoundTripper: roundTripper,
		})
		doer = spending.New(limit.New(doer, limitOptions), limitUSD)
		test(t, &stack{fake, dataforseo.NewClient(retry.New(doer, retry.Options{MaxRetries: retry.DefaultMaxRetries}))})
	})
}

// read reads a target, with the default time-out of a read.
func (st *stack) read(t *testing.T, target string) *dataforseo.Failure {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Minute)
	defer cancel()
	_, failure := st.client.BacklinksSummary(ctx, dataforseo.BacklinksSummaryRequest{Target: target})
	return failure
}

// readAll reads targets concurrently, and returns the failures.
func (st *stack) readAll(t *testing.T, targets int) (failures []*dataforseo.Failure) {
	t.Helper()
	var mu sync.Mutex
	var group sync.WaitGroup
	for i := range targets {
		group.Go(func() {
			if failure := st.read(t, fmt.Sprintf("%d.example", i)); failure != nil {
				mu.Lock()
				defer mu.Unlock()
				failures = append(failures, failure)
			}
		})
	}
	group.Wait()
	return failures
}

// wantCharged checks the calls that the API received, and that it charged some of them at
// the list price.
func (st *stack) wantCharged(t *testing.T, calls, charged int) {
	t.Helper()
	usd := float64(charged) * price
	if got := st.fake.ChargedUSD(); st.fake.Calls() != calls || st.fake.Charged() != charged || got < usd-1e-9 || got > usd+1e-9 {
		t.Errorf("got %d calls, %d charged, %v USD, want %d, %d, %v", st.fake.Calls(), st.fake.Charged(), got, calls, charged, usd)
	}
}

// TestFaults checks the attempts that each fault causes, and their costs.
func TestFaults(t *testing.T) {
	t.Parallel()
	const all = 1 + retry.DefaultMaxRetries
	type expectation struct {
		fault    fakeapi.Fault
		calls    int
		charged  float64 // USD charged by the API
		known    float64 // USD in the failure
		possible int     // possible charges in the failure
	}
	free := func(f fakeapi.Fault) expectation { return expectation{f, all, 0, 0, 0} }
	possible := func(f fakeapi.Fault) expectation { return expectation{f, 2, 0, 0, 2} }
	wasted := func(f fakeapi.Fault) expectation { return expectation{f, 2, 2 * price, 0, 2} }
	final := func(f fakeapi.Fault) expectation { return expectation{f, 1, 0, 0, 0} }
	tests := map[string]expectation{
		"an unknown 5xxxx":       free(fakeapi.Code(50999)),
		"50000 in the task":      free(fakeapi.Code(50000).InTask()),
		"no task, free":          free(fakeapi.EmptyTasks().Cost(0)),
		"the connection closed":  possible(fakeapi.CloseConnection()),
		"HTTP 500":               possible(fakeapi.Gateway(500)),
		"HTTP 502":               possible(fakeapi.Gateway(502)),
		"HTTP 503":               possible(fakeapi.Gateway(503)),
		"HTTP 504":               possible(fakeapi.Gateway(504)),
		"50000 without a cost":   possible(fakeapi.Code(50000).And(fakeapi.Set("/cost", "null"))),
		"lost":                   wasted(fakeapi.ChargedButLost()),
		"half an answer":         wasted(fakeapi.HalfAnswer()),
		"no answer in time":      wasted(fakeapi.Slow(nil)),
		"504, no cost":           wasted(fakeapi.OK.And(fakeapi.Set("/cost", "null")).And(fakeapi.Set("/tasks/0/cost", "null")).HTTPStatus(504)),
		"504, claims success":    {fakeapi.OK.HTTPStatus(504), 2, 2 * price, 2 * price, 0},
		"50000 that costs":       {fakeapi.Code(50000).Cost(0.02), 2, 0.04, 0.04, 0},
		"50401 that costs":       {fakeapi.Code(50401).Cost(0.02), 2, 0.04, 0.04, 0},
		"40101 that costs":       {fakeapi.Code(40101).Cost(0.02), 2, 0.04, 0.04, 0},
		"HTTP 302":               final(fakeapi.Redirect(302, "/login")),
		"HTTP 401":               final(fakeapi.Gateway(401)),
		"HTTP 403":               final(fakeapi.Gateway(403)),
		"HTTP 404":               final(fakeapi.Gateway(404)),
		"HTTP 407":               final(fakeapi.Gateway(407)),
		"an unknown 4xxxx":       final(fakeapi.Code(40999)),
		"40104 by HTTP 403":      final(fakeapi.Code(40104).HTTPStatus(403)),
		"40501 in the envelope":  final(fakeapi.Code(40501).InEnvelope()),
		"not JSON":               {fakeapi.NotJSON(), 1, 0, 0, 1},
		"HTML":                   {fakeapi.HTMLPage(), 1, 0, 0, 1},
		"no task, charged":       {fakeapi.EmptyTasks(), 1, price, price, 0},
		"success":                {fakeapi.OK, 1, price, 0, 0},
		"success, no last chunk": {fakeapi.NoLastChunk(), 1, price, 0, 0},
	}
	for _, row := range append(fakeapi.Errors(), fakeapi.ReportedErrors()...) {
		name, fault := fmt.Sprint(row.Code), fakeapi.Code(row.Code)
		switch row.Code {
		case 40202, 40209: // see TestPermanentRateLimit
		case 40101, 40103, 50000, 50001, 50301, 50303, 50304:
			tests[name] = free(fault)
		case 50401:
			tests[name] = possible(fault)
		default:
			tests[name] = final(fault)
		}
	}
	for name, test := range tests {
		inStack(t, fakeapi.Options{}, limit.Options{}, 1, func(t *testing.T, st *stack) {
			st.fake.OnAny(test.fault)
			var got dataforseo.Charges
			failure := st.read(t, "example.com")
			if failure != nil {
				got = failure.Charges
			}
			if usd := st.fake.ChargedUSD(); st.fake.Calls() != test.calls || usd != test.charged {
				t.Errorf("%s: got %d calls, %v USD, want %d, %v", name, st.fake.Calls(), usd, test.calls, test.charged)
			}
			if want := (dataforseo.Charges{USD: test.known, Possible: test.possible}); got != want {
				t.Errorf("%s: got %+v, want %+v: %v", name, got, want, failure)
			}
			if failure != nil && failure.Attempts != test.calls {
				t.Errorf("%s: got %d attempts, want %d", name, failure.Attempts, test.calls)
			}
		})
	}
}

// TestTemporaryFaults checks that an answer is paid for twice at most.
func TestTemporaryFaults(t *testing.T) {
	t.Parallel()
	limited, lost := fakeapi.Code(40202), fakeapi.ChargedButLost()
	for name, c := range map[string]struct {
		faults         []fakeapi.Fault
		calls, charged int
		ok             bool
	}{
		"a rate limit":                {[]fakeapi.Fault{limited, fakeapi.OK}, 2, 1, true},
		"three free faults":           {[]fakeapi.Fault{fakeapi.Code(50001), fakeapi.Code(50000), fakeapi.Code(40103), fakeapi.OK}, 4, 1, true},
		"five rate limits":            {[]fakeapi.Fault{limited, limited, limited, fakeapi.Gateway(429), limited, fakeapi.OK}, 6, 1, true},
		"a gateway":                   {[]fakeapi.Fault{fakeapi.Gateway(503), fakeapi.OK}, 2, 1, true},
		"lost":                        {[]fakeapi.Fault{lost, fakeapi.OK}, 2, 2, true},
		"lost, then a rate limit":     {[]fakeapi.Fault{lost, fakeapi.Code(40209), fakeapi.OK}, 3, 2, true},
		"lost, a rate limit and lost": {[]fakeapi.Fault{lost, limited, lost, fakeapi.OK}, 3, 2, false},
		"lost, then unusable":         {[]fakeapi.Fault{lost, fakeapi.NullTasks(), fakeapi.OK}, 2, 2, false},
		"a rate limit, then refused":  {[]fakeapi.Fault{limited, fakeapi.Code(40501), fakeapi.OK}, 2, 0, false},
	} {
		inStack(t, fakeapi.Options{}, limit.Options{}, 1, func(t *testing.T, st *stack) {
			st.fake.OnAny(c.faults...)
			failure := st.read(t, "example.com")
			if (failure == nil) != c.ok {
				t.Errorf("%s: got %v", name, failure)
			}
			if failure != nil && (failure.Attempts != c.calls || int(failure.Charges.USD/price+0.5)+failure.Charges.Possible != c.charged) {
				t.Errorf("%s: got %d attempts, %+v, want %d and %d charges", name, failure.Attempts, failure.Charges, c.calls, c.charged)
			}
			st.wantCharged(t, c.calls, c.charged)
		})
	}
}

// TestRetryAfterHeader checks the wait after a rate limit or a gateway error.
func TestRetryAfterHeader(t *testing.T) {
	t.Parallel()
	for header, want := range map[string]time.Duration{
		"30": 30 * s, "99999999999": time.Minute,
		"Sat, 01 Jan 2000 00:00:20 GMT": 20 * s, "Sat, 01 Jan 2000 01:00:00 GMT": time.Minute, // a bubble begins at midnight
	} {
		for _, fault := range []fakeapi.Fault{fakeapi.Code(40202), fakeapi.Gateway(429), fakeapi.Gateway(503)} {
			inStack(t, fakeapi.Options{}, limit.Options{}, 1, func(t *testing.T, st *stack) {
				st.fake.OnAny(fault.Header("Retry-After", header), fakeapi.OK)
				if failure := st.read(t, "example.com"); failure != nil {
					t.Errorf("%s: got %v", header, failure)
				}
				requests := st.fake.Requests()
				if got := requests[len(requests)-1].Received.Sub(requests[0].Received); len(requests) != 2 || got != want {
					t.Errorf("%s: got %d calls within %s, want 2 within %s", header, len(requests), got, want)
				}
			})
		}
	}
}

// TestStorm checks that a long rate limit fails no read, and that waiting calls keep their
// share of the spending limit.
func TestStorm(t *testing.T) {
	t.Parallel()
	const targets, storm = 300, 25
	inStack(t, fakeapi.Options{Delay: s / 2}, limit.Options{}, targets*price, func(t *testing.T, st *stack) {
		st.fake.Storm(storm*s, fakeapi.Gateway(429).Header("Retry-After", "1"))
		for _, failure := range st.readAll(t, targets) {
			t.Errorf("%+v", failure)
		}
		st.wantCharged(t, targets+st.fake.Refusals(), targets)
		if st.fake.Refusals() > 30+storm || st.fake.MaxSimultaneous() != 30 {
			t.Errorf("got %d refusals, %d concurrent calls", st.fake.Refusals(), st.fake.MaxSimultaneous())
		}
	})
}

// TestPermanentRateLimit checks that a rate limit fails a read only when it has no time left.
func TestPermanentRateLimit(t *testing.T) {
	t.Parallel()
	for _, fault := range []fakeapi.Fault{fakeapi.Code(40202), fakeapi.Code(40209), fakeapi.Gateway(429)} {
		inStack(t, fakeapi.Options{}, limit.Options{}, 1, func(t *testing.T, st *stack) {
			st.fake.OnAny(fault)
			start := time.Now()
			failure := st.read(t, "example.com")
			if failure == nil || failure.Kind != dataforseo.KindRateLimit || failure.Attempts != st.fake.Calls() || !strings.Contains(failure.Cause, "; the next attempt is due in ") {
				t.Errorf("got %+v", failure)
			}
			if took := time.Since(start); took < 9*time.Minute || took >= 10*time.Minute || st.fake.Calls() < 10 {
				t.Errorf("got %d calls in %s, want at least 10 in 9 to 10 minutes", st.fake.Calls(), took)
			}
			st.wantCharged(t, st.fake.Calls(), 0)
		})
	}
}

func TestSpendingLimit(t *testing.T) {
	t.Parallel()
	for room := range 9 {
		inStack(t, fakeapi.Options{Delay: s}, limit.Options{}, (float64(room)+0.9)*price, func(t *testing.T, st *stack) {
			failures := st.readAll(t, 50)
			for _, failure := range failures {
				if failure.Kind != dataforseo.KindSpendingLimit || failure.Attempts != 0 {
					t.Errorf("got %+v", failure)
				}
			}
			if len(failures) != 50-room {
				t.Errorf("room for %d: got %d failures, want %d", room, len(failures), 50-room)
			}
			st.wantCharged(t, room, room)
		})
	}
	// A retry has to be paid for, too.
	inStack(t, fakeapi.Options{}, limit.Options{}, 1.5*price, func(t *testing.T, st *stack) {
		st.fake.OnAny(fakeapi.ChargedButLost())
		failure := st.read(t, "example.com")
		if failure == nil || failure.Kind != dataforseo.KindSpendingLimit || failure.Attempts != 1 || failure.Charges.Possible != 1 ||
			!strings.HasPrefix(failure.Cause, "the connection broke") || !strings.Contains(failure.Cause, "; a retry was refused: the spending limit of 0.036054 USD") {
			t.Errorf("got %+v", failure)
		}
		st.wantCharged(t, 1, 1)
	})
}

// TestFreeEndpoint checks that free calls are repeated even if they were lost.
func TestFreeEndpoint(t *testing.T) {
	t.Parallel()
	inStack(t, fakeapi.Options{}, limit.Options{}, 0, func(t *testing.T, st *stack) {
		st.fake.OnPath(fakeapi.UserDataPath, fakeapi.CloseConnection())
		_, failure := st.client.UserData(t.Context())
		if failure == nil || failure.Attempts != 4 || failure.Charges != (dataforseo.Charges{}) || st.fake.CallsTo(fakeapi.UserDataPath) != 4 {
			t.Errorf("got %d calls, %+v, want 4", st.fake.CallsTo(fakeapi.UserDataPath), failure)
		}
	})
}

func TestUnreachable(t *testing.T) {
	t.Parallel()
	inStack(t, fakeapi.Options{}, limit.Options{}, 1, func(t *testing.T, st *stack) {
		st.fake.Close()
		if failure := st.read(t, "example.com"); failure == nil || failure.Kind != dataforseo.KindUnreachable || failure.Attempts != 4 || failure.Charges != (dataforseo.Charges{}) {
			t.Errorf("%+v", failure)
		}
	})
}
