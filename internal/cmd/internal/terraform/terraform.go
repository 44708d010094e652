// Package terraform runs Terraform or OpenTofu with a provider that is built from
// this source tree, for the helper programs of this repository.
//
// What it runs sees nothing of the user's own set-up: no CLI configuration, no
// TF_ or DATAFORSEO_ variable and no registry. So the result is the same on every
// machine. It must know nothing of the provider but its name and address.
package terraform

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// ErrNotFound is returned by [Find] on a machine without Terraform and OpenTofu.
var ErrNotFound = errors.New("neither terraform nor tofu is on the PATH: install Terraform 1.5 or later " +
	"(https://developer.hashicorp.com/terraform/install) or OpenTofu 1.8 or later (https://opentofu.org/docs/intro/install/)")

// Executable is a Terraform or OpenTofu on this machine.
type Executable struct {
	// Command is what a person types: terraform or tofu.
	Command string
	// Product is its name: Terraform or OpenTofu.
	Product string
	// Path of the executable file.
	Path string
}

// PathVariable is the environment variable that names the executable file of the
// Terraform or OpenTofu to run, whatever is on the PATH. Go tests of providers know
// it by this name.
const PathVariable = "TF_ACC_TERRAFORM_PATH"

// Find returns what [PathVariable] names, else the terraform on the PATH, else the
// tofu, else [ErrNotFound].
func Find(ctx context.Context) (Executable, error) {
	if path := os.Getenv(PathVariable); path != "" {
		return named(ctx, path)
	}
	for _, candidate := range products() {
		path, err := exec.LookPath(candidate.Command)
		if err != nil {
			continue
		}
		if candidate.Path, err = filepath.Abs(path); err != nil {
			return Executable{}, fmt.Errorf("find %s: %w", candidate.Command, err)
		}
		return candidate, nil
	}
	return Executable{}, ErrNotFound
}

// products are what can be run, without their paths, the preferred one first.
func products() []Executable {
	return []Executable{
		{Command: "terraform", Product: "Terraform"},
		{Command: "tofu", Product: "OpenTofu"},
	}
}

// named returns what path, from [PathVariable], names. The product itself says
// which one it is, since a file may have any name.
func named(ctx context.Context, path string) (Executable, error) {
	absolute, err := filepath.Abs(path)
	if err != nil {
		return Executable{}, fmt.Errorf("%s: %w", PathVariable, err)
	}
	command := exec.CommandContext(ctx, absolute, "version")
	command.Env = append(cleanEnviron(os.Environ()), noCheckpoint)
	output, err := command.Output()
	if err != nil {
		return Executable{}, fmt.Errorf("%s: ask for the version: %w", PathVariable, withStderr(err))
	}
	for _, product := range products() {
		if strings.HasPrefix(string(output), product.Product+" v") {
			product.Path = absolute
			return product, nil
		}
	}
	return Executable{}, fmt.Errorf("%s: %s is neither Terraform nor OpenTofu", PathVariable, path)
}

// configVariable, with the path of a CLI configuration after it, is a variable of the
// environment.
const configVariable = "TF_CLI_CONFIG_FILE="

// noCheckpoint keeps Terraform from looking for newer versions of itself.
const noCheckpoint = "CHECKPOINT_DISABLE=1"

// Workspace is a temporary directory that holds the provider as built from source,
// and what makes an [Executable] use it.
type Workspace struct {
	// Dir is the directory. Its users may add files to it.
	Dir string

	executable Executable
	environ    []string
}

// NewWorkspace builds the provider of the module in root, an absolute path, and
// prepares for executable to use it. environ is the environment to start from.
// The caller must call [Workspace.Close].
func NewWorkspace(ctx context.Context, executable Executable, root string, environ []string) (*Workspace, error) {
	dir, err := os.MkdirTemp("", "terraform-provider-dataforseo-")
	if err != nil {
		return nil, err
	}
	w := &Workspace{Dir: dir, executable: executable}
	if err := w.prepare(ctx, root, environ); err != nil {
		return nil, errors.Join(err, w.Close())
	}
	return w, nil
}

func (w *Workspace) prepare(ctx context.Context, root string, environ []string) error {
	bin := filepath.Join(w.Dir, "bin")
	if err := buildProvider(ctx, root, bin); err != nil {
		return err
	}
	config := filepath.Join(w.Dir, "terraform.tfrc")
	if err := os.WriteFile(config, []byte(DevOverrides(bin)), 0o600); err != nil {
		return err
	}
	w.environ = append(cleanEnviron(environ),
		configVariable+config,
		"TF_IN_AUTOMATION=1",
		noCheckpoint,
	)
	return nil
}

// Close removes the directory.
func (w *Workspace) Close() error { return os.RemoveAll(w.Dir) }

// Run runs a command of Terraform's in dir, with extra added to the environment. It
// returns what the command wrote to its standard output, also when it failed. The
// error then wraps an [exec.ExitError] and ends with what it wrote to its standard error.
func (w *Workspace) Run(ctx context.Context, dir string, extra []string, args ...string) ([]byte, error) {
	output, err := w.command(ctx, dir, extra, w.executable.Path, args).Output()
	if err != nil {
		return output, fmt.Errorf("%s %s: %w", w.executable.Command, args[0], withStderr(err))
	}
	return output, nil
}

// RunProgram runs a program that may run Terraform itself, in dir and in the same
// environment as [Workspace.Run]. The error wraps an [exec.ExitError] and ends with
// all that the program wrote.
func (w *Workspace) RunProgram(ctx context.Context, dir string, extra []string, name string, args ...string) error {
	output, err := w.command(ctx, dir, extra, name, args).CombinedOutput()
	if err != nil {
		return fmt.Errorf("%s %s: %w\n%s", name, strings.Join(args, " "), err, bytes.TrimSpace(output))
	}
	return nil
}

func (w *Workspace) command(ctx context.Context, dir string, extra []string, name string, args []string) *exec.Cmd {
	command := Command(ctx, dir, name, args...)
	command.Env = append(slices.Clone(w.environ), extra...)
	return command
}

// cleanEnviron returns environ without what could change what Terraform or the
// provider does: a CLI configuration, possibly missing, further arguments, a
// workspace, a data directory, logs, credentials.
func cleanEnviron(environ []string) []string {
	return slices.DeleteFunc(slices.Clone(environ), func(variable string) bool {
		for _, prefix := range []string{"TF_", "TOFU_", "DATAFORSEO_"} {
			if strings.HasPrefix(variable, prefix) {
				return true
			}
		}
		return false
	})
}
