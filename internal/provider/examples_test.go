package provider_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hashicorp/go-version"
	"github.com/hashicorp/terraform-plugin-testing/tfversion"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/fakeapi"
)

const examples = "../../examples"

// TestExamples plans every example, as it is, against the fake. A plan may be
// refused only where a policy is what the example shows.
func TestExamples(t *testing.T) {
	t.Parallel()
	refused := map[string]string{ // the example and what refuses its plan
		"demo":                               "Resource postcondition failed",
		"portfolio-module":                   "Module output value precondition failed",
		"portfolio-module/modules/portfolio": "No value for required variable", // it is called, not planned
	}
	minimums := map[string]*version.Version{ // of the examples that need more than the provider does
		"functions/target_domain": tfversion.Version1_8_0,
		"policy-opa":              tfversion.Version1_6_0,
		"policy-tests":            tfversion.Version1_7_0,
		"policy-tests/careless":   tfversion.Version1_7_0,
	}
	directories := exampleDirectories(t)
	if len(directories) < 3 {
		t.Fatalf("only %d examples were found", len(directories))
	}
	for _, directory := range directories {
		t.Run(directory, func(t *testing.T) {
			t.Parallel()
			server := fakeapi.Start(t, fakeapi.Options{})
			tf := &terraform{t: t, dir: t.TempDir(), path: terraformPath(t), env: cleanEnv()}
			if err := os.CopyFS(tf.dir, os.DirFS(filepath.Join(examples, directory))); err != nil {
				t.Fatal(err)
			}
			tf.setenv("TF_REATTACH_PROVIDERS", serveProvider(t, tf.getenv))
			if minimum, ok := minimums[directory]; ok && terraformVersion(t).LessThan(minimum) {
				expectUnsupported(t, tf)
				return
			}
			tf.mustRun("get") // local modules
			r := tf.use(server).run("plan", "-no-color", "-input=false")
			if reason, ok := refused[directory]; ok {
				if r.exitCode == 0 || !strings.Contains(r.stderr, reason) {
					t.Errorf("exit code %d, want a refusal: %s\n%s", r.exitCode, reason, r.stderr)
				}
				return
			}
			if r.exitCode != 0 || strings.Contains(r.stdout, "Warning:") {
				t.Errorf("exit code %d\n%s%s", r.exitCode, r.stdout, r.stderr)
			}
		})
	}
}

// expectUnsupported expects that an example which needs a later Terraform says so to
// the command that a person begins with, terraform get or init.
func expectUnsupported(t *testing.T, tf *terraform) {
	t.Helper()
	r := tf.run("get", "-no-color")
	if r.exitCode != 1 || strings.Count(r.stderr, "Error: ") != 1 || !strings.Contains(r.stderr, "Error: Unsupported Terraform Core version") {
		t.Errorf("exit code %d, want a refusal of this version of Terraform\n%s%s", r.exitCode, r.stdout, r.stderr)
	}
}

// exampleDirectories returns the directories that hold a configuration to plan, and
// not a module for one, relative to the examples.
func exampleDirectories(t *testing.T) []string {
	t.Helper()
	var directories []string
	err := fs.WalkDir(os.DirFS(examples), ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.IsDir() {
			return err
		}
		if entry.Name() == "modules" || entry.Name() == "node_modules" {
			return fs.SkipDir
		}
		if configurations, err := filepath.Glob(filepath.Join(examples, path, "*.tf")); err != nil || len(configurations) > 0 {
			directories = append(directories, path)
			return err
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return directories
}
