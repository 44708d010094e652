// Command docs generates docs/, the provider's pages in a registry, from its schema,
// templates/ and examples/:
//
//	make generate
//	make docs-check
//
// With -check it writes nothing, and fails if docs/ is out of date. It needs Terraform
// or OpenTofu, but no registry.
package main

import (
	"context"
	"flag"
	"io"
	"os"
	"path/filepath"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/cli"
	"github.com/dataforseo/terraform-provider-dataforseo/internal/terraform"
)

// docsDir is the directory of the pages, relative to the repository.
const docsDir = "docs"

func main() {
	cli.Main("docs", func(ctx context.Context) error {
		return run(ctx, os.Args[1:], os.Environ(), os.Stdout, os.Stderr)
	})
}

// run generates the pages, and writes or compares them.
func run(ctx context.Context, args, environ []string, stdout, stderr io.Writer) error {
	flags := flag.NewFlagSet("docs", flag.ContinueOnError)
	flags.SetOutput(stderr)
	check := flags.Bool("check", false, "write nothing and fail if "+docsDir+"/ is not up to date")
	if err := flags.Parse(args); err != nil {
		return err
	}
	root, err := terraform.ModuleRoot(ctx, "")
	if err != nil {
		return err
	}
	generated, err := generate(ctx, root, environ)
	if err != nil {
		return err
	}
	docs := filepath.Join(root, docsDir)
	if *check {
		return compare(docs, generated, stdout)
	}
	return replace(docs, generated, stdout)
}
