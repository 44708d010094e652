package matrix_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/acctest"
	"github.com/dataforseo/terraform-provider-dataforseo/internal/fakeapi"
)

// command is a sequence of Terraform commands. The first error ends it.
type command struct {
	name string
	// applied starts with the state of an apply in which every domain was good.
	applied bool
	// onAssets adds -target for every asset to the first step.
	onAssets bool
	steps    []string
}

func commands() []command {
	const plan, apply = "plan -json -out=plan", "apply -json plan"
	return []command{
		{name: "plan", steps: []string{plan}},
		{name: "plan, apply", steps: []string{plan, apply}},
		{name: onTarget, onAssets: true, steps: []string{plan, apply}},
		{name: refreshOnly, applied: true, steps: []string{plan + " -refresh-only", apply}},
		{name: "plan -refresh=false, apply", applied: true, steps: []string{plan + " -refresh=false", apply}},
		{name: "destroy", applied: true, steps: []string{"destroy -json -auto-approve"}},
		{name: "destroy -refresh=false", applied: true, steps: []string{"destroy -json -auto-approve -refresh=false"}},
		{name: mocked, steps: []string{"test -json"}},
	}
}

const (
	onTarget    = "plan -target=ASSET, apply"
	refreshOnly = "plan -refresh-only, apply"
	mocked      = "test with mock_provider"
)

// outcome is the result of a command for a cell.
type outcome struct {
	// stops is the step that fails, such as "plan".
	stops string
	warns bool
	// attached is true if the last step creates or changes the asset, or plans to.
	attached bool
	calls    int
	usd      float64
}

func (o outcome) String() string {
	words := []string{"passes"}
	switch {
	case o.stops != "":
		words = []string{o.stops + " stops"}
	case o.warns:
		words = []string{"warns"}
	}
	if o.attached {
		words = append(words, "attached")
	}
	if o.calls > 0 {
		words = append(words, fmt.Sprintf("%d call for %.3f USD", o.calls, o.usd))
	}
	return strings.Join(words, ", ")
}

// outcomes runs all cells in one configuration. Cells are independent, except that one
// failure ends the command for all. So it repeats the command without the failed cells
// until nothing fails.
func (c command) outcomes(t *testing.T, cells []cell, before state) map[string]outcome {
	t.Helper()
	all := map[string]outcome{}
	for len(cells) > 0 {
		round := c.run(t, cells, before)
		passed := slices.DeleteFunc(slices.Clone(cells), func(c cell) bool { return round[c.id()].stops != "" })
		if len(passed) == len(cells) {
			passed = nil
			maps.Copy(all, round)
		}
		for id, o := range round {
			if o.stops != "" {
				all[id] = o
			}
		}
		cells = passed
	}
	return all
}

// run runs the command once.
func (c command) run(t *testing.T, cells []cell, before state) map[string]outcome {
	t.Helper()
	server := fakeapi.Start(t, fakeapi.Options{})
	tf := newTerraform(t, server, cells)
	tf.Setenv("TF_VAR_since", "after")
	tf.Write("tests/mocked.tftest.hcl", "mock_provider \"dataforseo\" {}\nrun \"mocked\" {}\n")
	if c.applied {
		tf.Write("terraform.tfstate", acctest.JSON(t, before.of(cells)))
	}
	for _, cell := range cells {
		server.On(cell.asked(), withoutMaps().And(cell.scenario.answer))
	}
	return c.walk(tf, server, cells)
}

func newTerraform(t *testing.T, server *fakeapi.Server, cells []cell) *acctest.Terraform {
	t.Helper()
	tf := acctest.New(t, "variable \"since\" {}\n")
	tf.Use(server)
	for _, cell := range cells {
		tf.Write(cell.fileName(), cell.config())
	}
	return tf
}

// withoutMaps empties the maps of an answer. Terraform writes the state after every
// resource, so large answers take most of the time.
func withoutMaps() fakeapi.Fault {
	fault := fakeapi.OK
	for _, name := range []string{"tld", "types", "attributes", "platform_types", "semantic_locations", "countries"} {
		fault = fault.And(fakeapi.Field("referring_links_"+name, "{}"))
	}
	return fault
}

// state is a state file in JSON.
type state map[string]any

// applied returns the state after an apply in which every domain is good.
func applied(t *testing.T, cells []cell) state {
	t.Helper()
	server := fakeapi.Start(t, fakeapi.Options{})
	server.OnAny(withoutMaps())
	tf := newTerraform(t, server, cells)
	tf.Setenv("TF_VAR_since", "before")
	tf.MustRun("apply", "-auto-approve")
	var s state
	if err := json.Unmarshal([]byte(tf.Read("terraform.tfstate")), &s); err != nil {
		t.Fatal(err)
	}
	delete(s, "check_results")
	return s
}

// of returns the state with the resources of the cells only.
func (s state) of(cells []cell) state {
	s = maps.Clone(s)
	s["resources"] = slices.DeleteFunc(slices.Clone(s["resources"].([]any)), func(resource any) bool {
		name, _ := resource.(map[string]any)["name"].(string)
		return !slices.ContainsFunc(cells, func(c cell) bool { return c.id() == strings.TrimSuffix(name, "-pending") })
	})
	return s
}

// walk runs the steps until one fails.
func (c command) walk(tf *acctest.Terraform, server *fakeapi.Server, cells []cell) map[string]outcome {
	tf.T.Helper()
	var results []result
	for i, step := range c.steps {
		args := strings.Fields(step)
		for _, cell := range cells {
			if c.onAssets && i == 0 {
				args = append(args, "-target="+cell.asset())
			}
		}
		results = append(results, run(tf, args))
		if !results[i].failed {
			continue
		}
		if i+1 < len(c.steps) && tf.Run(strings.Fields(c.steps[i+1])...).ExitCode == 0 {
			tf.T.Errorf("%v fails, but then %s passes", args, c.steps[i+1])
		}
		break
	}
	attached := results[len(results)-1].attached(tf)
	requests := server.Requests()
	all := map[string]outcome{}
	for _, cell := range cells {
		o := cell.outcome(results, requests)
		o.attached = attached[cell.asset()]
		all[cell.id()] = o
	}
	return all
}

// result is the result of a Terraform command.
type result struct {
	command string
	failed  bool
	lines   []line
}

// line is a line of Terraform's output with -json.
type line struct {
	Type       string `json:"type"`
	Diagnostic struct {
		Severity string                    `json:"severity"`
		Range    struct{ Filename string } `json:"range"`
	} `json:"diagnostic"`
	Change struct {
		Action   string `json:"action"`
		Resource struct {
			Addr string `json:"addr"`
		} `json:"resource"`
	} `json:"change"`
}

// run runs Terraform. Every error must be in the file of a cell.
func run(tf *acctest.Terraform, args []string) result {
	tf.T.Helper()
	r := tf.Run(args...)
	s := result{command: args[0], failed: r.ExitCode != 0}
	for text := range strings.Lines(r.Stdout) {
		var l line
		if err := json.Unmarshal([]byte(text), &l); err != nil {
			tf.T.Fatalf("%v: %v\n%s%s", args, err, r.Stdout, r.Stderr)
		}
		s.lines = append(s.lines, l)
	}
	isError := func(l line) bool { return l.Diagnostic.Severity == "error" }
	if first := slices.IndexFunc(s.lines, isError); s.failed != (first >= 0) {
		tf.T.Fatalf("%v: exit code %d\n%s%s", args, r.ExitCode, r.Stdout, r.Stderr)
	}
	for _, l := range s.lines {
		if file := l.Diagnostic.Range.Filename; isError(l) && (!strings.HasSuffix(file, ".tf") || file == "main.tf") {
			tf.T.Fatalf("%v: an error outside the cells\n%s%s", args, r.Stdout, r.Stderr)
		}
	}
	return s
}

// outcome returns the outcome of the steps for the cell, except whether it is attached.
func (c cell) outcome(steps []result, requests []fakeapi.Request) outcome {
	var o outcome
	file, asked := c.fileName(), c.asked()
	for _, step := range steps {
		for _, l := range step.lines {
			if l.Diagnostic.Range.Filename != file {
				continue
			}
			o.warns = true
			if l.Diagnostic.Severity == "error" {
				o.stops = step.command
			}
		}
	}
	for _, request := range requests {
		if slices.Contains(request.Targets, asked) {
			o.calls++
			o.usd += request.CostUSD
		}
	}
	return o
}

// attached returns the addresses of the resources that the command creates or changes, or
// plans to.
func (r result) attached(tf *acctest.Terraform) map[string]bool {
	tf.T.Helper()
	switch {
	case r.command == "apply" || r.command == "destroy":
		return appliedAfter(tf)
	case r.failed: // a failed plan can't be applied
		return nil
	}
	attached := map[string]bool{}
	for _, l := range r.lines {
		if l.Type == "planned_change" && slices.Contains([]string{"create", "update", "replace"}, l.Change.Action) {
			attached[l.Change.Resource.Addr] = true
		}
	}
	return attached
}

// appliedAfter returns the addresses of the resources in the state with var.since "after".
func appliedAfter(tf *acctest.Terraform) map[string]bool {
	tf.T.Helper()
	var state struct {
		Resources []struct {
			Type, Name string
			Instances  []struct {
				Attributes struct{ Input struct{ Value any } }
			}
		}
	}
	if err := json.Unmarshal([]byte(tf.Read("terraform.tfstate")), &state); err != nil {
		tf.T.Fatal(err)
	}
	attached := map[string]bool{}
	for _, resource := range state.Resources {
		for _, instance := range resource.Instances {
			if input, _ := instance.Attributes.Input.Value.([]any); slices.Contains(input, any("after")) {
				attached[resource.Type+"."+resource.Name] = true
			}
		}
	}
	return attached
}
