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

// maxDelay is how long a bucket may delay a read.
const maxDelay = 15 * time.Second

// team is a bucket, and the API behind the caches that share the bucket.
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
		t.Cleanup(func() { sleep(time.Minute); closeAll() }) // after responses that are still delayed
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

// machine returns the cache of one of the team's machines.
func (team *team) machine(t *testing.T, changes ...func(*cache.Options)) *cache.Cache {
	t.Helper()
	return process(t, team.api, "", append([]func(*cache.Options){func(o *cache.Options) { o.Shared = team.objects }}, changes...)...)
}

// methods returns the methods and the suffixes of the objects in a log.
func methods(log []string) string {
	var all []string
	for _, line := range log {
		method, path, _ := strings.Cut(line, " ")
		all = append(all, method+path[strings.LastIndex(path, "."):])
	}
	return strings.Join(all, ">")
}

// TestRemote_once checks that an answer is paid for once by all machines, with as few
// requests to the bucket as possible.
func TestRemote_once(t *testing.T) {
	t.Parallel()
	inTeam(t, "once", func(t *testing.T, team *team) {
		for _, c := range []struct {
			target, log string
			n           int
			fromCache   bool
		}{
			// The second PUT of the lease finds out whether the server honours conditions.
			{"a.example", "GET.answer>PUT.lease>PUT.lease>GET.answer>PUT.answer>DELETE.lease", 1, false},
			{"b.example", "GET.answer>PUT.lease>PUT.lease>GET.answer>PUT.answer>DELETE.lease", 2, false},
			{"a.example", "GET.answer", 1, true},
			{"b.example", "GET.answer", 2, true},
		} {
			reply := mustDo(t, team.machine(t), callFor(t, c.target))
			wantReply(t, reply, c.n, c.fromCache)
			wantNotices(t, reply, nil)
			if log := methods(team.s3.Log()); log != c.log || !reply.Cached {
				t.Errorf("got requests %s, cached %t, want %s, true", log, reply.Cached, c.log)
			}
		}
		if leases := team.s3.Paths(".lease"); len(leases) > 0 {
			t.Errorf("leases left behind: %v", leases)
		}
	})
	inTeam(t, "max_age 0", func(t *testing.T, team *team) {
		mustDo(t, team.machine(t), callFor(t, "a.example"))
		team.s3.Log()
		c, call := team.machine(t), callWithMaxAge(t, "a.example", 0)
		if part, failure := c.Find(t.Context(), call, epoch); c.Has(t.Context(), call) || part != nil || failure != nil {
			t.Errorf("got %v, %v, want nothing", part, failure)
		}
		wantReply(t, mustDo(t, c, call), 2, false)
		if log, want := methods(team.s3.Log()), "PUT.lease>PUT.lease>PUT.answer>DELETE.lease"; log != want {
			t.Errorf("got requests %s, want %s", log, want)
		}
	})
	inTeam(t, "saved between look and claim", func(t *testing.T, team *team) {
		mustDo(t, team.machine(t), callFor(t, "a.example"))
		var looked atomic.Bool
		team.s3.SetFault(func(w http.ResponseWriter, r *http.Request) bool {
			missing := r.Method == http.MethodGet && looked.CompareAndSwap(false, true)
			if missing {
				fakes3.Refuse(w, http.StatusNotFound, "NoSuchKey", "The specified key does not exist.")
			}
			return missing
		})
		wantReply(t, mustDo(t, team.machine(t), callFor(t, "a.example")), 1, true)
	})
	inTeam(t, "one process", func(t *testing.T, team *team) {
		c := team.machine(t)
		mustDo(t, c, callFor(t, "a.example"))
		team.s3.Log()
		mustDo(t, c, callFor(t, "b.example"))
		mustDo(t, c, callFor(t, "b.example"))
		if log, want := methods(team.s3.Log()), "GET.answer>PUT.lease>GET.answer>PUT.answer>DELETE.lease"; log != want {
			t.Errorf("got requests %s, want %s", log, want)
		}
	})
	inTeam(t, "forty at once", func(t *testing.T, team *team) {
		team.api.onCall = func(context.Context, int) *dataforseo.Failure { sleep(100 * time.Second); return nil }
		var waits []func() outcome
		for range 40 {
			waits = append(waits, startDo(t.Context(), team.machine(t), callFor(t, "a.example")))
		}
		for _, wait := range waits {
			wantNotices(t, mustReply(t, wait()), nil)
		}
		wantCalls(t, team.api, 1)
		if took := time.Since(epoch); took > 102*time.Second {
			t.Errorf("took %s, want 100s", took)
		}
	})
}

// TestRemote_secrets checks that neither names nor contents of objects reveal login or
// password, and that names do not reveal the target.
func TestRemote_secrets(t *testing.T) {
	t.Parallel()
	inTeam(t, "", func(t *testing.T, team *team) {
		mustDo(t, team.machine(t), callFor(t, "a.example"))
		mustDo(t, team.machine(t, account(login, "another password")), callFor(t, "a.example"))
		mustDo(t, team.machine(t, account("another@example.com", password)), callFor(t, "a.example"))
		paths := team.s3.Paths("")
		if len(paths) != 3 {
			t.Errorf("got %v, want an object for each account and password", paths)
		}
		for _, path := range paths {
			everything := path + string(team.s3.Data(path))
			for _, secret := range []string{login, password, "another"} {
				if strings.Contains(everything, secret) {
					t.Errorf("%q is in %s", secret, everything)
				}
			}
			if known := strings.TrimSuffix(entryOfA, ".answer"); strings.Contains(path, "a.example") || strings.Contains(path, known[:64]) || strings.Contains(path, known[65:]) {
				t.Errorf("%s can be guessed from the target", path)
			}
		}
	})
}

// TestRemote_object pins the name of an object, because the next version reads it too.
func TestRemote_object(t *testing.T) {
	t.Parallel()
	inTeam(t, "", func(t *testing.T, team *team) {
		mustDo(t, team.machine(t), callFor(t, "a.example"))
		if got, want := team.s3.Paths(""), "/answers/team/d7b8b5f1098b55e4edebcb51d832d7119d435eda89bdc41ada453615b1659227.answer"; len(got) != 1 || got[0] != want {
			t.Errorf("got objects %q, want %s", got, want)
		}
	})
}

// TestRemote_directory checks that the directory is searched first, and that both paid
// answers and answers from the bucket are saved in it.
func TestRemote_directory(t *testing.T) {
	t.Parallel()
	inTeam(t, "", func(t *testing.T, team *team) {
		first, second := t.TempDir(), t.TempDir()
		in := func(directory string) func(*cache.Options) {
			return func(o *cache.Options) { o.Directory = directory }
		}
		call := callFor(t, "a.example")
		wantReply(t, mustDo(t, team.machine(t, in(first)), call), 1, false)
		team.s3.Log()
		for _, c := range []struct{ directory, log string }{{first, ""}, {second, "GET.answer"}, {second, ""}} {
			wantReply(t, mustDo(t, team.machine(t, in(c.directory)), call), 1, true)
			if log := methods(team.s3.Log()); log != c.log {
				t.Errorf("got requests %q, want %q", log, c.log)
			}
			wantOnlyEntries(t, c.directory, 1)
		}
		sleep(time.Minute)
		young := callWithMaxAge(t, "a.example", time.Second)
		wantReply(t, mustDo(t, team.machine(t, in(first)), young), 2, false)
		wantReply(t, mustDo(t, team.machine(t, in(second)), young), 2, true) // the directory's entry is too old, the bucket's is not
	})
}

// TestRemote_directoryOfWaiting checks that a machine that waited for another one saves the
// answer in its directory too.
func TestRemote_directoryOfWaiting(t *testing.T) {
	t.Parallel()
	inTeam(t, "", func(t *testing.T, team *team) {
		directory, release := t.TempDir(), team.api.blockFirst()
		first := startDo(t.Context(), team.machine(t), callFor(t, "a.example"))
		synctest.Wait()
		second := startDo(t.Context(), team.machine(t, func(o *cache.Options) { o.Directory = directory }), callFor(t, "a.example"))
		synctest.Wait()
		release()
		wantReply(t, mustReply(t, first()), 1, false)
		wantReply(t, mustReply(t, second()), 1, true)
		wantOnlyEntries(t, directory, 1)
	})
}

// TestRemote_modes checks that only read_write and refresh write to the bucket.
func TestRemote_modes(t *testing.T) {
	t.Parallel()
	call := callFor(t, "a.example")
	inTeam(t, "read_only", func(t *testing.T, team *team) {
		reply := mustDo(t, team.machine(t, mode(cache.ReadOnly)), call)
		if wantReply(t, reply, 1, false); reply.Cached {
			t.Error("Cached is true")
		}
		wantNotices(t, reply, nil)
		if log := methods(team.s3.Log()); log != "GET.answer" {
			t.Errorf("got requests %s", log)
		}
		mustDo(t, team.machine(t), call)
		wantReply(t, mustDo(t, team.machine(t, mode(cache.ReadOnly)), call), 2, true)
		directory := func(o *cache.Options) { o.Directory = t.TempDir() }
		if reply := mustDo(t, team.machine(t, mode(cache.ReadOnly), directory), callFor(t, "b.example")); !reply.Cached {
			t.Error("Cached is false although the directory has the answer")
		}
	})
	inTeam(t, "refresh", func(t *testing.T, team *team) {
		for n := range 2 {
			wantReply(t, mustDo(t, team.machine(t, mode(cache.Refresh)), call), n+1, false)
		}
		if log := methods(team.s3.Log()); log != "PUT.answer>PUT.answer" {
			t.Errorf("got requests %s", log)
		}
		wantReply(t, mustDo(t, team.machine(t), call), 2, true)
	})
	inTeam(t, "cache_only", func(t *testing.T, team *team) {
		wantMiss(t, team.machine(t, mode(cache.CacheOnly)), call, `there is no cached answer`)
		mustDo(t, team.machine(t), call)
		wantReply(t, mustDo(t, team.machine(t, mode(cache.CacheOnly)), call), 1, true)
		wantMiss(t, team.machine(t, mode(cache.CacheOnly), account("", "")), call,
			`the cached answer is not used: verifying it needs the login and the password of the account, which are not set`)
	})
}

// TestRemote_forged checks that an entry that was changed or copied is not used, and is
// replaced. TestDamage_content and TestEntry_accounts have more of them.
func TestRemote_forged(t *testing.T) {
	t.Parallel()
	for name, forge := range map[string]func(team *team, path, other string){
		"edited": func(team *team, path, _ string) {
			team.s3.Set(path, bytes.Replace(team.s3.Data(path), []byte(`"rank":`), []byte(`"rank":4`), 1))
		},
		"edited, with a checksum": func(team *team, path, _ string) {
			header, body := unseal(team.s3.Data(path))
			team.s3.Set(path, sealAs(header, strings.Replace(body, `"rank":`, `"rank":4`, 1), login, "guessed"))
		},
		"swapped": func(team *team, path, other string) {
			mine := team.s3.Data(path)
			team.s3.Set(path, team.s3.Data(other))
			team.s3.Set(other, mine)
		},
		"empty":     func(team *team, path, _ string) { team.s3.Set(path, nil) },
		"too large": func(team *team, path, _ string) { team.s3.Set(path, make([]byte, 17<<20+1)) },
	} {
		inTeam(t, name, func(t *testing.T, team *team) {
			mustDo(t, team.machine(t), callFor(t, "a.example"))
			path := team.s3.Paths(".answer")[0]
			mustDo(t, team.machine(t), callFor(t, "b.example"))
			other := slices.DeleteFunc(team.s3.Paths(".answer"), func(p string) bool { return p == path })[0]
			wantReply(t, mustDo(t, team.machine(t), callFor(t, "a.example")), 1, true)
			before := team.s3.Data(path)
			if forge(team, path, other); bytes.Equal(team.s3.Data(path), before) {
				t.Fatal("the entry is unchanged")
			}
			reply := mustDo(t, team.machine(t), callFor(t, "a.example"))
			wantReply(t, reply, 3, false)
			wantNotices(t, reply, nil)
			wantReply(t, mustDo(t, team.machine(t), callFor(t, "a.example")), 3, true)
		})
	}
}

// TestRemote_endless checks that an endless or enormous object is a miss, and is not read to
// its end.
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
						sleep(c.pause)
					}
				}
				return true
			})
			reply := mustDo(t, team.machine(t), callFor(t, "a.example"))
			wantReply(t, reply, 1, false)
			if took := time.Since(epoch); took > maxDelay || sent.Load() > 64<<20 {
				t.Errorf("took %s and %d bytes", took, sent.Load())
			}
		})
	}
}

// slow delays responses.
func slow(delay time.Duration, then fakes3.Fault) fakes3.Fault {
	return func(w http.ResponseWriter, r *http.Request) bool {
		body, _ := io.ReadAll(r.Body)
		r.Body = io.NopCloser(bytes.NewReader(body))
		sleep(delay)
		return then != nil && then(w, r)
	}
}

// every applies a fault to every n-th request.
func every(n int64, fault fakes3.Fault) fakes3.Fault {
	var count atomic.Int64
	return func(w http.ResponseWriter, r *http.Request) bool { return count.Add(1)%n == 0 && fault(w, r) }
}

const internalError = "500 InternalError: We encountered an internal error"

// TestRemote_faults checks that whatever the server does, ten reads succeed, each at most 15
// seconds late, and each notice is given once.
func TestRemote_faults(t *testing.T) {
	t.Parallel()
	failing := fakes3.Refusing(500, "InternalError", "We encountered an internal error.")
	down := func(http.ResponseWriter, *http.Request) bool { panic(http.ErrAbortHandler) }
	for name, c := range map[string]struct {
		fault    fakes3.Fault
		saved    bool     // all answers are in the bucket
		requests int      // at most
		notices  []string // beginnings of summary and line
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
		"our clock is wrong": {fakes3.Refusing(403, "RequestTimeTooSkewed", "The difference between the request time and the current time is too large."), false, 12,
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
			machine, notices := team.machine(t), []string(nil)
			for n := range 10 {
				began := time.Now()
				reply := mustDo(t, machine, callFor(t, fmt.Sprintf("%d.example", n)))
				wantReply(t, reply, n+1, false)
				if took := time.Since(began); took > maxDelay {
					t.Errorf("read %d took %s", n, took)
				}
				for _, notice := range reply.Notices {
					text := notice.Summary + ": " + notice.Line
					notices = append(notices, text)
					if len(text) > 500 || strings.ContainsAny(text, "\x1b\n") {
						t.Errorf("notice is too long or not printable: %q", text)
					}
				}
			}
			wantCalls(t, team.api, 10)
			if !slices.EqualFunc(notices, c.notices, strings.HasPrefix) {
				t.Errorf("got notices %q, want %q", notices, c.notices)
			}
			if log := team.s3.Log(); len(log) > c.requests {
				t.Errorf("got %d requests, want at most %d", len(log), c.requests)
			}
			if saved := len(team.s3.Paths(".answer")); c.saved && saved != 10 {
				t.Errorf("got %d saved answers, want 10", saved)
			}
		})
	}
}

// TestRemote_downInTheMiddle checks that answers read before the server fails are used, and
// that the calls after that are made.
func TestRemote_downInTheMiddle(t *testing.T) {
	t.Parallel()
	inTeam(t, "", func(t *testing.T, team *team) {
		first := team.machine(t)
		for n := range 5 {
			mustDo(t, first, callFor(t, fmt.Sprintf("%d.example", n)))
		}
		second := team.machine(t)
		for n := range 10 {
			if n == 3 {
				team.s3.SetFault(fakes3.Frozen)
			}
			reply := mustDo(t, second, callFor(t, fmt.Sprintf("%d.example", n)))
			if want := n < 3; reply.FromCache != want {
				t.Errorf("%d: got from cache %t, want %t", n, reply.FromCache, want)
			}
		}
		wantCalls(t, team.api, 5+7)
		if took := time.Since(epoch); took > maxDelay {
			t.Errorf("took %s", took)
		}
	})
}

// TestRemote_noCredentials checks that missing credentials give a notice, and no requests.
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
			reply := mustDo(t, machine, callFor(t, fmt.Sprintf("%d.example", n)))
			wantReply(t, reply, n+1, false)
			if n == 0 && (len(reply.Notices) != 1 || !strings.HasPrefix(reply.Notices[0].Line, "GetObject in s3://answers: the AWS credentials (profile no-such-profile) cannot be used: ")) {
				t.Errorf("got notices %v", reply.Notices)
			}
		}
	})
}

// TestRemote_manyTargets checks that a slow server delays a read of many targets as little as
// a read of one, and that a distant server is not taken for a slow one.
func TestRemote_manyTargets(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		latency, late time.Duration
		off           bool
	}{"slow": {4 * time.Second, maxDelay + 5*time.Second, true}, "far away": {250 * time.Millisecond, 25 * time.Second, false}} {
		inTeam(t, name, func(t *testing.T, team *team) {
			team.s3.SetFault(func(http.ResponseWriter, *http.Request) bool { sleep(c.latency); return false })
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
				t.Errorf("delayed by %s", late)
			}
			team.s3.SetFault(nil)
			if part := keep(t, machine, callFor(t, "a.example"), 7); part.Cached == c.off {
				t.Errorf("got Cached %t, want %t", part.Cached, !c.off)
			}
		})
	}
}

// TestRemote_cancelled checks that a cancelled read ends at once and does not count as a
// failure of the server, and that a paid answer is still saved.
func TestRemote_cancelled(t *testing.T) {
	t.Parallel()
	inTeam(t, "before the call", func(t *testing.T, team *team) {
		team.s3.SetFault(fakes3.Frozen)
		machine := team.machine(t)
		for range 5 {
			ctx, cancel := context.WithTimeout(t.Context(), time.Second)
			wantFailure(t, startDo(ctx, machine, callFor(t, "a.example"))(), dataforseo.KindReadTimeout, "")
			cancel()
		}
		if took := time.Since(epoch); took != 5*time.Second {
			t.Errorf("took %s", took)
		}
		team.s3.SetFault(nil)
		synctest.Wait()
		wantReply(t, mustDo(t, machine, callFor(t, "a.example")), 1, false)
		wantReply(t, mustDo(t, team.machine(t), callFor(t, "a.example")), 1, true)
	})
	inTeam(t, "during the call", func(t *testing.T, team *team) {
		ctx, cancel := context.WithCancelCause(t.Context())
		team.api.onCall = func(context.Context, int) *dataforseo.Failure {
			cancel(errors.New("Ctrl-C"))
			sleep(time.Second)
			return nil
		}
		startDo(ctx, team.machine(t), callFor(t, "a.example"))()
		synctest.Wait()
		sleep(time.Second)
		wantReply(t, mustDo(t, team.machine(t), callFor(t, "a.example")), 1, true)
	})
}
