//go:build unix

package provider_test

import (
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/fakeapi"
)

// TestTeam_kill: a machine that dies while it holds leases holds others up until they
// end. They pay for each answer once, and nothing is half written.
func TestTeam_kill(t *testing.T) {
	t.Parallel()
	const targets = 10
	bucket := startBucket(t)
	server := fakeapi.Start(t, fakeapi.Options{})
	server.OnAny(fakeapi.Slow(nil))
	victim := newBuiltTerraform(t, portfolio(targets, "")).machine(bucket, server)
	command := victim.Command(victim.Path, "plan", "-input=false")
	command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // with the provider, which is a child
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	if err := server.WaitForCalls(t.Context(), targets); err != nil { // none is to arrive later
		t.Fatal(err)
	}
	if leases := len(bucket.Objects(".lease")); leases != targets {
		t.Fatalf("%d leases, want %d", leases, targets)
	}
	if err := syscall.Kill(-command.Process.Pid, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	_ = command.Wait() // fails, since it was killed

	server.Reset()
	server.OnAny(fakeapi.OK)
	survivor := newTerraform(t, portfolio(targets, "")).machine(bucket, server)
	began := time.Now()
	r := survivor.mustRun("plan")
	t.Logf("it took %s", time.Since(began).Round(time.Second))
	if server.Charged() != targets || strings.Contains(r.stdout, "Warning") {
		t.Errorf("%d charged, want %d\n%s", server.Charged(), targets, r.stdout)
	}
	third := newTerraform(t, portfolio(targets, "")).machine(bucket, server)
	third.setenv("DATAFORSEO_CACHE_MODE", "cache_only")
	third.mustRun("plan")
	if leases := bucket.Objects(".lease"); len(leases) > 0 || server.Charged() != targets {
		t.Errorf("%d leases are left, %d charged", len(leases), server.Charged())
	}
}
