package opa_test

import (
	"fmt"
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

const (
	// site is a read beside those of the recipe, of a target and with more arguments. Its
	// gate lets pass whatever has data.
	site = "data \"dataforseo_backlinks_summary\" \"site\" {\n  target = %s\n  require = {}\n%s}\n"

	// portfolio reads many targets at once.
	portfolio = "data \"dataforseo_backlinks_summaries\" \"all\" {\n  targets = %s\n  require = {}\n%s}\n"

	// nested is such a read inside of a check that passes.
	nested = "check \"site\" {\n" + site + "assert {\n    condition     = data.dataforseo_backlinks_summary.site.target != \"\"\n    error_message = \"x\"\n  }\n}\n"

	// cached is a provider with a cache.
	cached = "provider \"dataforseo\" {\n  cache = %s\n}\n"

	// zone is an asset beside those of the recipe, with what it is attached to.
	zone = "resource \"terraform_data\" \"more\" {\n  input = %s\n}\n"

	// pending is a resource that the plan makes.
	pending = "resource \"terraform_data\" \"pending\" {\n  input = \"docs.example\"\n  triggers_replace = \"a\"\n}\n"
)

// judgments holds every reason for which the policy refuses a plan that Terraform
// can write. What Terraform writes into no plan, such as what another provider answers,
// is tested in dataforseo_test.rego.
var judgments = map[string]judgment{
	"passes":                  {},
	"passes-again":            {before: applied},
	"refresh-only":            {before: applied, args: []string{"-refresh-only"}},
	"no-refresh":              {args: []string{"-refresh=false"}},
	"violations":              {domains: `["docs.example", "spammy.example"]`, exitCode: 1},
	"violations-refresh-only": {before: applied, args: []string{"-refresh-only"}, domains: `["docs.example", "spammy.example"]`, exitCode: 1},
	"no-data":                 {domains: `["docs.example", "no-data.example"]`, exitCode: 1},
	"failed-read":             {faults: map[string]fakeapi.Fault{"blog.example": fakeapi.Code(40501)}, exitCode: 1},
	"null-metric": {
		faults: map[string]fakeapi.Fault{
			"blog.example": fakeapi.Field("backlinks_spam_score", "null"),
			"docs.example": fakeapi.NullFields().And(fakeapi.Field("crawled_pages", "7")),
			"shop.example": fakeapi.Field("info", "null"),
		},
		exitCode: 1,
	},
	"no-gate": {before: func(tf recipe, _ *fakeapi.Server) {
		tf.Edit("main.tf", "  require = {\n    backlinks_spam_score = { max = 30 }\n    target_spam_score    = { max = 20 }\n  }\n", "")
		tf.Edit("main.tf", `  on_violation = "warn"`+"\n", "")
	}, domains: `["docs.example", "spammy.example"]`, exitCode: 1},
	"no-gate-that-may-be": {
		files:  map[string]string{"site.tf": strings.Replace(fmt.Sprintf(site, `"news.example"`, ""), "require = {}", "", 1)},
		before: func(tf recipe, _ *fakeapi.Server) { tf.demand("ungated: true") },
	},
	"loose-gate": {before: func(tf recipe, _ *fakeapi.Server) {
		tf.Edit("main.tf", "backlinks_spam_score = { max = 30 }", "backlinks_spam_score = { max = 90 }")
	}, domains: `["docs.example", "spammy.example"]`, exitCode: 1},
	"large-numbers": {domains: `["news.example"]`, before: func(tf recipe, _ *fakeapi.Server) {
		tf.Edit("data/backlinks.yaml", "limits:\n", "limits:\n    backlinks: { max: 5316842906 }\n")
	}, faults: map[string]fakeapi.Fault{"news.example": fakeapi.Field("backlinks", "5316842907")}, exitCode: 1},
	"countries": {before: func(tf recipe, _ *fakeapi.Server) {
		tf.Edit("data/backlinks.yaml", "limits:\n", "limits:\n    referring_links_countries.XX: { max: 5 }\n")
	}, domains: `["docs.example"]`},
	"errored": {before: func(tf recipe, _ *fakeapi.Server) {
		tf.Edit("main.tf", `  on_violation = "warn"`+"\n", "")
	}, domains: `["docs.example", "spammy.example"]`, planExit: 1, exitCode: 1},
	"failed-for-the-account": {
		faults:   map[string]fakeapi.Fault{"blog.example": fakeapi.Code(40200)},
		planExit: 1,
		exitCode: 1,
	},
	"deferred-unknown": {
		files:    map[string]string{"site.tf": pending + fmt.Sprintf(site, "terraform_data.pending.id", "")},
		exitCode: 1,
	},
	"deferred-depends-on": {
		files:    map[string]string{"site.tf": pending + fmt.Sprintf(site, `"spammy.example"`, "depends_on = [terraform_data.pending]\n")},
		exitCode: 1,
	},
	"deferred-with-an-earlier-value": {
		files: map[string]string{"site.tf": pending + fmt.Sprintf(site, `"shop.example"`, "depends_on = [terraform_data.pending]\n")},
		before: func(tf recipe, server *fakeapi.Server) {
			applied(tf, server)
			tf.Edit("site.tf", `triggers_replace = "a"`, `triggers_replace = "b"`)
		},
		exitCode: 1,
	},
	"bulk": {
		files:    map[string]string{"bulk.tf": strings.Replace(fmt.Sprintf(portfolio, `["news.example", "no-data.example", "spammy.example"]`, "on_violation = \"warn\"\n"), "backlinks_summaries", "backlinks_bulk_pages_summary", 1)},
		exitCode: 1,
	},
	"nested-in-check":          {files: map[string]string{"check.tf": fmt.Sprintf(nested, `"spammy.example"`, "")}, exitCode: 1},
	"nested-in-check-failed":   {files: map[string]string{"check.tf": fmt.Sprintf(nested, `"error-40501.example"`, "")}, exitCode: 1},
	"nested-in-check-deferred": {files: map[string]string{"check.tf": pending + fmt.Sprintf(nested, "terraform_data.pending.id", "")}, exitCode: 1},
	"modules": {
		files: map[string]string{
			"modules.tf": "provider \"dataforseo\" {\n  alias = \"eu\"\n}\n" +
				"module \"zones\" {\n  source    = \"./modules/zones\"\n  for_each  = toset([\"a\"])\n  providers = { dataforseo = dataforseo.eu }\n}\n",
			"modules/zones/main.tf":      acctest.RequiredProviders + "module \"zone\" {\n  source = \"./zone\"\n  count  = 1\n}\n",
			"modules/zones/zone/main.tf": acctest.RequiredProviders + fmt.Sprintf(site, `"spammy.example"`, "") + fmt.Sprintf(zone, `"unread.example"`),
		},
		before: func(tf recipe, _ *fakeapi.Server) {
			tf.UseBuilt() // it is configured twice
			tf.MustRun("get")
		},
		exitCode: 1,
	},
	"portfolio-passes": {files: map[string]string{"all.tf": fmt.Sprintf(portfolio, `["blog.example", "News.example."]`, "") + fmt.Sprintf(zone, `"news.example"`)}},
	"portfolio": {
		files: map[string]string{"all.tf": fmt.Sprintf(portfolio,
			`["error-40501.example", "no-data.example", "shop.example", "spammy.example"]`, "on_error = \"warn\"\non_violation = \"warn\"\n")},
		exitCode: 1,
	},
	"portfolio-deferred": {
		files:    map[string]string{"all.tf": pending + fmt.Sprintf(portfolio, `["spammy.example"]`, "depends_on = [terraform_data.pending]\n")},
		exitCode: 1,
	},
	"part-of-the-backlinks": {
		files: map[string]string{"site.tf": fmt.Sprintf(site, `"shop.example"`,
			"backlinks_filters = [\"backlink_spam_score\", \"<\", 10]\n  backlinks_status_type = \"all\"\n") +
			fmt.Sprintf(portfolio, `["shop.example"]`, "include_subdomains = false\n")},
		exitCode: 1,
	},
	"other-server": {before: func(tf recipe, _ *fakeapi.Server) {
		tf.Write("data/backlinks.yaml", baseURLs.ReplaceAllString(tf.Read("data/backlinks.yaml"), ""))
	}, domains: `["docs.example"]`, exitCode: 1},
	"sandbox-null": {files: map[string]string{"provider.tf": "provider \"dataforseo\" {\n  sandbox = null\n}\n"}},
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
	"stale": {
		before: func(tf recipe, server *fakeapi.Server) {
			directory := tf.T.TempDir()
			tf.Setenv("DATAFORSEO_CACHE_DIRECTORY", directory)
			tf.Setenv("DATAFORSEO_CACHE_TTL", decades.String())
			tf.Edit("main.tf", `max_age  = "24h"`, `max_age  = "`+decades.String()+`"`)
			fillLongAgo(tf.T, server, directory, "blog.example")
		},
		domains:  `["blog.example"]`,
		exitCode: 1,
	},
	"registry": {before: useRegistry, exitCode: 1},
	"registry-that-may-be": {before: func(tf recipe, server *fakeapi.Server) {
		useRegistry(tf, server)
		tf.demand("providers: [registry.example/dataforseo/dataforseo]")
	}},
	"min-reads": {
		before: func(tf recipe, _ *fakeapi.Server) {
			tf.Edit("data/backlinks.yaml", "min_reads: 1", "min_reads: 2")
		},
		domains:  `["docs.example", "Docs.Example", "docs.example."]`,
		exitCode: 1,
	},
	"no-reads": {domains: "[]", exitCode: 1},
	"pages": {
		files: map[string]string{"site.tf": fmt.Sprintf(site, `"https://news.example/page"`, "") + fmt.Sprintf(zone, `"news.example"`) +
			fmt.Sprintf(portfolio, `["blog.example:8443"]`, "")},
		domains:  `["docs.example"]`,
		exitCode: 1,
	},
	"pages-that-may-be": {
		files:  map[string]string{"site.tf": fmt.Sprintf(site, `"https://news.example/page"`, "")},
		before: func(tf recipe, _ *fakeapi.Server) { tf.demand("pages: true") },
	},
	"assets": {
		files: map[string]string{"zone.tf": pending +
			`resource "terraform_data" "more" {
			  for_each = {
			    url     = "https://WWW.Docs.example./x"
			    list    = ["docs.example", "www.docs.example", "unread.example"]
			    sub     = "sub.docs.example"
			    null    = null
			    unknown = terraform_data.pending.id
			  }
			  input = each.value
			}
		`},
		domains:  `["docs.example"]`,
		exitCode: 1,
	},
	// An asset that is there and stays as it is, and one that goes, attach nothing.
	"assets-of-before": {
		files: map[string]string{"zone.tf": fmt.Sprintf(zone, `"unread.example"`) + strings.Replace(fmt.Sprintf(zone, `"gone.example"`), "more", "gone", 1)},
		before: func(tf recipe, server *fakeapi.Server) {
			applied(tf, server)
			tf.Write("zone.tf", fmt.Sprintf(zone, `"unread.example"`))
		},
	},
	"assets-changed": {
		files: map[string]string{"zone.tf": fmt.Sprintf(zone, `"docs.example"`)},
		before: func(tf recipe, server *fakeapi.Server) {
			applied(tf, server)
			tf.Edit("zone.tf", "docs.example", "unread.example")
		},
		exitCode: 1,
	},
	"no-output": {before: func(tf recipe, _ *fakeapi.Server) {
		tf.Edit("main.tf", `output "referring_domains"`, `output "domains"`)
	}, exitCode: 1},
	"drop": {
		before: func(tf recipe, server *fakeapi.Server) {
			applied(tf, server)
			server.On("blog.example", fakeapi.Field("referring_domains", "572")) // by no more than a tenth
			server.On("shop.example", fakeapi.Field("referring_domains", "1300"))
		},
		exitCode: 1,
	},
	"drop-after-refresh-only": {before: func(tf recipe, server *fakeapi.Server) {
		applied(tf, server)
		server.On("shop.example", fakeapi.Field("referring_domains", "1300"))
		tf.MustRun("apply", "-refresh-only", "-auto-approve")
	}},
	"removed": {before: applied, domains: `["docs.example"]`, exitCode: 1},
	"removed-and-said-so": {
		before: func(tf recipe, server *fakeapi.Server) {
			applied(tf, server)
			tf.Edit("data/backlinks.yaml", "removed: []", "removed: [blog.example, shop.example]")
		},
		domains: `["docs.example"]`,
	},
	"target": {
		needs:    marksPartialPlans,
		args:     []string{`-target=terraform_data.zone`},
		exitCode: 1,
	},
	// Where that is not marked, the asset tells.
	"target-unmarked": {
		needs: func(t *testing.T) {
			t.Helper()
			if !acctest.IsOpenTofu(acctest.Path(t)) && !acctest.Version(t).LessThan(tfversion.Version1_8_0) {
				t.Skip("a plan says that it is partial")
			}
		},
		args:     []string{"-target=terraform_data.zone", `-target=data.dataforseo_backlinks_summary.portfolio["blog.example"]`},
		exitCode: 1,
	},
	// Or the age of what is in the state.
	"target-in-an-old-state": {
		before: func(tf recipe, server *fakeapi.Server) {
			applied(tf, server)
			tf.Write("terraform.tfstate", timestamp.ReplaceAllString(tf.Read("terraform.tfstate"), "2026-07-01T12:00:00Z"))
		},
		args:       []string{`-target=data.dataforseo_backlinks_summary.portfolio["blog.example"]`},
		exitCode:   1,
		anyVersion: true,
	},
	"exclude": {
		needs:    canExclude,
		args:     []string{`-exclude=data.dataforseo_backlinks_summary.portfolio["docs.example"]`},
		exitCode: 1,
	},
	"destroy": {before: applied, args: []string{"-destroy"}, exitCode: 1},
}

func applied(tf recipe, _ *fakeapi.Server) { tf.MustRun("apply", "-auto-approve") }

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
			acctest.Golden(t, name, strings.ReplaceAll(findings(r, !j.anyVersion), server.URL, "http://127.0.0.1:PORT"))
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
	timestamp = regexp.MustCompile(`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ`)
	partial   = regexp.MustCompile(`(?m)^.*The plan is partial.*\n`)
	baseURLs  = regexp.MustCompile(`(?m)^  base_urls: .*\n`)
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
