package opa_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/acctest"
	"github.com/dataforseo/terraform-provider-dataforseo/internal/fakeapi"
)

// gateless is a configuration that the policy refuses, because its read has no gate.
const gateless = acctest.RequiredProviders + `
data "dataforseo_backlinks_summary" "portfolio" { target = "shop.example" }
output "referring_domains" { value = data.dataforseo_backlinks_summary.portfolio.referring_domains }
`

// TestRecipe_opaWorkflow runs the workflow on a pull request without a gate. The policy
// must refuse it, whatever files the pull request adds. Each of them would pass it, if it
// were read.
func TestRecipe_opaWorkflow(t *testing.T) {
	t.Parallel()
	for name, added := range map[string]map[string]string{
		"nothing":           nil,
		"an exception":      {"policy/zz.rego": "package main\n\nexception contains rules if rules := [\"\"]\n"},
		"conftest.toml":     {"conftest.toml": "no-fail = true\n"},
		"a setting":         {"data/zz.yaml": "backlinks: { ungated: true }\n"},
		"another report.sh": {"report.sh": "exit 0\n"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorkflow(t)
			w.propose(added)
			w.propose(map[string]string{"main.tf": gateless})
			output, err := w.run()
			if want := "data.dataforseo_backlinks_summary.portfolio (target shop.example): it has no gate"; err == nil || !strings.Contains(output, want) {
				t.Errorf("got %v, want an error with %q\n%s", err, want, output)
			}
			if added == nil {
				return
			}
			if output, err := w.shell("cp base/plan.json head && cd head && sh report.sh"); err != nil {
				t.Errorf("it would be refused if it were read, so this test shows nothing: %v\n%s", err, output)
			}
		})
	}
}

// TestRecipe_opaWorkflowPasses checks that the workflow passes a good pull request.
func TestRecipe_opaWorkflowPasses(t *testing.T) {
	t.Parallel()
	w := newWorkflow(t)
	w.propose(map[string]string{"domains.auto.tfvars": `domains = ["docs.example"]` + "\n"})
	if output, err := w.run(); err != nil || !strings.Contains(output, "Number of successful checks: ") {
		t.Errorf("%v\n%s", err, output)
	}
}

// workflow runs the example's workflow, without GitHub, in the recipe's directory. The
// base branch of its repository is main, and the pull request is the branch "proposed".
type workflow struct {
	recipe
	repository string
}

func newWorkflow(t *testing.T) workflow {
	t.Helper()
	for _, name := range []string{"git", "jq", "sh"} {
		if _, err := exec.LookPath(name); err != nil {
			t.Skip(err)
		}
	}
	example := newJudged(t, fakeapi.Start(t, fakeapi.Options{}))
	w := workflow{recipe: example, repository: example.Dir}
	w.Dir = t.TempDir()
	w.git("init", "--quiet", "--initial-branch=main")
	w.git("add", ".")
	w.commit()
	w.git("checkout", "--quiet", "-b", "proposed")
	return w
}

// propose commits files to the pull request.
func (w workflow) propose(files map[string]string) {
	w.T.Helper()
	for name, content := range files {
		if err := os.WriteFile(filepath.Join(w.repository, name), []byte(content), 0o600); err != nil {
			w.T.Fatal(err)
		}
		w.git("add", name)
		w.commit()
	}
}

func (w workflow) commit() {
	w.T.Helper()
	w.git("-c", "user.name=test", "-c", "user.email=test@example.com", "commit", "--quiet", "--message=change")
}

// git runs Git in the repository, without the settings of this machine.
func (w workflow) git(args ...string) {
	w.T.Helper()
	command := w.Command("git", append([]string{"-C", w.repository}, args...)...)
	command.Env = append(command.Env, "GIT_CONFIG_GLOBAL="+os.DevNull, "GIT_CONFIG_SYSTEM="+os.DevNull)
	if output, err := command.CombinedOutput(); err != nil {
		w.T.Fatalf("git %s: %v\n%s", strings.Join(args, " "), err, output)
	}
}

var (
	workflowStep = regexp.MustCompile(`(?m)^      - (?:.*\n        )*.*`)
	stepPath     = regexp.MustCompile(`\n +path: (\w+)`)
	stepRun      = regexp.MustCompile(`\brun: (.+)`)
	stepDir      = regexp.MustCompile(`\n +working-directory: (\w+)`)
)

// run runs the steps that check out the repository and those with a command of one line,
// except those that need a network and the policy's tests, which take longest.
func (w workflow) run() (output string, err error) {
	w.T.Helper()
	_, steps, _ := strings.Cut(string(acctest.ReadFile(w.T, filepath.Join(example, "github-actions.yml"))), "    steps:\n")
	commands := []string{"set -e"}
	for _, step := range workflowStep.FindAllString(steps, -1) {
		switch run := stepRun.FindStringSubmatch(step); {
		case strings.Contains(step, "uses: actions/checkout@"):
			commands = append(commands, w.checkout(step))
		case run == nil || run[1] == "|" || strings.HasPrefix(run[1], "go install ") || strings.HasPrefix(run[1], "conftest verify "):
		default:
			commands = append(commands, "(cd "+capture(stepDir, step, ".")+" && "+run[1]+")")
		}
	}
	if len(commands) < 6 {
		w.T.Fatalf("found only %q", commands)
	}
	return w.shell(strings.Join(commands, "\n"))
}

// checkout returns a command that does what the action does.
func (w workflow) checkout(step string) string {
	branch := "proposed"
	if strings.Contains(step, "ref: ${{ github.base_ref }}") {
		branch = "main"
	}
	return "git clone --quiet --branch=" + branch + " '" + w.repository + "' " + capture(stepPath, step, ".")
}

// capture returns the first group of the match, or missing.
func capture(expression *regexp.Regexp, text, missing string) string {
	if found := expression.FindStringSubmatch(text); found != nil {
		return found[1]
	}
	return missing
}
