package dataforseo_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/dataforseo"
	"github.com/dataforseo/terraform-provider-dataforseo/internal/fakeapi"
)

// TestBulkRecordedAnswer checks the two targets of the recorded answer.
func TestBulkRecordedAnswer(t *testing.T) {
	t.Parallel()
	_, transport := newFake(t, fakeapi.Recorded(fakeapi.RecordedBulkOK), nil)
	request := dataforseo.BacklinksBulkPagesSummaryRequest{Targets: []string{"dataforseo.com", "https://dataforseo.com/"}}
	answer, failure := dataforseo.NewClient(transport).BacklinksBulkPagesSummary(t.Context(), request)
	if failure != nil {
		t.Fatal(failure)
	}
	if answer.Charges.USD != 0.024072 || answer.Notices != nil {
		t.Errorf("got %+v", answer)
	}
	n := func(i dataforseo.Integer) *dataforseo.Integer { return &i }
	want := &dataforseo.BacklinksPageSummary{
		BacklinksMetrics: dataforseo.BacklinksMetrics{
			FirstSeen: new("2019-01-15 23:54:14 +00:00"), Rank: n(323), Backlinks: n(347004), BacklinksSpamScore: n(14),
			BrokenBacklinks: n(2296), BrokenPages: n(102), ReferringDomains: n(3565), ReferringDomainsNofollow: n(1000),
			ReferringMainDomains: n(3173), ReferringMainDomainsNofollow: n(754), ReferringIPs: n(2576), ReferringSubnets: n(1667),
			ReferringPages: n(343031),
			ReferringLinksTLD: map[string]*dataforseo.Integer{
				"jetzt": n(234187), "de": n(94109), "com": n(6046), "net": n(1612), "blogspot.com": n(1035),
				"org": n(969), "ai": n(877), "io": n(778), "info": n(440), "cc": n(426),
			},
			ReferringLinksTypes: map[string]*dataforseo.Integer{"image": n(239757), "anchor": n(68499), "redirect": n(34772), "canonical": n(3)},
			ReferringLinksAttributes: map[string]*dataforseo.Integer{
				"nofollow": n(5988), "noopener": n(4976), "noreferrer": n(2328), "ugc": n(745), "external": n(159),
				"sponsored": n(96), "author": n(3), "bookmark": n(3),
			},
			ReferringLinksPlatformTypes: map[string]*dataforseo.Integer{
				"unknown": n(245199), "organization": n(57764), "blogs": n(7035), "cms": n(4145), "news": n(1167),
				"ecommerce": n(495), "wikis": n(268), "message-boards": n(98),
			},
			ReferringLinksSemanticLocations: map[string]*dataforseo.Integer{
				"": n(331621), "article": n(4657), "footer": n(2270), "section": n(2138), "main": n(1960),
				"header": n(224), "aside": n(74), "details": n(54), "figure": n(22), "nav": n(5),
			},
			ReferringLinksCountries: map[string]*dataforseo.Integer{
				"": n(241896), "DE": n(94673), "US": n(2011), "AI": n(878), "IO": n(789),
				"WW": n(701), "CC": n(426), "UA": n(312), "CA": n(238), "IN": n(148),
			},
		},
		MainDomainRank: n(324), ReferringPagesNofollow: n(0),
	}
	got := part(t, request, answer, "dataforseo.com")
	if diff := cmp.Diff(want, got.Result); diff != "" {
		t.Errorf("(-recorded +got)\n%s", diff)
	}
	if got.Charges != (dataforseo.Charges{}) {
		t.Errorf("got the charges %+v, want none", got.Charges)
	}
	page := part(t, request, answer, "https://dataforseo.com/")
	if *page.Result.Rank != 261 || *page.Result.MainDomainRank != 324 || *page.Result.ReferringPagesNofollow != 452 {
		t.Errorf("got %+v", page.Result)
	}
	if id := page.Envelope.TaskID(); id != "00000000-0000-0576-0000-000000000000" {
		t.Errorf("got the task %q", id)
	}
}

// part reads the part about a target from its body, as a later process does.
func part(t *testing.T, request dataforseo.BacklinksBulkPagesSummaryRequest, answer *dataforseo.BulkAnswer, target string) *dataforseo.Answer[dataforseo.BacklinksPageSummary] {
	t.Helper()
	call, err := request.CallFor(target)
	if err != nil {
		t.Fatal(err)
	}
	saved, failure := answer.Part(call)
	if failure != nil {
		t.Fatal(failure)
	}
	reply, err := dataforseo.ReadReply(saved.Body, time.Now(), call)
	if err != nil {
		t.Fatal(err)
	}
	return dataforseo.ReadBacklinksPageSummary(call, reply)
}

// TestBulkItems checks items in any order and form. A target has no data only if nothing in
// the answer contradicts that.
func TestBulkItems(t *testing.T) {
	t.Parallel()
	const envelope = `{"status_code":20000,"cost":0.02,"tasks":[{"id":"i","status_code":%s,"result_count":1,"data":%s,"result":[%s]}]}`
	whole := func(result string) string { return fmt.Sprintf(envelope, "20000", "null", result) }
	items := func(list ...string) string { return whole(`{"items":[` + strings.Join(list, ",") + `]}`) }
	item := func(url string, rank int) string {
		return fmt.Sprintf(`{"url":%q,"rank":%d,"lost_date":null}`, url, rank)
	}
	for name, c := range map[string]struct{ body, a, b, notices string }{
		"another order":    {items(item("b.example", 2), item("a.example", 1)), "1", "2", ""},
		"another spelling": {items(item("WWW.A.example", 1), item("b.example/", 2)), "1", "2", ""},
		"missing":          {items(item("a.example", 1)), "1", "no data", ""},
		"none":             {whole(`{"items":null,"items_count":0}`), "no data", "no data", ""},
		"none, an array":   {whole(`{"items":[]}`), "no data", "no data", ""},
		"no result":        {strings.Replace(whole(`null`), `"result_count":1`, `"result_count":0`, 1), "no data", "no data", ""},
		"nulls":            {items(`{"url":"a.example","rank":null,"lost_date":null}`, `{"url":"b.example","lost_date":null}`), "no data", "no data", ""},
		"not requested":    {items(item("a.example", 1), item("c.example", 3)), "1", "no data", `"c.example" was not requested.`},
		"similar url, not requested": {
			items(item("a.example", 1), item("www.a.example", 3), item("b.example", 2)), "1", "2", `"www.a.example" was not requested.`,
		},
		"similar urls, not requested": {
			items(item("a.example", 1), item("www.a.example", 3), item("A.example", 4)), "1", "no data",
			`"A.example" was not requested.` + "\n" + `"www.a.example" was not requested.`,
		},
		"the same twice": {items(item("a.example", 1), item("a.example", 1), item("b.example", 2)), "1", "2", ""},
		"twice": {
			items(item("a.example", 1), item("a.example", 9), item("b.example", 2)),
			"the answer cannot be used: it has 2 different items for the target", "2", "",
		},
		"not an object": {
			items(`"b.example"`, item("a.example", 1)), "1",
			"the answer cannot be used: it has no item for the target, and its unreadable items (1) may be about it",
			`In the answer, items[0] is "b.example".`,
		},
		"no url": {
			items(`{"rank":2,"lost_date":null}`, item("a.example", 1), item("b.example", 2)), "1", "2", `In the answer, items[0] is {"rank":2,"lost_date":null}.`,
		},
		"too few": {
			whole(`{"items_count":2,"items":[{"url":"a.example","rank":1,"lost_date":null}]}`), "1",
			"the answer cannot be used: it has no item for the target, and it has 1 of 2 items", "",
		},
		"partial": {
			fmt.Sprintf(envelope, "40106", "null", `{"items":[{"url":"a.example","rank":1,"lost_date":null}]}`), "1",
			"the answer cannot be used: it has no item for the target, and the answer is partial",
			`DataForSEO answered 40106 "" for "a.example" (task i).`,
		},
		"unreadable fields": {
			items(`{"url":"a.example","rank":1,"lost_date":7}`, `{"url":"b.example","rank":1.5,"backlinks":1,"backlinks":2,"lost_date":null}`), "1, lost unreadable", "no data",
			`In the answer for "a.example", lost_date is 7.` + "\n" + `In the answer for "b.example", rank is 1.5, backlinks occurs twice.`,
		},
		"items a string": {whole(`{"items":"none"}`), "the answer cannot be used: its items are \"none\"", "", ""},
		"items twice":    {whole(`{"items":[],"items":null}`), "the answer cannot be used: its items occur twice", "", ""},
		"other targets":  {fmt.Sprintf(envelope, "20000", `{"targets":["c.example"]}`, `{"items":[]}`), "the answer cannot be used: it is about other targets", "", ""},
		"echoed differently": {
			fmt.Sprintf(envelope, "20000", `{"targets":["B.example","www.a.example"]}`, `{"items":[{"url":"a.example","rank":1,"lost_date":null}]}`), "1", "no data", "",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a, b, notices := partsOf(t, answering{status: 200, body: c.body})
			if diff := cmp.Diff([]string{c.a, c.b, c.notices}, []string{a, b, notices}); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

// partsOf describes the parts about a.example and b.example, and returns all notices.
func partsOf(t *testing.T, api answering) (a, b, notices string) {
	t.Helper()
	request := dataforseo.BacklinksBulkPagesSummaryRequest{Targets: []string{"a.example", "b.example"}}
	answer, failure := dataforseo.NewClient(api.transport(t)).BacklinksBulkPagesSummary(t.Context(), request)
	if failure != nil {
		if failure.Charges.USD != 0.02 {
			t.Errorf("got %+v, want 0.02 USD", failure.Charges)
		}
		return failure.Cause, "", ""
	}
	all := answer.Notices
	var parts [2]string
	for i, target := range request.Targets {
		call, err := request.CallFor(target)
		if err != nil {
			t.Fatal(err)
		}
		reply, failure := answer.Part(call)
		if failure != nil {
			parts[i] = failure.Cause
			continue
		}
		part := dataforseo.ReadBacklinksPageSummary(call, reply)
		all = append(all, part.Notices...)
		parts[i] = "no data"
		if part.Result.HasData() {
			parts[i] = fmt.Sprint(*part.Result.Rank)
		}
		if part.Result != nil && part.Result.LostDate != nil {
			parts[i] += ", lost " + *part.Result.LostDate
		}
	}
	return parts[0], parts[1], linesOf(all)
}

// TestBulkCall checks the call, its price, and the cache key of a part.
func TestBulkCall(t *testing.T) {
	t.Parallel()
	request := dataforseo.BacklinksBulkPagesSummaryRequest{
		Targets: []string{"a.example", "b.example"}, IncludeSubdomains: new(true), RankScale: new("one_hundred"), Tag: new("x"),
	}
	call, err := request.Call()
	if err != nil {
		t.Fatal(err)
	}
	const body = `[{"targets":["a.example","b.example"],"include_subdomains":true,"rank_scale":"one_hundred","tag":"x"}]`
	if string(call.Body) != body || call.PriceUSD() != 0.024072 || call.CacheKey != nil {
		t.Errorf("got %+v with the body %s", call, call.Body)
	}
	part, err := request.CallFor("b.example")
	if err != nil {
		t.Fatal(err)
	}
	if want := `[{"targets":["b.example"],"rank_scale":"one_hundred"}]`; string(part.CacheKey) != want || part.Target != "b.example" {
		t.Errorf("got %+v with the key %s", part, part.CacheKey)
	}
}
