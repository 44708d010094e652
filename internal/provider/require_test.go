package provider_test

import (
	"fmt"
	"maps"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/tfversion"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/acctest"
	"github.com/dataforseo/terraform-provider-dataforseo/internal/fakeapi"
)

const strict = `require = { backlinks_spam_score = { max = 30 }, referring_main_domains = { min = 100 }, live = true }
`

// strictArguments returns strict for [rpc].
func strictArguments() map[string]any {
	return map[string]any{"require": map[string]any{
		"backlinks_spam_score": map[string]any{"max": 30}, "referring_main_domains": map[string]any{"min": 100}, "live": true,
	}}
}

// TestRequire checks the attributes passed and violations.
func TestRequire(t *testing.T) {
	t.Parallel()
	strict := strictArguments()
	tolerant := strictArguments()
	tolerant["on_violation"], tolerant["on_error"] = "warn", "warn"
	ownScore := maps.Clone(tolerant)
	ownScore["require"] = map[string]any{"target_spam_score": map[string]any{"max": 40}}
	for name, c := range map[string]struct {
		target     string
		arguments  map[string]any
		fault      fakeapi.Fault
		passed     any
		violations any
	}{
		"no require":   {"spammy.example", nil, fakeapi.OK, nil, nil},
		"passes":       {"blog.example", strict, fakeapi.OK, true, []string{}},
		"only data":    {"spammy.example", map[string]any{"require": map[string]any{}}, fakeapi.OK, true, []string{}},
		"two limits":   {"spammy.example", tolerant, fakeapi.OK, false, []string{"backlinks_spam_score is 67, at most 30 allowed", "referring_main_domains is 14, at least 100 required"}},
		"lost":         {"expired.example", tolerant, fakeapi.OK, false, []string{"lost_date is 2025-11-15T12:57:46Z, live required", "referring_main_domains is 22, at least 100 required"}},
		"no data":      {"no-data.example", tolerant, fakeapi.NoData(), false, []string{"DataForSEO has no data"}},
		"null":         {"blog.example", tolerant, fakeapi.Field("backlinks_spam_score", "null"), false, []string{"backlinks_spam_score is null, at most 30 allowed"}},
		"unreadable":   {"blog.example", tolerant, fakeapi.Field("backlinks_spam_score", `"low"`), false, []string{"backlinks_spam_score is null, at most 30 allowed"}},
		"invalid date": {"blog.example", tolerant, fakeapi.Field("lost_date", "7"), false, []string{"lost_date is unreadable, live required"}},
		"never seen":   {"blog.example", tolerant, fakeapi.Field("first_seen", "null"), false, []string{"first_seen is null, live required"}},
		"failed read":  {"blog.example", tolerant, fakeapi.Code(40501), false, []string{`the read failed: DataForSEO answered 40501 "Invalid Field: 'target'."`}},
		"own score":    {"spammy.example", ownScore, fakeapi.OK, false, []string{"target_spam_score is 41, at most 40 allowed"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := fakeapi.Start(t, fakeapi.Options{})
			server.OnAny(c.fault)
			state := newRPC(t, server, nil).readSummary(t, c.target, c.arguments)
			wantAt(t, state, c.passed, "passed")
			wantAt(t, state, c.violations, "violations")
		})
	}
}

// TestRequire_portfolio checks the verdict on each target, and the one on all.
func TestRequire_portfolio(t *testing.T) {
	t.Parallel()
	server := fakeapi.Start(t, fakeapi.Options{})
	server.On("no-data.example", fakeapi.NoData())
	sentences := func(violations ...string) knownvalue.Check {
		checks := make([]knownvalue.Check, len(violations))
		for i, violation := range violations {
			checks[i] = knownvalue.StringExact(violation)
		}
		return knownvalue.ListExact(checks)
	}
	spammy := sentences("backlinks_spam_score is 67, at most 30 allowed", "referring_main_domains is 14, at least 100 required")
	const passed, failed, unjudged = "data." + summariesType + ".passed", "data." + summariesType + ".failed", "data." + summariesType + ".unjudged"
	unit(t, server, dataBlock(summariesType, "passed", strict+`targets = ["blog.example"]`)+
		dataBlock(summariesType, "failed", strict+"on_violation = \"warn\"\n"+`targets = ["blog.example", "Spammy.example", "no-data.example"]`)+
		dataBlock(summariesType, "unjudged", `targets = ["spammy.example"]`),
		expect(passed, knownvalue.Bool(true), "passed"),
		expect(passed, knownvalue.MapSizeExact(0), "violations"),
		expect(failed, knownvalue.Bool(false), "passed"),
		expect(failed, knownvalue.MapExact(map[string]knownvalue.Check{"Spammy.example": spammy, "no-data.example": sentences("DataForSEO has no data")}), "violations"),
		expect(failed, knownvalue.Bool(true), "summaries", "blog.example", "passed"),
		expect(failed, sentences(), "summaries", "blog.example", "violations"),
		expect(failed, knownvalue.Bool(false), "summaries", "Spammy.example", "passed"),
		expect(failed, spammy, "summaries", "Spammy.example", "violations"),
		expect(unjudged, knownvalue.Null(), "passed"),
		expect(unjudged, knownvalue.Null(), "violations"),
		expect(unjudged, knownvalue.Null(), "summaries", "spammy.example", "passed"),
	)
}

func TestRequire_diagnostics(t *testing.T) {
	t.Parallel()
	portfolio := func(arguments string) string {
		return "target = \"blog.example\"\n}\n" + summariesBlock(arguments)[:len(summariesBlock(arguments))-3]
	}
	runDiagnosticCases(t, "require", map[string]diagnosticCase{
		"one target":          {arguments: strict + `target = "spammy.example"`},
		"warning":             {arguments: strict + `on_violation = "warn"` + "\n" + `target = "spammy.example"`},
		"failed read":         {arguments: strict + `on_error = "warn"` + "\n" + plainTarget, faults: []fakeapi.Fault{fakeapi.Code(40501)}},
		"portfolio":           {arguments: portfolio(strict + `targets = ["shop.example", "spammy.example", "refused.por"]`)},
		"portfolio tolerant":  {arguments: portfolio(strict + `on_error = "warn"` + "\n" + `targets = ["shop.example", "spammy.example", "refused.por"]`)},
		"portfolio warning":   {arguments: portfolio(strict + `on_violation = "warn"` + "\n" + `targets = ["shop.example", "spammy.example"]`)},
		"many":                {arguments: portfolio(`require = { backlinks = { max = 0 } }` + "\n" + `targets = [for n in range(25) : "site-${n}.example"]`)},
		"nothing to judge":    {arguments: portfolio(strict + `targets = []`)},
		"unset variable":      {arguments: plainTarget + "\nrequire = var.limits", before: "variable \"limits\" {\n  type    = map(map(number))\n  default = null\n}\n"},
		"optional attributes": {arguments: plainTarget + "\nrequire = var.limits", before: "variable \"limits\" {\n  type    = map(object({ min = optional(number), max = optional(number) }))\n  default = { rank = { min = 1 } }\n}\n"},
		"no gate":             {arguments: plainTarget + "\nrequire = var.limits\non_violation = \"fail\"", before: "variable \"limits\" {\n  default = null\n}\n"},
	})
}

// TestRequire_mistakes checks that invalid limits cost nothing.
func TestRequire_mistakes(t *testing.T) {
	t.Parallel()
	plan := newSharedPlan(t)
	for name, arguments := range map[string]string{
		"misspelt":          `require = { spam_score = { max = 30 } }`,
		"several mistakes":  "rank_scale = \"one_hundred\"\n  require = { rank = { min = 101 }, backlinks = {}, live = false }",
		"null limit":        `require = { for row in csvdecode("metric,max\nbacklinks_spam_score,") : row.metric => { max = try(tonumber(row.max), null) } }`,
		"empty cell":        `require = { for row in csvdecode("metric,max\nbacklinks_spam_score,") : row.metric => { max = row.max } }`,
		"huge number":       `require = { backlinks = { max = 1e99999 }, rank = { max = toset([1]) } }`,
		"unknown violation": "require = {}\n  on_violation = \"ignore\"",
	} {
		plan.read(name, plainTarget+"\n  "+arguments)
	}
	goldenRun(t, plan.server, plan.tf, "require/mistakes")
}

// TestRequire_nullsLeftOut checks the remedy for null limits that the error recommends.
func TestRequire_nullsLeftOut(t *testing.T) {
	t.Parallel()
	server := fakeapi.Start(t, fakeapi.Options{})
	tf := acctest.New(t, `
		locals {
		  limits = { backlinks_spam_score = { min = null, max = 30 }, rank = null }
		}
		`+summaryBlock(`target = "spammy.example"
		  require = { for name, limit in { for name, limit in local.limits : name => limit if limit != null } :
		    name => { for bound, value in limit : bound => value if value != null } }`)).Use(server)
	r := tf.Run("plan", "-no-color")
	if want := "backlinks_spam_score is 67, at most 30 allowed"; r.ExitCode != 1 || strings.Count(r.Stderr, "Error:") != 1 || !strings.Contains(r.Stderr, want) {
		t.Errorf("got exit code %d, want 1 and one error with %q\n%s", r.ExitCode, want, r.Stderr)
	}
}

// TestRequire_cached checks that an answer from the cache is judged by the current limits.
func TestRequire_cached(t *testing.T) {
	t.Parallel()
	server := fakeapi.Start(t, fakeapi.Options{})
	config := cacheIn(t.TempDir()) + summaryBlock(`target = "blog.example"
		require = { backlinks_spam_score = { max = MAX } }`)
	acctest.New(t, strings.Replace(config, "MAX", "12", 1)).Use(server).MustRun("plan")
	r := acctest.New(t, strings.Replace(config, "MAX", "11", 1)).Use(server).Run("plan", "-no-color")
	if want := "backlinks_spam_score is 12, at most 11 allowed"; r.ExitCode != 1 || server.Calls() != 1 || !strings.Contains(r.Stderr, want) || strings.Contains(r.Stderr, "charged") {
		t.Errorf("got exit code %d and %d calls, want 1, 1 and %q\n%s", r.ExitCode, server.Calls(), want, r.Stderr)
	}
}

// TestBaseURL_inState checks that a summary has the base URL that its answer came from.
func TestBaseURL_inState(t *testing.T) {
	t.Parallel()
	server := fakeapi.Start(t, fakeapi.Options{})
	server.On("lost.example", fakeapi.ChargedButLost())
	server.On("error-40501.example", fakeapi.Code(40501))
	cached := strings.Replace(cacheIn(t.TempDir()), "provider \"dataforseo\" {", fmt.Sprintf("provider \"dataforseo\" {\n  base_url = %q", server.URL), 1)
	tf := acctest.New(t, cached+summariesBlock(`targets = ["blog.example", "lost.example", "error-40501.example"]
		on_error = "warn"`)+`output "base_urls" { value = { for target, summary in `+sites+`.summaries : target => summary.base_url } }`).Use(server)
	for range 2 {
		got := fmt.Sprint(tf.PlannedOutputs()["base_urls"])
		if want := fmt.Sprintf("map[blog.example:%s error-40501.example:%[1]s]", server.URL); strings.Replace(got, " lost.example:<nil>", "", 1) != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

// TestSandbox_warning checks that the sandbox gives one warning per process.
func TestSandbox_warning(t *testing.T) {
	t.Parallel()
	const warning = `"summary":"The answers come from the sandbox"`
	for name, env := range map[string]map[string]string{
		"sandbox":  {"DATAFORSEO_SANDBOX": "true", "DATAFORSEO_BASE_URL": ""},
		"base_url": {"DATAFORSEO_SANDBOX": "false", "DATAFORSEO_BASE_URL": "https://Sandbox.dataforseo.com.:443"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			second := dataBlock(summaryType, "more", plainTarget)
			tf := acctest.New(t, "provider \"dataforseo\" {\n  cache = { ttl = \"1h\", mode = \"cache_only\" }\n}\n"+summaryBlock(plainTarget+"\non_error = \"warn\"")+
				strings.Replace(second, plainTarget, plainTarget+"\non_error = \"warn\"", 1)).Use(fakeapi.Start(t, fakeapi.Options{}))
			for variable, value := range env {
				tf.Setenv(variable, value)
			}
			r := tf.Run("plan", "-json") // which does not fold equal warnings
			if r.ExitCode != 0 || strings.Count(r.Stdout+r.Stderr, warning) != 1 {
				t.Errorf("got exit code %d, want 0 and one %q in\n%s%s", r.ExitCode, warning, r.Stdout, r.Stderr)
			}
		})
	}
}

// TestViolations_nullOfOpenTofu checks a null argument in the encoding of OpenTofu 1.12.
func TestViolations_nullOfOpenTofu(t *testing.T) {
	t.Parallel()
	r := newRPC(t, fakeapi.Start(t, fakeapi.Options{}), nil)
	limits, err := tfprotov6.NewDynamicValue(tftypes.DynamicPseudoType, tftypes.NewValue(tftypes.Object{AttributeTypes: map[string]tftypes.Type{}}, map[string]tftypes.Value{}))
	if err != nil {
		t.Fatal(err)
	}
	resp, err := r.CallFunction(t.Context(), &tfprotov6.CallFunctionRequest{Name: "violations", Arguments: []*tfprotov6.DynamicValue{{}, &limits}})
	if err != nil || resp.Error != nil {
		t.Fatal(err, resp.Error)
	}
	if result, err := resp.Result.Unmarshal(tftypes.List{ElementType: tftypes.String}); err != nil || !strings.Contains(result.String(), "the summary is null") {
		t.Errorf("got %v, %v", result, err)
	}
}

// TestViolations calls the function in configurations.
func TestViolations(t *testing.T) {
	t.Parallel()
	acctest.SkipBelow(t, tfversion.Version1_8_0, "provider-defined functions")
	server := fakeapi.Start(t, fakeapi.Options{})
	server.On("refused.example", fakeapi.Code(40501))
	tf := acctest.New(t, summaryBlock("target = \"spammy.example\"\nrank_scale = \"one_hundred\"")+
		summariesBlock("on_error = \"warn\"\ntargets = [\"blog.example\", \"refused.example\"]")+bulkBlock(`targets = ["spammy.example"]`)+
		"variable \"limits\" {\n  type    = map(map(number))\n  default = null\n}\n").Use(server) // OpenTofu 1.12 doesn't call functions with an untyped null
	const single, summaries, page = "data.dataforseo_backlinks_summary.site", sites + ".summaries", bulk + `.summaries["spammy.example"]`

	passed := map[string]struct {
		call string
		want []any
	}{
		"none":    {summaries + `["blog.example"], { backlinks_spam_score = { max = 12 }, target_spam_score = { max = 4 }, live = true }`, []any{}},
		"single":  {single + ", { backlinks_spam_score = { max = 30 } }", []any{"backlinks_spam_score is 67, at most 30 allowed"}},
		"page":    {page + ", { backlinks_spam_score = { max = 30 }, main_domain_rank = { max = 58 }, live = true }", []any{"backlinks_spam_score is 67, at most 30 allowed"}},
		"refused": {summaries + `["refused.example"], {}`, []any{`the read failed: DataForSEO answered 40501 "Invalid Field: 'target'."`}},
		"missing": {`lookup(` + summaries + `, "missing.example", null), {}`, []any{"the summary is null"}},
	}
	want, calls := map[string]any{}, map[string]string{}
	for name, c := range passed {
		want[name], calls[name] = c.want, c.call
	}
	tf.Write("outputs.tf", violationsOutputs(calls))
	if diff := cmp.Diff(want, tf.PlannedOutputs()); diff != "" {
		t.Errorf("violations (-want +got):\n%s", diff)
	}

	const notASummary = "The summary is not a whole dataforseo_backlinks_summary"
	for _, failed := range []map[string]string{ // arguments by error
		{
			"limits.rank.min is 101. Use a whole number from 0 to 100.":               single + ", { rank = { min = 101 } }",
			`limits has no metric "spam_score". Did you mean "backlinks_spam_score"?`: single + ", { spam_score = { max = 30 }, backlinks = {} }",
			"limits.backlinks has no bound.":                                          single + ", { backlinks = {} }",
			"limits is null, which would let everything pass.":                        single + ", var.limits",
			notASummary: summaries + ", {}",
		},
		// Literals fail in the validation, before the reads.
		{notASummary: "{ has_data = true, backlinks_spam_score = 0 }, {}"},
		{notASummary: `{ has_data = true, first_seen = "2024-01-01 00:00:00 +00:00", lost_date = null }, { live = true }`},
		{notASummary: `"spammy.example", {}`},
	} {
		calls := map[string]string{}
		for _, call := range failed {
			calls[fmt.Sprintf("call_%d", len(calls))] = call
		}
		tf.Write("outputs.tf", violationsOutputs(calls))
		r := tf.Run("plan", "-no-color")
		got := acctest.Unwrapped(r.Stderr)
		for message := range failed {
			if !strings.Contains(got, message) {
				t.Errorf("no %q in\n%s", message, r.Stderr)
			}
		}
		if errors := strings.Count(got, "Error: "); errors != len(failed) {
			t.Errorf("got %d errors, want %d\n%s", errors, len(failed), r.Stderr)
		}
	}
}

// violationsOutputs calls the function with the given arguments, one output each.
func violationsOutputs(calls map[string]string) string {
	var outputs strings.Builder
	for name, arguments := range calls {
		fmt.Fprintf(&outputs, "output %q { value = provider::dataforseo::violations(%s) }\n", name, arguments)
	}
	return outputs.String()
}
