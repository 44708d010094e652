package main

import (
	"context"
	"errors"
	"flag"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/fakeapi"
	"github.com/dataforseo/terraform-provider-dataforseo/internal/provider"
	"github.com/dataforseo/terraform-provider-dataforseo/internal/terraform"
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

// TestCodeBlocks checks that every configuration in the documentation is part of a file
// in examples/, which other tests run. internal/recipes checks the output that pages show.
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
					t.Errorf("%s shows a configuration that is in no file in examples/:\n%s", path, code)
				}
			case "shell", "text", "mermaid":
			default:
				t.Errorf("%s has a code block in %q: use terraform, hcl, yaml, json, rego, markdown, mermaid, shell or text", path, language)
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

// configurationRow matches a row of the table of the provider's configuration.
var configurationRow = regexp.MustCompile("(?m)^\\| `([\\w.]+)` \\|(.*?)\\|(.*?)\\|")

// TestConfigurationTables checks that the tables list every attribute of the provider,
// with the environment variables that its description names.
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

// newWorkspace returns a workspace that the test closes.
func newWorkspace(t *testing.T) *terraform.Workspace {
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
	return w
}

// TestREADME checks that the quick start in README.md prints what README.md shows.
func TestREADME(t *testing.T) {
	t.Parallel()
	fake := fakeapi.Start(t, fakeapi.Options{})
	fake.On("example.com", fakeapi.Field("backlinks_spam_score", "67"))
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(filepath.Join(repository, "examples", "quickstart"))); err != nil {
		t.Fatal(err)
	}
	stdout, err := newWorkspace(t).Run(t.Context(), dir, fake.Environ(), "plan", "-no-color", "-input=false")
	if err == nil {
		t.Fatalf("the plan passes\n%s", stdout)
	}
	lines := 0
	for _, block := range codeBlock.FindAllStringSubmatch(read(t, "README.md"), -1) {
		if block[1] != "text" {
			continue
		}
		for line := range strings.Lines(block[2]) {
			lines++
			if !strings.Contains(err.Error(), line) {
				t.Errorf("README.md shows\n%s\nTerraform prints\n%v", line, err)
			}
		}
	}
	if lines != 3 {
		t.Errorf("README.md has %d lines of output, want 3", lines)
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

// TestReplace checks replace and compare.
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
