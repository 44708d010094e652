package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/terraform"
)

func TestInstall(t *testing.T) {
	bin, root := t.TempDir(), t.TempDir()
	t.Setenv("GOBIN", bin)
	for name, content := range map[string]string{"go.mod": "module example.com/some-provider\n\ngo 1.26\n", "main.go": "package main\n\nfunc main() {}\n"} {
		if err := os.WriteFile(filepath.Join(root, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	got, err := install(t.Context(), root)
	if err != nil || got != bin {
		t.Fatalf("got %q, %v, want %q", got, err, bin)
	}
	if installed, err := filepath.Glob(filepath.Join(bin, "some-provider*")); err != nil || len(installed) != 1 {
		t.Errorf("installed %q, %v", installed, err)
	}
}

func TestConfigure(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	var stdout strings.Builder
	if err := configure(filepath.Join(root, ".dev.tfrc"), "/home/ann/go/bin", &stdout); err != nil {
		t.Fatal(err)
	}
	want := `The provider is installed in /home/ann/go/bin.

To use it in this shell:

  export TF_CLI_CONFIG_FILE='ROOT/.dev.tfrc'

To use it everywhere, put this into ~/.terraformrc instead. On Windows, that is
%APPDATA%\terraform.rc. For OpenTofu, it is ~/.tofurc or %APPDATA%\tofu.rc.

  provider_installation {
    dev_overrides {
      "dataforseo/dataforseo" = "/home/ann/go/bin"
    }
    direct {}
  }

Then run terraform plan. Skip terraform init, which looks for the provider in a
registry. Terraform warns about development overrides, which you can ignore.
`
	if diff := cmp.Diff(want, strings.ReplaceAll(stdout.String(), root+string(filepath.Separator), "ROOT/")); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}

	written, err := os.ReadFile(filepath.Join(root, ".dev.tfrc"))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(terraform.DevOverrides("/home/ann/go/bin"), string(written)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
