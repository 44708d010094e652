package main

import (
	"flag"
	"fmt"
	"io"
	"regexp"
	"strings"
	"time"
)

// options say what is measured.
type options struct {
	// runs of each measurement.
	runs int
	// only scenarios whose name it matches.
	only *regexp.Regexp
	// long measures what takes minutes as well.
	long bool
	// targets of a portfolio.
	targets int
	// stateTargets are read to find out the state's size.
	stateTargets int
	// sizes of portfolios that are compared, the smallest first.
	sizes []int
	// latency is how long the fake takes for an answer.
	latency time.Duration
}

// defaults is what the figures of the documentation are measured with.
func defaults() options {
	return options{
		runs: 3, only: regexp.MustCompile(""), targets: 500, stateTargets: 100,
		sizes: []int{500, 1000, 2000, 5000}, latency: 500 * time.Millisecond,
	}
}

// parse reads the command line.
func parse(args []string, stderr io.Writer) (options, error) {
	o := defaults()
	var names []string
	for _, s := range scenarios() {
		names = append(names, s.name)
	}
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.IntVar(&o.runs, "runs", o.runs, "`number` of runs of each measurement, of which the median is shown")
	only := flags.String("only", "", "measure only what this `regexp` matches of: "+strings.Join(names, ", "))
	flags.BoolVar(&o.long, "long", false, "measure also what takes many minutes: thousands of paid answers, and thousands of data sources")
	if err := flags.Parse(args); err != nil {
		return o, err
	}
	var err error
	if o.only, err = regexp.Compile(*only); err != nil {
		return o, fmt.Errorf("-only: %w", err)
	}
	switch {
	case flags.NArg() > 0:
		return o, fmt.Errorf("unexpected argument %q: there are only flags", flags.Arg(0))
	case o.runs < 1:
		return o, fmt.Errorf("-runs %d is too few", o.runs)
	case len(o.chosen()) == 0:
		return o, fmt.Errorf("-only %q matches nothing of: %s", *only, strings.Join(names, ", "))
	}
	return o, nil
}

// chosen returns the scenarios that are to be measured.
func (o options) chosen() []scenario {
	var chosen []scenario
	for _, s := range scenarios() {
		if o.only.MatchString(s.name) {
			chosen = append(chosen, s)
		}
	}
	return chosen
}

// largest is the number of targets in the largest portfolio.
func (o options) largest() int { return o.sizes[len(o.sizes)-1] }
