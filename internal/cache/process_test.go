package cache_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"testing"
	"time"

	"github.com/jonboulle/clockwork"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/cache"
	"github.com/dataforseo/terraform-provider-dataforseo/internal/dataforseo"
)

// roleVariable makes the test binary play another process: its value is a role.
const roleVariable = "DATAFORSEO_TEST_ROLE"

const (
	// roleContend: see contend. Arguments: directory, target, marker, processes.
	roleContend = "contend"
	// roleAsk asks for one answer for ever, and writes a line for each time that it
	// holds the lock. Arguments: directory, target.
	roleAsk = "ask"
	// roleHold asks for one answer that never comes. Arguments: directory, target.
	roleHold = "hold"
)

func TestMain(m *testing.M) {
	role := os.Getenv(roleVariable)
	if role == "" {
		os.Exit(m.Run())
	}
	if err := play(role, os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// startRole prepares another process.
func startRole(tb testing.TB, role string, args ...string) *exec.Cmd {
	tb.Helper()
	command := exec.CommandContext(tb.Context(), os.Args[0], args...)
	command.Env = append(os.Environ(), roleVariable+"="+role)
	return command
}

func play(role string, args []string) error {
	target := args[1]
	call, err := callMade(dataforseo.BacklinksSummaryRequest{Target: target})
	if err != nil {
		return err
	}
	if role == roleContend {
		rounds, err := strconv.Atoi(args[3])
		if err != nil {
			return err
		}
		return contend(args[0], args[2], rounds, call)
	}
	return askForEver(args[0], call, role == roleHold)
}

// longAnswer is how many bytes the answers of another process have, enough for
// a kill to come while they are written.
const longAnswer = 1 << 20

func askForEver(directory string, call *dataforseo.Call, hold bool) error {
	clock := clockwork.NewRealClock()
	api := newAPI(clock)
	api.padding = longAnswer
	api.meanwhile = func(_ context.Context, n int) error {
		_, err := fmt.Println(n)
		if hold {
			_, _ = io.Copy(io.Discard, os.Stdin)
			return errors.New("nobody is there any more")
		}
		return err
	}
	for {
		if _, err := process(api, directory, clock, mode(cache.Refresh)).Do(context.Background(), call); err != nil {
			return err
		}
	}
}

// victim is another process that is to be killed.
type victim struct {
	command *exec.Cmd
	lines   *bufio.Scanner
}

func startVictim(t *testing.T, role, directory, target string) *victim {
	t.Helper()
	command := startRole(t, role, directory, target)
	command.Stderr = os.Stderr
	stdout, err := command.StdoutPipe()
	must(t, err)
	_, err = command.StdinPipe() // which stays open
	must(t, err)
	must(t, command.Start())
	return &victim{command, bufio.NewScanner(stdout)}
}

// awaitLines waits until the victim has had the lock n times.
func (v *victim) awaitLines(t *testing.T, n int) {
	t.Helper()
	for range n {
		if !v.lines.Scan() {
			t.Fatalf("the other process ended: %v", v.lines.Err())
		}
	}
}

// awaitWriting waits until the victim writes an answer.
func (v *victim) awaitWriting(t *testing.T, directory string) {
	t.Helper()
	before := len(filesIn(t, directory, ".writing-*"))
	v.awaitLines(t, 1)
	for len(filesIn(t, directory, ".writing-*")) == before {
		if runtime.Gosched(); t.Context().Err() != nil {
			t.Fatal("the other process never wrote")
		}
	}
}

// awaitAnything waits until the victim is at no place in particular.
func (v *victim) awaitAnything(t *testing.T, directory string) {
	t.Helper()
	v.awaitLines(t, 1+rand.IntN(3))
	for range rand.IntN(1000) { // takes up to as long as the victim takes for a round
		filesIn(t, directory, "*")
	}
}

// kill ends the victim with no chance to tidy up.
func (v *victim) kill(t *testing.T) {
	t.Helper()
	must(t, v.command.Process.Kill())
	_ = v.command.Wait() // fails, since it was killed
}

// TestKill kills processes while they hold a lock, while they write, and at random.
// Whoever comes next gets a whole answer, promptly, and later nothing is left of
// what they left behind.
func TestKill(t *testing.T) {
	t.Parallel()
	const kills = 16 // in each way
	directory := t.TempDir()
	for _, way := range []struct {
		name, role string
		await      func(v *victim)
		leaves     string
	}{
		{"holding a lock", roleHold, func(v *victim) { v.awaitLines(t, 1) }, "*.lock"},
		{"writing", roleAsk, func(v *victim) { v.awaitWriting(t, directory) }, ".writing-*"},
		{"at random", roleAsk, func(v *victim) { v.awaitAnything(t, directory) }, ""},
	} {
		locks, temps, slowest := 0, len(filesIn(t, directory, ".writing-*")), time.Duration(0)
		for range kills {
			v := startVictim(t, way.role, directory, "a.example")
			way.await(v)
			v.kill(t)
			locks += len(filesIn(t, directory, "*.lock"))
			slowest = max(slowest, survive(t, directory))
		}
		temps = len(filesIn(t, directory, ".writing-*")) - temps
		t.Logf("%d killed %s: %d left a lock, %d a temporary file; the slowest call after it took %s", kills, way.name, locks, temps, slowest)
		if way.leaves == "*.lock" && locks < kills || way.leaves == ".writing-*" && temps == 0 {
			t.Errorf("killed %s, but they left %d locks and %d temporary files", way.name, locks, temps)
		}
	}
	clock := clockwork.NewFakeClockAt(time.Now().Add(2 * ttl))
	ask(t, process(newAPI(clock), directory, clock), callFor(t, "b.example"))
	wantOnlyEntries(t, directory, 1) // that about a.example has expired
}

// survive is what comes after a kill: an answer, whole if it is the dead process's,
// and another one, for which the lock is needed. It returns how long that took.
func survive(t *testing.T, directory string) time.Duration {
	t.Helper()
	clock := clockwork.NewRealClock()
	api := newAPI(clock)
	for _, entry := range filesIn(t, directory, "*.answer") {
		unseal(t, readFile(t, entry))
	}
	began := clock.Now()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	c := process(api, directory, clock)
	reply, err := c.Do(ctx, callFor(t, "a.example"))
	must(t, err)
	if reply.FromCache != (api.calls() == 0) {
		t.Errorf("from cache %t after %d calls", reply.FromCache, api.calls())
	}
	if target := *reply.Result.(*dataforseo.BacklinksSummary).Target; target != "a.example" {
		t.Errorf("an answer about %s", target)
	}
	before := api.calls()
	reply, err = c.Do(ctx, agedCallFor(t, "a.example", 0))
	must(t, err)
	wantReply(t, reply, before+1, false)
	took := clock.Since(began)
	if took > 20*time.Second {
		t.Errorf("the next process had to wait for %s", took)
	}
	return took
}
