package recipes_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/acctest"
	"github.com/dataforseo/terraform-provider-dataforseo/internal/fakeapi"
)

// newBefore returns the configuration with data "http", changed.
func newBefore(t *testing.T, change func(config string) string) recipe {
	t.Helper()
	tf := newConfiguration(t, change(string(acctest.ReadFile(t, examples+"/from-http/before.tf.txt"))), fakeapi.Start(t, fakeapi.Options{}))
	tf.Write("versions.tf", "") // the file has its own
	return tf
}

// TestRecipe_before checks the syntax and format of the file. To plan it, Terraform
// would have to download hashicorp/http.
func TestRecipe_before(t *testing.T) {
	t.Parallel()
	tf := newBefore(t, func(config string) string { return config })
	tf.MustRun("fmt", "-check", "-diff")
	tf.MustRun("get") // loads the configuration without its provider
}

// TestRecipe_beforePasses shows the flaw of that file: a refused target, an unverified
// account and a target without data all pass, with a spam score of 0.
func TestRecipe_beforePasses(t *testing.T) {
	t.Parallel()
	answers := map[string]string{
		"refused.example":    string(fakeapi.RecordedInvalidField.Bytes()),
		"unverified.example": string(fakeapi.RecordedUnverifiedAccount.Bytes()),
		"no-data.example":    string(fakeapi.RecordedNoData.Bytes()),
		"good.example":       string(fakeapi.RecordedOK.Bytes()),
	}
	tf := newBefore(t, func(config string) string {
		_, policy, _ := strings.Cut(config, "\nlocals {\n")
		return "variable \"answers\" {\n  type = map(object({ response_body = string }))\n}\nlocals {\n" +
			strings.Replace(policy, "data.http.summary", "var.answers", 1)
	})
	bodies := map[string]any{}
	for domain, body := range answers {
		bodies[domain] = map[string]string{"response_body": body}
	}
	tf.Write("answers.auto.tfvars.json", acctest.JSON(t, map[string]any{"answers": bodies}))
	if r := tf.MustRun("plan", "-no-color"); strings.Contains(r.Stdout, "Warning") {
		t.Errorf("the check warns\n%s", r.Stdout)
	}
	want := map[string]any{"spam_scores": map[string]any{
		"refused.example": 0.0, "unverified.example": 0.0, "no-data.example": 0.0, "good.example": 8.0,
	}}
	if diff := cmp.Diff(want, tf.PlannedOutputs()); diff != "" {
		t.Errorf("outputs (-want +got):\n%s", diff)
	}
}

// TestRecipe_fromHTTP checks that with this provider the same answers stop the plan, and
// that the state contains no password.
func TestRecipe_fromHTTP(t *testing.T) {
	t.Parallel()
	server := fakeapi.Start(t, fakeapi.Options{})
	tf := newRecipe(t, "from-http", server)
	tf.walk(server, step{[]string{"apply", "-auto-approve"}, 0, 3, `"blog.example" = 12`})
	acctest.AssertNoSecret(t, "state", tf.Read("terraform.tfstate"), fakeapi.DefaultPassword)
	verdict(t, "from-http", tf.walk(server, step{[]string{"plan", `-var=domains=["blog.example","spammy.example"]`}, 1, 2, ""}))
	for code, message := range map[int]string{
		40501: "Error: 1 of 1 targets could not be read",
		40104: "Error: The DataForSEO account is not verified (40104)",
	} {
		server.On("blog.example", fakeapi.Code(code))
		tf.walk(server, step{[]string{"plan", `-var=domains=["blog.example"]`}, 1, 1, message})
	}
}
