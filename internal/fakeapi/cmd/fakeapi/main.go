// Command fakeapi serves a fake of the DataForSEO API on this machine, for trying
// the provider out without an account and without cost:
//
//	go run ./internal/fakeapi/cmd/fakeapi
//
// It prints the environment variables that make the provider use it, a line for every
// request, and finally the cost of the same calls at DataForSEO.
package main

import (
	"context"
	"errors"
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

// run serves until ctx ends. It writes instructions and totals to stdout, and a line
// for every request to stderr.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	listen, opts, err := parse(args, stderr)
	if err != nil {
		return err
	}
	opts.OnAnswer = logTo(stderr)
	listener, err := listenLoopback(ctx, listen)
	if err != nil {
		return err
	}
	fake := fakeapi.New(opts)
	stop := fake.ServeOn(listener)
	printUsage(stdout, fake)
	<-ctx.Done()
	stop()
	_, err = fmt.Fprintf(stdout, "Calls: %d, charged: %d, %.6f USD in all.\n", fake.Calls(), fake.Charged(), fake.ChargedUSD())
	return err
}

// parse reads the command line.
func parse(args []string, stderr io.Writer) (listen string, opts fakeapi.Options, err error) {
	opts.NamedFaults = true
	flags := flag.NewFlagSet("fakeapi", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.StringVar(&listen, "listen", "127.0.0.1:0", "loopback `address` to listen on; port 0 takes a free one")
	flags.StringVar(&opts.Login, "login", fakeapi.DefaultLogin, "login that is accepted")
	flags.StringVar(&opts.Password, "password", fakeapi.DefaultPassword, "password that is accepted; do not use a real one")
	flags.DurationVar(&opts.Delay, "delay", 0, "how long every call takes that costs money, such as 2s")
	flags.Float64Var(&opts.PriceUSD, "price", fakeapi.DefaultPriceUSD, "price of a call with one row in USD, more than 0")
	err = flags.Parse(args)
	switch {
	case err != nil:
	case flags.NArg() > 0:
		err = fmt.Errorf("unexpected argument %q: there are only flags", flags.Arg(0))
	case opts.Login == "" || opts.Password == "":
		err = errors.New("-login and -password must not be empty")
	case strings.Contains(opts.Login, ":"):
		err = errors.New("-login must not contain a colon: HTTP Basic authentication ends the login there")
	case opts.PriceUSD <= 0:
		err = fmt.Errorf("-price %v is not a price: use more than 0", opts.PriceUSD)
	case opts.Delay < 0:
		err = fmt.Errorf("-delay %v is negative", opts.Delay)
	}
	return listen, opts, err
}

// listenLoopback listens on address if only this machine can reach it.
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

// printUsage prints instructions.
func printUsage(stdout io.Writer, fake *fakeapi.Server) {
	var b strings.Builder
	fmt.Fprintf(&b, "A fake DataForSEO serves at %s until it is interrupted. To use it:\n\n", fake.URL)
	for _, variable := range append(fake.Environ(), "DATAFORSEO_SANDBOX=false") {
		name, value, _ := strings.Cut(variable, "=")
		fmt.Fprintf(&b, "export %s=%s\n", name, cli.Quote(value))
	}
	fmt.Fprintf(&b, "\nTargets with chosen numbers:\n\n")
	for _, site := range fakeapi.Portfolio() {
		fmt.Fprintf(&b, "  %-26s rank %d, spam score %d, %d backlinks from %d domains\n",
			site.Target, site.Rank, site.SpamScore, site.Backlinks, site.ReferringMainDomains)
	}
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
		mu.Lock()
		defer mu.Unlock()
		// Logging is best effort.
		_, _ = fmt.Fprintf(w, "%s %s %q target %q: %s, %.6f USD\n",
			r.Received.Format(time.TimeOnly), r.Method, r.Path, strings.Join(r.Targets, " "), status, r.CostUSD)
	}
}
