package recipes_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/tfversion"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/acctest"
	"github.com/dataforseo/terraform-provider-dataforseo/internal/fakeapi"
)

// recipes returns the directories of the examples that are policies.
func recipes(t *testing.T) []string {
	t.Helper()
	return slices.DeleteFunc(exampleDirectories(t), func(directory string) bool {
		return !slices.ContainsFunc([]string{"policy-gate", "policy-in-use", "policy-check", "policy-baseline", "policy-tests", "policy-opa", "portfolio-module", "from-http", "large-portfolio"},
			func(recipe string) bool { return directory == recipe || strings.HasPrefix(directory, recipe+"/") })
	})
}

// TestRecipes_texts: every recipe has a README, and what a README or a guide says
// that Terraform prints stands in a golden file, so Terraform did print it.
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
	for _, recipe := range recipes(t) {
		pages = append(pages, filepath.Join(examples, recipe, "README.md"))
	}
	for _, page := range pages {
		_, rest, found := strings.Cut(string(acctest.ReadFile(t, page)), "```text\n")
		for ; found; _, rest, found = strings.Cut(rest, "```text\n") {
			if block, _, _ := strings.Cut(rest, "```"); !strings.Contains(printed.String(), acctest.Unwrapped(block)) {
				t.Errorf("%s shows what no golden file holds:\n%s", page, block)
			}
		}
	}
}

// TestRecipes_failClosed: what is not known of a domain never passes, whatever the
// reason. Each recipe is run with a domain of which something is not known.
func TestRecipes_failClosed(t *testing.T) {
	t.Parallel()
	for recipe, c := range map[string]struct {
		metric string
		warns  string // said instead of a refusal
	}{
		"policy-in-use":       {metric: "backlinks_spam_score"},
		"policy-check":        {"backlinks_spam_score", "1 of 3 domains do not pass."},
		"policy-check/nested": {"backlinks_spam_score", "blog.example"},
		"policy-baseline":     {metric: "referring_domains"},
		"portfolio-module":    {metric: "backlinks_spam_score"},
		"from-http":           {metric: "backlinks_spam_score"},
		"data-sources/dataforseo_backlinks_summary":   {metric: "backlinks_spam_score"},
		"data-sources/dataforseo_backlinks_summaries": {metric: "backlinks_spam_score"},
		"functions/violations":                        {metric: "backlinks_spam_score"},
	} {
		for reason, fault := range map[string]fakeapi.Fault{
			"no data":                   fakeapi.NoData(),
			"the metric is null":        fakeapi.Field(c.metric, "null"),
			"every field is null":       fakeapi.NullFields(),
			"all but one is null":       almostNothing(),
			"a count without an answer": fakeapi.EmptyResult(),
			"a failure":                 fakeapi.Code(40501),
		} {
			t.Run(recipe+"/"+reason, func(t *testing.T) {
				t.Parallel()
				server := fakeapi.Start(t, fakeapi.Options{})
				judged := "blog.example"
				if !strings.Contains(string(acctest.ReadFile(t, filepath.Join(examples, recipe, mainFile(recipe)))), judged) {
					judged = "example.com"
				}
				server.On(judged, fault)
				r := newRecipe(t, recipe, server).Run("plan", "-no-color")
				if c.warns != "" {
					if warnings := acctest.Unwrapped(r.Diagnostics()); r.ExitCode != 0 || !strings.Contains(warnings, c.warns) {
						t.Errorf("exit code %d, want a warning: %s\n%s%s", r.ExitCode, c.warns, r.Stdout, r.Stderr)
					}
					return
				}
				if r.ExitCode != 1 || !strings.Contains(r.Stderr, judged) {
					t.Errorf("exit code %d, want a refusal of %s\n%s%s", r.ExitCode, judged, r.Stdout, r.Stderr)
				}
			})
		}
	}
}

// almostNothing is an answer with data, of which hardly any is known.
func almostNothing() fakeapi.Fault {
	return fakeapi.NullFields().And(fakeapi.Field("crawled_pages", "7"))
}

// TestRecipes_failClosedTogether: the same for recipes that ask about all domains at once.
func TestRecipes_failClosedTogether(t *testing.T) {
	t.Parallel()
	for _, recipe := range []string{"policy-gate", "large-portfolio", "data-sources/dataforseo_backlinks_bulk_pages_summary"} {
		for reason, fault := range map[string]func(domain string) fakeapi.Fault{
			"no data":            fakeapi.DropItem,
			"the metric is null": func(domain string) fakeapi.Fault { return fakeapi.ItemField(domain, "backlinks_spam_score", nil) },
			"an odd form":        func(domain string) fakeapi.Fault { return fakeapi.ItemField(domain, "backlinks_spam_score", "low") },
			"no object":          func(domain string) fakeapi.Fault { return fakeapi.ReplaceItem(domain, "unknown") },
			"a failure":          func(string) fakeapi.Fault { return fakeapi.Code(50000) },
		} {
			t.Run(recipe+"/"+reason, func(t *testing.T) {
				t.Parallel()
				server := fakeapi.Start(t, fakeapi.Options{})
				judged := "shop.example"
				if strings.HasPrefix(recipe, "data-sources/") {
					judged = "example.com"
				}
				server.OnPath(fakeapi.BulkPagesSummaryPath, fault(judged))
				r := newRecipe(t, recipe, server).Run("plan", "-no-color")
				if r.ExitCode != 1 || !strings.Contains(r.Stderr, judged) {
					t.Errorf("exit code %d, want a refusal of %s\n%s%s", r.ExitCode, judged, r.Stdout, r.Stderr)
				}
			})
		}
	}
}

// mainFile is the file of an example that names its domains.
func mainFile(recipe string) string {
	switch {
	case strings.HasPrefix(recipe, "data-sources/"):
		return "data-source.tf"
	case strings.HasPrefix(recipe, "functions/"):
		return "function.tf"
	}
	return "main.tf"
}

// TestRecipes_mocks: what a mock does to each recipe. It judges nothing, so a gate of
// require alone refuses nothing. The guide says so, and to use the function.
func TestRecipes_mocks(t *testing.T) {
	t.Parallel()
	acctest.SkipBelow(t, tfversion.Version1_8_0, "mock_provider and functions")
	for recipe, says := range map[string]string{
		"policy-gate":                     "", // there are no summaries, and nothing is attached
		"policy-in-use":                   "Invalid index",
		"policy-check":                    "Check block assertion failed",
		"policy-check/nested":             "Check block assertion failed",
		"policy-baseline":                 "Invalid index",
		"portfolio-module":                "Module output value precondition failed",
		"large-portfolio":                 "Resource postcondition failed", // a price of 0 is a mock's
		"data-sources/dataforseo_account": "Resource postcondition failed",
		"policy-tests":                    "Resource precondition failed",
		"policy-tests/careless":           "",
	} {
		t.Run(recipe, func(t *testing.T) {
			t.Parallel()
			server := fakeapi.Start(t, fakeapi.Options{})
			tf := newRecipe(t, recipe, server)
			if err := os.RemoveAll(filepath.Join(tf.Dir, "tests")); err != nil {
				t.Fatal(err)
			}
			_ = os.Remove(filepath.Join(tf.Dir, "bare_mock.tftest.hcl"))
			tf.Write("tests/mocked.tftest.hcl", "mock_provider \"dataforseo\" {}\n\nrun \"mocked\" {\n  command = plan\n}\n")
			exitCode := 1
			if says == "" {
				exitCode = 0
			}
			tf.walk(server, step{[]string{"test"}, exitCode, 0, says})
		})
	}
}
