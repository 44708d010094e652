// Command install installs the provider from this source tree, and says how
// Terraform and OpenTofu are made to use it:
//
//	make install
package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/cli"
	"github.com/dataforseo/terraform-provider-dataforseo/internal/cmd/internal/terraform"
)

// configFile is the CLI configuration that is written to the repository's root. Git
// ignores it.
const configFile = ".dev.tfrc"

func main() {
	cli.Main("install", func(ctx context.Context) error {
		return run(ctx, os.Stdout)
	})
}

// run installs the provider where go install does, and writes the CLI configuration.
func run(ctx context.Context, stdout io.Writer) error {
	root, err := terraform.ModuleRoot(ctx, "")
	if err != nil {
		return err
	}
	bin, err := terraform.Install(ctx, root)
	if err != nil {
		return err
	}
	return configure(root, bin, stdout)
}

// configure writes the CLI configuration for a provider in the directory bin into
// the directory root, and says what to do with it.
func configure(root, bin string, stdout io.Writer) error {
	config := filepath.Join(root, configFile)
	block := terraform.DevOverrides(bin)
	if err := os.WriteFile(config, []byte(block), 0o644); err != nil {
		return err
	}
	_, err := fmt.Fprintf(stdout, `The provider is installed in %s.

To use it in this shell:

  export TF_CLI_CONFIG_FILE=%s

To use it everywhere, put this into ~/.terraformrc (on Windows %%APPDATA%%\terraform.rc; for OpenTofu ~/.tofurc,
%%APPDATA%%\tofu.rc) instead:

%s
Then run terraform plan without terraform init, which would look for the provider in a registry. Terraform warns
that development overrides are in effect: that is this.
`, bin, cli.Quote(config), cli.Indent(block))
	return err
}
