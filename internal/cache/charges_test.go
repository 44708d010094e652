package cache_test

import (
	"context"
	"errors"
	"io"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"github.com/jonboulle/clockwork"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/cache"
	"github.com/dataforseo/terraform-provider-dataforseo/internal/dataforseo"
)

// priced is an API whose answers cost something.
type priced struct{ *api }

func (p priced) Do(ctx context.Context, call *dataforseo.Call) (*dataforseo.Reply, error) {
	reply, err := p.api.Do(ctx, call)
	if err == nil {
		reply.Charges = dataforseo.Charges{USD: 0.024}
	}
	return reply, err
}

// TestCharges: of the calls that get one answer, one bears its price.
func TestCharges(t *testing.T) {
	t.Parallel()
	clock := clockwork.NewFakeClockAt(epoch)
	for name, directory := range map[string]string{"in memory": "", "in refresh mode": t.TempDir()} {
		c := process(priced{newAPI(clock)}, directory, clock, mode(cache.Refresh))
		for i, want := range []float64{0.024, 0, 0} {
			if got := ask(t, c, callFor(t, "a.example")); got.Charges.USD != want {
				t.Errorf("%s: call %d: %v, want %v USD", name, i, got.Charges, want)
			}
		}
	}
	c := process(priced{newAPI(clock)}, t.TempDir(), clock)
	if got := ask(t, c, callFor(t, "a.example")); got.Charges.USD != 0.024 || !got.Kept {
		t.Errorf("asked: %v, kept %v", got.Charges, got.Kept)
	}
	if got := ask(t, c, callFor(t, "a.example")); got.Charges != (dataforseo.Charges{}) || !got.FromCache || !got.Kept {
		t.Errorf("from a file: %v, from the cache %v", got.Charges, got.FromCache)
	}
}

// TestKept: what is in no file is not there for the next process.
func TestKept(t *testing.T) {
	t.Parallel()
	clock := clockwork.NewFakeClockAt(epoch)
	file := filepath.Join(t.TempDir(), "file")
	writeFile(t, file, nil)
	for name, directory := range map[string]string{"no directory": "", "no use of one": filepath.Join(file, "cache")} {
		if got := ask(t, process(newAPI(clock), directory, clock), callFor(t, "a.example")); got.Kept {
			t.Errorf("%s: kept", name)
		}
	}
}

// TestCharges_overlapping: of the calls that wait for one answer, or for one failure,
// one bears its price.
func TestCharges_overlapping(t *testing.T) {
	t.Parallel()
	for name, failure := range map[string]error{"answer": nil, "failure": &dataforseo.TransportError{Sent: true, Err: io.ErrUnexpectedEOF}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				clock := clockwork.NewFakeClockAt(epoch)
				hold := make(chan struct{})
				api := newAPI(clock)
				api.meanwhile = func(context.Context, int) error { <-hold; return failure }
				c := process(priced{api}, "", clock)
				first := askAside(t.Context(), c, callFor(t, "a.example"))
				second := askAside(t.Context(), c, callFor(t, "a.example"))
				synctest.Wait()
				close(hold)
				var total dataforseo.Charges
				for _, o := range []outcome{first(), second()} {
					if failure == nil {
						total = total.Plus(o.reply.Charges)
						continue
					}
					total = total.Plus(dataforseo.ChargesOf(o.err))
					if !errors.Is(o.err, io.ErrUnexpectedEOF) || o.err.Error() != failure.Error() {
						t.Errorf("the failure is %v", o.err)
					}
				}
				want := dataforseo.Charges{USD: 0.024}
				if failure != nil {
					want = dataforseo.Charges{Possible: 1}
				}
				if total != want {
					t.Errorf("both cost %v, want %v", total, want)
				}
				wantCalls(t, api, 1)
			})
		})
	}
}

// TestVolatile: what is out of date when the process ends is shared within it and
// kept in no file.
func TestVolatile(t *testing.T) {
	t.Parallel()
	clock := clockwork.NewFakeClockAt(epoch)
	api, directory := newAPI(clock), t.TempDir()
	call := callFor(t, "a.example")
	call.Volatile = true
	for n := 1; n <= 2; n++ {
		c := process(api, directory, clock)
		for range 3 {
			wantReply(t, ask(t, c, call), n, false)
		}
		clock.Advance(time.Second)
	}
	wantOnlyEntries(t, directory, 0)
	if _, err := process(api, directory, clock, mode(cache.CacheOnly)).Do(t.Context(), call); err == nil {
		t.Error("cache_only found a volatile answer")
	}
	wantCalls(t, api, 2)
}
