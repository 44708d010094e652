package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestConfigure(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	var stdout strings.Builder
	if err := configure(root, "/home/ann/go/bin", &stdout); err != nil {
		t.Fatal(err)
	}
	want := `The provider is installed in /home/ann/go/bin.

To use it in this shell:

  export TF_CLI_CONFIG_FILE='ROOT/.dev.tfrc'

To use it everywhere, put this into ~/.terraformrc (on Windows %APPDATA%\terraform.rc; for OpenTofu ~/.tofurc,
%APPDATA%\tofu.rc) instead:

  provider_installation {
    dev_overrides {
      "dataforseo/dataforseo" = "/home/ann/go/bin"
    }
    direct {}
  }

Then run terraform plan without terraform init, which would look for the provider in a registry. Terraform warns
that development overrides are in effect: that is this.
`
	if diff := cmp.Diff(want, strings.ReplaceAll(stdout.String(), root+string(filepath.Separator), "ROOT/")); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}

	written, err := os.ReadFile(filepath.Join(root, configFile))
	if err != nil {
		t.Fatal(err)
	}
	want = `provider_installation {
  dev_overrides {
    "dataforseo/dataforseo" = "/home/ann/go/bin"
  }
  direct {}
}
`
	if diff := cmp.Diff(want, string(written)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
