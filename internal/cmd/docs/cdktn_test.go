package main

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/fakeapi"
	"github.com/dataforseo/terraform-provider-dataforseo/internal/terraform"
)

var npm = flag.Bool("npm", false, "run the tests that install packages with npm")

// The example for CDK Terrain, and its stack.
const (
	cdktnExample = "examples/cdktn"
	cdktnStack   = "backlinks"
)

// asJSON is the code in the example that passes the filters as a JSON string.
const asJSON = "Token.asAnyMap(JSON.stringify(filters))"

// TestCDKTN makes bindings from the provider's schema, runs the program that writes the
// stack, and plans it, as users of CDK Terrain do.
func TestCDKTN(t *testing.T) {
	t.Parallel()
	if !*npm {
		t.Skip("it installs packages with npm: run \"make cdktn\"")
	}
	project := newCDKTN(t)
	project.sendsFilters(t)
	project.refusesList(t)
}

// sendsFilters checks that DataForSEO receives the filters of main.ts.
func (p *cdktnProject) sendsFilters(t *testing.T) {
	t.Helper()
	fake := fakeapi.Start(t, fakeapi.Options{})
	output, err := p.plan(t, fake)
	if err != nil {
		t.Fatalf("%v\n%s", err, output)
	}
	if fake.Calls() != 1 {
		t.Fatalf("%d calls, want 1", fake.Calls())
	}
	var tasks []struct {
		Filters any `json:"backlinks_filters"`
	}
	decodeJSON(t, fake.Requests()[0].Body, &tasks)
	if diff := cmp.Diff(p.filters(t), tasks[0].Filters); diff != "" {
		t.Errorf("filters (-main.ts +request):\n%s", diff)
	}
}

// refusesList passes the filters as a list, which CDK Terrain turns into an object. The
// provider's error must explain that.
func (p *cdktnProject) refusesList(t *testing.T) {
	t.Helper()
	p.edit(t, asJSON, "filters")
	fake := fakeapi.Start(t, fakeapi.Options{})
	output, err := p.plan(t, fake)
	const want = "as in CDK Terrain, use a JSON string: jsonencode("
	if err == nil || !strings.Contains(strings.Join(strings.Fields(err.Error()), " "), want) {
		t.Errorf("got error %v, want %q in it\n%s", err, want, output)
	}
	if fake.Calls() != 0 {
		t.Errorf("got %d calls, want 0", fake.Calls())
	}
}

// TestCDKTN_lockfile checks that packages come from the registry in npm's configuration.
func TestCDKTN_lockfile(t *testing.T) {
	t.Parallel()
	lock := read(t, cdktnExample+"/package-lock.json")
	if strings.Contains(lock, `"resolved"`) || !strings.Contains(lock, `"integrity"`) {
		t.Error("package-lock.json must contain digests but no addresses: see .npmrc")
	}
}

// cdktnProject is a copy of the example with its packages and bindings.
type cdktnProject struct {
	*terraform.Workspace
	dir       string
	terraform string // the executable file
}

func newCDKTN(t *testing.T) *cdktnProject {
	t.Helper()
	executable, err := terraform.Find(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	p := &cdktnProject{Workspace: newWorkspace(t), dir: t.TempDir(), terraform: executable.Path}
	if err := p.UseMirror("0.1.0"); err != nil {
		t.Fatal(err)
	}
	for path, content := range files(t, cdktnExample, ".ts", ".json", ".npmrc") {
		if name, _ := strings.CutPrefix(path, cdktnExample+"/"); !strings.Contains(name, "/") { // not in a subdirectory
			p.write(t, name, content)
		}
	}
	p.run(t, "npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund")
	p.run(t, "npx", "--no", "cdktn", "get")
	return p
}

func (p *cdktnProject) write(t *testing.T, name, content string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(p.dir, name), []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

func (p *cdktnProject) main(t *testing.T) string {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(p.dir, "main.ts"))
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

// edit replaces a part of main.ts that occurs exactly once.
func (p *cdktnProject) edit(t *testing.T, part, replacement string) {
	t.Helper()
	program := p.main(t)
	if n := strings.Count(program, part); n != 1 {
		t.Fatalf("main.ts contains %q %d times", part, n)
	}
	p.write(t, "main.ts", strings.Replace(program, part, replacement, 1))
}

// filters returns the filters in main.ts, which are written as JSON.
func (p *cdktnProject) filters(t *testing.T) any {
	t.Helper()
	found := regexp.MustCompile(`const filters = (\[.+\]);`).FindStringSubmatch(p.main(t))
	if found == nil {
		t.Fatal("no filters in main.ts")
	}
	var filters any
	decodeJSON(t, []byte(found[1]), &filters)
	return filters
}

// run runs a Node.js program, with the network for npm's registry only.
func (p *cdktnProject) run(t *testing.T, name string, args ...string) {
	t.Helper()
	extra := []string{
		"TERRAFORM_BINARY_NAME=" + p.terraform, "CDKTF_HOME=" + filepath.Join(p.dir, "home"), "DISABLE_VERSION_CHECK=1", "CI=1",
	}
	if err := p.RunProgram(t.Context(), p.dir, extra, name, args...); err != nil {
		t.Fatal(err)
	}
}

// plan runs the program and plans the stack that it writes.
func (p *cdktnProject) plan(t *testing.T, fake *fakeapi.Server) (output []byte, err error) {
	t.Helper()
	p.run(t, "npx", "--no", "cdktn", "synth")
	stack := filepath.Join(p.dir, "cdktf.out", "stacks", cdktnStack)
	if output, err := p.Run(t.Context(), stack, nil, "init", "-no-color", "-input=false"); err != nil {
		t.Fatalf("%v\n%s", err, output)
	}
	return p.Run(t.Context(), stack, fake.Environ(), "plan", "-no-color", "-input=false")
}

// decodeJSON decodes JSON and keeps numbers as they are written.
func decodeJSON(t *testing.T, text []byte, into any) {
	t.Helper()
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	if err := decoder.Decode(into); err != nil {
		t.Fatalf("%v: %s", err, text)
	}
}
