// Command cacheserver runs a bucket on this machine, to try out a team's cache without a
// cloud account:
//
//	make cache-server
//
// It prints the environment variables that make the provider use it, and a line for each
// request. It removes the bucket when it exits.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/cacheserver"
	"github.com/dataforseo/terraform-provider-dataforseo/internal/cli"
)

func main() {
	cli.Main("cacheserver", func(ctx context.Context) error { return run(ctx, os.Args[1:], os.Stdout, os.Stderr) })
}

// run serves until ctx ends.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	if len(args) != 1 {
		return errors.New("give the path of versitygw, as make cache-server does")
	}
	server, err := cacheserver.Start(ctx, args[0], func(r cacheserver.Request) { _, _ = fmt.Fprintln(stderr, r.Method, r.Path, r.Status) })
	if err != nil {
		return err
	}
	defer server.Stop()
	var b strings.Builder
	fmt.Fprintf(&b, "A bucket is served at %s until Ctrl-C.\nTo use it, paste this into other shells:\n\n", server.URL)
	for _, variable := range server.Environ() {
		name, value, _ := strings.Cut(variable, "=")
		fmt.Fprintf(&b, "export %s=%s\n", name, cli.Quote(value))
	}
	b.WriteString("\nTwo copies of a configuration then pay for an answer once.\n\"make fakeapi\" serves answers that cost nothing.\n\n")
	if _, err := io.WriteString(stdout, b.String()); err != nil {
		return err
	}
	<-ctx.Done()
	return nil
}
