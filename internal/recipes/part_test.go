package recipes_test

import (
	"fmt"
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

// TestRecipes_pages: the home page of a bad domain has its own numbers, usually better
// ones, and a port may have others too. No recipe takes them for the domain.
func TestRecipes_pages(t *testing.T) {
	t.Parallel()
	for recipe, domains := range map[string]string{
		"demo":            `domains=["%s"]`,
		"policy-gate":     `domains=["%s"]`,
		"policy-in-use":   `domains={"%s"={in_use=true}}`,
		"policy-check":    `domains=["%s"]`,
		"policy-baseline": `domains={"%s"="first"}`,
		"policy-opa":      `domains=["%s"]`,
		"policy-tests":    `domain=%s`,
		"from-http":       `domains=["%s"]`,
		"large-portfolio": `domains=["%s"]`,
	} {
		for _, target := range []string{"https://spammy.example", "https://spammy.example/x", "spammy.example:443"} {
			t.Run(recipe+"/"+target, func(t *testing.T) {
				t.Parallel()
				if recipe == "policy-opa" || recipe == "policy-tests" {
					acctest.SkipBelow(t, tfversion.Version1_8_0, "the recipe")
				}
				server := fakeapi.Start(t, fakeapi.Options{})
				newRecipe(t, recipe, server).walk(server,
					step{[]string{"plan", "-var=" + fmt.Sprintf(domains, target)}, 1, 0, "without a scheme, a path or a port"})
			})
		}
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
