package main

import (
	"context"
	"errors"
	"flag"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/cmd/internal/terraform"
	"github.com/dataforseo/terraform-provider-dataforseo/internal/fakeapi"
	"github.com/dataforseo/terraform-provider-dataforseo/internal/provider"
)

const repository = "../../.."

// files returns the contents, by path, of the files below a directory of the repository
// whose names end with one of the suffixes.
func files(t *testing.T, dir string, suffixes ...string) map[string]string {
	t.Helper()
	found := map[string]string{}
	err := fs.WalkDir(os.DirFS(repository), dir, func(path string, entry fs.DirEntry, err error) error {
		if err == nil && entry.Name() == "node_modules" {
			return fs.SkipDir
		}
		if err == nil && !entry.IsDir() && slices.ContainsFunc(suffixes, func(s string) bool { return strings.HasSuffix(path, s) }) {
			found[path] = read(t, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func read(t *testing.T, path string) string {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(repository, path))
	if err != nil {
		t.Fatal(err)
	}
	return strings.ReplaceAll(string(content), "\r\n", "\n")
}

// codeBlock matches a block of code in Markdown: its language and its text.
var codeBlock = regexp.MustCompile("(?ms)^```(\\w*)\n(.*?)^```$")

// TestCodeBlocks: every configuration in the documentation is part of a file below
// examples/, which other tests plan, run or read. So everything that is shown works. The
// output that a guide shows is compared by the tests of the recipes.
func TestCodeBlocks(t *testing.T) {
	t.Parallel()
	examples := files(t, "examples", ".tf", ".tfrc", ".tf.txt", ".hcl", ".yml", ".yaml", ".rego", ".json", ".md")
	texts := files(t, "docs", ".md")
	texts["README.md"] = read(t, "README.md")
	shown := map[string]int{}
	for path, text := range texts {
		for _, block := range codeBlock.FindAllStringSubmatch(text, -1) {
			switch language, code := block[1], block[2]; language {
			case "terraform", "hcl", "yaml", "json", "rego", "markdown":
				shown[path]++
				if !containedIn(examples, code) {
					t.Errorf("%s shows a configuration that is in no file below examples/:\n%s", path, code)
				}
			case "shell", "text", "mermaid":
			default:
				t.Errorf("%s has a block of the language %q: use terraform, hcl, yaml, json, rego, markdown, mermaid, shell or text", path, language)
			}
		}
	}
	for _, path := range []string{"README.md", "docs/index.md", "docs/data-sources/backlinks_summary.md"} {
		if shown[path] == 0 {
			t.Errorf("%s shows no configuration", path)
		}
	}
}

func containedIn(examples map[string]string, code string) bool {
	for _, example := range examples {
		if strings.Contains("\n"+example, "\n"+code) {
			return true
		}
	}
	return false
}

// configurationRow matches a row in a table of the provider's configuration.
var configurationRow = regexp.MustCompile("(?m)^\\| `([\\w.]+)` \\|(.*?)\\|(.*?)\\|")

// TestConfigurationTables: the tables have every attribute of the provider, with the
// environment variables that its description names.
func TestConfigurationTables(t *testing.T) {
	t.Parallel()
	want := environmentByAttribute(t)
	for _, path := range []string{"README.md", "docs/index.md"} {
		_, section, _ := strings.Cut(read(t, path), "\n## Configuration\n")
		got := map[string][]string{}
		for _, row := range configurationRow.FindAllStringSubmatch(section, -1) {
			got[row[1]] = environmentVariables(row[2])
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-schema +table):\n%s", path, diff)
		}
	}
}

func environmentByAttribute(t *testing.T) map[string][]string {
	t.Helper()
	schema, err := provider.NewServer("test")().GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}
	attributes := map[string][]string{}
	for _, attribute := range schema.Provider.Block.Attributes {
		if attribute.NestedType == nil {
			attributes[attribute.Name] = environmentVariables(attribute.Description)
			continue
		}
		for _, nested := range attribute.NestedType.Attributes {
			attributes[attribute.Name+"."+nested.Name] = environmentVariables(nested.Description)
		}
	}
	return attributes
}

func environmentVariables(text string) []string {
	return regexp.MustCompile(`DATAFORSEO_\w+`).FindAllString(text, -1)
}

// terraformIn plans copies of examples.
type terraformIn struct {
	*terraform.Workspace
}

func newTerraform(t *testing.T) *terraformIn {
	t.Helper()
	executable, err := terraform.Find(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	root, err := terraform.ModuleRoot(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	w, err := terraform.NewWorkspace(t.Context(), executable, root, os.Environ())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := w.Close(); err != nil {
			t.Error(err)
		}
	})
	return &terraformIn{Workspace: w}
}

// plan plans an example with a fake. It returns everything that Terraform printed, and
// its exit code.
func (tf *terraformIn) plan(t *testing.T, example string, fake *fakeapi.Server) (output string, exitCode int) {
	t.Helper()
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(filepath.Join(repository, "examples", filepath.FromSlash(example)))); err != nil {
		t.Fatal(err)
	}
	stdout, err := tf.Run(t.Context(), dir, fake.Environ(), "plan", "-no-color", "-input=false", "-compact-warnings")
	if err == nil {
		return string(stdout), 0
	}
	exit, ok := errors.AsType[*exec.ExitError](err)
	if !ok {
		t.Fatal(err)
	}
	return string(stdout) + "\n" + err.Error(), exit.ExitCode()
}

// TestREADME: the configuration in README.md, on the domain that README.md speaks of,
// says what README.md shows.
func TestREADME(t *testing.T) {
	t.Parallel()
	fake := fakeapi.Start(t, fakeapi.Options{})
	fake.On("shop.example", fakeapi.Field("backlinks_spam_score", "67"))
	output, exitCode := newTerraform(t).plan(t, "quickstart", fake)
	if exitCode != 1 {
		t.Fatalf("exit code %d\n%s", exitCode, output)
	}
	blocks := 0
	for _, block := range codeBlock.FindAllStringSubmatch(read(t, "README.md"), -1) {
		if block[1] != "text" {
			continue
		}
		for line := range strings.Lines(block[2]) {
			blocks++
			if !strings.Contains(output, line) {
				t.Errorf("README.md promises\n%s\nbut Terraform prints\n%s", line, output)
			}
		}
	}
	if blocks != 3 {
		t.Errorf("README.md has %d lines of output, want 3", blocks)
	}
}

// TestExamples_failClosed: the policies of the examples pass nothing that is unknown.
func TestExamples_failClosed(t *testing.T) {
	t.Parallel()
	const dataSource = "data-sources/dataforseo_backlinks_summary"
	noData, nullFields, failure := fakeapi.NoData(), fakeapi.NullFields(), fakeapi.Code(40501)
	tf := newTerraform(t)
	for name, c := range map[string]struct {
		example  string
		fault    fakeapi.Fault
		says     string
		exitCode int
	}{
		"data source, good":      {dataSource, fakeapi.OK, "Changes to Outputs:", 0},
		"data source, no data":   {dataSource, noData, "- DataForSEO has no data", 1},
		"data source, all null":  {dataSource, nullFields, "- DataForSEO has no data", 1},
		"data source, no answer": {dataSource, failure, "Error: DataForSEO refuses target (40501)", 1},
		"check, good":            {dataSource + "/check", fakeapi.OK, "No changes.", 0},
		"check, no data":         {dataSource + "/check", noData, "Check block assertion failed", 0},
		"demo, no data":          {"demo", noData, "- DataForSEO has no data", 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			fake := fakeapi.Start(t, fakeapi.Options{})
			fake.OnAny(c.fault)
			output, exitCode := tf.plan(t, c.example, fake)
			// Terraform breaks lines.
			if text := strings.Join(strings.Fields(output), " "); exitCode != c.exitCode || !strings.Contains(text, c.says) {
				t.Errorf("exit code %d, want %d, and this among the output: %q\n%s", exitCode, c.exitCode, c.says, output)
			}
			if fake.Calls() == 0 {
				t.Error("nothing was asked")
			}
		})
	}
}

func TestPages_differences(t *testing.T) {
	t.Parallel()
	want := pages{"index.md": "a\nb\nc\n", "data-sources/x.md": "x\n"}
	for name, c := range map[string]struct {
		have pages
		want []string
	}{
		"none":        {pages{"index.md": "a\nb\nc\n", "data-sources/x.md": "x\n"}, nil},
		"all missing": {pages{}, []string{"docs/data-sources/x.md is missing", "docs/index.md is missing"}},
		"one more": {pages{"index.md": "a\nb\nc\n", "data-sources/x.md": "x\n", "data-sources/y.md": ""},
			[]string{"docs/data-sources/y.md should not be there"}},
		"a line": {pages{"index.md": "a\nB\nc\n", "data-sources/x.md": "x\n"},
			[]string{"docs/index.md differs from line 2 on:\n    is:        B\n    should be: b"}},
		"too short": {pages{"index.md": "a\nb", "data-sources/x.md": "x\n"},
			[]string{"docs/index.md differs from line 3 on:\n    is:        (the end)\n    should be: c"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(c.want, c.have.differences(want)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// TestReplace writes pages, replaces them, and compares.
func TestReplace(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "docs")
	old, generated := pages{"old.md": "old\n"}, pages{"index.md": "a\n", "data-sources/x.md": "x\n"}
	var stdout strings.Builder
	for _, p := range []pages{old, generated} {
		if err := replace(dir, p, &stdout); err != nil {
			t.Fatal(err)
		}
	}
	if err := compare(dir, generated, &stdout); err != nil {
		t.Error(err)
	}
	if want := "docs/ is written: 1 pages.\ndocs/ is written: 2 pages.\ndocs/ is up to date: 2 pages.\n"; stdout.String() != want {
		t.Errorf("printed %q, want %q", &stdout, want)
	}
	err := compare(dir, old, &stdout)
	want := "docs/ is not what the provider's schema, templates/ and examples/ make of it:\n" +
		"  docs/data-sources/x.md should not be there\n" +
		"  docs/index.md should not be there\n" +
		"  docs/old.md is missing\n" +
		"Run \"make generate\" and commit what it writes."
	if err == nil || err.Error() != want {
		t.Errorf("got  %v\nwant %s", err, want)
	}
}

func TestUnderShortName(t *testing.T) {
	t.Parallel()
	const schema = `{"provider":{"version":0,"block":{"description":"d"}},"functions":{"target_domain":{"return_type":"string"}}}`
	for name, c := range map[string]struct{ schema, want, err string }{
		"Terraform": {`{"format_version":"1.0","provider_schemas":{"registry.terraform.io/dataforseo/dataforseo":` + schema + `}}`,
			`{"format_version":"1.0","provider_schemas":{"dataforseo":` + schema + `}}`, ""},
		"OpenTofu": {`{"format_version":"1.0","provider_schemas":{"registry.opentofu.org/dataforseo/dataforseo":` + schema + `}}`,
			`{"format_version":"1.0","provider_schemas":{"dataforseo":` + schema + `}}`, ""},
		"Terraform 1.5": {`{"format_version":"1.0","provider_schemas":{"a":{"provider":{}}}}`, "", errNoFunctions.Error()},
		"none":          {`{"format_version":"1.0"}`, "", "it has 0 providers, want one"},
		"two":           {`{"format_version":"1.0","provider_schemas":{"a":{},"b":{}}}`, "", "it has 2 providers, want one"},
		"not JSON":      {`nothing`, "", "invalid character 'o' in literal null (expecting 'u')"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := underShortName([]byte(c.schema))
			if message := errorText(err); string(got) != c.want || message != c.err {
				t.Errorf("got %s, %q, want %s, %q", got, message, c.want, c.err)
			}
		})
	}
}

func errorText(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

func TestRun_flags(t *testing.T) {
	t.Parallel()
	var stderr strings.Builder
	if err := run(context.Background(), []string{"-help"}, nil, nil, &stderr); !errors.Is(err, flag.ErrHelp) {
		t.Errorf("got the error %v, want %v", err, flag.ErrHelp)
	}
	if want := "Usage of docs:\n  -check\n    \twrite nothing and fail if docs/ is not up to date\n"; stderr.String() != want {
		t.Errorf("printed %q, want %q", &stderr, want)
	}
}
