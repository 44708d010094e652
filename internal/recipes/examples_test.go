package recipes_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hashicorp/go-version"
	"github.com/hashicorp/terraform-plugin-testing/tfversion"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/acctest"
	"github.com/dataforseo/terraform-provider-dataforseo/internal/fakeapi"
)

// TestExamples plans every example, as it is, against the fake. A plan may be
// refused only where a policy is what the example shows.
func TestExamples(t *testing.T) {
	t.Parallel()
	refused := map[string]string{ // the example and what refuses its plan
		"demo":                               "does not pass",
		"portfolio-module":                   "Module output value precondition failed",
		"portfolio-module/modules/portfolio": "No value for required variable", // it is called, not planned
	}
	minimums := map[string]*version.Version{ // of the examples that need more than the provider does
		"functions/target_domain":            tfversion.Version1_8_0,
		"policy-opa":                         tfversion.Version1_6_0,
		"functions/violations":               tfversion.Version1_8_0,
		"policy-tests":                       tfversion.Version1_8_0,
		"portfolio-module":                   tfversion.Version1_8_0,
		"portfolio-module/modules/portfolio": tfversion.Version1_8_0,
		"policy-tests/careless":              tfversion.Version1_7_0,
	}
	directories := exampleDirectories(t)
	if len(directories) < 3 {
		t.Fatalf("only %d examples were found", len(directories))
	}
	for _, directory := range directories {
		t.Run(directory, func(t *testing.T) {
			t.Parallel()
			server := fakeapi.Start(t, fakeapi.Options{})
			tf := acctest.NewCopy(t, filepath.Join(examples, directory))
			if minimum, ok := minimums[directory]; ok && acctest.Version(t).LessThan(minimum) {
				expectUnsupported(t, tf)
				return
			}
			tf.MustRun("get") // local modules
			tf.Use(server)
			r := tf.Run("plan", "-no-color", "-input=false")
			if reason, ok := refused[directory]; ok {
				if r.ExitCode == 0 || !strings.Contains(r.Stderr, reason) {
					t.Errorf("exit code %d, want a refusal: %s\n%s", r.ExitCode, reason, r.Stderr)
				}
				return
			}
			if warns := directory == "policy-in-use"; r.ExitCode != 0 || strings.Contains(r.Stdout, "Warning:") != warns {
				t.Errorf("exit code %d\n%s%s", r.ExitCode, r.Stdout, r.Stderr)
			}
		})
	}
}

// expectUnsupported expects that an example which needs a later Terraform says so to
// the command that a person begins with, terraform get or init.
func expectUnsupported(t *testing.T, tf *acctest.Terraform) {
	t.Helper()
	r := tf.Run("get", "-no-color")
	if r.ExitCode != 1 || strings.Count(r.Stderr, "Error: ") != 1 || !strings.Contains(r.Stderr, "Error: Unsupported Terraform Core version") {
		t.Errorf("exit code %d, want a refusal of this version of Terraform\n%s%s", r.ExitCode, r.Stdout, r.Stderr)
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
