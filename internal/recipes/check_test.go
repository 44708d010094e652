package recipes_test

import (
	"strings"
	"testing"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/fakeapi"
)

// TestRecipe_check checks that the check reads once, changes no exit code, and names
// every domain that does not pass.
func TestRecipe_check(t *testing.T) {
	t.Parallel()
	server := fakeapi.Start(t, fakeapi.Options{NamedFaults: true})
	tf := newRecipe(t, "policy-check", server)
	domains := `-var=domains=["blog.example","error-40501.example","expired.example","no-data.example","spammy.example"]`
	r := tf.walk(server,
		step{[]string{"plan", "-out=plan", "-detailed-exitcode", domains}, 0, 5, ""},
		step{[]string{"apply", "plan"}, 0, 0, "Check block assertion failed"},
		step{[]string{"apply", "-auto-approve", domains}, 0, 5, "error-40501.example: the read failed"},
		step{[]string{"plan", "-detailed-exitcode", domains}, 0, 5, "No changes."},
	)
	verdict(t, "policy-check", r)
}

// TestRecipe_checkNested shows the disadvantages of a data source inside a check.
func TestRecipe_checkNested(t *testing.T) {
	t.Parallel()
	server := fakeapi.Start(t, fakeapi.Options{})
	tf := newRecipe(t, "policy-check/nested", server)
	tf.walk(server,
		step{[]string{"plan", "-detailed-exitcode"}, 2, 1, "(config will be reloaded to verify a check block)"},
		step{[]string{"apply", "-auto-approve"}, 0, 2, ""},
		step{[]string{"plan", "-detailed-exitcode", "-out=plan"}, 2, 1, "referring_links_semantic_locations = {"}, // the whole object
		step{[]string{"apply", "plan"}, 0, 1, ""},
		step{[]string{"plan", "-detailed-exitcode"}, 2, 1, "Plan: 0 to add, 0 to change, 0 to destroy."}, // always
		step{[]string{"plan", "-var=domain=spammy.example"}, 0, 1, "Check block assertion failed"},
	)
	// A failed read is a warning, and the assertion is skipped.
	server.On("blog.example", fakeapi.Code(40501))
	r := tf.walk(server, step{[]string{"plan"}, 0, 1, "Warning: DataForSEO refuses target (40501)"})
	if strings.Contains(r.Stdout, "assertion") {
		t.Errorf("the assertion was evaluated\n%s", r.Stdout)
	}
}
