package provider_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/hashicorp/go-hclog"
	"github.com/hashicorp/go-plugin"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6/tf6server"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/fakeapi"
	"github.com/dataforseo/terraform-provider-dataforseo/internal/provider"
)

// tooLong is how long nothing takes that does not hang, however busy the machine is.
const tooLong = 5 * time.Minute

// terraform is a directory with a configuration, and Terraform to run in it. It
// shows what terraform-plugin-testing does not: warnings, exit codes, and every
// text as a person sees it.
type terraform struct {
	t    *testing.T
	dir  string
	path string

	mu  sync.Mutex // guards env, which the provider reads too
	env []string
}

// newTerraform writes main.tf and serves the provider, from this process, to the
// Terraform that runs there.
func newTerraform(t *testing.T, config string) *terraform {
	t.Helper()
	tf := &terraform{t: t, dir: t.TempDir(), path: terraformPath(t)}
	tf.write("main.tf", config)
	tf.write("versions.tf", requiredProviders)
	tf.env = cleanEnv()
	tf.setenv("TF_REATTACH_PROVIDERS", serveProvider(t, tf.getenv))
	return tf
}

const requiredProviders = `
terraform {
  required_providers {
    dataforseo = { source = "dataforseo/dataforseo" }
  }
}
`

// terraformPath returns the Terraform or OpenTofu to test with.
func terraformPath(t *testing.T) string {
	t.Helper()
	if path := os.Getenv("TF_ACC_TERRAFORM_PATH"); path != "" {
		return path
	}
	for _, name := range []string{"terraform", "tofu"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	t.Fatal("These tests run a real Terraform: put terraform or tofu on the PATH, or name one in TF_ACC_TERRAFORM_PATH.")
	return ""
}

// cleanEnv returns the environment without what would change Terraform's or the
// provider's behaviour.
func cleanEnv() []string {
	var env []string
	for _, variable := range os.Environ() {
		if !strings.HasPrefix(variable, "TF_") && !strings.HasPrefix(variable, "DATAFORSEO_") {
			env = append(env, variable)
		}
	}
	return append(env, "CHECKPOINT_DISABLE=1", "TF_IN_AUTOMATION=", "TF_CLI_CONFIG_FILE="+os.DevNull)
}

// serveProvider serves the provider from this process until the test ends, and
// returns what Terraform needs to find it.
func serveProvider(t *testing.T, getenv func(string) string) string {
	t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	started, stopped := make(chan *plugin.ReattachConfig), make(chan struct{})
	served := make(chan error, 1)
	newServer := provider.NewServerWithEnv("test", getenv, t.TempDir())
	go func() {
		served <- tf6server.Serve(provider.Address, newServer,
			tf6server.WithDebug(ctx, started, stopped), tf6server.WithLoggingSink(t),
			tf6server.WithGoPluginLogger(hclog.New(&hclog.LoggerOptions{Output: io.Discard})))
	}()
	t.Cleanup(func() {
		stop()
		<-stopped
	})
	select {
	case config := <-started:
		return reattachJSON(t, config)
	case err := <-served:
		t.Fatalf("serve the provider: %v", err)
		return ""
	}
}

func reattachJSON(t *testing.T, config *plugin.ReattachConfig) string {
	t.Helper()
	entry := map[string]any{
		"Protocol": "grpc", "ProtocolVersion": 6, "Pid": os.Getpid(), "Test": true,
		"Addr": map[string]string{"Network": config.Addr.Network(), "String": config.Addr.String()},
	}
	text, err := json.Marshal(map[string]any{
		provider.Address: entry,
		strings.Replace(provider.Address, "registry.terraform.io", "registry.opentofu.org", 1): entry,
	})
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// use points the provider to the fake, with its credentials.
func (tf *terraform) use(server *fakeapi.Server) *terraform {
	tf.setenv("DATAFORSEO_BASE_URL", server.URL)
	tf.setenv("DATAFORSEO_LOGIN", fakeapi.DefaultLogin)
	tf.setenv("DATAFORSEO_PASSWORD", fakeapi.DefaultPassword)
	return tf
}

// setenv sets a variable for Terraform and for the provider.
func (tf *terraform) setenv(name, value string) {
	tf.mu.Lock()
	defer tf.mu.Unlock()
	tf.env = append(tf.env, name+"="+value)
}

// getenv returns the value that was set last.
func (tf *terraform) getenv(name string) string {
	tf.mu.Lock()
	defer tf.mu.Unlock()
	for _, variable := range slices.Backward(tf.env) {
		if value, ok := strings.CutPrefix(variable, name+"="); ok {
			return value
		}
	}
	return ""
}

func (tf *terraform) write(name, content string) {
	tf.t.Helper()
	path := filepath.Join(tf.dir, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		tf.t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		tf.t.Fatal(err)
	}
}

func (tf *terraform) read(name string) string {
	tf.t.Helper()
	content, err := os.ReadFile(filepath.Join(tf.dir, name))
	if err != nil {
		tf.t.Fatal(err)
	}
	return string(content)
}

// result is what a command left behind.
type result struct {
	stdout, stderr string
	exitCode       int
}

// run runs a command of Terraform's and returns what it said, whatever its exit code.
func (tf *terraform) run(args ...string) result {
	tf.t.Helper()
	var stdout, stderr bytes.Buffer
	command := exec.CommandContext(tf.t.Context(), tf.path, args...)
	command.Dir, command.Env, command.Stdout, command.Stderr = tf.dir, tf.env, &stdout, &stderr
	err := command.Run()
	if _, exited := errors.AsType[*exec.ExitError](err); err != nil && !exited {
		tf.t.Fatalf("terraform %s: %v", strings.Join(args, " "), err)
	}
	return result{stdout.String(), stderr.String(), command.ProcessState.ExitCode()}
}

// mustRun runs a command that has to succeed.
func (tf *terraform) mustRun(args ...string) result {
	tf.t.Helper()
	r := tf.run(args...)
	if r.exitCode != 0 {
		tf.t.Fatalf("terraform %s: exit code %d\n%s%s", strings.Join(args, " "), r.exitCode, r.stdout, r.stderr)
	}
	return r
}
