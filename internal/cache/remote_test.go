package cache_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/cache"
	"github.com/dataforseo/terraform-provider-dataforseo/internal/cache/bucket"
	"github.com/dataforseo/terraform-provider-dataforseo/internal/cache/bucket/fakes3"
	"github.com/dataforseo/terraform-provider-dataforseo/internal/dataforseo"
)

// maxDelay is how much later a bucket may make a read.
const maxDelay = 15 * time.Second

// team is a bucket in a bubble, and the API behind the caches that share it.
type team struct {
	s3      *fakes3.Server
	api     *api
	objects *bucket.Bucket
}

// inTeam runs a subtest in a bubble with a bucket.
func inTeam(t *testing.T, name string, test func(t *testing.T, team *team)) {
	t.Helper()
	inBubble(t, name, func(t *testing.T) {
		s3 := fakes3.New()
		transport, closeAll := s3.Serve()
		t.Cleanup(func() { pass(time.Minute); closeAll() }) // a slow answer is on its way
		test(t, &team{s3: s3, api: new(api), objects: openBucket(t, "s3://answers/team?endpoint=http://127.0.0.1", transport)})
	})
}

func openBucket(t *testing.T, url string, transport http.RoundTripper) *bucket.Bucket {
	t.Helper()
	environ := map[string]string{"AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "a secret key"}
	getenv := func(name string) string { return environ[name] }
	address, err := bucket.Parse(url, getenv)
	must(t, err)
	objects, err := bucket.Open(address, bucket.Options{Getenv: getenv, RoundTripper: transport})
	must(t, err)
	return objects
}

// machine returns the cache of a machine of the team.
func (team *team) machine(t *testing.T, changes ...func(*cache.Options)) *cache.Cache {
	t.Helper()
	return process(t, team.api, "", append([]func(*cache.Options){func(o *cache.Options) { o.Shared = team.objects }}, changes...)...)
}

// methods returns the requests of a log without their paths.
func methods(log []string) string {
	var all []string
	for _, line := range log {
		method, path, _ := strings.Cut(line, " ")
		all = append(all, method+path[strings.LastIndex(path, "."):])
	}
	return strings.Join(all, ">")
}

// TestRemote_once: an answer is paid for once, whichever machine asks, and the requests
// for it are few.
func TestRemote_once(t *testing.T) {
	t.Parallel()
	inTeam(t, "once", func(t *testing.T, team *team) {
		for _, c := range []struct {
			target, log string
			n           int
			fromCache   bool
		}{
			// The second PUT finds out whether the server honours conditions.
			{"a.example", "GET.answer>PUT.lease>PUT.lease>GET.answer>PUT.answer>DELETE.lease", 1, false},
			{"b.example", "GET.answer>PUT.lease>PUT.lease>GET.answer>PUT.answer>DELETE.lease", 2, false},
			{"a.example", "GET.answer", 1, true},
			{"b.example", "GET.answer", 2, true},
		} {
			reply := ask(t, team.machine(t), callFor(t, c.target))
			wantReply(t, reply, c.n, c.fromCache)
			wantNotices(t, reply, nil)
			if log := methods(team.s3.Log()); log != c.log || !reply.Cached {
				t.Errorf("%s, cached %t; want %s", log, reply.Cached, c.log)
			}
		}
		if leases := team.s3.Paths(".lease"); len(leases) > 0 {
			t.Errorf("%v were left behind", leases)
		}
	})
	inTeam(t, "max_age 0", func(t *testing.T, team *team) {
		ask(t, team.machine(t), callFor(t, "a.example"))
		team.s3.Log()
		c, call := team.machine(t), agedCallFor(t, "a.example", 0)
		if part, failure := c.Find(t.Context(), call, epoch); c.Has(t.Context(), call) || part != nil || failure != nil {
			t.Errorf("found %v, %v", part, failure)
		}
		wantReply(t, ask(t, c, call), 2, false)
		if log, want := methods(team.s3.Log()), "PUT.lease>PUT.lease>PUT.answer>DELETE.lease"; log != want {
			t.Errorf("requests %s, want %s", log, want)
		}
	})
	inTeam(t, "saved between look and claim", func(t *testing.T, team *team) {
		ask(t, team.machine(t), callFor(t, "a.example"))
		var looked atomic.Bool
		team.s3.SetFault(func(w http.ResponseWriter, r *http.Request) bool {
			missing := r.Method == http.MethodGet && looked.CompareAndSwap(false, true)
			if missing {
				fakes3.Refuse(w, http.StatusNotFound, "NoSuchKey", "The specified key does not exist.")
			}
			return missing
		})
		wantReply(t, ask(t, team.machine(t), callFor(t, "a.example")), 1, true)
	})
	inTeam(t, "one process", func(t *testing.T, team *team) {
		c := team.machine(t)
		ask(t, c, callFor(t, "a.example"))
		team.s3.Log()
		ask(t, c, callFor(t, "b.example"))
		ask(t, c, callFor(t, "b.example"))
		if log, want := methods(team.s3.Log()), "GET.answer>PUT.lease>GET.answer>PUT.answer>DELETE.lease"; log != want {
			t.Errorf("%s, want %s", log, want)
		}
	})
	inTeam(t, "forty at once", func(t *testing.T, team *team) {
		team.api.meanwhile = func(context.Context, int) *dataforseo.Failure { pass(100 * time.Second); return nil }
		var waits []func() outcome
		for range 40 {
			waits = append(waits, askAside(t.Context(), team.machine(t), callFor(t, "a.example")))
		}
		for _, wait := range waits {
			wantNotices(t, answered(t, wait()), nil)
		}
		wantCalls(t, team.api, 1)
		if took := time.Since(epoch); took > 102*time.Second {
			t.Errorf("it took %s", took)
		}
	})
}

// TestRemote_secrets: neither the names of objects nor what they hold tell login or
// password, and the names do not tell the target either.
func TestRemote_secrets(t *testing.T) {
	t.Parallel()
	inTeam(t, "", func(t *testing.T, team *team) {
		ask(t, team.machine(t), callFor(t, "a.example"))
		ask(t, team.machine(t, account(login, "another password")), callFor(t, "a.example"))
		ask(t, team.machine(t, account("another@example.com", password)), callFor(t, "a.example"))
		paths := team.s3.Paths("")
		if len(paths) != 3 {
			t.Errorf("%v, want an object for each account and password", paths)
		}
		for _, path := range paths {
			everything := path + string(team.s3.Data(path))
			for _, secret := range []string{login, password, "another"} {
				if strings.Contains(everything, secret) {
					t.Errorf("%q is in %s", secret, everything)
				}
			}
			if known := strings.TrimSuffix(entryOfA, ".answer"); strings.Contains(path, "a.example") || strings.Contains(path, known[:64]) || strings.Contains(path, known[65:]) {
				t.Errorf("%s can be found by trying targets", path)
			}
		}
	})
}

// TestRemote_directory: the directory is looked at first, and gets what is paid for and
// what the bucket had.
func TestRemote_directory(t *testing.T) {
	t.Parallel()
	inTeam(t, "", func(t *testing.T, team *team) {
		first, second := t.TempDir(), t.TempDir()
		in := func(directory string) func(*cache.Options) {
			return func(o *cache.Options) { o.Directory = directory }
		}
		call := callFor(t, "a.example")
		wantReply(t, ask(t, team.machine(t, in(first)), call), 1, false)
		team.s3.Log()
		for _, c := range []struct{ directory, log string }{{first, ""}, {second, "GET.answer"}, {second, ""}} {
			wantReply(t, ask(t, team.machine(t, in(c.directory)), call), 1, true)
			if log := methods(team.s3.Log()); log != c.log {
				t.Errorf("%q, want %q", log, c.log)
			}
			wantOnlyEntries(t, c.directory, 1)
		}
		pass(time.Minute)
		young := agedCallFor(t, "a.example", time.Second)
		wantReply(t, ask(t, team.machine(t, in(first)), young), 2, false)
		wantReply(t, ask(t, team.machine(t, in(second)), young), 2, true) // its own entry is too old, the bucket's is not
	})
}

// TestRemote_modes: only read_write and refresh write.
func TestRemote_modes(t *testing.T) {
	t.Parallel()
	call := callFor(t, "a.example")
	inTeam(t, "read_only", func(t *testing.T, team *team) {
		reply := ask(t, team.machine(t, mode(cache.ReadOnly)), call)
		if wantReply(t, reply, 1, false); reply.Cached {
			t.Error("it says that it is kept")
		}
		wantNotices(t, reply, nil)
		if log := methods(team.s3.Log()); log != "GET.answer" {
			t.Errorf("%s was done", log)
		}
		ask(t, team.machine(t), call)
		wantReply(t, ask(t, team.machine(t, mode(cache.ReadOnly)), call), 2, true)
	})
	inTeam(t, "refresh", func(t *testing.T, team *team) {
		for n := range 2 {
			wantReply(t, ask(t, team.machine(t, mode(cache.Refresh)), call), n+1, false)
		}
		if log := methods(team.s3.Log()); log != "PUT.answer>PUT.answer" {
			t.Errorf("%s was done", log)
		}
		wantReply(t, ask(t, team.machine(t), call), 2, true)
	})
	inTeam(t, "cache_only", func(t *testing.T, team *team) {
		wantMiss(t, team.machine(t, mode(cache.CacheOnly)), call, `there is no cached answer for "a.example"`)
		ask(t, team.machine(t), call)
		wantReply(t, ask(t, team.machine(t, mode(cache.CacheOnly)), call), 1, true)
		wantMiss(t, team.machine(t, mode(cache.CacheOnly), account("", "")), call,
			`the cached answer for "a.example" is not used: verifying it needs the login and the password of the account, which are not set`)
	})
}

// TestRemote_forged: an entry that was changed, or that belongs to something else, is not
// believed, and is replaced.
func TestRemote_forged(t *testing.T) {
	t.Parallel()
	for name, forge := range map[string]func(team *team, path, other string){
		"truncated": func(team *team, path, _ string) { team.s3.Set(path, team.s3.Data(path)[:300]) },
		"edited": func(team *team, path, _ string) {
			team.s3.Set(path, bytes.Replace(team.s3.Data(path), []byte(`"rank":`), []byte(`"rank":4`), 1))
		},
		"edited, with a check sum": func(team *team, path, _ string) {
			header, body := unseal(team.s3.Data(path))
			team.s3.Set(path, sealAs(header, strings.Replace(body, `"rank":`, `"rank":4`, 1), login, "guessed"))
		},
		"swapped": func(team *team, path, other string) {
			mine := team.s3.Data(path)
			team.s3.Set(path, team.s3.Data(other))
			team.s3.Set(other, mine)
		},
		"of a former password": func(team *team, path, _ string) {
			header, body := unseal(team.s3.Data(path))
			team.s3.Set(path, sealAs(header, body, login, "a former password"))
		},
		"of another account": func(team *team, path, _ string) {
			header, body := unseal(team.s3.Data(path))
			team.s3.Set(path, sealAs(header, body, "another@example.com", password))
		},
		"of a machine whose clock is hours ahead": func(team *team, path, _ string) {
			header, body := unseal(team.s3.Data(path))
			team.s3.Set(path, seal(strings.ReplaceAll(header, `_at":"2000-01-01T0`, `_at":"2000-01-01T1`), body))
		},
		"empty":                     func(team *team, path, _ string) { team.s3.Set(path, nil) },
		"larger than an answer can": func(team *team, path, _ string) { team.s3.Set(path, make([]byte, 17<<20+1)) },
	} {
		inTeam(t, name, func(t *testing.T, team *team) {
			ask(t, team.machine(t), callFor(t, "a.example"))
			path := team.s3.Paths(".answer")[0]
			ask(t, team.machine(t), callFor(t, "b.example"))
			other := slices.DeleteFunc(team.s3.Paths(".answer"), func(p string) bool { return p == path })[0]
			wantReply(t, ask(t, team.machine(t), callFor(t, "a.example")), 1, true)
			before := team.s3.Data(path)
			if forge(team, path, other); bytes.Equal(team.s3.Data(path), before) {
				t.Fatal("nothing was changed")
			}
			reply := ask(t, team.machine(t), callFor(t, "a.example"))
			wantReply(t, reply, 3, false)
			wantNotices(t, reply, nil)
			wantReply(t, ask(t, team.machine(t), callFor(t, "a.example")), 3, true)
		})
	}
}

// TestRemote_endless: an object that never ends, or says that it is enormous, is a miss
// like any other.
func TestRemote_endless(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		length string
		pause  time.Duration
	}{"1 GiB": {fmt.Sprint(1 << 30), 0}, "endless": {"", 0}, "endless and slow": {"", time.Second}} {
		inTeam(t, name, func(t *testing.T, team *team) {
			var sent atomic.Int64
			team.s3.SetFault(func(w http.ResponseWriter, r *http.Request) bool {
				if r.Method != http.MethodGet {
					return false
				}
				if c.length != "" {
					w.Header().Set("Content-Length", c.length)
				}
				w.Header().Set("Last-Modified", epoch.Format(http.TimeFormat))
				for r.Context().Err() == nil {
					n, err := w.Write(make([]byte, 1<<16))
					if sent.Add(int64(n)); err != nil {
						break
					}
					if c.pause > 0 {
						w.(http.Flusher).Flush()
						pass(c.pause)
					}
				}
				return true
			})
			reply := ask(t, team.machine(t), callFor(t, "a.example"))
			wantReply(t, reply, 1, false)
			if took := time.Since(epoch); took > maxDelay || sent.Load() > 64<<20 {
				t.Errorf("it took %s and %d bytes", took, sent.Load())
			}
		})
	}
}

// slow delays answers.
func slow(delay time.Duration, then fakes3.Fault) fakes3.Fault {
	return func(w http.ResponseWriter, r *http.Request) bool {
		body, _ := io.ReadAll(r.Body)
		r.Body = io.NopCloser(bytes.NewReader(body))
		pass(delay)
		return then != nil && then(w, r)
	}
}

// every fails the n-th request and its multiples.
func every(n int64, fault fakes3.Fault) fakes3.Fault {
	var count atomic.Int64
	return func(w http.ResponseWriter, r *http.Request) bool { return count.Add(1)%n == 0 && fault(w, r) }
}

const internalError = "500 InternalError: We encountered an internal error"

// TestRemote_faults: whatever the server does, ten reads are answered rightly, once each,
// at most 15 seconds later than without it, and what they say is said once.
func TestRemote_faults(t *testing.T) {
	t.Parallel()
	failing := fakes3.Refusing(500, "InternalError", "We encountered an internal error.")
	down := func(http.ResponseWriter, *http.Request) bool { panic(http.ErrAbortHandler) }
	for name, c := range map[string]struct {
		fault    fakes3.Fault
		kept     bool     // the answers are in the bucket
		requests int      // at most
		says     []string // beginnings of summary and line
	}{
		"none":            {nil, true, 51, nil},
		"down":            {down, false, 3, []string{"The shared cache is off: PutObject in s3://answers/team: the connection was closed."}},
		"frozen":          {fakes3.Frozen, false, 3, []string{"The shared cache is off: PutObject in s3://answers/team: there was no answer in time."}},
		"500":             {failing, false, 3, []string{"The shared cache is off: PutObject in s3://answers/team: " + internalError}},
		"500 every third": {every(3, failing), true, 70, nil},
		"500 every fifth": {every(5, failing), false, 70, []string{"An answer was not saved in the shared cache: PutObject in s3://answers/team: " + internalError}},
		"slow": {slow(4*time.Second, nil), false, 4,
			[]string{"The shared cache is off: PutObject in s3://answers/team: the server is slow: it delayed one read by 15s."}},
		"slow, then 500":   {slow(4*time.Second, failing), false, 3, []string{"The shared cache is off: PutObject"}},
		"frozen every 2nd": {every(2, fakes3.Frozen), false, 60, []string{"An answer was not saved in the shared cache: PutObject in s3://answers/team: there was no answer in time."}},
		"403 on read": {fakes3.Refusing(403, "AccessDenied", "Access Denied", "GET"), true, 60,
			[]string{"The shared cache cannot be read: GetObject in s3://answers/team: 403 AccessDenied: Access Denied."}},
		"403 on write": {fakes3.Refusing(403, "AccessDenied", "Access Denied", "PUT", "DELETE"), false, 12,
			[]string{"The shared cache is read-only: PutObject in s3://answers/team: 403 AccessDenied: Access Denied."}},
		"403 on delete": {fakes3.Refusing(403, "AccessDenied", "Access Denied", "DELETE"), true, 60,
			[]string{"The shared cache cannot prevent double payment: DeleteObject in s3://answers/team: 403 AccessDenied: Access Denied."}},
		"404 bucket": {fakes3.Refusing(404, "NoSuchBucket", "The specified bucket does not exist"), false, 3,
			[]string{"The shared cache is off: PutObject in s3://answers/team: 404 NoSuchBucket: The specified bucket does not exist."}},
		"wrong region": {fakes3.Refusing(400, "AuthorizationHeaderMalformed", "The authorization header is malformed; the region 'us-east-1' is wrong; expecting 'eu-central-1'"), false, 3,
			[]string{"The shared cache is off: PutObject in s3://answers/team: 400 AuthorizationHeaderMalformed: The authorization header is malformed; the region 'us-east-1' is wrong; expecting 'eu-central-1'."}},
		"wrong clock of ours": {fakes3.Refusing(403, "RequestTimeTooSkewed", "The difference between the request time and the current time is too large."), false, 12,
			[]string{"The shared cache cannot be read: GetObject in s3://answers/team: 403 RequestTimeTooSkewed: The difference", "The shared cache is read-only: PutObject"}},
		"redirect": {func(w http.ResponseWriter, r *http.Request) bool {
			http.Redirect(w, r, "http://elsewhere.test/", http.StatusTemporaryRedirect)
			return true
		}, false, 3, []string{"The shared cache is off: PutObject in s3://answers/team: 307"}},
		"control characters": {fakes3.Refusing(500, "Evil", "\x1b[31mred\nand "+strings.Repeat("long ", 200)), false, 3,
			[]string{"The shared cache is off: PutObject in s3://answers/team: "}},
	} {
		inTeam(t, name, func(t *testing.T, team *team) {
			team.s3.SetFault(c.fault)
			machine, said := team.machine(t), []string(nil)
			for n := range 10 {
				began := time.Now()
				reply := ask(t, machine, callFor(t, fmt.Sprintf("%d.example", n)))
				wantReply(t, reply, n+1, false)
				if took := time.Since(began); took > maxDelay {
					t.Errorf("read %d took %s", n, took)
				}
				for _, notice := range reply.Notices {
					said = append(said, notice.Summary+": "+notice.Line)
				}
			}
			wantCalls(t, team.api, 10)
			matches := len(said) == len(c.says)
			for i := range min(len(said), len(c.says)) {
				matches = matches && strings.HasPrefix(said[i], c.says[i])
				if len(said[i]) > 500 || strings.ContainsAny(said[i], "\x1b\n") {
					t.Errorf("not fit to print: %q", said[i])
				}
			}
			if !matches {
				t.Errorf("it said %q, want %q", said, c.says)
			}
			if log := team.s3.Log(); len(log) > c.requests {
				t.Errorf("%d requests, want at most %d", len(log), c.requests)
			}
			if kept := len(team.s3.Paths(".answer")) == 10; c.kept && !kept {
				t.Errorf("%d are kept", len(team.s3.Paths(".answer")))
			}
		})
	}
}

// TestRemote_downInTheMiddle: what was there before is used, and what comes after is paid
// for.
func TestRemote_downInTheMiddle(t *testing.T) {
	t.Parallel()
	inTeam(t, "", func(t *testing.T, team *team) {
		first := team.machine(t)
		for n := range 5 {
			ask(t, first, callFor(t, fmt.Sprintf("%d.example", n)))
		}
		second := team.machine(t)
		for n := range 10 {
			if n == 3 {
				team.s3.SetFault(fakes3.Frozen)
			}
			reply := ask(t, second, callFor(t, fmt.Sprintf("%d.example", n)))
			if want := n < 3; reply.FromCache != want {
				t.Errorf("%d from cache: %t", n, reply.FromCache)
			}
		}
		wantCalls(t, team.api, 5+7)
		if took := time.Since(epoch); took > maxDelay {
			t.Errorf("it took %s", took)
		}
	})
}

// TestRemote_noCredentials: nothing is sent unsigned, and the remedy is named.
func TestRemote_noCredentials(t *testing.T) {
	t.Parallel()
	inTeam(t, "", func(t *testing.T, team *team) {
		none := func(name string) string {
			return map[string]string{"AWS_EC2_METADATA_DISABLED": "true", "AWS_PROFILE": "no-such-profile"}[name]
		}
		address, err := bucket.Parse("s3://answers?endpoint=http://127.0.0.1", none)
		must(t, err)
		objects, err := bucket.Open(address, bucket.Options{Getenv: none})
		must(t, err)
		machine := team.machine(t, func(o *cache.Options) { o.Shared = objects })
		for n := range 2 {
			reply := ask(t, machine, callFor(t, fmt.Sprintf("%d.example", n)))
			wantReply(t, reply, n+1, false)
			if n == 0 && (len(reply.Notices) != 1 || !strings.HasPrefix(reply.Notices[0].Line, "GetObject in s3://answers: the AWS credentials (profile no-such-profile) cannot be used: ")) {
				t.Errorf("it said %v", reply.Notices)
			}
		}
	})
}

// TestRemote_manyTargets: a read of many targets is as little late as a read of one, and
// a server that is only far away does not count as slow.
func TestRemote_manyTargets(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		latency, late time.Duration
		off           bool
	}{"slow": {4 * time.Second, maxDelay + 5*time.Second, true}, "far away": {250 * time.Millisecond, 25 * time.Second, false}} {
		inTeam(t, name, func(t *testing.T, team *team) {
			team.s3.SetFault(func(http.ResponseWriter, *http.Request) bool { pass(c.latency); return false })
			machine, ctx, began := team.machine(t), cache.ReadOfMany(t.Context()), time.Now()
			var finding sync.WaitGroup
			for i := range 10 {
				finding.Go(func() {
					for n := range 100 {
						_, _ = machine.Find(ctx, callFor(t, fmt.Sprintf("%d-%d.example", i, n)), began)
					}
				})
			}
			finding.Wait()
			if late := time.Since(began); late > c.late {
				t.Errorf("it was %s late", late)
			}
			team.s3.SetFault(nil)
			if part := keep(t, machine, callFor(t, "a.example"), 7); part.Cached == c.off {
				t.Errorf("in the cache: %t", part.Cached)
			}
		})
	}
}

// TestRemote_cancelled: a read that is cancelled ends at once and says nothing about the
// server. An answer that is paid for is still kept.
func TestRemote_cancelled(t *testing.T) {
	t.Parallel()
	inTeam(t, "while it looks", func(t *testing.T, team *team) {
		team.s3.SetFault(fakes3.Frozen)
		machine := team.machine(t)
		for range 5 {
			ctx, cancel := context.WithTimeout(t.Context(), time.Second)
			wantFailure(t, askAside(ctx, machine, callFor(t, "a.example"))(), dataforseo.KindReadTimeout, "")
			cancel()
		}
		if took := time.Since(epoch); took != 5*time.Second {
			t.Errorf("it took %s", took)
		}
		team.s3.SetFault(nil)
		synctest.Wait()
		wantReply(t, ask(t, machine, callFor(t, "a.example")), 1, false)
		wantReply(t, ask(t, team.machine(t), callFor(t, "a.example")), 1, true)
	})
	inTeam(t, "while it asks", func(t *testing.T, team *team) {
		ctx, cancel := context.WithCancelCause(t.Context())
		team.api.meanwhile = func(context.Context, int) *dataforseo.Failure {
			cancel(errors.New("Ctrl-C"))
			pass(time.Second)
			return nil
		}
		askAside(ctx, team.machine(t), callFor(t, "a.example"))()
		synctest.Wait()
		pass(time.Second)
		wantReply(t, ask(t, team.machine(t), callFor(t, "a.example")), 1, true)
	})
}
