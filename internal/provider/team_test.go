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

	"github.com/dataforseo/terraform-provider-dataforseo/internal/acctest"
	"github.com/dataforseo/terraform-provider-dataforseo/internal/cache/bucket/fakes3"
	"github.com/dataforseo/terraform-provider-dataforseo/internal/cacheserver"
	"github.com/dataforseo/terraform-provider-dataforseo/internal/fakeapi"
)

// startBucket starts an S3 server for the time of the test.
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

// newMachine returns a Terraform that shares only the bucket with other machines.
func newMachine(t *testing.T, config string, bucket *cacheserver.Server, server *fakeapi.Server) *acctest.Terraform {
	t.Helper()
	return onMachine(acctest.New(t, config), bucket, server)
}

// onMachine gives tf its own home directory, and the credentials of the bucket.
func onMachine(tf *acctest.Terraform, bucket *cacheserver.Server, server *fakeapi.Server) *acctest.Terraform {
	tf.T.Helper()
	home := tf.T.TempDir()
	for _, variable := range append(bucket.Environ(), "HOME="+home, "XDG_CACHE_HOME="+home) {
		name, value, _ := strings.Cut(variable, "=")
		tf.Setenv(name, value)
	}
	return tf.Use(server)
}

// planTwice plans on two new machines at the same time, and returns a function that plans on
// another one. Every plan must succeed without a warning.
func planTwice(t *testing.T, config string, bucket *cacheserver.Server, server *fakeapi.Server) (again func()) {
	t.Helper()
	plan := func() {
		if r := newMachine(t, config, bucket, server).Run("plan"); r.ExitCode != 0 || strings.Contains(r.Stdout, "Warning") {
			t.Errorf("exit code %d\n%s%s", r.ExitCode, r.Stdout, r.Stderr)
		}
	}
	var plans sync.WaitGroup
	plans.Go(plan)
	plans.Go(plan)
	plans.Wait()
	return plan
}

// wantRequests expects numbers of requests by method and suffix of the object, and no
// others.
func wantRequests(t *testing.T, log []cacheserver.Request, want map[string]int) {
	t.Helper()
	total := 0
	for kind, n := range want {
		method, suffix, _ := strings.Cut(kind, " ")
		if got := cacheserver.Count(log, method, suffix); got != n {
			t.Errorf("got %d times %s, want %d", got, kind, n)
		}
		total += n
	}
	if len(log) != total {
		t.Errorf("got %d requests, want %d", len(log), total)
	}
}

// TestTeam_twoMachines checks that two machines that plan the same targets at the same
// time pay for each target once, and that a third pays for none.
func TestTeam_twoMachines(t *testing.T) {
	t.Parallel()
	const targets = 15
	bucket, server := startBucket(t), fakeapi.Start(t, fakeapi.Options{Delay: 20 * time.Millisecond})
	plan := planTwice(t, forEach(targets, ""), bucket, server)
	log := bucket.Log()
	t.Logf("two plans at once: %d requests; read %d entries and %d leases; wrote %d entries and %d leases; deleted %d leases", len(log),
		cacheserver.Count(log, "GET", ".answer"), cacheserver.Count(log, "GET", ".lease"),
		cacheserver.Count(log, "PUT", ".answer"), cacheserver.Count(log, "PUT", ".lease"), cacheserver.Count(log, "DELETE", ".lease"))
	if server.Charged() != targets || cacheserver.Count(log, "PUT", ".answer") != targets {
		t.Errorf("got %d charged and %d saved, want %d", server.Charged(), cacheserver.Count(log, "PUT", ".answer"), targets)
	}
	plan()
	if server.Charged() != targets {
		t.Errorf("got %d charged after a third plan, want %d", server.Charged(), targets)
	}
	wantRequests(t, bucket.Log(), map[string]int{"GET .answer": targets})
	if answers, leases := bucket.Objects(".answer"), bucket.Objects(".lease"); len(answers) != targets || len(leases) > 0 {
		t.Errorf("got %d entries and %d leases at the end, want %d and 0", len(answers), len(leases), targets)
	}
}

// TestTeam_onePlan counts the requests of a first and a second plan to the bucket.
func TestTeam_onePlan(t *testing.T) {
	t.Parallel()
	bucket, server := startBucket(t), fakeapi.Start(t, fakeapi.Options{})
	newMachine(t, forEach(10, ""), bucket, server).MustRun("plan")
	// The first lease is written twice, to see whether the server supports conditional writes.
	wantRequests(t, bucket.Log(), map[string]int{"GET .answer": 20, "PUT .lease": 11, "PUT .answer": 10, "DELETE .lease": 10})
	newMachine(t, forEach(10, ""), bucket, server).MustRun("plan")
	wantRequests(t, bucket.Log(), map[string]int{"GET .answer": 10})
	if server.Charged() != 10 {
		t.Errorf("got %d charged, want 10", server.Charged())
	}
}

// TestTeam_readOnly checks that the mode read_only writes nothing to the bucket. With a
// directory, it saves paid answers there.
func TestTeam_readOnly(t *testing.T) {
	t.Parallel()
	bucket, server := startBucket(t), fakeapi.Start(t, fakeapi.Options{})
	newMachine(t, forEach(3, ""), bucket, server).MustRun("plan")
	bucket.Log()
	tf := newMachine(t, forEach(5, ""), bucket, server)
	tf.Setenv("DATAFORSEO_CACHE_MODE", "read_only")
	tf.MustRun("plan")
	wantRequests(t, bucket.Log(), map[string]int{"GET .answer": 5})
	if server.Charged() != 3+2 || len(bucket.Objects("")) == 0 || len(bucket.Objects(".answer")) != 3 {
		t.Errorf("got %d charged and %d entries, want 5 and 3", server.Charged(), len(bucket.Objects(".answer")))
	}
	directory := t.TempDir()
	tf.Setenv("DATAFORSEO_CACHE_DIRECTORY", directory)
	for _, reads := range []int{5, 0} {
		tf.MustRun("plan")
		wantRequests(t, bucket.Log(), map[string]int{"GET .answer": reads})
	}
	if kept, err := filepath.Glob(filepath.Join(directory, "*.answer")); len(kept) != 5 || server.Charged() != 3+2+2 {
		t.Errorf("got %d saved, %v and %d charged, want 5 and 7", len(kept), err, server.Charged())
	}
}

// TestTeam_down checks that a plan succeeds without its bucket, with one warning.
func TestTeam_down(t *testing.T) {
	t.Parallel()
	bucket, server := startBucket(t), fakeapi.Start(t, fakeapi.Options{})
	tf := newMachine(t, forEach(20, ""), bucket, server)
	bucket.Stop()
	r := tf.MustRun("plan", "-no-color")
	if server.Charged() != 20 || strings.Count(r.Stdout, "Warning:") != 1 ||
		!strings.Contains(acctest.Unwrapped(r.Stdout), "Warning: The shared cache is off") || !strings.Contains(acctest.Unwrapped(r.Stdout), "in s3://answers/team: dial tcp") {
		t.Errorf("got %d charged, want 20 and one warning\n%s", server.Charged(), r.Stdout)
	}
}

// TestTeam_secrets checks that neither the bucket nor Terraform's TRACE log contains a
// secret, and that the bucket doesn't contain the login.
func TestTeam_secrets(t *testing.T) {
	t.Parallel()
	bucket, server := startBucket(t), fakeapi.Start(t, fakeapi.Options{})
	tf := onMachine(acctest.NewBuilt(t, forEach(3, "")), bucket, server)
	tf.Setenv("TF_LOG", "TRACE")
	tf.Setenv("TF_LOG_PATH", filepath.Join(tf.Dir, "trace.log"))
	tf.MustRun("plan", "-out=plan")
	secretKey := tf.Getenv("AWS_SECRET_ACCESS_KEY")
	for _, name := range []string{"trace.log", "plan"} {
		for _, secret := range []string{fakeapi.DefaultPassword, secretKey} {
			acctest.AssertNoSecret(t, name, tf.Read(name), secret)
		}
	}
	objects := bucket.Objects(".answer")
	if len(objects) != 3 {
		t.Errorf("got %d objects, want 3", len(objects))
	}
	for _, path := range objects {
		content, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, secret := range []string{fakeapi.DefaultPassword, fakeapi.DefaultLogin, secretKey} {
			acctest.AssertNoSecret(t, path, path+string(content), secret)
		}
		if strings.Contains(path, "site-") {
			t.Errorf("%s contains the target", path)
		}
	}
}

// TestTeam_portfolio checks that both data sources for summaries share the entries.
func TestTeam_portfolio(t *testing.T) {
	t.Parallel()
	bucket, server := startBucket(t), fakeapi.Start(t, fakeapi.Options{})
	newMachine(t, forEach(10, ""), bucket, server).MustRun("plan")
	tf := newMachine(t, `
		data "dataforseo_backlinks_summaries" "sites" {
		  targets = [for i in range(12) : "site-${i}.example"]
		}
		output "paid" {
		  value = [data.dataforseo_backlinks_summaries.sites.from_cache_count, length(data.dataforseo_backlinks_summaries.sites.summaries)]
		}
	`, bucket, server)
	if got := fmt.Sprint(tf.PlannedOutputs()["paid"]); !strings.Contains(got, "[10 12]") || server.Charged() != 12 {
		t.Errorf("got %s and %d charged, want [10 12] and 12", got, server.Charged())
	}
}

// TestTeam_bulk checks that two machines with requests for many targets pay for each
// target once, and that a third pays for none.
func TestTeam_bulk(t *testing.T) {
	t.Parallel()
	bucket, server := startBucket(t), fakeapi.Start(t, fakeapi.Options{Delay: 200 * time.Millisecond})
	plan := planTwice(t, bulkBlock(`targets = [for i in range(300) : "site-${i}.example"]`), bucket, server)
	calls := server.Calls()
	plan()
	if entries := len(bucket.Objects(".answer")); entries != 300 || server.Calls() != calls || calls != 3 {
		t.Errorf("got %d entries, %d calls, then %d, want 300, 3 and 3", entries, calls, server.Calls())
	}
}

// TestTeam_bulkPace checks that saving the answers makes at most max_concurrent_requests
// requests to the bucket at once.
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
	if kept := len(s3.Paths(".answer")); kept != 600 || most.Load() > concurrency+1 { // and one renewal of a lease
		t.Errorf("got %d saved and %d requests at once, want 600 and %d", kept, most.Load(), concurrency)
	}
}
