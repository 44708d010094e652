// Command demo shows what the provider does, without an account and without cost:
//
//	make demo
//
// It builds the provider, starts a fake DataForSEO in this process, and plans
// examples/demo with Terraform or OpenTofu. One domain fails the policy there. The exit
// code is 0 only if the results are as expected.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/cli"
	"github.com/dataforseo/terraform-provider-dataforseo/internal/fakeapi"
	"github.com/dataforseo/terraform-provider-dataforseo/internal/terraform"
)

// configuration is the directory of the configuration, relative to the repository's
// root.
const configuration = "examples/demo"

func main() {
	cli.Main("demo", func(ctx context.Context) error {
		return run(ctx, os.Environ(), os.Stdout)
	})
}

// run runs the demonstration with its own fake.
func run(ctx context.Context, environ []string, stdout io.Writer) error {
	executable, err := terraform.Find(ctx)
	if err != nil {
		return err
	}
	fake := fakeapi.New(fakeapi.Options{})
	stop, err := fake.Serve(ctx)
	if err != nil {
		return err
	}
	defer stop()
	d := demonstration{executable: executable, environ: environ, fake: fake, stdout: stdout}
	return d.run(ctx)
}

// demonstration is one run of the demo.
type demonstration struct {
	executable terraform.Executable
	environ    []string
	fake       *fakeapi.Server // serving
	stdout     io.Writer
}

// run prints the results and checks that they are as expected.
func (d demonstration) run(ctx context.Context) (err error) {
	root, err := terraform.ModuleRoot(ctx, "")
	if err != nil {
		return err
	}
	d.printBuilding()
	workspace, err := terraform.NewWorkspace(ctx, d.executable, root, d.environ)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, workspace.Close()) }()

	d.printPlanning()
	result, err := planWith(ctx, workspace, filepath.Join(root, configuration), d.fake.Environ())
	if err != nil {
		return err
	}
	d.printResult(result)
	if err := verify(result, d.fake); err != nil {
		return fmt.Errorf("unexpected results:\n%w", err)
	}
	d.printNext()
	return nil
}
