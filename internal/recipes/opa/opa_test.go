package opa_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/tfversion"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/acctest"
	"github.com/dataforseo/terraform-provider-dataforseo/internal/fakeapi"
)

const (
	root    = "../../.."
	example = root + "/examples/policy-opa"
)

// recipe is a copy of the example that takes answers of the fake, and Terraform to run
// in it.
type recipe struct{ *acctest.Terraform }

func newRecipe(t *testing.T, server *fakeapi.Server) recipe {
	t.Helper()
	tf := recipe{acctest.NewCopy(t, example)}
	tf.Use(server)
	tf.demand("base_urls: [\"" + server.URL + "\"]")
	return tf
}

// conftest runs a command of conftest's in the copy.
func (tf recipe) conftest(args ...string) acctest.Result {
	tf.T.Helper()
	return tf.Exec(conftest(tf.T), args...)
}

// verify runs the policy's own tests. conftest gives up a test after five seconds, which
// says nothing of the policy on a machine that is busy: it is asked again.
func (tf recipe) verify() acctest.Result {
	tf.T.Helper()
	var r acctest.Result
	for range 5 {
		if r = tf.conftest("verify", "--no-color", "--data", "data"); !strings.Contains(r.Stderr, "context deadline exceeded") {
			break
		}
	}
	return r
}

// demand adds a setting to those of the recipe.
func (tf recipe) demand(setting string) {
	tf.T.Helper()
	tf.Edit("data/backlinks.yaml", "\nbacklinks:\n", "\nbacklinks:\n  "+setting+"\n")
}

// policyTest is the command that the recipe recommends.
var policyTest = []string{"test", "--no-color", "--data", "data", "plan.json"}

// writePlan plans and writes plan.json as "terraform show -json" tells it.
func (tf recipe) writePlan(exitCode int, args ...string) {
	tf.T.Helper()
	r := tf.Run(append([]string{"plan", "-no-color", "-out=plan.tfplan"}, args...)...)
	if r.ExitCode != exitCode {
		tf.T.Fatalf("plan: exit code %d, want %d\n%s%s", r.ExitCode, exitCode, r.Stdout, r.Stderr)
	}
	tf.Write("plan.json", tf.MustRun("show", "-json", "plan.tfplan").Stdout)
}

// TestRecipe_opaMisused: whoever names the wrong file, or none, is not let through.
func TestRecipe_opaMisused(t *testing.T) {
	t.Parallel()
	acctest.SkipBelow(t, tfversion.Version1_6_0, "errored in a plan")
	tf := newRecipe(t, fakeapi.Start(t, fakeapi.Options{}))
	tf.MustRun("apply", "-auto-approve")
	tf.writePlan(0)
	tf.Write("state.json", tf.MustRun("show", "-json").Stdout)
	tf.Write("empty.json", "{}")
	for name, c := range map[string]struct {
		args []string
		says string
	}{
		"a state":                {[]string{"--data", "data", "state.json"}, "The input isn't a plan"},
		"an empty document":      {[]string{"--data", "data", "empty.json"}, "The input isn't a plan"},
		"the configuration":      {[]string{"--data", "data", "main.tf"}, "The input isn't a plan"},
		"several in one":         {[]string{"--data", "data", "--combine", "plan.json"}, "The input isn't a plan"},
		"no settings":            {[]string{"plan.json"}, "No settings found (data.backlinks)"},
		"no policy":              {[]string{"--policy", "data", "--data", "data", "plan.json"}, "no policies found"},
		"the plan, not its JSON": {[]string{"--data", "data", "plan.tfplan"}, "Error"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := tf.conftest(append([]string{"test", "--no-color"}, c.args...)...)
			if r.ExitCode == 0 || !strings.Contains(r.Stdout+r.Stderr, c.says) {
				t.Errorf("exit code %d, want a refusal: %s\n%s%s", r.ExitCode, c.says, r.Stdout, r.Stderr)
			}
		})
	}
}

// TestRecipe_opaPackage is the trap that is left to whoever renames the package:
// conftest looks for rules in main, finds none, and is content.
func TestRecipe_opaPackage(t *testing.T) {
	t.Parallel()
	tf := newRecipe(t, fakeapi.Start(t, fakeapi.Options{}))
	tf.Edit("policy/dataforseo.rego", "\npackage main\n", "\npackage portfolio\n")
	tf.Write("plan.json", "{}")
	if r := tf.conftest(policyTest...); r.ExitCode != 0 {
		t.Errorf("conftest has become stricter, and the guide should say so: exit code %d\n%s%s", r.ExitCode, r.Stdout, r.Stderr)
	}
	if r := tf.conftest(append(policyTest, "--namespace", "portfolio")...); r.ExitCode != 1 || !strings.Contains(r.Stdout, "The input isn't a plan") {
		t.Errorf("exit code %d\n%s%s", r.ExitCode, r.Stdout, r.Stderr)
	}
}

// TestRecipe_opaSettings is the trap that conftest's own settings are, which it takes
// from the directory that it runs in.
func TestRecipe_opaSettings(t *testing.T) {
	t.Parallel()
	tf := newRecipe(t, fakeapi.Start(t, fakeapi.Options{}))
	tf.Write("plan.json", "{}")
	if r := tf.conftest(policyTest...); r.ExitCode != 1 {
		t.Errorf("exit code %d, want a refusal\n%s%s", r.ExitCode, r.Stdout, r.Stderr)
	}
	tf.Write("conftest.toml", "no-fail = true\n")
	if r := tf.conftest(policyTest...); r.ExitCode != 0 {
		t.Errorf("conftest has become stricter, and the guide should say so: exit code %d\n%s%s", r.ExitCode, r.Stdout, r.Stderr)
	}
}

// TestRecipe_opaUnit runs the policy's own tests.
func TestRecipe_opaUnit(t *testing.T) {
	t.Parallel()
	tf := newRecipe(t, fakeapi.Start(t, fakeapi.Options{}))
	if r := tf.verify(); r.ExitCode != 0 || !regexp.MustCompile(`^\s*[1-9]\d* tests, `).MatchString(r.Stdout) {
		t.Errorf("exit code %d\n%s%s", r.ExitCode, r.Stdout, r.Stderr)
	}
	if r := tf.conftest("fmt", "--check", "policy"); r.ExitCode != 0 {
		t.Errorf("\"conftest fmt\" would change the policy (exit code %d)\n%s%s", r.ExitCode, r.Stdout, r.Stderr)
	}
}

// TestRecipe_opaUnitFails: the unit tests notice a policy that lets something pass.
func TestRecipe_opaUnitFails(t *testing.T) {
	t.Parallel()
	acctest.SkipBelow(t, tfversion.Version1_6_0, "errored in a plan")
	for name, c := range map[string]struct{ part, instead string }{
		"null passes":            {"\tis_number(a)\n\tis_number(b)\n", ""},
		"deferred reads pass":    {"deny contains sprintf(\"%s: not read", "waits contains sprintf(\"%s: not read"},
		"no data passes":         {"read.values.has_data == false", `read.values.has_data == "false"`},
		"no gate passes":         {"\tnot is_passed(read)\n", "\tis_passed(read)\n"},
		"violations pass":        {"\tread.values.passed == false\n\tsome violation", "\tread.values.passed == null\n\tsome violation"},
		"any server passes":      {"\tnot base_url in base_urls\n", "\tbase_url in base_urls\n"},
		"old answers pass":       {"\tage <= time.parse_duration_ns(max_age)\n", ""},
		"answers of the future":  {"\tage >= 0 - time.parse_duration_ns(\"5m\")\n", ""},
		"a trailing dot":         {`trim_right(name, ".")`, "name"},
		"the case of letters":    {"trim_space(lower(text))", "trim_space(text)"},
		"pages pass":             {"\tnot is_domain(read.target)\n", "\tis_domain(read.target)\n"},
		"pages are domains":      {"is_refused_or_domain(_) if not may_be_pages\n", "is_refused_or_domain(_) if may_be_pages\n"},
		"caches pass":            {"\tnot is_allowed_cache(expression)\n", "\tis_allowed_cache(expression)\n"},
		"any provider passes":    {"\tnot provider in providers\n", "\tprovider == \"\"\n"},
		"limits of no effect":    {"\tsentence := broken(read.values, metric, bounds)\n", "\tsentence := broken(read.values, metric, {})\n"},
		"a cause said twice":     {"\tnot is_reported(read, metric)\n", ""},
		"unread assets pass":     {"\tcount(missing) > 0\n", "\tcount(missing) > 9\n"},
		"unknown assets pass":    {"[_, true])\n} else := sprintf(\"%s contains", "[_, 1])\n} else := sprintf(\"%s contains"},
		"assets without domains": {"\tnot contains_domains(change, asset)\n", "\tcontains_domains(change, 1)\n"},
		"deletes are refused":    {`action in {"create", "update"}`, `action in {"create", "update", "delete"}`},
		"missing keys are null":  {"count(name) + 1, -1), 0)", "count(name) + 1, -1), null)"},
		"falls pass":             {"\tnot is_within(", "\tis_within("},
		"modules are overlooked": {"\tpath[0] == \"root_module\"\n", "\tpath == [\"root_module\"]\n"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tf := newRecipe(t, fakeapi.Start(t, fakeapi.Options{}))
			tf.Edit("policy/dataforseo.rego", c.part, c.instead)
			if r := tf.verify(); r.ExitCode != 1 || !strings.Contains(r.Stdout, "FAIL") {
				t.Errorf("exit code %d\n%s%s", r.ExitCode, r.Stdout, r.Stderr)
			}
		})
	}
}

// TestRecipe_opaCommands: what README and workflow run is what is tested here, with
// the same conftest.
func TestRecipe_opaCommands(t *testing.T) {
	t.Parallel()
	judges := "conftest " + strings.Replace(strings.Join(policyTest, " "), " --no-color", "", 1)
	for file, commands := range map[string][]string{
		"README.md":          {judges, "conftest verify --data data"},
		"github-actions.yml": {"sh report.sh", "conftest verify --data data"},
	} {
		text := strings.ReplaceAll(string(acctest.ReadFile(t, filepath.Join(example, file))), " &&\n", "\n")
		for _, command := range commands {
			if !strings.Contains(text, command+"\n") {
				t.Errorf("%s does not run %q", file, command)
			}
		}
	}
	module := string(acctest.ReadFile(t, root+"/internal/tools/conftest/go.mod"))
	installs := regexp.MustCompile(`open-policy-agent/conftest@(\S+)`).FindStringSubmatch(string(acctest.ReadFile(t, filepath.Join(example, "github-actions.yml"))))
	if len(installs) != 2 || !strings.Contains(module, "open-policy-agent/conftest "+installs[1]+" ") {
		t.Errorf("the workflow installs another conftest (%v) than is tested", installs)
	}
}

// TestRecipe_opaShell pastes what README and guide show into a shell: a plan that is
// refused is not applied, and neither is one that an earlier run left behind.
func TestRecipe_opaShell(t *testing.T) {
	t.Parallel()
	acctest.SkipBelow(t, tfversion.Version1_6_0, "errored in a plan")
	if _, err := exec.LookPath("sh"); err != nil {
		t.Skip("there is no shell: ", err)
	}
	for page, name := range map[string]string{"README": filepath.Join(example, "README.md"), "guide": root + "/templates/guides/opa.md.tmpl"} {
		_, rest, _ := strings.Cut(string(acctest.ReadFile(t, name)), "```shell\n")
		commands, _, found := strings.Cut(rest, "```")
		if !found {
			t.Fatalf("%s shows no commands", name)
		}
		for name, c := range map[string]struct {
			before  func(recipe)
			applies bool
		}{
			"passes":             {func(recipe) {}, true},
			"is refused":         {func(tf recipe) { tf.Setenv("TF_VAR_domains", `["docs.example", "spammy.example"]`) }, false},
			"is judged too late": {func(tf recipe) { tf.Edit("data/backlinks.yaml", "max_age: 24h", "max_age: 1ns") }, false},
			"fails": {func(tf recipe) {
				tf.writePlan(0)
				tf.Write("broken.tf", "resource {")
			}, false},
		} {
			t.Run(page+"/"+name, func(t *testing.T) {
				t.Parallel()
				tf := newRecipe(t, fakeapi.Start(t, fakeapi.Options{}))
				c.before(tf)
				output, err := tf.shell(commands)
				_, stateErr := os.Stat(filepath.Join(tf.Dir, "terraform.tfstate"))
				if applied := stateErr == nil; applied != c.applies || applied != (err == nil) {
					t.Errorf("applied: %t, want %t (%v)\n%s", applied, c.applies, err, output)
				}
			})
		}
	}
}

// shell runs commands as a person does who has Terraform and conftest on the PATH.
func (tf recipe) shell(commands string) (string, error) {
	tf.T.Helper()
	bin := tf.T.TempDir()
	for name, path := range map[string]string{"terraform": tf.Path, "conftest": conftest(tf.T)} {
		if err := os.Symlink(path, filepath.Join(bin, name)); err != nil {
			tf.T.Fatal(err)
		}
	}
	tf.Setenv("PATH", bin+string(os.PathListSeparator)+tf.Getenv("PATH"))
	output, err := tf.Command("sh", "-c", commands).CombinedOutput()
	return string(output), err
}
