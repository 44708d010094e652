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
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/acctest"
	"github.com/dataforseo/terraform-provider-dataforseo/internal/fakeapi"
)

// sizes returns the number of targets of each request.
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
	unit(t, server, bulkBlock(`targets = ["blog.example", "News.Example", "no-data.example"]`),
		expect(bulk, knownvalue.Int64Exact(12), "summaries", "blog.example", "backlinks_spam_score"),
		expect(bulk, knownvalue.Int64Exact(305), "summaries", "blog.example", "main_domain_rank"),
		expect(bulk, knownvalue.Null(), "summaries", "blog.example", "passed"),
		expect(bulk, knownvalue.StringExact(server.URL), "summaries", "blog.example", "base_url"),
		expect(bulk, knownvalue.Int64Exact(5316842907), "summaries", "News.Example", "backlinks"),
		expect(bulk, knownvalue.Bool(true), "summaries", "News.Example", "has_data"),
		expect(bulk, knownvalue.Bool(false), "summaries", "no-data.example", "has_data"),
		expect(bulk, knownvalue.Null(), "summaries", "no-data.example", "backlinks_spam_score"),
		expect(bulk, knownvalue.MapSizeExact(3), "summaries"),
		expect(bulk, knownvalue.MapSizeExact(0), "errors"),
		expect(bulk, knownvalue.ListSizeExact(1), "responses"),
		expect(bulk, knownvalue.Float64Exact(0.024108), "cost_usd"),
		expect(bulk, knownvalue.Int64Exact(0), "from_cache_count"),
		expect(bulk, knownvalue.Null(), "passed"),
	)
}

// TestBulk_sameAsSummary checks that both endpoints' data sources have the same values
// under the same names. DataForSEO's referring_pages_nofollow differs.
func TestBulk_sameAsSummary(t *testing.T) {
	t.Parallel()
	server := fakeapi.Start(t, fakeapi.Options{})
	targets := []string{"explodingtopics.com", "expired.example", "no-data.example", "https://blog.example/page"}
	arguments := map[string]any{"rank_scale": "one_hundred"}
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
					t.Errorf("%s: %s: got %v, want 0", target, name, value)
				}
			case !cmp.Equal(want, value):
				t.Errorf("%s: %s: got %v, want %v as in the summary", target, name, value, want)
			}
		}
		if len(page) != 30 {
			t.Errorf("%s: got %d results, want 30", target, len(page))
		}
	}
}

// TestBulk_requests checks that requests for 100 targets each run at the same time.
func TestBulk_requests(t *testing.T) {
	t.Parallel()
	server := fakeapi.Start(t, fakeapi.Options{})
	release := make(chan struct{})
	server.OnAny(fakeapi.Slow(release))
	go releaseAfter(t, server, 10, release)
	state := newRPC(t, server, nil).readBulk(t, numbered(1000), nil)
	if server.Calls() != 10 || server.MaxSimultaneous() != 10 || state["cost_usd"] != "0.276" {
		t.Errorf("got %d calls, %d at once, %v USD, want 10, 10 and 0.276", server.Calls(), server.MaxSimultaneous(), state["cost_usd"])
	}
	if got := len(state["responses"].([]any)); got != 10 {
		t.Errorf("got %d responses, want 10", got)
	}
}

// TestBulk_spelling checks that targets that are the same to DataForSEO are one row, and
// that items may have any order.
func TestBulk_spelling(t *testing.T) {
	t.Parallel()
	server := fakeapi.Start(t, fakeapi.Options{})
	server.OnAny(fakeapi.ReverseItems())
	state := newRPC(t, server, nil).readBulk(t, []string{"blog.example", "BLOG.example", "docs.example"}, nil)
	summaries := state["summaries"].(map[string]any)
	if diff := cmp.Diff(summaries["blog.example"], summaries["BLOG.example"]); diff != "" || len(summaries) != 3 || state["cost_usd"] != "0.024072" {
		t.Errorf("got %d summaries and %v USD, want 3 and 0.024072; spellings differ:\n%s", len(summaries), state["cost_usd"], diff)
	}
	if rank := summaries["docs.example"].(map[string]any)["rank"]; rank != "468" {
		t.Errorf("docs.example: got rank %v, want 468", rank)
	}
}

// TestBulk_cache checks that only targets that the cache lacks are requested, and which
// arguments need another answer.
func TestBulk_cache(t *testing.T) {
	t.Parallel()
	server := fakeapi.Start(t, fakeapi.Options{})
	env := map[string]string{"DATAFORSEO_CACHE_TTL": "1h", "DATAFORSEO_CACHE_DIRECTORY": t.TempDir()}
	newRPC(t, server, env).readBulk(t, append(numbered(150), "no-data.example"), nil)
	if diff := cmp.Diff([]int{75, 76}, sizes(server)); diff != "" {
		t.Errorf("targets of the first requests (-want +got):\n%s", diff)
	}
	server.Reset()
	state := newRPC(t, server, env).readBulk(t, append(numbered(151), "no-data.example"), map[string]any{
		"include_subdomains": true,
		"rank_scale":         "one_thousand",
		"tag":                "another",
		"max_age":            "1h",
	})
	if diff := cmp.Diff([]int{1}, sizes(server)); diff != "" || state["cost_usd"] != "0.024036" || state["from_cache_count"] != "151" {
		t.Errorf("got %v USD and %v from the cache, want 0.024036 and 151; targets of the requests (-want +got):\n%s", state["cost_usd"], state["from_cache_count"], diff)
	}
	summaries := state["summaries"].(map[string]any)
	old, fresh, none := summaries["site-7.example"].(map[string]any), summaries["site-150.example"].(map[string]any), summaries["no-data.example"].(map[string]any)
	if old["from_cache"] != true || fresh["from_cache"] != false || none["from_cache"] != true || none["has_data"] != false || old["base_url"] != server.URL {
		t.Errorf("from the cache: %v\nrequested: %v\nwithout data: %v", old, fresh, none)
	}
	server.Reset()
	newRPC(t, server, env).readBulk(t, numbered(3), map[string]any{"include_subdomains": false})
	newRPC(t, server, env).readBulk(t, numbered(3), map[string]any{"max_age": "0s"})
	newRPC(t, server, env).readSummaries(t, numbered(3), nil)
	if server.Calls() != 5 {
		t.Errorf("got %d calls for other arguments, max_age = 0s and another endpoint, want 5", server.Calls())
	}
}

// TestBulk_refresh checks that the mode refresh requests each target once per process, and
// saves the answer.
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
		t.Errorf("got %v from the cache, %v USD and %d calls in all, want 4, 0 and 3", state["from_cache_count"], state["cost_usd"], server.Calls())
	}
}

// TestBulk_overlapping checks that simultaneous reads pay for each target once.
func TestBulk_overlapping(t *testing.T) {
	t.Parallel()
	for name, processes := range map[string]int{"one process without a cache": 1, "two processes with a cache": 2} {
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
				t.Errorf("cost_usd (-want +got):\n%s", diff)
			}
		})
	}
}

// TestBulk_refused checks that a refused target does not fail the others of its request,
// and that refusals cost nothing.
func TestBulk_refused(t *testing.T) {
	t.Parallel()
	server := fakeapi.Start(t, fakeapi.Options{})
	env := map[string]string{"DATAFORSEO_CACHE_TTL": "1h", "DATAFORSEO_CACHE_DIRECTORY": t.TempDir()}
	targets := append(numbered(95), "first.por", "second.por", "third.por")
	arguments := map[string]any{"on_error": "warn"}
	state := newRPC(t, server, env).readBulk(t, targets, arguments)
	failed := state["errors"].(map[string]any)
	if message := failed["second.por"].(map[string]any)["message"]; len(failed) != 3 || message != `DataForSEO answered 40501 "Invalid Field: 'targets'."` {
		t.Errorf("got the errors %v", failed)
	}
	for target, summary := range state["summaries"].(map[string]any) {
		_, bad := failed[target]
		if hasData := summary.(map[string]any)["has_data"]; !bad && hasData != true || bad && hasData != nil {
			t.Errorf("%s: got has_data %v", target, hasData)
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
		t.Errorf("got %d responses for %d calls", got, server.Calls())
	}
	server.Reset()
	newRPC(t, server, env).readBulk(t, targets, arguments)
	if server.Charged() != 0 {
		t.Errorf("the second read paid for %d answers", server.Charged())
	}
}

// TestBulk_refusedBound checks that at most 2 log2 n requests find a refused target.
// Targets that were answered are not requested again.
func TestBulk_refusedBound(t *testing.T) {
	t.Parallel()
	server := fakeapi.Start(t, fakeapi.Options{})
	r := newRPC(t, server, nil)
	arguments := map[string]any{"on_error": "warn"}
	for _, n := range []int{4, 31, 100} {
		for place := range 4 {
			targets := numbered(n)
			for i := range targets { // in the order of the requests
				targets[i] = fmt.Sprintf("%02d-%02d-%02d.example", n, place, i)
			}
			bad := place * (n - 1) / 3
			targets[bad] = strings.Replace(targets[bad], ".example", ".por", 1)
			server.Reset()
			failed := r.readBulk(t, targets, arguments)["errors"].(map[string]any)
			most := 1 + int(2*math.Log2(float64(n)))
			if len(failed) != 1 || failed[targets[bad]] == nil || server.Calls() > most {
				t.Errorf("%d targets, the one at %d refused: got %d calls, want at most %d; errors %v", n, bad, server.Calls(), most, failed)
			}
		}
	}
}

// TestBulk_charged checks that a refusal that was charged is not repeated with fewer
// targets.
func TestBulk_charged(t *testing.T) {
	t.Parallel()
	server := fakeapi.Start(t, fakeapi.Options{})
	server.OnAny(fakeapi.Code(40501).Message("Invalid Field: 'targets'.").Cost(0.024))
	state := newRPC(t, server, nil).readBulk(t, numbered(8), map[string]any{"on_error": "warn"})
	if server.Calls() != 1 || state["cost_usd"] != "0.024" || len(state["errors"].(map[string]any)) != 8 {
		t.Errorf("got %d calls, %v USD and the errors %v, want 1, 0.024 and 8", server.Calls(), state["cost_usd"], state["errors"])
	}
}

// TestBulk_partialFailure checks that the plan after a failed one requests only the
// missing targets.
func TestBulk_partialFailure(t *testing.T) {
	t.Parallel()
	server := fakeapi.Start(t, fakeapi.Options{})
	server.On("site-0.example", fakeapi.Code(50000), fakeapi.OK)
	tf := acctest.New(t, cacheIn(t.TempDir())+bulkBlock("targets = "+hclList(numbered(300)...))).Use(server)
	r := tf.Run("plan", "-no-color")
	if want := "The cache has the answers for 200 targets,"; r.ExitCode != 1 || server.Charged() != 2 || !strings.Contains(acctest.Unwrapped(r.Stderr), want) {
		t.Errorf("got exit code %d and %d charged, want 1, 2 and %q\n%s", r.ExitCode, server.Charged(), want, r.Stderr)
	}
	server.Reset()
	tf.MustRun("plan")
	if diff := cmp.Diff([]int{100}, sizes(server)); diff != "" {
		t.Errorf("targets of the second plan's requests (-want +got):\n%s", diff)
	}
}

func TestBulk_diagnostics(t *testing.T) {
	t.Parallel()
	const warn = `on_error = "warn"`
	for name, c := range map[string]struct {
		provider, arguments string
		targets             []string
		fault               fakeapi.Fault
	}{
		"refused target":    {targets: append(numbered(30), "example.por")},
		"two refused":       {targets: append(numbered(30), "example.por", "other.por"), arguments: warn},
		"shared argument":   {fault: fakeapi.Code(40501).Message("Invalid Field: 'rank_scale'."), arguments: warn + "\nrank_scale = \"one_hundred\""},
		"account":           {fault: fakeapi.Code(40200), arguments: warn, targets: numbered(150), provider: "max_concurrent_requests = 1"},
		"request fails":     {fault: fakeapi.Code(50000), targets: numbered(3)},
		"outage":            {fault: fakeapi.Gateway(502), arguments: warn, targets: numbered(3100), provider: "max_concurrent_requests = 1"},
		"spending limit":    {provider: "spending_limit_usd = 0.05", targets: numbered(150)},
		"cache only":        {provider: `cache = { ttl = "1h", directory = "cache", mode = "cache_only" }`, targets: numbered(3)},
		"home page":         {targets: []string{"https://blog.example/"}},
		"no data":           {targets: []string{"no-data.example", "shop.example"}},
		"no targets":        {targets: []string{}},
		"unexpected target": {fault: fakeapi.AddItem("site-0.example", "other.example", nil)},
		"repeated target":   {fault: fakeapi.AddItem("site-0.example", "site-0.example", map[string]any{"rank": 1})},
		"invalid item":      {fault: fakeapi.ReplaceItem("site-1.example", "site-1.example"), arguments: warn},
		"invalid fields":    {fault: fakeapi.ItemField("site-0.example", "rank", 1.5).And(fakeapi.ItemField("site-1.example", "lost_date", 7))},
		"unusable":          {fault: fakeapi.Items(func([]any) []any { return []any{} }).And(fakeapi.Set("/tasks/0/result/0/items", `"none"`))},
		"require":           {arguments: strict, targets: []string{"shop.example", "spammy.example", "no-data.example"}},
		"require tolerant":  {arguments: strict + warn + "\non_violation = \"warn\"", targets: []string{"spammy.example", "example.por"}},
		"require a metric":  {arguments: `require = { referring_pages_nofollow = { max = 3 } }`},
		"invalid targets":   {targets: []string{"www.example.com", "example"}},
		"time too short":    {provider: "max_requests_per_minute = 1", arguments: `timeouts = { read = "30s" }`, targets: numbered(250)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := fakeapi.Start(t, fakeapi.Options{})
			server.OnAny(c.fault)
			if c.targets == nil {
				c.targets = numbered(2)
			}
			tf := acctest.New(t, "provider \"dataforseo\" {\n  max_retries = 0\n  "+c.provider+"\n}\n"+
				bulkBlock("targets = "+hclList(c.targets...)+"\n"+c.arguments)).Use(server)
			goldenRun(t, server, tf, "bulk/"+strings.ReplaceAll(name, " ", "-"))
		})
	}
}

// TestBulk_outage checks that a failed request counts as one failure and does not stop the
// others.
func TestBulk_outage(t *testing.T) {
	t.Parallel()
	server := fakeapi.Start(t, fakeapi.Options{})
	server.OnAny(fakeapi.Code(50000), fakeapi.OK)
	tf := acctest.New(t, "provider \"dataforseo\" {\n  max_retries = 0\n}\n"+bulkBlock("on_error = \"warn\"\ntargets = "+hclList(numbered(300)...))+`
		output "failed" { value = length(`+bulk+`.errors) }
		output "known" { value = length([for s in values(`+bulk+`.summaries) : s if s.has_data == true]) }
		output "cost_usd" { value = `+bulk+`.cost_usd }
	`).Use(server)
	want := map[string]any{"failed": 100.0, "known": 200.0, "cost_usd": 0.0552}
	if diff := cmp.Diff(want, tf.PlannedOutputs()); diff != "" || server.Calls() != 3 {
		t.Errorf("got %d calls, want 3; outputs (-want +got):\n%s", server.Calls(), diff)
	}
}

// TestBulk_spending checks that targets in the cache don't count towards the spending
// limit.
func TestBulk_spending(t *testing.T) {
	t.Parallel()
	server := fakeapi.Start(t, fakeapi.Options{})
	env := map[string]string{"DATAFORSEO_CACHE_TTL": "1h", "DATAFORSEO_CACHE_DIRECTORY": t.TempDir()}
	newRPC(t, server, env).readBulk(t, numbered(150), nil)
	env["DATAFORSEO_SPENDING_LIMIT_USD"] = "0.03"
	if state := newRPC(t, server, env).readBulk(t, numbered(160), nil); state["cost_usd"] != "0.02436" || server.Calls() != 3 {
		t.Errorf("got %v USD and %d calls in all, want 0.02436 and 3", state["cost_usd"], server.Calls())
	}
	server.Reset() // two requests with 100 rows cost 0.0552 USD
	tf := acctest.New(t, bulkBlock("targets = "+hclList(numbered(200)...))).Use(server)
	tf.Setenv("DATAFORSEO_SPENDING_LIMIT_USD", "0.05")
	if r := tf.Run("plan", "-no-color"); r.ExitCode != 1 || server.Calls() != 0 || !strings.Contains(acctest.Unwrapped(r.Stderr), "0.0552 USD") {
		t.Errorf("got exit code %d and %d calls, want 1 and none\n%s", r.ExitCode, server.Calls(), r.Stderr)
	}
}

// TestBulk_body checks the body of a request.
func TestBulk_body(t *testing.T) {
	t.Parallel()
	server := fakeapi.Start(t, fakeapi.Options{})
	newRPC(t, server, nil).readBulk(t, []string{"blog.example"}, map[string]any{
		"include_subdomains": false, "tag": "a b",
	})
	if got, want := string(server.Requests()[0].Body), `[{"targets":["blog.example"],"include_subdomains":false,"tag":"a b"}]`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// TestBulk_claimed checks that a read's timeout includes the wait for another read.
func TestBulk_claimed(t *testing.T) {
	t.Parallel()
	server := fakeapi.Start(t, fakeapi.Options{})
	server.OnAny(fakeapi.Slow(nil))
	second := dataBlock(bulkType, "more", "targets = [\"site-1.example\"]\ntimeouts = { read = \"1s\" }")
	tf := acctest.New(t, bulkBlock("targets = [\"site-0.example\"]\ntimeouts = { read = \"3s\" }")+second).Use(server)
	r := tf.Run("plan", "-no-color")
	if want := "The read took too long. The time-out was"; r.ExitCode != 1 || strings.Count(acctest.Unwrapped(r.Stderr), want) != 2 {
		t.Errorf("got exit code %d, want 1 and %q twice\n%s", r.ExitCode, want, r.Stderr)
	}
}

// TestBulk_fields compares the schema with DataForSEO's list of fields.
func TestBulk_fields(t *testing.T) {
	t.Parallel()
	attributes := attributesOf(providerSchema(t).DataSourceSchemas[bulkType])
	for _, name := range []string{
		"include_subdomains", "rank_scale", "tag", "max_age", "on_error", "timeouts", "require", "on_violation", // arguments
		"errors", "cost_usd", "from_cache_count", "responses", "passed", "violations", "targets", "summaries",
	} {
		if attributes[name] == nil {
			t.Errorf("no attribute %s", name)
		}
	}
	if len(attributes) != 16 {
		t.Errorf("got %d attributes, want 16", len(attributes))
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
		t.Errorf("attributes of a summary (-want +got):\n%s", diff)
	}
}
