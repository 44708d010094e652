package provider_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/tfversion"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/fakeapi"
)

// conftestPath builds conftest as its module has it, into Go's build cache, which
// makes this take minutes once on a machine.
var conftestPath = sync.OnceValues(func() (string, error) {
	var stderr bytes.Buffer
	command := exec.Command("go", "-C", filepath.FromSlash("../tools/conftest"), "tool", "-n", "conftest")
	command.Stderr = &stderr
	path, err := command.Output()
	if err != nil {
		return "", fmt.Errorf("build conftest: %w\n%s", err, &stderr)
	}
	return strings.TrimSpace(string(path)), nil
})

// conftest runs a command of conftest's in a directory.
func conftest(t *testing.T, dir string, args ...string) result {
	t.Helper()
	path, err := conftestPath()
	if err != nil {
		t.Fatal(err)
	}
	var stdout, stderr bytes.Buffer
	command := exec.CommandContext(t.Context(), path, args...)
	command.Dir, command.Stdout, command.Stderr = dir, &stdout, &stderr
	err = command.Run()
	if _, exited := errors.AsType[*exec.ExitError](err); err != nil && !exited {
		t.Fatal(err)
	}
	return result{stdout.String(), stderr.String(), command.ProcessState.ExitCode()}
}

// policyTest is the command that the recipe recommends.
var policyTest = []string{"test", "--no-color", "--data", "data", "plan.json"}

// writePlan plans and writes plan.json as "terraform show -json" tells it.
func (tf *terraform) writePlan(exitCode int, args ...string) {
	tf.t.Helper()
	r := tf.run(append([]string{"plan", "-no-color", "-out=plan.tfplan"}, args...)...)
	if r.exitCode != exitCode {
		tf.t.Fatalf("plan: exit code %d, want %d\n%s%s", r.exitCode, exitCode, r.stdout, r.stderr)
	}
	tf.write("plan.json", tf.mustRun("show", "-json", "plan.tfplan").stdout)
}

// judgment is a plan and what the policy says of it.
type judgment struct {
	faults   map[string]fakeapi.Fault          // by target
	files    map[string]string                 // to add to the recipe
	before   func(*terraform, *fakeapi.Server) // what happens before the plan
	domains  string                            // "" takes the default of the recipe
	args     []string                          // further ones for the plan
	planExit int                               // of the plan
	exitCode int                               // of conftest
	needs    func(t *testing.T)                // skips where Terraform cannot do it

	// Says what it says whether or not Terraform marks the plan as partial.
	anyVersion bool
}

// moreReads is a read beside those of the recipe.
const moreReads = "data \"dataforseo_backlinks_summary\" \"site\" {\n  target = %s\n%s}\n"

// portfolioReads reads many targets at once.
const portfolioReads = "data \"dataforseo_backlinks_summaries\" \"all\" {\n  targets = %s\n%s}\n"

// cached is a provider with a cache.
const cached = "provider \"dataforseo\" {\n  cache = %s\n}\n"

// check is such a read inside of a check that passes.
const check = "check \"site\" {\ndata \"dataforseo_backlinks_summary\" \"site\" {\n  target = %s\n}\nassert {\n    condition     = data.dataforseo_backlinks_summary.site.target != \"\"\n    error_message = \"x\"\n  }\n}\n"

// judgments holds every reason for which the policy refuses a plan that Terraform
// can write. What Terraform writes into no plan, such as the answers of mocks, which
// it knows in "terraform test" alone, is tested in dataforseo_test.rego.
var judgments = map[string]judgment{
	"passes": {},
	"passes-again": {before: func(tf *terraform, _ *fakeapi.Server) {
		tf.mustRun("apply", "-auto-approve")
	}},
	"refresh-only": {args: []string{"-refresh-only"}, before: func(tf *terraform, _ *fakeapi.Server) {
		tf.mustRun("apply", "-auto-approve")
	}},
	"no-refresh": {args: []string{"-refresh=false"}},
	"limits": {
		faults:   map[string]fakeapi.Fault{"docs.example": fakeapi.Field("backlinks_spam_score", "11").And(fakeapi.Field("rank", "399"))},
		domains:  `["blog.example", "docs.example", "spammy.example"]`,
		exitCode: 1,
	},
	"large-numbers": {domains: `["news.example", "docs.example"]`},
	"no-data":       {domains: `["docs.example", "no-data.example"]`, exitCode: 1},
	"null-metric": {
		faults: map[string]fakeapi.Fault{
			"blog.example": fakeapi.Field("backlinks_spam_score", "null"),
			"docs.example": almostNothing(),
			"shop.example": fakeapi.Field("info", "null"),
		},
		exitCode: 1,
	},
	"failed-read": {faults: map[string]fakeapi.Fault{"blog.example": fakeapi.Code(40501)}, exitCode: 1},
	"errored": {
		files: map[string]string{"gate.tf": `
			data "dataforseo_backlinks_summary" "gate" {
			  target = "spammy.example"
			  lifecycle {
			    postcondition {
			      condition     = self.backlinks_spam_score <= 30
			      error_message = "Refused."
			    }
			  }
			}
		`},
		planExit: 1,
		exitCode: 1,
	},
	"failed-for-the-account": {
		faults:   map[string]fakeapi.Fault{"blog.example": fakeapi.Code(40200)},
		planExit: 1,
		exitCode: 1,
	},
	"deferred-unknown": {
		files:    map[string]string{"site.tf": "resource \"terraform_data\" \"zone\" {\n  input = \"spammy.example\"\n}\n" + fmt.Sprintf(moreReads, "terraform_data.zone.output", "")},
		exitCode: 1,
	},
	"deferred-depends-on": {
		files:    map[string]string{"site.tf": "resource \"terraform_data\" \"zone\" {}\n" + fmt.Sprintf(moreReads, `"spammy.example"`, "depends_on = [terraform_data.zone]\n")},
		exitCode: 1,
	},
	"deferred-with-an-earlier-value": {
		files: map[string]string{"site.tf": "variable \"word\" {\n  default = \"a\"\n}\nresource \"terraform_data\" \"zone\" {\n  input = var.word\n}\n" +
			fmt.Sprintf(moreReads, `"shop.example"`, "depends_on = [terraform_data.zone]\n")},
		before:   func(tf *terraform, _ *fakeapi.Server) { tf.mustRun("apply", "-auto-approve") },
		args:     []string{"-var=word=b"},
		exitCode: 1,
	},
	"nested-in-check":        {files: map[string]string{"check.tf": fmt.Sprintf(check, `"spammy.example"`)}, exitCode: 1},
	"nested-in-check-failed": {files: map[string]string{"check.tf": fmt.Sprintf(check, `"error-40501.example"`)}, exitCode: 1},
	"modules": {
		files: map[string]string{
			"modules.tf": "provider \"dataforseo\" {\n  alias = \"eu\"\n}\n" +
				"module \"zones\" {\n  source    = \"./modules/zones\"\n  for_each  = toset([\"a\"])\n  providers = { dataforseo = dataforseo.eu }\n}\n",
			"modules/zones/main.tf":      requiredProviders + "module \"zone\" {\n  source = \"./zone\"\n  count  = 1\n}\n",
			"modules/zones/zone/main.tf": requiredProviders + fmt.Sprintf(moreReads, `"spammy.example"`, ""),
		},
		before: func(tf *terraform, _ *fakeapi.Server) {
			tf.useBuilt() // it is configured twice
			tf.mustRun("get")
		},
		exitCode: 1,
	},
	"portfolio-passes": {files: map[string]string{"all.tf": fmt.Sprintf(portfolioReads, `["blog.example", "shop.example"]`, "")}},
	"portfolio": {
		files: map[string]string{"all.tf": fmt.Sprintf(portfolioReads,
			`["error-40501.example", "no-data.example", "shop.example", "spammy.example"]`, "on_error = \"warn\"\n")},
		exitCode: 1,
	},
	"portfolio-deferred": {
		files: map[string]string{"all.tf": "resource \"terraform_data\" \"zone\" {}\n" +
			fmt.Sprintf(portfolioReads, `["spammy.example"]`, "depends_on = [terraform_data.zone]\n")},
		exitCode: 1,
	},
	"portfolio-part-of-the-backlinks": {
		files:    map[string]string{"all.tf": fmt.Sprintf(portfolioReads, `["shop.example"]`, "include_subdomains = false\n")},
		exitCode: 1,
	},
	"part-of-the-backlinks": {
		files: map[string]string{"site.tf": fmt.Sprintf(moreReads, `"shop.example"`,
			"backlinks_filters = [\"backlink_spam_score\", \"<\", 10]\n  backlinks_status_type = \"all\"\n")},
		exitCode: 1,
	},
	"sandbox": {
		files:    map[string]string{"provider.tf": "variable \"sandbox\" {\n  default = false\n}\nprovider \"dataforseo\" {\n  sandbox = var.sandbox\n}\n"},
		exitCode: 1,
	},
	"cache": {before: func(tf *terraform, _ *fakeapi.Server) {
		tf.write("provider.tf", fmt.Sprintf(cached, `{ ttl = "24h", directory = "`+filepath.ToSlash(tf.t.TempDir())+`" }`))
	}, exitCode: 1},
	// Of which the plan says nothing but that it is there.
	"cache-by-an-expression": {before: func(tf *terraform, _ *fakeapi.Server) {
		tf.write("provider.tf", fmt.Sprintf(cached, `merge({ ttl = "24h", directory = "`+filepath.ToSlash(tf.t.TempDir())+`" })`))
	}, exitCode: 1},
	"cache-that-may-be": {
		files: map[string]string{"provider.tf": fmt.Sprintf(cached, `{ ttl = "24h" }`)},
		before: func(tf *terraform, _ *fakeapi.Server) {
			tf.setenv("DATAFORSEO_CACHE_DIRECTORY", tf.t.TempDir())
			tf.demand("cache: {ttl: 24h}")
		},
	},
	"registry": {before: useRegistry, exitCode: 1},
	"registry-that-may-be": {before: func(tf *terraform, server *fakeapi.Server) {
		useRegistry(tf, server)
		tf.demand("registries: [registry.example]")
	}},
	"spellings": {
		faults:   map[string]fakeapi.Fault{"docs.example": fakeapi.Field("backlinks_spam_score", "11")},
		files:    map[string]string{"all.tf": fmt.Sprintf(portfolioReads, `["DOCS.example.", "shop.example."]`, "")},
		domains:  `["Docs.Example", "docs.example."]`,
		exitCode: 1,
	},
	"min-reads": {
		before: func(tf *terraform, _ *fakeapi.Server) {
			tf.edit("data/backlinks.yaml", "min_reads: 1", "min_reads: 2")
		},
		domains:  `["docs.example", "Docs.Example", "docs.example."]`,
		exitCode: 1,
	},
	"not-in-ascii": {
		files:    map[string]string{"all.tf": fmt.Sprintf(portfolioReads, `["münchen.example"]`, "")},
		domains:  `["docs.example", "münchen.example"]`,
		exitCode: 1,
	},
	"unread": {domains: `["blog.example"]`, exitCode: 1},
	"unread-and-optional": {domains: `["blog.example"]`, before: func(tf *terraform, _ *fakeapi.Server) {
		tf.edit("data/backlinks.yaml", "    docs.example:\n", "    docs.example:\n      optional: true\n")
	}},
	"pages": {
		files:    map[string]string{"all.tf": fmt.Sprintf(portfolioReads, `["https://shop.example/page"]`, "")},
		domains:  `["docs.example", "https://blog.example", "blog.example:8443"]`,
		exitCode: 1,
	},
	"pages-that-may-be": {
		faults:   map[string]fakeapi.Fault{"https://docs.example/page": fakeapi.Field("backlinks_spam_score", "11")},
		domains:  `["docs.example:8443", "https://Docs.Example./page"]`,
		before:   func(tf *terraform, _ *fakeapi.Server) { tf.demand("pages: true") },
		exitCode: 1,
	},
	"metric": {before: func(tf *terraform, _ *fakeapi.Server) {
		tf.edit("data/backlinks.yaml", "info.target_spam_score:", "info.target_spam_scores:")
		tf.edit("data/backlinks.yaml", "rank:", "ranks:")
	}, exitCode: 1},
	"old-plan": {before: func(tf *terraform, _ *fakeapi.Server) {
		tf.edit("data/backlinks.yaml", "max_plan_age: 1h", "max_plan_age: 1ns")
	}, exitCode: 1},
	"no-reads": {domains: "[]", exitCode: 1},
	"no-output": {before: func(tf *terraform, _ *fakeapi.Server) {
		tf.edit("main.tf", `output "referring_domains"`, `output "domains"`)
	}, exitCode: 1},
	"output-known-in-part": {
		files: map[string]string{"zone.tf": "resource \"terraform_data\" \"zone\" {}\n"},
		before: func(tf *terraform, _ *fakeapi.Server) {
			tf.edit("main.tf", "  value = {\n", "  value = merge({ zone = terraform_data.zone.id }, {\n")
			tf.edit("main.tf", "summary.referring_domains\n  }\n", "summary.referring_domains\n  })\n")
		},
		exitCode: 1,
	},
	"drop": {
		before: func(tf *terraform, server *fakeapi.Server) {
			tf.mustRun("apply", "-auto-approve")
			server.On("blog.example", fakeapi.Field("referring_domains", "572")) // by no more than a tenth
			server.On("shop.example", fakeapi.Field("referring_domains", "1300"))
		},
		exitCode: 1,
	},
	"removed": {
		before:   func(tf *terraform, _ *fakeapi.Server) { tf.mustRun("apply", "-auto-approve") },
		domains:  `["docs.example"]`,
		exitCode: 1,
	},
	"removed-and-said-so": {
		before: func(tf *terraform, _ *fakeapi.Server) {
			tf.mustRun("apply", "-auto-approve")
			tf.edit("data/backlinks.yaml", "removed: []", "removed: [blog.example, shop.example]")
		},
		domains: `["docs.example"]`,
	},
	"target": {
		needs: marksPartialPlans,
		before: func(tf *terraform, server *fakeapi.Server) {
			tf.mustRun("apply", "-auto-approve")
			server.On("docs.example", fakeapi.Field("backlinks_spam_score", "100"))
		},
		args:     []string{`-target=data.dataforseo_backlinks_summary.portfolio["blog.example"]`},
		exitCode: 1,
	},
	// Without that "target" is marked: the age of what is in the state tells.
	"target-in-an-old-state": {
		before: func(tf *terraform, _ *fakeapi.Server) {
			tf.mustRun("apply", "-auto-approve")
			tf.write("terraform.tfstate", timestamp.ReplaceAllString(tf.read("terraform.tfstate"), "2026-07-01T12:00:00Z"))
		},
		args:       []string{`-target=data.dataforseo_backlinks_summary.portfolio["blog.example"]`},
		exitCode:   1,
		anyVersion: true,
	},
	"exclude": {
		needs: canExclude,
		before: func(tf *terraform, _ *fakeapi.Server) {
			tf.edit("data/backlinks.yaml", "min_reads: 1", "min_reads: 3")
		},
		args:     []string{`-exclude=data.dataforseo_backlinks_summary.portfolio["docs.example"]`},
		exitCode: 1,
	},
	"stale": {
		before: func(tf *terraform, _ *fakeapi.Server) {
			directory := tf.t.TempDir()
			tf.setenv("DATAFORSEO_CACHE_DIRECTORY", directory)
			tf.setenv("DATAFORSEO_CACHE_TTL", "96h")
			tf.mustRun("plan")
			makeOlder(tf.t, directory, 48*time.Hour)
		},
		exitCode: 1,
	},
	"destroy": {
		before:   func(tf *terraform, _ *fakeapi.Server) { tf.mustRun("apply", "-auto-approve") },
		args:     []string{"-destroy"},
		exitCode: 1,
	},
}

// demand adds a setting to those of the recipe.
func (tf *terraform) demand(setting string) {
	tf.t.Helper()
	tf.edit("data/backlinks.yaml", "\nbacklinks:\n", "\nbacklinks:\n  "+setting+"\n")
}

// useRegistry has the same provider come from a registry of somebody's own.
func useRegistry(tf *terraform, _ *fakeapi.Server) {
	tf.edit("main.tf", `"dataforseo/dataforseo"`, `"registry.example/dataforseo/dataforseo"`)
	tf.setenv("TF_REATTACH_PROVIDERS", strings.ReplaceAll(tf.getenv("TF_REATTACH_PROVIDERS"), "registry.terraform.io", "registry.example"))
}

// canExclude skips a test where there is no -exclude.
func canExclude(t *testing.T) {
	t.Helper()
	if !isOpenTofu(terraformPath(t)) {
		t.Skip("Terraform knows no -exclude")
	}
	skipBelow(t, tfversion.Version1_9_0, "-exclude")
}

// marksPartialPlans skips a test where a plan does not say what it leaves out.
func marksPartialPlans(t *testing.T) {
	t.Helper()
	skipBelow(t, tfversion.Version1_8_0, "complete in a plan")
	if isOpenTofu(terraformPath(t)) {
		t.Skip("OpenTofu does not mark plans that leave something out")
	}
}

// TestRecipe_opa judges plans that Terraform writes here and now.
func TestRecipe_opa(t *testing.T) {
	t.Parallel()
	skipBelow(t, tfversion.Version1_6_0, "errored in a plan")
	for name, j := range judgments {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if j.needs != nil {
				j.needs(t)
			}
			server := fakeapi.Start(t, fakeapi.Options{NamedFaults: true})
			for target, fault := range j.faults {
				server.On(target, fault)
			}
			tf := newRecipe(t, "policy-opa", server)
			for file, content := range j.files {
				tf.write(file, content)
			}
			if j.before != nil {
				j.before(tf, server)
			}
			if j.domains != "" {
				j.args = append(j.args, "-var=domains="+j.domains)
			}
			tf.writePlan(j.planExit, j.args...)
			r := conftest(t, tf.dir, policyTest...)
			if r.exitCode != j.exitCode {
				t.Errorf("exit code %d, want %d\n%s%s", r.exitCode, j.exitCode, r.stdout, r.stderr)
			}
			golden(t, "recipes/policy-opa-"+name, findings(r, !j.anyVersion))
		})
	}
}

// findings is what conftest says, without what differs from run to run, and without
// the number of rules, which is no concern of a plan's. What says that a plan is
// partial is left out unless it is marked.
func findings(r result, marked bool) string {
	text := ruleCount.ReplaceAllString(r.stdout+r.stderr, "")
	text = timestamp.ReplaceAllString(text, "2026-08-01T09:30:00Z")
	if !marked {
		text = partial.ReplaceAllString(text, "")
	}
	if text = strings.TrimSpace(text); text == "" {
		text = "nothing"
	}
	return text + "\n"
}

var (
	ruleCount = regexp.MustCompile(`(?m)^\d+ tests?, .*\n`)
	partial   = regexp.MustCompile(`(?m)^.*The plan is partial.*\n`)
)

// makeOlder dates back what a cache keeps, as if it had been written then.
func makeOlder(t *testing.T, directory string, age time.Duration) {
	t.Helper()
	entries := 0
	err := filepath.WalkDir(directory, func(path string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		first, content, _ := bytes.Cut(data, []byte("\n"))
		format, _, found := bytes.Cut(first, []byte(" "))
		if err != nil || !found {
			return err
		}
		entries++
		head, body, _ := bytes.Cut(content, []byte("\n"))
		content = append(append(olderHeader(t, head, age), '\n'), body...)
		return os.WriteFile(path, append(fmt.Appendf(nil, "%s %x\n", format, sha256.Sum256(content)), content...), 0o600)
	})
	if err != nil || entries == 0 {
		t.Fatalf("%d entries, %v", entries, err)
	}
}

func olderHeader(t *testing.T, text []byte, age time.Duration) []byte {
	t.Helper()
	var head struct {
		Name      string    `json:"name"`
		FetchedAt time.Time `json:"fetched_at"`
		ExpiresAt time.Time `json:"expires_at"`
	}
	if err := json.Unmarshal(text, &head); err != nil {
		t.Fatal(err)
	}
	head.FetchedAt = head.FetchedAt.Add(-age)
	return []byte(jsonText(t, head))
}

// TestRecipe_opaFirstPlan: a first plan has nothing to compare with, which is a
// warning, and a refusal for those who want that.
func TestRecipe_opaFirstPlan(t *testing.T) {
	t.Parallel()
	skipBelow(t, tfversion.Version1_6_0, "errored in a plan")
	tf := newRecipe(t, "policy-opa", fakeapi.Start(t, fakeapi.Options{}))
	tf.writePlan(0)
	if r := conftest(t, tf.dir, append(policyTest, "--fail-on-warn")...); r.exitCode == 0 || strings.Contains(r.stdout, "FAIL") {
		t.Errorf("exit code %d\n%s", r.exitCode, r.stdout)
	}
}

// TestRecipe_opaMisused: whoever names the wrong file, or none, is not let through.
func TestRecipe_opaMisused(t *testing.T) {
	t.Parallel()
	skipBelow(t, tfversion.Version1_6_0, "errored in a plan")
	tf := newRecipe(t, "policy-opa", fakeapi.Start(t, fakeapi.Options{}))
	tf.mustRun("apply", "-auto-approve")
	tf.writePlan(0)
	tf.write("state.json", tf.mustRun("show", "-json").stdout)
	tf.write("empty.json", "{}")
	for name, c := range map[string]struct {
		args []string
		says string
	}{
		"a state":                {[]string{"--data", "data", "state.json"}, "This is no plan"},
		"an empty document":      {[]string{"--data", "data", "empty.json"}, "This is no plan"},
		"the configuration":      {[]string{"--data", "data", "main.tf"}, "This is no plan"},
		"several in one":         {[]string{"--data", "data", "--combine", "plan.json"}, "This is no plan"},
		"no limits":              {[]string{"plan.json"}, "There are no limits (data.backlinks)"},
		"no policy":              {[]string{"--policy", "data", "--data", "data", "plan.json"}, "no policies found"},
		"the plan, not its JSON": {[]string{"--data", "data", "plan.tfplan"}, "Error"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := conftest(t, tf.dir, append([]string{"test", "--no-color"}, c.args...)...)
			if r.exitCode == 0 || !strings.Contains(r.stdout+r.stderr, c.says) {
				t.Errorf("exit code %d, want a refusal: %s\n%s%s", r.exitCode, c.says, r.stdout, r.stderr)
			}
		})
	}
}

// TestRecipe_opaPackage is the trap that is left to whoever renames the package:
// conftest looks for rules in main, finds none, and is content.
func TestRecipe_opaPackage(t *testing.T) {
	t.Parallel()
	tf := newRecipe(t, "policy-opa", fakeapi.Start(t, fakeapi.Options{}))
	tf.edit("policy/dataforseo.rego", "\npackage main\n", "\npackage portfolio\n")
	tf.write("plan.json", "{}")
	if r := conftest(t, tf.dir, policyTest...); r.exitCode != 0 {
		t.Errorf("conftest has become stricter, and the guide should say so: exit code %d\n%s%s", r.exitCode, r.stdout, r.stderr)
	}
	if r := conftest(t, tf.dir, append(policyTest, "--namespace", "portfolio")...); r.exitCode != 1 || !strings.Contains(r.stdout, "This is no plan") {
		t.Errorf("exit code %d\n%s%s", r.exitCode, r.stdout, r.stderr)
	}
}

// TestRecipe_opaSettings is the trap that conftest's own settings are, which it takes
// from the directory that it runs in.
func TestRecipe_opaSettings(t *testing.T) {
	t.Parallel()
	tf := newRecipe(t, "policy-opa", fakeapi.Start(t, fakeapi.Options{}))
	tf.write("plan.json", "{}")
	if r := conftest(t, tf.dir, policyTest...); r.exitCode != 1 {
		t.Errorf("exit code %d, want a refusal\n%s%s", r.exitCode, r.stdout, r.stderr)
	}
	tf.write("conftest.toml", "no-fail = true\n")
	if r := conftest(t, tf.dir, policyTest...); r.exitCode != 0 {
		t.Errorf("conftest has become stricter, and the guide should say so: exit code %d\n%s%s", r.exitCode, r.stdout, r.stderr)
	}
}

// TestRecipe_opaUnit runs the policy's own tests.
func TestRecipe_opaUnit(t *testing.T) {
	t.Parallel()
	recipe := filepath.Join(examples, "policy-opa")
	if r := conftest(t, recipe, "verify", "--no-color", "--data", "data"); r.exitCode != 0 || !regexp.MustCompile(`^\s*[1-9]\d* tests, `).MatchString(r.stdout) {
		t.Errorf("exit code %d\n%s%s", r.exitCode, r.stdout, r.stderr)
	}
	if r := conftest(t, recipe, "fmt", "--check", "policy"); r.exitCode != 0 {
		t.Errorf("\"conftest fmt\" would change the policy (exit code %d)\n%s%s", r.exitCode, r.stdout, r.stderr)
	}
}

// TestRecipe_opaUnitFails: the unit tests notice a policy that lets something pass.
func TestRecipe_opaUnitFails(t *testing.T) {
	t.Parallel()
	skipBelow(t, tfversion.Version1_6_0, "errored in a plan")
	for name, c := range map[string]struct{ part, instead string }{
		"null passes":            {"\tis_number(a)\n\tis_number(b)\n", ""},
		"mocks pass":             {"\tcode != 20000\n", "\tcode == -1\n"},
		"deferred reads pass":    {"\tsome r in deferred\n\tmsg", "\tsome r in deferred\n\tr.none\n\tmsg"},
		"no data passes":         {"read.values.has_data == false", `read.values.has_data == "false"`},
		"a trailing dot passes":  {`trim_right(written_host(target), ".")`, "written_host(target)"},
		"the case of letters":    {"host(target) := lower(", "host(target) := trim_space("},
		"what is not in ASCII":   {"[[:ascii:]]*$", "[[:ascii:]]*"},
		"pages pass":             {"\tnot may_be_pages\n", "\tmay_be_pages\n"},
		"unread targets pass":    {"\tnot is_optional(key)\n", "\tis_optional(key)\n"},
		"answers of the future":  {"\tis_past(fetched)\n", ""},
		"plans of the future":    {"\tis_past(planned)\n", ""},
		"caches pass":            {`	"cache": object.get(demands, "cache", null),` + "\n", ""},
		"any expression passes":  {"config.expressions[attribute].constant_value == value", `object.get(config.expressions[attribute], "constant_value", null) == value`},
		"any registry passes":    {`address == concat("/", [registry, "dataforseo", "dataforseo"])`, `endswith(address, "/dataforseo/dataforseo")`},
		"addresses are counted":  {"held := count(hosts)", "held := count(reads)"},
		"good scores refused":    {"\tis_spam_score(metric)\n\tmsg", "\tmetric == \"spam_score\"\n\tmsg"},
		"ranks have no highest":  {"} else := 1000 if {\n\tmetric == \"rank\"\n", ""},
		"unknown metrics pass":   {"\tlacks(read, metric)\n\tmsg", "\tlacks(read, metric)\n\tmetric == \"\"\n\tmsg"},
		"null is unknown":        {"\tnot attribute in object.keys(parent)\n", "\tobject.get(parent, attribute, null) == null\n"},
		"old plans pass":         {"\tnot is_recent\n", "\tis_recent\n"},
		"modules are overlooked": {"\twalk(state, [path, module])\n", "\twalk(state, [path, module])\n\tcount(path) == 1\n"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tf := newRecipe(t, "policy-opa", fakeapi.Start(t, fakeapi.Options{}))
			tf.edit("policy/dataforseo.rego", c.part, c.instead)
			if r := conftest(t, tf.dir, "verify", "--no-color", "--data", "data"); r.exitCode != 1 || !strings.Contains(r.stdout, "FAIL") {
				t.Errorf("exit code %d\n%s%s", r.exitCode, r.stdout, r.stderr)
			}
		})
	}
}

// TestRecipe_opaCommands: what README and workflow run is what is tested here, with
// the same conftest.
func TestRecipe_opaCommands(t *testing.T) {
	t.Parallel()
	judges := "conftest " + strings.Replace(strings.Join(policyTest, " "), " --no-color", "", 1)
	for _, file := range []string{"README.md", "github-actions.yml"} {
		text := strings.ReplaceAll(string(readFile(t, filepath.Join(examples, "policy-opa", file))), " &&\n", "\n")
		for _, command := range []string{judges, "conftest verify --data data"} {
			if !strings.Contains(text, command+"\n") {
				t.Errorf("%s does not run %q", file, command)
			}
		}
	}
	module := string(readFile(t, "../tools/conftest/go.mod"))
	installs := regexp.MustCompile(`open-policy-agent/conftest@(\S+)`).FindStringSubmatch(string(readFile(t, filepath.Join(examples, "policy-opa", "github-actions.yml"))))
	if len(installs) != 2 || !strings.Contains(module, "open-policy-agent/conftest "+installs[1]+" ") {
		t.Errorf("the workflow installs another conftest (%v) than is tested", installs)
	}
}

// TestRecipe_opaShell pastes what README and guide show into a shell: a plan that is
// refused is not applied, and neither is one that an earlier run left behind.
func TestRecipe_opaShell(t *testing.T) {
	t.Parallel()
	skipBelow(t, tfversion.Version1_6_0, "errored in a plan")
	if _, err := exec.LookPath("sh"); err != nil {
		t.Skip("there is no shell: ", err)
	}
	for page, name := range map[string]string{"README": filepath.Join(examples, "policy-opa", "README.md"), "guide": "../../templates/guides/opa.md.tmpl"} {
		_, rest, _ := strings.Cut(string(readFile(t, name)), "```shell\n")
		commands, _, found := strings.Cut(rest, "```")
		if !found {
			t.Fatalf("%s shows no commands", name)
		}
		for name, c := range map[string]struct {
			before  func(*terraform)
			applies bool
		}{
			"passes":             {func(*terraform) {}, true},
			"is refused":         {func(tf *terraform) { tf.setenv("TF_VAR_domains", `["docs.example", "spammy.example"]`) }, false},
			"is judged too late": {func(tf *terraform) { tf.edit("data/backlinks.yaml", "max_plan_age: 1h", "max_plan_age: 1ns") }, false},
			"fails": {func(tf *terraform) {
				tf.writePlan(0)
				tf.write("broken.tf", "resource {")
			}, false},
		} {
			t.Run(page+"/"+name, func(t *testing.T) {
				t.Parallel()
				tf := newRecipe(t, "policy-opa", fakeapi.Start(t, fakeapi.Options{}))
				c.before(tf)
				output, err := tf.shell(commands)
				_, stateErr := os.Stat(filepath.Join(tf.dir, "terraform.tfstate"))
				if applied := stateErr == nil; applied != c.applies || applied != (err == nil) {
					t.Errorf("applied: %t, want %t (%v)\n%s", applied, c.applies, err, output)
				}
			})
		}
	}
}

// shell runs commands as a person does who has Terraform and conftest on the PATH.
func (tf *terraform) shell(commands string) (string, error) {
	tf.t.Helper()
	conftest, err := conftestPath()
	if err != nil {
		tf.t.Fatal(err)
	}
	bin := tf.t.TempDir()
	for name, path := range map[string]string{"terraform": tf.path, "conftest": conftest} {
		if err := os.Symlink(path, filepath.Join(bin, name)); err != nil {
			tf.t.Fatal(err)
		}
	}
	tf.setenv("PATH", bin+string(os.PathListSeparator)+tf.getenv("PATH"))
	command := exec.CommandContext(tf.t.Context(), "sh", "-c", commands)
	command.Dir, command.Env = tf.dir, tf.env
	output, err := command.CombinedOutput()
	return string(output), err
}
