//go:build unix

package main

import (
	"bufio"
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/go-version"
	"github.com/hashicorp/terraform-plugin-testing/tfversion"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/acctest"
)

// readme is what running a README of an example gives.
type readme struct {
	minimum   *version.Version // of Terraform, if the example needs more than the provider
	exitCodes []int            // of the commands in its shell blocks
	prints    int              // how many of its text blocks the commands print
}

// readmes are all READMEs of the examples, except for the one that installs packages
// with npm, see [TestCDKTN].
var readmes = map[string]readme{
	"from-http":            {exitCodes: []int{0, 1}, prints: 1},
	"large-portfolio":      {exitCodes: []int{0, 1}, prints: 1},
	"policy-baseline":      {exitCodes: []int{0, 0, 0}}, // nothing falls meanwhile
	"policy-check":         {exitCodes: []int{0, 0}, prints: 1},
	"policy-check/nested":  {exitCodes: []int{2}},
	"policy-gate":          {exitCodes: []int{0, 1}, prints: 1},
	"policy-gate/deferred": {exitCodes: []int{0, 0, 1}, prints: 1},
	"policy-in-use":        {exitCodes: []int{0, 1, 1}, prints: 2},
	// The first one is not for the fake: the policy refuses its answers.
	"policy-opa":       {tfversion.Version1_6_0, []int{1, 0, 0, 0, 1, 0}, 1},
	"policy-tests":     {minimum: tfversion.Version1_8_0, exitCodes: []int{0}},
	"portfolio-module": {tfversion.Version1_8_0, []int{0, 1}, 1},
}

// TestReadmes pastes every README below examples/ into a shell, command by command, with
// nothing in its environment but what "make fakeapi" prints.
func TestReadmes(t *testing.T) {
	t.Parallel()
	shell := newShell(t)
	for file, text := range files(t, "examples", "README.md") {
		name := strings.TrimPrefix(path.Dir(file), "examples/")
		if len(commandsIn(text)) == 0 || path.Dir(file) == cdktnExample {
			continue
		}
		want, ok := readmes[name]
		if !ok {
			t.Errorf("%s: say in readmes what its commands do", file)
			continue
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if want.minimum != nil {
				acctest.SkipBelow(t, want.minimum, "the example's required_version")
			}
			shell.follow(t, path.Dir(file), text, want)
		})
	}
}

// shell runs commands as somebody who has pasted what "make fakeapi" printed.
type shell struct {
	exports string
	env     []string

	fake *exec.Cmd
	rest io.Reader // what the fake prints afterwards
}

// newShell runs "make fakeapi" in a process group of its own, as a terminal does.
func newShell(t *testing.T) *shell {
	t.Helper()
	dir, bin := t.TempDir(), t.TempDir()
	// Its end is part of the test, and the context of the test ends before that.
	fake := exec.CommandContext(context.WithoutCancel(t.Context()), "make", "fakeapi", "LISTEN=127.0.0.1:0", "CLI_CONFIG="+filepath.Join(dir, "dev.tfrc"))
	fake.Dir = repository
	fake.Env = append(slices.DeleteFunc(os.Environ(), func(variable string) bool { return strings.HasPrefix(variable, "MAKE") }), "GOBIN="+dir)
	fake.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	output, err := fake.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	fake.Stderr = fake.Stdout
	if err := fake.Start(); err != nil {
		t.Fatal(err)
	}
	s := &shell{fake: fake, env: []string{
		"HOME=" + dir, "PATH=" + bin + ":" + os.Getenv("PATH"),
		"CHECKPOINT_DISABLE=1", // tests use no network
	}}
	t.Cleanup(func() { s.end(t) })
	conftest, err := filepath.Abs(repository + "/dist/tools/conftest")
	if err != nil {
		t.Fatal(err)
	}
	for name, target := range map[string]string{"terraform": acctest.Path(t), "conftest": conftest} {
		if err := os.Symlink(target, filepath.Join(bin, name)); err != nil {
			t.Fatal(err)
		}
	}
	s.readExports(t, output)
	return s
}

// readExports reads what the fake prints at first.
func (s *shell) readExports(t *testing.T, output io.Reader) {
	t.Helper()
	lines := bufio.NewReader(output)
	s.rest = lines
	for said := ""; !strings.Contains(said, "made up from its name."); {
		line, err := lines.ReadString('\n')
		if said += line; err != nil {
			t.Fatalf("make fakeapi: %v\n%s", err, said)
		}
		if strings.HasPrefix(line, "export ") {
			s.exports += line
		}
	}
}

// interrupt is Ctrl-C, which reaches all processes of the group.
func (s *shell) interrupt() error { return syscall.Kill(-s.fake.Process.Pid, syscall.SIGINT) }

// end expects that Ctrl-C is not an error to anybody.
func (s *shell) end(t *testing.T) {
	t.Helper()
	if err := s.interrupt(); err != nil {
		t.Fatal(err)
	}
	if s.rest == nil {
		return // it has not started
	}
	printed, err := io.ReadAll(s.rest)
	if err != nil {
		t.Fatal(err)
	}
	_ = s.fake.Wait() // make ends with the signal that it gets
	last := regexp.MustCompile(`\nCalls: \d+, charged: \d+, \d+\.\d+ USD in all\.\n$`)
	if !last.Match(printed) || strings.Contains(string(printed), "make") {
		t.Errorf("printed after Ctrl-C:\n%s", printed)
	}
}

// follow runs the commands of a README in a copy of its directory.
func (s *shell) follow(t *testing.T, example, text string, want readme) {
	t.Helper()
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(filepath.Join(repository, example))); err != nil {
		t.Fatal(err)
	}
	var printed strings.Builder
	var exitCodes []int
	for _, command := range commandsIn(text) {
		output, exitCode := s.run(t, dir, command)
		exitCodes = append(exitCodes, exitCode)
		printed.WriteString("$ " + command + output)
	}
	if diff := cmp.Diff(want.exitCodes, exitCodes); diff != "" {
		t.Errorf("exit codes (-want +got):\n%s\n%s", diff, &printed)
	}
	prints := 0
	for _, block := range codeBlock.FindAllStringSubmatch(text, -1) {
		if block[1] == "text" && strings.Contains(plain(printed.String()), plain(block[2])) {
			prints++
		}
	}
	if prints != want.prints {
		t.Errorf("%d of the text blocks were printed, want %d\n%s", prints, want.prints, &printed)
	}
}

// commandsIn returns the commands of a page, each with the lines that continue it.
func commandsIn(text string) []string {
	var commands []string
	for _, block := range codeBlock.FindAllStringSubmatch(text, -1) {
		if block[1] == "shell" {
			commands = append(commands, regexp.MustCompile(`(?m)^(?:.*&&\n)*.*\n`).FindAllString(block[2], -1)...)
		}
	}
	return commands
}

// run runs a command, and says yes to what it asks.
func (s *shell) run(t *testing.T, dir, command string) (output string, exitCode int) {
	t.Helper()
	process := exec.CommandContext(t.Context(), "sh", "-c", s.exports+command)
	process.Dir, process.Env = dir, s.env
	process.Stdin = strings.NewReader("yes\n")
	text, err := process.CombinedOutput()
	if exit, ok := errors.AsType[*exec.ExitError](err); err != nil && !ok {
		t.Fatal(err)
	} else if ok {
		exitCode = exit.ExitCode()
	}
	return string(text), exitCode
}

// decoration is what Terraform and conftest add to their words: colours, and bars beside
// diagnostics.
var decoration = regexp.MustCompile("\x1b\\[[0-9;]*m|│")

// plain takes the decoration, line breaks and times out of a text.
func plain(text string) string {
	return acctest.SameTime(acctest.Unwrapped(decoration.ReplaceAllString(text, "")))
}
