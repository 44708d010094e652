package matrix_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/acctest"
	"github.com/dataforseo/terraform-provider-dataforseo/internal/fakeapi"
)

// command is what a person does: one command of Terraform after the other, as long as
// none fails.
type command struct {
	name string
	// before is set if it begins with the state of a run in which every domain was good.
	before bool
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
		{name: refreshOnly, before: true, steps: []string{plan + " -refresh-only", apply}},
		{name: "plan -refresh=false, apply", before: true, steps: []string{plan + " -refresh=false", apply}},
		{name: "destroy", before: true, steps: []string{"destroy -json -auto-approve"}},
		{name: "destroy -refresh=false", before: true, steps: []string{"destroy -json -auto-approve -refresh=false"}},
		{name: mocked, steps: []string{"test -json"}},
	}
}

const (
	onTarget    = "plan -target=ASSET, apply"
	refreshOnly = "plan -refresh-only, apply"
	mocked      = "test with mock_provider"
)

// outcome is what a command does to a cell.
type outcome struct {
	// stops is the step that fails, such as "plan".
	stops string
	warns bool
	// attached is set if the last step plans to make or change the asset, or did.
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

// outcomes runs all cells in one configuration, where no one's failure changes what
// becomes of another but that it ends the command. So those that fail are taken out,
// and the rest goes again, until nothing fails.
func (c command) outcomes(t *testing.T, cells []cell) map[string]outcome {
	t.Helper()
	all := map[string]outcome{}
	for len(cells) > 0 {
		round := c.run(t, cells)
		passes := func(c cell) bool { return round[c.id()].stops == "" }
		failed := slices.DeleteFunc(slices.Clone(cells), passes)
		if len(failed) == 0 {
			failed = cells
		}
		for _, cell := range failed {
			all[cell.id()] = round[cell.id()]
		}
		cells = slices.DeleteFunc(slices.Clone(cells), func(c cell) bool { _, done := all[c.id()]; return done })
	}
	return all
}

// run runs the command once.
func (c command) run(t *testing.T, cells []cell) map[string]outcome {
	t.Helper()
	server := fakeapi.Start(t, fakeapi.Options{})
	tf := acctest.New(t, "variable \"since\" {}\n")
	tf.Use(server)
	for _, cell := range cells {
		tf.Write(cell.fileName(), cell.config())
	}
	tf.Write("tests/mocked.tftest.hcl", "mock_provider \"dataforseo\" {}\nrun \"mocked\" {}\n")
	if c.before {
		tf.Setenv("TF_VAR_since", "before")
		tf.MustRun("apply", "-auto-approve")
		server.Reset()
	}
	tf.Setenv("TF_VAR_since", "after")
	for _, cell := range cells {
		server.On(cell.asked(), cell.scenario.answer)
	}
	return c.walk(tf, server, cells)
}

// walk runs the steps, up to the first that fails.
func (c command) walk(tf *acctest.Terraform, server *fakeapi.Server, cells []cell) map[string]outcome {
	tf.T.Helper()
	var said []said
	for i, step := range c.steps {
		args := strings.Fields(step)
		for _, cell := range cells {
			if c.onAssets && i == 0 {
				args = append(args, "-target="+cell.asset())
			}
		}
		said = append(said, run(tf, args))
		if !said[i].failed {
			continue
		}
		if i+1 < len(c.steps) && tf.Run(strings.Fields(c.steps[i+1])...).ExitCode == 0 {
			tf.T.Errorf("%v fails, and %s goes on", args, c.steps[i+1])
		}
		break
	}
	all := map[string]outcome{}
	for _, cell := range cells {
		all[cell.id()] = cell.outcome(tf, server, said)
	}
	return all
}

// said is what a command of Terraform says.
type said struct {
	command string
	failed  bool
	lines   []line
}

// line is one of Terraform's lines with -json.
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

// run runs Terraform. An error must be that of a cell, or all of them would seem to stop.
func run(tf *acctest.Terraform, args []string) said {
	tf.T.Helper()
	r := tf.Run(args...)
	s := said{command: args[0], failed: r.ExitCode != 0}
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
			tf.T.Fatalf("%v: an error that is no cell's\n%s%s", args, r.Stdout, r.Stderr)
		}
	}
	return s
}

// outcome returns what became of the cell.
func (c cell) outcome(tf *acctest.Terraform, server *fakeapi.Server, steps []said) outcome {
	tf.T.Helper()
	var o outcome
	for _, step := range steps {
		o.attached = false
		for _, l := range step.lines {
			if l.Diagnostic.Range.Filename == c.fileName() {
				o.warns = true
				if l.Diagnostic.Severity == "error" {
					o.stops = step.command
				}
			}
			makes := l.Type == "planned_change" && slices.Contains([]string{"create", "update", "replace"}, l.Change.Action)
			o.attached = o.attached || makes && l.Change.Resource.Addr == c.asset()
		}
	}
	switch steps[len(steps)-1].command {
	case "apply", "destroy":
		o.attached = c.inState(tf)
	case "plan":
		o.attached = o.attached && o.stops == "" // a plan that failed cannot be applied
	case "test":
		o.attached = o.stops == ""
	}
	for _, request := range server.Requests() {
		if slices.Contains(request.Targets, c.asked()) {
			o.calls++
			o.usd += request.CostUSD
		}
	}
	return o
}

// inState reports whether the state has the asset as of this run.
func (c cell) inState(tf *acctest.Terraform) bool {
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
	for _, resource := range state.Resources {
		for _, instance := range resource.Instances {
			input, _ := instance.Attributes.Input.Value.([]any)
			if resource.Type == "terraform_data" && resource.Name == c.id() && slices.Contains(input, any("after")) {
				return true
			}
		}
	}
	return false
}
