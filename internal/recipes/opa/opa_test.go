package opa_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
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

// recipe runs Terraform and conftest in a copy of the example, whose settings allow
// answers of the fake.
type recipe struct{ *acctest.Terraform }

func newRecipe(t *testing.T, server *fakeapi.Server) recipe {
	t.Helper()
	tf := recipe{acctest.NewCopy(t, example)}
	tf.Use(server)
	tf.Edit(settings, "\nbacklinks:\n", "\nbacklinks:\n  base_urls: [\""+server.URL+"\"]\n")
	return tf
}

// conftest runs conftest in the copy.
func (tf recipe) conftest(args ...string) acctest.Result {
	tf.T.Helper()
	return tf.Exec(conftest(tf.T), args...)
}

// verify runs the policy's unit tests. conftest gives up after five seconds, which can
// happen on a busy machine, so verify tries again.
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

// policyTest has the arguments that the README recommends.
var policyTest = []string{"test", "--no-color", "--data", "data", "plan.json"}

// writePlan plans and writes the output of "terraform show -json" to plan.json.
func (tf recipe) writePlan(exitCode int, args ...string) {
	tf.T.Helper()
	r := tf.Run(append([]string{"plan", "-no-color", "-out=plan.tfplan"}, args...)...)
	if r.ExitCode != exitCode {
		tf.T.Fatalf("plan: exit code %d, want %d\n%s%s", r.ExitCode, exitCode, r.Stdout, r.Stderr)
	}
	tf.Write("plan.json", tf.MustRun("show", "-json", "plan.tfplan").Stdout)
}

// TestRecipe_opaMisused checks that wrong arguments are refused.
func TestRecipe_opaMisused(t *testing.T) {
	t.Parallel()
	acctest.SkipBelow(t, tfversion.Version1_6_0, "errored in a plan")
	tf := newRecipe(t, fakeapi.Start(t, fakeapi.Options{}))
	tf.MustRun("apply", "-auto-approve")
	tf.writePlan(0)
	tf.Write("state.json", tf.MustRun("show", "-json").Stdout)
	tf.Write("empty.json", "{}")
	for name, c := range map[string]struct {
		args    []string
		message string
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
			if r.ExitCode == 0 || !strings.Contains(r.Stdout+r.Stderr, c.message) {
				t.Errorf("exit code %d, want an error with %q\n%s%s", r.ExitCode, c.message, r.Stdout, r.Stderr)
			}
		})
	}
}

// TestRecipe_opaPackage shows why the package's name must be main: without rules in main,
// conftest passes everything.
func TestRecipe_opaPackage(t *testing.T) {
	t.Parallel()
	tf := newRecipe(t, fakeapi.Start(t, fakeapi.Options{}))
	tf.Edit("policy/dataforseo.rego", "\npackage main\n", "\npackage portfolio\n")
	tf.Write("plan.json", "{}")
	if r := tf.conftest(policyTest...); r.ExitCode != 0 {
		t.Errorf("exit code %d, want 0: update the guide\n%s%s", r.ExitCode, r.Stdout, r.Stderr)
	}
	if r := tf.conftest(append(policyTest, "--namespace", "portfolio")...); r.ExitCode != 1 || !strings.Contains(r.Stdout, "The input isn't a plan") {
		t.Errorf("exit code %d\n%s%s", r.ExitCode, r.Stdout, r.Stderr)
	}
}

// TestRecipe_opaConftestSettings shows that conftest.toml in the working directory can
// turn off the policy.
func TestRecipe_opaConftestSettings(t *testing.T) {
	t.Parallel()
	tf := newRecipe(t, fakeapi.Start(t, fakeapi.Options{}))
	tf.Write("plan.json", "{}")
	if r := tf.conftest(policyTest...); r.ExitCode != 1 {
		t.Errorf("exit code %d, want 1\n%s%s", r.ExitCode, r.Stdout, r.Stderr)
	}
	tf.Write("conftest.toml", "no-fail = true\n")
	if r := tf.conftest(policyTest...); r.ExitCode != 0 {
		t.Errorf("exit code %d, want 0: update the guide\n%s%s", r.ExitCode, r.Stdout, r.Stderr)
	}
}

// TestRecipe_opaUnit runs the policy's unit tests.
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

// TestRecipe_opaUnitFails checks that the unit test of a rule fails if the rule changes.
func TestRecipe_opaUnitFails(t *testing.T) {
	t.Parallel()
	tests := string(acctest.ReadFile(t, filepath.Join(example, "policy/dataforseo_test.rego")))
	for name, c := range map[string]struct{ part, instead, test string }{
		"null passes":                  {"\tis_number(a)\n\tis_number(b)\n", "", "limits_apply_whatever_the_gate_is"},
		"deferred reads pass":          {"deny contains sprintf(\"%s: not read", "waits contains sprintf(\"%s: not read", "deferred_resource_is_refused"},
		"no data passes":               {"read.values.has_data == false", `read.values.has_data == "false"`, "one_cause_is_reported_once"},
		"no gate passes":               {"\tnot is_passed(read)\n", "\tfalse\n", "read_without_a_gate_is_refused"},
		"violations pass":              {"\tread.values.passed == false\n\tsome violation", "\tread.values.passed == null\n\tsome violation", "violations_are_reported"},
		"any server passes":            {"\tnot base_url in base_urls\n", "\tfalse\n", "other_servers_are_refused"},
		"old answers pass":             {"\tage <= time.parse_duration_ns(max_age)\n", "", "old_answer_is_refused"},
		"answers of the future pass":   {"\tage >= 0 - time.parse_duration_ns(\"5m\")\n", "", "old_answer_is_refused"},
		"trailing dots count":          {`trim_right(name, ".")`, "name", "asset_is_compared_leniently"},
		"case counts":                  {"trim_space(lower(text))", "trim_space(text)", "asset_is_compared_leniently"},
		"pages pass":                   {"\tnot is_domain(read.target)\n", "\tfalse\n", "page_is_refused"},
		"pages are domains":            {"is_refused_or_domain(_) if not may_be_pages\n", "is_refused_or_domain(_) if may_be_pages\n", "page_is_refused"},
		"caches pass":                  {"\tnot is_allowed_cache(expression)\n", "\tfalse\n", "cache_in_the_configuration_is_refused"},
		"any provider passes":          {"\tnot provider in providers\n", "\tfalse\n", "other_provider_is_refused"},
		"limits have no effect":        {"\tsentence := broken(read.values, metric, bounds)\n", "\tsentence := broken(read.values, metric, {})\n", "limits_apply_whatever_the_gate_is"},
		"a cause is reported twice":    {"\tnot is_reported(read, metric)\n", "", "violations_are_reported"},
		"unread assets pass":           {"\tcount(missing) > 0\n", "\tfalse\n", "asset_without_a_read_is_refused"},
		"unknown assets pass":          {"[_, true])\n} else := sprintf(\"%s contains", "[_, 1])\n} else := sprintf(\"%s contains", "asset_that_is_unknown_is_refused"},
		"assets without a domain pass": {"\tnot contains_domains(change, asset)\n", "\tfalse\n", "asset_without_a_domain_is_refused"},
		"deletes are refused":          {`action in {"create", "update"}`, `action in {"create", "update", "delete"}`, "only_creates_and_updates_are_judged"},
		"missing keys are null":        {"count(name) + 1, -1), 0)", "count(name) + 1, -1), null)", "missing_key_of_a_map_is_zero"},
		"drops pass":                   {"\tnot is_within(before, now, setting.max_drop_percent)\n", "\tfalse\n", "drop_is_refused"},
		"modules are ignored":          {"\tpath[0] == \"root_module\"\n", "\tpath == [\"root_module\"]\n", "modules_are_searched_at_any_depth"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tf := newRecipe(t, fakeapi.Start(t, fakeapi.Options{}))
			tf.Edit("policy/dataforseo.rego", c.part, c.instead)
			tf.Write("policy/dataforseo_test.rego", onlyTest(tests, c.test))
			if r := tf.verify(); r.ExitCode != 1 || !strings.Contains(r.Stdout, "data.main_test.test_"+c.test) {
				t.Errorf("exit code %d, want 1 and the failure of %s\n%s%s", r.ExitCode, c.test, r.Stdout, r.Stderr)
			}
		})
	}
}

// testRule matches the first line of a test in Rego.
var testRule = regexp.MustCompile(`(?m)^test_(\w+) if`)

// onlyTest removes all other tests. They take seconds, and one of them milliseconds.
func onlyTest(rego, name string) string {
	blocks := slices.DeleteFunc(strings.Split(rego, "\n\n"), func(block string) bool {
		rule := testRule.FindStringSubmatch(block)
		return rule != nil && rule[1] != name
	})
	return strings.Join(blocks, "\n\n")
}

// TestRecipe_opaCommands checks that README and workflow run the commands tested here,
// and install the same version of conftest.
func TestRecipe_opaCommands(t *testing.T) {
	t.Parallel()
	test := "conftest " + strings.Replace(strings.Join(policyTest, " "), " --no-color", "", 1)
	for file, commands := range map[string][]string{
		"README.md":          {test, "conftest verify --data data"},
		"github-actions.yml": {"sh report.sh", "conftest verify --data data"},
	} {
		text := strings.ReplaceAll(string(acctest.ReadFile(t, filepath.Join(example, file))), " &&\n", "\n")
		for _, command := range commands {
			if !strings.Contains(text, command+"\n") {
				t.Errorf("%s doesn't run %q", file, command)
			}
		}
	}
	module := string(acctest.ReadFile(t, root+"/internal/tools/conftest/go.mod"))
	for _, file := range []string{"README.md", "github-actions.yml"} {
		installs := regexp.MustCompile(`go install github.com/(open-policy-agent/conftest)@([\w.]+)`).FindStringSubmatch(string(acctest.ReadFile(t, filepath.Join(example, file))))
		if len(installs) != 3 || !strings.Contains(module, installs[1]+" "+installs[2]+" ") {
			t.Errorf("%s installs conftest %v, which isn't the version in go.mod", file, installs)
		}
	}
}

// TestRecipe_opaShell runs the commands of README and guide. They must not apply a refused
// plan, or the plan of an earlier run.
func TestRecipe_opaShell(t *testing.T) {
	t.Parallel()
	acctest.SkipBelow(t, tfversion.Version1_6_0, "errored in a plan")
	if _, err := exec.LookPath("sh"); err != nil {
		t.Skip(err)
	}
	_, rest, _ := strings.Cut(string(acctest.ReadFile(t, filepath.Join(example, "README.md"))), "```shell\n")
	commands, _, found := strings.Cut(rest, "```")
	if guide := string(acctest.ReadFile(t, root+"/templates/guides/opa.md.tmpl")); !found || !strings.Contains(guide, "```shell\n"+commands+"```") {
		t.Fatalf("the guide doesn't have the README's commands:\n%s", commands)
	}
	for name, c := range map[string]struct {
		before  func(recipe)
		applies bool
	}{
		"passes":  {func(recipe) {}, true},
		"refused": {func(tf recipe) { tf.Setenv("TF_VAR_domains", `["docs.example", "spammy.example"]`) }, false},
		"failed": {func(tf recipe) {
			tf.writePlan(0)
			tf.Write("broken.tf", "resource {")
		}, false},
	} {
		t.Run(name, func(t *testing.T) {
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

// shell runs commands with Terraform and conftest on the PATH.
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
