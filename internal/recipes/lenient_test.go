package recipes_test

import (
	"testing"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/fakeapi"
)

// TestRecipe_lenient: the plan goes on without the domains that are only watched and
// names them; it stops for the same failure where a domain is in use.
func TestRecipe_lenient(t *testing.T) {
	t.Parallel()
	server := fakeapi.Start(t, fakeapi.Options{NamedFaults: true})
	tf := newRecipe(t, "policy-lenient", server)
	domains := func(inUse string) string {
		return `-var=domains={"blog.example"={in_use=true},"spammy.example"={in_use=false},"no-data.example"={in_use=false},"error-40501.example"={in_use=` + inUse + `}}`
	}
	goesOn := tf.walk(server, step{[]string{"plan", domains("false")}, 0, 4, "Plan: 1 to add, 0 to change, 0 to destroy."})
	verdict(t, "policy-lenient-goes-on", goesOn)
	stops := tf.walk(server, step{[]string{"plan", domains("true")}, 1, 4, ""})
	stops.Stdout = "" // the warnings are those above
	verdict(t, "policy-lenient-stops", stops)
}

// TestRecipe_lenientKeeps: a domain in use whose read fails is neither used anew nor
// taken out of use.
func TestRecipe_lenientKeeps(t *testing.T) {
	t.Parallel()
	server := fakeapi.Start(t, fakeapi.Options{})
	tf := newRecipe(t, "policy-lenient", server)
	tf.walk(server, step{[]string{"apply", "-auto-approve"}, 0, 3, "Resources: 2 added"})
	server.On("blog.example", fakeapi.Code(40501))
	tf.walk(server,
		step{[]string{"apply", "-auto-approve"}, 1, 3, "blog.example cannot be used"},
		step{[]string{"state", "list"}, 0, 0, `terraform_data.attach["blog.example"]`},
	)
	// What the recipe warns of.
	tf.Edit("main.tf", "domain => options if options.in_use }", `domain => options if options.in_use && local.verdicts[domain] == "passed" }`)
	tf.walk(server, step{[]string{"plan"}, 0, 3, "Plan: 0 to add, 0 to change, 1 to destroy."})
}

// TestRecipe_lenientAccount: what would befall every domain stops the plan, whether
// the domain is in use or not.
func TestRecipe_lenientAccount(t *testing.T) {
	t.Parallel()
	server := fakeapi.Start(t, fakeapi.Options{})
	server.On("docs.example", fakeapi.Code(40200))
	newRecipe(t, "policy-lenient", server).walk(server,
		step{[]string{"plan"}, 1, 3, "Error: The DataForSEO account has to be topped up (40200)"})
}
