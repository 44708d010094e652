package recipes_test

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/tfversion"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/acctest"
	"github.com/dataforseo/terraform-provider-dataforseo/internal/fakeapi"
)

const (
	spammySet   = `-var=domains=["blog.example","spammy.example"]`
	spammyInUse = `-var=domains={"blog.example"={in_use=true},"spammy.example"={in_use=true}}`
)

func TestRecipe_gate(t *testing.T) {
	t.Parallel()
	server := fakeapi.Start(t, fakeapi.Options{})
	tf := newRecipe(t, "policy-gate", server)
	r := tf.walk(server,
		step{[]string{"plan", "-detailed-exitcode"}, 2, 1, "Plan: 3 to add"},
		step{[]string{"plan", `-var=domains=["blog.example", "https://spammy.example/"]`}, 1, 0, "Give domains, without a scheme"},
		step{[]string{"plan", "-var=domains=[]"}, 1, 0, "There are no targets"},
		step{[]string{"plan", spammySet, "-target=terraform_data.attach"}, 1, 1, "spammy.example: backlinks_spam_score is 67"},
		step{[]string{"plan", spammySet}, 1, 1, "Planning failed."},
	)
	verdict(t, "policy-gate", r)
}

// TestRecipe_gateDestroy: a destroy reads too, so a domain that does not pass stops it.
// The message says how to get past that, and it is true.
func TestRecipe_gateDestroy(t *testing.T) {
	t.Parallel()
	server := fakeapi.Start(t, fakeapi.Options{})
	tf := newRecipe(t, "policy-gate", server)
	tf.walk(server, step{[]string{"apply", "-auto-approve"}, 0, 1, ""})
	server.OnPath(fakeapi.BulkPagesSummaryPath, fakeapi.ItemField("blog.example", "backlinks_spam_score", 100))
	tf.walk(server,
		step{[]string{"plan"}, 1, 1, "blog.example: backlinks_spam_score is 100, at most 30 allowed"},
		step{[]string{"destroy", "-auto-approve"}, 1, 1, "To destroy resources anyway, use -refresh=false: a destroy then reads nothing."},
		step{[]string{"destroy", "-auto-approve", "-refresh=false"}, 0, 0, "Resources: 3 destroyed"},
	)
}

const (
	pending = "(depends on a resource or a module with changes pending)"
	unknown = "(config refers to values not yet known)"
)

// TestRecipe_deferred: the plan passes without any check, the apply fails half-way,
// and only then does a plan refuse.
func TestRecipe_deferred(t *testing.T) {
	t.Parallel()
	for variant, because := range map[string]string{
		"depends_on": pending, "for_each": pending, "unknown_target": unknown,
	} {
		t.Run(variant, func(t *testing.T) {
			t.Parallel()
			server := fakeapi.Start(t, fakeapi.Options{})
			tf := newDeferred(t, variant, server)
			r := tf.walk(server,
				step{[]string{"plan", "-detailed-exitcode"}, 2, 0, "will be read during apply # " + because},
				step{[]string{"apply", "-auto-approve"}, 1, 1, `Error: "spammy.example" does not pass`},
			)
			verdict(t, "policy-gate-deferred-"+variant, r)
			tf.walk(server,
				step{[]string{"state", "list"}, 0, 0, "terraform_data.stage"}, // what the apply had made by then
				step{[]string{"plan"}, 1, 1, "spammy.example"},
			)
		})
	}
}

// newDeferred is the recipe of the trap with one of its variants.
func newDeferred(t *testing.T, variant string, server *fakeapi.Server) recipe {
	t.Helper()
	tf := newConfiguration(t, string(acctest.ReadFile(t, examples+"/policy-gate/deferred/main.tf")), server)
	tf.Write("versions.tf", "") // main.tf has it
	tf.Write(variant+".tf", string(acctest.ReadFile(t, examples+"/policy-gate/deferred/"+variant+".tf")))
	return tf
}

// TestRecipe_deferredInstead: what the recipe recommends instead of the trap is read,
// and refused, by the plan. What looks like a way out and is none, is not.
func TestRecipe_deferredInstead(t *testing.T) {
	t.Parallel()
	refused := step{[]string{"plan"}, 1, 1, `"spammy.example" does not pass`}
	for name, c := range map[string]struct {
		variant, part, instead string
		want                   step
	}{
		"without depends_on":           {"depends_on", "depends_on = [terraform_data.stage]", "", refused},
		"the name itself":              {"unknown_target", "= terraform_data.zone.output", "= var.domain", refused},
		"what the zones are made from": {"for_each", "= terraform_data.zones", "= toset([var.domain])", refused},
		"a known target is no way out": {"unknown_target", "= terraform_data.zone.output", "= terraform_data.zone.input", step{[]string{"plan"}, 0, 0, pending}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := fakeapi.Start(t, fakeapi.Options{})
			tf := newDeferred(t, c.variant, server)
			tf.Edit(c.variant+".tf", c.part, c.instead)
			tf.walk(server, c.want)
		})
	}
}

// TestRecipe_deferredByMention pins down which mention of a resource with pending
// changes defers a read: its own one always, one through a local only if the data
// has conditions.
func TestRecipe_deferredByMention(t *testing.T) {
	t.Parallel()
	const postcondition = "lifecycle {\n postcondition {\n condition = self.has_data == true\n error_message = \"x\"\n }\n }"
	for name, c := range map[string]struct {
		forEach, conditions string
		calls               int
	}{
		"none":                             {`toset(["spammy.example"])`, "", 1},
		"none, with conditions":            {`toset(["spammy.example"])`, postcondition, 1},
		"its own":                          {"terraform_data.zones", "", 0},
		"its own, with conditions":         {"terraform_data.zones", postcondition, 0},
		"through a local":                  {"toset(local.names)", "", 1},
		"through a local, with conditions": {"toset(local.names)", postcondition, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := fakeapi.Start(t, fakeapi.Options{})
			tf := newConfiguration(t, `
				resource "terraform_data" "zones" {
				  for_each = toset(["spammy.example"])
				}
				locals {
				  names = keys(terraform_data.zones)
				}
				data "dataforseo_backlinks_summary" "site" {
				  for_each = `+c.forEach+`
				  target   = each.key
				  `+c.conditions+`
				}
			`, server)
			tf.walk(server, step{[]string{"plan"}, 0, c.calls, ""})
		})
	}
}

// TestRecipe_deferredByOne: one new zone defers the reads of all.
func TestRecipe_deferredByOne(t *testing.T) {
	t.Parallel()
	if have := acctest.Version(t); have.LessThan(tfversion.Version1_6_0) {
		t.Skipf("Terraform %s refuses this plan with an error of its own: Missing pending object in plan", have)
	}
	server := fakeapi.Start(t, fakeapi.Options{})
	tf := newDeferred(t, "for_each", server)
	tf.walk(server,
		step{[]string{"apply", "-auto-approve", "-var=domain=blog.example"}, 0, 1, ""},
		step{[]string{"plan", "-var=domain=blog.example"}, 0, 1, "No changes."},
	)
	tf.Edit("for_each.tf", "  for_each = toset([var.domain])", `  for_each = toset([var.domain, "shop.example"])`)
	tf.walk(server, step{[]string{"plan", "-var=domain=blog.example"}, 0, 0,
		`data.dataforseo_backlinks_summary.for_each["blog.example"] will be read during apply`})
}

// TestRecipe_inUse: only what is in use must pass. What is watched is a warning.
func TestRecipe_inUse(t *testing.T) {
	t.Parallel()
	server := fakeapi.Start(t, fakeapi.Options{NamedFaults: true})
	tf := newRecipe(t, "policy-in-use", server)
	watched := tf.walk(server, step{[]string{"plan"}, 0, 3, "Plan: 2 to add"})
	verdict(t, "policy-in-use-watched", watched)
	for _, domain := range []string{"spammy", "error-40501"} {
		r := tf.walk(server, step{[]string{"plan", `-var=domains={"blog.example"={in_use=true},"` + domain + `.example"={in_use=true}}`}, 1, 2, ""})
		r.Stdout = "" // the warnings are like those above
		verdict(t, "policy-in-use-"+domain, r)
	}
}

// TestRecipe_inUseKeeps: a domain in use whose read fails is neither used anew nor
// taken out of use.
func TestRecipe_inUseKeeps(t *testing.T) {
	t.Parallel()
	server := fakeapi.Start(t, fakeapi.Options{})
	tf := newRecipe(t, "policy-in-use", server)
	tf.walk(server, step{[]string{"apply", "-auto-approve"}, 0, 3, "Resources: 2 added"})
	server.On("blog.example", fakeapi.Code(40501))
	tf.walk(server,
		step{[]string{"apply", "-auto-approve"}, 1, 3, "blog.example cannot be used"},
		step{[]string{"state", "list"}, 0, 0, `terraform_data.attach["blog.example"]`},
	)
	// What the recipe warns of.
	tf.Edit("main.tf", "domain => options if options.in_use }", `domain => options if options.in_use && data.dataforseo_backlinks_summaries.portfolio.summaries[domain].passed }`)
	tf.walk(server, step{[]string{"plan"}, 0, 3, "Plan: 0 to add, 0 to change, 1 to destroy."})
}

// TestRecipe_account_fails: what every domain shares stops the plan, used or not.
func TestRecipe_accountFails(t *testing.T) {
	t.Parallel()
	for recipe, domains := range map[string]string{
		"policy-in-use": `-var=domains={"shop.example"={in_use=false}}`, "policy-check": `-var=domains=["shop.example"]`,
	} {
		server := fakeapi.Start(t, fakeapi.Options{})
		server.On("shop.example", fakeapi.Code(40200))
		newRecipe(t, recipe, server).walk(server,
			step{[]string{"plan", domains}, 1, 1, "(40200)"})
	}
}
