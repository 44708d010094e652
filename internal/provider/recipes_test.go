package provider_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/go-version"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/fakeapi"
)

// newRecipe copies an example to where Terraform may write, with the modules it
// calls, and lets it ask the server.
func newRecipe(t *testing.T, name string, server *fakeapi.Server) *terraform {
	t.Helper()
	tf := &terraform{t: t, dir: t.TempDir(), path: terraformPath(t), env: cleanEnv()}
	if err := os.CopyFS(tf.dir, os.DirFS(filepath.Join(examples, name))); err != nil {
		t.Fatal(err)
	}
	tf.setenv("TF_REATTACH_PROVIDERS", serveProvider(t, tf.getenv))
	if _, err := os.Stat(filepath.Join(tf.dir, "modules")); err == nil {
		tf.mustRun("get")
	}
	return tf.use(server)
}

// edit replaces a part of a file, which must occur in it exactly once.
func (tf *terraform) edit(name, part, replacement string) {
	tf.t.Helper()
	content := tf.read(name)
	if n := strings.Count(content, part); n != 1 {
		tf.t.Fatalf("%s holds %d times %q", name, n, part)
	}
	tf.write(name, strings.Replace(content, part, replacement, 1))
}

// step is one command of a recipe and what it is to leave behind.
type step struct {
	args     []string
	exitCode int
	calls    int
	says     string // must be part of the output; "" asks for nothing
}

// walk runs steps one after the other and returns the result of the last one.
func (tf *terraform) walk(server *fakeapi.Server, steps ...step) result {
	tf.t.Helper()
	var last result
	for _, s := range steps {
		server.Reset()
		last = tf.run(append(s.args, "-no-color")...)
		said := last.stdout + last.stderr
		if last.exitCode != s.exitCode || server.Calls() != s.calls || !strings.Contains(unwrapped(said), s.says) {
			tf.t.Fatalf("terraform %s: exit code %d, %d calls, want %d, %d and %q\n%s",
				strings.Join(s.args, " "), last.exitCode, server.Calls(), s.exitCode, s.calls, s.says, said)
		}
	}
	return last
}

// unwrapped undoes Terraform's line breaks.
func unwrapped(text string) string { return strings.Join(strings.Fields(text), " ") }

// timestamp is RFC 3339, which stands in a golden file as that of one moment.
var timestamp = regexp.MustCompile(`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ`)

// difference is what OpenTofu adds to a condition that fails.
var difference = regexp.MustCompile(`(?m)^ *├─*\n *│ Diff: *\n( *│     .*\n)+`)

// verdict compares what a policy said with a golden file.
func verdict(t *testing.T, name string, r result) {
	t.Helper()
	text, _, _ := strings.Cut(diagnostics(r), "\n\n─────")
	text = difference.ReplaceAllString(text, "")
	golden(t, "recipes/"+name, strings.TrimSpace(timestamp.ReplaceAllString(text, "2026-08-01T09:30:00Z"))+"\n")
}

// skipBelow skips a test of what came with a version. The versions of OpenTofu go on
// from Terraform's, and the oldest that is supported has all that is tested here.
func skipBelow(t *testing.T, minimum *version.Version, what string) {
	t.Helper()
	if have := terraformVersion(t); have.LessThan(minimum) {
		t.Skipf("%s came with Terraform %s, this is %s", what, minimum, have)
	}
}
