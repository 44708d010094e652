package main

import (
	"context"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/cli"
	"github.com/dataforseo/terraform-provider-dataforseo/internal/cmd/internal/terraform"
	"github.com/dataforseo/terraform-provider-dataforseo/internal/fakeapi"
)

var update = flag.Bool("update", false, "write the golden files of the tests that run, instead of comparing with them")

// withoutWhatVaries replaces the port of the fake, and the name and version of Terraform.
func withoutWhatVaries(t *testing.T, text string) string {
	t.Helper()
	executable, err := terraform.Find(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	text = regexp.MustCompile(`127\.0\.0\.1:\d+`).ReplaceAllString(text, "127.0.0.1:PORT")
	text = regexp.MustCompile(executable.Product+` \d[^ ]* `).ReplaceAllString(text, "PRODUCT VERSION ")
	return regexp.MustCompile(`\b`+executable.Command+` (plan|-chdir)`).ReplaceAllString(text, "COMMAND $1")
}

// TestRun compares what a person sees. The environment would spoil it, if it were not
// kept from Terraform.
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
	got := withoutWhatVaries(t, stdout.String())
	path := filepath.Join("testdata", "demo.golden")
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("%v (go test -update writes it)", err)
	}
	if diff := cmp.Diff(strings.ReplaceAll(string(want), "\r\n", "\n"), got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", path, diff)
	}
	expectEmpty(t, temporary)
}

// expectEmpty expects that nothing was left in a directory.
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

func TestRun_withoutTerraform(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	t.Setenv(terraform.PathVariable, "")
	var stdout strings.Builder
	err := run(t.Context(), os.Environ(), &stdout)
	if !errors.Is(err, terraform.ErrNotFound) || strings.Contains(err.Error(), "\n") {
		t.Errorf("got the error %v, want one line: %v", err, terraform.ErrNotFound)
	}
	if stdout.Len() > 0 {
		t.Errorf("printed %q", &stdout)
	}
}

// served returns a demonstration with a fake that the test can control.
func served(t *testing.T, stdout *strings.Builder) demonstration {
	t.Helper()
	executable, err := terraform.Find(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return demonstration{executable: executable, environ: os.Environ(), fake: fakeapi.Start(t, fakeapi.Options{}), stdout: stdout}
}

// TestRun_interrupted interrupts the demonstration in the middle of a call.
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
	// All five must be under way: Terraform's stop does not reach a read that begins later.
	if err := d.fake.WaitForCalls(running, 5); err != nil {
		t.Fatalf("%v; the demonstration ended with %v", err, <-ended)
	}
	interrupt()
	if err := <-ended; !errors.Is(err, cli.ErrInterrupted) {
		t.Errorf("got the error %v, want %v", err, cli.ErrInterrupted)
	}
	expectEmpty(t, temporary)
}

// TestRun_differently: a demonstration that does not go as it should fails, and says
// what went differently.
func TestRun_differently(t *testing.T) {
	t.Parallel()
	var stdout strings.Builder
	d := served(t, &stdout)
	d.fake.On("docs.example", fakeapi.Code(40501))
	err := d.run(t.Context())
	if err == nil {
		t.Fatalf("no error\n%s", &stdout)
	}
	want := "this is not what should have happened:\n" +
		"- 5 calls were made for 4 domains\n" +
		"- Terraform does not say, or does not only say, that spammy.example is refused"
	if err.Error() != want {
		t.Errorf("got  %s\nwant %s", err, want)
	}
	if strings.Contains(stdout.String(), "To run it with DataForSEO") {
		t.Error("the demo goes on as if nothing had happened")
	}
}

// TestPlanWith_noPlan: what Terraform says instead of a plan is not lost.
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
