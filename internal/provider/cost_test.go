package provider_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/acctest"
	"github.com/dataforseo/terraform-provider-dataforseo/internal/fakeapi"
)

// TestCost_life checks that plan, apply, plan and destroy, each with a process of its own,
// pay for one answer if there is a cache. See TestBacklinksSummary_calls for no cache.
func TestCost_life(t *testing.T) {
	t.Parallel()
	server := fakeapi.Start(t, fakeapi.Options{})
	tf := acctest.New(t, cacheIn(t.TempDir())+summaryBlock(plainTarget)).Use(server)
	for _, args := range [][]string{{"plan"}, {"apply", "-auto-approve"}, {"plan", "-refresh-only"}, {"destroy", "-auto-approve"}} {
		tf.MustRun(args...)
	}
	if server.Calls() != 1 || server.Charged() != 1 {
		t.Errorf("got %d calls and %d charged, want 1", server.Calls(), server.Charged())
	}
}

// TestCost_modules checks that modules with the same arguments pay for one answer, even
// without a cache and with different tags.
func TestCost_modules(t *testing.T) {
	t.Parallel()
	server := fakeapi.Start(t, fakeapi.Options{})
	var config strings.Builder
	for i := range 5 {
		fmt.Fprintf(&config, "module \"m%d\" {\n  source = \"./summary\"\n  tag = \"m%d\"\n}\n", i, i)
	}
	tf := acctest.New(t, config.String()).Use(server)
	tf.Write("summary/main.tf", acctest.RequiredProviders+"variable \"tag\" {}\n"+summaryBlock(plainTarget+"\n  tag = var.tag"))
	tf.MustRun("get")
	tf.MustRun("plan")
	if got := server.Calls(); got != 1 {
		t.Errorf("got %d calls, want 1", got)
	}
}

// TestCost_partialFailure checks that a plan after a failed one doesn't pay again for the
// targets that succeeded.
func TestCost_partialFailure(t *testing.T) {
	t.Parallel()
	server := fakeapi.Start(t, fakeapi.Options{})
	for i := range 3 {
		server.On(fmt.Sprintf("site-%d.example", 7*i), fakeapi.Code(50000), fakeapi.OK)
	}
	tf := acctest.New(t, cacheIn(t.TempDir())+forEach(20, "")).Use(server)
	if r := tf.Run("plan"); r.ExitCode != 1 || server.Calls() != 20 || server.Charged() != 17 {
		t.Errorf("first plan: got exit code %d, %d calls and %d charged, want 1, 20 and 17\n%s", r.ExitCode, server.Calls(), server.Charged(), r.Stderr)
	}
	server.Reset()
	tf.MustRun("plan")
	if server.Calls() != 3 || server.Charged() != 3 {
		t.Errorf("second plan: got %d calls and %d charged, want 3", server.Calls(), server.Charged())
	}
}

// TestCost_twoPlansAtOnce checks that two plans with one cache request each target once.
func TestCost_twoPlansAtOnce(t *testing.T) {
	t.Parallel()
	server := fakeapi.Start(t, fakeapi.Options{Delay: 20 * time.Millisecond})
	directory := t.TempDir()
	var plans sync.WaitGroup
	for range 2 {
		tf := acctest.New(t, cacheIn(directory)+forEach(15, "")).Use(server)
		plans.Go(func() {
			if r := tf.Run("plan"); r.ExitCode != 0 {
				t.Errorf("exit code %d\n%s", r.ExitCode, r.Stderr)
			}
		})
	}
	plans.Wait()
	if server.Calls() != 15 {
		t.Errorf("got %d calls, want 15", server.Calls())
	}
}

// TestCost_modes checks what each mode of the cache, and max_age, costs.
func TestCost_modes(t *testing.T) {
	t.Parallel()
	server := fakeapi.Start(t, fakeapi.Options{})
	directory := t.TempDir()
	for _, step := range []struct {
		name, mode         string
		arguments          map[string]any
		withoutCredentials bool
		calls              int
	}{
		{name: "the first read pays", mode: "read_write", calls: 1},
		{name: "the second read doesn't", mode: "read_write"},
		{name: "cache_only needs no credentials", mode: "cache_only", withoutCredentials: true},
		{name: "refresh pays", mode: "refresh", calls: 1},
		{name: "max_age longer than ttl has no effect", mode: "read_write", arguments: map[string]any{"max_age": "9000h"}},
		{name: "max_age longer than the age", mode: "read_write", arguments: map[string]any{"max_age": "30m"}},
		{name: "max_age of 0 pays", mode: "read_write", arguments: map[string]any{"max_age": "0s"}, calls: 1},
		{name: "and saves the answer", mode: "cache_only"},
		{name: "other arguments are another request", mode: "read_write", arguments: map[string]any{"include_subdomains": false}, calls: 1},
		{name: "another tag isn't", mode: "cache_only", arguments: map[string]any{"tag": "another"}},
	} {
		env := map[string]string{"DATAFORSEO_CACHE_TTL": "1h", "DATAFORSEO_CACHE_DIRECTORY": directory, "DATAFORSEO_CACHE_MODE": step.mode}
		if step.withoutCredentials {
			env["DATAFORSEO_LOGIN"], env["DATAFORSEO_PASSWORD"] = "", ""
		}
		server.Reset()
		state, diags := newRPC(t, server, env).tryRead(t, summaryType, withArgument(step.arguments, "target", "example.com"))
		if state == nil || server.Calls() != step.calls {
			t.Errorf("%s: got %d calls, want %d\n%s", step.name, server.Calls(), step.calls, textOf(diags))
		}
	}
}

// TestCost_cacheOnlyLimit checks that a spending limit does not hide which answers
// cache_only lacks, because it spends nothing.
func TestCost_cacheOnlyLimit(t *testing.T) {
	t.Parallel()
	config := fmt.Sprintf("provider \"dataforseo\" {\n  spending_limit_usd = 0\n  cache = { ttl = \"1h\", directory = %q, mode = \"cache_only\" }\n}\n", filepath.ToSlash(t.TempDir()))
	r := acctest.New(t, config+summariesBlock("targets = "+hclList(numbered(2)...))).Use(fakeapi.Start(t, fakeapi.Options{})).Run("plan", "-no-color")
	if want := "site-1.example: there is no cached answer"; r.ExitCode != 1 || !strings.Contains(acctest.Unwrapped(r.Stderr), want) {
		t.Errorf("got exit code %d, want 1 and %q\n%s", r.ExitCode, want, r.Stderr)
	}
}

// TestCost_fromCache checks that the state marks an answer from the cache, and keeps its
// cost and time.
func TestCost_fromCache(t *testing.T) {
	t.Parallel()
	server := fakeapi.Start(t, fakeapi.Options{})
	env := map[string]string{"DATAFORSEO_CACHE_TTL": "1h", "DATAFORSEO_CACHE_DIRECTORY": t.TempDir()}
	paid := newRPC(t, server, env).readSummary(t, "example.com", nil)
	wantAt(t, paid, false, "from_cache")
	cached := newRPC(t, server, env).readSummary(t, "example.com", nil)
	wantAt(t, cached, true, "from_cache")
	delete(paid, "from_cache")
	delete(cached, "from_cache")
	if diff := cmp.Diff(paid, cached); diff != "" {
		t.Errorf("state (-paid +cached):\n%s", diff)
	}
}

// TestCost_files checks that only the owner can read the cache, and that it has no
// credentials.
func TestCost_files(t *testing.T) {
	t.Parallel()
	server := fakeapi.Start(t, fakeapi.Options{})
	directory := filepath.Join(t.TempDir(), "new", "cache")
	newRPC(t, server, map[string]string{"DATAFORSEO_CACHE_TTL": "1h", "DATAFORSEO_CACHE_DIRECTORY": directory}).readSummaries(t, numbered(3), nil)

	entries, err := os.ReadDir(directory)
	if err != nil {
		t.Fatal(err)
	}
	if len(entries) != 3 {
		t.Errorf("got %d files, want 3", len(entries))
	}
	for _, entry := range entries {
		path := filepath.Join(directory, entry.Name())
		content := string(acctest.ReadFile(t, path))
		acctest.AssertNoSecret(t, entry.Name(), entry.Name()+content, fakeapi.DefaultPassword)
		if strings.Contains(content, fakeapi.DefaultLogin) {
			t.Errorf("%s contains the login", entry.Name())
		}
		assertMode(t, path, 0o600)
	}
	assertMode(t, directory, 0o700)
}

func assertMode(t *testing.T, path string, want os.FileMode) {
	t.Helper()
	if runtime.GOOS == "windows" {
		return // Windows has no permission bits
	}
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if got := info.Mode().Perm(); got != want {
		t.Errorf("%s: got mode %o, want %o", path, got, want)
	}
}

// TestCost_concurrency checks that -parallelism doesn't exceed DataForSEO's limit of 30
// requests at once.
func TestCost_concurrency(t *testing.T) {
	t.Parallel()
	// The first 30 requests are answered together. The delay lets later ones overlap.
	server := fakeapi.Start(t, fakeapi.Options{Delay: 1200 * time.Millisecond})
	all := make(chan struct{})
	server.OnAny(fakeapi.Slow(all))
	go releaseAfter(t, server, 30, all)
	acctest.New(t, forEach(60, "")).Use(server).MustRun("plan", "-parallelism=100")

	if server.Calls() != 60 || server.Charged() != 60 {
		t.Errorf("got %d calls and %d charged, want 60: a refused request was repeated", server.Calls(), server.Charged())
	}
	if got := server.MaxSimultaneous(); got != 30 {
		t.Errorf("got %d requests at once, want 30", got)
	}
}

// TestCost_spendingLimit checks that no more is spent than the limit, and that the error
// says how much was spent.
func TestCost_spendingLimit(t *testing.T) {
	t.Parallel()
	server := fakeapi.Start(t, fakeapi.Options{})
	config := fmt.Sprintf("provider \"dataforseo\" {\n  spending_limit_usd = %f\n}\n", 7.5*fakeapi.DefaultPriceUSD)
	r := acctest.New(t, config+forEach(15, `on_error = "warn"`)).Use(server).Run("plan", "-no-color")
	if r.ExitCode != 1 || server.Charged() != 7 || server.Calls() != 7 {
		t.Errorf("got exit code %d, %d calls and %d charged, want 1, 7 and 7", r.ExitCode, server.Calls(), server.Charged())
	}
	if want := "0.168252 USD was spent on 7 requests"; !strings.Contains(acctest.Unwrapped(r.Stderr), want) {
		t.Errorf("no %q in\n%s", want, r.Stderr)
	}
}

// TestCost_interrupt checks that Ctrl-C ends requests and waits at once.
func TestCost_interrupt(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]fakeapi.Fault{
		"request":     fakeapi.Slow(nil),
		"retry":       fakeapi.Code(50000).Header("Retry-After", "60"),
		"rate limit":  fakeapi.Code(40202),
		"Retry-After": fakeapi.Gateway(429).Header("Retry-After", "60"),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			interruptPlan(t, summaryBlock(plainTarget), fault, 2)
		})
	}
	t.Run("portfolio", func(t *testing.T) {
		t.Parallel()
		// 30 at once: more would have begun after the interrupt.
		interruptPlan(t, summariesBlock("on_error = \"warn\"\ntargets = "+hclList(numbered(500)...)), fakeapi.Slow(nil), 30)
	})
}

// interruptPlan interrupts a plan after its first call. The plan must fail soon, after at
// most maxCalls.
func interruptPlan(t *testing.T, config string, fault fakeapi.Fault, maxCalls int) {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("Windows has no SIGINT to send")
	}
	server := fakeapi.Start(t, fakeapi.Options{})
	server.OnAny(fault)
	tf := acctest.NewBuilt(t, config).Use(server)
	command := tf.Command(tf.Path, "plan", "-no-color")
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), tooLong)
	defer cancel()
	if err := server.WaitForCalls(ctx, 1); err != nil {
		t.Fatal(err)
	}
	interrupted := time.Now()
	if err := command.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	if err := command.Wait(); err == nil {
		t.Error("the plan succeeded")
	}
	if took := time.Since(interrupted); took > 30*time.Second {
		t.Errorf("the interrupt took %s", took)
	}
	if got := server.Calls(); got > maxCalls {
		t.Errorf("got %d calls, want at most %d", got, maxCalls)
	}
}
