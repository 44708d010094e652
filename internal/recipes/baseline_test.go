package recipes_test

import (
	"fmt"
	"maps"
	"slices"
	"testing"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/fakeapi"
)

const (
	// referringDomains is what the fake answers for blog.example by default.
	referringDomains = 635
	// replaceBaseline accepts a new baseline for blog.example.
	replaceBaseline = `-replace=terraform_data.baseline["blog.example"]`
)

// setReferringDomains makes the fake answer n referring domains for blog.example.
func setReferringDomains(server *fakeapi.Server, n int) {
	server.On("blog.example", fakeapi.Field("referring_domains", fmt.Sprint(n)))
}

// newBaseline returns the recipe after its first apply.
func newBaseline(t *testing.T, server *fakeapi.Server) recipe {
	t.Helper()
	tf := newRecipe(t, "policy-baseline", server)
	tf.walk(server, step{[]string{"apply", "-auto-approve"}, 0, 2, fmt.Sprintf(`"referring_domains" = %d`, referringDomains)})
	return tf
}

func TestRecipe_baseline(t *testing.T) {
	t.Parallel()
	server := fakeapi.Start(t, fakeapi.Options{})
	tf := newBaseline(t, server)
	unchanged := step{[]string{"plan", "-detailed-exitcode"}, 0, 2, "No changes."}
	tf.walk(server, unchanged)
	for _, c := range []struct {
		domains int
		want    step
	}{
		{1000, unchanged}, // a rise does not raise the baseline
		{572, unchanged},  // a drop of less than 10 percent
		{571, step{[]string{"plan"}, 1, 2, "blog.example fell from 635 referring domains"}},
	} {
		setReferringDomains(server, c.domains)
		tf.walk(server, c.want)
	}
	setReferringDomains(server, 508)
	verdict(t, "policy-baseline", tf.walk(server, step{[]string{"plan", "-detailed-exitcode"}, 1, 2, ""}))
	tf.walk(server, step{[]string{"plan", "-destroy"}, 0, 2, "4 to destroy"}) // which skips postconditions
}

// TestRecipe_baselineAccept checks that the plan shows a new baseline, however it is
// accepted, and that later plans compare with it.
func TestRecipe_baselineAccept(t *testing.T) {
	t.Parallel()
	for name, accept := range map[string]string{
		"by hand":              replaceBaseline,
		"in the configuration": `-var=domains={"blog.example"="second","docs.example"="first"}`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := fakeapi.Start(t, fakeapi.Options{})
			tf := newBaseline(t, server)
			setReferringDomains(server, 508)
			tf.walk(server,
				step{[]string{"plan", "-detailed-exitcode", accept}, 2, 2, "referring_domains = 635 -> 508"},
				step{[]string{"apply", "-auto-approve", accept}, 0, 2, "Resources: 1 added, 0 changed, 1 destroyed."},
			)
			if name == "in the configuration" {
				tf.Edit("main.tf", `"blog.example" = "first"`, `"blog.example" = "second"`)
			}
			tf.walk(server, step{[]string{"plan", "-detailed-exitcode"}, 0, 2, "No changes."})
			setReferringDomains(server, 400)
			tf.walk(server, step{[]string{"plan"}, 1, 2, "blog.example fell from 508"})
		})
	}
}

// TestRecipe_baselineUnknown checks that an unknown or low number becomes no baseline,
// neither the first nor a later one, and that a later plan refuses it.
func TestRecipe_baselineUnknown(t *testing.T) {
	t.Parallel()
	faults := map[string]fakeapi.Fault{
		"empty.example": fakeapi.NoData(),
		"null.example":  fakeapi.Field("referring_domains", "null"),
		"few.example":   fakeapi.Field("referring_domains", "99"),
	}
	const refused = "- empty.example: DataForSEO has no data" +
		" - few.example: referring_domains is 99, at least 100 required" +
		" - null.example: referring_domains is null, at least 100 required"
	server := fakeapi.Start(t, fakeapi.Options{})
	tf := newRecipe(t, "policy-baseline", server)
	replace := []string{"plan"}
	for domain, fault := range faults {
		server.On(domain, fault, fakeapi.OK, fault) // only the apply gets a good answer
		replace = append(replace, fmt.Sprintf("-replace=terraform_data.baseline[%q]", domain))
	}
	tf.Write("terraform.tfvars", "domains = "+mapOf(slices.Sorted(maps.Keys(faults)), `"first"`))
	tf.walk(server,
		step{[]string{"plan"}, 1, 3, refused},
		step{[]string{"apply", "-auto-approve"}, 0, 3, ""},
		step{[]string{"plan"}, 1, 3, refused},
		step{replace, 1, 3, refused},
	)
}

// TestRecipe_baselineOutput shows why the recipe compares with self.input: self.output
// of a new baseline is unknown, so the plan skips the condition.
func TestRecipe_baselineOutput(t *testing.T) {
	t.Parallel()
	for attribute, planExit := range map[string]int{"input": 1, "output": 0} {
		server := fakeapi.Start(t, fakeapi.Options{})
		tf := newRecipe(t, "policy-baseline", server)
		tf.Edit("main.tf", "        self.input.referring_domains *", "        self."+attribute+".referring_domains * 2 *") // always false
		tf.walk(server, step{[]string{"plan"}, planExit, 2, ""}, step{[]string{"apply", "-auto-approve"}, 1, 2, "blog.example fell from 635"})
	}
}
