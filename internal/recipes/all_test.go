package recipes_test

import (
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
		return !slices.ContainsFunc([]string{"policy-postcondition", "policy-check", "policy-baseline", "policy-lenient", "policy-tests", "policy-opa", "portfolio-module", "from-http", "large-portfolio"},
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
		"policy-postcondition":                        {metric: "backlinks_spam_score"},
		"policy-postcondition/precondition":           {metric: "backlinks_spam_score"},
		"policy-check":                                {"backlinks_spam_score", "Spam score above 30, or unknown: blog.example (unknown)."},
		"policy-check/nested":                         {"backlinks_spam_score", "blog.example"},
		"policy-baseline":                             {metric: "referring_domains"},
		"policy-lenient":                              {metric: "backlinks_spam_score"},
		"portfolio-module":                            {metric: "backlinks_spam_score"},
		"from-http":                                   {metric: "backlinks_spam_score"},
		"large-portfolio":                             {metric: "backlinks_spam_score"},
		"data-sources/dataforseo_backlinks_summaries": {metric: "backlinks_spam_score"},
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
				if strings.HasPrefix(recipe, "data-sources/") {
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

// TestRecipes_mocks: Terraform's mocks make every number 0, the best spam score
// there is. No recipe passes with them.
func TestRecipes_mocks(t *testing.T) {
	t.Parallel()
	acctest.SkipBelow(t, tfversion.Version1_7_0, "mock_provider")
	for recipe, says := range map[string]string{
		"policy-postcondition":                        "Resource postcondition failed",
		"policy-postcondition/precondition":           "Resource precondition failed",
		"policy-check":                                "Check block assertion failed",
		"policy-check/nested":                         "Check block assertion failed",
		"policy-baseline":                             "Resource precondition failed",
		"policy-lenient":                              "Resource precondition failed",
		"portfolio-module":                            "Module output value precondition failed",
		"from-http":                                   "Resource postcondition failed",
		"large-portfolio":                             "Module output value precondition failed",
		"data-sources/dataforseo_backlinks_summaries": "Resource postcondition failed",
	} {
		t.Run(recipe, func(t *testing.T) {
			t.Parallel()
			server := fakeapi.Start(t, fakeapi.Options{})
			tf := newRecipe(t, recipe, server)
			tf.Write("tests/mocked.tftest.hcl", "mock_provider \"dataforseo\" {}\n\nrun \"mocked\" {\n  command = plan\n}\n")
			tf.walk(server, step{[]string{"test"}, 1, 0, says})
		})
	}
}
