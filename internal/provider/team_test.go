package provider_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/cache/bucket/fakes3"
	"github.com/dataforseo/terraform-provider-dataforseo/internal/cacheserver"
	"github.com/dataforseo/terraform-provider-dataforseo/internal/fakeapi"
)

// startBucket starts a bucket for a team that ends with the test.
func startBucket(t *testing.T) *cacheserver.Server {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("versitygw keeps files on POSIX systems")
	}
	executable, err := buildCacheServer()
	if err != nil {
		t.Fatal(err)
	}
	server, err := cacheserver.Start(t.Context(), executable, func(cacheserver.Request) {})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Stop)
	return server
}

var buildCacheServer = sync.OnceValues(func() (string, error) {
	return cacheserver.Build(context.Background(), "../..")
})

// machine makes a Terraform one of a team: with a home directory of its own, and nothing
// shared but the bucket.
func (tf *terraform) machine(bucket *cacheserver.Server, server *fakeapi.Server) *terraform {
	tf.T.Helper()
	tf.use(server)
	home := tf.T.TempDir()
	for _, variable := range append(bucket.Environ(), "HOME="+home, "XDG_CACHE_HOME="+home) {
		name, value, _ := strings.Cut(variable, "=")
		tf.setenv(name, value)
	}
	return tf
}

// wantRequests wants a number of requests with a method for objects with an ending.
func wantRequests(t *testing.T, log []cacheserver.Request, want map[string]int) {
	t.Helper()
	total := 0
	for kind, n := range want {
		method, suffix, _ := strings.Cut(kind, " ")
		if got := cacheserver.Count(log, method, suffix); got != n {
			t.Errorf("%d times %s, want %d", got, kind, n)
		}
		total += n
	}
	if len(log) != total {
		t.Errorf("%d requests, want %d", len(log), total)
	}
}

// TestTeam_twoMachines: two machines that plan the same 50 targets at the same time pay
// for 50 answers in all, and a third for none.
func TestTeam_twoMachines(t *testing.T) {
	t.Parallel()
	const targets = 50
	bucket, server := startBucket(t), fakeapi.Start(t, fakeapi.Options{Delay: 20 * time.Millisecond})
	plan := func() {
		if r := newTerraform(t, portfolio(targets, "")).machine(bucket, server).run("plan"); r.exitCode != 0 || strings.Contains(r.stdout, "Warning") {
			t.Errorf("exit code %d\n%s%s", r.exitCode, r.stdout, r.stderr)
		}
	}
	var plans sync.WaitGroup
	plans.Go(plan)
	plans.Go(plan)
	plans.Wait()
	log := bucket.Log()
	t.Logf("two plans at once: %d requests, %d entries and %d leases read, %d entries written, %d leases written, %d removed", len(log),
		cacheserver.Count(log, "GET", ".answer"), cacheserver.Count(log, "GET", ".lease"),
		cacheserver.Count(log, "PUT", ".answer"), cacheserver.Count(log, "PUT", ".lease"), cacheserver.Count(log, "DELETE", ".lease"))
	if server.Charged() != targets || cacheserver.Count(log, "PUT", ".answer") != targets {
		t.Errorf("%d charged, %d kept, want %d", server.Charged(), cacheserver.Count(log, "PUT", ".answer"), targets)
	}
	plan()
	if server.Charged() != targets {
		t.Errorf("%d charged after a third plan", server.Charged())
	}
	wantRequests(t, bucket.Log(), map[string]int{"GET .answer": targets})
	if answers, leases := bucket.Objects(".answer"), bucket.Objects(".lease"); len(answers) != targets || len(leases) > 0 {
		t.Errorf("%d entries and %d leases are left", len(answers), len(leases))
	}
}

// TestTeam_onePlan counts what a first and a second plan cost the bucket.
func TestTeam_onePlan(t *testing.T) {
	t.Parallel()
	bucket, server := startBucket(t), fakeapi.Start(t, fakeapi.Options{})
	newTerraform(t, portfolio(10, "")).machine(bucket, server).mustRun("plan")
	// One lease is tried twice: does the server honour conditions?
	wantRequests(t, bucket.Log(), map[string]int{"GET .answer": 20, "PUT .lease": 11, "PUT .answer": 10, "DELETE .lease": 10})
	newTerraform(t, portfolio(10, "")).machine(bucket, server).mustRun("plan")
	wantRequests(t, bucket.Log(), map[string]int{"GET .answer": 10})
	if server.Charged() != 10 {
		t.Errorf("%d charged, want 10", server.Charged())
	}
}

// TestTeam_readOnly: a plan that may only read writes nothing, whether it finds something
// or pays. With a directory it keeps what it paid for there.
func TestTeam_readOnly(t *testing.T) {
	t.Parallel()
	bucket, server := startBucket(t), fakeapi.Start(t, fakeapi.Options{})
	newTerraform(t, portfolio(3, "")).machine(bucket, server).mustRun("plan")
	bucket.Log()
	tf := newTerraform(t, portfolio(5, "")).machine(bucket, server)
	tf.setenv("DATAFORSEO_CACHE_MODE", "read_only")
	tf.mustRun("plan")
	wantRequests(t, bucket.Log(), map[string]int{"GET .answer": 5})
	if server.Charged() != 3+2 || len(bucket.Objects("")) == 0 || len(bucket.Objects(".answer")) != 3 {
		t.Errorf("%d charged, %d entries", server.Charged(), len(bucket.Objects(".answer")))
	}
	directory := t.TempDir()
	tf.setenv("DATAFORSEO_CACHE_DIRECTORY", directory)
	for _, reads := range []int{5, 0} {
		tf.mustRun("plan")
		wantRequests(t, bucket.Log(), map[string]int{"GET .answer": reads})
	}
	if kept, err := filepath.Glob(filepath.Join(directory, "*.answer")); len(kept) != 5 || server.Charged() != 3+2+2 {
		t.Errorf("%d kept, %v, %d charged", len(kept), err, server.Charged())
	}
}

// TestTeam_down: a bucket that is gone fails no plan and is named once.
func TestTeam_down(t *testing.T) {
	t.Parallel()
	bucket, server := startBucket(t), fakeapi.Start(t, fakeapi.Options{})
	tf := newTerraform(t, portfolio(20, "")).machine(bucket, server)
	bucket.Stop()
	r := tf.mustRun("plan", "-no-color")
	if server.Charged() != 20 || strings.Count(r.stdout, "Warning:") != 1 ||
		!strings.Contains(unwrapped(r.stdout), "Warning: The shared cache is off") || !strings.Contains(unwrapped(r.stdout), "in s3://answers/team: dial tcp") {
		t.Errorf("%d charged\n%s", server.Charged(), r.stdout)
	}
}

// TestTeam_secrets: neither the bucket nor Terraform's TRACE log holds a secret, and the
// bucket does not hold the login.
func TestTeam_secrets(t *testing.T) {
	t.Parallel()
	bucket, server := startBucket(t), fakeapi.Start(t, fakeapi.Options{})
	tf := newBuiltTerraform(t, portfolio(3, "")).machine(bucket, server)
	tf.setenv("TF_LOG", "TRACE")
	tf.setenv("TF_LOG_PATH", filepath.Join(tf.Dir, "trace.log"))
	tf.mustRun("plan", "-out=plan")
	secretKey := tf.Getenv("AWS_SECRET_ACCESS_KEY")
	for _, name := range []string{"trace.log", "plan"} {
		for _, secret := range []string{fakeapi.DefaultPassword, secretKey} {
			assertNoSecret(t, name, tf.read(name), secret)
		}
	}
	objects := bucket.Objects(".answer")
	if len(objects) != 3 {
		t.Errorf("%d objects", len(objects))
	}
	for _, path := range objects {
		content, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, secret := range []string{fakeapi.DefaultPassword, fakeapi.DefaultLogin, secretKey} {
			assertNoSecret(t, path, path+string(content), secret)
		}
		if strings.Contains(path, "site-") {
			t.Errorf("%s names its target", path)
		}
	}
}

// TestTeam_portfolio: the other data source shares the entries.
func TestTeam_portfolio(t *testing.T) {
	t.Parallel()
	bucket, server := startBucket(t), fakeapi.Start(t, fakeapi.Options{})
	newTerraform(t, portfolio(10, "")).machine(bucket, server).mustRun("plan")
	tf := newTerraform(t, `
		data "dataforseo_backlinks_summaries" "sites" {
		  targets = [for i in range(12) : "site-${i}.example"]
		}
		output "paid" {
		  value = [data.dataforseo_backlinks_summaries.sites.from_cache_count, length(data.dataforseo_backlinks_summaries.sites.summaries)]
		}
	`).machine(bucket, server)
	if got := fmt.Sprint(tf.plannedOutputs()["paid"]); !strings.Contains(got, "[10 12]") || server.Charged() != 12 {
		t.Errorf("%s, %d charged", got, server.Charged())
	}
}

// TestTeam_bulk: two machines with the cheap endpoint pay for each target once, and a third
// for none.
func TestTeam_bulk(t *testing.T) {
	t.Parallel()
	bucket, server := startBucket(t), fakeapi.Start(t, fakeapi.Options{Delay: 200 * time.Millisecond})
	plan := func() {
		tf := newTerraform(t, `data "dataforseo_backlinks_bulk_pages_summary" "sites" {
		  targets = [for i in range(300) : "site-${i}.example"]
		}`).machine(bucket, server)
		if r := tf.run("plan"); r.exitCode != 0 || strings.Contains(r.stdout, "Warning") {
			t.Errorf("exit code %d\n%s%s", r.exitCode, r.stdout, r.stderr)
		}
	}
	var plans sync.WaitGroup
	plans.Go(plan)
	plans.Go(plan)
	plans.Wait()
	calls := server.Calls()
	plan()
	if entries := len(bucket.Objects(".answer")); entries != 300 || server.Calls() != calls || calls != 3 {
		t.Errorf("%d entries, %d calls, then %d", entries, calls, server.Calls())
	}
}

// TestTeam_bulkPace: however many requests are answered at once, a bucket meets no more
// requests at once than DataForSEO does.
func TestTeam_bulkPace(t *testing.T) {
	t.Parallel()
	const concurrency = 30
	s3, server := fakes3.New(), fakeapi.Start(t, fakeapi.Options{})
	var now, most atomic.Int64
	s3.SetFault(func(http.ResponseWriter, *http.Request) bool {
		n := now.Add(1)
		defer now.Add(-1)
		for known := most.Load(); n > known && !most.CompareAndSwap(known, n); known = most.Load() {
		}
		<-time.After(20 * time.Millisecond)
		return false
	})
	loopback := httptest.NewServer(s3)
	t.Cleanup(loopback.Close)
	release := make(chan struct{})
	server.OnAny(fakeapi.Slow(release))
	go releaseAfter(t, server, 6, release)
	newRPC(t, server, map[string]string{
		"DATAFORSEO_CACHE_TTL": "1h", "DATAFORSEO_CACHE_URL": "s3://answers?endpoint=" + loopback.URL,
		"AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "a secret key",
	}).readBulk(t, numbered(600), nil)
	if kept := len(s3.Paths(".answer")); kept != 600 || most.Load() > concurrency+1 { // and one renewal
		t.Errorf("%d kept, %d requests at once, want 600 and %d", kept, most.Load(), concurrency)
	}
}
