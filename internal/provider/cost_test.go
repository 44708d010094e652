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

	"github.com/dataforseo/terraform-provider-dataforseo/internal/fakeapi"
)

// portfolio reads the given number of targets, site-0.example and so on.
func portfolio(targets int, arguments string) string {
	return fmt.Sprintf(`
		data "dataforseo_backlinks_summary" "site" {
		  for_each = toset([for i in range(%d) : "site-${i}.example"])
		  target   = each.key
		  %s
		}
		output "spam" {
		  value = { for target, site in data.dataforseo_backlinks_summary.site : target => site.backlinks_spam_score }
		}
	`, targets, arguments)
}

func cacheIn(directory string) string {
	return fmt.Sprintf("provider \"dataforseo\" {\n  cache = { ttl = \"1h\", directory = %q }\n  max_retries = 0\n}\n", filepath.ToSlash(directory))
}

// TestCost_life: plan, apply, plan and destroy, each a process of its own, pay for
// one answer with a cache, and for all they ask for without.
func TestCost_life(t *testing.T) {
	t.Parallel()
	commands := [][]string{
		{"plan"}, {"apply", "-auto-approve"}, {"plan"}, {"plan", "-refresh-only"}, {"destroy", "-auto-approve"},
	}
	for name, c := range map[string]struct {
		provider string
		calls    int
	}{
		"with a cache":    {cacheIn(t.TempDir()), 1},
		"without a cache": {"", len(commands)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := fakeapi.Start(t, fakeapi.Options{})
			tf := newTerraform(t, c.provider+summaryBlock(plainTarget)).use(server)
			for _, args := range commands {
				tf.mustRun(args...)
			}
			if server.Calls() != c.calls || server.Charged() != c.calls {
				t.Errorf("%d calls, %d charged, want %d", server.Calls(), server.Charged(), c.calls)
			}
		})
	}
}

// TestCost_modules: five modules that ask the same cost one answer, cache or not,
// whatever they call the task.
func TestCost_modules(t *testing.T) {
	t.Parallel()
	server := fakeapi.Start(t, fakeapi.Options{})
	var config strings.Builder
	for i := range 5 {
		fmt.Fprintf(&config, "module \"m%d\" {\n  source = \"./summary\"\n  tag = \"m%d\"\n}\n", i, i)
	}
	tf := newTerraform(t, config.String()).use(server)
	tf.write("summary/main.tf", requiredProviders+"variable \"tag\" {}\n"+summaryBlock(plainTarget+"\n  tag = var.tag"))
	tf.mustRun("get")
	tf.mustRun("plan")
	if got := server.Calls(); got != 1 {
		t.Errorf("%d calls, want 1", got)
	}
}

// TestCost_partialFailure: a plan that fails for 9 of 100 targets has still paid
// for the others.
func TestCost_partialFailure(t *testing.T) {
	t.Parallel()
	server := fakeapi.Start(t, fakeapi.Options{})
	for i := range 9 {
		server.On(fmt.Sprintf("site-%d.example", 11*i), fakeapi.Code(50000), fakeapi.OK)
	}
	tf := newTerraform(t, cacheIn(t.TempDir())+portfolio(100, "")).use(server)
	if r := tf.run("plan"); r.exitCode != 1 || server.Calls() != 100 || server.Charged() != 91 {
		t.Errorf("first plan: exit code %d, %d calls, %d charged, want 1, 100, 91\n%s", r.exitCode, server.Calls(), server.Charged(), r.stderr)
	}
	server.Reset()
	tf.mustRun("plan")
	if server.Calls() != 9 || server.Charged() != 9 {
		t.Errorf("second plan: %d calls, %d charged, want 9", server.Calls(), server.Charged())
	}
}

// TestCost_twoPlansAtOnce: two Terraforms with one cache ask for each target once.
func TestCost_twoPlansAtOnce(t *testing.T) {
	t.Parallel()
	server := fakeapi.Start(t, fakeapi.Options{Delay: 20 * time.Millisecond})
	directory := t.TempDir()
	var plans sync.WaitGroup
	for range 2 {
		tf := newTerraform(t, cacheIn(directory)+portfolio(50, "")).use(server)
		plans.Go(func() {
			if r := tf.run("plan"); r.exitCode != 0 {
				t.Errorf("exit code %d\n%s", r.exitCode, r.stderr)
			}
		})
	}
	plans.Wait()
	if server.Calls() != 50 {
		t.Errorf("%d calls, want 50", server.Calls())
	}
}

// TestCost_modes shows each mode of the cache, and max_age, through Terraform.
func TestCost_modes(t *testing.T) {
	t.Parallel()
	server := fakeapi.Start(t, fakeapi.Options{})
	directory := t.TempDir()
	for _, step := range []struct {
		name, mode, arguments string
		withoutCredentials    bool
		exitCode, calls       int
	}{
		{name: "nothing to use yet", mode: "cache_only", exitCode: 1},
		{name: "the first answer is kept", mode: "read_write", calls: 1},
		{name: "and used", mode: "read_write"},
		{name: "also without credentials", mode: "cache_only", withoutCredentials: true},
		{name: "refresh asks", mode: "refresh", calls: 1},
		{name: "max_age longer than ttl changes nothing", mode: "read_write", arguments: `max_age = "9000h"`},
		{name: "max_age that is not reached", mode: "read_write", arguments: `max_age = "30m"`},
		{name: "max_age of nothing asks", mode: "read_write", arguments: `max_age = "0s"`, calls: 1},
		{name: "what it got is kept", mode: "cache_only"},
		{name: "other arguments are another question", mode: "read_write", arguments: `include_subdomains = false`, calls: 1},
		{name: "a tag is not", mode: "cache_only", arguments: `tag = "another"`},
	} {
		config := fmt.Sprintf("provider \"dataforseo\" {\n  cache = { ttl = \"1h\", directory = %q, mode = %q }\n}\n", filepath.ToSlash(directory), step.mode)
		tf := newTerraform(t, config+summaryBlock(plainTarget+"\n"+step.arguments)).use(server)
		if step.withoutCredentials {
			tf.setenv("DATAFORSEO_LOGIN", "")
			tf.setenv("DATAFORSEO_PASSWORD", "")
		}
		server.Reset()
		if r := tf.run("plan"); r.exitCode != step.exitCode || server.Calls() != step.calls {
			t.Errorf("%s: exit code %d, %d calls, want %d, %d\n%s", step.name, r.exitCode, server.Calls(), step.exitCode, step.calls, r.stderr)
		}
	}
}

// TestCost_fromCache: the state tells a cached answer from a paid one, and when it
// was paid.
func TestCost_fromCache(t *testing.T) {
	t.Parallel()
	server := fakeapi.Start(t, fakeapi.Options{})
	tf := newTerraform(t, cacheIn(t.TempDir())+summaryBlock(plainTarget)+`
		output "answer" {
		  value = [for s in [data.dataforseo_backlinks_summary.site] : { rank = s.rank, cost = s.response.cost, fetched_at = s.fetched_at }]
		}
		output "from_cache" { value = data.dataforseo_backlinks_summary.site.from_cache }
	`).use(server)
	outputs := func() (answer, fromCache string) {
		tf.mustRun("apply", "-auto-approve")
		return tf.mustRun("output", "-json", "answer").stdout, strings.TrimSpace(tf.mustRun("output", "-json", "from_cache").stdout)
	}
	paid, fromCache := outputs()
	if fromCache != "false" {
		t.Errorf("first: from_cache = %s", fromCache)
	}
	kept, fromCache := outputs()
	if fromCache != "true" || kept != paid {
		t.Errorf("second: from_cache = %s, answer %s, want true, %s", fromCache, kept, paid)
	}
}

// TestCost_files: nobody but the owner can read what is kept, and nothing kept is
// a credential.
func TestCost_files(t *testing.T) {
	t.Parallel()
	server := fakeapi.Start(t, fakeapi.Options{})
	directory := filepath.Join(t.TempDir(), "new", "cache")
	newTerraform(t, cacheIn(directory)+portfolio(3, "")).use(server).mustRun("plan")

	entries, err := os.ReadDir(directory)
	if err != nil {
		t.Fatal(err)
	}
	if len(entries) != 3 {
		t.Errorf("%d files, want one for each target", len(entries))
	}
	for _, entry := range entries {
		path := filepath.Join(directory, entry.Name())
		content := string(readFile(t, path))
		assertNoSecret(t, entry.Name(), entry.Name()+content, fakeapi.DefaultPassword)
		if strings.Contains(content, fakeapi.DefaultLogin) {
			t.Errorf("%s holds the login", entry.Name())
		}
		assertMode(t, path, 0o600)
	}
	assertMode(t, directory, 0o700)
}

func assertMode(t *testing.T, path string, want os.FileMode) {
	t.Helper()
	if runtime.GOOS == "windows" {
		return // permissions are not bits there
	}
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if got := info.Mode().Perm(); got != want {
		t.Errorf("%s has mode %o, want %o", path, got, want)
	}
}

// TestCost_concurrency: 120 targets at -parallelism=100 against an account that may
// have 30 requests under way and 2000 in a minute.
func TestCost_concurrency(t *testing.T) {
	t.Parallel()
	// The delay makes more than 30 requests overlap, if nothing holds them back. The
	// first 30 are not answered before all are there, however slowly they are sent.
	server := fakeapi.Start(t, fakeapi.Options{Delay: 1200 * time.Millisecond})
	all := make(chan struct{})
	server.OnAny(fakeapi.Slow(all))
	go releaseAfter(t, server, 30, all)
	newTerraform(t, portfolio(120, "")).use(server).mustRun("plan", "-parallelism=100")

	if server.Calls() != 120 || server.Charged() != 120 {
		t.Errorf("%d calls, %d charged, want 120: a refused request was repeated", server.Calls(), server.Charged())
	}
	if got := server.MaxSimultaneous(); got != 30 {
		t.Errorf("%d requests at once, want 30", got)
	}
}

// TestCost_spendingLimit: with room for 7 answers and 50 targets, 7 are paid for
// and the error says so.
func TestCost_spendingLimit(t *testing.T) {
	t.Parallel()
	server := fakeapi.Start(t, fakeapi.Options{})
	config := fmt.Sprintf("provider \"dataforseo\" {\n  spending_limit_usd = %f\n}\n", 7.5*fakeapi.DefaultPriceUSD)
	r := newTerraform(t, config+portfolio(50, `on_error = "warn"`)).use(server).run("plan", "-no-color")
	if r.exitCode != 1 || server.Charged() != 7 || server.Calls() != 7 {
		t.Errorf("exit code %d, %d calls, %d charged, want 1, 7, 7", r.exitCode, server.Calls(), server.Charged())
	}
	if want := "0.168252 USD was spent on 7 requests"; !strings.Contains(unwrapped(r.stderr), want) {
		t.Errorf("no %q in\n%s", want, r.stderr)
	}
}

// TestCost_interrupt: Ctrl-C ends a request that is under way, and a wait for a
// rate limit to pass, at once.
func TestCost_interrupt(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]fakeapi.Fault{
		"during a request":        fakeapi.Slow(nil),
		"during a retry":          fakeapi.Code(50000).Header("Retry-After", "60"),
		"while rates are limited": fakeapi.Code(40202),
		"as told to wait":         fakeapi.Gateway(429).Header("Retry-After", "60"),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			interruptPlan(t, summaryBlock(plainTarget), fault, 2)
		})
	}
	t.Run("a portfolio", func(t *testing.T) {
		t.Parallel()
		// More than 30 would be requests that began after the interrupt.
		interruptPlan(t, summariesBlock("on_error = \"warn\"\ntargets = "+hclList(numbered(500)...)), fakeapi.Slow(nil), 30)
	})
}

// interruptPlan interrupts a plan that has made a call. It has to end with an error,
// after no more than maxCalls, and sooner than if it went on to the end of its waits.
func interruptPlan(t *testing.T, config string, fault fakeapi.Fault, maxCalls int) {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("Windows has no SIGINT to send")
	}
	server := fakeapi.Start(t, fakeapi.Options{})
	server.OnAny(fault)
	tf := newBuiltTerraform(t, config).use(server)
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
		t.Errorf("it took %s", took)
	}
	if got := server.Calls(); got > maxCalls {
		t.Errorf("%d calls", got)
	}
}
