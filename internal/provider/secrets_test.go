package provider_test

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/acctest"
	"github.com/dataforseo/terraform-provider-dataforseo/internal/fakeapi"
)

// TestSecrets_nowhere builds the provider as a user has it, lets a server echo the
// credentials, and looks for them wherever Terraform leaves something: output,
// TRACE log, plan, plan JSON and state.
func TestSecrets_nowhere(t *testing.T) {
	t.Parallel()
	const password = "p&ss w+rd/fünf" // every encoding changes it
	server := fakeapi.Start(t, fakeapi.Options{Password: password})
	server.On("echo.example", fakeapi.Code(40501).EchoAuthorization())
	server.On("page.example", fakeapi.Raw(502, "text/html", "<html>bad gateway</html>").EchoAuthorization())

	tf := newBuiltTerraform(t, `
		data "dataforseo_backlinks_summary" "site" {
		  for_each = toset(["example.com", "echo.example", "page.example"])
		  target   = each.key
		  on_error = "warn"
		}
		data "dataforseo_backlinks_summaries" "sites" {
		  targets  = ["example.com", "echo.example", "page.example", "another.example"]
		  on_error = "warn"
		}
		data "dataforseo_account" "this" {}
		output "messages" {
		  value = { for target, site in data.dataforseo_backlinks_summary.site : target => site.error }
		}
		provider "dataforseo" {
		  max_retries = 0
		}
	`).use(server)
	tf.setenv("DATAFORSEO_PASSWORD", password)
	tf.setenv("TF_LOG", "TRACE")
	tf.setenv("TF_LOG_PATH", filepath.Join(tf.Dir, "trace.log"))

	for _, args := range [][]string{{"plan", "-out=plan"}, {"show", "-json", "plan"}, {"apply", "plan"}, {"show", "-json"}} {
		r := tf.mustRun(args...)
		assertNoSecret(t, strings.Join(args, " "), r.stdout+r.stderr, password)
	}
	for _, name := range []string{"trace.log", "plan", "terraform.tfstate"} {
		assertNoSecret(t, name, tf.read(name), password)
	}
	log := tf.read("trace.log")
	for _, line := range []string{"DataForSEO request finished", "Calling provider defined DataSource Read"} {
		if !strings.Contains(log, line) {
			t.Errorf("the TRACE log has no line %q, so its silence proves nothing", line)
		}
	}
}

func assertNoSecret(t *testing.T, where, content, password string) {
	t.Helper()
	acctest.AssertNoSecret(t, where, content, password)
}
