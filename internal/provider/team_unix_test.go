//go:build unix

package provider_test

import (
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/acctest"
	"github.com/dataforseo/terraform-provider-dataforseo/internal/fakeapi"
)

// TestTeam_kill checks that the leases of a killed machine expire, and that other machines
// then pay for each answer once.
func TestTeam_kill(t *testing.T) {
	t.Parallel()
	const targets = 10
	bucket := startBucket(t)
	server := fakeapi.Start(t, fakeapi.Options{})
	server.OnAny(fakeapi.Slow(nil))
	victim := onMachine(acctest.NewBuilt(t, forEach(targets, "")), bucket, server)
	command := victim.Command(victim.Path, "plan", "-input=false")
	command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // to kill the provider too
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	if err := server.WaitForCalls(t.Context(), targets); err != nil { // so that none arrives after the reset
		t.Fatal(err)
	}
	if leases := len(bucket.Objects(".lease")); leases != targets {
		t.Fatalf("got %d leases, want %d", leases, targets)
	}
	if err := syscall.Kill(-command.Process.Pid, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	_ = command.Wait()

	server.Reset()
	server.OnAny(fakeapi.OK)
	survivor := newMachine(t, forEach(targets, ""), bucket, server)
	began := time.Now()
	r := survivor.MustRun("plan")
	t.Logf("the plan took %s", time.Since(began).Round(time.Second))
	if server.Charged() != targets || strings.Contains(r.Stdout, "Warning") {
		t.Errorf("got %d charged, want %d and no warning\n%s", server.Charged(), targets, r.Stdout)
	}
	third := newMachine(t, forEach(targets, ""), bucket, server)
	third.Setenv("DATAFORSEO_CACHE_MODE", "cache_only")
	third.MustRun("plan")
	if leases := bucket.Objects(".lease"); len(leases) > 0 || server.Charged() != targets {
		t.Errorf("got %d leases and %d charged, want 0 and %d", len(leases), server.Charged(), targets)
	}
}
