package recipes_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/acctest"
	"github.com/dataforseo/terraform-provider-dataforseo/internal/fakeapi"
)

// newPortfolio calls the module with the given domains.
func newPortfolio(t *testing.T, server *fakeapi.Server, domains string) recipe {
	t.Helper()
	tf := newRecipe(t, "portfolio-module", server)
	tf.Write("main.tf", `
		variable "enforce" {
		  default = true
		}
		module "portfolio" {
		  source  = "./modules/portfolio"
		  domains = `+domains+`
		  enforce = var.enforce
		}
		output "verdicts" { value = module.portfolio.verdicts }
		output "violations" { value = module.portfolio.violations }
		output "passed" { value = module.portfolio.passed }
		output "report" { value = module.portfolio.report }
	`)
	return tf
}

// TestRecipe_portfolio runs the example as it is: the plan is refused, with enforce =
// false it reports.
func TestRecipe_portfolio(t *testing.T) {
	t.Parallel()
	server := fakeapi.Start(t, fakeapi.Options{})
	tf := newRecipe(t, "portfolio-module", server)
	verdict(t, "portfolio-module-enforced", tf.walk(server, step{[]string{"plan"}, 1, 5, "The portfolio does not pass."}))

	server.Reset()
	outputs := tf.PlannedOutputs("-var=enforce=false")
	if server.Calls() != 5 {
		t.Errorf("%d calls, want 5", server.Calls())
	}
	if outputs["passed"] != false {
		t.Errorf("passed = %v", outputs["passed"])
	}
	if diff := cmp.Diff(tf.Read("report.md"), outputs["report"]); diff != "" {
		t.Errorf("report.md is not the report (-want +got):\n%s", diff)
	}
	for _, name := range []string{"report", "passed"} {
		if path := ".planned_values.outputs." + name + ".value"; !strings.Contains(tf.Read("github-actions.yml"), path) {
			t.Errorf("the workflow does not take %s from the plan", path)
		}
	}
}

// TestRecipe_portfolioPasses: what passes is enforced without a word, and attached.
func TestRecipe_portfolioPasses(t *testing.T) {
	t.Parallel()
	server := fakeapi.Start(t, fakeapi.Options{})
	server.On("spammy.example", fakeapi.Field("backlinks_spam_score", "30").And(fakeapi.Field("referring_domains", "100")))
	tf := newRecipe(t, "portfolio-module", server)
	tf.walk(server,
		step{[]string{"apply", "-auto-approve"}, 0, 5, "Resources: 5 added"},
		step{[]string{"plan", "-detailed-exitcode"}, 0, 5, "No changes."},
	)
}

// TestRecipe_portfolioVerdicts: every kind of violation, each with its value and limit.
func TestRecipe_portfolioVerdicts(t *testing.T) {
	t.Parallel()
	server := fakeapi.Start(t, fakeapi.Options{})
	server.On("null.example", fakeapi.Field("backlinks_spam_score", "null").And(fakeapi.Field("info", "null")).And(fakeapi.Field("rank", "null")))
	server.On("failed.example", fakeapi.Code(40501).Message("a | b <img src=x>\n@everyone"))
	tf := newPortfolio(t, server, `{
		"blog.example"    = { max_spam_score = 12, min_referring_domains = 635, min_rank = 305, max_target_spam_score = 4, max_broken_backlinks = 41 }
		"docs.example"    = { max_spam_score = 3, min_referring_domains = 2269, min_rank = 469, max_broken_backlinks = 807 }
		"shop.example"    = { max_spam_score = null, max_target_spam_score = 1 }
		"null.example"    = { max_spam_score = 100, max_target_spam_score = 100, min_rank = 0 }
		"no-data.example" = { min_rank = 0 }
		"failed.example"  = {}
		"spammy.example"  = {}
	}`)
	outputs := tf.PlannedOutputs("-var=enforce=false")
	text, err := json.MarshalIndent(map[string]any{"verdicts": outputs["verdicts"], "violations": outputs["violations"]}, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	acctest.Golden(t, "portfolio-module-verdicts", string(text)+"\n")
	acctest.Golden(t, "portfolio-module-unknown", outputs["report"].(string))
	checkTable(t, outputs["report"].(string), 7)
	tf.walk(server, step{[]string{"plan"}, 1, 7, "Error: Module output value precondition failed"})
}

// checkTable: whatever DataForSEO says, a table keeps its rows and columns.
func checkTable(t *testing.T, report string, domains int) {
	t.Helper()
	_, table, _ := strings.Cut(report, "\n\n")
	rows := strings.Split(strings.TrimSuffix(table, "\n"), "\n")
	if len(rows) != 2+domains {
		t.Errorf("%d lines for %d domains", len(rows), domains)
	}
	for _, row := range rows {
		if got := strings.Count(strings.ReplaceAll(row, `\|`, ""), "|"); got != 9 {
			t.Errorf("%d bars, want 9: %s", got, row)
		}
	}
}

// TestRecipe_portfolioAccount: a failure of the account is no verdict on a domain.
func TestRecipe_portfolioAccount(t *testing.T) {
	t.Parallel()
	server := fakeapi.Start(t, fakeapi.Options{})
	server.On("blog.example", fakeapi.Code(40200))
	newPortfolio(t, server, `{ "blog.example" = {}, "shop.example" = {} }`).walk(server,
		step{[]string{"plan", "-var=enforce=false"}, 1, 2, "Error: The DataForSEO account has to be topped up (40200)"})
}

// TestRecipe_portfolioDomains: limits that would bound nothing are refused before
// anything is asked.
func TestRecipe_portfolioDomains(t *testing.T) {
	t.Parallel()
	for domains, says := range map[string]string{
		"{}":                       `There are no domains: a policy on nothing passes always. Give at least one, such as { "example.com" = { max_spam_score = 30 } }.`,
		"null":                     "required variable may not be set to null",
		`{ "a.example" = null }`:   "No limits are given for: a.example. Write {} for a domain that only must have data.",
		`{ "a.example" = "none" }`: "map of number required",
		`{ "a.example" = { max_spamscore = 30, max_spam_score = 30 } }`: "There is no such limit: max_spamscore of a.example. " +
			"Limits are max_spam_score, max_target_spam_score, max_broken_backlinks, min_referring_domains and min_rank.",
		`{ "a.example" = { max_spam_score = 101 }, "b.example" = { min_rank = -1 } }`: "Outside of what there can be: max_spam_score = 101 of a.example, " +
			"min_rank = -1 of b.example. Scores are 0 to 100, ranks 0 to 1000, counts 0 to 1e15.",
		// To a number like that, 1 can be added without making it greater, and null would pass.
		`{ "a.example" = { max_broken_backlinks = 1e200 } }`: "counts 0 to 1e15.",
		`{ "a.example" = { max_spam_score = "low" } }`:       "a number is required",
	} {
		t.Run(domains, func(t *testing.T) {
			t.Parallel()
			server := fakeapi.Start(t, fakeapi.Options{})
			newPortfolio(t, server, domains).walk(server, step{[]string{"plan"}, 1, 0, says})
		})
	}
}

// TestRecipe_portfolioMisspelt is why the limits are a map: an object type drops what
// it does not know, and a misspelt limit with it.
func TestRecipe_portfolioMisspelt(t *testing.T) {
	t.Parallel()
	server := fakeapi.Start(t, fakeapi.Options{})
	tf := newConfiguration(t, `
		variable "domains" {
		  type    = map(object({ max_spam_score = optional(number) }))
		  default = { "a.example" = { max_spamscore = 30 } }
		}
		output "domains" { value = var.domains }
	`, server)
	want := map[string]any{"domains": map[string]any{"a.example": map[string]any{"max_spam_score": nil}}}
	if diff := cmp.Diff(want, tf.PlannedOutputs()); diff != "" {
		t.Errorf("outputs (-want +got):\n%s", diff)
	}
}

// TestRecipe_portfolioFromResources: domains that come from resources are judged by
// the plan as long as their names are known. depends_on for the module defers it all,
// and even then nothing is attached before the verdict.
func TestRecipe_portfolioFromResources(t *testing.T) {
	t.Parallel()
	const zones = `
		resource "terraform_data" "zone" {
		  input = "spammy.example"
		}
		resource "terraform_data" "attach" {
		  depends_on = [module.portfolio]
		}
	`
	for name, c := range map[string]struct {
		domains, dependsOn string
		calls              int
	}{
		"known":      {`{ (terraform_data.zone.input) = { max_spam_score = 30 } }`, "", 1},
		"depends_on": {`{ "spammy.example" = { max_spam_score = 30 } }`, "depends_on = [terraform_data.zone]", 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := fakeapi.Start(t, fakeapi.Options{})
			tf := newPortfolio(t, server, c.domains+"\n"+c.dependsOn)
			tf.Write("zones.tf", zones)
			tf.walk(server,
				step{[]string{"plan"}, c.calls, c.calls, ""}, // read and refused, or neither
				step{[]string{"apply", "-auto-approve"}, 1, 1, "spammy.example: spam score 67 (at most 30)"},
			)
			if resources := tf.Run("state", "list").Stdout; strings.Contains(resources, "attach") {
				t.Errorf("attached: %s", resources)
			}
		})
	}
}
