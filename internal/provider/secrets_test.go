package provider_test

import (
	"encoding/base64"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

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
	tf.setenv("TF_LOG_PATH", filepath.Join(tf.dir, "trace.log"))

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

// assertNoSecret looks for the password as it is, and as headers, URLs and JSON hold it.
func assertNoSecret(t *testing.T, where, content, password string) {
	t.Helper()
	for form, secret := range map[string]string{
		"plain":  password,
		"Basic":  base64.StdEncoding.EncodeToString([]byte(fakeapi.DefaultLogin + ":" + password)),
		"base64": base64.StdEncoding.EncodeToString([]byte(password)),
		"query":  url.QueryEscape(password),
		"path":   url.PathEscape(password),
		"JSON":   strings.Trim(jsonText(t, password), `"`),
	} {
		if i := strings.Index(content, secret); i >= 0 {
			t.Errorf("%s holds the password (%s form): ...%q...", where, form, content[max(0, i-80):min(len(content), i+len(secret)+20)])
		}
	}
}

// newBuiltTerraform is newTerraform with the provider as a program of its own,
// found by dev_overrides, as somebody has it who built it.
func newBuiltTerraform(t *testing.T, config string) *terraform {
	t.Helper()
	tf := &terraform{t: t, dir: t.TempDir(), path: terraformPath(t), env: cleanEnv()}
	tf.write("main.tf", config)
	tf.write("versions.tf", requiredProviders)
	tf.useBuilt()
	return tf
}

// useBuilt builds the provider and makes Terraform start it itself, a process for each
// configuration of it, where one that serves from here would serve all at once.
func (tf *terraform) useBuilt() {
	t := tf.t
	t.Helper()
	bin := t.TempDir()
	build := exec.CommandContext(t.Context(), "go", "build", "-o", filepath.Join(bin, "terraform-provider-dataforseo"), "../..")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	rc := filepath.Join(bin, "terraform.rc")
	content := "provider_installation {\n  dev_overrides {\n    \"dataforseo/dataforseo\" = \"" + filepath.ToSlash(bin) + "\"\n  }\n  direct {}\n}\n"
	if err := os.WriteFile(rc, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	tf.setenv("TF_CLI_CONFIG_FILE", rc)
	tf.setenv("TF_REATTACH_PROVIDERS", "")
}
