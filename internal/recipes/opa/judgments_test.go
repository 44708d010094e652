package opa_test

import (
	"fmt"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/tfversion"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/acctest"
	"github.com/dataforseo/terraform-provider-dataforseo/internal/fakeapi"
)

// The tests in this file let the policy judge plans that Terraform writes. What no plan
// of Terraform contains is tested in dataforseo_test.rego.

// settings is the file with the policy's settings.
const settings = "data/backlinks.yaml"

// refused checks that the policy refuses plan.json. A golden file has the messages.
func (tf recipe) refused(golden string) {
	tf.T.Helper()
	r := tf.conftest(policyTest...)
	if r.ExitCode != 1 {
		tf.T.Errorf("%s: exit code %d, want 1\n%s%s", golden, r.ExitCode, r.Stdout, r.Stderr)
	}
	acctest.Golden(tf.T, golden, messages(r))
}

// passes checks that plan.json passes the policy without a message.
func (tf recipe) passes() {
	tf.T.Helper()
	if r := tf.conftest(policyTest...); r.ExitCode != 0 || messages(r) != "" {
		tf.T.Errorf("exit code %d, want 0 and no messages\n%s%s", r.ExitCode, r.Stdout, r.Stderr)
	}
}

// with calls judge after it has replaced a part of the settings, and restores them.
func (tf recipe) with(part, replacement string, judge func()) {
	tf.T.Helper()
	original := tf.Read(settings)
	tf.Edit(settings, part, replacement)
	judge()
	tf.Write(settings, original)
}

// messages returns conftest's output without what differs between runs, and without the
// number of rules.
func messages(r acctest.Result) string {
	text := ruleCount.ReplaceAllString(r.Stdout+r.Stderr, "")
	text = loopback.ReplaceAllString(acctest.SameTime(text), "http://127.0.0.1:PORT")
	return strings.TrimPrefix(strings.TrimSpace(text)+"\n", "\n")
}

var (
	ruleCount = regexp.MustCompile(`(?m)^\d+ tests?, .*\n`)
	loopback  = regexp.MustCompile(`http://127\.0\.0\.1:\d+`)
	timestamp = regexp.MustCompile(`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ`)
)

// newJudged is newRecipe for tests whose plans conftest judges.
func newJudged(t *testing.T, server *fakeapi.Server) recipe {
	t.Helper()
	acctest.SkipBelow(t, tfversion.Version1_6_0, "errored in a plan")
	return newRecipe(t, server)
}

// read is a data source of one kind.
type read struct {
	kind, name string // the kind is summary, summaries or bulk_pages_summary
	target     string // or targets, as an expression
	arguments  string
}

// String returns the configuration. The gate passes whatever has data.
func (r read) String() string {
	argument := "targets"
	if r.kind == "summary" {
		argument = "target"
	}
	return fmt.Sprintf("data \"dataforseo_backlinks_%s\" %q {\n  %s = %s\n  require = {}\n%s\n}\n", r.kind, r.name, argument, r.target, r.arguments)
}

// inCheck returns a check with the read, which passes whatever the read returns.
func inCheck(r read) string {
	return fmt.Sprintf("check %q {\n%sassert {\n    condition     = data.dataforseo_backlinks_%s.%s.target != \"\"\n    error_message = \"x\"\n  }\n}\n",
		r.name, r, r.kind, r.name)
}

// zone returns an asset.
func zone(name, domain string) string {
	return fmt.Sprintf("resource \"terraform_data\" %q {\n  input = %s\n}\n", name, domain)
}

// pending is a resource that the plan creates, or replaces if the trigger is edited.
const pending = "resource \"terraform_data\" \"pending\" {\n  input            = \"docs.example\"\n  triggers_replace = \"a\"\n}\n"

// TestRecipe_opaSettings judges one plan under several settings.
func TestRecipe_opaSettings(t *testing.T) {
	t.Parallel()
	server := fakeapi.Start(t, fakeapi.Options{})
	server.On("shop.example", fakeapi.Field("backlinks", "5316842907"))
	tf := newJudged(t, server)
	tf.writePlan(0)
	tf.passes()
	refused := func(golden string) func() { return func() { tf.refused(golden) } }
	tf.with("limits:\n", "limits:\n    referring_links_countries.XX: { max: 5 }\n", tf.passes)
	tf.with("limits:\n", "limits:\n    backlinks: { max: 5316842906 }\n", refused("large-numbers"))
	tf.with("min_reads: 1", "min_reads: 4", refused("min-reads"))
	tf.with("max_age: 24h", "max_age: 1ns", refused("stale"))
	tf.with(`  base_urls: ["`+server.URL+`"]`, "", refused("other-server"))
	tf.writePlan(0, "-refresh=false") // still reads
	tf.passes()
}

// TestRecipe_opaPasses judges reads of other kinds that pass.
func TestRecipe_opaPasses(t *testing.T) {
	t.Parallel()
	tf := newJudged(t, fakeapi.Start(t, fakeapi.Options{}))
	tf.Write("provider.tf", "provider \"dataforseo\" {\n  sandbox = null\n}\n")
	tf.Write("all.tf", read{"summaries", "all", `["blog.example", "News.example."]`, ""}.String()+zone("more", `"news.example"`))
	tf.writePlan(0)
	tf.passes()
}

// TestRecipe_opaAllowed judges what only settings allow.
func TestRecipe_opaAllowed(t *testing.T) {
	t.Parallel()
	tf := newJudged(t, fakeapi.Start(t, fakeapi.Options{}))
	tf.Setenv("DATAFORSEO_CACHE_DIRECTORY", t.TempDir())
	tf.Write("provider.tf", "provider \"dataforseo\" {\n  cache = { ttl = \"24h\" }\n}\n")
	ungated := strings.Replace(read{"summary", "ungated", `"news.example"`, ""}.String(), "require = {}", "", 1)
	tf.Write("reads.tf", ungated+read{"summary", "page", `"https://news.example/page"`, ""}.String())
	tf.writePlan(0)
	tf.refused("not-allowed")
	tf.with("\nbacklinks:\n", "\nbacklinks:\n  ungated: true\n  pages: true\n  cache: {ttl: 24h}\n", tf.passes)
}

// TestRecipe_opaRegistry judges a provider from another registry.
func TestRecipe_opaRegistry(t *testing.T) {
	t.Parallel()
	tf := newJudged(t, fakeapi.Start(t, fakeapi.Options{}))
	tf.Edit("main.tf", `"dataforseo/dataforseo"`, `"registry.example/dataforseo/dataforseo"`)
	tf.Setenv("TF_REATTACH_PROVIDERS", strings.ReplaceAll(tf.Getenv("TF_REATTACH_PROVIDERS"), "registry.terraform.io", "registry.example"))
	tf.writePlan(0)
	tf.refused("other-registry")
	tf.with("\nbacklinks:\n", "\nbacklinks:\n  providers: [registry.example/dataforseo/dataforseo]\n", tf.passes)
}

// TestRecipe_opaReads judges reads that don't pass.
func TestRecipe_opaReads(t *testing.T) {
	t.Parallel()
	server := fakeapi.Start(t, fakeapi.Options{NamedFaults: true})
	server.On("null-score.example", fakeapi.Field("backlinks_spam_score", "null"))
	server.On("null-fields.example", fakeapi.NullFields().And(fakeapi.Field("crawled_pages", "7")))
	server.On("null-info.example", fakeapi.Field("info", "null"))
	tf := newJudged(t, server)
	tf.Write("reads.tf", strings.Join([]string{
		strings.Replace(read{"summary", "ungated", `"spammy.example"`, ""}.String(), "require = {}", "", 1),
		strings.Replace(read{"summary", "loose", `"spammy.example"`, ""}.String(), "{}", "{ backlinks_spam_score = { max = 90 } }", 1),
		read{"summary", "arguments", `"shop.example"`, "backlinks_filters = [\"backlink_spam_score\", \"<\", 10]\n  backlinks_status_type = \"all\""}.String(),
		read{"summaries", "arguments", `["shop.example"]`, "include_subdomains = false"}.String(),
		read{"summaries", "all", `["error-40501.example", "no-data.example", "shop.example", "spammy.example"]`, "on_error = \"warn\"\non_violation = \"warn\""}.String(),
		read{"bulk_pages_summary", "all", `["news.example", "no-data.example", "spammy.example"]`, `on_violation = "warn"`}.String(),
		inCheck(read{"summary", "nested", `"spammy.example"`, ""}),
		inCheck(read{"summary", "nested_failed", `"error-40501.example"`, ""}),
	}, ""))
	tf.writePlan(0, `-var=domains=["docs.example", "error-40501.example", "no-data.example", "null-fields.example", "null-info.example", "null-score.example", "spammy.example"]`)
	tf.refused("reads")
}

// TestRecipe_opaAssets judges assets, pages and a cache. Terraform doesn't evaluate the
// cache's expression in the plan.
func TestRecipe_opaAssets(t *testing.T) {
	t.Parallel()
	tf := newJudged(t, fakeapi.Start(t, fakeapi.Options{}))
	tf.Write("provider.tf", "provider \"dataforseo\" {\n  cache = merge({ ttl = \"24h\", directory = \""+filepath.ToSlash(t.TempDir())+"\" })\n}\n")
	tf.Write("assets.tf", pending+`
		resource "terraform_data" "more" {
		  for_each = {
		    url     = "https://WWW.Docs.example./x"
		    list    = ["docs.example", "www.docs.example", "unread.example"]
		    sub     = "sub.docs.example"
		    null    = null
		    unknown = terraform_data.pending.id
		  }
		  input = each.value
		}
	`)
	tf.Write("pages.tf", read{"summary", "page", `"https://news.example/page"`, ""}.String()+
		read{"summaries", "port", `["blog.example:8443"]`, ""}.String()+zone("page", `"news.example"`))
	tf.writePlan(0, `-var=domains=["docs.example"]`)
	tf.refused("assets")
}

// TestRecipe_opaModules judges a read and an asset in a nested module, whose provider has
// an alias.
func TestRecipe_opaModules(t *testing.T) {
	t.Parallel()
	tf := newJudged(t, fakeapi.Start(t, fakeapi.Options{}))
	tf.Write("modules.tf", "provider \"dataforseo\" {\n  alias = \"eu\"\n}\n"+
		"module \"zones\" {\n  source    = \"./modules/zones\"\n  for_each  = toset([\"a\"])\n  providers = { dataforseo = dataforseo.eu }\n}\n")
	tf.Write("modules/zones/main.tf", acctest.RequiredProviders+"module \"zone\" {\n  source = \"./zone\"\n  count  = 1\n}\n")
	tf.Write("modules/zones/zone/main.tf", acctest.RequiredProviders+read{"summary", "site", `"spammy.example"`, ""}.String()+zone("more", `"unread.example"`))
	tf.MustRun("get")
	tf.writePlan(0)
	tf.refused("modules")
}

// TestRecipe_opaNothingRead judges a plan without reads, and without the output.
func TestRecipe_opaNothingRead(t *testing.T) {
	t.Parallel()
	tf := newJudged(t, fakeapi.Start(t, fakeapi.Options{}))
	tf.Edit("main.tf", `output "referring_domains"`, `output "domains"`)
	tf.writePlan(0, "-var=domains=[]")
	tf.refused("nothing-read")
}

// TestRecipe_opaErrored judges a failed plan.
func TestRecipe_opaErrored(t *testing.T) {
	t.Parallel()
	tf := newJudged(t, fakeapi.Start(t, fakeapi.Options{}))
	tf.Edit("main.tf", "  on_violation = \"warn\"\n", "")
	tf.writePlan(1, `-var=domains=["docs.example", "spammy.example"]`)
	tf.refused("errored")
}

// TestRecipe_opaDeferred judges reads that wait for the apply, without and with values
// from an earlier apply.
func TestRecipe_opaDeferred(t *testing.T) {
	t.Parallel()
	tf := newJudged(t, fakeapi.Start(t, fakeapi.Options{}))
	const dependsOn = "depends_on = [terraform_data.pending]"
	tf.Write("reads.tf", pending+
		read{"summary", "unknown", `"${terraform_data.pending.id}.example"`, ""}.String()+
		read{"summary", "dependency", `"news.example"`, dependsOn}.String()+
		read{"summaries", "all", `["news.example"]`, dependsOn}.String()+
		inCheck(read{"summary", "nested", `"${terraform_data.pending.id}.example"`, ""}))
	tf.writePlan(0)
	tf.refused("deferred")
	tf.MustRun("apply", "-auto-approve")
	tf.Edit("reads.tf", `triggers_replace = "a"`, `triggers_replace = "b"`)
	tf.writePlan(0)
	tf.refused("deferred") // the same messages
}

// TestRecipe_opaApplied judges plans after an apply: of assets, outputs and old values.
func TestRecipe_opaApplied(t *testing.T) {
	t.Parallel()
	server := fakeapi.Start(t, fakeapi.Options{})
	tf := newJudged(t, server)
	tf.Write("unread.tf", zone("unread", `"unread.example"`)+zone("removed", `"removed.example"`))
	tf.MustRun("apply", "-auto-approve")

	tf.Write("unread.tf", zone("unread", `"unread.example"`)) // unchanged
	tf.writePlan(0)
	tf.passes()
	tf.writePlan(0, "-refresh-only")
	tf.passes()
	tf.Edit("unread.tf", "unread.example", "changed.example")
	tf.writePlan(0)
	tf.refused("asset-changed")

	tf.Write("unread.tf", "")
	tf.writePlan(0, "-refresh-only", `-var=domains=["docs.example", "spammy.example"]`)
	tf.refused("refresh-only")
	tf.writePlan(0, `-var=domains=["docs.example"]`)
	tf.refused("removed")
	tf.with("removed: []", "removed: [blog.example, shop.example]", tf.passes)
	tf.writePlan(0, "-destroy")
	tf.refused("destroy")

	server.On("blog.example", fakeapi.Field("referring_domains", "572")) // less than 10 percent
	server.On("shop.example", fakeapi.Field("referring_domains", "1300"))
	tf.writePlan(0)
	tf.refused("drop")
	tf.MustRun("apply", "-refresh-only", "-auto-approve")
	tf.writePlan(0)
	tf.passes()
}

// TestRecipe_opaTarget judges partial plans. Terraform 1.8 and later marks them. In other
// plans, the policy finds assets without a read, and old values.
func TestRecipe_opaTarget(t *testing.T) {
	t.Parallel()
	const readOnlyBlog = `-target=data.dataforseo_backlinks_summary.portfolio["blog.example"]`
	tf := newJudged(t, fakeapi.Start(t, fakeapi.Options{}))
	openTofu := acctest.IsOpenTofu(t)
	if !openTofu && !acctest.Version(t).LessThan(tfversion.Version1_8_0) {
		tf.writePlan(0, "-target=terraform_data.zone")
		tf.refused("target")
	} else {
		tf.writePlan(0, "-target=terraform_data.zone", readOnlyBlog)
		tf.refusedIfAttached("docs.example")
	}
	if openTofu && !acctest.Version(t).LessThan(tfversion.Version1_9_0) {
		tf.writePlan(0, `-exclude=data.dataforseo_backlinks_summary.portfolio["docs.example"]`)
		tf.refusedIfAttached("docs.example")
	}
	tf.MustRun("apply", "-auto-approve")
	tf.Write("terraform.tfstate", timestamp.ReplaceAllString(tf.Read("terraform.tfstate"), "2026-07-01T12:00:00Z"))
	tf.writePlan(0, readOnlyBlog)
	r := tf.conftest(policyTest...)
	const old = "(target shop.example): fetched_at is 2026-07-01T12:00:00Z, which isn't within the last 24h (max_age)."
	if r.ExitCode != 1 || !strings.Contains(r.Stdout, old) {
		t.Errorf("exit code %d, want 1 and %q\n%s%s", r.ExitCode, old, r.Stdout, r.Stderr)
	}
}

// refusedIfAttached checks that the policy refuses plan.json if that attaches the domain,
// which wasn't read. OpenTofu 1.12 doesn't attach it.
func (tf recipe) refusedIfAttached(domain string) {
	tf.T.Helper()
	attached := strings.Contains(tf.Read("plan.json"), fmt.Sprintf(`terraform_data.zone[\"%s\"]`, domain))
	if r := tf.conftest(policyTest...); (r.ExitCode == 1) != attached {
		tf.T.Errorf("exit code %d, attached: %t\n%s%s", r.ExitCode, attached, r.Stdout, r.Stderr)
	}
}
