package opa_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/tfversion"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/acctest"
	"github.com/dataforseo/terraform-provider-dataforseo/internal/cache"
	"github.com/dataforseo/terraform-provider-dataforseo/internal/cache/cachetest"
	"github.com/dataforseo/terraform-provider-dataforseo/internal/fakeapi"
)

const (
	root    = "../../.."
	example = root + "/examples/policy-opa"
)

// recipe is a copy of the example, and Terraform to run in it.
type recipe struct{ *acctest.Terraform }

func newRecipe(t *testing.T, server *fakeapi.Server) recipe {
	t.Helper()
	tf := recipe{acctest.NewCopy(t, example)}
	tf.Use(server)
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

// judgment is a plan and what the policy says of it.
type judgment struct {
	faults   map[string]fakeapi.Fault      // by target
	files    map[string]string             // to add to the recipe
	before   func(recipe, *fakeapi.Server) // what happens before the plan
	domains  string                        // "" takes the default of the recipe
	args     []string                      // further ones for the plan
	planExit int                           // of the plan
	exitCode int                           // of conftest
	needs    func(t *testing.T)            // skips where Terraform cannot do it

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
	"passes-again": {before: func(tf recipe, _ *fakeapi.Server) {
		tf.MustRun("apply", "-auto-approve")
	}},
	"refresh-only": {args: []string{"-refresh-only"}, before: func(tf recipe, _ *fakeapi.Server) {
		tf.MustRun("apply", "-auto-approve")
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
			"docs.example": fakeapi.NullFields().And(fakeapi.Field("crawled_pages", "7")),
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
		before:   func(tf recipe, _ *fakeapi.Server) { tf.MustRun("apply", "-auto-approve") },
		args:     []string{"-var=word=b"},
		exitCode: 1,
	},
	"nested-in-check":        {files: map[string]string{"check.tf": fmt.Sprintf(check, `"spammy.example"`)}, exitCode: 1},
	"nested-in-check-failed": {files: map[string]string{"check.tf": fmt.Sprintf(check, `"error-40501.example"`)}, exitCode: 1},
	"modules": {
		files: map[string]string{
			"modules.tf": "provider \"dataforseo\" {\n  alias = \"eu\"\n}\n" +
				"module \"zones\" {\n  source    = \"./modules/zones\"\n  for_each  = toset([\"a\"])\n  providers = { dataforseo = dataforseo.eu }\n}\n",
			"modules/zones/main.tf":      acctest.RequiredProviders + "module \"zone\" {\n  source = \"./zone\"\n  count  = 1\n}\n",
			"modules/zones/zone/main.tf": acctest.RequiredProviders + fmt.Sprintf(moreReads, `"spammy.example"`, ""),
		},
		before: func(tf recipe, _ *fakeapi.Server) {
			tf.UseBuilt() // it is configured twice
			tf.MustRun("get")
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
	"cache": {before: func(tf recipe, _ *fakeapi.Server) {
		tf.Write("provider.tf", fmt.Sprintf(cached, `{ ttl = "24h", directory = "`+filepath.ToSlash(tf.T.TempDir())+`" }`))
	}, exitCode: 1},
	// Of which the plan says nothing but that it is there.
	"cache-by-an-expression": {before: func(tf recipe, _ *fakeapi.Server) {
		tf.Write("provider.tf", fmt.Sprintf(cached, `merge({ ttl = "24h", directory = "`+filepath.ToSlash(tf.T.TempDir())+`" })`))
	}, exitCode: 1},
	"cache-that-may-be": {
		files: map[string]string{"provider.tf": fmt.Sprintf(cached, `{ ttl = "24h" }`)},
		before: func(tf recipe, _ *fakeapi.Server) {
			tf.Setenv("DATAFORSEO_CACHE_DIRECTORY", tf.T.TempDir())
			tf.demand("cache: {ttl: 24h}")
		},
	},
	"registry": {before: useRegistry, exitCode: 1},
	"registry-that-may-be": {before: func(tf recipe, server *fakeapi.Server) {
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
		before: func(tf recipe, _ *fakeapi.Server) {
			tf.Edit("data/backlinks.yaml", "min_reads: 1", "min_reads: 2")
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
	"unread-and-optional": {domains: `["blog.example"]`, before: func(tf recipe, _ *fakeapi.Server) {
		tf.Edit("data/backlinks.yaml", "    docs.example:\n", "    docs.example:\n      optional: true\n")
	}},
	"pages": {
		files:    map[string]string{"all.tf": fmt.Sprintf(portfolioReads, `["https://shop.example/page"]`, "")},
		domains:  `["docs.example", "https://blog.example", "blog.example:8443"]`,
		exitCode: 1,
	},
	"pages-that-may-be": {
		faults:   map[string]fakeapi.Fault{"https://docs.example/page": fakeapi.Field("backlinks_spam_score", "11")},
		domains:  `["docs.example:8443", "https://Docs.Example./page"]`,
		before:   func(tf recipe, _ *fakeapi.Server) { tf.demand("pages: true") },
		exitCode: 1,
	},
	"metric": {before: func(tf recipe, _ *fakeapi.Server) {
		tf.Edit("data/backlinks.yaml", "info.target_spam_score:", "info.target_spam_scores:")
		tf.Edit("data/backlinks.yaml", "rank:", "ranks:")
	}, exitCode: 1},
	"old-plan": {before: func(tf recipe, _ *fakeapi.Server) {
		tf.Edit("data/backlinks.yaml", "max_plan_age: 1h", "max_plan_age: 1ns")
	}, exitCode: 1},
	"no-reads": {domains: "[]", exitCode: 1},
	"no-output": {before: func(tf recipe, _ *fakeapi.Server) {
		tf.Edit("main.tf", `output "referring_domains"`, `output "domains"`)
	}, exitCode: 1},
	"output-known-in-part": {
		files: map[string]string{"zone.tf": "resource \"terraform_data\" \"zone\" {}\n"},
		before: func(tf recipe, _ *fakeapi.Server) {
			tf.Edit("main.tf", "  value = {\n", "  value = merge({ zone = terraform_data.zone.id }, {\n")
			tf.Edit("main.tf", "summary.referring_domains\n  }\n", "summary.referring_domains\n  })\n")
		},
		exitCode: 1,
	},
	"drop": {
		before: func(tf recipe, server *fakeapi.Server) {
			tf.MustRun("apply", "-auto-approve")
			server.On("blog.example", fakeapi.Field("referring_domains", "572")) // by no more than a tenth
			server.On("shop.example", fakeapi.Field("referring_domains", "1300"))
		},
		exitCode: 1,
	},
	"removed": {
		before:   func(tf recipe, _ *fakeapi.Server) { tf.MustRun("apply", "-auto-approve") },
		domains:  `["docs.example"]`,
		exitCode: 1,
	},
	"removed-and-said-so": {
		before: func(tf recipe, _ *fakeapi.Server) {
			tf.MustRun("apply", "-auto-approve")
			tf.Edit("data/backlinks.yaml", "removed: []", "removed: [blog.example, shop.example]")
		},
		domains: `["docs.example"]`,
	},
	"target": {
		needs: marksPartialPlans,
		before: func(tf recipe, server *fakeapi.Server) {
			tf.MustRun("apply", "-auto-approve")
			server.On("docs.example", fakeapi.Field("backlinks_spam_score", "100"))
		},
		args:     []string{`-target=data.dataforseo_backlinks_summary.portfolio["blog.example"]`},
		exitCode: 1,
	},
	// Without that "target" is marked: the age of what is in the state tells.
	"target-in-an-old-state": {
		before: func(tf recipe, _ *fakeapi.Server) {
			tf.MustRun("apply", "-auto-approve")
			tf.Write("terraform.tfstate", fetchedAt.ReplaceAllString(tf.Read("terraform.tfstate"), "2026-07-01T12:00:00Z"))
		},
		args:       []string{`-target=data.dataforseo_backlinks_summary.portfolio["blog.example"]`},
		exitCode:   1,
		anyVersion: true,
	},
	"exclude": {
		needs: canExclude,
		before: func(tf recipe, _ *fakeapi.Server) {
			tf.Edit("data/backlinks.yaml", "min_reads: 1", "min_reads: 3")
		},
		args:     []string{`-exclude=data.dataforseo_backlinks_summary.portfolio["docs.example"]`},
		exitCode: 1,
	},
	"stale": {
		before: func(tf recipe, server *fakeapi.Server) {
			directory := tf.T.TempDir()
			tf.Setenv("DATAFORSEO_CACHE_DIRECTORY", directory)
			tf.Setenv("DATAFORSEO_CACHE_TTL", decades.String())
			fillLongAgo(tf.T, server, directory, "blog.example", "docs.example", "shop.example")
		},
		exitCode: 1,
	},
	"destroy": {
		before:   func(tf recipe, _ *fakeapi.Server) { tf.MustRun("apply", "-auto-approve") },
		args:     []string{"-destroy"},
		exitCode: 1,
	},
}

// demand adds a setting to those of the recipe.
func (tf recipe) demand(setting string) {
	tf.T.Helper()
	tf.Edit("data/backlinks.yaml", "\nbacklinks:\n", "\nbacklinks:\n  "+setting+"\n")
}

// useRegistry has the same provider come from a registry of somebody's own.
func useRegistry(tf recipe, _ *fakeapi.Server) {
	tf.Edit("main.tf", `"dataforseo/dataforseo"`, `"registry.example/dataforseo/dataforseo"`)
	tf.Setenv("TF_REATTACH_PROVIDERS", strings.ReplaceAll(tf.Getenv("TF_REATTACH_PROVIDERS"), "registry.terraform.io", "registry.example"))
}

// canExclude skips a test where there is no -exclude.
func canExclude(t *testing.T) {
	t.Helper()
	if !acctest.IsOpenTofu(acctest.Path(t)) {
		t.Skip("Terraform knows no -exclude")
	}
	acctest.SkipBelow(t, tfversion.Version1_9_0, "-exclude")
}

// marksPartialPlans skips a test where a plan does not say what it leaves out.
func marksPartialPlans(t *testing.T) {
	t.Helper()
	acctest.SkipBelow(t, tfversion.Version1_8_0, "complete in a plan")
	if acctest.IsOpenTofu(acctest.Path(t)) {
		t.Skip("OpenTofu does not mark plans that leave something out")
	}
}

// TestRecipe_opa judges plans that Terraform writes here and now.
func TestRecipe_opa(t *testing.T) {
	t.Parallel()
	acctest.SkipBelow(t, tfversion.Version1_6_0, "errored in a plan")
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
			tf := newRecipe(t, server)
			for file, content := range j.files {
				tf.Write(file, content)
			}
			if j.before != nil {
				j.before(tf, server)
			}
			if j.domains != "" {
				j.args = append(j.args, "-var=domains="+j.domains)
			}
			tf.writePlan(j.planExit, j.args...)
			r := tf.conftest(policyTest...)
			if r.ExitCode != j.exitCode {
				t.Errorf("exit code %d, want %d\n%s%s", r.ExitCode, j.exitCode, r.Stdout, r.Stderr)
			}
			acctest.Golden(t, name, findings(r, !j.anyVersion))
		})
	}
}

// findings is what conftest says, without what differs from run to run, and without
// the number of rules, which is no concern of a plan's. What says that a plan is
// partial is left out unless it is marked.
func findings(r acctest.Result, marked bool) string {
	text := ruleCount.ReplaceAllString(r.Stdout+r.Stderr, "")
	text = acctest.SameTime(text)
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
	fetchedAt = regexp.MustCompile(`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ`)
	partial   = regexp.MustCompile(`(?m)^.*The plan is partial.*\n`)
)

// decades is the age up to which an answer of fillLongAgo is taken.
const decades = 100 * 365 * 24 * time.Hour

// fillLongAgo has a cache keep answers that arrived on the first day of 2000, which is
// when the time of synctest begins.
func fillLongAgo(t *testing.T, server *fakeapi.Server, directory string, targets ...string) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		options := cache.Options{Directory: directory, TTL: decades, BaseURL: server.URL, Login: fakeapi.DefaultLogin, Password: fakeapi.DefaultPassword}
		if err := cachetest.Fill(t.Context(), options, targets); err != nil {
			t.Fatal(err)
		}
	})
}

// TestRecipe_opaFirstPlan: a first plan has nothing to compare with, which is a
// warning, and a refusal for those who want that.
func TestRecipe_opaFirstPlan(t *testing.T) {
	t.Parallel()
	acctest.SkipBelow(t, tfversion.Version1_6_0, "errored in a plan")
	tf := newRecipe(t, fakeapi.Start(t, fakeapi.Options{}))
	tf.writePlan(0)
	if r := tf.conftest(append(policyTest, "--fail-on-warn")...); r.ExitCode == 0 || strings.Contains(r.Stdout, "FAIL") {
		t.Errorf("exit code %d\n%s", r.ExitCode, r.Stdout)
	}
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
	if r := tf.conftest(append(policyTest, "--namespace", "portfolio")...); r.ExitCode != 1 || !strings.Contains(r.Stdout, "This is no plan") {
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
	for _, file := range []string{"README.md", "github-actions.yml"} {
		text := strings.ReplaceAll(string(acctest.ReadFile(t, filepath.Join(example, file))), " &&\n", "\n")
		for _, command := range []string{judges, "conftest verify --data data"} {
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
			"is judged too late": {func(tf recipe) { tf.Edit("data/backlinks.yaml", "max_plan_age: 1h", "max_plan_age: 1ns") }, false},
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
