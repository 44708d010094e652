package recipes_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-testing/tfversion"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/acctest"
	"github.com/dataforseo/terraform-provider-dataforseo/internal/fakeapi"
)

// newPortfolio returns a configuration that calls the module with the domains.
func newPortfolio(t *testing.T, server *fakeapi.Server, domains string) recipe {
	t.Helper()
	acctest.SkipBelow(t, tfversion.Version1_8_0, "functions")
	tf := newRecipe(t, "portfolio-module", server)
	tf.Write("main.tf", `
		module "portfolio" {
		  source  = "./modules/portfolio"
		  domains = `+domains+`
		}
		output "verdicts" { value = module.portfolio.verdicts }
		output "report" { value = module.portfolio.report }
	`)
	return tf
}

// TestRecipe_portfolio runs the example. The plan fails with one error and cannot be
// applied, and its JSON contains the report.
func TestRecipe_portfolio(t *testing.T) {
	t.Parallel()
	acctest.SkipBelow(t, tfversion.Version1_8_0, "functions")
	server := fakeapi.Start(t, fakeapi.Options{})
	tf := newRecipe(t, "portfolio-module", server)
	r := tf.walk(server, step{[]string{"plan", "-out=plan"}, 1, 5, "The portfolio does not pass."})
	if n := strings.Count(acctest.Unwrapped(r.Diagnostics()), "at most 30 allowed"); n != 1 {
		t.Errorf("got %d messages, want 1\n%s", n, r.Diagnostics())
	}
	r.Stdout = ""
	verdict(t, "portfolio-module", r)
	if diff := cmp.Diff(tf.Read("report.md"), tf.OutputsOfPlan()["report"]); diff != "" {
		t.Errorf("report (-report.md +got):\n%s", diff)
	}
	if path := ".planned_values.outputs.report.value"; !strings.Contains(tf.Read("github-actions.yml"), path) {
		t.Errorf("the workflow does not use %s", path)
	}
	tf.walk(server, step{[]string{"apply", "plan"}, 1, 0, "Error: "})
}

// TestRecipe_portfolioPasses checks that domains that pass are attached.
func TestRecipe_portfolioPasses(t *testing.T) {
	t.Parallel()
	acctest.SkipBelow(t, tfversion.Version1_8_0, "functions")
	server := fakeapi.Start(t, fakeapi.Options{})
	server.On("spammy.example", fakeapi.Field("backlinks_spam_score", "30").And(fakeapi.Field("referring_domains", "100")))
	tf := newRecipe(t, "portfolio-module", server)
	tf.walk(server,
		step{[]string{"apply", "-auto-approve"}, 0, 5, "Resources: 5 added"},
		step{[]string{"plan", "-detailed-exitcode"}, 0, 5, "No changes."},
	)
}

// TestRecipe_portfolioVerdicts checks the report of every kind of violation.
func TestRecipe_portfolioVerdicts(t *testing.T) {
	t.Parallel()
	server := fakeapi.Start(t, fakeapi.Options{})
	server.On("null.example", fakeapi.Field("backlinks_spam_score", "null").And(fakeapi.Field("info", "null")).And(fakeapi.Field("rank", "null")))
	server.On("failed.example", fakeapi.Code(40501).Message("a | b <img src=x>\n@everyone"))
	tf := newPortfolio(t, server, `{
		"blog.example"    = { backlinks_spam_score = { max = 12 }, referring_domains = { min = 635 }, rank = { min = 305 }, target_spam_score = { max = 4 } }
		"docs.example"    = { backlinks_spam_score = { max = 3 }, referring_domains = { min = 2269 }, rank = { min = 469 } }
		"null.example"    = { backlinks_spam_score = { max = 100 }, target_spam_score = { max = 100 }, rank = { min = 0 } }
		"no-data.example" = { rank = { min = 0 } }
		"failed.example"  = { live = true }
	}`)
	tf.walk(server, step{[]string{"plan", "-out=plan"}, 1, 5, "Error: Module output value precondition failed"})
	report := tf.OutputsOfPlan()["report"].(string)
	acctest.Golden(t, "portfolio-module-report", report)
	assertTable(t, report, 5)
}

// assertTable checks that DataForSEO's texts don't change the rows and columns.
func assertTable(t *testing.T, report string, domains int) {
	t.Helper()
	_, table, _ := strings.Cut(report, "\n\n")
	rows := strings.Split(strings.TrimSuffix(table, "\n"), "\n")
	if len(rows) != 2+domains {
		t.Errorf("got %d lines for %d domains", len(rows), domains)
	}
	for _, row := range rows {
		if got := strings.Count(strings.ReplaceAll(row, `\|`, ""), "|"); got != 7 {
			t.Errorf("got %d bars, want 7: %s", got, row)
		}
	}
}

// TestRecipe_portfolioAccount checks that a failure of the account isn't a violation.
func TestRecipe_portfolioAccount(t *testing.T) {
	t.Parallel()
	server := fakeapi.Start(t, fakeapi.Options{})
	server.On("blog.example", fakeapi.Code(40200))
	newPortfolio(t, server, `{ "blog.example" = { live = true } }`).walk(server,
		step{[]string{"plan"}, 1, 1, "Error: The DataForSEO account needs to be topped up (40200)"})
}

// TestRecipe_portfolioDomains checks that the module refuses limits that limit nothing,
// without a call where possible.
func TestRecipe_portfolioDomains(t *testing.T) {
	t.Parallel()
	for domains, c := range map[string]struct {
		calls   int
		message string
	}{
		"{}":          {0, `There are no domains. Give at least one, such as { "example.com" = { backlinks_spam_score = { max = 30 } } }.`},
		`"a.example"`: {0, "There are no domains."},
		"null":        {0, "required variable may not be set to null"},
		`{ "a.example" = null, "b.example" = {}, "c.example" = "none" }`:           {0, "Without limits: a.example, b.example, c.example. Give each domain at least one"},
		`{ "https://a.example" = { live = true } }`:                                {0, "Give domains, without a scheme"},
		`{ "a.example" = { spam_score = { max = 30 } } }`:                          {1, `limits has no metric "spam_score". Did you mean "backlinks_spam_score"?`},
		`{ "a.example" = { rank = { min = null } }, "b.example" = { rank = {} } }`: {2, "limits.rank.min is null"},
	} {
		t.Run(domains, func(t *testing.T) {
			t.Parallel()
			server := fakeapi.Start(t, fakeapi.Options{})
			newPortfolio(t, server, domains).walk(server, step{[]string{"plan"}, 1, c.calls, c.message})
		})
	}
}

// TestRecipe_portfolioFromResources checks that the plan judges domains from resources if
// their names are known. depends_on defers the read, but the apply still refuses the
// domain before it is attached.
func TestRecipe_portfolioFromResources(t *testing.T) {
	t.Parallel()
	const zones = `
		resource "terraform_data" "zone" {
		  input = "spammy.example"
		}
		resource "terraform_data" "attach" {
		  input = module.portfolio.verdicts["spammy.example"].passed
		}
	`
	for name, c := range map[string]struct {
		domains, dependsOn string
		calls              int
	}{
		"known":      {`{ (terraform_data.zone.input) = { backlinks_spam_score = { max = 30 } } }`, "", 1},
		"depends_on": {`{ "spammy.example" = { backlinks_spam_score = { max = 30 } } }`, "depends_on = [terraform_data.zone]", 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := fakeapi.Start(t, fakeapi.Options{})
			tf := newPortfolio(t, server, c.domains+"\n"+c.dependsOn)
			tf.Write("zones.tf", zones)
			tf.walk(server,
				step{[]string{"plan"}, c.calls, c.calls, ""}, // with a call, the plan fails
				step{[]string{"apply", "-auto-approve"}, 1, 1, "spammy.example: backlinks_spam_score is 67, at most 30 allowed"},
			)
			if resources := tf.Run("state", "list").Stdout; strings.Contains(resources, "attach") {
				t.Errorf("attached: %s", resources)
			}
		})
	}
}
