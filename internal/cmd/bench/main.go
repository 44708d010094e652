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
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
)

var errInterrupted = errors.New("interrupted")

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:], os.Environ(), os.Stdout, os.Stderr)
	stop()
	switch {
	case errors.Is(err, flag.ErrHelp):
	case err != nil:
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
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

// tabulate measures and prints the table. An error after the context's end is
// errInterrupted, whatever it was that failed.
func tabulate(ctx context.Context, o options, environ []string, stdout, stderr io.Writer) (err error) {
	defer func() {
		if err != nil && ctx.Err() != nil {
			err = errInterrupted
		}
	}()
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
