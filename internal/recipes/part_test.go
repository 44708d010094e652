package recipes_test

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/tfversion"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/acctest"
	"github.com/dataforseo/terraform-provider-dataforseo/internal/fakeapi"
)

// TestRecipes_refreshOnly: -refresh-only turns conditions into warnings. A gate of
// require stops it, because it is a read that fails. The guide says so.
func TestRecipes_refreshOnly(t *testing.T) {
	t.Parallel()
	for recipe, c := range map[string]struct {
		args     []string
		exitCode int
	}{
		"policy-gate":      {[]string{spammySet}, 1},
		"from-http":        {[]string{spammySet}, 1},
		"large-portfolio":  {[]string{spammySet}, 1},
		"policy-in-use":    {[]string{spammyInUse}, 0},
		"portfolio-module": {nil, 0},
	} {
		t.Run(recipe, func(t *testing.T) {
			t.Parallel()
			if recipe == "portfolio-module" {
				acctest.SkipBelow(t, tfversion.Version1_8_0, "functions")
			}
			server := fakeapi.Start(t, fakeapi.Options{})
			tf := newRecipe(t, recipe, server)
			stops := tf.Run(append([]string{"plan", "-no-color"}, c.args...)...)
			warns := tf.Run(append([]string{"plan", "-refresh-only", "-no-color"}, c.args...)...)
			if stops.ExitCode != 1 || warns.ExitCode != c.exitCode {
				t.Fatalf("exit codes %d and %d, want 1 and %d\n%s%s", stops.ExitCode, warns.ExitCode, c.exitCode, warns.Stdout, warns.Stderr)
			}
			if recipe == "portfolio-module" {
				verdict(t, "portfolio-module-refresh-only", warns)
			}
		})
	}
}

// TestRecipes_noDomains: a gate with nothing to judge would always pass.
func TestRecipes_noDomains(t *testing.T) {
	t.Parallel()
	for recipe, none := range map[string]string{
		"policy-gate":     "[]",
		"policy-in-use":   "{}",
		"policy-check":    "[]",
		"policy-baseline": "{}",
		"from-http":       "[]",
		"large-portfolio": "[]",
	} {
		t.Run(recipe, func(t *testing.T) {
			t.Parallel()
			server := fakeapi.Start(t, fakeapi.Options{})
			newRecipe(t, recipe, server).walk(server, step{[]string{"plan", "-var=domains=" + none}, 1, 0, "Error: There are no targets"})
		})
	}
}

// TestRecipes_pages: the home page of a bad domain has other numbers, and mostly better
// ones. No recipe takes it for the domain.
func TestRecipes_pages(t *testing.T) {
	t.Parallel()
	for recipe, page := range map[string]string{
		"demo":            `["https://spammy.example"]`,
		"policy-gate":     `["https://spammy.example"]`,
		"policy-in-use":   `{"https://spammy.example/"={in_use=true}}`,
		"policy-check":    `["https://spammy.example"]`,
		"policy-baseline": `{"https://spammy.example"="first"}`,
		"from-http":       `["https://spammy.example"]`,
		"large-portfolio": `["https://spammy.example"]`,
	} {
		t.Run(recipe, func(t *testing.T) {
			t.Parallel()
			server := fakeapi.Start(t, fakeapi.Options{})
			newRecipe(t, recipe, server).walk(server, step{[]string{"plan", "-var=domains=" + page}, 1, 0, "Give domains, not pages"})
		})
	}
}

// TestRecipe_checkPart: a plan for a part of the configuration, and one to destroy it,
// evaluate no check. The former has the warning of the data source.
func TestRecipe_checkPart(t *testing.T) {
	t.Parallel()
	server := fakeapi.Start(t, fakeapi.Options{})
	tf := newRecipe(t, "policy-check", server)
	tf.Edit("main.tf", "check \"backlinks\" {", "output \"passed\" { value = data.dataforseo_backlinks_summaries.watched.passed }\ncheck \"backlinks\" {")
	tf.walk(server, step{[]string{"apply", "-auto-approve", spammySet}, 0, 2, "Check block assertion failed"})
	for part, says := range map[string]string{"-target=data.dataforseo_backlinks_summaries.watched": "1 of 2 targets do not pass", "-destroy": ""} {
		r := tf.walk(server, step{[]string{"plan", spammySet, part}, 0, 2, says})
		if said := acctest.Unwrapped(r.Stdout + r.Stderr); strings.Contains(said, "assertion failed") {
			t.Errorf("%s: the check was evaluated\n%s", part, said)
		}
	}
}

// TestRecipe_portfolioPart: a plan for what uses the domains alone is judged as the
// whole plan is, and so is an apply that reads only then.
func TestRecipe_portfolioPart(t *testing.T) {
	t.Parallel()
	acctest.SkipBelow(t, tfversion.Version1_8_0, "functions")
	const refusal = "- spammy.example: backlinks_spam_score is 67, at most 30 allowed"
	server := fakeapi.Start(t, fakeapi.Options{})
	tf := newRecipe(t, "portfolio-module", server)
	tf.walk(server, step{[]string{"plan", "-target=terraform_data.attach"}, 1, 5, refusal})
	tf.Edit("main.tf", "  source = \"./modules/portfolio\"\n", "  source     = \"./modules/portfolio\"\n  depends_on = [terraform_data.stage]\n")
	tf.Edit("main.tf", "for_each = module.portfolio.verdicts", `for_each = toset(["spammy.example"])`)
	tf.Edit("main.tf", "input    = each.key", "input    = module.portfolio.verdicts[each.key].passed")
	tf.Write("stage.tf", "resource \"terraform_data\" \"stage\" {\n  input = \"production\"\n}\n")
	tf.walk(server,
		step{[]string{"apply", "-auto-approve"}, 1, 5, refusal},
		step{[]string{"state", "list"}, 0, 0, "terraform_data.stage"},
	)
	if made := tf.Run("state", "list").Stdout; strings.Contains(made, "terraform_data.attach") {
		t.Errorf("made before it was judged: %s", made)
	}
}
