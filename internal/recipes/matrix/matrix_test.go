package matrix_test

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/tfversion"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/acctest"
)

// exception describes cells whose domain gets past the gate. An empty field matches all.
type exception struct {
	command, scenario, gate string
	openTofu                bool // with OpenTofu only
	reason                  string
}

// exceptions returns the exceptions for Terraform or OpenTofu. The guide to policies has
// a remedy for each.
func exceptions(openTofu bool) []exception {
	const (
		page        = "The gate judges the page, which is within the limits."
		deferred    = "The plan doesn't know what the apply will read. The apply judges it, and attaches nothing."
		conditions  = "Terraform turns failed conditions into warnings. Nothing is attached."
		unconnected = "The asset doesn't depend on the read. -target leaves the read out, and a deferred read is too late."
		untyped     = "OpenTofu doesn't call a function with an untyped null. The result is unknown, and an unknown condition passes."
	)
	list := []exception{
		{gate: "check", reason: "A check only warns."},
		{scenario: "home page", reason: page},
		{scenario: "page", reason: page},
		{command: refreshOnly, gate: "postcondition", reason: conditions},
		{command: refreshOnly, gate: "function", reason: conditions},
		{command: mocked, gate: "require", reason: "A mock reads nothing, so require judges nothing. Nothing is attached."},
		{command: "plan", scenario: "unknown target", reason: deferred},
		{command: "plan", scenario: "deferred by depends_on", reason: deferred},
		{command: "plan", scenario: "limit of a pending resource", reason: deferred},
		{command: "plan", scenario: namesItselfDeferred, gate: "function", reason: deferred},
		{command: onTarget, scenario: namesItself, gate: "require", reason: unconnected},
		{command: onTarget, scenario: namesItself, gate: "postcondition", reason: unconnected},
		{scenario: namesItselfDeferred, gate: "require", reason: unconnected},
		{scenario: namesItselfDeferred, gate: "postcondition", reason: unconnected},
		{scenario: nullLimits, gate: "require", reason: "An untyped null means that the argument is omitted, so there is no gate."},
		{scenario: nullLimits, gate: "function", openTofu: true, reason: untyped},
		{scenario: nullSummary, gate: "function", openTofu: true, reason: untyped},
		{scenario: "empty set", gate: "function", reason: "Without a target, there is nothing to judge or attach."},
	}
	return slices.DeleteFunc(list, func(e exception) bool { return e.openTofu && !openTofu })
}

// table maps commands and cell ids to outcomes.
type table map[string]map[string]outcome

// TestMatrix runs every gate on every scenario under every command.
//
//nolint:tparallel // the commands run in parallel, and end before their table is compared
func TestMatrix(t *testing.T) {
	t.Parallel()
	version := acctest.Version(t)
	commands, gates := commands(), gates()
	if version.LessThan(tfversion.Version1_8_0) {
		gates = slices.DeleteFunc(gates, func(g gate) bool { return g.name == "function" })
	}
	if version.LessThan(tfversion.Version1_7_0) {
		commands = slices.DeleteFunc(commands, func(c command) bool { return c.name == mocked })
	}
	var cells []cell
	for _, s := range scenarios() {
		for _, g := range gates {
			cells = append(cells, cell{s, g})
		}
	}
	all := outcomesOf(t, commands, cells)
	openTofu := acctest.IsOpenTofu(t)
	assertStopped(t, all, cells, exceptions(openTofu))
	switch {
	case openTofu:
		acctest.Golden(t, "opentofu.md", all.markdown(commands, gates))
	case !version.LessThan(tfversion.Version1_8_0):
		acctest.Golden(t, "terraform.md", all.markdown(commands, gates))
	}
}

func outcomesOf(t *testing.T, commands []command, cells []cell) table {
	t.Helper()
	before := applied(t, cells)
	outcomes := make([]map[string]outcome, len(commands))
	t.Run("commands", func(t *testing.T) {
		for i, c := range commands {
			t.Run(c.name, func(t *testing.T) {
				t.Parallel()
				outcomes[i] = c.outcomes(t, cells, before)
			})
		}
	})
	if t.Failed() {
		t.FailNow()
	}
	all := table{}
	for i, c := range commands {
		all[c.name] = outcomes[i]
	}
	return all
}

// assertStopped checks that gates stop all bad domains except for the exceptions, that
// each exception still applies, that good domains pass, and that no cell pays twice.
func assertStopped(t *testing.T, all table, cells []cell, exceptions []exception) {
	t.Helper()
	used := map[exception]bool{}
	for command, outcomes := range all {
		for _, cell := range cells {
			o := outcomes[cell.id()]
			good := cell.scenario.name == "good"
			destroys := strings.HasPrefix(command, "destroy")
			stopped := !o.attached && (o.stops != "" || destroys)
			idle := !o.attached && !destroys && command != refreshOnly
			i := slices.IndexFunc(exceptions, func(e exception) bool { return e.covers(command, cell) })
			switch {
			case o.calls > 1:
				t.Errorf("%s, %s: %d calls", command, cell.id(), o.calls)
			case good && command != mocked && (o.stops != "" || o.warns || idle):
				t.Errorf("%s, %s: %s", command, cell.id(), o)
			case good || stopped:
			case i < 0:
				t.Errorf("%s, %s: a bad domain gets past: %s", command, cell.id(), o)
			default:
				used[exceptions[i]] = true
			}
		}
	}
	for _, e := range exceptions {
		runs := func(c cell) bool { return e.covers(e.command, c) && (e.command == "" || all[e.command] != nil) }
		if slices.ContainsFunc(cells, runs) && !used[e] {
			t.Errorf("nothing gets past by this exception any more: %+v", e)
		}
	}
}

func (e exception) covers(command string, c cell) bool {
	return cmp.Or(e.command, command) == command && cmp.Or(e.scenario, c.scenario.name) == c.scenario.name && cmp.Or(e.gate, c.gate.name) == c.gate.name
}

// markdown returns a table per command.
func (all table) markdown(commands []command, gates []gate) string {
	var b strings.Builder
	b.WriteString("Outcomes by command, scenario and gate. Attached means that the last command creates or changes the asset, or plans to.\n")
	for _, c := range commands {
		fmt.Fprintf(&b, "\n## %s\n\n|", c.name)
		for _, g := range gates {
			b.WriteString(" | " + g.name)
		}
		b.WriteString(" |\n|" + strings.Repeat("---|", len(gates)+1) + "\n")
		for _, s := range scenarios() {
			b.WriteString("| " + s.name)
			for _, g := range gates {
				fmt.Fprintf(&b, " | %s", all[c.name][cell{s, g}.id()])
			}
			b.WriteString(" |\n")
		}
	}
	return b.String()
}
