package acctest

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/fakeapi"
	"github.com/dataforseo/terraform-provider-dataforseo/internal/terraform"
)

// RequiredProviders is the block that every module with the provider needs.
const RequiredProviders = `
terraform {
  required_providers {
    dataforseo = { source = "dataforseo/dataforseo" }
  }
}
`

// Terraform runs Terraform in a directory with a configuration. It shows what
// terraform-plugin-testing doesn't: warnings, exit codes and the exact output.
type Terraform struct {
	// T is the test to fail.
	T *testing.T
	// Dir is the directory with the configuration, removed when the test ends.
	Dir string
	// Path is the path of the executable.
	Path string

	mu  sync.Mutex // guards env, which the provider reads too
	env []string
}

// New writes main.tf and serves the provider from this process.
func New(t *testing.T, config string) *Terraform {
	t.Helper()
	tf := newTerraform(t)
	tf.Write("main.tf", config)
	tf.Write("versions.tf", RequiredProviders)
	tf.serve()
	return tf
}

// NewCopy is New with a copy of a configuration directory.
func NewCopy(t *testing.T, dir string) *Terraform {
	t.Helper()
	tf := newTerraform(t)
	if err := os.CopyFS(tf.Dir, os.DirFS(dir)); err != nil {
		t.Fatal(err)
	}
	tf.serve()
	return tf
}

// NewBuilt is New with the provider as its own process, see [Terraform.UseBuilt].
func NewBuilt(t *testing.T, config string) *Terraform {
	t.Helper()
	tf := newTerraform(t)
	tf.Write("main.tf", config)
	tf.Write("versions.tf", RequiredProviders)
	tf.UseBuilt()
	return tf
}

func newTerraform(t *testing.T) *Terraform {
	t.Helper()
	env := append(terraform.CleanEnviron(os.Environ()), terraform.NoCheckpoint, "TF_CLI_CONFIG_FILE="+os.DevNull)
	return &Terraform{T: t, Dir: t.TempDir(), Path: Path(t), env: env}
}

// Use points the provider to the fake, with its credentials, and returns tf.
func (tf *Terraform) Use(server *fakeapi.Server) *Terraform {
	tf.Setenv("DATAFORSEO_BASE_URL", server.URL)
	tf.Setenv("DATAFORSEO_LOGIN", fakeapi.DefaultLogin)
	tf.Setenv("DATAFORSEO_PASSWORD", fakeapi.DefaultPassword)
	return tf
}

// Setenv sets a variable for Terraform and for the provider.
func (tf *Terraform) Setenv(name, value string) {
	tf.mu.Lock()
	defer tf.mu.Unlock()
	tf.env = append(tf.env, name+"="+value)
}

// Getenv returns the latest value.
func (tf *Terraform) Getenv(name string) string {
	for _, variable := range slices.Backward(tf.environ()) {
		if value, ok := strings.CutPrefix(variable, name+"="); ok {
			return value
		}
	}
	return ""
}

func (tf *Terraform) environ() []string {
	tf.mu.Lock()
	defer tf.mu.Unlock()
	return slices.Clone(tf.env)
}

// Write writes a file and creates its directories.
func (tf *Terraform) Write(name, content string) {
	tf.T.Helper()
	writeFile(tf.T, filepath.Join(tf.Dir, name), content)
}

// Read returns the content of a file.
func (tf *Terraform) Read(name string) string {
	tf.T.Helper()
	return string(ReadFile(tf.T, filepath.Join(tf.Dir, name)))
}

// Edit replaces a part of a file that occurs in it exactly once.
func (tf *Terraform) Edit(name, part, replacement string) {
	tf.T.Helper()
	content := tf.Read(name)
	if n := strings.Count(content, part); n != 1 {
		tf.T.Fatalf("%s contains %q %d times, want once", name, part, n)
	}
	tf.Write(name, strings.Replace(content, part, replacement, 1))
}

// Result is the outcome of a command.
type Result struct {
	Stdout, Stderr string
	ExitCode       int
}

// Command returns a command with this directory and environment.
func (tf *Terraform) Command(name string, args ...string) *exec.Cmd {
	command := exec.CommandContext(tf.T.Context(), name, args...)
	command.Dir, command.Env = tf.Dir, tf.environ()
	return command
}

// Exec runs [Terraform.Command]. It does not check the exit code.
func (tf *Terraform) Exec(name string, args ...string) Result {
	tf.T.Helper()
	var stdout, stderr bytes.Buffer
	command := tf.Command(name, args...)
	command.Stdout, command.Stderr = &stdout, &stderr
	err := command.Run()
	if _, exited := errors.AsType[*exec.ExitError](err); err != nil && !exited {
		tf.T.Fatalf("%s %s: %v", filepath.Base(name), strings.Join(args, " "), err)
	}
	return Result{stdout.String(), stderr.String(), command.ProcessState.ExitCode()}
}

// Run runs a Terraform command. It does not check the exit code.
func (tf *Terraform) Run(args ...string) Result {
	tf.T.Helper()
	return tf.Exec(tf.Path, args...)
}

// MustRun runs a Terraform command that must succeed.
func (tf *Terraform) MustRun(args ...string) Result {
	tf.T.Helper()
	r := tf.Run(args...)
	if r.ExitCode != 0 {
		tf.T.Fatalf("terraform %s: exit code %d\n%s%s", strings.Join(args, " "), r.ExitCode, r.Stdout, r.Stderr)
	}
	return r
}

// PlannedOutputs plans and returns .planned_values.outputs of the JSON plan.
func (tf *Terraform) PlannedOutputs(args ...string) map[string]any {
	tf.T.Helper()
	tf.MustRun(append([]string{"plan", "-out=plan"}, args...)...)
	return tf.OutputsOfPlan()
}

// OutputsOfPlan returns the planned outputs of the plan file "plan".
func (tf *Terraform) OutputsOfPlan() map[string]any {
	tf.T.Helper()
	var plan struct {
		PlannedValues struct {
			Outputs map[string]struct{ Value any }
		} `json:"planned_values"`
	}
	if err := json.Unmarshal([]byte(tf.MustRun("show", "-json", "plan").Stdout), &plan); err != nil {
		tf.T.Fatal(err)
	}
	outputs := map[string]any{}
	for name, output := range plan.PlannedValues.Outputs {
		outputs[name] = output.Value
	}
	return outputs
}
