// Package terraform runs Terraform or OpenTofu with a provider that is built from this
// source tree, for the commands and tests of this repository.
//
// Results are the same on every machine: commands do not see the user's CLI
// configuration, TF_ and DATAFORSEO_ variables, or a registry. The package must know
// nothing about the provider except its name and address.
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

// Executable is an installed Terraform or OpenTofu.
type Executable struct {
	// Command is the command name: terraform or tofu.
	Command string
	// Product is its name: Terraform or OpenTofu.
	Product string
	// Path of the executable file.
	Path string
}

// PathVariable names the environment variable with the path of Terraform or OpenTofu,
// which overrides the PATH. terraform-plugin-testing uses it too.
const PathVariable = "TF_ACC_TERRAFORM_PATH"

// Find returns the executable that [PathVariable] names, else the terraform on the
// PATH, else the tofu, else [ErrNotFound].
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

// products returns Terraform and OpenTofu without their paths, the preferred one first.
func products() []Executable {
	return []Executable{
		{Command: "terraform", Product: "Terraform"},
		{Command: "tofu", Product: "OpenTofu"},
	}
}

// named returns the executable at path. It runs it to identify the product, because a
// file may have any name.
func named(ctx context.Context, path string) (Executable, error) {
	absolute, err := filepath.Abs(path)
	if err != nil {
		return Executable{}, fmt.Errorf("%s: %w", PathVariable, err)
	}
	command := exec.CommandContext(ctx, absolute, "version")
	command.Env = append(CleanEnviron(os.Environ()), NoCheckpoint)
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

// NoCheckpoint stops Terraform from checking for updates.
const NoCheckpoint = "CHECKPOINT_DISABLE=1"

// Workspace is a temporary directory with the provider built from source, and with
// settings that make an [Executable] use it.
type Workspace struct {
	// Dir is the directory. Callers may add files to it.
	Dir string
	// Provider is the path of the provider's executable.
	Provider string

	executable Executable
	environ    []string
}

// NewWorkspace builds the provider of the module in root, an absolute path. Commands
// get environ without variables that could change their results. The caller must call
// [Workspace.Close].
func NewWorkspace(ctx context.Context, executable Executable, root string, environ []string) (*Workspace, error) {
	dir, err := os.MkdirTemp("", "terraform-provider-dataforseo-")
	if err != nil {
		return nil, err
	}
	w := &Workspace{Dir: dir, executable: executable, environ: append(CleanEnviron(environ), "TF_IN_AUTOMATION=1", NoCheckpoint)}
	w.Provider, err = Build(ctx, root, dir)
	if err == nil {
		err = w.configure("terraform.tfrc", DevOverrides(filepath.Dir(w.Provider)))
	}
	if err != nil {
		return nil, errors.Join(err, w.Close())
	}
	return w, nil
}

// configure writes and activates a CLI configuration.
func (w *Workspace) configure(name, content string) error {
	config := filepath.Join(w.Dir, name)
	w.environ = append(w.environ, "TF_CLI_CONFIG_FILE="+config)
	return os.WriteFile(config, []byte(content), 0o600)
}

// Close removes the directory.
func (w *Workspace) Close() error { return os.RemoveAll(w.Dir) }

// Run runs Terraform in dir with extra environment variables. It returns the standard
// output even on failure. The error then wraps an [exec.ExitError] and ends with the
// standard error.
func (w *Workspace) Run(ctx context.Context, dir string, extra []string, args ...string) ([]byte, error) {
	output, err := w.command(ctx, dir, extra, w.executable.Path, args).Output()
	if err != nil {
		return output, fmt.Errorf("%s %s: %w", w.executable.Command, args[0], withStderr(err))
	}
	return output, nil
}

// RunProgram runs a program that may itself run Terraform, in the environment of
// [Workspace.Run]. The error wraps an [exec.ExitError] and ends with the program's
// whole output.
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

// CleanEnviron returns environ without variables that change what Terraform or the
// provider does: CLI configuration, arguments, workspace, data directory, logs,
// credentials.
func CleanEnviron(environ []string) []string {
	return slices.DeleteFunc(slices.Clone(environ), func(variable string) bool {
		for _, prefix := range []string{"TF_", "TOFU_", "DATAFORSEO_"} {
			if strings.HasPrefix(variable, prefix) {
				return true
			}
		}
		return false
	})
}
