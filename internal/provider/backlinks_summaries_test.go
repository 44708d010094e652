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
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/acctest"
	"github.com/dataforseo/terraform-provider-dataforseo/internal/cache"
	"github.com/dataforseo/terraform-provider-dataforseo/internal/cache/cachetest"
	"github.com/dataforseo/terraform-provider-dataforseo/internal/fakeapi"
)

func TestBacklinksSummaries(t *testing.T) {
	t.Parallel()
	server := fakeapi.Start(t, fakeapi.Options{})
	server.On("no-data.example", fakeapi.NoData())
	unit(t, server, summariesBlock(`targets = ["blog.example", "News.Example", "no-data.example"]`),
		expect(sites, knownvalue.Int64Exact(12), "summaries", "blog.example", "backlinks_spam_score"),
		// The key is the target as configured, not as sent.
		expect(sites, knownvalue.Int64Exact(5316842907), "summaries", "News.Example", "backlinks"),
		expect(sites, knownvalue.Bool(true), "summaries", "News.Example", "has_data"),
		expect(sites, knownvalue.Bool(false), "summaries", "no-data.example", "has_data"),
		expect(sites, knownvalue.Null(), "summaries", "no-data.example", "backlinks_spam_score"),
		expect(sites, knownvalue.Null(), "summaries", "no-data.example", "error"),
		expect(sites, knownvalue.MapSizeExact(3), "summaries"),
		expect(sites, knownvalue.MapSizeExact(0), "errors"),
		expect(sites, knownvalue.Float64Exact(0.072108), "cost_usd"), // three answers of 0.024036
		expect(sites, knownvalue.Int64Exact(0), "from_cache_count"),
	)
}

// TestBacklinksSummaries_sameAsSingle checks that a target has the same results in a
// portfolio as in the data source for one target: with data, without data, and after a
// failure.
func TestBacklinksSummaries_sameAsSingle(t *testing.T) {
	t.Parallel()
	server := fakeapi.Start(t, fakeapi.Options{})
	server.On("no-data.example", fakeapi.NoData())
	server.On("null.example", fakeapi.NullFields())
	server.On("null-values.example", fakeapi.NullMapValues())
	server.On("refused.example", fakeapi.Code(40501))
	targets := []string{"blog.example", "explodingtopics.com", "no-data.example", "null.example", "null-values.example", "refused.example", "https://blog.example/page"}
	env := map[string]string{"DATAFORSEO_CACHE_TTL": "1h", "DATAFORSEO_CACHE_DIRECTORY": t.TempDir()}
	arguments := map[string]any{
		"internal_list_limit": 3,
		"on_error":            "warn",
	}
	newRPC(t, server, env).readSummaries(t, targets, arguments) // the reads below come from the cache
	r := newRPC(t, server, env)
	summaries := r.readSummaries(t, targets, arguments)["summaries"].(map[string]any)
	if got := slices.Sorted(maps.Keys(summaries)); !slices.Equal(got, slices.Sorted(slices.Values(targets))) {
		t.Errorf("got the targets %v, want %v", got, targets)
	}
	for _, target := range targets {
		single := r.readSummary(t, target, arguments)
		for name, schema := range attributesOf(r.schema.DataSourceSchemas[summaryType]) {
			if !schema.Computed {
				delete(single, name)
			}
		}
		if target == "refused.example" { // the cache has no failures
			forgetTask(single)
			forgetTask(summaries[target].(map[string]any))
		}
		if diff := cmp.Diff(single, summaries[target]); diff != "" {
			t.Errorf("%s (-single +portfolio):\n%s", target, diff)
		}
		if len(single) != 35 {
			t.Errorf("%s: got %d results, want 35", target, len(single))
		}
	}
}

// forgetTask removes what differs between two answers to the same request.
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

// TestBacklinksSummaries_spelling checks that targets that are the same to DataForSEO are
// requested once.
func TestBacklinksSummaries_spelling(t *testing.T) {
	t.Parallel()
	server := fakeapi.Start(t, fakeapi.Options{})
	state := newRPC(t, server, nil).readSummaries(t, []string{"blog.example", "docs.example", "BLOG.example"}, nil)
	wantAt(t, state, 0.048072, "cost_usd")
	if got := len(state["summaries"].(map[string]any)); got != 3 || server.Calls() != 2 {
		t.Errorf("got %d summaries and %d calls, want 3 and 2", got, server.Calls())
	}
}

// TestBacklinksSummaries_empty checks that a portfolio without targets costs nothing.
func TestBacklinksSummaries_empty(t *testing.T) {
	t.Parallel()
	server := fakeapi.Start(t, fakeapi.Options{})
	state := newRPC(t, server, nil).readSummaries(t, []string{}, nil)
	wantAt(t, state, map[string]any{}, "summaries")
	wantAt(t, state, 0, "cost_usd")
	if server.Calls() != 0 {
		t.Errorf("got %d calls, want 0", server.Calls())
	}
}

// TestBacklinksSummaries_concurrency checks that a portfolio makes as many requests at
// once as configured, independent of -parallelism.
func TestBacklinksSummaries_concurrency(t *testing.T) {
	t.Parallel()
	for configured, want := range map[string]int{"": 30, "max_concurrent_requests = 3": 3, "max_concurrent_requests = 30": 30} {
		t.Run(fmt.Sprint(want, configured), func(t *testing.T) {
			t.Parallel()
			server := fakeapi.Start(t, fakeapi.Options{})
			release := make(chan struct{})
			server.OnAny(fakeapi.Slow(release))
			tf := acctest.New(t, "provider \"dataforseo\" {\n"+configured+"\n}\n"+summariesBlock("targets = "+hclList(numbered(60)...))).Use(server)
			go releaseAfter(t, server, want, release)
			tf.MustRun("plan", "-parallelism=1")
			if got := server.MaxSimultaneous(); got != want || server.Calls() != 60 {
				t.Errorf("got %d requests at once and %d calls, want %d and 60", got, server.Calls(), want)
			}
		})
	}
}

// TestBacklinksSummaries_fails checks that one diagnostic names every failed target, and
// that the cache keeps the paid answers.
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
			tf := acctest.New(t, c.provider+summariesBlock("targets = "+hclList(numbered(100)...))).Use(server)
			goldenRun(t, server, tf, "summaries/nine-of-100-"+strings.ReplaceAll(name, " ", "-"))
			server.Reset()
			tf.MustRun("plan")
			if server.Calls() != c.second {
				t.Errorf("second plan: got %d calls, want %d", server.Calls(), c.second)
			}
		})
	}
}

// failNine makes 9 of 100 targets fail once: with a refusal, or with an error of the
// server.
func failNine(server *fakeapi.Server) {
	for i := range 9 {
		fault := fakeapi.Code(50000)
		if i%3 == 0 {
			fault = fakeapi.Code(40501)
		}
		server.On(fmt.Sprintf("site-%d.example", 11*i), fault, fakeapi.OK)
	}
}

// TestBacklinksSummaries_nothingToJudge checks that one warning names all targets without
// data, and that an empty portfolio gives a warning.
func TestBacklinksSummaries_nothingToJudge(t *testing.T) {
	t.Parallel()
	for name, targets := range map[string][]string{"no-data": numbered(25), "no-targets": nil} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := fakeapi.Start(t, fakeapi.Options{})
			server.OnAny(fakeapi.NoData())
			tf := acctest.New(t, summariesBlock("targets = "+hclList(targets...))).Use(server)
			goldenRun(t, server, tf, "summaries/"+name)
		})
	}
}

// TestBacklinksSummaries_warns checks that a plan succeeds with on_error = "warn", and
// that a condition on all summaries fails if a target failed.
func TestBacklinksSummaries_warns(t *testing.T) {
	t.Parallel()
	server := fakeapi.Start(t, fakeapi.Options{})
	failNine(server)
	tf := acctest.New(t, "provider \"dataforseo\" {\n  max_retries = 0\n}\n"+summariesBlock("on_error = \"warn\"\ntargets = "+hclList(numbered(100)...))+`
		output "failed" { value = keys(`+sites+`.errors) }
		output "error" { value = `+sites+`.errors["site-0.example"].code }
		output "summary" { value = `+sites+`.summaries["site-0.example"] }
		output "known" { value = [for t, s in `+sites+`.summaries : t if s.has_data == true] }
		output "all_pass" { value = alltrue([for s in values(`+sites+`.summaries) : s.has_data == true]) }
		output "cost_usd" { value = `+sites+`.cost_usd }
	`).Use(server)
	r := tf.MustRun("plan", "-no-color", "-out=plan")
	r.Stdout = strings.Split(r.Stdout, "\n\n─────")[0] + "\n" // without the hint about the plan file
	goldenResult(t, server, r, "summaries/nine-of-100-warn")

	outputs := tf.OutputsOfPlan()
	if got := len(outputs["failed"].([]any)); got != 9 {
		t.Errorf("got %d errors, want 9", got)
	}
	if got := len(outputs["known"].([]any)); got != 91 || outputs["all_pass"] != false {
		t.Errorf("got %d targets with data, want 91; all_pass is %v, want false", got, outputs["all_pass"])
	}
	if outputs["error"] != 40501.0 || outputs["cost_usd"] != 2.187276 {
		t.Errorf("got code %v and cost_usd %v, want 40501 and 2.187276", outputs["error"], outputs["cost_usd"])
	}
	summary := outputs["summary"].(map[string]any)
	if summary["has_data"] != nil || summary["rank"] != nil || summary["error"].(map[string]any)["code"] != 40501.0 {
		t.Errorf("got the summary %v, want only nulls and the error", summary)
	}
}

func TestBacklinksSummaries_diagnostics(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		provider, arguments string
		targets             []string
		faults              map[string]fakeapi.Fault // "" matches all targets
	}{
		"more than twenty": {faults: map[string]fakeapi.Fault{"": fakeapi.Code(40501)}, targets: numbered(57)},
		"one":              {faults: map[string]fakeapi.Fault{"site-3.example": fakeapi.NotJSON()}, targets: numbered(5)},
		"account":          {faults: map[string]fakeapi.Fault{"site-2.example": fakeapi.Code(40200)}, provider: "max_concurrent_requests = 1"},
		"account with on_error": {
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
		"outage": {faults: map[string]fakeapi.Fault{"": fakeapi.Gateway(502)}, provider: "max_concurrent_requests = 1", arguments: `on_error = "warn"`, targets: numbered(45)},
		// A refusal does not end an outage.
		"refusals during an outage": {
			faults:   map[string]fakeapi.Fault{"": fakeapi.Code(50000), "site-11.example": fakeapi.Code(40501), "site-12.example": fakeapi.Code(40501)},
			provider: "max_concurrent_requests = 1", arguments: `on_error = "warn"`, targets: numbered(45),
		},
		"invalid fields": {faults: map[string]fakeapi.Fault{"": fakeapi.Field("rank", "1.5"), "site-3.example": fakeapi.Field("info/country", "49")}, targets: numbered(45)},
		// Slow targets are not an outage.
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
		// cache_only makes no requests, so no limit applies.
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
			tf := acctest.New(t, "provider \"dataforseo\" {\n  max_retries = 0\n  "+c.provider+"\n}\n"+
				summariesBlock("targets = "+hclList(c.targets...)+"\n"+c.arguments)).Use(server)
			goldenRun(t, server, tf, "summaries/"+strings.ReplaceAll(name, " ", "-"))
		})
	}
}

// TestBacklinksSummaries_nullTarget checks that a null target costs nothing.
func TestBacklinksSummaries_nullTarget(t *testing.T) {
	t.Parallel()
	server := fakeapi.Start(t, fakeapi.Options{})
	tf := acctest.New(t, summariesBlock(`targets = ["example.com", null]`)).Use(server)
	goldenRun(t, server, tf, "summaries/null-target")
}

// TestBacklinksSummaries_unknown checks that unknown targets move the read to the apply.
func TestBacklinksSummaries_unknown(t *testing.T) {
	t.Parallel()
	server := fakeapi.Start(t, fakeapi.Options{})
	tf := acctest.New(t, "resource \"terraform_data\" \"zone\" {\n  input = \"blog.example\"\n}\n"+
		summariesBlock(`targets = ["docs.example", terraform_data.zone.output]`)).Use(server)
	if r := tf.MustRun("plan", "-no-color"); server.Calls() != 0 || !strings.Contains(r.Stdout, "(known after apply)") {
		t.Errorf("plan: got %d calls, want 0\n%s", server.Calls(), r.Stdout)
	}
	tf.MustRun("apply", "-auto-approve")
	if server.Calls() != 2 {
		t.Errorf("apply: got %d calls, want 2", server.Calls())
	}
}

// TestBacklinksSummaries_cost checks that an answer costs nothing if the cache has it, or
// if another read of the same command pays for it.
func TestBacklinksSummaries_cost(t *testing.T) {
	t.Parallel()
	server := fakeapi.Start(t, fakeapi.Options{})
	env := map[string]string{"DATAFORSEO_CACHE_TTL": "1h", "DATAFORSEO_CACHE_DIRECTORY": t.TempDir()}
	newRPC(t, server, env).readSummaries(t, numbered(3), nil)
	state := newRPC(t, server, env).readSummaries(t, numbered(10), nil)
	wantAt(t, state, 0.168252, "cost_usd")
	wantAt(t, state, 3, "from_cache_count")
	if server.Calls() != 10 {
		t.Errorf("got %d calls, want 10", server.Calls())
	}

	server.Reset()
	tf := acctest.New(t, summariesBlock("targets = "+hclList(numbered(10)...))+
		dataBlock(summariesType, "more", "targets = "+hclList(numbered(20)...))+
		"output \"paid\" {\n value = "+sites+".cost_usd + data.dataforseo_backlinks_summaries.more.cost_usd\n}\n").Use(server)
	if paid := tf.PlannedOutputs()["paid"]; server.Calls() != 20 || fmt.Sprintf("%.6f", paid) != fmt.Sprintf("%.6f", server.ChargedUSD()) {
		t.Errorf("got %d calls and %v USD, want 20 and %.6f", server.Calls(), paid, server.ChargedUSD())
	}
}

// TestBacklinksSummaries_progress checks the log messages about the progress of a
// portfolio.
func TestBacklinksSummaries_progress(t *testing.T) {
	t.Parallel()
	server := fakeapi.Start(t, fakeapi.Options{})
	server.On("site-0.example", fakeapi.Code(40501))
	// One request at a time, so that the first target fails first.
	tf := acctest.NewBuilt(t, "provider \"dataforseo\" {\n  max_concurrent_requests = 1\n}\n"+summariesBlock("on_error = \"warn\"\ntargets = "+hclList(numbered(120)...))).Use(server)
	tf.Setenv("TF_LOG_PROVIDER", "INFO")
	var got []string
	for line := range strings.Lines(tf.MustRun("plan").Stderr) {
		if _, fields, found := strings.Cut(line, "Reading a portfolio from DataForSEO: "); found {
			got = append(got, progressFields(fields))
		}
	}
	want := []string{"done=50 failed=1 of=120", "done=100 failed=1 of=120", "done=120 failed=1 of=120"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("progress (-want +got):\n%s", diff)
	}
}

// progressFields returns the fields of a log line that are the same in every run.
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

// TestBacklinksSummaries_tooLarge checks that a read stops paying once its results are too
// large for Terraform, even if a target has failed.
func TestBacklinksSummaries_tooLarge(t *testing.T) {
	t.Parallel()
	for name, faults := range map[string][]fakeapi.Fault{"too-large": nil, "too-large-after-a-failure": {fakeapi.Code(40501)}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := fakeapi.Start(t, fakeapi.Options{})
			server.On("abcd.site-0.example", faults...)
			goldenRun(t, server, newHugePortfolio(t, server, 8), "summaries/"+name)
		})
	}
}

// newHugePortfolio reads 5 spellings of each target, so that it needs few answers. Each
// summary has 4 MiB. 16 of them are as large as 900 real ones.
func newHugePortfolio(t *testing.T, server *fakeapi.Server, targets int) *acctest.Terraform {
	t.Helper()
	server.OnAny(fakeapi.Field("referring_links_tld", fmt.Sprintf(`{%q: 1}`, strings.Repeat("x", 4<<20))))
	var spellings []string
	for _, target := range numbered(targets) {
		for upper := range 5 {
			spellings = append(spellings, strings.ToUpper("abcd"[:upper])+"abcd"[upper:]+"."+target)
		}
	}
	return acctest.New(t, "provider \"dataforseo\" {\n  max_concurrent_requests = 1\n}\n"+summariesBlock("targets = "+hclList(spellings...))).Use(server)
}

// TestBacklinksSummaries_large checks that Terraform accepts more than 4 MiB, which is the
// default limit of gRPC.
func TestBacklinksSummaries_large(t *testing.T) {
	t.Parallel()
	server := fakeapi.Start(t, fakeapi.Options{})
	tf := newHugePortfolio(t, server, 1)
	tf.Write("outputs.tf", `
		output "known" {
		  value = length([for s in values(`+sites+`.summaries) : s if s.has_data == true && s.rank != null])
		}
	`)
	if r := tf.MustRun("plan", "-no-color"); server.Calls() != 1 || !strings.Contains(r.Stdout, "+ known = 5") {
		t.Errorf("got %d calls, want 1\n%s", server.Calls(), r.Stdout)
	}
}

// TestBacklinksSummaries_cached reads 1,000 targets from the cache. "make bench" reads 5,000
// with Terraform.
func TestBacklinksSummaries_cached(t *testing.T) {
	t.Parallel()
	server := fakeapi.Start(t, fakeapi.Options{})
	directory := t.TempDir()
	targets := numbered(1000)
	fillCache(t, server, directory, targets)
	r := newRPC(t, server, map[string]string{"DATAFORSEO_CACHE_TTL": "1h", "DATAFORSEO_CACHE_DIRECTORY": directory})
	state := r.readSummaries(t, targets, nil)
	summaries := state["summaries"].(map[string]any)
	for _, target := range targets {
		if summary, _ := summaries[target].(map[string]any); summary["has_data"] != true || summary["rank"] == nil {
			t.Fatalf("%s: got no data: %v", target, summary)
		}
	}
	if len(summaries) != 1000 || state["from_cache_count"] != "1000" || server.Calls() != 0 {
		t.Errorf("got %d summaries, %v from the cache and %d calls, want 1000, 1000 and 0", len(summaries), state["from_cache_count"], server.Calls())
	}
}

// fillCache saves an answer for each target. Reads would take 30 ms each, because of the
// limit per minute.
func fillCache(tb testing.TB, server *fakeapi.Server, directory string, targets []string) {
	tb.Helper()
	options := cache.Options{Directory: directory, TTL: time.Hour, BaseURL: server.URL, Login: fakeapi.DefaultLogin, Password: fakeapi.DefaultPassword}
	if err := cachetest.Fill(tb.Context(), options, targets); err != nil {
		tb.Fatal(err)
	}
}
