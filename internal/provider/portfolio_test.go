package provider_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/fakeapi"
)

// TestPortfolio_repetitions: what attempts before the last one cost is part of the bill.
func TestPortfolio_repetitions(t *testing.T) {
	t.Parallel()
	server := fakeapi.Start(t, fakeapi.Options{})
	server.On("site-0.example", fakeapi.Code(50000).Cost(0.024), fakeapi.OK)
	server.On("site-1.example", fakeapi.Code(40501))
	r := expectCost(t, server, 2*fakeapi.DefaultPriceUSD+0.024)
	if want := fmt.Sprintf("DataForSEO charged %.6f USD.", server.ChargedUSD()); !strings.Contains(unwrapped(r.stdout), want) {
		t.Errorf("no %q in\n%s", want, r.stdout)
	}
}

// TestPortfolio_costUnknown: a bill with a gap is not known. The warning says what is.
func TestPortfolio_costUnknown(t *testing.T) {
	t.Parallel()
	lost := fakeapi.Start(t, fakeapi.Options{})
	lost.On("site-0.example", fakeapi.ChargedButLost(), fakeapi.OK)
	lost.On("site-1.example", fakeapi.Code(40501))
	r := expectCost(t, lost, nil)
	if want := fmt.Sprintf("DataForSEO charged %.6f USD, and may have charged for 1 more request.", 2*fakeapi.DefaultPriceUSD); !strings.Contains(unwrapped(r.stdout), want) {
		t.Errorf("no %q in\n%s", want, r.stdout)
	}
	unsaid := fakeapi.Start(t, fakeapi.Options{})
	unsaid.On("site-0.example", fakeapi.Set("/cost", "null").And(fakeapi.Set("/tasks/0/cost", "null")))
	expectCost(t, unsaid, nil)
}

// expectCost reads three targets and expects cost_usd to be want.
func expectCost(t *testing.T, server *fakeapi.Server, want any) result {
	t.Helper()
	tf := newTerraform(t, summariesBlock("on_error = \"warn\"\ntargets = "+hclList(numbered(3)...))+
		"output \"cost_usd\" {\n value = "+sites+".cost_usd\n}\n").use(server)
	r := tf.mustRun("plan", "-no-color", "-out=plan")
	if got := tf.outputsOfPlan()["cost_usd"]; got != want {
		t.Errorf("cost_usd is %v, want %v", got, want)
	}
	return r
}

// TestPortfolio_sharedFailure: a failure that was charged is on one bill only.
func TestPortfolio_sharedFailure(t *testing.T) {
	t.Parallel()
	server := fakeapi.Start(t, fakeapi.Options{})
	release := make(chan struct{})
	server.OnAny(fakeapi.Code(40501).Cost(0.024).And(fakeapi.Slow(release)))
	second := strings.Replace(summariesBlock("on_error = \"warn\"\ntargets = [\"site-0.example\"]"), `"sites"`, `"more"`, 1)
	tf := newTerraform(t, summariesBlock("on_error = \"warn\"\ntargets = [\"site-0.example\"]")+second+
		"output \"paid\" {\n value = "+sites+".cost_usd + data.dataforseo_backlinks_summaries.more.cost_usd\n}\n").use(server)
	go releaseAfter(t, server, 1, release)
	if paid := tf.plannedOutputs()["paid"]; fmt.Sprintf("%.6f", paid) != fmt.Sprintf("%.6f", server.ChargedUSD()) {
		t.Errorf("%v USD in all, charged %.6f in %d calls", paid, server.ChargedUSD(), server.Calls())
	}
}

// releaseAfter closes release when there have been so many calls.
func releaseAfter(t *testing.T, server *fakeapi.Server, calls int, release chan struct{}) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), tooLong)
	defer cancel()
	defer close(release)
	if err := server.WaitForCalls(ctx, calls); err != nil && t.Context().Err() == nil {
		t.Errorf("%d calls were never made: %v", calls, err)
	}
}

// TestPortfolio_stops: when the account fails, what waits for the end of a rate limit is
// dropped, and what is on the wire arrives and is kept.
func TestPortfolio_stops(t *testing.T) {
	t.Parallel()
	server := fakeapi.Start(t, fakeapi.Options{})
	underWay := make(chan struct{})
	server.OnAny(
		fakeapi.Code(40202).Header("Retry-After", "60").And(fakeapi.Slow(underWay)),
		fakeapi.Code(40200).And(fakeapi.Slow(underWay)).And(fakeapi.Delay(time.Second)),
		fakeapi.OK.And(fakeapi.Slow(underWay)).And(fakeapi.Delay(2*time.Second)),
		fakeapi.OK)
	tf := newTerraform(t, strings.Replace(cacheIn(t.TempDir()), "max_retries = 0", "max_concurrent_requests = 3", 1)+
		summariesBlock("on_error = \"warn\"\ntargets = "+hclList(numbered(50)...))).use(server)
	go releaseAfter(t, server, 3, underWay)
	r := tf.run("plan", "-no-color")
	if r.exitCode != 1 || server.Calls() != 3 {
		t.Errorf("exit code %d, %d calls, want 1 and 3\n%s", r.exitCode, server.Calls(), r.stderr)
	}
	for _, want := range []string{"The DataForSEO account needs to be topped up (40200)", "1 of 50 targets were read.", "The cache has the answers for 1 target,"} {
		if !strings.Contains(unwrapped(r.stderr), want) {
			t.Errorf("no %q in\n%s", want, r.stderr)
		}
	}
}

// TestPortfolio_whatIsKept shows what becomes of answers that were paid for when there is
// no state, and that it is true: what the next plan pays.
func TestPortfolio_whatIsKept(t *testing.T) {
	t.Parallel()
	cached := func(directory, mode string) string {
		return fmt.Sprintf("provider \"dataforseo\" {\n  cache = { ttl = \"1h\", directory = %q, mode = %q }\n  max_retries = 0\n}\n", filepath.ToSlash(directory), mode)
	}
	unusable := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(unusable, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		provider, arguments, says string
		next                      int // calls of the next plan
	}{
		"no cache": {"", "", "The answers for 3 targets are lost, so the next plan pays for them again. A cache would prevent that.", 4},
		"cache":    {cached(t.TempDir(), "read_write"), "", "The cache has the answers for 3 targets, so the next plan does not pay for them.", 1},
		"refresh":  {cached(t.TempDir(), "refresh"), "", `The cache has the answers for 3 targets, but the mode "refresh" or max_age makes the next plan pay for them again.`, 4},
		"max_age":  {cached(t.TempDir(), "read_write"), `max_age = "0s"`, `The cache has the answers for 3 targets, but the mode "refresh" or max_age makes the next plan pay for them again.`, 4},
		"unusable": {cached(filepath.Join(unusable, "cache"), "read_write"), "", "The answers for 3 targets are not in the cache, so the next plan pays for them again.", 4},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := fakeapi.Start(t, fakeapi.Options{})
			server.On("site-0.example", fakeapi.Code(40501))
			tf := newTerraform(t, c.provider+summariesBlock(c.arguments+"\ntargets = "+hclList(numbered(4)...))).use(server)
			r := tf.run("plan", "-no-color")
			if r.exitCode != 1 || !strings.Contains(unwrapped(r.stderr), c.says) {
				t.Errorf("exit code %d, no %q in\n%s", r.exitCode, c.says, r.stderr)
			}
			server.Reset()
			tf.run("plan")
			if got := server.Calls(); got != c.next {
				t.Errorf("the next plan makes %d calls, want %d", got, c.next)
			}
		})
	}
}

// TestPortfolio_manyInvalid: however many targets are wrong, one diagnostic says so,
// and it is not longer than a person reads.
func TestPortfolio_manyInvalid(t *testing.T) {
	t.Parallel()
	r := newRPC(t, fakeapi.Start(t, fakeapi.Options{}), nil)
	targets := make([]string, 5000)
	for i := range targets {
		targets[i] = fmt.Sprintf("www.site-%d.example", i)
	}
	config := objectOf(t, r.schema.DataSourceSchemas[summariesType], map[string]tftypes.Value{"targets": setOf(targets)})
	resp, err := r.ValidateDataResourceConfig(t.Context(), &tfprotov6.ValidateDataResourceConfigRequest{TypeName: summariesType, Config: config})
	if err != nil || len(resp.Diagnostics) != 1 {
		t.Fatalf("%d diagnostics, %v", len(resp.Diagnostics), err)
	}
	d := resp.Diagnostics[0]
	if d.Summary != "5000 of 5000 targets are invalid" || strings.Count(d.Detail, "\n") != 20 || !strings.HasSuffix(d.Detail, "- and 4980 more") {
		t.Errorf("%s\n%s", d.Summary, d.Detail)
	}
}

// TestPortfolio_unconfigured: a read without a configured provider is an error.
func TestPortfolio_unconfigured(t *testing.T) {
	t.Parallel()
	r := newUnconfiguredRPC(t)
	for dataSource, arguments := range map[string]map[string]tftypes.Value{
		summaryType:          {"target": tftypes.NewValue(tftypes.String, "example.com")},
		summariesType:        {"targets": setOf([]string{"example.com"})},
		"dataforseo_account": nil,
	} {
		config := objectOf(t, r.schema.DataSourceSchemas[dataSource], arguments)
		resp, err := r.ReadDataSource(t.Context(), &tfprotov6.ReadDataSourceRequest{TypeName: dataSource, Config: config})
		if err != nil || len(resp.Diagnostics) != 1 || resp.Diagnostics[0].Summary != "The provider is not configured" {
			t.Errorf("%s: %v, %v", dataSource, resp.Diagnostics, err)
		}
	}
}

// TestPortfolio_outage: that the cache has some answers is no sign that DataForSEO is
// there, nor is one that it gave before it went.
func TestPortfolio_outage(t *testing.T) {
	t.Parallel()
	server := fakeapi.Start(t, fakeapi.Options{})
	cached := cacheIn(t.TempDir())
	newTerraform(t, cached+summariesBlock("targets = "+hclList(numbered(20)...))).use(server).mustRun("plan")
	server.Reset()
	server.OnAny(fakeapi.OK, fakeapi.Gateway(502))
	one := strings.Replace(cached, "max_retries = 0", "max_retries = 0\n  max_concurrent_requests = 1", 1)
	tf := newTerraform(t, one+summariesBlock("on_error = \"warn\"\ntargets = "+hclList(numbered(200)...))).use(server)
	r := tf.run("plan", "-no-color")
	if want := "30 requests failed in a row through no fault of their targets,"; r.exitCode != 1 || server.Calls() != 31 || !strings.Contains(unwrapped(r.stderr), want) {
		t.Errorf("exit code %d, %d calls, want 1, 31 and %q\n%s", r.exitCode, server.Calls(), want, r.stderr)
	}
}

// TestPortfolio_sharedAnswer: what another read has asked for, and put into the cache,
// is in the cache.
func TestPortfolio_sharedAnswer(t *testing.T) {
	t.Parallel()
	server := fakeapi.Start(t, fakeapi.Options{})
	server.On("bad.example", fakeapi.Code(40501))
	refresh := strings.Replace(cacheIn(t.TempDir()), `cache = {`, `cache = { mode = "refresh",`, 1)
	second := strings.Replace(summariesBlock("targets = concat([\"bad.example\"], keys("+sites+".summaries))"), `"sites"`, `"more"`, 1)
	r := newTerraform(t, refresh+summariesBlock("targets = "+hclList(numbered(3)...))+second).use(server).run("plan", "-no-color")
	if want := "The cache has the answers for 3 targets,"; server.Calls() != 4 || !strings.Contains(unwrapped(r.stderr), want) {
		t.Errorf("%d calls, want 4 and %q\n%s", server.Calls(), want, r.stderr)
	}
}

// TestPrice_single: a data source by itself tells of all attempts, and of a charge that
// two of them share one tells.
func TestPrice_single(t *testing.T) {
	t.Parallel()
	server := fakeapi.Start(t, fakeapi.Options{})
	server.On("twice.example", fakeapi.Code(50000).Cost(0.024), fakeapi.Code(50000).Cost(0.024))
	r := newTerraform(t, summaryBlock(`target = "twice.example"`)).use(server).run("plan", "-no-color")
	if want := "DataForSEO charged 0.048 USD."; !strings.Contains(unwrapped(r.stderr), want) {
		t.Errorf("no %q in\n%s", want, r.stderr)
	}

	release := make(chan struct{})
	server.On("shared.example", fakeapi.Code(40501).Cost(0.024).And(fakeapi.Slow(release)))
	server.Reset()
	go releaseAfter(t, server, 1, release)
	second := strings.Replace(summaryBlock(`target = "shared.example"`), `"site"`, `"more"`, 1)
	r = newTerraform(t, summaryBlock(`target = "shared.example"`)+second).use(server).run("plan", "-no-color")
	if charged := strings.Count(unwrapped(r.stderr), "DataForSEO charged 0.024 USD."); server.Calls() == 1 && charged != 1 {
		t.Errorf("%d errors tell of the charge\n%s", charged, r.stderr)
	}
}

// TestPortfolio_cancelled: that Terraform was interrupted says nothing about a target, so
// on_error does not turn it into a state of nothing but nulls.
func TestPortfolio_cancelled(t *testing.T) {
	t.Parallel()
	r := newRPC(t, fakeapi.Start(t, fakeapi.Options{}), nil)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	resp, err := r.ReadDataSource(ctx, &tfprotov6.ReadDataSourceRequest{
		TypeName: summariesType,
		Config: objectOf(t, r.schema.DataSourceSchemas[summariesType], map[string]tftypes.Value{
			"targets": setOf(numbered(3)), "on_error": tftypes.NewValue(tftypes.String, "warn"),
		}),
	})
	if err != nil || len(resp.Diagnostics) != 1 || resp.Diagnostics[0].Severity != tfprotov6.DiagnosticSeverityError {
		t.Errorf("%v, %+v", err, resp)
	}
}
