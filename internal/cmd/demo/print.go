package main

import (
	"fmt"
	"os"
	"strings"
	"text/tabwriter"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/cli"
)

// print writes to the terminal. An error there cannot be reported.
func (d demonstration) print(format string, args ...any) {
	_, _ = fmt.Fprintf(d.stdout, format, args...)
}

func (d demonstration) printBuilding() {
	d.print("The DataForSEO provider at work, without an account and without cost.\n\n")
	d.print("1. Building the provider from this source tree.\n")
}

func (d demonstration) printPlanning() {
	d.print("2. A fake DataForSEO is listening on %s.\n", d.fake.URL)
	d.print("3. Running \"%s plan\" on %s/main.tf: a portfolio of domains,\n   and a gate on their spam score and referring domains.\n\n", d.executable.Command, configuration)
}

func (d demonstration) printResult(r result) {
	d.print("These domains passed the gate:\n\n%s\n", table(r.domains))
	d.print("%s %s says about the others:\n\n", d.executable.Product, r.version)
	d.print("%s\n\n", cli.Indent(d.highlighted(r.errors)))
	if r.exitCode == 0 {
		d.print("The plan was accepted (exit code 0).\n\n")
	} else {
		d.print("The plan was refused (exit code %d): nothing can be applied, and a pipeline\nstops here.\n\n", r.exitCode)
	}
	d.print("%d calls were made. DataForSEO would have charged %.6f USD for them.\nHere they cost nothing.\n\n", d.fake.Calls(), d.fake.ChargedUSD())
}

// printNext explains how to run the same plan with DataForSEO and a provider built from
// source.
func (d demonstration) printNext() {
	d.print(`The configuration is %[2]s/main.tf.
To run it with DataForSEO, in this directory:

  make install
  export TF_CLI_CONFIG_FILE="$PWD/.dev.tfrc"
  # from https://app.dataforseo.com/api-access
  export DATAFORSEO_LOGIN="you@example.com"
  export DATAFORSEO_PASSWORD="your-api-password"

With the sandbox, which costs nothing and answers with dummy data:

  DATAFORSEO_SANDBOX=true \
    %[1]s -chdir=%[2]s plan -var 'domains=["example.com"]'

With the live API, which charges about 0.024 USD for each domain at every plan:

  %[1]s -chdir=%[2]s plan -var 'domains=["example.com"]'
`, d.executable.Command, configuration)
}

// table formats the domains, with text aligned left and numbers right.
func table(domains []domain) string {
	rows := [][]string{{"DOMAIN", "RANK", "SPAM SCORE", "REFERRING DOMAINS", "BACKLINKS"}}
	for _, d := range domains {
		rows = append(rows, []string{
			d.Target, orDash(d.Rank), orDash(d.SpamScore), orDash(d.ReferringDomains), orDash(d.Backlinks),
		})
	}
	var b strings.Builder
	numbers := tabwriter.NewWriter(&b, 0, 0, 2, ' ', tabwriter.AlignRight)
	width := 0
	for _, row := range rows {
		width = max(width, len(row[0]))
	}
	for _, row := range rows {
		_, _ = fmt.Fprintf(numbers, "%-*s\t%s\t\n", width, row[0], strings.Join(row[1:], "\t"))
	}
	_ = numbers.Flush() // a strings.Builder never fails
	return b.String()
}

// orDash formats an integer for display, and null as a dash.
func orDash(n *int64) string {
	if n == nil {
		return "-"
	}
	return cli.Grouped(*n)
}

// highlighted makes the word Error red if the output is a terminal. NO_COLOR is
// https://no-color.org.
func (d demonstration) highlighted(text string) string {
	file, isFile := d.stdout.(*os.File)
	if !isFile || os.Getenv("NO_COLOR") != "" {
		return text
	}
	if info, err := file.Stat(); err != nil || info.Mode()&os.ModeCharDevice == 0 {
		return text
	}
	return strings.Replace(text, "Error:", "\x1b[1;31mError:\x1b[0m", 1)
}
