package terraform

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// setPath makes a directory with empty executable files the PATH.
func setPath(t *testing.T, names ...string) string {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("executables have other names on Windows")
	}
	dir := t.TempDir()
	for _, name := range names {
		if err := os.WriteFile(filepath.Join(dir, name), nil, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	t.Setenv("PATH", dir)
	t.Setenv(PathVariable, "")
	return dir
}

//nolint:paralleltest // it sets the PATH of the process
func TestFind(t *testing.T) {
	for name, c := range map[string]struct {
		present []string
		want    Executable
	}{
		"both":     {[]string{"tofu", "terraform"}, Executable{Command: "terraform", Product: "Terraform"}},
		"OpenTofu": {[]string{"tofu"}, Executable{Command: "tofu", Product: "OpenTofu"}},
	} {
		t.Run(name, func(t *testing.T) {
			dir := setPath(t, c.present...)
			c.want.Path = filepath.Join(dir, c.want.Command)
			got, err := Find(t.Context())
			if err != nil || got != c.want {
				t.Errorf("got %+v, %v, want %+v", got, err, c.want)
			}
		})
	}
}

//nolint:paralleltest // it sets the PATH of the process
func TestFind_none(t *testing.T) {
	setPath(t, "terraform-docs")
	_, err := Find(t.Context())
	if !errors.Is(err, ErrNotFound) {
		t.Errorf("got %v, want %v", err, ErrNotFound)
	}
}

// TestFind_named checks that the file in the variable can have any name, and precedes
// the PATH.
func TestFind_named(t *testing.T) {
	dir := setPath(t, "terraform")
	t.Setenv("TF_CLI_ARGS", "-no-such-flag")
	script := func(name, content string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte("#!/bin/sh\n"+content+"\n"), 0o700); err != nil {
			t.Fatal(err)
		}
		return path
	}
	prints := func(version string) string { return `[ "$* $TF_CLI_ARGS" = "version " ] && echo "` + version + `"` }
	for name, c := range map[string]struct {
		path string
		want Executable
		err  string
	}{
		"Terraform": {path: script("oldest", prints("Terraform v1.5.7")), want: Executable{Command: "terraform", Product: "Terraform"}},
		"OpenTofu":  {path: script("newest", prints("OpenTofu v1.12.6")), want: Executable{Command: "tofu", Product: "OpenTofu"}},
		"neither":   {path: script("other", prints("Terraforming v1")), err: "DIR/other is neither Terraform nor OpenTofu"},
		"fails":     {path: script("broken", "echo 'went wrong' >&2; exit 3"), err: "ask for the version: exit status 3\nwent wrong"},
		"missing":   {path: filepath.Join(dir, "missing"), err: "ask for the version: fork/exec DIR/missing: no such file or directory"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Setenv(PathVariable, c.path)
			got, err := Find(t.Context())
			if c.err != "" {
				if want := "TF_ACC_TERRAFORM_PATH: " + strings.ReplaceAll(c.err, "DIR", dir); err == nil || err.Error() != want {
					t.Errorf("got  %v\nwant %s", err, want)
				}
				return
			}
			c.want.Path = c.path
			if err != nil || got != c.want {
				t.Errorf("got %+v, %v, want %+v", got, err, c.want)
			}
		})
	}
}

func TestModuleRoot(t *testing.T) {
	t.Parallel()
	root, err := ModuleRoot(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(root, "internal", "terraform", "terraform_test.go")); err != nil {
		t.Errorf("%s is not the root: %v", root, err)
	}
	_, err = ModuleRoot(t.Context(), t.TempDir())
	if want := "run this from a checkout of terraform-provider-dataforseo"; err == nil || err.Error() != want {
		t.Errorf("outside a module: got %v, want %s", err, want)
	}
}

func TestCleanEnviron(t *testing.T) {
	t.Parallel()
	got := CleanEnviron([]string{
		"PATH=/bin", "TF_CLI_CONFIG_FILE=/missing", "TF_CLI_ARGS_plan=-destroy", "TF_WORKSPACE=other", "TF_DATA_DIR=/data", "TF_LOG=TRACE",
		"TOFU_CPU_PROFILE=x", "DATAFORSEO_PASSWORD=secret", "DATAFORSEO_SANDBOX=true", "HOME=/home", "NOTTF_X=1", "HTTPS_PROXY=http://proxy",
	})
	want := []string{"PATH=/bin", "HOME=/home", "NOTTF_X=1", "HTTPS_PROXY=http://proxy"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestDevOverrides(t *testing.T) {
	t.Parallel()
	want := `provider_installation {
  dev_overrides {
    "dataforseo/dataforseo" = "/home/a \"b\"/bin"
  }
  direct {}
}
`
	if diff := cmp.Diff(want, DevOverrides(`/home/a "b"/bin`)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// module writes a Go module of one file.
func module(t *testing.T, source string) string {
	t.Helper()
	dir := t.TempDir()
	for name, content := range map[string]string{"go.mod": "module example.com/terraform-provider-dataforseo\n\ngo 1.26\n", "main.go": source} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// TestWorkspace_Run runs a program that prints its environment instead of Terraform.
func TestWorkspace_Run(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	root := module(t, `package main

import ("fmt"; "os"; "strings")

func main() {
	for _, v := range os.Environ() {
		if strings.HasPrefix(v, "TF_") || strings.HasPrefix(v, "DATAFORSEO_") { fmt.Println(v) }
	}
	if len(os.Args) > 2 { fmt.Fprintln(os.Stderr, os.Args[2]); os.Exit(3) }
}
`)
	w, err := NewWorkspace(t.Context(), Executable{Command: "terraform"}, root, append(os.Environ(), "TF_LOG=TRACE", "DATAFORSEO_LOGIN=mine"))
	if err != nil {
		t.Fatal(err)
	}
	w.executable.Path = w.Provider

	output, err := w.Run(t.Context(), w.Dir, []string{"DATAFORSEO_LOGIN=fake"}, "plan")
	const automation = "TF_IN_AUTOMATION=1\n"
	config := "TF_CLI_CONFIG_FILE=" + filepath.Join(w.Dir, "terraform.tfrc") + "\n"
	want := automation + config + "DATAFORSEO_LOGIN=fake\n"
	if err != nil || string(output) != want {
		t.Errorf("got %q, %v, want %q", output, err, want)
	}

	output, err = w.Run(t.Context(), w.Dir, nil, "plan", "went wrong")
	if exit, ok := errors.AsType[*exec.ExitError](err); !ok || exit.ExitCode() != 3 || err.Error() != "terraform plan: exit status 3\nwent wrong" {
		t.Errorf("got the error %v", err)
	}
	if len(output) == 0 {
		t.Error("got no output of a failing command")
	}

	err = w.RunProgram(t.Context(), w.Dir, nil, w.Provider, "get", "went wrong")
	want = w.Provider + " get went wrong: exit status 3\n" + automation + config + "went wrong"
	if err == nil || err.Error() != want {
		t.Errorf("got  %v\nwant %s", err, want)
	}
	if err := w.RunProgram(t.Context(), w.Dir, nil, w.Provider); err != nil {
		t.Error(err)
	}
	if err := w.Close(); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(w.Dir); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("%s was not removed", w.Dir)
	}
}

// TestUseMirror checks the files and the CLI configuration of the mirror.
func TestUseMirror(t *testing.T) {
	t.Parallel()
	w := &Workspace{Dir: t.TempDir(), environ: []string{"TF_CLI_CONFIG_FILE=other"}}
	w.Provider = filepath.Join(w.Dir, "terraform-provider-dataforseo.exe")
	if err := os.WriteFile(w.Provider, nil, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := w.UseMirror("1.2.3"); err != nil {
		t.Fatal(err)
	}
	mirror, config := filepath.Join(w.Dir, "mirror"), filepath.Join(w.Dir, "mirror.tfrc")
	for _, host := range []string{"registry.terraform.io", "registry.opentofu.org"} {
		path := filepath.Join(mirror, host, "dataforseo", "dataforseo", "1.2.3", runtime.GOOS+"_"+runtime.GOARCH, "terraform-provider-dataforseo_v1.2.3.exe")
		if _, err := os.Stat(path); err != nil {
			t.Error(err)
		}
	}
	if got, want := w.command(t.Context(), "", nil, "true", nil).Environ(), "TF_CLI_CONFIG_FILE="+config; !slices.Contains(got, want) {
		t.Errorf("got %q, want %s in it", got, want)
	}
	content, err := os.ReadFile(config)
	want := "provider_installation {\n  filesystem_mirror {\n    path = \"" + filepath.ToSlash(mirror) + "\"\n  }\n}\n"
	if err != nil || string(content) != want {
		t.Errorf("got %s, %v, want %s", content, err, want)
	}
}

func TestNewWorkspace_broken(t *testing.T) {
	temporary := t.TempDir()
	t.Setenv("TMPDIR", temporary)
	_, err := NewWorkspace(t.Context(), Executable{Command: "terraform"}, module(t, "package main\n\nfunc main() { missing() }\n"), os.Environ())
	if err == nil || !strings.HasPrefix(err.Error(), "build the provider: exit status 1\n") || !strings.Contains(err.Error(), "undefined: missing") {
		t.Errorf("got the error %v", err)
	}
	if left, err := os.ReadDir(temporary); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

// waitForInterrupt is the environment variable that makes this test binary wait for an
// interrupt instead of running tests.
const waitForInterrupt = "TEST_WAIT_FOR_INTERRUPT"

func TestMain(m *testing.M) {
	if os.Getenv(waitForInterrupt) == "" {
		os.Exit(m.Run())
	}
	interrupts := make(chan os.Signal, 1)
	signal.Notify(interrupts, os.Interrupt)
	fmt.Println("ready")
	<-interrupts
	fmt.Println("cleaned up")
	os.Exit(7)
}

// TestCommand_interrupt checks that a command is interrupted, not killed.
func TestCommand_interrupt(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("Windows has no interrupts")
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	command := Command(ctx, "", os.Args[0])
	command.Env = append(os.Environ(), waitForInterrupt+"=1")
	output, err := command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewReader(output)
	if line, err := lines.ReadString('\n'); line != "ready\n" {
		t.Fatalf("got %q, %v", line, err)
	}
	cancel()
	if line, err := lines.ReadString('\n'); line != "cleaned up\n" {
		t.Errorf("got %q, %v", line, err)
	}
	if err := command.Wait(); command.ProcessState.ExitCode() != 7 {
		t.Errorf("exit code %d, want 7 (%v)", command.ProcessState.ExitCode(), err)
	}
}
