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

// readme is the expected outcome of the commands in a README.
type readme struct {
	minimum   *version.Version // of Terraform, if the provider's isn't enough
	exitCodes []int            // of the commands in the shell blocks
	prints    int              // the number of text blocks that the commands print
}

// readmes maps examples to the outcomes of their READMEs, except the one that [TestCDKTN]
// tests.
var readmes = map[string]readme{
	"from-http":            {exitCodes: []int{0, 1}, prints: 1},
	"large-portfolio":      {exitCodes: []int{0, 1}, prints: 1},
	"policy-baseline":      {exitCodes: []int{0, 0, 0}}, // no number drops
	"policy-check":         {exitCodes: []int{0, 0}, prints: 1},
	"policy-check/nested":  {exitCodes: []int{2}},
	"policy-gate":          {exitCodes: []int{0, 1}, prints: 1},
	"policy-gate/deferred": {exitCodes: []int{0, 0, 1, 0}, prints: 1},
	"policy-in-use":        {exitCodes: []int{0, 1, 1}, prints: 2},
	// The first command fails because the policy refuses the fake's answers.
	"policy-opa":       {tfversion.Version1_6_0, []int{1, 0, 0, 0, 1, 0}, 1},
	"policy-tests":     {minimum: tfversion.Version1_8_0, exitCodes: []int{0}},
	"portfolio-module": {tfversion.Version1_8_0, []int{0, 1}, 1},
	// Without the bucket: the second plan needs a cache.
	"team-cache": {exitCodes: []int{0, 0}, prints: 1},
}

// TestReadmes runs the commands of every README in examples/, with the environment that
// "make fakeapi" prints.
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
			t.Errorf("%s is missing in readmes", file)
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

// shell runs commands after the exports of "make fakeapi".
type shell struct {
	exports string
	env     []string

	fake *exec.Cmd
	rest io.Reader // the output after the exports
}

// newShell runs "make fakeapi" in its own process group, as a terminal does.
func newShell(t *testing.T) *shell {
	t.Helper()
	dir, bin := t.TempDir(), t.TempDir()
	// The cleanup interrupts it, after the end of the test's context.
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

// readExports reads the output up to its last line before the first request.
func (s *shell) readExports(t *testing.T, output io.Reader) {
	t.Helper()
	lines := bufio.NewReader(output)
	s.rest = lines
	for printed := ""; !strings.Contains(printed, "made up from its name."); {
		line, err := lines.ReadString('\n')
		if printed += line; err != nil {
			t.Fatalf("make fakeapi: %v\n%s", err, printed)
		}
		if strings.HasPrefix(line, "export ") {
			s.exports += line
		}
	}
}

// end sends Ctrl-C to the process group, and checks that nothing reports it as an error.
func (s *shell) end(t *testing.T) {
	t.Helper()
	if err := syscall.Kill(-s.fake.Process.Pid, syscall.SIGINT); err != nil {
		t.Fatal(err)
	}
	if s.rest == nil {
		return // it has not started
	}
	printed, err := io.ReadAll(s.rest)
	if err != nil {
		t.Fatal(err)
	}
	_ = s.fake.Wait() // the signal ends make
	last := regexp.MustCompile(`\n\d+ calls\. DataForSEO would have charged \d+\.\d+ USD for \d+ of them\.\n$`)
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
		t.Errorf("got %d text blocks in the output, want %d\n%s", prints, want.prints, &printed)
	}
}

// commandsIn returns the commands of a page, each with its continuation lines.
func commandsIn(text string) []string {
	var commands []string
	for _, block := range codeBlock.FindAllStringSubmatch(text, -1) {
		if block[1] == "shell" {
			commands = append(commands, regexp.MustCompile(`(?m)^(?:.*&&\n)*.*\n`).FindAllString(block[2], -1)...)
		}
	}
	return commands
}

// run runs a command and answers "yes".
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

// decoration matches colours, and the bars beside diagnostics.
var decoration = regexp.MustCompile("\x1b\\[[0-9;]*m|│")

// plain removes decoration, line breaks and times.
func plain(text string) string {
	return acctest.SameTime(acctest.Unwrapped(decoration.ReplaceAllString(text, "")))
}
