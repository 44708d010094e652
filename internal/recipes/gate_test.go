package recipes_test

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/tfversion"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/acctest"
	"github.com/dataforseo/terraform-provider-dataforseo/internal/fakeapi"
)

func TestRecipe_postcondition(t *testing.T) {
	t.Parallel()
	server := fakeapi.Start(t, fakeapi.Options{})
	tf := newRecipe(t, "policy-postcondition", server)
	r := tf.walk(server,
		step{[]string{"plan", "-detailed-exitcode"}, 2, 3, "Plan: 3 to add"},
		step{[]string{"plan", "-var=max_spam_score=12"}, 0, 3, ""}, // blog.example has exactly that
		step{[]string{"plan", "-var=max_spam_score=11"}, 1, 3, "blog.example does not pass: spam score 12 (at most 11)"},
		step{[]string{"plan", "-var=max_spam_score=101"}, 1, 0, "a limit above 100 refuses nothing"},
		step{[]string{"plan", "-var=min_referring_domains=-1"}, 1, 0, "such a limit would let unknown numbers pass"},
		step{[]string{"plan", `-var=domains=["blog.example", "spammy.example"]`}, 1, 2, "Planning failed."},
	)
	verdict(t, "policy-postcondition", r)
}

// TestRecipe_postconditionDestroy: a policy does not keep anybody from destroying,
// but a read that fails does, unless nothing is read.
func TestRecipe_postconditionDestroy(t *testing.T) {
	t.Parallel()
	server := fakeapi.Start(t, fakeapi.Options{})
	tf := newRecipe(t, "policy-postcondition", server)
	tf.walk(server, step{[]string{"apply", "-auto-approve"}, 0, 3, ""})
	server.On("blog.example", fakeapi.Field("backlinks_spam_score", "100"))
	tf.walk(server,
		step{[]string{"plan"}, 1, 3, "blog.example does not pass"},
		step{[]string{"plan", "-destroy"}, 0, 3, "Plan: 0 to add, 0 to change, 3 to destroy"},
	)
	server.On("blog.example", fakeapi.Code(40501))
	tf.walk(server,
		step{[]string{"destroy", "-auto-approve"}, 1, 3, "DataForSEO refuses target (40501)"},
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
		"mentioned": pending, "depends_on": pending, "for_each": pending, "unknown_target": unknown,
	} {
		t.Run(variant, func(t *testing.T) {
			t.Parallel()
			server := fakeapi.Start(t, fakeapi.Options{})
			tf := newDeferred(t, variant, server)
			r := tf.walk(server,
				step{[]string{"plan", "-detailed-exitcode"}, 2, 0, "will be read during apply # " + because},
				step{[]string{"apply", "-auto-approve"}, 1, 1, "Error: Resource postcondition failed"},
			)
			verdict(t, "policy-postcondition-deferred-"+variant, r)
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
	tf := newConfiguration(t, string(acctest.ReadFile(t, examples+"/policy-postcondition/deferred/main.tf")), server)
	tf.Write("versions.tf", "") // main.tf has it
	tf.Write(variant+".tf", string(acctest.ReadFile(t, examples+"/policy-postcondition/deferred/"+variant+".tf")))
	return tf
}

// TestRecipe_deferredInstead: what the recipe recommends instead of the trap is read,
// and refused, by the plan. What looks like a way out and is none, is not.
func TestRecipe_deferredInstead(t *testing.T) {
	t.Parallel()
	const postcondition = "condition     = self.has_data == true && coalesce(self.backlinks_spam_score, 101) <= 30"
	for name, c := range map[string]struct {
		variant, part, instead string
		want                   step
	}{
		"a word of its own": {"mentioned", "terraform_data.stage.output", `"production"`,
			step{[]string{"plan"}, 1, 1, "spammy.example must not go to production"}},
		"without depends_on": {"depends_on", "depends_on = [terraform_data.stage]", "",
			step{[]string{"plan"}, 1, 1, "spammy.example does not pass"}},
		"the name itself": {"unknown_target", "= terraform_data.zone.output", "= var.domain",
			step{[]string{"plan"}, 1, 1, "spammy.example does not pass"}},
		"what the zones are made from": {"for_each", "= terraform_data.zones", "= toset([var.domain])",
			step{[]string{"plan"}, 1, 1, "spammy.example does not pass"}},
		"a known attribute in the message is no way out": {"mentioned", "terraform_data.stage.output", "terraform_data.stage.input",
			step{[]string{"plan"}, 0, 0, pending}},
		"a known target is no way out": {"unknown_target", "= terraform_data.zone.output", "= terraform_data.zone.input",
			step{[]string{"plan"}, 0, 0, pending}},
		"a condition of no consequence is no way out": {"for_each", postcondition, "condition = self.target != null",
			step{[]string{"plan"}, 0, 0, pending}},
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

// TestRecipe_precondition: only what is put into use must pass.
func TestRecipe_precondition(t *testing.T) {
	t.Parallel()
	server := fakeapi.Start(t, fakeapi.Options{})
	tf := newRecipe(t, "policy-postcondition/precondition", server)
	r := tf.walk(server,
		step{[]string{"plan"}, 0, 3, "Plan: 3 to add"},
		step{[]string{"plan", `-var=domains={"blog.example"={in_use=true},"spammy.example"={in_use=true}}`}, 1, 2, ""},
	)
	verdict(t, "policy-postcondition-precondition", r)
}
