// Command install installs the provider from this source tree, and says how to make
// Terraform and OpenTofu use it:
//
//	make install
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/cli"
	"github.com/dataforseo/terraform-provider-dataforseo/internal/terraform"
)

func main() {
	cli.Main("install", func(ctx context.Context) error { return run(ctx, os.Args[1:], os.Stdout, os.Stderr) })
}

// run installs the provider and writes a CLI configuration that uses it.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	flags := flag.NewFlagSet("install", flag.ContinueOnError)
	flags.SetOutput(stderr)
	config := flags.String("config", "", "`file` to write the CLI configuration to (default .dev.tfrc in the repository's root, which Git ignores)")
	quiet := flags.Bool("quiet", false, "do not say how to use it")
	if err := flags.Parse(args); err != nil {
		return err
	}
	root, err := terraform.ModuleRoot(ctx, "")
	if err != nil {
		return err
	}
	if *config == "" {
		*config = filepath.Join(root, ".dev.tfrc")
	}
	if *quiet {
		stdout = io.Discard
	}
	bin, err := install(ctx, root)
	if err != nil {
		return err
	}
	return configure(*config, bin, stdout)
}

// install installs the provider of the module in root with go install, and returns the
// directory of the executable.
func install(ctx context.Context, root string) (string, error) {
	if _, err := terraform.Go(ctx, root, "install", "-buildvcs=false", "."); err != nil {
		return "", fmt.Errorf("install the provider: %w", err)
	}
	target, err := terraform.Go(ctx, root, "list", "-f", "{{.Target}}", ".")
	if err != nil {
		return "", fmt.Errorf("find the installed provider: %w", err)
	}
	return filepath.Dir(target), nil
}

// configure writes the CLI configuration for a provider in bin, and explains how to use
// it.
func configure(config, bin string, stdout io.Writer) error {
	block := terraform.DevOverrides(bin)
	if err := os.WriteFile(config, []byte(block), 0o644); err != nil {
		return err
	}
	_, err := fmt.Fprintf(stdout, `The provider is installed in %s.

To use it in this shell:

  export TF_CLI_CONFIG_FILE=%s

To use it everywhere, put this into ~/.terraformrc instead. On Windows, that is
%%APPDATA%%\terraform.rc. For OpenTofu, it is ~/.tofurc or %%APPDATA%%\tofu.rc.

%s
Then run terraform plan. Skip terraform init, which looks for the provider in a
registry. Terraform warns about development overrides, which you can ignore.
`, bin, cli.Quote(config), cli.Indent(block))
	return err
}
