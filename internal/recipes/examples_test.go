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

// TestExamples plans every example unchanged, with the fake. Only examples that show a
// refusal may be refused.
func TestExamples(t *testing.T) {
	t.Parallel()
	refused := map[string]string{ // the error by example
		"demo":             "does not pass",
		"portfolio-module": "Module output value precondition failed",
	}
	minimums := map[string]*version.Version{ // of examples that need more than the provider does
		"functions/target_domain": tfversion.Version1_8_0,
		"policy-opa":              tfversion.Version1_6_0,
		"functions/violations":    tfversion.Version1_8_0,
		"policy-tests":            tfversion.Version1_8_0,
		"portfolio-module":        tfversion.Version1_8_0,
		"policy-tests/careless":   tfversion.Version1_7_0,
	}
	directories := exampleDirectories(t)
	for _, directory := range directories {
		t.Run(directory, func(t *testing.T) {
			t.Parallel()
			if minimum, ok := minimums[directory]; ok && acctest.Version(t).LessThan(minimum) {
				assertUnsupported(t, acctest.NewCopy(t, filepath.Join(examples, directory)))
				return
			}
			r := newRecipe(t, directory, fakeapi.Start(t, fakeapi.Options{})).Run("plan", "-no-color", "-input=false")
			if message, ok := refused[directory]; ok {
				if r.ExitCode != 1 || !strings.Contains(r.Stderr, message) {
					t.Errorf("exit code %d, want 1 and %q\n%s", r.ExitCode, message, r.Stderr)
				}
				return
			}
			if warns := directory == "policy-in-use"; r.ExitCode != 0 || strings.Contains(r.Stdout, "Warning:") != warns {
				t.Errorf("exit code %d\n%s%s", r.ExitCode, r.Stdout, r.Stderr)
			}
		})
	}
}

// assertUnsupported checks that an example for later versions of Terraform fails in the
// first command, get or init, and only because of the version.
func assertUnsupported(t *testing.T, tf *acctest.Terraform) {
	t.Helper()
	r := tf.Run("get", "-no-color")
	errors := strings.Count(r.Stderr, "Error: ")
	if r.ExitCode != 1 || errors == 0 || strings.Count(r.Stderr, "Error: Unsupported Terraform Core version") != errors {
		t.Errorf("exit code %d, want 1 and no other error\n%s%s", r.ExitCode, r.Stdout, r.Stderr)
	}
}

// exampleDirectories returns the directories of root modules, relative to the examples.
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
