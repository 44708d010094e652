package recipes_test

import (
	"strings"
	"testing"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/acctest"
	"github.com/dataforseo/terraform-provider-dataforseo/internal/fakeapi"
)

const (
	spammySet   = `-var=domains=["blog.example","spammy.example"]`
	spammyInUse = `-var=domains={"blog.example"={in_use=true},"spammy.example"={in_use=true}}`
)

// TestRecipes_refreshOnly: -refresh-only turns what stops a plan into a warning, with
// every recipe. The guide says so, and what to do instead.
func TestRecipes_refreshOnly(t *testing.T) {
	t.Parallel()
	for recipe, args := range map[string][]string{
		"policy-postcondition":              {spammySet},
		"policy-postcondition/precondition": {spammyInUse},
		"policy-lenient":                    {spammyInUse},
		"portfolio-module":                  nil,
		"from-http":                         {spammySet},
		"large-portfolio":                   {spammySet},
	} {
		t.Run(recipe, func(t *testing.T) {
			t.Parallel()
			server := fakeapi.Start(t, fakeapi.Options{})
			tf := newRecipe(t, recipe, server)
			stops := tf.Run(append([]string{"plan", "-no-color"}, args...)...)
			warns := tf.Run(append([]string{"plan", "-refresh-only", "-no-color"}, args...)...)
			if stops.ExitCode != 1 || warns.ExitCode != 0 {
				t.Fatalf("exit codes %d and %d, want 1 and 0\n%s%s", stops.ExitCode, warns.ExitCode, warns.Stdout, warns.Stderr)
			}
			if recipe == "policy-postcondition" {
				verdict(t, "policy-postcondition-refresh-only", warns)
			}
		})
	}
}

// TestRecipes_noDomains: a policy without domains passes always, so there must be one.
func TestRecipes_noDomains(t *testing.T) {
	t.Parallel()
	for recipe, none := range map[string]string{
		"demo":                              "[]",
		"policy-postcondition":              "[]",
		"policy-postcondition/precondition": "{}",
		"policy-check":                      "[]",
		"policy-lenient":                    "{}",
		"policy-baseline":                   "{}",
		"from-http":                         "[]",
		"large-portfolio":                   "[]",
	} {
		t.Run(recipe, func(t *testing.T) {
			t.Parallel()
			server := fakeapi.Start(t, fakeapi.Options{})
			newRecipe(t, recipe, server).walk(server,
				step{[]string{"plan", "-var=domains=" + none}, 1, 0, "There are no domains: a policy on nothing passes always."})
		})
	}
}

// TestRecipe_checkPart: a plan for a part of the configuration, and one to destroy it,
// read the domains and do not look at the checks.
func TestRecipe_checkPart(t *testing.T) {
	t.Parallel()
	server := fakeapi.Start(t, fakeapi.Options{})
	tf := newRecipe(t, "policy-check", server)
	tf.Edit("main.tf", "check \"spam_score\" {", "output \"spam\" { value = local.spam }\ncheck \"spam_score\" {")
	tf.walk(server, step{[]string{"apply", "-auto-approve", spammySet}, 0, 2, "Check block assertion failed"})
	for _, part := range []string{"-target=data.dataforseo_backlinks_summary.watched", "-destroy"} {
		r := tf.walk(server, step{[]string{"plan", spammySet, part}, 0, 2, ""})
		if said := acctest.Unwrapped(r.Stdout + r.Stderr); strings.Contains(said, "assertion failed") {
			t.Errorf("%s: the checks were looked at\n%s", part, said)
		}
	}
}

// TestRecipe_checkLive: that nothing says when a domain was lost does not make it live.
func TestRecipe_checkLive(t *testing.T) {
	t.Parallel()
	for recipe, says := range map[string]string{
		"policy-check": "Lost, or not known to be live: blog.example (unknown).",
		"data-sources/dataforseo_backlinks_summary/check": "DataForSEO has no live backlinks for example.com.",
	} {
		server := fakeapi.Start(t, fakeapi.Options{})
		for _, target := range []string{"blog.example", "example.com"} {
			server.On(target, almostNothing())
		}
		r := newRecipe(t, recipe, server).Run("plan", "-no-color")
		if r.ExitCode != 0 || !strings.Contains(acctest.Unwrapped(r.Stdout), says) {
			t.Errorf("%s: exit code %d, want a warning: %s\n%s%s", recipe, r.ExitCode, says, r.Stdout, r.Stderr)
		}
	}
}

// TestRecipe_portfolioPart: a plan for what uses the domains alone is judged as the
// whole plan is, whether or not it waits for the module.
func TestRecipe_portfolioPart(t *testing.T) {
	t.Parallel()
	const refusal = "- spammy.example: spam score 67 (at most 30)"
	server := fakeapi.Start(t, fakeapi.Options{})
	tf := newRecipe(t, "portfolio-module", server)
	tf.walk(server, step{[]string{"plan", "-target=terraform_data.attach"}, 1, 5, refusal})
	tf.Edit("main.tf", "  depends_on = [module.portfolio]\n", "")
	tf.walk(server,
		step{[]string{"plan", "-target=terraform_data.attach"}, 1, 5, refusal},
		step{[]string{"plan", "-target=terraform_data.attach", "-var=enforce=false"}, 0, 5, "Plan: 5 to add"},
	)
	// What asks whether all passed is judged too, also when that is known at the apply only.
	tf.Write("use.tf", "resource \"terraform_data\" \"use\" {\n  input = module.portfolio.passed\n}\n")
	tf.walk(server, step{[]string{"plan", "-target=terraform_data.use"}, 1, 5, refusal})
	tf.Edit("main.tf", "  enforce = var.enforce\n", "  enforce = var.enforce\n  depends_on = [terraform_data.stage]\n")
	tf.Write("stage.tf", "resource \"terraform_data\" \"stage\" {\n  input = \"production\"\n}\n")
	tf.walk(server,
		step{[]string{"apply", "-auto-approve", "-target=terraform_data.use"}, 1, 5, refusal},
		step{[]string{"state", "list"}, 0, 0, ""},
	)
	if made := tf.Run("state", "list").Stdout; strings.Contains(made, "terraform_data.use") {
		t.Errorf("made before it was judged: %s", made)
	}
	// Nor does it take a root module that shows the verdict.
	tf.Write("use.tf", "")
	tf.Write("main.tf", `
		module "portfolio" {
		  source  = "./modules/portfolio"
		  domains = { "spammy.example" = { max_spam_score = 30 } }
		}
	`)
	tf.walk(server, step{[]string{"plan"}, 1, 1, refusal})
}
