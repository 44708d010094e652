package provider_test

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/acctest"
	"github.com/dataforseo/terraform-provider-dataforseo/internal/fakeapi"
)

// TestSecrets_nowhere builds the provider, lets the server echo the credentials, and
// expects them nowhere: output, TRACE log, plan, plan JSON and state.
func TestSecrets_nowhere(t *testing.T) {
	t.Parallel()
	const password = "p&ss w+rd/fünf" // every encoding changes it
	server := fakeapi.Start(t, fakeapi.Options{Password: password})
	server.On("echo.example", fakeapi.Code(40501).EchoAuthorization())
	server.On("page.example", fakeapi.Raw(502, "text/html", "<html>bad gateway</html>").EchoAuthorization())

	tf := acctest.NewBuilt(t, `
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
	`).Use(server)
	tf.Setenv("DATAFORSEO_PASSWORD", password)
	tf.Setenv("TF_LOG", "TRACE")
	tf.Setenv("TF_LOG_PATH", filepath.Join(tf.Dir, "trace.log"))

	for _, args := range [][]string{{"plan", "-out=plan"}, {"show", "-json", "plan"}, {"apply", "plan"}, {"show", "-json"}} {
		r := tf.MustRun(args...)
		acctest.AssertNoSecret(t, strings.Join(args, " "), r.Stdout+r.Stderr, password)
	}
	for _, name := range []string{"trace.log", "plan", "terraform.tfstate"} {
		acctest.AssertNoSecret(t, name, tf.Read(name), password)
	}
	log := tf.Read("trace.log")
	for _, line := range []string{"DataForSEO request finished", "Calling provider defined DataSource Read"} {
		if !strings.Contains(log, line) {
			t.Errorf("the TRACE log has no line %q, so the search for secrets proves nothing", line)
		}
	}
}
