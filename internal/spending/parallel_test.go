package spending_test

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/dataforseo"
	"github.com/dataforseo/terraform-provider-dataforseo/internal/fakeapi"
	"github.com/dataforseo/terraform-provider-dataforseo/internal/spending"
)

// slowly makes answers overlap: each takes a second by the clock of the bubble.
func slowly(answer func(n int) (*dataforseo.Reply, error)) *doer {
	return &doer{answer: func(ctx context.Context, n int) (*dataforseo.Reply, error) {
		select {
		case <-time.After(time.Second):
			return answer(n)
		case <-ctx.Done():
			return nil, &dataforseo.TransportError{Sent: true, Err: ctx.Err()}
		}
	}}
}

// allAtOnce makes that many calls at once, and returns how many were refused and
// the last refusal. Any other error but those of the answers fails the test.
func allAtOnce(t *testing.T, guard *spending.Guard, calls int, expected ...error) (refused int, last spending.LimitError) {
	t.Helper()
	var mu sync.Mutex
	var underWay sync.WaitGroup
	for range calls {
		underWay.Go(func() {
			_, err := guard.Do(t.Context(), paid())
			mu.Lock()
			defer mu.Unlock()
			if limit, ok := errors.AsType[*spending.LimitError](err); ok {
				refused++
				last = *limit
				return
			}
			if err != nil && !slices.Contains(expected, err) {
				t.Errorf("%v", err)
			}
		})
	}
	underWay.Wait()
	return refused, last
}

// TestParallel_beforeThePrice: until an answer has told the price, calls go one by
// one, whatever else they come to.
func TestParallel_beforeThePrice(t *testing.T) {
	t.Parallel()
	refusal := &dataforseo.APIError{Code: 40501, Envelope: costing(0).Envelope}
	charged := &dataforseo.APIError{Code: 50401, Envelope: costing(0.001).Envelope}
	vanished := lost()
	for name, c := range map[string]struct {
		first func() (*dataforseo.Reply, error)
		spent float64 // on the first three
	}{
		"answers for free": {func() (*dataforseo.Reply, error) { return costing(0), nil }, 0},
		"answers without a cost": {func() (*dataforseo.Reply, error) {
			return &dataforseo.Reply{Charges: dataforseo.Charges{Possible: 1}}, nil
		}, 0.072108},
		"failures for free": {func() (*dataforseo.Reply, error) { return nil, refusal }, 0},
		// What a failure costs is not what an answer costs.
		"failures that are charged": {func() (*dataforseo.Reply, error) { return nil, charged }, 0.003},
		"failures that got lost":    {func() (*dataforseo.Reply, error) { return nil, vanished }, 0.072108},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				var beforeThePrice atomic.Int64
				var next *doer
				next = slowly(func(n int) (*dataforseo.Reply, error) {
					if n > 4 {
						return costing(price), nil
					}
					beforeThePrice.Store(max(beforeThePrice.Load(), next.atOnce.Load()))
					if n == 4 {
						return costing(price), nil
					}
					return c.first()
				})
				const room = 5.5
				guard := spending.New(next, c.spent+room*price)
				refused, limit := allAtOnce(t, guard, 30, refusal, charged, vanished)
				if beforeThePrice.Load() != 1 {
					t.Errorf("%d at once before the price is known, want 1", beforeThePrice.Load())
				}
				if next.mostAtOnce.Load() != 4 || next.calls.Load() != 3+5 || refused != 30-3-5 {
					t.Errorf("then %d at once, %d calls, %d refused, want 4, 8, 22", next.mostAtOnce.Load(), next.calls.Load(), refused)
				}
				if limit.PriceUSD != price {
					t.Errorf("a price of %v, want %v", limit.PriceUSD, price)
				}
			})
		})
	}
}

// TestParallel_free: an answer that is free does not tell what the next one costs.
func TestParallel_free(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		const dear = 0.1
		next := slowly(func(n int) (*dataforseo.Reply, error) {
			if n == 1 {
				return costing(0), nil
			}
			return costing(dear), nil
		})
		guard := spending.New(next, 5*dear)
		refused, limit := allAtOnce(t, guard, 30)
		want := spending.LimitError{LimitUSD: 5 * dear, SpentUSD: 5 * dear, Answers: 5, PriceUSD: dear}
		if next.calls.Load() != 6 || refused != 24 || limit != want {
			t.Errorf("%d calls, %d refused, %+v, want 6, 24, %+v", next.calls.Load(), refused, limit, want)
		}
	})
}

// TestParallel_priceRises: from the first answer at a new price on, that is what is
// reckoned with.
func TestParallel_priceRises(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		next := slowly(func(n int) (*dataforseo.Reply, error) {
			if n <= 3 {
				return costing(0.01), nil
			}
			return costing(0.02), nil
		})
		guard := spending.New(next, 0.1)
		for range 4 {
			if _, err := guard.Do(t.Context(), paid()); err != nil {
				t.Fatal(err)
			}
		}
		// 0.05 are spent, which leaves room for two at the new price.
		refused, limit := allAtOnce(t, guard, 20)
		if next.calls.Load() != 6 || refused != 18 || limit.SpentUSD != 0.09 || limit.PriceUSD != 0.02 {
			t.Errorf("%d calls, %d refused, %+v", next.calls.Load(), refused, limit)
		}
	})
}

// TestParallel_priceRisesUnderWay: calls that are under way when the price rises were
// let pass at the old one. No more than these exceed the limit.
func TestParallel_priceRisesUnderWay(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		next := slowly(func(n int) (*dataforseo.Reply, error) {
			if n == 1 {
				return costing(0.01), nil
			}
			return costing(0.02), nil
		})
		guard := spending.New(next, 0.1)
		refused, _ := allAtOnce(t, guard, 50)
		// They were refused while others were under way. One more is told what all cost.
		_, limit := allAtOnce(t, guard, 1)
		if next.calls.Load() != 1+9 || refused != 40 || limit.SpentUSD != 0.01+9*0.02 {
			t.Errorf("%d calls, %d refused, %+v", next.calls.Load(), refused, limit)
		}
	})
}

// TestParallel_room: a call waits while those under way may still leave room for it,
// and is made or refused when that is clear.
func TestParallel_room(t *testing.T) {
	t.Parallel()
	broken := &dataforseo.TransportError{Err: errors.New("connection refused")}
	for name, c := range map[string]struct {
		outcome            func(n int) (*dataforseo.Reply, error)
		calls, refused     int
		answers, estimates int
	}{
		"all are charged": {func(int) (*dataforseo.Reply, error) { return costing(price), nil }, 4, 16, 4, 0},
		"every second one is free": {func(n int) (*dataforseo.Reply, error) {
			if n%2 == 0 {
				return nil, broken
			}
			return costing(price), nil
		}, 7, 13, 4, 0},
		"every second one is lost": {func(n int) (*dataforseo.Reply, error) {
			if n%2 == 0 {
				return nil, errLost
			}
			return costing(price), nil
		}, 4, 16, 4, 2},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				next := slowly(c.outcome)
				refused, limit := allAtOnce(t, spending.New(next, 4*price), 20, broken, errLost)
				if int(next.calls.Load()) != c.calls || refused != c.refused || limit.Answers != c.answers || limit.Guesses != c.estimates {
					t.Errorf("%d calls, %d refused, %d answers, %d of them guesses, want %d, %d, %d, %d",
						next.calls.Load(), refused, limit.Answers, limit.Guesses, c.calls, c.refused, c.answers, c.estimates)
				}
			})
		})
	}
}

var errLost = lost()

// TestParallel_waitsEnd: calls that end while they wait, for the price or for room,
// end at once and take up no room, and nothing is left waiting.
func TestParallel_waitsEnd(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		known   bool // is the price, from a first answer
		held    int  // calls that are under way then
		refused int  // of 20 that come later
	}{
		"for the price": {false, 1, 15},
		"for room":      {true, 5, 20},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				release := make(chan struct{})
				next := &doer{answer: func(_ context.Context, n int) (*dataforseo.Reply, error) {
					if !c.known || n > 1 {
						<-release
					}
					return costing(price), nil
				}}
				guard := spending.New(next, 6*price)
				if c.known {
					allAtOnce(t, guard, 1)
				}
				var held, waiting sync.WaitGroup
				for range c.held {
					held.Go(func() { _, _ = guard.Do(t.Context(), paid()) })
				}
				synctest.Wait()
				ctx, cancel := context.WithCancel(t.Context())
				for range 40 {
					waiting.Go(func() { wantCancelled(t, ctx, guard) })
				}
				synctest.Wait()
				cancel()
				waiting.Wait() // for none of those that are held
				close(release)
				held.Wait()
				refused, limit := allAtOnce(t, guard, 20)
				want := spending.LimitError{LimitUSD: 0.144216, SpentUSD: 0.144216, Answers: 6, PriceUSD: price}
				if next.calls.Load() != 6 || refused != c.refused || limit != want {
					t.Errorf("%d calls, %d refused, %+v, want 6, %d, %+v", next.calls.Load(), refused, limit, c.refused, want)
				}
			})
		})
	}
}

func wantCancelled(t *testing.T, ctx context.Context, guard *spending.Guard) {
	t.Helper()
	_, err := guard.Do(ctx, paid())
	transportErr, ok := errors.AsType[*dataforseo.TransportError](err)
	if !ok || transportErr.Sent || !errors.Is(err, context.Canceled) {
		t.Errorf("%v, want a request that was cancelled before it was sent", err)
	}
}

// TestParallel_twoGuards: one's spending is not the other's.
func TestParallel_twoGuards(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		next := slowly(func(int) (*dataforseo.Reply, error) { return costing(price), nil })
		var both sync.WaitGroup
		for _, room := range []int{3, 5} {
			both.Go(func() {
				refused, limit := allAtOnce(t, spending.New(next, float64(room)*price), 20)
				if refused != 20-room || limit.Answers != room {
					t.Errorf("%d refused, %+v, want %d", refused, limit, 20-room)
				}
			})
		}
		both.Wait()
		if got := next.calls.Load(); got != 8 {
			t.Errorf("%d calls, want 8", got)
		}
	})
}

// TestParallel_real: the same over HTTP and in real time, with what the API charged
// as the measure.
func TestParallel_real(t *testing.T) {
	t.Parallel()
	for room := range 9 {
		t.Run(fmt.Sprint(room), func(t *testing.T) {
			t.Parallel()
			server := fakeapi.Start(t, fakeapi.Options{Limits: fakeapi.Limits{Simultaneous: 50}})
			base, err := url.Parse(server.URL)
			if err != nil {
				t.Fatal(err)
			}
			transport := dataforseo.NewTransport(dataforseo.TransportOptions{
				BaseURL: base, Login: fakeapi.DefaultLogin, Password: fakeapi.DefaultPassword, MaxIdleConnections: 50,
			})
			t.Cleanup(transport.Close)
			client := dataforseo.NewClient(spending.New(transport, (float64(room)+0.9)*fakeapi.DefaultPriceUSD))
			var calls sync.WaitGroup
			for i := range 50 {
				calls.Go(func() {
					request := dataforseo.BacklinksSummaryRequest{Target: fmt.Sprintf("%d.example", i)}
					_, err := client.BacklinksSummary(t.Context(), request)
					if _, refused := errors.AsType[*spending.LimitError](err); err != nil && !refused {
						t.Error(err)
					}
				})
			}
			calls.Wait()
			// The first one is made before its price is known.
			if want := max(1, room); server.Charged() != want || server.Calls() != want {
				t.Errorf("%d calls, %d charged, want %d", server.Calls(), server.Charged(), want)
			}
		})
	}
}

// TestParallel_stress: in real time, whatever comes back, no reservation is lost
// and none is left.
func TestParallel_stress(t *testing.T) {
	t.Parallel()
	const room = 500
	free := &dataforseo.APIError{Code: 40501, Envelope: costing(0).Envelope}
	vanished := lost()
	next := &doer{answer: func(_ context.Context, n int) (*dataforseo.Reply, error) {
		switch n % 3 {
		case 0:
			return nil, free
		case 1:
			return costing(price), nil
		}
		return nil, vanished
	}}
	guard := spending.New(next, room*price)
	var waves sync.WaitGroup
	for range 10 {
		waves.Go(func() {
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			for i := range 200 {
				if i == 150 {
					cancel()
				}
				_, _ = guard.Do(ctx, paid())
			}
		})
	}
	waves.Wait()
	_, limit := allAtOnce(t, guard, 2000, free, vanished)
	if limit.Answers != room || limit.SpentUSD != 12.018 || next.atOnce.Load() != 0 {
		t.Errorf("%+v, %d under way, want %d answers", limit, next.atOnce.Load(), room)
	}
}
