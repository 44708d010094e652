package terraform

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
)

// UseMirror makes a filesystem mirror that holds the provider as the given version.
// All that the workspace runs from then on installs it from there, and nothing from
// elsewhere. Unlike with development overrides, terraform init works and is needed.
func (w *Workspace) UseMirror(version string) error {
	mirror := filepath.Join(w.Dir, "mirror")
	built, err := filepath.Glob(filepath.Join(w.Dir, "bin", providerName+"*"))
	if err != nil || len(built) != 1 {
		return fmt.Errorf("the provider was built into %d files, not one: %w", len(built), err)
	}
	// The default registries of Terraform and OpenTofu.
	for _, host := range []string{"registry.terraform.io", "registry.opentofu.org"} {
		dir := filepath.Join(mirror, host, "dataforseo", "dataforseo", version, runtime.GOOS+"_"+runtime.GOARCH)
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return err
		}
		name := providerName + "_v" + version + filepath.Ext(built[0])
		if err := os.Link(built[0], filepath.Join(dir, name)); err != nil {
			return err
		}
	}
	config := filepath.Join(w.Dir, "mirror.tfrc")
	block := fmt.Sprintf("provider_installation {\n  filesystem_mirror {\n    path = %q\n  }\n}\n", filepath.ToSlash(mirror))
	if err := os.WriteFile(config, []byte(block), 0o600); err != nil {
		return err
	}
	w.environ = append(w.environ, configVariable+config)
	return nil
}
