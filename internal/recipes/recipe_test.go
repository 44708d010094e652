package recipes_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/acctest"
	"github.com/dataforseo/terraform-provider-dataforseo/internal/fakeapi"
)

const examples = "../../examples"

// recipe runs Terraform in a copy of an example.
type recipe struct{ *acctest.Terraform }

// newRecipe copies an example and installs its modules. Reads go to server.
func newRecipe(t *testing.T, name string, server *fakeapi.Server) recipe {
	t.Helper()
	tf := recipe{acctest.NewCopy(t, filepath.Join(examples, name))}
	if _, err := os.Stat(filepath.Join(tf.Dir, "modules")); err == nil {
		tf.MustRun("get")
	}
	tf.Use(server)
	return tf
}

// newConfiguration returns a recipe with config as main.tf. Reads go to server.
func newConfiguration(t *testing.T, config string, server *fakeapi.Server) recipe {
	t.Helper()
	tf := recipe{acctest.New(t, config)}
	tf.Use(server)
	return tf
}

// step is a Terraform command and its expected outcome.
type step struct {
	args     []string
	exitCode int
	calls    int
	output   string // a part of the output, with spaces for line breaks
}

// walk runs the steps in order and returns the last result.
func (tf recipe) walk(server *fakeapi.Server, steps ...step) acctest.Result {
	tf.T.Helper()
	var last acctest.Result
	for _, s := range steps {
		server.Reset()
		last = tf.Run(append(s.args, "-no-color")...)
		output := last.Stdout + last.Stderr
		if last.ExitCode != s.exitCode || server.Calls() != s.calls || !strings.Contains(acctest.Unwrapped(output), s.output) {
			tf.T.Fatalf("terraform %s: exit code %d, %d calls, want %d, %d and %q\n%s",
				strings.Join(s.args, " "), last.ExitCode, server.Calls(), s.exitCode, s.calls, s.output, output)
		}
	}
	return last
}

// difference matches what OpenTofu adds to a failed condition.
var difference = regexp.MustCompile(`(?m)^ *├─*\n *│ Diff: *\n( *│     .*\n)+`)

// verdict compares diagnostics with a golden file.
func verdict(t *testing.T, name string, r acctest.Result) {
	t.Helper()
	text, _, _ := strings.Cut(r.Diagnostics(), "\n\n─────")
	text = difference.ReplaceAllString(text, "")
	acctest.Golden(t, name, strings.TrimSpace(acctest.SameTime(text))+"\n")
}
