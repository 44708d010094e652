//go:build unix

package bench_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/cache/bucket/fakes3"
	"github.com/dataforseo/terraform-provider-dataforseo/internal/fakeapi"
	"github.com/dataforseo/terraform-provider-dataforseo/internal/terraform"
)

// source is a configuration that reads a set of targets.
type source struct {
	name, block string
	// message is the text that Terraform prints for each data source or resource.
	message string
	// each means one data source or resource per target, not one for all.
	each bool
	// atOnce is the number of concurrent calls.
	atOnce int
	// perCall is the number of targets per call.
	perCall int
}

var (
	forEach = source{"for_each", `data "dataforseo_backlinks_summary" "sites" {
  for_each = var.targets
  target   = each.key
}
`, ": Read complete after ", true, 10, 1}  // Terraform's -parallelism

	portfolio = source{"portfolio", `data "dataforseo_backlinks_summaries" "sites" {
  targets = var.targets
}
`, ": Read complete after ", false, fakeapi.DefaultSimultaneous, 1}

	bulk = source{"bulk", `data "dataforseo_backlinks_bulk_pages_summary" "sites" {
  targets = var.targets
}
`, ": Read complete after ", false, fakeapi.DefaultSimultaneous, 100}

	// builtin measures Terraform without the provider.
	builtin = source{"terraform_data", `resource "terraform_data" "sites" {
  for_each = var.targets
  input    = each.key
}
`, " will be created\n", true, 0, 1}
)

const head = `terraform {
  required_providers {
    dataforseo = { source = "dataforseo/dataforseo" }
  }
}

variable "targets" {
  type = set(string)
}

`

// The modes of the provider's cache.
const (
	always = "refresh"    // pays for every answer
	cold   = "read_write" // pays for every answer, because the cache is emptied first
	never  = "cache_only" // fails without a cached answer
)

// stage has a provider built from source, a fake DataForSEO, and a cache.
type stage struct {
	*terraform.Workspace
	fake         *fakeapi.Server
	cache, usage string // a directory, and a file: see runProvider
	// bucket is the URL of a bucket that takes bucketDelay for each request.
	bucket  string
	environ []string
}

// bucketDelay is about the response time of Amazon S3 within a region.
const bucketDelay = 20 * time.Millisecond

// startBucket returns the URL of an empty bucket.
func startBucket(tb testing.TB) string {
	tb.Helper()
	s3 := fakes3.New()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		<-time.After(bucketDelay)
		s3.ServeHTTP(w, r)
	}))
	tb.Cleanup(server.Close)
	return "s3://answers?endpoint=" + server.URL
}

func newStage(tb testing.TB) *stage {
	tb.Helper()
	executable, err := terraform.Find(interruptible)
	check(tb, err)
	root, err := terraform.ModuleRoot(interruptible, "")
	check(tb, err)
	w, err := terraform.NewWorkspace(interruptible, executable, root, os.Environ())
	check(tb, err)
	tb.Cleanup(func() { check(tb, w.Close()) })
	config, err := installWrapper(w)
	check(tb, err)
	s := &stage{Workspace: w, fake: fakeapi.Start(tb, fakeapi.Options{}), cache: filepath.Join(w.Dir, "cache"), usage: filepath.Join(w.Dir, "usage"), bucket: startBucket(tb)}
	s.environ = append(s.fake.Environ(), "TF_CLI_CONFIG_FILE="+config, providerVariable+"="+w.Provider, usageVariable+"="+s.usage,
		"DATAFORSEO_CACHE_TTL=24h", "DATAFORSEO_CACHE_DIRECTORY="+s.cache, "AWS_ACCESS_KEY_ID=AKIDBENCH", "AWS_SECRET_ACCESS_KEY=bench")
	return s
}

func check(tb testing.TB, err error) {
	tb.Helper()
	if err != nil {
		tb.Fatal(err)
	}
}

// fill caches the answers for the targets, unless the cache exists.
func (s *stage) fill(tb testing.TB, source source, targets int) {
	tb.Helper()
	if _, err := os.Stat(s.cache); err == nil {
		return
	}
	_, err := s.prepare(tb, source, targets, always).run(interruptible, "plan")
	check(tb, err)
}

// session is a configuration on a stage.
type session struct {
	*stage
	source source
	mode   string
	dir    string
	// targets is their number, and calls the number of calls that a command must make.
	targets, calls int
	// team means that the cache is the bucket, not the directory.
	team bool
}

// ofTeam makes the cache the bucket.
func (p *session) ofTeam() *session {
	p.team = true
	return p
}

// prepare writes a configuration. The targets have a file of their own, since range()
// returns no more than 1024 elements.
func (s *stage) prepare(tb testing.TB, source source, targets int, mode string) *session {
	tb.Helper()
	p := &session{stage: s, source: source, mode: mode, dir: tb.TempDir(), targets: targets}
	if mode != never {
		p.calls = source.calls(targets)
	}
	sites := make([]string, targets)
	for i := range sites {
		sites[i] = fmt.Sprintf("site-%d.example", i)
	}
	variables, err := json.Marshal(map[string][]string{"targets": sites})
	check(tb, err)
	check(tb, os.WriteFile(filepath.Join(p.dir, "targets.auto.tfvars.json"), variables, 0o600))
	check(tb, os.WriteFile(filepath.Join(p.dir, "main.tf"), []byte(head+source.block), 0o600))
	return p
}

// run runs a Terraform command and returns the usage of the provider's processes. It fails
// unless everything was read with the right number of calls.
func (p *session) run(ctx context.Context, args ...string) (usage, error) {
	p.fake.Reset()
	if p.mode == cold {
		if err := os.RemoveAll(p.cache); err != nil {
			return usage{}, err
		}
	}
	if err := os.Remove(p.usage); err != nil && !errors.Is(err, os.ErrNotExist) {
		return usage{}, err
	}
	environ := append(slices.Clip(p.environ), "DATAFORSEO_CACHE_MODE="+p.mode)
	if p.team {
		environ = append(environ, "DATAFORSEO_CACHE_DIRECTORY=", "DATAFORSEO_CACHE_URL="+p.bucket)
	}
	output, err := p.Run(ctx, p.dir, environ, append(args, "-input=false", "-no-color")...)
	if err != nil {
		return usage{}, err
	}
	want := 1
	if p.source.each {
		want = p.targets
	}
	if got := strings.Count(string(output), p.source.message); got != want {
		return usage{}, fmt.Errorf("Terraform printed %q %d times, want %d\n%s", p.source.message, got, want, output)
	}
	if calls := p.fake.Calls(); calls != p.calls {
		return usage{}, fmt.Errorf("%d calls for %d targets, want %d", calls, p.targets, p.calls)
	}
	return readUsage(p.usage)
}

// benchmark measures plans.
func (p *session) benchmark(b *testing.B) {
	var peak int64
	var cpu time.Duration
	for b.Loop() {
		used, err := p.run(interruptible, "plan")
		check(b, err)
		peak = max(peak, used.Peak)
		cpu += used.CPU
	}
	if p.source == builtin { // without the provider
		return
	}
	b.ReportMetric(float64(peak), "peak-B")
	b.ReportMetric(float64(cpu.Nanoseconds())/float64(b.N*p.targets), "cpu-ns/target")
}

// benchmarkState measures the size of the state after an apply.
func (p *session) benchmarkState(b *testing.B) {
	var file []byte
	for b.Loop() {
		_, err := p.run(interruptible, "apply", "-auto-approve")
		check(b, err)
		file, err = os.ReadFile(filepath.Join(p.dir, "terraform.tfstate"))
		check(b, err)
	}
	values, err := valuesOf(file)
	check(b, err)
	metrics{
		"file-B/target":   float64(len(file)) / float64(p.targets),
		"values-B/target": float64(len(values)) / float64(p.targets),
	}.report(b)
}

// valuesOf returns the attributes in a state, without Terraform's own data and white space.
func valuesOf(state []byte) ([]byte, error) {
	var file struct {
		Resources []struct {
			Instances []struct {
				Attributes json.RawMessage `json:"attributes"`
			} `json:"instances"`
		} `json:"resources"`
	}
	if err := json.Unmarshal(state, &file); err != nil {
		return nil, err
	}
	var values bytes.Buffer
	for _, resource := range file.Resources {
		for _, instance := range resource.Instances {
			if err := json.Compact(&values, instance.Attributes); err != nil {
				return nil, err
			}
		}
	}
	return values.Bytes(), nil
}
