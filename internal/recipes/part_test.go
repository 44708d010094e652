package recipes_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/tfversion"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/acctest"
	"github.com/dataforseo/terraform-provider-dataforseo/internal/fakeapi"
)

// TestRecipes_refreshOnly checks that -refresh-only turns conditions into warnings, but
// not require, as the guide says. Without -refresh-only, all of these plans fail.
func TestRecipes_refreshOnly(t *testing.T) {
	t.Parallel()
	refreshOnly := func(t *testing.T, recipe string, args ...string) acctest.Result {
		t.Helper()
		server := fakeapi.Start(t, fakeapi.Options{})
		return newRecipe(t, recipe, server).Run(append([]string{"plan", "-refresh-only", "-no-color"}, args...)...)
	}
	t.Run("policy-gate", func(t *testing.T) {
		t.Parallel()
		assertRefused(t, refreshOnly(t, "policy-gate", spammySet), "spammy.example")
	})
	t.Run("policy-in-use", func(t *testing.T) {
		t.Parallel()
		assertWarning(t, refreshOnly(t, "policy-in-use", `-var=domains={"spammy.example"={in_use=true}}`), "spammy.example cannot be used")
	})
	t.Run("portfolio-module", func(t *testing.T) {
		t.Parallel()
		acctest.SkipBelow(t, tfversion.Version1_8_0, "functions")
		r := refreshOnly(t, "portfolio-module")
		assertWarning(t, r, "The portfolio does not pass.")
		verdict(t, "portfolio-module-refresh-only", r)
	})
}

// TestRecipes_noDomains checks that no recipe passes without domains.
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

// TestRecipes_pages checks that recipes refuse pages and ports before anything is paid,
// because they have other metrics than the domain. A URL has both characters.
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
		t.Run(recipe, func(t *testing.T) {
			t.Parallel()
			if recipe == "policy-opa" || recipe == "policy-tests" {
				acctest.SkipBelow(t, tfversion.Version1_8_0, "the recipe")
			}
			server := fakeapi.Start(t, fakeapi.Options{})
			tf := newRecipe(t, recipe, server)
			for _, target := range []string{"spammy.example/x", "spammy.example:443"} {
				tf.walk(server, step{[]string{"plan", "-var=" + fmt.Sprintf(domains, target)}, 1, 0, "without a scheme, a path or a port"})
			}
		})
	}
}

// TestRecipe_checkPart checks that plans with -target or -destroy evaluate no check. With
// -target, the data source's warning remains.
func TestRecipe_checkPart(t *testing.T) {
	t.Parallel()
	server := fakeapi.Start(t, fakeapi.Options{})
	tf := newRecipe(t, "policy-check", server)
	tf.Edit("main.tf", "check \"backlinks\" {", "output \"passed\" { value = data.dataforseo_backlinks_summaries.watched.passed }\ncheck \"backlinks\" {")
	tf.walk(server, step{[]string{"apply", "-auto-approve", spammySet}, 0, 2, "Check block assertion failed"})
	for part, message := range map[string]string{"-target=data.dataforseo_backlinks_summaries.watched": "1 of 2 targets does not pass", "-destroy": ""} {
		r := tf.walk(server, step{[]string{"plan", spammySet, part}, 0, 2, message})
		if said := acctest.Unwrapped(r.Stdout + r.Stderr); strings.Contains(said, "assertion failed") {
			t.Errorf("%s: the check was evaluated\n%s", part, said)
		}
	}
}

// TestRecipe_portfolioPart checks that -target doesn't get past the policy, and neither
// does a read that waits for the apply.
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
		t.Errorf("the domain is attached: %s", made)
	}
}
