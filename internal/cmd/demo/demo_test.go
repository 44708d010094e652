package main

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/acctest"
	"github.com/dataforseo/terraform-provider-dataforseo/internal/cli"
	"github.com/dataforseo/terraform-provider-dataforseo/internal/fakeapi"
	"github.com/dataforseo/terraform-provider-dataforseo/internal/terraform"
)

// stable replaces the port of the fake, and the name and version of Terraform.
func stable(t *testing.T, text string) string {
	t.Helper()
	executable, err := terraform.Find(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	text = regexp.MustCompile(`127\.0\.0\.1:\d+`).ReplaceAllString(text, "127.0.0.1:PORT")
	text = regexp.MustCompile(executable.Product+` \d[^ ]* `).ReplaceAllString(text, "PRODUCT VERSION ")
	return regexp.MustCompile(`\b`+executable.Command+` (plan|-chdir)`).ReplaceAllString(text, "COMMAND $1")
}

// TestRun compares the output with the golden file. Terraform must not see variables of
// the environment that would change it.
func TestRun(t *testing.T) {
	temporary := t.TempDir()
	t.Setenv("TMPDIR", temporary)
	environ := append(os.Environ(),
		"TF_CLI_CONFIG_FILE="+filepath.Join(temporary, "missing"), "TF_CLI_ARGS=-no-such-flag", "TF_WORKSPACE=other", "TF_LOG=TRACE",
		"TF_VAR_domains=[]", "DATAFORSEO_SANDBOX=true", "DATAFORSEO_LOGIN=somebody", "DATAFORSEO_PASSWORD=secret")
	var stdout strings.Builder
	if err := run(t.Context(), environ, &stdout); err != nil {
		t.Fatalf("%v\n%s", err, &stdout)
	}
	acctest.Golden(t, "demo", stable(t, stdout.String()))
	expectEmpty(t, temporary)
}

// expectEmpty checks that a directory is empty.
func expectEmpty(t *testing.T, dir string) {
	t.Helper()
	left, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range left {
		t.Errorf("left behind: %s", entry.Name())
	}
}

// served returns a demonstration with its fake.
func served(t *testing.T, stdout *strings.Builder) demonstration {
	t.Helper()
	executable, err := terraform.Find(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return demonstration{executable: executable, environ: os.Environ(), fake: fakeapi.Start(t, fakeapi.Options{}), stdout: stdout}
}

// TestRun_interrupted checks that an interrupt during the calls leaves no files behind.
func TestRun_interrupted(t *testing.T) {
	temporary := t.TempDir()
	t.Setenv("TMPDIR", temporary)
	var stdout strings.Builder
	d := served(t, &stdout)
	for _, site := range fakeapi.Portfolio() {
		d.fake.On(site.Target, fakeapi.Slow(nil))
	}
	ctx, interrupt := context.WithCancel(t.Context())
	defer interrupt()
	ended := make(chan error, 1)
	running, stopped := context.WithCancel(t.Context())
	go func() {
		defer stopped()
		ended <- cli.Interruptible(ctx, d.run)
	}()
	// All five must be in progress: Terraform does not stop a read that begins later.
	if err := d.fake.WaitForCalls(running, 5); err != nil {
		t.Fatalf("%v; the demonstration ended with %v", err, <-ended)
	}
	interrupt()
	if err := <-ended; !errors.Is(err, cli.ErrInterrupted) {
		t.Errorf("got the error %v, want %v", err, cli.ErrInterrupted)
	}
	expectEmpty(t, temporary)
}

// TestRun_unexpected checks that unexpected results are an error that lists them.
func TestRun_unexpected(t *testing.T) {
	t.Parallel()
	var stdout strings.Builder
	d := served(t, &stdout)
	d.fake.On("docs.example", fakeapi.Code(40501))
	err := d.run(t.Context())
	if err == nil {
		t.Fatalf("no error\n%s", &stdout)
	}
	want := "unexpected results:\n" +
		"- 5 calls were made for 4 domains\n" +
		"- the only error should be that spammy.example is refused"
	if err.Error() != want {
		t.Errorf("got  %s\nwant %s", err, want)
	}
	if strings.Contains(stdout.String(), "To run it with DataForSEO") {
		t.Error("the demo went on")
	}
}

// TestPlanWith_noPlan checks that the error has Terraform's own.
func TestPlanWith_noPlan(t *testing.T) {
	t.Parallel()
	var stdout strings.Builder
	d := served(t, &stdout)
	root, err := terraform.ModuleRoot(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	w, err := terraform.NewWorkspace(t.Context(), d.executable, root, d.environ)
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	from := t.TempDir()
	if err := os.WriteFile(filepath.Join(from, "main.tf"), []byte("output \"x\" {\n  value = local.missing\n}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err = planWith(t.Context(), w, from, nil)
	if err == nil {
		t.Fatal("no error")
	}
	for _, want := range []string{"there is no plan: ", " plan: exit status 1\n", "Error: Reference to undeclared local value\n", "  on main.tf line 2, in output \"x\":\n"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%q is not in\n%s", want, err)
		}
	}
}
