package provider_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/cache"
	"github.com/dataforseo/terraform-provider-dataforseo/internal/cache/cachetest"
	"github.com/dataforseo/terraform-provider-dataforseo/internal/fakeapi"
)

const sites = "data.dataforseo_backlinks_summaries.sites"

// summariesBlock is the data source "sites" with the given arguments.
func summariesBlock(arguments string) string {
	return "data \"dataforseo_backlinks_summaries\" \"sites\" {\n" + arguments + "\n}\n"
}

// hclList writes strings as a list.
func hclList(values ...string) string {
	var quoted []string
	for _, value := range values {
		quoted = append(quoted, fmt.Sprintf("%q", value))
	}
	return "[" + strings.Join(quoted, ", ") + "]"
}

// numbered returns site-0.example and so on.
func numbered(n int) []string {
	targets := make([]string, n)
	for i := range targets {
		targets[i] = fmt.Sprintf("site-%d.example", i)
	}
	return targets
}

// expectSites expects a value at a path below the data source "sites".
func expectSites(check knownvalue.Check, name string, keys ...string) statecheck.StateCheck {
	at := tfjsonpath.New(name)
	for _, key := range keys {
		at = at.AtMapKey(key)
	}
	return statecheck.ExpectKnownValue(sites, at, check)
}

func TestBacklinksSummaries(t *testing.T) {
	t.Parallel()
	server := fakeapi.Start(t, fakeapi.Options{})
	server.On("no-data.example", fakeapi.NoData())
	unit(t, resource.TestStep{
		Config: providerBlock(server) + summariesBlock(`targets = ["blog.example", "News.Example", "no-data.example"]`),
		ConfigStateChecks: []statecheck.StateCheck{
			expectSites(knownvalue.Int64Exact(12), "summaries", "blog.example", "backlinks_spam_score"),
			// The key is what the configuration says, not what is sent.
			expectSites(knownvalue.Int64Exact(5316842907), "summaries", "News.Example", "backlinks"),
			expectSites(knownvalue.Bool(true), "summaries", "News.Example", "has_data"),
			expectSites(knownvalue.Bool(false), "summaries", "no-data.example", "has_data"),
			expectSites(knownvalue.Null(), "summaries", "no-data.example", "backlinks_spam_score"),
			expectSites(knownvalue.Null(), "summaries", "no-data.example", "error"),
			expectSites(knownvalue.MapSizeExact(3), "summaries"),
			expectSites(knownvalue.MapSizeExact(0), "errors"),
			expectSites(knownvalue.Float64Exact(0.072108), "cost_usd"), // three answers of 0.024036
			expectSites(knownvalue.Int64Exact(0), "from_cache_count"),
		},
	})
}

// TestBacklinksSummaries_sameAsSingle: a target has the same results in a portfolio
// as by itself, attribute by attribute, with data, without and after a failure.
func TestBacklinksSummaries_sameAsSingle(t *testing.T) {
	t.Parallel()
	server := fakeapi.Start(t, fakeapi.Options{})
	server.On("no-data.example", fakeapi.NoData())
	server.On("null.example", fakeapi.NullFields())
	server.On("null-values.example", fakeapi.NullMapValues())
	server.On("refused.example", fakeapi.Code(40501))
	targets := []string{"blog.example", "explodingtopics.com", "no-data.example", "null.example", "null-values.example", "refused.example", "https://blog.example/page"}
	env := map[string]string{"DATAFORSEO_CACHE_TTL": "1h", "DATAFORSEO_CACHE_DIRECTORY": t.TempDir()}
	arguments := map[string]tftypes.Value{
		"internal_list_limit": tftypes.NewValue(tftypes.Number, 3),
		"on_error":            tftypes.NewValue(tftypes.String, "warn"),
	}
	newRPC(t, server, env).readSummaries(t, targets, arguments) // so that all that follows is from the cache
	r := newRPC(t, server, env)
	summaries := r.readSummaries(t, targets, arguments)["summaries"].(map[string]any)
	if got := slices.Sorted(maps.Keys(summaries)); !slices.Equal(got, slices.Sorted(slices.Values(targets))) {
		t.Errorf("targets %v", got)
	}
	for _, target := range targets {
		single := r.readSummary(t, target, arguments)
		for name, schema := range attributesOf(r.schema.DataSourceSchemas[summaryType]) {
			if !schema.Computed {
				delete(single, name)
			}
		}
		if target == "refused.example" { // which is asked for anew each time
			forgetTask(single)
			forgetTask(summaries[target].(map[string]any))
		}
		if diff := cmp.Diff(single, summaries[target]); diff != "" {
			t.Errorf("%s (-single +portfolio):\n%s", target, diff)
		}
		if len(single) != 35 {
			t.Errorf("%s has %d results", target, len(single))
		}
	}
}

// forgetTask removes what differs between two answers.
func forgetTask(results map[string]any) {
	response := results["response"].(map[string]any)
	delete(response, "time")
	for _, name := range []string{"id", "time"} {
		delete(response["task"].(map[string]any), name)
	}
}

func attributesOf(schema *tfprotov6.Schema) map[string]*tfprotov6.SchemaAttribute {
	attributes := map[string]*tfprotov6.SchemaAttribute{}
	for _, attribute := range schema.Block.Attributes {
		attributes[attribute.Name] = attribute
	}
	return attributes
}

// TestBacklinksSummaries_order: order and repetition change nothing, and what is the
// same to DataForSEO is asked about once.
func TestBacklinksSummaries_order(t *testing.T) {
	t.Parallel()
	server := fakeapi.Start(t, fakeapi.Options{})
	config := func(targets ...string) string {
		return providerBlock(server) + summariesBlock("targets = "+hclList(targets...)) +
			"output \"scores\" {\n value = { for t, s in " + sites + ".summaries : t => s.backlinks_spam_score }\n}\n"
	}
	unit(t,
		resource.TestStep{
			Config: config("blog.example", "docs.example", "BLOG.example"),
			ConfigStateChecks: []statecheck.StateCheck{
				expectSites(knownvalue.MapSizeExact(3), "summaries"),
				expectSites(knownvalue.Float64Exact(0.048072), "cost_usd"),
			},
		},
		resource.TestStep{
			Config:           config("docs.example", "docs.example", "BLOG.example", "blog.example", "docs.example"),
			ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()}},
		},
	)
	if reads := server.CallsFor("docs.example"); server.CallsFor("blog.example") != reads || server.Calls() != 2*reads {
		t.Errorf("%d calls, of which %d for docs.example", server.Calls(), reads)
	}
}

// TestBacklinksSummaries_empty: a portfolio without targets costs nothing.
func TestBacklinksSummaries_empty(t *testing.T) {
	t.Parallel()
	server := fakeapi.Start(t, fakeapi.Options{})
	unit(t, resource.TestStep{
		Config: providerBlock(server) + summariesBlock("targets = []"),
		ConfigStateChecks: []statecheck.StateCheck{
			expectSites(knownvalue.MapSizeExact(0), "summaries"),
			expectSites(knownvalue.Float64Exact(0), "cost_usd"),
		},
	})
	if server.Calls() != 0 {
		t.Errorf("%d calls", server.Calls())
	}
}

// TestBacklinksSummaries_concurrency: as many requests at once as configured, and no
// more, whatever -parallelism is.
func TestBacklinksSummaries_concurrency(t *testing.T) {
	t.Parallel()
	for configured, want := range map[string]int{"": 30, "max_concurrent_requests = 3": 3, "max_concurrent_requests = 30": 30} {
		t.Run(fmt.Sprint(want, configured), func(t *testing.T) {
			t.Parallel()
			server := fakeapi.Start(t, fakeapi.Options{})
			release := make(chan struct{})
			server.OnAny(fakeapi.Slow(release))
			tf := newTerraform(t, "provider \"dataforseo\" {\n"+configured+"\n}\n"+summariesBlock("targets = "+hclList(numbered(60)...))).use(server)
			go releaseAfter(t, server, want, release)
			tf.mustRun("plan", "-parallelism=1")
			if got := server.MaxSimultaneous(); got != want || server.Calls() != 60 {
				t.Errorf("%d requests at once and %d calls, want %d and 60", got, server.Calls(), want)
			}
		})
	}
}

// TestBacklinksSummaries_fails: one diagnostic names every failed target, and what
// was paid for is kept.
func TestBacklinksSummaries_fails(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		provider string
		second   int // calls of the next plan
	}{
		"with a cache":    {cacheIn(t.TempDir()), 9},
		"without a cache": {"provider \"dataforseo\" {\n  max_retries = 0\n}\n", 100},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := fakeapi.Start(t, fakeapi.Options{})
			failNine(server)
			tf := newTerraform(t, c.provider+summariesBlock("targets = "+hclList(numbered(100)...))).use(server)
			goldenRun(t, server, tf, "summaries/nine-of-100-"+strings.ReplaceAll(name, " ", "-"))
			server.Reset()
			tf.mustRun("plan")
			if server.Calls() != c.second {
				t.Errorf("second plan: %d calls, want %d", server.Calls(), c.second)
			}
		})
	}
}

// failNine makes nine of a hundred targets fail once, in two ways.
func failNine(server *fakeapi.Server) {
	for i := range 9 {
		fault := fakeapi.Code(50000)
		if i%3 == 0 {
			fault = fakeapi.Code(40501)
		}
		server.On(fmt.Sprintf("site-%d.example", 11*i), fault, fakeapi.OK)
	}
}

// goldenRun compares what a plan says, and what it cost, with a golden file.
func goldenRun(t *testing.T, server *fakeapi.Server, tf *terraform, name string) {
	t.Helper()
	r := tf.run("plan", "-no-color", "-input=false")
	if _, rest, found := strings.Cut(r.stdout, "published\nreleases.\n"); found { // the warning about the built provider
		r.stdout = rest
	}
	golden(t, "diagnostics/"+name, fmt.Sprintf("exit code %d, %d calls, %.6f USD charged\n%s",
		r.exitCode, server.Calls(), server.ChargedUSD(), diagnostics(r)))
}

// TestBacklinksSummaries_nothingToJudge: one warning names the targets without data, and
// one says that there are no targets.
func TestBacklinksSummaries_nothingToJudge(t *testing.T) {
	t.Parallel()
	for name, targets := range map[string][]string{"no-data": numbered(25), "no-targets": nil} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := fakeapi.Start(t, fakeapi.Options{})
			server.OnAny(fakeapi.NoData())
			tf := newTerraform(t, summariesBlock("targets = "+hclList(targets...))).use(server)
			goldenRun(t, server, tf, "summaries/"+name)
		})
	}
}

// TestBacklinksSummaries_warns: with on_error = "warn" the plan goes on, and a
// condition on all summaries does not pass without the targets that failed.
func TestBacklinksSummaries_warns(t *testing.T) {
	t.Parallel()
	server := fakeapi.Start(t, fakeapi.Options{})
	failNine(server)
	tf := newTerraform(t, "provider \"dataforseo\" {\n  max_retries = 0\n}\n"+summariesBlock("on_error = \"warn\"\ntargets = "+hclList(numbered(100)...))+`
		output "failed" { value = keys(`+sites+`.errors) }
		output "error" { value = `+sites+`.errors["site-0.example"].code }
		output "summary" { value = `+sites+`.summaries["site-0.example"] }
		output "known" { value = [for t, s in `+sites+`.summaries : t if s.has_data == true] }
		output "all_pass" { value = alltrue([for s in values(`+sites+`.summaries) : s.has_data == true]) }
		output "cost_usd" { value = `+sites+`.cost_usd }
	`).use(server)
	r := tf.mustRun("plan", "-no-color", "-out=plan")
	golden(t, "diagnostics/summaries/nine-of-100-warn", fmt.Sprintf("exit code %d, %d calls, %.6f USD charged\n%s",
		r.exitCode, server.Calls(), server.ChargedUSD(), diagnostics(result{stdout: strings.Split(r.stdout, "\n\n─────")[0] + "\n"})))

	outputs := tf.outputsOfPlan()
	if got := len(outputs["failed"].([]any)); got != 9 {
		t.Errorf("%d errors", got)
	}
	if got := len(outputs["known"].([]any)); got != 91 || outputs["all_pass"] != false {
		t.Errorf("%d of 91 are known, all_pass is %v", got, outputs["all_pass"])
	}
	if outputs["error"] != 40501.0 || outputs["cost_usd"] != 2.187276 {
		t.Errorf("code %v, cost_usd %v", outputs["error"], outputs["cost_usd"])
	}
	summary := outputs["summary"].(map[string]any)
	if summary["has_data"] != nil || summary["rank"] != nil || summary["error"].(map[string]any)["code"] != 40501.0 {
		t.Errorf("summary %v", summary)
	}
}

// TestBacklinksSummaries_diagnostics shows what a person sees.
func TestBacklinksSummaries_diagnostics(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		provider, arguments string
		targets             []string
		faults              map[string]fakeapi.Fault // "" is for all
	}{
		"more than twenty": {faults: map[string]fakeapi.Fault{"": fakeapi.Code(40501)}, targets: numbered(57)},
		"one":              {faults: map[string]fakeapi.Fault{"site-3.example": fakeapi.NotJSON()}, targets: numbered(5)},
		"account":          {faults: map[string]fakeapi.Fault{"site-2.example": fakeapi.Code(40200)}, provider: "max_concurrent_requests = 1"},
		"account is no warning": {
			faults: map[string]fakeapi.Fault{"site-2.example": fakeapi.Code(40200)}, provider: "max_concurrent_requests = 1", arguments: `on_error = "warn"`,
		},
		"shared argument": {
			faults:    map[string]fakeapi.Fault{"": fakeapi.Code(40501).Message("Invalid Field: 'backlinks_filters'.")},
			provider:  "max_concurrent_requests = 1",
			arguments: "on_error = \"warn\"\nbacklinks_filters = [\"new_field\", \"=\", 1]",
		},
		"spending limit": {provider: "max_concurrent_requests = 1\n  spending_limit_usd = 0.18", arguments: `on_error = "warn"`, targets: numbered(50)},
		"no time":        {arguments: `timeouts = { read = "5s" }`, faults: map[string]fakeapi.Fault{"": fakeapi.Slow(nil)}, targets: numbered(1)},
		"failures before": {
			faults:    map[string]fakeapi.Fault{"site-3.example": fakeapi.Code(40501), "site-0.example": fakeapi.NotJSON(), "site-2.example": fakeapi.Code(40200)},
			provider:  "max_concurrent_requests = 1",
			arguments: `on_error = "warn"`, targets: []string{"site-0.example", "site-1.example", "site-2.example", "site-3.example"},
		},
		"nothing works": {faults: map[string]fakeapi.Fault{"": fakeapi.Gateway(502)}, provider: "max_concurrent_requests = 1", arguments: `on_error = "warn"`, targets: numbered(45)},
		// Refusals in between: they are given before any work is done.
		"nothing but refusals works": {
			faults:   map[string]fakeapi.Fault{"": fakeapi.Code(50000), "site-11.example": fakeapi.Code(40501), "site-12.example": fakeapi.Code(40501)},
			provider: "max_concurrent_requests = 1", arguments: `on_error = "warn"`, targets: numbered(45),
		},
		"odd fields": {faults: map[string]fakeapi.Fault{"": fakeapi.Field("rank", "1.5"), "site-3.example": fakeapi.Field("info/country", "49")}, targets: numbered(45)},
		// Pages that take too long are no outage.
		"slow targets": {
			faults: map[string]fakeapi.Fault{"": fakeapi.Code(50401).Cost(0.024)}, provider: "max_concurrent_requests = 1", arguments: `on_error = "warn"`, targets: numbered(45),
		},
		"out of time": {
			faults:    map[string]fakeapi.Fault{"": fakeapi.Slow(nil), "site-4.example": fakeapi.OK, "site-17.example": fakeapi.OK},
			provider:  "max_concurrent_requests = 2",
			arguments: "on_error = \"warn\"\ntimeouts = { read = \"5s\" }", targets: numbered(45),
		},
		"price unknown":   {faults: map[string]fakeapi.Fault{"site-0.example": fakeapi.Code(40501), "": fakeapi.Set("/cost", "null").And(fakeapi.Set("/tasks/0/cost", "null"))}, targets: numbered(3)},
		"time too short":  {provider: "max_requests_per_minute = 60", arguments: `timeouts = { read = "30s" }`, targets: numbered(130)},
		"invalid targets": {targets: []string{"www.example.com", "example.com", "example", "https://user@example.com/", "ftp://example.com"}},
		"cache only":      {provider: `cache = { ttl = "1h", directory = "cache", mode = "cache_only" }`, targets: numbered(3)},
		// What never asks costs nothing, whatever may be spent.
		"cache only with a limit": {
			provider: "spending_limit_usd = 0.03\n" + `cache = { ttl = "1h", directory = "cache", mode = "cache_only" }`, targets: numbered(3),
		},
		"invalid argument": {arguments: `internal_list_limit = 0`, targets: numbered(1)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := fakeapi.Start(t, fakeapi.Options{})
			for target, fault := range c.faults {
				if target == "" {
					server.OnAny(fault)
				} else {
					server.On(target, fault)
				}
			}
			if c.targets == nil {
				c.targets = numbered(10)
			}
			tf := newTerraform(t, "provider \"dataforseo\" {\n  max_retries = 0\n  "+c.provider+"\n}\n"+
				summariesBlock("targets = "+hclList(c.targets...)+"\n"+c.arguments)).use(server)
			goldenRun(t, server, tf, "summaries/"+strings.ReplaceAll(name, " ", "-"))
		})
	}
}

// TestBacklinksSummaries_nullTarget: what is no target is named before anything is paid.
func TestBacklinksSummaries_nullTarget(t *testing.T) {
	t.Parallel()
	server := fakeapi.Start(t, fakeapi.Options{})
	tf := newTerraform(t, summariesBlock(`targets = ["example.com", null]`)).use(server)
	goldenRun(t, server, tf, "summaries/null-target")
}

// TestBacklinksSummaries_unknown: targets that are not known yet make the read wait.
func TestBacklinksSummaries_unknown(t *testing.T) {
	t.Parallel()
	server := fakeapi.Start(t, fakeapi.Options{})
	tf := newTerraform(t, "resource \"terraform_data\" \"zone\" {\n  input = \"blog.example\"\n}\n"+
		summariesBlock(`targets = ["docs.example", terraform_data.zone.output]`)).use(server)
	if r := tf.mustRun("plan", "-no-color"); server.Calls() != 0 || !strings.Contains(r.stdout, "(known after apply)") {
		t.Errorf("%d calls\n%s", server.Calls(), r.stdout)
	}
	tf.mustRun("apply", "-auto-approve")
	if server.Calls() != 2 {
		t.Errorf("%d calls, want 2", server.Calls())
	}
}

// TestBacklinksSummaries_cost: an answer that another read of the same command pays
// for, or that the cache has, costs nothing here.
func TestBacklinksSummaries_cost(t *testing.T) {
	t.Parallel()
	server := fakeapi.Start(t, fakeapi.Options{})
	cached := cacheIn(t.TempDir())
	tf := newTerraform(t, cached+summariesBlock("targets = "+hclList(numbered(3)...))).use(server)
	tf.mustRun("plan")
	tf.write("main.tf", cached+summariesBlock("targets = "+hclList(numbered(10)...))+
		"output \"paid\" {\n value = ["+sites+".cost_usd, "+sites+".from_cache_count]\n}\n")
	if diff := cmp.Diff([]any{0.168252, 3.0}, tf.plannedOutputs()["paid"]); diff != "" {
		t.Errorf("cost_usd and from_cache_count (-want +got):\n%s", diff)
	}
	if server.Calls() != 10 {
		t.Errorf("%d calls, want 10", server.Calls())
	}

	// Two portfolios and five single data sources that overlap: what they cost is
	// what was charged.
	server.Reset()
	shared := newTerraform(t, summariesBlock("targets = "+hclList(numbered(10)...))+
		strings.Replace(summariesBlock("targets = "+hclList(numbered(20)...)), `"sites"`, `"more"`, 1)+
		"output \"paid\" {\n value = "+sites+".cost_usd + data.dataforseo_backlinks_summaries.more.cost_usd\n}\n").use(server)
	if paid := shared.plannedOutputs()["paid"]; server.Calls() != 20 || fmt.Sprintf("%.6f", paid) != fmt.Sprintf("%.6f", server.ChargedUSD()) {
		t.Errorf("%d calls, %v USD, charged %.6f", server.Calls(), paid, server.ChargedUSD())
	}
}

// TestBacklinksSummaries_progress: Terraform shows nothing while a portfolio is read,
// its log does.
func TestBacklinksSummaries_progress(t *testing.T) {
	t.Parallel()
	server := fakeapi.Start(t, fakeapi.Options{})
	server.On("site-0.example", fakeapi.Code(40501))
	// One by one, so that the first one fails first.
	tf := newBuiltTerraform(t, "provider \"dataforseo\" {\n  max_concurrent_requests = 1\n}\n"+summariesBlock("on_error = \"warn\"\ntargets = "+hclList(numbered(120)...))).use(server)
	tf.setenv("TF_LOG_PROVIDER", "INFO")
	var got []string
	for line := range strings.Lines(tf.mustRun("plan").stderr) {
		if _, fields, found := strings.Cut(line, "Reading a portfolio from DataForSEO: "); found {
			got = append(got, progressFields(fields))
		}
	}
	want := []string{"done=50 failed=1 of=120", "done=100 failed=1 of=120", "done=120 failed=1 of=120"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("progress (-want +got):\n%s", diff)
	}
}

// progressFields picks from a line of the log what is the same in every run.
func progressFields(line string) string {
	var picked []string
	for field := range strings.FieldsSeq(line) {
		name, _, _ := strings.Cut(field, "=")
		if slices.Contains([]string{"done", "failed", "of"}, name) {
			picked = append(picked, field)
		}
	}
	slices.Sort(picked)
	return strings.Join(picked, " ")
}

// TestBacklinksSummaries_tooLarge: summaries that Terraform would not take are found
// out before all of them have been paid for, also where the plan fails anyway.
func TestBacklinksSummaries_tooLarge(t *testing.T) {
	t.Parallel()
	for name, faults := range map[string][]fakeapi.Fault{"too-large": nil, "too-large-after-a-failure": {fakeapi.Code(40501)}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			readTooMuch(t, name, faults)
		})
	}
}

// readTooMuch reads a portfolio that is too large and whose first target may fail.
func readTooMuch(t *testing.T, name string, faults []fakeapi.Fault) {
	t.Helper()
	server := fakeapi.Start(t, fakeapi.Options{})
	server.On("site-0.example", faults...)
	tf := newHugePortfolio(t, server, 40)
	goldenRun(t, server, tf, "summaries/"+name)
}

// newHugePortfolio has 4 MiB to read for each target. No answer is that large, but 16
// of them are as large as 900 real ones.
func newHugePortfolio(t *testing.T, server *fakeapi.Server, targets int) *terraform {
	t.Helper()
	server.OnAny(fakeapi.Field("referring_links_tld", fmt.Sprintf(`{%q: 1}`, strings.Repeat("x", 4<<20))))
	return newTerraform(t, "provider \"dataforseo\" {\n  max_concurrent_requests = 1\n}\n"+summariesBlock("targets = "+hclList(numbered(targets)...))).use(server)
}

// TestBacklinksSummaries_large: what is not too large, Terraform does take, though gRPC
// takes no more than 4 MiB unless it is told otherwise.
func TestBacklinksSummaries_large(t *testing.T) {
	t.Parallel()
	server := fakeapi.Start(t, fakeapi.Options{})
	tf := newHugePortfolio(t, server, 3)
	tf.write("outputs.tf", `
		output "known" {
		  value = length([for s in values(`+sites+`.summaries) : s if s.has_data == true && s.rank != null])
		}
	`)
	if r := tf.mustRun("plan", "-no-color"); server.Calls() != 3 || !strings.Contains(r.stdout, "+ known = 3") {
		t.Errorf("%d calls\n%s", server.Calls(), r.stdout)
	}
}

// TestBacklinksSummaries_2000 reads 2,000 targets from a cache. "make bench" reads 5,000,
// through Terraform.
func TestBacklinksSummaries_2000(t *testing.T) {
	t.Parallel()
	server := fakeapi.Start(t, fakeapi.Options{})
	directory := t.TempDir()
	targets := numbered(2000)
	fillCache(t, server, directory, targets)
	r := newRPC(t, server, map[string]string{"DATAFORSEO_CACHE_TTL": "1h", "DATAFORSEO_CACHE_DIRECTORY": directory})
	state := r.readSummaries(t, targets, nil)
	summaries := state["summaries"].(map[string]any)
	for _, target := range targets {
		if summary, _ := summaries[target].(map[string]any); summary["has_data"] != true || summary["rank"] == nil {
			t.Fatalf("%s: %v", target, summary)
		}
	}
	if len(summaries) != 2000 || state["from_cache_count"] != "2000" || server.Calls() != 0 {
		t.Errorf("%d summaries, %v from the cache, %d calls", len(summaries), state["from_cache_count"], server.Calls())
	}
}

// fillCache keeps an answer for each target, without the limiter that would take
// 30 ms for each.
func fillCache(tb testing.TB, server *fakeapi.Server, directory string, targets []string) {
	tb.Helper()
	options := cache.Options{Directory: directory, TTL: time.Hour, BaseURL: server.URL, Login: fakeapi.DefaultLogin, Password: fakeapi.DefaultPassword}
	if err := cachetest.Fill(tb.Context(), options, targets); err != nil {
		tb.Fatal(err)
	}
}

// readSummaries reads a portfolio and returns its state.
func (r *rpc) readSummaries(tb testing.TB, targets []string, arguments map[string]tftypes.Value) map[string]any {
	tb.Helper()
	return r.readState(tb, summariesType, withArgument(arguments, "targets", setOf(targets)))
}

// readSummary reads one target and returns its state.
func (r *rpc) readSummary(tb testing.TB, target string, arguments map[string]tftypes.Value) map[string]any {
	tb.Helper()
	return r.readState(tb, summaryType, withArgument(arguments, "target", tftypes.NewValue(tftypes.String, target)))
}

func withArgument(arguments map[string]tftypes.Value, name string, value tftypes.Value) map[string]tftypes.Value {
	all := maps.Clone(arguments)
	if all == nil {
		all = map[string]tftypes.Value{}
	}
	all[name] = value
	return all
}

func setOf(targets []string) tftypes.Value {
	var values []tftypes.Value
	for _, target := range targets {
		values = append(values, tftypes.NewValue(tftypes.String, target))
	}
	return tftypes.NewValue(tftypes.Set{ElementType: tftypes.String}, values)
}
