package recipes_test

import (
	"fmt"
	"testing"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/fakeapi"
)

// referringDomains is what the fake says of blog.example unless told otherwise.
const referringDomains = 635

// fallTo makes the fake count n referring domains of blog.example.
func fallTo(server *fakeapi.Server, n int) {
	server.On("blog.example", fakeapi.Field("referring_domains", fmt.Sprint(n)))
}

// newBaseline is the recipe after its first apply.
func newBaseline(t *testing.T, server *fakeapi.Server) recipe {
	t.Helper()
	tf := newRecipe(t, "policy-baseline", server)
	tf.walk(server,
		step{[]string{"apply", "-auto-approve"}, 0, 2, fmt.Sprintf(`"referring_domains" = %d`, referringDomains)},
		step{[]string{"plan", "-detailed-exitcode"}, 0, 2, "No changes."},
	)
	return tf
}

func TestRecipe_baseline(t *testing.T) {
	t.Parallel()
	server := fakeapi.Start(t, fakeapi.Options{})
	tf := newBaseline(t, server)
	for _, c := range []struct {
		domains int
		want    step
	}{
		{1000, step{[]string{"plan", "-detailed-exitcode"}, 0, 2, "No changes."}}, // a rise does not raise the baseline
		{603, step{[]string{"plan", "-detailed-exitcode"}, 0, 2, "No changes."}},  // by 5 percent
		{572, step{[]string{"plan", "-detailed-exitcode"}, 0, 2, "No changes."}},  // by no more than a tenth
		{571, step{[]string{"plan"}, 1, 2, "blog.example fell from 635 referring domains"}},
	} {
		fallTo(server, c.domains)
		tf.walk(server, c.want)
	}
	fallTo(server, 508) // by 20 percent
	verdict(t, "policy-baseline", tf.walk(server, step{[]string{"plan", "-detailed-exitcode"}, 1, 2, ""}))
	tf.walk(server, step{[]string{"plan", "-destroy"}, 0, 2, "4 to destroy"}) // the drop is a condition
}

// TestRecipe_baselineAccept: either way to accept a new baseline shows it in the plan,
// and from then on everything is compared with that.
func TestRecipe_baselineAccept(t *testing.T) {
	t.Parallel()
	for name, accept := range map[string]string{
		"by hand":              `-replace=terraform_data.baseline["blog.example"]`,
		"in the configuration": `-var=domains={"blog.example"="second","docs.example"="first"}`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := fakeapi.Start(t, fakeapi.Options{})
			tf := newBaseline(t, server)
			fallTo(server, 508)
			tf.walk(server,
				step{[]string{"plan"}, 1, 2, "blog.example fell from 635"},
				step{[]string{"plan", "-detailed-exitcode", accept}, 2, 2, "referring_domains = 635 -> 508"},
				step{[]string{"apply", "-auto-approve", accept}, 0, 2, "Resources: 1 added, 0 changed, 1 destroyed."},
			)
			if name == "in the configuration" {
				tf.Edit("main.tf", `"blog.example" = "first"`, `"blog.example" = "second"`)
			}
			tf.walk(server, step{[]string{"plan", "-detailed-exitcode"}, 0, 2, "No changes."})
			fallTo(server, 400)
			tf.walk(server, step{[]string{"plan"}, 1, 2, "blog.example fell from 508"})
		})
	}
}

// TestRecipe_baselineUnknown: neither a first baseline nor one that is accepted can be
// made of nothing, and nothing is compared with nothing.
func TestRecipe_baselineUnknown(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		fault fakeapi.Fault
		says  string
	}{
		"no data": {fakeapi.NoData(), "blog.example: DataForSEO has no data"},
		"null":    {fakeapi.Field("referring_domains", "null"), "blog.example: referring_domains is null, at least 100 required"},
		"few":     {fakeapi.Field("referring_domains", "99"), "blog.example: referring_domains is 99, at least 100 required"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := fakeapi.Start(t, fakeapi.Options{})
			server.On("blog.example", c.fault)
			newRecipe(t, "policy-baseline", server).walk(server, step{[]string{"plan"}, 1, 2, c.says})

			server.On("blog.example")
			tf := newBaseline(t, server)
			server.On("blog.example", c.fault)
			tf.walk(server,
				step{[]string{"plan"}, 1, 2, "blog.example"},
				step{[]string{"plan", `-replace=terraform_data.baseline["blog.example"]`}, 1, 2, c.says},
			)
		})
	}
}

// TestRecipe_baselineOutput is the trap that the recipe avoids: the output of a
// baseline that is about to be made is unknown, and a condition on it is not checked
// by the plan.
func TestRecipe_baselineOutput(t *testing.T) {
	t.Parallel()
	for _, side := range []string{"input", "output"} {
		server := fakeapi.Start(t, fakeapi.Options{})
		tf := newRecipe(t, "policy-baseline", server)
		tf.Edit("main.tf", "        self.input.referring_domains *", "        self."+side+".referring_domains * 2 *") // never met
		exitCode := map[string]int{"input": 1, "output": 0}[side]
		tf.walk(server, step{[]string{"plan"}, exitCode, 2, ""}, step{[]string{"apply", "-auto-approve"}, 1, 2, "blog.example fell from 635"})
	}
}
