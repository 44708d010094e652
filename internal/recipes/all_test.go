package recipes_test

import (
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/tfversion"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/acctest"
	"github.com/dataforseo/terraform-provider-dataforseo/internal/fakeapi"
)

// policies returns the directories of the examples that are policies.
func policies(t *testing.T) []string {
	t.Helper()
	return slices.DeleteFunc(exampleDirectories(t), func(directory string) bool {
		return !slices.ContainsFunc([]string{"policy-gate", "policy-in-use", "policy-check", "policy-baseline", "policy-tests", "policy-opa", "portfolio-module", "from-http", "large-portfolio"},
			func(policy string) bool { return directory == policy || strings.HasPrefix(directory, policy+"/") })
	})
}

// TestRecipes_texts checks that every policy has a README, and that the output shown in
// READMEs, guides and reference pages is in a golden file.
func TestRecipes_texts(t *testing.T) {
	t.Parallel()
	var printed strings.Builder
	for _, directory := range []string{"testdata", "opa/testdata"} {
		goldens, err := filepath.Glob(directory + "/*.golden")
		if err != nil || len(goldens) == 0 {
			t.Fatalf("%d golden files, %v", len(goldens), err)
		}
		for _, name := range goldens {
			printed.WriteString(acctest.Unwrapped(string(acctest.ReadFile(t, name))) + "\n")
		}
	}
	var pages []string
	for _, guide := range []string{"policies", "testing", "opa", "coming-from-http", "large-portfolios"} {
		pages = append(pages, "../../templates/guides/"+guide+".md.tmpl")
	}
	dataSources, err := filepath.Glob("../../templates/data-sources/*.tmpl")
	if err != nil {
		t.Fatal(err)
	}
	pages = append(pages, dataSources...)
	for _, policy := range policies(t) {
		pages = append(pages, filepath.Join(examples, policy, "README.md"))
	}
	for _, page := range pages {
		_, rest, found := strings.Cut(string(acctest.ReadFile(t, page)), "```text\n")
		for ; found; _, rest, found = strings.Cut(rest, "```text\n") {
			if block, _, _ := strings.Cut(rest, "```"); !strings.Contains(printed.String(), acctest.Unwrapped(acctest.SameTime(block))) {
				t.Errorf("%s shows output that is in no golden file:\n%s", page, block)
			}
		}
	}
}

// TestRecipes_failClosed checks that a domain passes no policy if something about it is
// unknown, whatever the reason.
func TestRecipes_failClosed(t *testing.T) {
	t.Parallel()
	faults := map[string]fakeapi.Fault{ // by domain
		"no-data.example":      fakeapi.NoData(),
		"null-metrics.example": nullMetrics(),
		"null-fields.example":  fakeapi.NullFields(),
		"empty-result.example": fakeapi.EmptyResult(),
		"failure.example":      fakeapi.Code(40501),
	}
	domains := slices.Sorted(maps.Keys(faults))
	for recipe, c := range map[string]struct {
		domains string // the value of the variable
		warning string // instead of an error
	}{
		"demo":            {domains: acctest.JSON(t, domains)},
		"policy-in-use":   {domains: mapOf(domains, "{ in_use = true }")},
		"policy-check":    {domains: acctest.JSON(t, domains), warning: "5 of 5 domains failed the policy."},
		"policy-baseline": {domains: mapOf(domains, `"first"`)},
		"from-http":       {domains: acctest.JSON(t, domains)},
	} {
		t.Run(recipe, func(t *testing.T) {
			t.Parallel()
			server := fakeapi.Start(t, fakeapi.Options{})
			for domain, fault := range faults {
				server.On(domain, fault)
			}
			r := newRecipe(t, recipe, server).Run("plan", "-no-color", "-var=domains="+c.domains)
			if c.warning != "" {
				assertWarning(t, r, c.warning)
				return
			}
			assertRefused(t, r, domains...)
		})
	}
}

// TestRecipes_nullMetric checks the same for the examples that name their domains
// themselves.
func TestRecipes_nullMetric(t *testing.T) {
	t.Parallel()
	for recipe, c := range map[string]struct{ domain, warning string }{
		"policy-check/nested":                             {"blog.example", "blog.example does not pass."},
		"data-sources/dataforseo_backlinks_summary":       {domain: "example.com"},
		"data-sources/dataforseo_backlinks_summary/check": {"example.com", "no live backlinks for example.com"},
		"data-sources/dataforseo_backlinks_summaries":     {domain: "example.com"},
		"functions/violations":                            {domain: "example.com"},
	} {
		t.Run(recipe, func(t *testing.T) {
			t.Parallel()
			if recipe == "functions/violations" {
				acctest.SkipBelow(t, tfversion.Version1_8_0, "functions")
			}
			server := fakeapi.Start(t, fakeapi.Options{})
			server.On(c.domain, nullMetrics())
			r := newRecipe(t, recipe, server).Run("plan", "-no-color")
			if c.warning != "" {
				assertWarning(t, r, c.warning)
				return
			}
			assertRefused(t, r, c.domain)
		})
	}
}

// nullMetrics makes the metrics null that the examples limit. The answer still has data.
func nullMetrics() fakeapi.Fault {
	return fakeapi.Field("backlinks_spam_score", "null").And(fakeapi.Field("referring_domains", "null")).And(fakeapi.Field("first_seen", "null"))
}

// mapOf returns a map with the same value for every domain, in HCL.
func mapOf(domains []string, value string) string {
	var elements []string
	for _, domain := range domains {
		elements = append(elements, fmt.Sprintf("%q = %s", domain, value))
	}
	return "{ " + strings.Join(elements, ", ") + " }"
}

func assertWarning(t *testing.T, r acctest.Result, warning string) {
	t.Helper()
	if r.ExitCode != 0 || !strings.Contains(acctest.Unwrapped(r.Stdout), warning) {
		t.Errorf("exit code %d, want 0 and the warning %q\n%s%s", r.ExitCode, warning, r.Stdout, r.Stderr)
	}
}

func assertRefused(t *testing.T, r acctest.Result, domains ...string) {
	t.Helper()
	for _, domain := range domains {
		if r.ExitCode != 1 || !strings.Contains(r.Stderr, domain) {
			t.Errorf("exit code %d, want 1 and an error about %s\n%s%s", r.ExitCode, domain, r.Stdout, r.Stderr)
		}
	}
}

// TestRecipes_bulkFailClosed checks that recipes with one request for all domains refuse
// each domain about which something is unknown.
func TestRecipes_bulkFailClosed(t *testing.T) {
	t.Parallel()
	domains := []string{"null.example", "dropped.example", "text.example", "replaced.example"}
	null := fakeapi.ItemField(domains[0], "backlinks_spam_score", nil)
	dropped := fakeapi.DropItem(domains[1])
	text := fakeapi.ItemField(domains[2], "backlinks_spam_score", "low")
	replaced := fakeapi.ReplaceItem(domains[3], "unknown")
	for _, recipe := range []string{"policy-gate", "large-portfolio"} {
		for name, fault := range map[string]fakeapi.Fault{
			"items":   null.And(dropped).And(text).And(replaced),
			"failure": fakeapi.Code(40501),
		} {
			t.Run(recipe+"/"+name, func(t *testing.T) {
				t.Parallel()
				server := fakeapi.Start(t, fakeapi.Options{})
				server.OnPath(fakeapi.BulkPagesSummaryPath, fault)
				r := newRecipe(t, recipe, server).Run("plan", "-no-color", "-var=domains="+acctest.JSON(t, domains))
				assertRefused(t, r, domains...)
			})
		}
	}
	t.Run("data source", func(t *testing.T) {
		t.Parallel()
		server := fakeapi.Start(t, fakeapi.Options{})
		server.OnPath(fakeapi.BulkPagesSummaryPath, fakeapi.ItemField("example.com", "backlinks_spam_score", nil))
		r := newRecipe(t, "data-sources/dataforseo_backlinks_bulk_pages_summary", server).Run("plan", "-no-color")
		assertRefused(t, r, "example.com")
	})
}

// TestRecipes_mocks checks what each recipe does with a bare mock, whose numbers are all
// 0. Only require refuses nothing then, as the guide to testing says.
func TestRecipes_mocks(t *testing.T) {
	t.Parallel()
	acctest.SkipBelow(t, tfversion.Version1_8_0, "mock_provider and functions")
	for recipe, message := range map[string]string{
		"policy-gate":                     "", // without summaries, it creates nothing
		"policy-in-use":                   "Invalid index",
		"policy-check":                    "Check block assertion failed",
		"policy-check/nested":             "Check block assertion failed",
		"policy-baseline":                 "Invalid index",
		"large-portfolio":                 "Resource postcondition failed", // the price is 0
		"data-sources/dataforseo_account": "Resource postcondition failed",
	} {
		t.Run(recipe, func(t *testing.T) {
			t.Parallel()
			server := fakeapi.Start(t, fakeapi.Options{})
			tf := newRecipe(t, recipe, server)
			tf.Write("mocked.tftest.hcl", "mock_provider \"dataforseo\" {}\n\nrun \"mocked\" {\n  command = plan\n}\n")
			exitCode := 1
			if message == "" {
				exitCode = 0
			}
			tf.walk(server, step{[]string{"test"}, exitCode, 0, message})
		})
	}
}
