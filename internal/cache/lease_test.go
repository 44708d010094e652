package cache_test

import (
	"context"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/cache/bucket/fakes3"
	"github.com/dataforseo/terraform-provider-dataforseo/internal/dataforseo"
)

// leaseTime is how long a lease lasts without renewal.
const leaseTime = 15 * time.Second

// abandonLease leaves a lease for a.example behind, as a killed process does.
func (team *team) abandonLease(t *testing.T) (path string) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	team.api.onCall = func(context.Context, int) *dataforseo.Failure { <-ctx.Done(); return dataforseo.FailureOfContext(ctx) }
	wait := startDo(t.Context(), team.machine(t), callFor(t, "a.example"))
	synctest.Wait()
	path = team.s3.Paths(".lease")[0]
	lease := team.s3.Data(path)
	cancel()
	wait()
	team.s3.Set(path, lease)
	team.s3.Log()
	team.api.onCall, team.api.total = nil, 0
	return path
}

// TestLease_killed checks that the lease of a killed process ends by the server's clock,
// even if that is wrong, and that one of the waiting processes takes it over.
func TestLease_killed(t *testing.T) {
	t.Parallel()
	for name, ahead := range map[string]time.Duration{"right clock": 0, "server ahead": 5 * time.Hour, "server behind": -5 * time.Hour} {
		inTeam(t, name, func(t *testing.T, team *team) {
			team.s3.Ahead = ahead
			path := team.abandonLease(t)
			began := time.Now()
			team.api.onCall = func(context.Context, int) *dataforseo.Failure { sleep(40 * time.Second); return nil }
			var waits []func() outcome
			for range 10 {
				waits = append(waits, startDo(t.Context(), team.machine(t), callFor(t, "a.example")))
			}
			for _, wait := range waits {
				reply := mustReply(t, wait())
				wantNotices(t, reply, nil)
			}
			wantCalls(t, team.api, 1)
			if took := time.Since(began) - 40*time.Second; took < leaseTime || took > leaseTime+4*time.Second {
				t.Errorf("took over after %s", took)
			}
			if team.s3.Data(path) != nil {
				t.Error("the lease still exists")
			}
		})
	}
}

// TestLease_holderFails checks that a process that waits for a call that fails then makes
// the call itself.
func TestLease_holderFails(t *testing.T) {
	t.Parallel()
	inTeam(t, "", func(t *testing.T, team *team) {
		team.api.onCall = func(_ context.Context, n int) *dataforseo.Failure {
			sleep(20 * time.Second)
			if n == 1 {
				return &dataforseo.Failure{Kind: dataforseo.KindCacheMiss, Cause: "it failed"}
			}
			return nil
		}
		first := startDo(t.Context(), team.machine(t), callFor(t, "a.example"))
		synctest.Wait()
		second := startDo(t.Context(), team.machine(t), callFor(t, "a.example"))
		wantFailure(t, first(), dataforseo.KindCacheMiss, "it failed")
		wantReply(t, mustReply(t, second()), 2, false)
		if took := time.Since(epoch); took > 42*time.Second {
			t.Errorf("took %s", took)
		}
	})
}

// TestLease_impatient checks that a read spends at most half of its time waiting for
// another process, and that a cancelled read ends at once.
func TestLease_impatient(t *testing.T) {
	t.Parallel()
	inTeam(t, "", func(t *testing.T, team *team) {
		team.api.onCall = func(_ context.Context, n int) *dataforseo.Failure {
			if n == 1 {
				sleep(10 * time.Minute)
			}
			return nil
		}
		first := startDo(t.Context(), team.machine(t), callFor(t, "a.example"))
		synctest.Wait()
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		wantReply(t, mustReply(t, startDo(ctx, team.machine(t), callFor(t, "a.example"))()), 2, false)
		if took := time.Since(epoch); took < 30*time.Second || took > 31*time.Second {
			t.Errorf("took %s, want 30s", took)
		}
		sleep(time.Second)
		ctx, cancel = context.WithCancel(t.Context())
		third := startDo(ctx, team.machine(t), callWithMaxAge(t, "a.example", time.Nanosecond))
		synctest.Wait()
		cancel()
		began := time.Now()
		if got := third(); got.failure == nil || time.Since(began) > 0 {
			t.Errorf("got %+v after %s", got.failure, time.Since(began))
		}
		mustReply(t, first())
	})
}

// TestLease_neverEnding checks that a read makes its call in time although somebody creates
// and removes leases all the time.
func TestLease_neverEnding(t *testing.T) {
	t.Parallel()
	inTeam(t, "", func(t *testing.T, team *team) {
		path := team.abandonLease(t)
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		var looks atomic.Int32
		began := time.Now()
		wait := startDo(ctx, team.machine(t), callFor(t, "a.example"))
		team.s3.SetFault(func(w http.ResponseWriter, r *http.Request) bool {
			if r.URL.Path != path {
				return false
			}
			team.s3.Set(path, []byte("always renewed"))
			gone := r.Method == http.MethodGet && looks.Add(1)%10 == 0
			if gone {
				fakes3.Refuse(w, http.StatusNotFound, "NoSuchKey", "The specified key does not exist.")
			}
			return gone
		})
		wantReply(t, mustReply(t, wait()), 1, false)
		if took := time.Since(began); took > 31*time.Second {
			t.Errorf("took %s, want 30s", took)
		}
	})
}

// TestLease_lost checks that a process that has lost its lease does not remove the lease of
// its successor.
func TestLease_lost(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ failing, then time.Duration }{
		"renewals failed": {11 * time.Second, time.Second}, "found at a renewal": {time.Second, 5 * time.Second},
	} {
		inTeam(t, name, func(t *testing.T, team *team) {
			hold := make(chan struct{})
			team.api.onCall = func(context.Context, int) *dataforseo.Failure { <-hold; return nil }
			wait := startDo(t.Context(), team.machine(t), callFor(t, "a.example"))
			synctest.Wait()
			lease := team.s3.Paths(".lease")[0]
			team.s3.SetFault(fakes3.Refusing(http.StatusServiceUnavailable, "SlowDown", "Please reduce your request rate.", http.MethodPut))
			sleep(c.failing)
			team.s3.SetFault(nil)
			team.s3.Set(lease, []byte("taken over"))
			sleep(c.then)
			close(hold)
			reply := mustReply(t, wait())
			wantReply(t, reply, 1, false)
			if wantNotices(t, reply, nil); string(team.s3.Data(lease)) != "taken over" {
				t.Error("the lease of another process was removed")
			}
		})
	}
}

// TestLease_renewedForLong checks that many slow renewals do not turn the cache off.
func TestLease_renewedForLong(t *testing.T) {
	t.Parallel()
	inTeam(t, "", func(t *testing.T, team *team) {
		team.api.onCall = func(context.Context, int) *dataforseo.Failure {
			team.s3.SetFault(func(http.ResponseWriter, *http.Request) bool { sleep(time.Second); return false })
			sleep(5 * time.Minute)
			return nil
		}
		reply := mustDo(t, team.machine(t), callFor(t, "a.example"))
		wantNotices(t, reply, nil)
		if !reply.Cached {
			t.Error("the answer was not saved")
		}
	})
}

// TestLease_servers checks that leases work on servers that honour conditions, and that on
// others two machines pay twice and get a notice.
func TestLease_servers(t *testing.T) {
	t.Parallel()
	conditional := func(fault fakes3.Fault) fakes3.Fault {
		return func(w http.ResponseWriter, r *http.Request) bool {
			return r.Header.Get("If-None-Match") != "" && fault(w, r)
		}
	}
	for name, c := range map[string]struct {
		setUp func(s3 *fakes3.Server)
		calls int
		line  string
	}{
		"412": {func(*fakes3.Server) {}, 1, ""},
		"409": {func(s3 *fakes3.Server) {
			s3.SetFault(conditional(func(w http.ResponseWriter, r *http.Request) bool {
				taken := s3.Data(r.URL.Path) != nil
				if taken {
					fakes3.Refuse(w, http.StatusConflict, "ConditionalRequestConflict", "A conflicting operation occurred.")
				}
				return taken
			}))
		}, 1, ""},
		"ignored": {func(s3 *fakes3.Server) { s3.IgnoresConditions = true }, 2,
			"s3://answers/team created an object that already existed: it ignores If-None-Match."},
		"refused": {func(s3 *fakes3.Server) {
			s3.SetFault(conditional(fakes3.Refusing(http.StatusNotImplemented, "NotImplemented", "A header you provided implies functionality that is not implemented")))
		}, 2, "PutObject in s3://answers/team: 501 NotImplemented: A header you provided implies functionality that is not implemented."},
	} {
		inTeam(t, name, func(t *testing.T, team *team) {
			c.setUp(team.s3)
			team.api.onCall = func(context.Context, int) *dataforseo.Failure { sleep(time.Second); return nil }
			machines := []dataforseo.Doer{team.machine(t), team.machine(t)}
			for round := range 2 {
				var waits []func() outcome
				for _, machine := range machines {
					waits = append(waits, startDo(t.Context(), machine, callFor(t, []string{"a.example", "b.example"}[round])))
				}
				for _, wait := range waits {
					reply := mustReply(t, wait())
					if c.line == "" || round > 0 {
						wantNotices(t, reply, nil)
					} else if len(reply.Notices) != 1 || reply.Notices[0].Summary != "The shared cache cannot prevent double payment" || reply.Notices[0].Line != c.line {
						t.Errorf("got notices %v, want %s", reply.Notices, c.line)
					}
				}
			}
			wantCalls(t, team.api, 2*c.calls)
			if len(team.s3.Paths(".answer")) != 2 || len(team.s3.Paths(".lease")) != 0 {
				t.Errorf("got objects %v, want 2 answers", team.s3.Paths(""))
			}
			probes := strings.Count(methods(team.s3.Log()), "PUT.lease")
			if c.calls == 2 && probes > 4 {
				t.Errorf("got %d attempts to create a lease, want at most 4", probes)
			}
		})
	}
}

// TestLease_withoutClock checks that a process does not wait for a lease if the server does
// not report its age.
func TestLease_withoutClock(t *testing.T) {
	t.Parallel()
	inTeam(t, "", func(t *testing.T, team *team) {
		team.abandonLease(t)
		team.s3.SetFault(func(w http.ResponseWriter, _ *http.Request) bool { w.Header()["Date"] = nil; return false })
		wantReply(t, mustDo(t, team.machine(t), callFor(t, "a.example")), 1, false)
		if took := time.Since(epoch); took > time.Second {
			t.Errorf("took %s", took)
		}
	})
}

// TestLease_unknownOutcome checks that an answer is paid for once although the server
// fails a write of the lease: after it wrote it, or while another machine has it.
func TestLease_unknownOutcome(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		failing int32 // the write of a lease that fails; the second is the probe for conditions
		written bool  // before it fails
		late    bool  // it fails by time-out
	}{
		"created": {1, true, false}, "held by another": {3, false, false}, "renewed": {4, true, false}, "not renewed": {4, false, false},
		"created late": {1, true, true}, "renewed late": {4, true, true},
	} {
		inTeam(t, name, func(t *testing.T, team *team) {
			team.api.onCall = func(context.Context, int) *dataforseo.Failure { sleep(time.Minute); return nil }
			var puts atomic.Int32
			team.s3.SetFault(func(w http.ResponseWriter, r *http.Request) bool {
				if r.Method != http.MethodPut || !strings.HasSuffix(r.URL.Path, ".lease") || puts.Add(1) != c.failing {
					return false
				}
				if body, err := io.ReadAll(r.Body); err == nil && c.written {
					team.s3.Set(r.URL.Path, body)
				}
				if c.late {
					return fakes3.Frozen(w, r)
				}
				fakes3.Refuse(w, http.StatusInternalServerError, "InternalError", "We encountered an internal error.")
				return true
			})
			first := startDo(t.Context(), team.machine(t), callFor(t, "a.example"))
			synctest.Wait()
			second := startDo(t.Context(), team.machine(t), callFor(t, "a.example"))
			for _, wait := range []func() outcome{first, second} {
				reply := mustReply(t, wait())
				wantReply(t, reply, 1, reply.FromCache)
				wantNotices(t, reply, nil)
			}
			wantCalls(t, team.api, 1)
			if leases := team.s3.Paths(".lease"); len(leases) > 0 {
				t.Errorf("%v left behind", leases)
			}
		})
	}
}

// TestLease_outage checks that an outage during a call, in which two renewals fail, loses
// neither the lease nor the answer.
func TestLease_outage(t *testing.T) {
	t.Parallel()
	inTeam(t, "", func(t *testing.T, team *team) {
		team.api.onCall = func(context.Context, int) *dataforseo.Failure { sleep(40 * time.Second); return nil }
		team.s3.SetFault(func(w http.ResponseWriter, _ *http.Request) bool {
			if at := time.Since(epoch); at < 4*time.Second || at > 12*time.Second {
				return false
			}
			fakes3.Refuse(w, http.StatusServiceUnavailable, "SlowDown", "Please reduce your request rate.")
			return true
		})
		reply := mustDo(t, team.machine(t), callFor(t, "a.example"))
		wantNotices(t, reply, nil)
		wantReply(t, mustDo(t, team.machine(t), callFor(t, "a.example")), 1, true)
		wantCalls(t, team.api, 1)
	})
}

// TestLease_timeToSave checks that what a broken lease costs leaves time to save the answer.
func TestLease_timeToSave(t *testing.T) {
	t.Parallel()
	inTeam(t, "", func(t *testing.T, team *team) {
		team.s3.SetFault(func(w http.ResponseWriter, r *http.Request) bool {
			if strings.HasSuffix(r.URL.Path, ".lease") {
				return fakes3.Frozen(w, r)
			}
			return slow(3*time.Second, nil)(w, r)
		})
		wantNotices(t, mustDo(t, team.machine(t), callFor(t, "a.example")), nil)
		if took := time.Since(epoch); len(team.s3.Paths(".answer")) != 1 || took > maxDelay {
			t.Errorf("got objects %v after %s", team.s3.Paths(""), took)
		}
	})
}
