package cache_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gofrs/flock"
	"github.com/jonboulle/clockwork"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/cache"
	"github.com/dataforseo/terraform-provider-dataforseo/internal/dataforseo"
	"github.com/dataforseo/terraform-provider-dataforseo/internal/fakeapi"
)

// TestLock_sameAnswers: two processes that want the same 50 answers at the same
// time pay for 50.
func TestLock_sameAnswers(t *testing.T) {
	t.Parallel()
	const targets = 50
	server, directory := fakeapi.Start(t, fakeapi.Options{Limits: fakeapi.Limits{Simultaneous: 2 * targets}}), t.TempDir()
	var calls []*dataforseo.Call
	for i := range targets {
		calls = append(calls, callFor(t, fmt.Sprintf("%d.example", i)))
	}
	var underWay sync.WaitGroup
	for range 2 {
		c := process(newFakeTransport(t, server, nil, login), directory, clockwork.NewRealClock())
		for _, call := range calls {
			underWay.Go(func() {
				reply, err := c.Do(t.Context(), call)
				if err != nil {
					t.Error(err)
				} else if got := *reply.Result.(*dataforseo.BacklinksSummary).Target; got != call.Subject || len(reply.Notices) > 0 {
					t.Errorf("an answer about %s for %s, notices %v", got, call.Subject, reply.Notices)
				}
			})
		}
	}
	underWay.Wait()
	if server.Calls() != targets || server.Charged() != targets {
		t.Errorf("%d calls, %d charged, want %d", server.Calls(), server.Charged(), targets)
	}
	wantOnlyEntries(t, directory, targets)
}

// TestLock_afterFailure: a process that waited for another whose call failed asks
// itself, at once.
func TestLock_afterFailure(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		clock, directory := clockwork.NewFakeClockAt(epoch), t.TempDir()
		api := newAPI(clock)
		release, failure := make(chan struct{}), errors.New("failed")
		api.meanwhile = func(_ context.Context, n int) error {
			if n == 1 {
				<-release
				return failure
			}
			return nil
		}
		first := askAside(t.Context(), process(api, directory, clock), callFor(t, "a.example"))
		synctest.Wait()
		second := askAside(t.Context(), process(api, directory, clock), callFor(t, "a.example"))
		awaitLock(t)
		wantCalls(t, api, 1)
		close(release)
		if got := first(); got.err != failure {
			t.Errorf("%v, want %v", got.err, failure)
		}
		wantReply(t, second().reply, 2, false)
	})
}

// TestLock_waitEnds: a call waits for a lock no longer than it has time, and nothing
// was sent.
func TestLock_waitEnds(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		limit func(context.Context) (context.Context, context.CancelFunc)
		want  string
	}{
		"cancelled": {context.WithCancel, "it was cancelled"},
		"timed out": {func(ctx context.Context) (context.Context, context.CancelFunc) {
			return context.WithTimeout(ctx, time.Minute)
		}, "the time for it was up before it could be sent"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				clock, directory := clockwork.NewFakeClockAt(epoch), t.TempDir()
				api := newAPI(clock)
				path := filepath.Join(directory, entryOfA[:len(entryOfA)-len("answer")]+"lock")
				lock := flock.New(path)
				must(t, lock.Lock())
				defer lock.Close()
				ctx, cancel := c.limit(t.Context())
				defer cancel()
				wait := askAside(ctx, process(api, directory, clock), callFor(t, "a.example"))
				awaitLock(t)
				began := time.Now()
				if name == "cancelled" {
					cancel()
				}
				err := wait().err
				wantTransportError(t, err, false, ctx)
				if err.Error() != c.want {
					t.Errorf("%q, want %q", err, c.want)
				}
				if took := time.Since(began); took > time.Minute || name == "cancelled" && took > 0 {
					t.Errorf("it took %s", took)
				}
				wantCalls(t, api, 0)
			})
		})
	}
}

// holder marks, by a file, who holds the lock, and finds out if two do. It stands
// behind a cache, which holds the lock of an answer while it asks for it.
type holder struct {
	api    *api
	marker string
}

func (h *holder) Do(ctx context.Context, call *dataforseo.Call) (*dataforseo.Reply, error) {
	file, err := os.OpenFile(h.marker, os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return nil, fmt.Errorf("two hold one lock: %w", err)
	}
	reply, err := h.api.Do(ctx, call)
	return reply, errors.Join(err, file.Close(), os.Remove(h.marker))
}

// contend asks for the same answer time and again, as that many processes that each
// find every lock file old enough to be swept away.
func contend(directory, marker string, processes int, call *dataforseo.Call) error {
	clock := clockwork.NewFakeClockAt(time.Now().Add(1000 * time.Hour))
	next := &holder{newAPI(clock), marker}
	for range processes {
		if _, err := process(next, directory, clock, mode(cache.Refresh)).Do(context.Background(), call); err != nil {
			return err
		}
	}
	return nil
}

// TestLock_neverTwoHolders: locks are removed as they are released and as they are
// found in a sweep, and yet nobody gets one that another holds. Some of the
// contenders ask for another answer, so that they sweep while they hold no lock
// that matters.
func TestLock_neverTwoHolders(t *testing.T) {
	t.Parallel()
	const contenders, rounds = 6, 150
	directory, markers := t.TempDir(), t.TempDir()
	var underWay sync.WaitGroup
	for i := range contenders {
		target := []string{"a.example", "a.example", "b.example"}[i%3]
		call := callFor(t, target)
		underWay.Go(func() {
			if err := contend(directory, filepath.Join(markers, target), rounds, call); err != nil {
				t.Error(err)
			}
		})
		if i%2 == 0 {
			other := startRole(t, roleContend, directory, target, filepath.Join(markers, target), fmt.Sprint(rounds))
			underWay.Go(func() {
				if output, err := other.CombinedOutput(); err != nil {
					t.Errorf("%v\n%s", err, output)
				}
			})
		}
	}
	underWay.Wait()
	wantOnlyEntries(t, directory, 2)
}
