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

	"github.com/dataforseo/terraform-provider-dataforseo/internal/cmd/internal/terraform"
	"github.com/dataforseo/terraform-provider-dataforseo/internal/fakeapi"
)

var npm = flag.Bool("npm", false, "run the tests that install packages with npm")

// cdktnExample is a stack of CDK Terrain, and its stack's name.
const (
	cdktnExample = "examples/cdktn"
	cdktnStack   = "backlinks"
)

// asJSON is how the example gives its filters: as a JSON string.
const asJSON = "Token.asAnyMap(JSON.stringify(filters))"

// TestCDKTN goes the way from the provider's schema to a plan, as users of CDK
// Terrain do: bindings, a stack, and what the plan sends to DataForSEO.
func TestCDKTN(t *testing.T) {
	t.Parallel()
	if !*npm {
		t.Skip("npm installs packages for it: run \"make cdktn\"")
	}
	project := newCDKTN(t)
	project.sendsFilters(t)
	project.refusesList(t)
}

// sendsFilters expects that DataForSEO gets the filters as main.ts has them.
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
		t.Errorf("what the stack holds and what was sent (-want +got):\n%s", diff)
	}
}

// refusesList gives the filters as a list. CDK Terrain takes it and makes an
// object of it, so the provider's message is all that keeps a person from a long search.
func (p *cdktnProject) refusesList(t *testing.T) {
	t.Helper()
	p.edit(t, asJSON, "filters")
	fake := fakeapi.Start(t, fakeapi.Options{})
	output, err := p.plan(t, fake)
	const want = "as in CDK Terrain, use a JSON string: jsonencode("
	if err == nil || !strings.Contains(strings.Join(strings.Fields(err.Error()), " "), want) {
		t.Errorf("got the error %v, want %q in it\n%s", err, want, output)
	}
	if fake.Calls() != 0 {
		t.Errorf("%d calls: a wrong request is paid for", fake.Calls())
	}
}

// TestCDKTN_lockfile: packages come from the registry that npm is set up with.
func TestCDKTN_lockfile(t *testing.T) {
	t.Parallel()
	lock := read(t, cdktnExample+"/package-lock.json")
	if strings.Contains(lock, `"resolved"`) || !strings.Contains(lock, `"integrity"`) {
		t.Error("package-lock.json should hold digests and no addresses of packages: see .npmrc beside it")
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
	p := &cdktnProject{Workspace: newTerraform(t).Workspace, dir: t.TempDir(), terraform: executable.Path}
	if err := p.UseMirror("0.1.0"); err != nil {
		t.Fatal(err)
	}
	for path, content := range files(t, cdktnExample, ".ts", ".json", ".npmrc") {
		if name, _ := strings.CutPrefix(path, cdktnExample+"/"); !strings.Contains(name, "/") { // nor what npm left there
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

// edit replaces a part of main.ts, which must occur in it once.
func (p *cdktnProject) edit(t *testing.T, part, replacement string) {
	t.Helper()
	program := p.main(t)
	if n := strings.Count(program, part); n != 1 {
		t.Fatalf("main.ts holds %d times %q", n, part)
	}
	p.write(t, "main.ts", strings.Replace(program, part, replacement, 1))
}

// filters returns the filters in main.ts, which are JSON as they stand there.
func (p *cdktnProject) filters(t *testing.T) any {
	t.Helper()
	found := regexp.MustCompile(`const filters = (\[.+\]);`).FindStringSubmatch(p.main(t))
	if found == nil {
		t.Fatal("there are no filters in main.ts")
	}
	var filters any
	decodeJSON(t, []byte(found[1]), &filters)
	return filters
}

// run runs a program of Node's. It asks nobody but npm's registry.
func (p *cdktnProject) run(t *testing.T, name string, args ...string) {
	t.Helper()
	extra := []string{
		"TERRAFORM_BINARY_NAME=" + p.terraform, "CDKTF_HOME=" + filepath.Join(p.dir, "home"), "DISABLE_VERSION_CHECK=1", "CI=1",
	}
	if err := p.RunProgram(t.Context(), p.dir, extra, name, args...); err != nil {
		t.Fatal(err)
	}
}

// plan lets the program write the stack, and Terraform plan it.
func (p *cdktnProject) plan(t *testing.T, fake *fakeapi.Server) (output []byte, err error) {
	t.Helper()
	p.run(t, "npx", "--no", "cdktn", "synth")
	stack := filepath.Join(p.dir, "cdktf.out", "stacks", cdktnStack)
	if output, err := p.Run(t.Context(), stack, nil, "init", "-no-color", "-input=false"); err != nil {
		t.Fatalf("%v\n%s", err, output)
	}
	return p.Run(t.Context(), stack, fake.Environ(), "plan", "-no-color", "-input=false")
}

// decodeJSON keeps numbers as they are written.
func decodeJSON(t *testing.T, text []byte, into any) {
	t.Helper()
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	if err := decoder.Decode(into); err != nil {
		t.Fatalf("%v: %s", err, text)
	}
}
