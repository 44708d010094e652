package terraform

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
)

// providerName is the name of the provider's executable, as Terraform expects it.
const providerName = "terraform-provider-dataforseo"

// ModuleRoot returns the directory of this repository: that of the Go module which
// dir, empty for the working directory, belongs to.
func ModuleRoot(ctx context.Context, dir string) (string, error) {
	output, err := Command(ctx, dir, "go", "env", "GOMOD").Output()
	if err != nil {
		return "", fmt.Errorf("go env GOMOD: %w", withStderr(err))
	}
	path := strings.TrimSpace(string(output))
	if filepath.Base(path) != "go.mod" {
		return "", errors.New("run this from a checkout of terraform-provider-dataforseo")
	}
	return filepath.Dir(path), nil
}

// buildProvider builds the provider of the module in root into the directory bin,
// with the directory above it for temporary files, and returns the executable's path.
func buildProvider(ctx context.Context, root, bin string) (string, error) {
	target := filepath.Join(bin, providerName)
	if runtime.GOOS == "windows" {
		target += ".exe"
	}
	// Without the version control's data: the sources may not lie in a repository,
	// or in one that belongs to somebody else.
	command := Command(ctx, root, "go", "build", "-buildvcs=false", "-o", target, ".")
	// Go leaves its temporary files behind when it is interrupted.
	command.Env = append(os.Environ(), "GOTMPDIR="+filepath.Dir(bin))
	if _, err := command.Output(); err != nil {
		return "", fmt.Errorf("build the provider: %w", withStderr(err))
	}
	return target, nil
}

// Install installs the provider of the module in root with go install, and returns
// the directory where it is.
func Install(ctx context.Context, root string) (string, error) {
	if _, err := Command(ctx, root, "go", "install", "-buildvcs=false", ".").Output(); err != nil {
		return "", fmt.Errorf("install the provider: %w", withStderr(err))
	}
	target, err := Command(ctx, root, "go", "list", "-f", "{{.Target}}", ".").Output()
	if err != nil {
		return "", fmt.Errorf("ask where the provider was installed: %w", withStderr(err))
	}
	return filepath.Dir(strings.TrimSpace(string(target))), nil
}

// DevOverrides returns a CLI configuration for Terraform and OpenTofu with which
// they use the provider in the directory bin. The address has no host, so that
// each of them finds it in its own default registry.
func DevOverrides(bin string) string {
	return fmt.Sprintf(`provider_installation {
  dev_overrides {
    "dataforseo/dataforseo" = %q
  }
  direct {}
}
`, filepath.ToSlash(bin))
}

// withStderr adds to the error of a command what it wrote to its standard error.
func withStderr(err error) error {
	if exit, ok := errors.AsType[*exec.ExitError](err); ok && len(exit.Stderr) > 0 {
		return fmt.Errorf("%w\n%s", err, strings.TrimSpace(string(exit.Stderr)))
	}
	return err
}
