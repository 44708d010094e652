package terraform

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
)

// providerName is the name of the provider's executable.
const providerName = "terraform-provider-dataforseo"

// ModuleRoot returns the root of the Go module around dir, or around the working
// directory if dir is empty.
func ModuleRoot(ctx context.Context, dir string) (string, error) {
	path, err := Go(ctx, dir, "env", "GOMOD")
	if err != nil {
		return "", fmt.Errorf("go env GOMOD: %w", err)
	}
	if filepath.Base(path) != "go.mod" {
		return "", errors.New("run this from a checkout of terraform-provider-dataforseo")
	}
	return filepath.Dir(path), nil
}

// Build builds the provider of the module in root in a new directory below dir, and
// returns its path. Go's temporary files go to dir too, because Go leaves them behind if
// it is interrupted.
func Build(ctx context.Context, root, dir string) (path string, err error) {
	path = filepath.Join(dir, "bin", providerName)
	if runtime.GOOS == "windows" {
		path += ".exe"
	}
	// No VCS stamping: Git refuses a repository that belongs to another user.
	command := Command(ctx, root, "go", "build", "-buildvcs=false", "-o", path, ".")
	command.Env = append(os.Environ(), "GOTMPDIR="+dir)
	if _, err := command.Output(); err != nil {
		return "", fmt.Errorf("build the provider: %w", withStderr(err))
	}
	return path, nil
}

// DevOverrides returns a CLI configuration that makes Terraform and OpenTofu use the
// provider in bin. The address has no host, so each uses its own default registry.
func DevOverrides(bin string) string {
	return fmt.Sprintf(`provider_installation {
  dev_overrides {
    "dataforseo/dataforseo" = %q
  }
  direct {}
}
`, filepath.ToSlash(bin))
}

// UseMirror makes all later commands of the workspace install the provider, with the
// given version, from a filesystem mirror and nothing from anywhere else. Unlike with
// development overrides, terraform init is needed and works.
func (w *Workspace) UseMirror(version string) error {
	mirror := filepath.Join(w.Dir, "mirror")
	name := providerName + "_v" + version + filepath.Ext(w.Provider)
	for _, host := range []string{"registry.terraform.io", "registry.opentofu.org"} {
		dir := filepath.Join(mirror, host, "dataforseo", "dataforseo", version, runtime.GOOS+"_"+runtime.GOARCH)
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return err
		}
		if err := os.Link(w.Provider, filepath.Join(dir, name)); err != nil {
			return err
		}
	}
	return w.configure("mirror.tfrc", fmt.Sprintf("provider_installation {\n  filesystem_mirror {\n    path = %q\n  }\n}\n", filepath.ToSlash(mirror)))
}
