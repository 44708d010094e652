package cache_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"testing"
	"testing/synctest"
	"time"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/cache"
	"github.com/dataforseo/terraform-provider-dataforseo/internal/dataforseo"
)

// victimVariable makes the test binary another process, which asks about a.example time
// and again and keeps the answers in the directory that the variable names. It writes a
// line each time that it holds the lock. With an argument it then never lets go.
const victimVariable = "DATAFORSEO_TEST_VICTIM"

func TestMain(m *testing.M) {
	directory := os.Getenv(victimVariable)
	if directory == "" {
		os.Exit(m.Run())
	}
	hold := len(os.Args) > 1
	a := &api{padding: 1 << 20} // long enough for a kill to come while it is written
	a.meanwhile = func(_ context.Context, n int) *dataforseo.Failure {
		fmt.Println(n)
		if hold {
			_, _ = io.Copy(io.Discard, os.Stdin)
		}
		return nil
	}
	call, err := dataforseo.BacklinksSummaryRequest{Target: "a.example"}.Call()
	for err == nil {
		if _, failure := newCache(a, directory, mode(cache.Refresh)).Do(context.Background(), call); failure != nil {
			err = failure
		}
	}
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}

// startVictim starts the other process. awaitLock waits until it has the lock, and kill
// ends it with no chance to tidy up.
func startVictim(t *testing.T, directory string, args ...string) (awaitLock, kill func()) {
	t.Helper()
	command := exec.CommandContext(t.Context(), os.Args[0], args...)
	command.Env = append(os.Environ(), victimVariable+"="+directory)
	command.Stderr = os.Stderr
	stdout, err := command.StdoutPipe()
	must(t, err)
	_, err = command.StdinPipe() // which stays open
	must(t, err)
	must(t, command.Start())
	lines := bufio.NewScanner(stdout)
	awaitLock = func() {
		if !lines.Scan() {
			t.Fatalf("the other process ended: %v", lines.Err())
		}
	}
	return awaitLock, func() {
		must(t, command.Process.Kill())
		_ = command.Wait() // fails, since it was killed
	}
}

// await waits for what another process or a sweep is about to do.
func await(t *testing.T, done func() bool) {
	t.Helper()
	for !done() {
		if runtime.Gosched(); t.Context().Err() != nil {
			t.Fatal("it never happened")
		}
	}
}

// TestKill kills processes while they hold a lock and while they write. Whoever comes
// next gets a whole answer, promptly, and a later sweep removes what they left behind.
func TestKill(t *testing.T) {
	t.Parallel()
	const kills = 6 // in each way
	directory := t.TempDir()
	temps := func() int { return len(filesIn(t, directory, ".writing-*")) }
	for n := range kills {
		awaitLock, kill := startVictim(t, directory, "hold")
		awaitLock()
		impatient, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
		wantFailure(t, askAside(impatient, newCache(nil, directory), agedCallFor(t, "a.example", 0))(), dataforseo.KindReadTimeout, "")
		cancel()
		kill()
		if len(filesIn(t, directory, "*.lock")) != 1 {
			t.Error("it left no lock")
		}
		survive(t, directory)

		awaitLock, kill = startVictim(t, directory)
		awaitLock()
		await(t, func() bool { return temps() > n })
		kill()
		survive(t, directory)
		for temps() <= n { // it had done with writing
			must(t, os.WriteFile(fmt.Sprintf("%s/.writing-%d", directory, n), nil, 0o600))
		}
	}
	for _, path := range filesIn(t, directory, "*") {
		date(t, path, time.Now().Add(-ttl-time.Second))
	}
	sweeper := process(t, new(api), directory)
	ask(t, sweeper, callFor(t, "b.example"))
	await(t, func() bool { return len(filesIn(t, directory, "*")) == 2 })
	sweeper.Close() // the sweep may hold the lock of an entry still
	wantOnlyEntries(t, directory, 2)
}

// survive is what comes after a kill: an answer, whole if it is the dead process's,
// and another one, for which the lock is needed.
func survive(t *testing.T, directory string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	a := new(api)
	c := process(t, a, directory)
	reply := answered(t, askAside(ctx, c, callFor(t, "a.example"))())
	if reply.FromCache != (a.calls() == 0) || string(*reply.Envelope.Task.Data) != `{"target":"a.example"}` {
		t.Errorf("from cache %t after %d calls, about %s", reply.FromCache, a.calls(), *reply.Envelope.Task.Data)
	}
	wantReply(t, answered(t, askAside(ctx, c, agedCallFor(t, "a.example", 0))()), a.calls(), false)
}

// TestLock_sameAnswers: two processes that want the same 50 answers at the same
// time pay for 50.
func TestLock_sameAnswers(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		const targets = 50
		a, directory := new(api), t.TempDir()
		a.meanwhile = func(context.Context, int) *dataforseo.Failure { pass(time.Second); return nil }
		processes := []*cache.Cache{process(t, a, directory), process(t, a, directory)}
		var waits []func() outcome
		for i := range 2 * targets {
			waits = append(waits, askAside(t.Context(), processes[i%2], callFor(t, fmt.Sprintf("%d.example", i/2))))
		}
		var charges dataforseo.Charges
		for i, wait := range waits {
			reply := answered(t, wait())
			charges = charges.Plus(reply.Charges)
			if want := fmt.Sprintf(`{"target":"%d.example"}`, i/2); string(*reply.Envelope.Task.Data) != want || len(reply.Notices) > 0 {
				t.Errorf("an answer about %s, want %s, notices %v", *reply.Envelope.Task.Data, want, reply.Notices)
			}
		}
		if want := (dataforseo.Charges{}).Plus(dataforseo.Charges{USD: targets * price}); charges != want {
			t.Errorf("charges %v, want %v", charges, want)
		}
		wantCalls(t, a, targets)
		wantOnlyEntries(t, directory, targets)
	})
}

// TestLock_afterFailure: a process that waited for another whose call failed asks
// itself, at once.
func TestLock_afterFailure(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		a, directory := new(api), t.TempDir()
		a.meanwhile = func(_ context.Context, n int) *dataforseo.Failure {
			if n > 1 {
				return nil
			}
			pass(time.Minute)
			return &dataforseo.Failure{Kind: dataforseo.KindServer, Cause: "it failed"}
		}
		began := time.Now()
		first := join(t, t.Context(), process(t, a, directory), 1)[0]
		second := join(t, t.Context(), process(t, a, directory), 1)[0]
		wantCalls(t, a, 1)
		wantFailure(t, first(), dataforseo.KindServer, "it failed")
		wantReply(t, answered(t, second()), 2, false)
		if took := time.Since(began); took > time.Minute+time.Second {
			t.Errorf("it took %s", took)
		}
	})
}

// TestLock_waitEnds: a call waits for a lock no longer than it has time, and nothing
// was sent.
func TestLock_waitEnds(t *testing.T) {
	t.Parallel()
	for name, maxAge := range map[string]time.Duration{"shared": time.Hour, "always": 0} {
		inBubble(t, name, func(t *testing.T) {
			a, directory := new(api), t.TempDir()
			lock := lockOf(t, directory+"/"+entryOfA)
			call, c := agedCallFor(t, "a.example", maxAge), process(t, a, directory)
			timed, cancelTimed := context.WithTimeout(t.Context(), time.Minute)
			defer cancelTimed()
			cancelled, cancel := context.WithCancel(t.Context())
			time.AfterFunc(time.Second, cancel)
			began := time.Now()
			wantFailure(t, askAside(cancelled, c, call)(), dataforseo.KindCancelled, "it was cancelled")
			if took := time.Since(began); took != time.Second {
				t.Errorf("it was cancelled after a second, and took %s", took)
			}
			wantFailure(t, askAside(timed, c, call)(), dataforseo.KindReadTimeout, "time ran out before the request was sent")
			if took := time.Since(began); took != time.Minute {
				t.Errorf("it had a minute, and took %s", took)
			}
			wantCalls(t, a, 0)
			must(t, lock.Close())
			reply := ask(t, c, call)
			wantReply(t, reply, 1, false)
			wantNotices(t, reply, nil)
		})
	}
}

// TestLock_hit: whoever asks for an answer does not keep others from reading the one that
// is there. A hit makes no lock, however briefly.
func TestLock_hit(t *testing.T) {
	t.Parallel()
	k := newKept(t)
	lockOf(t, k.path)
	long := time.Now().Add(-1000 * time.Hour)
	date(t, k.directory, long)
	for _, m := range []cache.Mode{cache.ReadWrite, cache.CacheOnly} {
		wantReply(t, ask(t, process(t, nil, k.directory, mode(m)), k.call), 1, true)
	}
	info, err := os.Stat(k.directory)
	must(t, err)
	if !info.ModTime().Equal(long) {
		t.Errorf("the directory was changed at %s", info.ModTime())
	}
}
