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

// victimVariable makes the test binary a process that refreshes the answer about a.example
// in a loop, in the directory that the variable names. It prints a line whenever it has
// the lock. With an argument, it then keeps the lock.
const victimVariable = "DATAFORSEO_TEST_VICTIM"

func TestMain(m *testing.M) {
	directory := os.Getenv(victimVariable)
	if directory == "" {
		os.Exit(m.Run())
	}
	hold := len(os.Args) > 1
	a := &api{padding: 1 << 20} // large enough that it can be killed while it writes
	a.onCall = func(_ context.Context, n int) *dataforseo.Failure {
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

// startVictim starts the other process. awaitLock waits until it has the lock. kill kills
// it, so that it cannot clean up.
func startVictim(t *testing.T, directory string, args ...string) (awaitLock, kill func()) {
	t.Helper()
	command := exec.CommandContext(t.Context(), os.Args[0], args...)
	command.Env = append(os.Environ(), victimVariable+"="+directory)
	command.Stderr = os.Stderr
	stdout, err := command.StdoutPipe()
	must(t, err)
	_, err = command.StdinPipe() // it stays open
	must(t, err)
	must(t, command.Start())
	lines := bufio.NewScanner(stdout)
	awaitLock = func() {
		if !lines.Scan() {
			t.Fatalf("the other process exited: %v", lines.Err())
		}
	}
	return awaitLock, func() {
		must(t, command.Process.Kill())
		_ = command.Wait() // fails, since it was killed
	}
}

// await waits until done returns true.
func await(t *testing.T, done func() bool) {
	t.Helper()
	for !done() {
		if runtime.Gosched(); t.Context().Err() != nil {
			t.Fatal("it did not happen in time")
		}
	}
}

// TestKill kills processes while they hold a lock and while they write. It checks that the
// next process is not held up and gets a complete answer, and that a sweep removes the
// files left behind.
func TestKill(t *testing.T) {
	t.Parallel()
	const kills = 6 // of each kind
	directory := t.TempDir()
	temps := func() int { return len(filesIn(t, directory, ".writing-*")) }
	for n := range kills {
		awaitLock, kill := startVictim(t, directory, "hold")
		awaitLock()
		impatient, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
		wantFailure(t, startDo(impatient, newCache(nil, directory), callWithMaxAge(t, "a.example", 0))(), dataforseo.KindReadTimeout, "")
		cancel()
		kill()
		if len(filesIn(t, directory, "*.lock")) != 1 {
			t.Error("no lock was left behind")
		}
		wantRecovery(t, directory)

		awaitLock, kill = startVictim(t, directory)
		awaitLock()
		await(t, func() bool { return temps() > n })
		kill()
		wantRecovery(t, directory)
		for temps() <= n { // the file was complete before the kill
			must(t, os.WriteFile(fmt.Sprintf("%s/.writing-%d", directory, n), nil, 0o600))
		}
	}
	for _, path := range filesIn(t, directory, "*") {
		setModTime(t, path, time.Now().Add(-ttl-time.Second))
	}
	sweeper := process(t, new(api), directory)
	mustDo(t, sweeper, callFor(t, "b.example"))
	await(t, func() bool { return len(filesIn(t, directory, "*")) == 2 })
	sweeper.Close() // until then, the sweep may hold a lock
	wantOnlyEntries(t, directory, 2)
}

// wantRecovery checks that a process gets a complete answer after a kill, and that it can
// take the lock.
func wantRecovery(t *testing.T, directory string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	a := new(api)
	c := process(t, a, directory)
	reply := mustReply(t, startDo(ctx, c, callFor(t, "a.example"))())
	if reply.FromCache != (a.calls() == 0) || string(*reply.Envelope.Task.Data) != `{"target":"a.example"}` {
		t.Errorf("got from cache %t after %d calls, about %s", reply.FromCache, a.calls(), *reply.Envelope.Task.Data)
	}
	wantReply(t, mustReply(t, startDo(ctx, c, callWithMaxAge(t, "a.example", 0))()), a.calls(), false)
}

// TestLock_sameAnswers checks that two processes that want the same 50 answers at the same
// time pay for 50.
func TestLock_sameAnswers(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		const targets = 50
		a, directory := new(api), t.TempDir()
		a.onCall = func(context.Context, int) *dataforseo.Failure { sleep(time.Second); return nil }
		processes := []*cache.Cache{process(t, a, directory), process(t, a, directory)}
		var waits []func() outcome
		for i := range 2 * targets {
			waits = append(waits, startDo(t.Context(), processes[i%2], callFor(t, fmt.Sprintf("%d.example", i/2))))
		}
		var charges dataforseo.Charges
		for i, wait := range waits {
			reply := mustReply(t, wait())
			charges = charges.Plus(reply.Charges)
			if want := fmt.Sprintf(`{"target":"%d.example"}`, i/2); string(*reply.Envelope.Task.Data) != want || len(reply.Notices) > 0 {
				t.Errorf("got an answer about %s, want %s, notices %v", *reply.Envelope.Task.Data, want, reply.Notices)
			}
		}
		if want := (dataforseo.Charges{}).Plus(dataforseo.Charges{USD: targets * price}); charges != want {
			t.Errorf("got charges %v, want %v", charges, want)
		}
		wantCalls(t, a, targets)
		wantOnlyEntries(t, directory, targets)
	})
}

// TestLock_afterFailure checks that a process that waits for a call that fails then makes
// the call itself, at once.
func TestLock_afterFailure(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		a, directory := new(api), t.TempDir()
		a.onCall = func(_ context.Context, n int) *dataforseo.Failure {
			if n > 1 {
				return nil
			}
			sleep(time.Minute)
			return &dataforseo.Failure{Kind: dataforseo.KindServer, Cause: "it failed"}
		}
		began := time.Now()
		first := join(t, t.Context(), process(t, a, directory), 1)[0]
		second := join(t, t.Context(), process(t, a, directory), 1)[0]
		wantCalls(t, a, 1)
		wantFailure(t, first(), dataforseo.KindServer, "it failed")
		wantReply(t, mustReply(t, second()), 2, false)
		if took := time.Since(began); took > time.Minute+time.Second {
			t.Errorf("took %s", took)
		}
	})
}

// TestLock_waitEnds checks that waiting for a lock ends with the caller's context, before
// anything is sent.
func TestLock_waitEnds(t *testing.T) {
	t.Parallel()
	for name, maxAge := range map[string]time.Duration{"shared": time.Hour, "always": 0} {
		inBubble(t, name, func(t *testing.T) {
			a, directory := new(api), t.TempDir()
			lock := takeLock(t, directory+"/"+entryOfA)
			call, c := callWithMaxAge(t, "a.example", maxAge), process(t, a, directory)
			timed, cancelTimed := context.WithTimeout(t.Context(), time.Minute)
			defer cancelTimed()
			cancelled, cancel := context.WithCancel(t.Context())
			time.AfterFunc(time.Second, cancel)
			began := time.Now()
			wantFailure(t, startDo(cancelled, c, call)(), dataforseo.KindCancelled, "it was cancelled")
			if took := time.Since(began); took != time.Second {
				t.Errorf("cancelled after %s, want 1s", took)
			}
			wantFailure(t, startDo(timed, c, call)(), dataforseo.KindReadTimeout, "time ran out before the request was sent")
			if took := time.Since(began); took != time.Minute {
				t.Errorf("timed out after %s, want 1m", took)
			}
			wantCalls(t, a, 0)
			must(t, lock.Close())
			reply := mustDo(t, c, call)
			wantReply(t, reply, 1, false)
			wantNotices(t, reply, nil)
		})
	}
}

// TestLock_hit checks that a hit neither waits for a lock nor makes one.
func TestLock_hit(t *testing.T) {
	t.Parallel()
	k := newSavedEntry(t)
	takeLock(t, k.path)
	long := time.Now().Add(-1000 * time.Hour)
	setModTime(t, k.directory, long)
	for _, m := range []cache.Mode{cache.ReadWrite, cache.CacheOnly} {
		wantReply(t, mustDo(t, process(t, nil, k.directory, mode(m)), k.call), 1, true)
	}
	info, err := os.Stat(k.directory)
	must(t, err)
	if !info.ModTime().Equal(long) {
		t.Errorf("the directory was modified at %s", info.ModTime())
	}
}
