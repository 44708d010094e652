// Command fakeapi serves a fake of the DataForSEO API on this machine, for trying
// the provider out without an account and without cost:
//
//	go run ./internal/fakeapi/cmd/fakeapi
//
// It prints the environment variables that make the provider use it, a line for every
// request, and finally the cost of the same calls at DataForSEO. "make fakeapi" installs
// the provider first.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"net"
	"net/netip"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/cli"
	"github.com/dataforseo/terraform-provider-dataforseo/internal/fakeapi"
)

func main() {
	cli.Main("fakeapi", func(ctx context.Context) error {
		return run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	})
}

// usualAddress is the same at every start, so that the variables of a shell remain valid.
const usualAddress = "127.0.0.1:24024"

// settings are the command line.
type settings struct {
	address   string // "" is usualAddress, or a free port if that is in use
	cliConfig string // the CLI configuration that makes Terraform use the provider, or ""
	fake      fakeapi.Options
}

// run serves until ctx ends. It writes instructions and totals to stdout, and a line
// for every request to stderr.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	s, err := parse(args, stderr)
	if err != nil {
		return err
	}
	s.fake.OnAnswer = logTo(stderr)
	listener, err := s.open(ctx, stdout)
	if err != nil {
		return err
	}
	fake := fakeapi.New(s.fake)
	stop := fake.ServeOn(listener)
	printUsage(stdout, fake, s.cliConfig)
	<-ctx.Done()
	stop()
	calls := "1 call"
	if n := fake.Calls(); n != 1 {
		calls = fmt.Sprintf("%d calls", n)
	}
	_, err = fmt.Fprintf(stdout, "%s. DataForSEO would have charged %.6f USD for %d of them.\n", calls, fake.ChargedUSD(), fake.Charged())
	return err
}

// parse reads the command line.
func parse(args []string, stderr io.Writer) (s settings, err error) {
	s.fake.NamedFaults = true
	flags := flag.NewFlagSet("fakeapi", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.StringVar(&s.address, "listen", "", "loopback `address` to listen on (default "+usualAddress+", or another port if that one is in use)")
	flags.StringVar(&s.cliConfig, "cli-config", "", "`file` to print as TF_CLI_CONFIG_FILE")
	flags.DurationVar(&s.fake.Delay, "delay", 0, "how long a paid call takes, such as 2s")
	err = flags.Parse(args)
	switch {
	case err != nil:
	case flags.NArg() > 0:
		err = fmt.Errorf("unexpected argument %q: there are only flags", flags.Arg(0))
	case s.fake.Delay < 0:
		err = fmt.Errorf("-delay %v is negative", s.fake.Delay)
	}
	return s, err
}

// open listens on the address of the settings.
func (s settings) open(ctx context.Context, stdout io.Writer) (net.Listener, error) {
	if s.address != "" {
		return listenLoopback(ctx, s.address)
	}
	return listenUsual(ctx, usualAddress, stdout)
}

// listenUsual listens on address, or on a free port if another program uses it.
func listenUsual(ctx context.Context, address string, stdout io.Writer) (net.Listener, error) {
	listener, err := listenLoopback(ctx, address)
	if err == nil {
		return listener, nil
	}
	_, _ = fmt.Fprintf(stdout, "The usual address can't be used:\n%v.\nThe one below changes at every start.\n\n", err)
	return listenLoopback(ctx, "127.0.0.1:0")
}

// listenLoopback listens on a loopback address and refuses any other.
func listenLoopback(ctx context.Context, address string) (net.Listener, error) {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return nil, fmt.Errorf("-listen %q is not HOST:PORT, such as 127.0.0.1:8080: %w", address, err)
	}
	if ip, err := netip.ParseAddr(host); err != nil && host != "localhost" || err == nil && !ip.IsLoopback() {
		return nil, fmt.Errorf("-listen %q is not a loopback address: the password of the fake is no secret, so other machines must not reach it; use 127.0.0.1, [::1] or localhost", address)
	}
	return new(net.ListenConfig).Listen(ctx, "tcp", address)
}

// printUsage prints instructions for a new shell.
func printUsage(stdout io.Writer, fake *fakeapi.Server, cliConfig string) {
	var b strings.Builder
	variables := append(fake.Environ(), "DATAFORSEO_SANDBOX=false")
	if cliConfig != "" {
		variables = append(variables, "TF_CLI_CONFIG_FILE="+cliConfig)
	}
	fmt.Fprintf(&b, "A fake DataForSEO serves at %s until Ctrl-C.\nTo use it, paste this into another shell:\n\n", fake.URL)
	for _, variable := range variables {
		name, value, _ := strings.Cut(variable, "=")
		fmt.Fprintf(&b, "export %s=%s\n", name, cli.Quote(value))
	}
	if cliConfig != "" {
		fmt.Fprint(&b, "\nIn that shell, terraform plan works without terraform init.\nRun terraform get first if the configuration calls modules.\n")
	}
	const row = "  %-26s %4v  %10v  %10v  %17v\n"
	fmt.Fprintf(&b, "\nTargets with chosen numbers:\n\n"+row, "", "RANK", "SPAM SCORE", "BACKLINKS", "REFERRING DOMAINS")
	for _, site := range fakeapi.Portfolio() {
		fmt.Fprintf(&b, row, site.Target, site.Rank, site.SpamScore, site.Backlinks, site.ReferringDomains())
	}
	fmt.Fprintf(&b, "\nA target without data, which is charged in full:\n\n  no-data.example\n")
	fmt.Fprintf(&b, "\nTargets that fail:\n\n")
	for _, fault := range fakeapi.NamedFaults() {
		fmt.Fprintf(&b, "  %-26s %s\n", fault.Host, fault.Does)
	}
	fmt.Fprintf(&b, "\nAny other domain gets numbers that are made up from its name.\n\n")
	_, _ = io.WriteString(stdout, b.String()) // there is nowhere to report an error
}

// logTo returns a log with one line per request, without credentials.
func logTo(w io.Writer) func(fakeapi.Request) {
	var mu sync.Mutex
	return func(r fakeapi.Request) {
		status := fmt.Sprintf("HTTP %d, status_code %d", r.HTTPStatus, r.StatusCode)
		if r.HTTPStatus == 0 {
			status = "no answer"
		}
		target := ""
		if len(r.Targets) > 0 {
			target = fmt.Sprintf(" target %q", strings.Join(r.Targets, " "))
		}
		mu.Lock()
		defer mu.Unlock()
		// Logging is best effort.
		_, _ = fmt.Fprintf(w, "%s %s %q%s: %s, %.6f USD\n",
			r.Received.Format(time.TimeOnly), r.Method, r.Path, target, status, r.CostUSD)
	}
}
