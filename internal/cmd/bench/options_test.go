package main

import (
	"errors"
	"flag"
	"strings"
	"testing"
)

func TestParse(t *testing.T) {
	t.Parallel()
	var stderr strings.Builder
	o, err := parse([]string{"-runs", "5", "-long", "-only", "^(state|go)$"}, &stderr)
	if err != nil || stderr.Len() > 0 {
		t.Fatal(err, stderr.String())
	}
	var chosen []string
	for _, s := range o.chosen() {
		chosen = append(chosen, s.name)
	}
	if got := strings.Join(chosen, " "); o.runs != 5 || !o.long || got != "state go" {
		t.Errorf("got %+v, which chooses %s", o, got)
	}
	if o, err = parse(nil, &stderr); err != nil || len(o.chosen()) != len(scenarios()) || o.long {
		t.Errorf("without arguments: got %+v, %v", o, err)
	}
}

func TestParse_invalid(t *testing.T) {
	t.Parallel()
	const names = "for-each, portfolio, slow, cache, state, scaling, memory, latency, go"
	for want, args := range map[string][]string{
		"-runs 0 is too few": {"-runs", "0"},
		`unexpected argument "state": there are only flags`:   {"state"},
		"-only: error parsing regexp: missing closing ): `(`": {"-only", "("},
		`-only "stat$" matches nothing of: ` + names:          {"-only", "stat$"},
		`invalid value "many" for flag -runs: parse error`:    {"-runs", "many"},
		"flag provided but not defined: -short":               {"-short"},
	} {
		var stderr strings.Builder
		if _, err := parse(args, &stderr); err == nil || err.Error() != want {
			t.Errorf("%q: got the error %v, want %s", args, err, want)
		}
	}
	var stderr strings.Builder
	if _, err := parse([]string{"-help"}, &stderr); !errors.Is(err, flag.ErrHelp) || !strings.Contains(stderr.String(), names) {
		t.Errorf("got the error %v and printed\n%s", err, &stderr)
	}
}
