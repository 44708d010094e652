package provider_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfversion"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/fakeapi"
)

func sentences(list ...string) knownvalue.Check {
	var checks []knownvalue.Check
	for _, sentence := range list {
		checks = append(checks, knownvalue.StringExact(sentence))
	}
	return knownvalue.ListExact(checks)
}

const strict = `require = { backlinks_spam_score = { max = 30 }, referring_main_domains = { min = 100 }, live = true }
`

// TestRequire shows what a read leaves in the state.
func TestRequire(t *testing.T) {
	t.Parallel()
	warn := "on_violation = \"warn\"\non_error = \"warn\"\n"
	for name, c := range map[string]struct {
		arguments  string
		fault      fakeapi.Fault
		passed     knownvalue.Check
		violations knownvalue.Check
	}{
		"without":     {`target = "spammy.example"`, fakeapi.OK, knownvalue.Null(), knownvalue.Null()},
		"passes":      {strict + `target = "blog.example"`, fakeapi.OK, knownvalue.Bool(true), sentences()},
		"only data":   {`require = {}` + "\n" + `target = "spammy.example"`, fakeapi.OK, knownvalue.Bool(true), sentences()},
		"two limits":  {warn + strict + `target = "spammy.example"`, fakeapi.OK, knownvalue.Bool(false), sentences("backlinks_spam_score is 67, at most 30 allowed", "referring_main_domains is 14, at least 100 required")},
		"lost":        {warn + strict + `target = "expired.example"`, fakeapi.OK, knownvalue.Bool(false), sentences("lost_date is 2025-11-15T12:57:46Z, live required", "referring_main_domains is 22, at least 100 required")},
		"no data":     {warn + strict + `target = "no-data.example"`, fakeapi.NoData(), knownvalue.Bool(false), sentences("DataForSEO has no data")},
		"null":        {warn + strict + `target = "blog.example"`, fakeapi.Field("backlinks_spam_score", "null"), knownvalue.Bool(false), sentences("backlinks_spam_score is null, at most 30 allowed")},
		"unreadable":  {warn + strict + `target = "blog.example"`, fakeapi.Field("backlinks_spam_score", `"low"`), knownvalue.Bool(false), sentences("backlinks_spam_score is null, at most 30 allowed")},
		"odd date":    {warn + strict + `target = "blog.example"`, fakeapi.Field("lost_date", "7"), knownvalue.Bool(false), sentences("lost_date is unreadable, live required")},
		"never seen":  {warn + strict + `target = "blog.example"`, fakeapi.Field("first_seen", "null"), knownvalue.Bool(false), sentences("first_seen is null, live required")},
		"failed read": {warn + strict + `target = "blog.example"`, fakeapi.Code(40501), knownvalue.Bool(false), sentences(`the read failed: DataForSEO answered 40501 "Invalid Field: 'target'."`)},
		"target's own": {warn + `require = { target_spam_score = { max = 40 } }` + "\n" + `target = "spammy.example"`, fakeapi.OK, knownvalue.Bool(false),
			sentences("target_spam_score is 41, at most 40 allowed")},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := fakeapi.Start(t, fakeapi.Options{})
			server.OnAny(c.fault)
			unit(t, resource.TestStep{
				Config:            providerBlock(server) + summaryBlock(c.arguments),
				ConfigStateChecks: []statecheck.StateCheck{attribute(c.passed, "passed"), attribute(c.violations, "violations")},
			})
		})
	}
}

// TestRequire_portfolio: the verdict on each target, and the one on all.
func TestRequire_portfolio(t *testing.T) {
	t.Parallel()
	server := fakeapi.Start(t, fakeapi.Options{})
	server.On("no-data.example", fakeapi.NoData())
	spammy := sentences("backlinks_spam_score is 67, at most 30 allowed", "referring_main_domains is 14, at least 100 required")
	unit(t, resource.TestStep{
		Config: providerBlock(server) + summariesBlock(strict+`on_violation = "warn"
			targets = ["blog.example", "Spammy.example", "no-data.example"]`),
		ConfigStateChecks: []statecheck.StateCheck{
			expectSites(knownvalue.Bool(false), "passed"),
			expectSites(knownvalue.MapExact(map[string]knownvalue.Check{"Spammy.example": spammy, "no-data.example": sentences("DataForSEO has no data")}), "violations"),
			expectSites(knownvalue.Bool(true), "summaries", "blog.example", "passed"),
			expectSites(sentences(), "summaries", "blog.example", "violations"),
			expectSites(knownvalue.Bool(false), "summaries", "Spammy.example", "passed"),
			expectSites(spammy, "summaries", "Spammy.example", "violations"),
		},
	}, resource.TestStep{
		Config: providerBlock(server) + summariesBlock(strict+`targets = ["blog.example"]`),
		ConfigStateChecks: []statecheck.StateCheck{
			expectSites(knownvalue.Bool(true), "passed"), expectSites(knownvalue.MapSizeExact(0), "violations"),
		},
	}, resource.TestStep{
		Config: providerBlock(server) + summariesBlock(`targets = ["spammy.example"]`),
		ConfigStateChecks: []statecheck.StateCheck{
			expectSites(knownvalue.Null(), "passed"), expectSites(knownvalue.Null(), "violations"),
			expectSites(knownvalue.Null(), "summaries", "spammy.example", "passed"),
		},
	})
}

// TestRequire_diagnostics shows what a person sees, and what it costs.
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
		"misspelt":            {arguments: plainTarget + "\nrequire = { spam_score = { max = 30 } }"},
		"several mistakes":    {arguments: plainTarget + "\nrank_scale = \"one_hundred\"\nrequire = { rank = { min = 101 }, backlinks = {}, live = false }"},
		"null limit":          {arguments: plainTarget + "\nrequire = { for row in csvdecode(\"metric,max\\nbacklinks_spam_score,\") : row.metric => { max = try(tonumber(row.max), null) } }"},
		"empty cell":          {arguments: plainTarget + "\nrequire = { for row in csvdecode(\"metric,max\\nbacklinks_spam_score,\") : row.metric => { max = row.max } }"},
		"unset variable":      {arguments: plainTarget + "\nrequire = var.limits", before: "variable \"limits\" {\n  type    = map(map(number))\n  default = null\n}\n"},
		"optional attributes": {arguments: plainTarget + "\nrequire = var.limits", before: "variable \"limits\" {\n  type    = map(object({ min = optional(number), max = optional(number) }))\n  default = { rank = { min = 1 } }\n}\n"},
		"no gate":             {arguments: plainTarget + "\nrequire = var.limits\non_violation = \"fail\"", before: "variable \"limits\" {\n  default = null\n}\n"},
		"huge number":         {arguments: plainTarget + "\nrequire = { backlinks = { max = 1e99999 }, rank = { max = toset([1]) } }"},
		"unknown violation":   {arguments: plainTarget + "\nrequire = {}\non_violation = \"ignore\""},
	})
}

// TestRequire_nullsLeftOut: what the message about nulls says can be done.
func TestRequire_nullsLeftOut(t *testing.T) {
	t.Parallel()
	server := fakeapi.Start(t, fakeapi.Options{})
	tf := newTerraform(t, `
		locals {
		  limits = { backlinks_spam_score = { min = null, max = 30 }, rank = null }
		}
		`+summaryBlock(`target = "spammy.example"
		  require = { for name, limit in { for name, limit in local.limits : name => limit if limit != null } :
		    name => { for bound, value in limit : bound => value if value != null } }`)).use(server)
	r := tf.run("plan", "-no-color")
	if want := "backlinks_spam_score is 67, at most 30 allowed"; r.exitCode != 1 || strings.Count(r.stderr, "Error:") != 1 || !strings.Contains(r.stderr, want) {
		t.Errorf("exit code %d, want 1 and one error with %q\n%s", r.exitCode, want, r.stderr)
	}
}

// TestRequire_cached: an answer is judged at every read, by the limits of that read.
func TestRequire_cached(t *testing.T) {
	t.Parallel()
	server := fakeapi.Start(t, fakeapi.Options{})
	config := cacheIn(t.TempDir()) + summaryBlock(`target = "blog.example"
		require = { backlinks_spam_score = { max = MAX } }`)
	newTerraform(t, strings.Replace(config, "MAX", "12", 1)).use(server).mustRun("plan")
	r := newTerraform(t, strings.Replace(config, "MAX", "11", 1)).use(server).run("plan", "-no-color")
	if want := "backlinks_spam_score is 12, at most 11 allowed"; r.exitCode != 1 || server.Calls() != 1 || !strings.Contains(r.stderr, want) || strings.Contains(r.stderr, "charged") {
		t.Errorf("exit code %d, %d calls, want 1, 1 and %q\n%s", r.exitCode, server.Calls(), want, r.stderr)
	}
}

// TestBaseURL_inState: a condition can tell who answered, also long ago.
func TestBaseURL_inState(t *testing.T) {
	t.Parallel()
	server := fakeapi.Start(t, fakeapi.Options{})
	server.On("lost.example", fakeapi.ChargedButLost())
	cached := strings.Replace(cacheIn(t.TempDir()), "provider \"dataforseo\" {", fmt.Sprintf("provider \"dataforseo\" {\n  base_url = %q", server.URL), 1)
	tf := newTerraform(t, cached+summariesBlock(`targets = ["blog.example", "lost.example", "error-40501.example"]
		on_error = "warn"`)+`output "base_urls" { value = { for target, summary in `+sites+`.summaries : target => summary.base_url } }`).use(server)
	for range 2 {
		got := fmt.Sprint(tf.plannedOutputs()["base_urls"])
		if want := fmt.Sprintf("map[blog.example:%s error-40501.example:%[1]s]", server.URL); strings.Replace(got, " lost.example:<nil>", "", 1) != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}

// TestSandbox_warning: dummy data is told from live data, once a process.
func TestSandbox_warning(t *testing.T) {
	t.Parallel()
	const warning = "The answers come from the sandbox"
	for name, env := range map[string]map[string]string{
		"sandbox":  {"DATAFORSEO_SANDBOX": "true", "DATAFORSEO_BASE_URL": ""},
		"base_url": {"DATAFORSEO_SANDBOX": "false", "DATAFORSEO_BASE_URL": "https://Sandbox.dataforseo.com.:443"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			second := strings.Replace(summaryBlock(plainTarget), `"site"`, `"more"`, 1)
			tf := newTerraform(t, "provider \"dataforseo\" {\n  cache = { ttl = \"1h\", mode = \"cache_only\" }\n}\n"+summaryBlock(plainTarget+"\non_error = \"warn\"")+
				strings.Replace(second, plainTarget, plainTarget+"\non_error = \"warn\"", 1)).use(fakeapi.Start(t, fakeapi.Options{}))
			for variable, value := range env {
				tf.setenv(variable, value)
			}
			r := tf.run("plan", "-no-color")
			if r.exitCode != 0 || strings.Count(r.stdout+r.stderr, warning) != 1 {
				t.Errorf("exit code %d, not one %q in\n%s%s", r.exitCode, warning, r.stdout, r.stderr)
			}
		})
	}
}

// TestViolations_nullOfOpenTofu: OpenTofu 1.12 sends a null argument as no value.
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
		t.Errorf("%v, %v", result, err)
	}
}

// TestViolations uses the function as configurations do.
func TestViolations(t *testing.T) {
	t.Parallel()
	server := fakeapi.Start(t, fakeapi.Options{})
	server.On("refused.example", fakeapi.Code(40501))
	read := providerBlock(server) + summaryBlock("target = \"spammy.example\"\nrank_scale = \"one_hundred\"") +
		summariesBlock("on_error = \"warn\"\ntargets = [\"blog.example\", \"refused.example\"]")
	call := func(summary, limits string) string {
		return read + "output \"violations\" { value = provider::dataforseo::violations(" + summary + ", " + limits + ") }"
	}
	const single, element = "data.dataforseo_backlinks_summary.site", sites + ".summaries"
	passes := func(summary, limits string, want ...string) resource.TestStep {
		return resource.TestStep{
			Config:            call(summary, limits),
			ConfigStateChecks: []statecheck.StateCheck{statecheck.ExpectKnownOutputValue("violations", sentences(want...))},
		}
	}
	fails := func(summary, limits, want string) resource.TestStep {
		return resource.TestStep{Config: call(summary, limits), ExpectError: regexp.MustCompile(strings.ReplaceAll(regexp.QuoteMeta(want), " ", `\s+`))}
	}
	steps := []resource.TestStep{
		passes(element+`["blog.example"]`, "{ backlinks_spam_score = { max = 12 }, target_spam_score = { max = 4 }, live = true }"),
		passes(single, "{ backlinks_spam_score = { max = 30 } }", "backlinks_spam_score is 67, at most 30 allowed"),
		passes(element+`["refused.example"]`, "{}", `the read failed: DataForSEO answered 40501 "Invalid Field: 'target'."`),
		passes(`lookup(`+element+`, "missing.example", null)`, "{}", "the summary is null"),
		fails(single, "{ rank = { min = 101 } }", "limits.rank.min is 101. Use a whole number from 0 to 100."),
		fails(single, "{ spam_score = { max = 30 }, backlinks = {} }", `limits has no metric "spam_score". Did you mean "backlinks_spam_score"?`),
		fails(single, "{ backlinks = {} }", "limits.backlinks has no bound."),
		fails(single, "null", "limits is null, which would let everything pass."),
		fails(element, "{}", "The summary is not a whole dataforseo_backlinks_summary"),
		fails("{ has_data = true, backlinks_spam_score = 0 }", "{}", "The summary is not a whole dataforseo_backlinks_summary"),
		fails(`"spammy.example"`, "{}", "The summary is not a whole dataforseo_backlinks_summary"),
		passes(element+`["blog.example"]`, "{}"), // the last one is destroyed, and that reads
	}
	resource.UnitTest(t, resource.TestCase{
		TerraformVersionChecks:   []tfversion.TerraformVersionCheck{tfversion.SkipBelow(tfversion.Version1_8_0)},
		ProtoV6ProviderFactories: factories(),
		Steps:                    steps,
	})
}
