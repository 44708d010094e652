package provider_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/acctest"
	"github.com/dataforseo/terraform-provider-dataforseo/internal/fakeapi"
)

// TestPortfolio_repetitions checks that failed attempts count in cost_usd.
func TestPortfolio_repetitions(t *testing.T) {
	t.Parallel()
	server := fakeapi.Start(t, fakeapi.Options{})
	server.On("site-0.example", fakeapi.Code(50000).Cost(0.024), fakeapi.OK)
	server.On("site-1.example", fakeapi.Code(40501))
	wantCost(t, server, 2*fakeapi.DefaultPriceUSD+0.024, fmt.Sprintf("DataForSEO charged %.6f USD.", 2*fakeapi.DefaultPriceUSD+0.024))
}

// TestPortfolio_costUnknown checks that cost_usd is null if a cost is unknown. The warning
// has the known costs.
func TestPortfolio_costUnknown(t *testing.T) {
	t.Parallel()
	lost := fakeapi.Start(t, fakeapi.Options{})
	lost.On("site-0.example", fakeapi.ChargedButLost(), fakeapi.OK)
	lost.On("site-1.example", fakeapi.Code(40501))
	wantCost(t, lost, nil, fmt.Sprintf("DataForSEO charged %.6f USD, and may have charged for 1 more request.", 2*fakeapi.DefaultPriceUSD))
	missing := fakeapi.Start(t, fakeapi.Options{})
	missing.On("site-0.example", fakeapi.Set("/cost", "null").And(fakeapi.Set("/tasks/0/cost", "null")))
	missing.On("site-1.example", fakeapi.Code(40501))
	wantCost(t, missing, nil, fmt.Sprintf("DataForSEO charged %.6f USD, and may have charged for 1 more request.", fakeapi.DefaultPriceUSD))
}

// wantCost reads three targets, some of which fail, and expects a value of cost_usd and a
// text in the warning.
func wantCost(t *testing.T, server *fakeapi.Server, cost any, warning string) {
	t.Helper()
	state, diags := newRPC(t, server, nil).tryRead(t, summariesType, map[string]any{"targets": numbered(3), "on_error": "warn"})
	wantAt(t, state, cost, "cost_usd")
	if len(diags) != 1 || !strings.Contains(diags[0].Detail, warning) {
		t.Errorf("got\n%s\nwant one warning with %q", textOf(diags), warning)
	}
}

// TestPortfolio_sharedFailure checks that a failure that two reads share counts in the
// cost_usd of one.
func TestPortfolio_sharedFailure(t *testing.T) {
	t.Parallel()
	server := fakeapi.Start(t, fakeapi.Options{})
	release := make(chan struct{})
	server.OnAny(fakeapi.Code(40501).Cost(0.024).And(fakeapi.Slow(release)).And(fakeapi.Delay(200 * time.Millisecond)))
	go releaseAfter(t, server, 1, release)
	r := newRPC(t, server, nil)
	costs := make(chan any, 2)
	for range 2 {
		go func() {
			state, _ := r.tryRead(t, summariesType, map[string]any{"targets": numbered(1), "on_error": "warn"})
			costs <- state["cost_usd"]
		}()
	}
	got := []string{fmt.Sprint(<-costs), fmt.Sprint(<-costs)}
	slices.Sort(got)
	want := []string{"0", "0.024"}
	if server.Calls() == 2 { // the second read began after the first
		want[0] = "0.024"
	}
	if !slices.Equal(got, want) {
		t.Errorf("cost_usd: got %v, want %v for %d calls", got, want, server.Calls())
	}
}

// releaseAfter closes release after a number of calls.
func releaseAfter(t *testing.T, server *fakeapi.Server, calls int, release chan struct{}) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), tooLong)
	defer cancel()
	defer close(release)
	if err := server.WaitForCalls(ctx, calls); err != nil && t.Context().Err() == nil {
		t.Errorf("there were fewer than %d calls: %v", calls, err)
	}
}

// TestPortfolio_stops checks that a failure of the account ends waits for a rate limit.
// Requests that are under way finish, and their answers go to the cache.
func TestPortfolio_stops(t *testing.T) {
	t.Parallel()
	server := fakeapi.Start(t, fakeapi.Options{})
	underWay := make(chan struct{})
	server.OnAny(
		fakeapi.Code(40202).Header("Retry-After", "60").And(fakeapi.Slow(underWay)),
		fakeapi.Code(40200).And(fakeapi.Slow(underWay)).And(fakeapi.Delay(time.Second)),
		fakeapi.OK.And(fakeapi.Slow(underWay)).And(fakeapi.Delay(2*time.Second)),
		fakeapi.OK)
	tf := acctest.New(t, strings.Replace(cacheIn(t.TempDir()), "max_retries = 0", "max_concurrent_requests = 3", 1)+
		summariesBlock("on_error = \"warn\"\ntargets = "+hclList(numbered(50)...))).Use(server)
	go releaseAfter(t, server, 3, underWay)
	r := tf.Run("plan", "-no-color")
	if r.ExitCode != 1 || server.Calls() != 3 {
		t.Errorf("got exit code %d and %d calls, want 1 and 3\n%s", r.ExitCode, server.Calls(), r.Stderr)
	}
	for _, want := range []string{"The DataForSEO account needs to be topped up (40200)", "1 of 50 targets was read.", "The cache has the answers for 1 target,"} {
		if !strings.Contains(acctest.Unwrapped(r.Stderr), want) {
			t.Errorf("no %q in\n%s", want, r.Stderr)
		}
	}
}

// TestPortfolio_saved checks what the error says about paid answers, and that the next
// plan pays accordingly.
func TestPortfolio_saved(t *testing.T) {
	t.Parallel()
	unusable := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(unusable, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	cached := func(mode string) map[string]string {
		return map[string]string{"DATAFORSEO_CACHE_TTL": "1h", "DATAFORSEO_CACHE_DIRECTORY": t.TempDir(), "DATAFORSEO_CACHE_MODE": mode}
	}
	const saved, kept = "The cache has the answers for 3 targets, ", "The cache keeps the answer."
	for name, c := range map[string]struct {
		env    map[string]string
		maxAge any
		want   string
		one    string // what the error about a single target says
		next   int    // calls of the next plan
	}{
		"no cache": {nil, nil, "No cache is configured, so the next plan pays for 3 targets again.", "No cache is configured, so the next plan pays for this answer again.", 4},
		"cache":    {cached("read_write"), nil, saved + "so the next plan does not pay for them.", kept, 1},
		"refresh":  {cached("refresh"), nil, saved + `but the mode "refresh" or max_age makes the next plan pay for them again.`, kept, 4},
		"max_age":  {cached("read_write"), "0s", saved + `but the mode "refresh" or max_age makes the next plan pay for them again.`, kept, 4},
		"unusable": {
			map[string]string{"DATAFORSEO_CACHE_TTL": "1h", "DATAFORSEO_CACHE_DIRECTORY": filepath.Join(unusable, "cache")}, nil,
			"The answers for 3 targets are not in the cache, so the next plan pays for them again.",
			"The answer is not in the cache, so the next plan pays for it again.", 4,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := fakeapi.Start(t, fakeapi.Options{})
			server.On("site-0.example", fakeapi.Code(40501))
			arguments := map[string]any{"targets": numbered(4), "max_age": c.maxAge}
			_, diags := newRPC(t, server, c.env).tryRead(t, summariesType, arguments)
			if last := diags[len(diags)-1]; !isError(last) || !strings.Contains(last.Detail, c.want) {
				t.Errorf("got\n%s\nwant an error with %q", textOf(diags), c.want)
			}
			single := map[string]any{"target": "one.example", "max_age": c.maxAge, "require": map[string]any{"backlinks": map[string]any{"max": 0}}}
			_, diags = newRPC(t, server, c.env).tryRead(t, summaryType, single)
			if last := diags[len(diags)-1]; !isError(last) || !strings.Contains(last.Detail, c.one) {
				t.Errorf("one target: got\n%s\nwant an error with %q", textOf(diags), c.one)
			}
			server.Reset()
			newRPC(t, server, c.env).tryRead(t, summariesType, arguments)
			if got := server.Calls(); got != c.next {
				t.Errorf("next plan: got %d calls, want %d", got, c.next)
			}
		})
	}
}

// TestPortfolio_free checks that no price is predicted for free answers, as in the sandbox.
func TestPortfolio_free(t *testing.T) {
	t.Parallel()
	server := fakeapi.Start(t, fakeapi.Options{})
	server.OnAny(fakeapi.OK.Cost(0))
	_, diags := newRPC(t, server, nil).tryRead(t, summariesType, map[string]any{"targets": numbered(1), "require": map[string]any{"backlinks": map[string]any{"max": 0}}})
	if len(diags) != 1 || !isError(diags[0]) || strings.Contains(diags[0].Detail, "pays") {
		t.Errorf("got\n%s\nwant one error without a price", textOf(diags))
	}
}

// TestPortfolio_manyInvalid checks that many invalid targets give one short diagnostic.
func TestPortfolio_manyInvalid(t *testing.T) {
	t.Parallel()
	r := newRPC(t, fakeapi.Start(t, fakeapi.Options{}), nil)
	targets := make([]string, 5000)
	for i := range targets {
		targets[i] = fmt.Sprintf("www.site-%d.example", i)
	}
	config := objectOf(t, r.schema.DataSourceSchemas[summariesType], map[string]any{"targets": targets})
	resp, err := r.ValidateDataResourceConfig(t.Context(), &tfprotov6.ValidateDataResourceConfigRequest{TypeName: summariesType, Config: config})
	if err != nil || len(resp.Diagnostics) != 1 {
		t.Fatalf("got %d diagnostics and %v, want 1", len(resp.Diagnostics), err)
	}
	d := resp.Diagnostics[0]
	if d.Summary != "5000 of 5000 targets are invalid" || strings.Count(d.Detail, "\n") != 20 || !strings.HasSuffix(d.Detail, "- and 4980 more") {
		t.Errorf("got %s\n%s", d.Summary, d.Detail)
	}
}

// TestPortfolio_unconfigured checks that a read fails if the provider isn't configured.
func TestPortfolio_unconfigured(t *testing.T) {
	t.Parallel()
	r := newUnconfiguredRPC(t, noEnv)
	for dataSource, arguments := range map[string]map[string]any{
		summaryType:   {"target": "example.com"},
		summariesType: {"targets": numbered(1)},
		bulkType:      {"targets": numbered(1)},
		accountType:   nil,
	} {
		_, diags := r.tryRead(t, dataSource, arguments)
		if len(diags) != 1 || diags[0].Summary != "The provider is not configured" {
			t.Errorf("%s: got\n%s", dataSource, textOf(diags))
		}
	}
}

// TestPortfolio_outage checks that neither answers from the cache nor earlier ones of the
// API hide an outage.
func TestPortfolio_outage(t *testing.T) {
	t.Parallel()
	server := fakeapi.Start(t, fakeapi.Options{})
	env := map[string]string{"DATAFORSEO_CACHE_TTL": "1h", "DATAFORSEO_CACHE_DIRECTORY": t.TempDir()}
	newRPC(t, server, env).readSummaries(t, numbered(20), nil)
	server.Reset()
	server.OnAny(fakeapi.Gateway(502), fakeapi.OK, fakeapi.Gateway(502)) // the answer ends the first row
	tf := acctest.New(t, "provider \"dataforseo\" {\n  max_retries = 0\n  max_concurrent_requests = 1\n}\n"+
		summariesBlock("on_error = \"warn\"\ntargets = "+hclList(numbered(200)...))).Use(server)
	for name, value := range env {
		tf.Setenv(name, value)
	}
	r := tf.Run("plan", "-no-color")
	if want := "30 requests failed in a row through no fault of their targets,"; r.ExitCode != 1 || server.Calls() != 32 || !strings.Contains(acctest.Unwrapped(r.Stderr), want) {
		t.Errorf("got exit code %d and %d calls, want 1, 32 and %q\n%s", r.ExitCode, server.Calls(), want, r.Stderr)
	}
	var requested []string
	for _, request := range server.Requests() {
		requested = append(requested, request.Targets...)
	}
	if slices.IsSorted(requested) {
		t.Errorf("targets of one site are requested in a row: %v", requested)
	}
	server.OnAny(fakeapi.Gateway(502))
	all := acctest.New(t, cacheIn(t.TempDir())+summariesBlock("on_error = \"warn\"\ntargets = "+hclList(numbered(30)...))).Use(server)
	all.MustRun("plan") // there is nothing left to stop
}

// TestPortfolio_sharedAnswer checks that the error counts answers as saved that another
// read saved.
func TestPortfolio_sharedAnswer(t *testing.T) {
	t.Parallel()
	server := fakeapi.Start(t, fakeapi.Options{})
	server.On("bad.example", fakeapi.Code(40501))
	r := newRPC(t, server, map[string]string{
		"DATAFORSEO_CACHE_TTL": "1h", "DATAFORSEO_CACHE_DIRECTORY": t.TempDir(), "DATAFORSEO_CACHE_MODE": "refresh",
	})
	r.readSummaries(t, numbered(3), nil)
	_, diags := r.tryRead(t, summariesType, map[string]any{"targets": append(numbered(3), "bad.example")})
	wantError(t, diags, "The cache has the answers for 3 targets,")
	if server.Calls() != 4 {
		t.Errorf("got %d calls, want 4", server.Calls())
	}
}

// TestPrice_single checks that an error has the cost of all attempts, and that only one
// error has a cost that two reads share.
func TestPrice_single(t *testing.T) {
	t.Parallel()
	server := fakeapi.Start(t, fakeapi.Options{})
	server.On("twice.example", fakeapi.Code(50000).Cost(0.024), fakeapi.Code(50000).Cost(0.024))
	r := newRPC(t, server, nil)
	_, diags := r.tryRead(t, summaryType, map[string]any{"target": "twice.example"})
	wantError(t, diags, "DataForSEO charged 0.048 USD.")

	release := make(chan struct{})
	server.On("shared.example", fakeapi.Code(40501).Cost(0.024).And(fakeapi.Slow(release)).And(fakeapi.Delay(200*time.Millisecond)))
	server.Reset()
	go releaseAfter(t, server, 1, release)
	details := make(chan string, 2)
	for range 2 {
		go func() {
			_, diags := r.tryRead(t, summaryType, map[string]any{"target": "shared.example"})
			details <- textOf(diags)
		}()
	}
	got := <-details + <-details
	if charged := strings.Count(got, "DataForSEO charged 0.024 USD."); charged != server.Calls() {
		t.Errorf("got %d errors with the cost of %d calls:\n%s", charged, server.Calls(), got)
	}
}

// TestPortfolio_cancelled checks that on_error doesn't apply to an interrupt, which would
// give a state of nulls.
func TestPortfolio_cancelled(t *testing.T) {
	t.Parallel()
	r := newRPC(t, fakeapi.Start(t, fakeapi.Options{}), nil)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	resp, err := r.ReadDataSource(ctx, &tfprotov6.ReadDataSourceRequest{
		TypeName: summariesType,
		Config: objectOf(t, r.schema.DataSourceSchemas[summariesType], map[string]any{
			"targets": numbered(3), "on_error": "warn",
		}),
	})
	if err != nil || len(resp.Diagnostics) != 1 || resp.Diagnostics[0].Severity != tfprotov6.DiagnosticSeverityError {
		t.Errorf("got %v, %+v, want one error", err, resp)
	}
}
