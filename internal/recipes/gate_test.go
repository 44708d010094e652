package recipes_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/tfversion"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/acctest"
	"github.com/dataforseo/terraform-provider-dataforseo/internal/fakeapi"
)

const spammySet = `-var=domains=["blog.example","spammy.example"]`

func TestRecipe_gate(t *testing.T) {
	t.Parallel()
	server := fakeapi.Start(t, fakeapi.Options{})
	tf := newRecipe(t, "policy-gate", server)
	r := tf.walk(server,
		step{[]string{"plan", "-detailed-exitcode"}, 2, 1, "Plan: 3 to add"},
		step{[]string{"plan", spammySet, "-target=terraform_data.attach"}, 1, 1, "spammy.example: backlinks_spam_score is 67"},
		step{[]string{"plan", spammySet}, 1, 1, "Planning failed."},
	)
	verdict(t, "policy-gate", r)
}

// TestRecipe_gateDestroy checks that a refused domain also stops a destroy, and that
// -refresh=false helps, as the error says.
func TestRecipe_gateDestroy(t *testing.T) {
	t.Parallel()
	server := fakeapi.Start(t, fakeapi.Options{})
	tf := newRecipe(t, "policy-gate", server)
	tf.walk(server, step{[]string{"apply", "-auto-approve"}, 0, 1, ""})
	server.OnPath(fakeapi.BulkPagesSummaryPath, fakeapi.ItemField("blog.example", "backlinks_spam_score", 100))
	tf.walk(server,
		step{[]string{"plan"}, 1, 1, "blog.example: backlinks_spam_score is 100, at most 30 allowed"},
		step{[]string{"destroy", "-auto-approve"}, 1, 1, "This stops terraform destroy too. With -refresh=false, a destroy reads nothing."},
		step{[]string{"destroy", "-auto-approve", "-refresh=false"}, 0, 0, "Resources: 3 destroyed"},
	)
}

const (
	pending = "(depends on a resource or a module with changes pending)"
	unknown = "(config refers to values not yet known)"
)

// TestRecipe_deferred checks that the plan passes unchecked, that the apply fails
// half-way, and that the next plan refuses the domain.
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
				step{[]string{"state", "list"}, 0, 0, "terraform_data.stage"}, // created before the error
				step{[]string{"plan"}, 1, 1, "spammy.example"},
			)
		})
	}
}

// newDeferred returns one variant of the recipe.
func newDeferred(t *testing.T, variant string, server *fakeapi.Server) recipe {
	t.Helper()
	tf := newConfiguration(t, string(acctest.ReadFile(t, examples+"/policy-gate/deferred/main.tf")), server)
	tf.Write("versions.tf", "") // main.tf has it
	tf.Write(variant+".tf", string(acctest.ReadFile(t, examples+"/policy-gate/deferred/"+variant+".tf")))
	return tf
}

// TestRecipe_deferredInstead checks that the plan reads, and refuses, what the recipe
// recommends instead.
func TestRecipe_deferredInstead(t *testing.T) {
	t.Parallel()
	refused := step{[]string{"plan"}, 1, 1, `"spammy.example" does not pass`}
	for name, c := range map[string]struct {
		variant, part, instead string
		want                   step
	}{
		"without depends_on":          {"depends_on", "depends_on = [terraform_data.stage]", "", refused},
		"a variable as the target":    {"unknown_target", "= terraform_data.zone.output", "= var.domain", refused},
		"for_each over a variable":    {"for_each", "= terraform_data.zones", "= toset([var.domain])", refused},
		"input instead of the output": {"unknown_target", "= terraform_data.zone.output", "= terraform_data.zone.input", step{[]string{"plan"}, 0, 0, pending}}, // still deferred
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

// TestRecipe_deferredByReference checks which references to a resource with pending
// changes defer a read: direct ones always, those through a local only if the data
// source has conditions.
func TestRecipe_deferredByReference(t *testing.T) {
	t.Parallel()
	const postcondition = "lifecycle {\n postcondition {\n condition = self.has_data == true\n error_message = \"x\"\n }\n }"
	config := `
		resource "terraform_data" "zones" {
		  for_each = toset(["spammy.example"])
		}
		locals {
		  names = keys(terraform_data.zones)
		}
	`
	var want []string
	for i, c := range []struct {
		forEach, conditions string
		read                bool
	}{
		{`toset(["spammy.example"])`, "", true},
		{`toset(["spammy.example"])`, postcondition, true},
		{"terraform_data.zones", "", false},
		{"terraform_data.zones", postcondition, false},
		{"toset(local.names)", "", true},
		{"toset(local.names)", postcondition, false},
	} {
		config += fmt.Sprintf(`
			data "dataforseo_backlinks_summary" "site%d" {
			  for_each = %s
			  target   = "site%d.${each.key}"
			  %s
			}
		`, i, c.forEach, i, c.conditions)
		if c.read {
			want = append(want, fmt.Sprintf("site%d.spammy.example", i))
		}
	}
	server := fakeapi.Start(t, fakeapi.Options{})
	newConfiguration(t, config, server).MustRun("plan")
	var got []string
	for _, request := range server.Requests() {
		got = append(got, request.Targets...)
	}
	slices.Sort(got)
	if !slices.Equal(got, want) {
		t.Errorf("the plan read %v, want %v", got, want)
	}
}

// TestRecipe_deferredByOne checks that one new zone defers the reads of all zones.
func TestRecipe_deferredByOne(t *testing.T) {
	t.Parallel()
	if have := acctest.Version(t); have.LessThan(tfversion.Version1_6_0) {
		t.Skipf("Terraform %s fails with %q", have, "Missing pending object in plan")
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

// TestRecipe_inUse checks that only domains in use must pass. Others cause warnings.
func TestRecipe_inUse(t *testing.T) {
	t.Parallel()
	server := fakeapi.Start(t, fakeapi.Options{NamedFaults: true})
	tf := newRecipe(t, "policy-in-use", server)
	watched := tf.walk(server, step{[]string{"plan"}, 0, 3, "Plan: 2 to add"})
	verdict(t, "policy-in-use-watched", watched)
	for _, domain := range []string{"spammy", "error-40501"} {
		r := tf.walk(server, step{[]string{"plan", `-var=domains={"blog.example"={in_use=true},"` + domain + `.example"={in_use=true}}`}, 1, 2, ""})
		r.Stdout = "" // without the warnings, which are like those above
		verdict(t, "policy-in-use-"+domain, r)
	}
}

// TestRecipe_inUseKeeps checks that a failed read of a domain in use stops the apply,
// and that the domain stays in use.
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
	// The recipe's comment warns about this for_each.
	tf.Edit("main.tf", "domain => options if options.in_use }", `domain => options if options.in_use && data.dataforseo_backlinks_summaries.portfolio.summaries[domain].passed }`)
	tf.walk(server, step{[]string{"plan"}, 0, 3, "Plan: 0 to add, 0 to change, 1 to destroy."})
}

// TestRecipe_accountFails checks that a failure of the account stops the plan, even if
// no domain is in use.
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
