package provider_test

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"
	"github.com/hashicorp/terraform-plugin-testing/tfversion"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/fakeapi"
)

const (
	bulkType = "dataforseo_backlinks_bulk_pages_summary"
	bulk     = "data." + bulkType + ".sites"
)

// bulkBlock is the data source "sites" with the given arguments.
func bulkBlock(arguments string) string {
	return "data \"" + bulkType + "\" \"sites\" {\n" + arguments + "\n}\n"
}

// expectBulk expects a value at a path below the data source "sites".
func expectBulk(check knownvalue.Check, name string, keys ...string) statecheck.StateCheck {
	at := tfjsonpath.New(name)
	for _, key := range keys {
		at = at.AtMapKey(key)
	}
	return statecheck.ExpectKnownValue(bulk, at, check)
}

// readBulk reads a portfolio and returns its state.
func (r *rpc) readBulk(tb testing.TB, targets []string, arguments map[string]tftypes.Value) map[string]any {
	tb.Helper()
	return r.readState(tb, bulkType, withArgument(arguments, "targets", setOf(targets)))
}

// sizes returns how many targets each request was about.
func sizes(server *fakeapi.Server) (sizes []int) {
	for _, request := range server.Requests() {
		sizes = append(sizes, len(request.Targets))
	}
	slices.Sort(sizes)
	return sizes
}

func TestBulk(t *testing.T) {
	t.Parallel()
	server := fakeapi.Start(t, fakeapi.Options{})
	unit(t, resource.TestStep{
		Config: providerBlock(server) + bulkBlock(`targets = ["blog.example", "News.Example", "no-data.example"]`),
		ConfigStateChecks: []statecheck.StateCheck{
			expectBulk(knownvalue.Int64Exact(12), "summaries", "blog.example", "backlinks_spam_score"),
			expectBulk(knownvalue.Int64Exact(305), "summaries", "blog.example", "main_domain_rank"),
			expectBulk(knownvalue.Int64Exact(5316842907), "summaries", "News.Example", "backlinks"),
			expectBulk(knownvalue.Bool(true), "summaries", "News.Example", "has_data"),
			expectBulk(knownvalue.Bool(false), "summaries", "no-data.example", "has_data"),
			expectBulk(knownvalue.Null(), "summaries", "no-data.example", "backlinks_spam_score"),
			expectBulk(knownvalue.Null(), "summaries", "blog.example", "passed"),
			expectBulk(knownvalue.StringExact(server.URL), "summaries", "blog.example", "base_url"),
			expectBulk(knownvalue.MapSizeExact(3), "summaries"),
			expectBulk(knownvalue.MapSizeExact(0), "errors"),
			expectBulk(knownvalue.ListSizeExact(1), "responses"),
			expectBulk(knownvalue.Float64Exact(0.024108), "cost_usd"),
			expectBulk(knownvalue.Int64Exact(0), "from_cache_count"),
			expectBulk(knownvalue.Null(), "passed"),
		},
	})
}

// TestBulk_sameAsSummary: what both endpoints say, both data sources have under the same
// name, but for the field that is not to be relied on.
func TestBulk_sameAsSummary(t *testing.T) {
	t.Parallel()
	server := fakeapi.Start(t, fakeapi.Options{})
	targets := []string{"explodingtopics.com", "expired.example", "no-data.example", "https://blog.example/page"}
	arguments := map[string]tftypes.Value{"rank_scale": tftypes.NewValue(tftypes.String, "one_hundred")}
	r := newRPC(t, server, nil)
	summaries := r.readBulk(t, targets, arguments)["summaries"].(map[string]any)
	for _, target := range targets {
		single, page := r.readSummary(t, target, arguments), summaries[target].(map[string]any)
		for name, value := range page {
			want, both := single[name]
			switch {
			case name == "fetched_at", !both && name == "main_domain_rank":
			case name == "referring_pages_nofollow" && page["has_data"] == true && !strings.HasPrefix(target, "https:"):
				if value != "0" {
					t.Errorf("%s: %s is %v", target, name, value)
				}
			case !cmp.Equal(want, value):
				t.Errorf("%s: %s is %v, and %v of the summary", target, name, value, want)
			}
		}
		if len(page) != 30 {
			t.Errorf("%s has %d results", target, len(page))
		}
	}
}

// TestBulk_requests: as many requests as the limits allow, side by side.
func TestBulk_requests(t *testing.T) {
	t.Parallel()
	server := fakeapi.Start(t, fakeapi.Options{})
	release := make(chan struct{})
	server.OnAny(fakeapi.Slow(release))
	go releaseAfter(t, server, 10, release)
	state := newRPC(t, server, nil).readBulk(t, numbered(1000), nil)
	if server.Calls() != 10 || server.MaxSimultaneous() != 10 || state["cost_usd"] != "0.276" {
		t.Errorf("%d calls, %d at once, %v USD, want 10, 10 and 0.276", server.Calls(), server.MaxSimultaneous(), state["cost_usd"])
	}
	if got := len(state["responses"].([]any)); got != 10 {
		t.Errorf("%d responses", got)
	}
}

// TestBulk_spelling: targets that are one to DataForSEO are one row, and items are
// found in any order.
func TestBulk_spelling(t *testing.T) {
	t.Parallel()
	server := fakeapi.Start(t, fakeapi.Options{})
	server.OnAny(fakeapi.ReverseItems())
	state := newRPC(t, server, nil).readBulk(t, []string{"blog.example", "BLOG.example", "docs.example"}, nil)
	summaries := state["summaries"].(map[string]any)
	if diff := cmp.Diff(summaries["blog.example"], summaries["BLOG.example"]); diff != "" || len(summaries) != 3 || state["cost_usd"] != "0.024072" {
		t.Errorf("%d summaries, %v USD, %s", len(summaries), state["cost_usd"], diff)
	}
	if rank := summaries["docs.example"].(map[string]any)["rank"]; rank != "468" {
		t.Errorf("the rank is %v", rank)
	}
}

// TestBulk_cache: one new target is one request with one row, whatever else is read.
// Defaults that are spelt out and another tag change nothing.
func TestBulk_cache(t *testing.T) {
	t.Parallel()
	server := fakeapi.Start(t, fakeapi.Options{})
	env := map[string]string{"DATAFORSEO_CACHE_TTL": "1h", "DATAFORSEO_CACHE_DIRECTORY": t.TempDir()}
	newRPC(t, server, env).readBulk(t, append(numbered(150), "no-data.example"), nil)
	if diff := cmp.Diff([]int{75, 76}, sizes(server)); diff != "" {
		t.Errorf("targets of the first requests (-want +got):\n%s", diff)
	}
	server.Reset()
	state := newRPC(t, server, env).readBulk(t, append(numbered(151), "no-data.example"), map[string]tftypes.Value{
		"include_subdomains": tftypes.NewValue(tftypes.Bool, true),
		"rank_scale":         tftypes.NewValue(tftypes.String, "one_thousand"),
		"tag":                tftypes.NewValue(tftypes.String, "another"),
		"max_age":            tftypes.NewValue(tftypes.String, "1h"),
	})
	if diff := cmp.Diff([]int{1}, sizes(server)); diff != "" || state["cost_usd"] != "0.024036" || state["from_cache_count"] != "151" {
		t.Errorf("%v USD, %v from the cache, targets of the requests (-want +got):\n%s", state["cost_usd"], state["from_cache_count"], diff)
	}
	summaries := state["summaries"].(map[string]any)
	old, fresh, none := summaries["site-7.example"].(map[string]any), summaries["site-150.example"].(map[string]any), summaries["no-data.example"].(map[string]any)
	if old["from_cache"] != true || fresh["from_cache"] != false || none["from_cache"] != true || none["has_data"] != false || old["base_url"] != server.URL {
		t.Errorf("from the cache: %v; asked: %v; without data: %v", old, fresh, none)
	}
	server.Reset()
	newRPC(t, server, env).readBulk(t, numbered(3), map[string]tftypes.Value{"include_subdomains": tftypes.NewValue(tftypes.Bool, false)})
	newRPC(t, server, env).readBulk(t, numbered(3), map[string]tftypes.Value{"max_age": tftypes.NewValue(tftypes.String, "0s")})
	newRPC(t, server, env).readSummaries(t, numbered(3), nil)
	if server.Calls() != 5 {
		t.Errorf("%d calls for other arguments, none from the cache, and another endpoint; want 5", server.Calls())
	}
}

// TestBulk_refresh asks for all that the cache has, once in a process, and keeps it.
func TestBulk_refresh(t *testing.T) {
	t.Parallel()
	server := fakeapi.Start(t, fakeapi.Options{})
	env := map[string]string{"DATAFORSEO_CACHE_TTL": "1h", "DATAFORSEO_CACHE_DIRECTORY": t.TempDir(), "DATAFORSEO_CACHE_MODE": "refresh"}
	newRPC(t, server, env).readBulk(t, numbered(3), nil)
	r := newRPC(t, server, env)
	r.readBulk(t, numbered(3), nil)
	r.readBulk(t, numbered(4), nil)
	if diff := cmp.Diff([]int{1, 3, 3}, sizes(server)); diff != "" {
		t.Errorf("targets of the requests (-want +got):\n%s", diff)
	}
	env["DATAFORSEO_CACHE_MODE"] = "cache_only"
	env["DATAFORSEO_PASSWORD"] = ""
	env["DATAFORSEO_LOGIN"] = ""
	if state := newRPC(t, server, env).readBulk(t, numbered(4), nil); state["from_cache_count"] != "4" || state["cost_usd"] != "0" || server.Calls() != 3 {
		t.Errorf("%v from the cache, %v USD, %d calls in all", state["from_cache_count"], state["cost_usd"], server.Calls())
	}
}

// TestBulk_overlapping: reads that overlap, in one process or in two, pay for no target
// twice.
func TestBulk_overlapping(t *testing.T) {
	t.Parallel()
	for name, processes := range map[string]int{"one process without a cache": 1, "two processes with one": 2} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := fakeapi.Start(t, fakeapi.Options{Delay: 20 * time.Millisecond})
			env := map[string]string{}
			if processes == 2 {
				env = map[string]string{"DATAFORSEO_CACHE_TTL": "1h", "DATAFORSEO_CACHE_DIRECTORY": t.TempDir()}
			}
			r := newRPC(t, server, env)
			costs := make([]any, 2)
			var reads sync.WaitGroup
			for i, targets := range [][]string{numbered(160)[:120], numbered(160)[40:]} {
				if processes == 2 {
					r = newRPC(t, server, env)
				}
				one := r
				reads.Go(func() { costs[i] = one.readBulk(t, targets, nil)["cost_usd"] })
			}
			reads.Wait()
			// 120 targets in two requests, then the other 40 in one.
			if diff := cmp.Diff([]int{40, 60, 60}, sizes(server)); diff != "" {
				t.Errorf("targets of the requests (-want +got):\n%s", diff)
			}
			slices.SortFunc(costs, func(a, b any) int { return strings.Compare(a.(string), b.(string)) })
			if diff := cmp.Diff([]any{"0.02544", "0.05232"}, costs); diff != "" {
				t.Errorf("what the reads cost (-want +got):\n%s", diff)
			}
		})
	}
}

// TestBulk_refused: targets that DataForSEO does not take are found without a failure of
// the others, and refusals cost nothing.
func TestBulk_refused(t *testing.T) {
	t.Parallel()
	server := fakeapi.Start(t, fakeapi.Options{})
	env := map[string]string{"DATAFORSEO_CACHE_TTL": "1h", "DATAFORSEO_CACHE_DIRECTORY": t.TempDir()}
	targets := append(numbered(95), "first.por", "second.por", "third.por")
	arguments := map[string]tftypes.Value{"on_error": tftypes.NewValue(tftypes.String, "warn")}
	state := newRPC(t, server, env).readBulk(t, targets, arguments)
	failed := state["errors"].(map[string]any)
	if message := failed["second.por"].(map[string]any)["message"]; len(failed) != 3 || message != `DataForSEO answered 40501 "Invalid Field: 'targets'."` {
		t.Errorf("errors %v", failed)
	}
	for target, summary := range state["summaries"].(map[string]any) {
		_, bad := failed[target]
		if hasData := summary.(map[string]any)["has_data"]; !bad && hasData != true || bad && hasData != nil {
			t.Errorf("%s: has_data is %v", target, hasData)
		}
	}
	rows := 0
	for _, request := range server.Requests() {
		if request.CostUSD > 0 {
			rows += len(request.Targets)
		}
	}
	if rows != 95 {
		t.Errorf("paid for %d rows, want 95", rows)
	}
	if got := len(state["responses"].([]any)); got != server.Calls() {
		t.Errorf("%d responses for %d calls", got, server.Calls())
	}
	server.Reset()
	newRPC(t, server, env).readBulk(t, targets, arguments)
	if server.Charged() != 0 {
		t.Errorf("the second read paid for %d answers", server.Charged())
	}
}

// TestBulk_refusedBound: it takes at most 2 log2 n requests to find a bad target, wherever
// it is. Those that are answered cost something, but their targets are not asked for again.
func TestBulk_refusedBound(t *testing.T) {
	t.Parallel()
	server := fakeapi.Start(t, fakeapi.Options{})
	r := newRPC(t, server, nil)
	arguments := map[string]tftypes.Value{"on_error": tftypes.NewValue(tftypes.String, "warn")}
	for _, n := range []int{4, 31, 100} {
		for place := range 4 {
			targets := numbered(n)
			for i := range targets { // sorted by name, as they are packed
				targets[i] = fmt.Sprintf("%02d-%02d-%02d.example", n, place, i)
			}
			bad := place * (n - 1) / 3
			targets[bad] = strings.Replace(targets[bad], ".example", ".por", 1)
			server.Reset()
			failed := r.readBulk(t, targets, arguments)["errors"].(map[string]any)
			most := 1 + int(2*math.Log2(float64(n)))
			if len(failed) != 1 || failed[targets[bad]] == nil || server.Calls() > most {
				t.Errorf("%d targets, bad is the one at %d: %d calls, want at most %d; errors %v", n, bad, server.Calls(), most, failed)
			}
		}
	}
}

// TestBulk_charged: a refusal that costs something is not asked for again in halves.
func TestBulk_charged(t *testing.T) {
	t.Parallel()
	server := fakeapi.Start(t, fakeapi.Options{})
	server.OnAny(fakeapi.Code(40501).Message("Invalid Field: 'targets'.").Cost(0.024))
	state := newRPC(t, server, nil).readBulk(t, numbered(8), map[string]tftypes.Value{"on_error": tftypes.NewValue(tftypes.String, "warn")})
	if server.Calls() != 1 || state["cost_usd"] != "0.024" || len(state["errors"].(map[string]any)) != 8 {
		t.Errorf("%d calls, %v USD, errors %v", server.Calls(), state["cost_usd"], state["errors"])
	}
}

// TestBulk_partialFailure: what has arrived is kept although the plan fails, and the next
// one asks only for the rest.
func TestBulk_partialFailure(t *testing.T) {
	t.Parallel()
	server := fakeapi.Start(t, fakeapi.Options{})
	server.On("site-0.example", fakeapi.Code(50000), fakeapi.OK)
	tf := newTerraform(t, cacheIn(t.TempDir())+bulkBlock("targets = "+hclList(numbered(300)...))).use(server)
	r := tf.run("plan", "-no-color")
	if want := "The cache has the answers for 200 targets,"; r.exitCode != 1 || server.Charged() != 2 || !strings.Contains(unwrapped(r.stderr), want) {
		t.Errorf("exit code %d, %d charged, want 1, 2 and %q\n%s", r.exitCode, server.Charged(), want, r.stderr)
	}
	server.Reset()
	tf.mustRun("plan")
	if diff := cmp.Diff([]int{100}, sizes(server)); diff != "" {
		t.Errorf("targets of the second plan's requests (-want +got):\n%s", diff)
	}
}

// TestBulk_diagnostics shows what a person sees.
func TestBulk_diagnostics(t *testing.T) {
	t.Parallel()
	const warn = `on_error = "warn"`
	for name, c := range map[string]struct {
		provider, arguments string
		targets             []string
		fault               fakeapi.Fault
	}{
		"refused target":   {targets: append(numbered(30), "example.por")},
		"two refused":      {targets: append(numbered(30), "example.por", "other.por"), arguments: warn},
		"shared argument":  {fault: fakeapi.Code(40501).Message("Invalid Field: 'rank_scale'."), arguments: warn + "\nrank_scale = \"one_hundred\""},
		"account":          {fault: fakeapi.Code(40200), arguments: warn, targets: numbered(150), provider: "max_concurrent_requests = 1"},
		"request fails":    {fault: fakeapi.Code(50000), targets: numbered(3)},
		"nothing works":    {fault: fakeapi.Gateway(502), arguments: warn, targets: numbered(3100), provider: "max_concurrent_requests = 1"},
		"spending limit":   {provider: "spending_limit_usd = 0.05", targets: numbered(150)},
		"cache only":       {provider: `cache = { ttl = "1h", directory = "cache", mode = "cache_only" }`, targets: numbered(3)},
		"home page":        {targets: []string{"https://blog.example/"}},
		"no data":          {targets: []string{"no-data.example", "shop.example"}},
		"no targets":       {targets: []string{}},
		"not asked for":    {fault: fakeapi.AddItem("site-0.example", "other.example", nil)},
		"twice":            {fault: fakeapi.AddItem("site-0.example", "site-0.example", map[string]any{"rank": 1})},
		"odd item":         {fault: fakeapi.ReplaceItem("site-1.example", "site-1.example"), arguments: warn},
		"odd fields":       {fault: fakeapi.ItemField("site-0.example", "rank", 1.5).And(fakeapi.ItemField("site-1.example", "lost_date", 7))},
		"unusable":         {fault: fakeapi.Items(func([]any) []any { return []any{} }).And(fakeapi.Set("/tasks/0/result/0/items", `"none"`))},
		"require":          {arguments: strict, targets: []string{"shop.example", "spammy.example", "no-data.example"}},
		"require tolerant": {arguments: strict + warn + "\non_violation = \"warn\"", targets: []string{"spammy.example", "example.por"}},
		"require a metric": {arguments: `require = { referring_pages_nofollow = { max = 3 } }`},
		"invalid targets":  {targets: []string{"www.example.com", "example"}},
		"time too short":   {provider: "max_requests_per_minute = 1", arguments: `timeouts = { read = "30s" }`, targets: numbered(250)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := fakeapi.Start(t, fakeapi.Options{})
			server.OnAny(c.fault)
			if c.targets == nil {
				c.targets = numbered(2)
			}
			tf := newTerraform(t, "provider \"dataforseo\" {\n  max_retries = 0\n  "+c.provider+"\n}\n"+
				bulkBlock("targets = "+hclList(c.targets...)+"\n"+c.arguments)).use(server)
			goldenRun(t, server, tf, "bulk/"+strings.ReplaceAll(name, " ", "-"))
		})
	}
}

// TestBulk_outage: a failed request is one failure, however many targets it has, and the
// rest goes on.
func TestBulk_outage(t *testing.T) {
	t.Parallel()
	server := fakeapi.Start(t, fakeapi.Options{})
	server.OnAny(fakeapi.Code(50000), fakeapi.OK)
	tf := newTerraform(t, "provider \"dataforseo\" {\n  max_retries = 0\n}\n"+bulkBlock("on_error = \"warn\"\ntargets = "+hclList(numbered(300)...))+`
		output "failed" { value = length(`+bulk+`.errors) }
		output "known" { value = length([for s in values(`+bulk+`.summaries) : s if s.has_data == true]) }
		output "cost_usd" { value = `+bulk+`.cost_usd }
	`).use(server)
	want := map[string]any{"failed": 100.0, "known": 200.0, "cost_usd": 0.0552}
	if diff := cmp.Diff(want, tf.plannedOutputs()); diff != "" || server.Calls() != 3 {
		t.Errorf("%d calls, outputs (-want +got):\n%s", server.Calls(), diff)
	}
}

// TestBulk_spending: what the cache has does not count against the limit.
func TestBulk_spending(t *testing.T) {
	t.Parallel()
	server := fakeapi.Start(t, fakeapi.Options{})
	env := map[string]string{"DATAFORSEO_CACHE_TTL": "1h", "DATAFORSEO_CACHE_DIRECTORY": t.TempDir()}
	newRPC(t, server, env).readBulk(t, numbered(150), nil)
	env["DATAFORSEO_SPENDING_LIMIT_USD"] = "0.03"
	if state := newRPC(t, server, env).readBulk(t, numbered(160), nil); state["cost_usd"] != "0.02436" || server.Calls() != 3 {
		t.Errorf("%v USD, %d calls in all, want 0.02436 and 3", state["cost_usd"], server.Calls())
	}
}

// TestBulk_body: what is sent is what the documentation has.
func TestBulk_body(t *testing.T) {
	t.Parallel()
	server := fakeapi.Start(t, fakeapi.Options{})
	newRPC(t, server, nil).readBulk(t, []string{"blog.example"}, map[string]tftypes.Value{
		"include_subdomains": tftypes.NewValue(tftypes.Bool, false), "tag": tftypes.NewValue(tftypes.String, "a b"),
	})
	if got, want := string(server.Requests()[0].Body), `[{"targets":["blog.example"],"include_subdomains":false,"tag":"a b"}]`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// TestBulk_claimed: a read waits for another one no longer than its own time.
func TestBulk_claimed(t *testing.T) {
	t.Parallel()
	server := fakeapi.Start(t, fakeapi.Options{})
	server.OnAny(fakeapi.Slow(nil))
	second := strings.Replace(bulkBlock("targets = [\"site-1.example\"]\ntimeouts = { read = \"1s\" }"), `"sites"`, `"more"`, 1)
	tf := newTerraform(t, bulkBlock("targets = [\"site-0.example\"]\ntimeouts = { read = \"3s\" }")+second).use(server)
	r := tf.run("plan", "-no-color")
	if want := "The read took too long. The time-out was"; r.exitCode != 1 || strings.Count(unwrapped(r.stderr), want) != 2 {
		t.Errorf("exit code %d, want 1 and %q twice\n%s", r.exitCode, want, r.stderr)
	}
}

// TestBulk_violations: the function judges an element of summaries.
func TestBulk_violations(t *testing.T) {
	t.Parallel()
	server := fakeapi.Start(t, fakeapi.Options{})
	config := providerBlock(server) + bulkBlock(`targets = ["spammy.example"]`) + `
		locals { element = ` + bulk + `.summaries["spammy.example"] }
		output "violations" {
		  value = provider::dataforseo::violations(local.element, { backlinks_spam_score = { max = 30 }, main_domain_rank = { max = 58 }, live = true })
		}`
	resource.UnitTest(t, resource.TestCase{
		TerraformVersionChecks:   []tfversion.TerraformVersionCheck{tfversion.SkipBelow(tfversion.Version1_8_0)},
		ProtoV6ProviderFactories: factories(),
		Steps: []resource.TestStep{{Config: config, ConfigStateChecks: []statecheck.StateCheck{
			statecheck.ExpectKnownOutputValue("violations", sentences("backlinks_spam_score is 67, at most 30 allowed")),
		}}},
	})
}

// TestBulk_fields walks the schema of an element against DataForSEO's list of fields.
func TestBulk_fields(t *testing.T) {
	t.Parallel()
	attributes := attributesOf(providerSchema(t).DataSourceSchemas[bulkType])
	for _, name := range []string{
		"include_subdomains", "rank_scale", "tag", "max_age", "on_error", "timeouts", "require", "on_violation", // the arguments beside targets
		"errors", "cost_usd", "from_cache_count", "responses", "passed", "violations", "targets", "summaries",
	} {
		if attributes[name] == nil {
			t.Errorf("no %s", name)
		}
	}
	if len(attributes) != 16 {
		t.Errorf("%d attributes", len(attributes))
	}
	got := map[string]string{}
	for _, attribute := range attributes["summaries"].NestedType.Attributes {
		got[attribute.Name] = attribute.ValueType().String()
	}
	want := map[string]string{"main_domain_rank": tftypes.Number.String()}
	for name, typ := range resultFields() {
		want[name] = typ.String()
	}
	for _, name := range []string{"target", "info", "crawled_pages", "internal_links_count", "external_links_count"} {
		delete(want, name)
	}
	for _, name := range []string{"first_seen_rfc3339", "lost_date_rfc3339", "has_data", "from_cache", "fetched_at", "base_url", "passed", "violations"} {
		want[name] = providerFields()[name].String()
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
