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

// recipe is a copy of an example, and Terraform to run in it.
type recipe struct{ *acctest.Terraform }

// newRecipe copies an example to where Terraform may write, with the modules it
// calls, and lets it ask the server.
func newRecipe(t *testing.T, name string, server *fakeapi.Server) recipe {
	t.Helper()
	tf := recipe{acctest.NewCopy(t, filepath.Join(examples, name))}
	if _, err := os.Stat(filepath.Join(tf.Dir, "modules")); err == nil {
		tf.MustRun("get")
	}
	tf.Use(server)
	return tf
}

// newConfiguration is a recipe with its own main.tf, and no example's.
func newConfiguration(t *testing.T, config string, server *fakeapi.Server) recipe {
	t.Helper()
	tf := recipe{acctest.New(t, config)}
	tf.Use(server)
	return tf
}

// step is one command of a recipe and what it is to leave behind.
type step struct {
	args     []string
	exitCode int
	calls    int
	says     string // must be part of the output; "" asks for nothing
}

// walk runs steps one after the other and returns the result of the last one.
func (tf recipe) walk(server *fakeapi.Server, steps ...step) acctest.Result {
	tf.T.Helper()
	var last acctest.Result
	for _, s := range steps {
		server.Reset()
		last = tf.Run(append(s.args, "-no-color")...)
		said := last.Stdout + last.Stderr
		if last.ExitCode != s.exitCode || server.Calls() != s.calls || !strings.Contains(acctest.Unwrapped(said), s.says) {
			tf.T.Fatalf("terraform %s: exit code %d, %d calls, want %d, %d and %q\n%s",
				strings.Join(s.args, " "), last.ExitCode, server.Calls(), s.exitCode, s.calls, s.says, said)
		}
	}
	return last
}

// difference is what OpenTofu adds to a condition that fails.
var difference = regexp.MustCompile(`(?m)^ *├─*\n *│ Diff: *\n( *│     .*\n)+`)

// verdict compares what a policy said with a golden file.
func verdict(t *testing.T, name string, r acctest.Result) {
	t.Helper()
	text, _, _ := strings.Cut(r.Diagnostics(), "\n\n─────")
	text = difference.ReplaceAllString(text, "")
	acctest.Golden(t, name, strings.TrimSpace(acctest.SameTime(text))+"\n")
}
