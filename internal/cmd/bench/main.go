// Command bench measures how fast and how lean the provider is, against a fake
// DataForSEO in this process, without an account and without cost:
//
//	make bench
//
// It prints one Markdown table: every figure beside the limit that the API or
// Terraform itself sets, measured in the same run. It takes about ten minutes. A
// figure that is not reached is no failure; reads that fail, or that make more or
// fewer calls than they should, are.
package main

import (
	"context"
	"errors"
	"io"
	"os"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/cli"
)

func main() {
	cli.Main("bench", func(ctx context.Context) error {
		return run(ctx, os.Args[1:], os.Environ(), os.Stdout, os.Stderr)
	})
}

// run measures what the command line asks for. The table goes to stdout, progress to
// stderr.
func run(ctx context.Context, args, environ []string, stdout, stderr io.Writer) error {
	options, err := parse(args, stderr)
	if err != nil {
		return err
	}
	return tabulate(ctx, options, environ, stdout, stderr)
}

// tabulate measures and prints the table.
func tabulate(ctx context.Context, o options, environ []string, stdout, stderr io.Writer) (err error) {
	b, err := newBench(ctx, o, environ, stderr)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, b.workspace.Close()) }()
	// What was measured before a failure took minutes, and is as good as ever.
	rows, measureErr := b.measure(ctx)
	if len(rows) > 0 {
		_, err = io.WriteString(stdout, markdown(o.runs, rows))
	}
	return errors.Join(measureErr, err)
}
