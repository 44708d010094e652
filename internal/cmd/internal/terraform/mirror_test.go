package terraform

import (
	"os"
	"path/filepath"
	"runtime"
	"testing"
)

// TestUseMirror: the provider lies where Terraform and OpenTofu look for it, and what
// is run is told so.
func TestUseMirror(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	root := module(t, "package main\n\nimport (\"fmt\"; \"os\")\n\nfunc main() { fmt.Print(os.Getenv(\"TF_CLI_CONFIG_FILE\")) }\n")
	w, err := NewWorkspace(t.Context(), Executable{Command: "terraform"}, root, os.Environ())
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	if err := w.UseMirror("1.2.3"); err != nil {
		t.Fatal(err)
	}
	for _, host := range []string{"registry.terraform.io", "registry.opentofu.org"} {
		pattern := filepath.Join(w.Dir, "mirror", host, "dataforseo", "dataforseo", "1.2.3",
			runtime.GOOS+"_"+runtime.GOARCH, "terraform-provider-dataforseo_v1.2.3*")
		found, err := filepath.Glob(pattern)
		if err != nil || len(found) != 1 {
			t.Fatalf("%s: found %q, %v", host, found, err)
		}
		w.executable.Path = found[0]
	}

	config := filepath.Join(w.Dir, "mirror.tfrc")
	if output, err := w.Run(t.Context(), w.Dir, nil, "plan"); err != nil || string(output) != config {
		t.Errorf("TF_CLI_CONFIG_FILE is %q, want %q (%v)", output, config, err)
	}
	content, err := os.ReadFile(config)
	want := "provider_installation {\n  filesystem_mirror {\n    path = \"" + filepath.ToSlash(filepath.Join(w.Dir, "mirror")) + "\"\n  }\n}\n"
	if err != nil || string(content) != want {
		t.Errorf("got %s, %v, want %s", content, err, want)
	}
}
