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

// exception names cells in which a domain gets past a gate. An empty field means all.
type exception struct {
	command, scenario, gate string
	openTofu                bool // only there
	reason                  string
}

// exceptions returns the exceptions with Terraform or OpenTofu. The guide to policies
// has a remedy for each.
func exceptions(openTofu bool) []exception {
	const (
		page        = "The page is judged, and its numbers are within the limits: nothing says that the domain was meant."
		deferred    = "The plan does not know what the apply will read; the apply judges it, and does not attach it."
		conditions  = "Terraform turns failed conditions into warnings; nothing is attached."
		unconnected = "Nothing makes the asset wait for the read: -target leaves the read out, and a deferred one comes too late."
		untyped     = "OpenTofu does not call a function with an untyped null. The result is unknown, and a condition that is unknown passes."
	)
	list := []exception{
		{gate: "check", reason: "A check warns, and stops nothing."},
		{scenario: "home page", reason: page},
		{scenario: "page", reason: page},
		{command: refreshOnly, gate: "postcondition", reason: conditions},
		{command: refreshOnly, gate: "function", reason: conditions},
		{command: mocked, gate: "require", reason: "A mock is not read, so require judges nothing; nothing is attached."},
		{command: "plan", scenario: "unknown target", reason: deferred},
		{command: "plan", scenario: "deferred by depends_on", reason: deferred},
		{command: "plan", scenario: "limit of a pending resource", reason: deferred},
		{command: "plan", scenario: namesItselfDeferred, gate: "function", reason: deferred},
		{command: onTarget, scenario: namesItself, gate: "require", reason: unconnected},
		{command: onTarget, scenario: namesItself, gate: "postcondition", reason: unconnected},
		{scenario: namesItselfDeferred, gate: "require", reason: unconnected},
		{scenario: namesItselfDeferred, gate: "postcondition", reason: unconnected},
		{scenario: nullLimits, gate: "require", reason: "Terraform passes an untyped null as an argument that is left out, so there is no gate."},
		{scenario: nullLimits, gate: "function", openTofu: true, reason: untyped},
		{scenario: nullSummary, gate: "function", openTofu: true, reason: untyped},
		{scenario: "empty set", gate: "function", reason: "Without a target there is nothing to judge, and no domain to attach."},
	}
	return slices.DeleteFunc(list, func(e exception) bool { return e.openTofu && !openTofu })
}

// table has the outcome of each cell by the name of the command and the id of the cell.
type table map[string]map[string]outcome

// TestMatrix runs every gate on every scenario under every command.
//
//nolint:tparallel // the commands run side by side, and end before their table is compared
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
	openTofu := acctest.IsOpenTofu(acctest.Path(t))
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
	outcomes := make([]map[string]outcome, len(commands))
	t.Run("commands", func(t *testing.T) {
		for i, c := range commands {
			t.Run(c.name, func(t *testing.T) {
				t.Parallel()
				outcomes[i] = c.outcomes(t, cells)
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

// assertStopped: no domain gets past a gate but by an exception, of which none is
// outdated. What is good passes, and nothing is paid twice.
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
	b.WriteString("What becomes of a domain, by command, scenario and gate. Attached means that the last command plans to make or change the asset, or has done so.\n")
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
