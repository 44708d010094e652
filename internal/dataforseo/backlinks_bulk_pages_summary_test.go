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

// TestBulkRecordedAnswer: what the recorded answer says of its two targets.
func TestBulkRecordedAnswer(t *testing.T) {
	t.Parallel()
	_, transport := newFake(t, fakeapi.Recorded(fakeapi.RecordedBulkOK), nil)
	request := dataforseo.BacklinksBulkPagesSummaryRequest{Targets: []string{"dataforseo.com", "https://dataforseo.com/"}}
	answer, failure := dataforseo.NewClient(transport).BacklinksBulkPagesSummary(t.Context(), request)
	if failure != nil {
		t.Fatal(failure)
	}
	if answer.Charges.USD != 0.024072 || answer.Notices != nil {
		t.Errorf("the answer is %+v", answer)
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
	if diff := cmp.Diff(want, got.Result); diff != "" || got.Charges != (dataforseo.Charges{}) {
		t.Errorf("- recorded, + decoded:\n%s", diff)
	}
	page := part(t, request, answer, "https://dataforseo.com/")
	if *page.Result.Rank != 261 || *page.Result.MainDomainRank != 324 || *page.Result.ReferringPagesNofollow != 452 {
		t.Errorf("the page has %+v", page.Result)
	}
	if id := page.Envelope.TaskID(); id != "00000000-0000-0576-0000-000000000000" {
		t.Errorf("the task of the page is %q", id)
	}
}

// part reads the part about a target as a later process does, from its body alone.
func part(t *testing.T, request dataforseo.BacklinksBulkPagesSummaryRequest, answer *dataforseo.BulkAnswer, target string) *dataforseo.Answer[dataforseo.BacklinksPageSummary] {
	t.Helper()
	call, err := request.CallFor(target)
	if err != nil {
		t.Fatal(err)
	}
	kept, failure := answer.Part(call)
	if failure != nil {
		t.Fatal(failure)
	}
	reply, err := dataforseo.ReadReply(kept.Body, time.Now(), call)
	if err != nil {
		t.Fatal(err)
	}
	return dataforseo.ReadBacklinksPageSummary(call, reply)
}

// TestBulkItems: what becomes of items in any order and form. "no data" is said of a
// target only if nothing contradicts it.
func TestBulkItems(t *testing.T) {
	t.Parallel()
	const envelope = `{"status_code":20000,"cost":0.02,"tasks":[{"id":"i","status_code":%s,"result_count":1,"data":%s,"result":[%s]}]}`
	whole := func(result string) string { return fmt.Sprintf(envelope, "20000", "null", result) }
	items := func(list string) string { return whole(`{"items":[` + list + `]}`) }
	for name, c := range map[string]struct{ body, a, b, notices string }{
		"in another order": {items(`{"url":"b.example","rank":2,"lost_date":null},{"url":"a.example","rank":1,"lost_date":null}`), "1", "2", ""},
		"another spelling": {items(`{"url":"WWW.A.example","rank":1,"lost_date":null},{"url":"b.example/","rank":2,"lost_date":null}`), "1", "2", ""},
		"missing":          {items(`{"url":"a.example","rank":1,"lost_date":null}`), "1", "no data", ""},
		"none":             {whole(`{"items":null,"items_count":0}`), "no data", "no data", ""},
		"none, as PHP":     {whole(`{"items":[]}`), "no data", "no data", ""},
		"no result":        {strings.Replace(whole(`null`), `"result_count":1`, `"result_count":0`, 1), "no data", "no data", ""},
		"nulls":            {items(`{"url":"a.example","rank":null,"lost_date":null},{"url":"b.example","lost_date":null}`), "no data", "no data", ""},
		"not asked for":    {items(`{"url":"a.example","rank":1,"lost_date":null},{"url":"c.example","rank":3,"lost_date":null}`), "1", "no data", `"c.example" was not requested.`},
		"a twin is another": {
			items(`{"url":"a.example","rank":1,"lost_date":null},{"url":"www.a.example","rank":3,"lost_date":null},{"url":"b.example","rank":2,"lost_date":null}`), "1", "2", `"www.a.example" was not requested.`,
		},
		"twins are others": {
			items(`{"url":"a.example","rank":1,"lost_date":null},{"url":"www.a.example","rank":3,"lost_date":null},{"url":"A.example","rank":4,"lost_date":null}`), "1", "no data",
			`"A.example" was not requested.` + "\n" + `"www.a.example" was not requested.`,
		},
		"twice the same": {items(`{"url":"a.example","rank":1,"lost_date":null},{"url":"a.example","rank":1,"lost_date":null},{"url":"b.example","rank":2,"lost_date":null}`), "1", "2", ""},
		"twice": {
			items(`{"url":"a.example","rank":1,"lost_date":null},{"url":"a.example","rank":9,"lost_date":null},{"url":"b.example","rank":2,"lost_date":null}`),
			"the answer cannot be used: it has 2 different items for the target", "2", "",
		},
		"odd form": {
			items(`"b.example",{"url":"a.example","rank":1,"lost_date":null}`), "1",
			"the answer cannot be used: it has no item for the target, and its unreadable items (1) may be about it",
			`In the answer, items[0] is "b.example".`,
		},
		"no url": {
			items(`{"rank":2,"lost_date":null},{"url":"a.example","rank":1,"lost_date":null},{"url":"b.example","rank":2,"lost_date":null}`), "1", "2", `In the answer, items[0] is {"rank":2,"lost_date":null}.`,
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
		"odd fields": {
			items(`{"url":"a.example","rank":1,"lost_date":7},{"url":"b.example","rank":1.5,"backlinks":1,"backlinks":2,"lost_date":null}`), "1, lost unreadable", "no data",
			`In the answer for "a.example", lost_date is 7.` + "\n" + `In the answer for "b.example", rank is 1.5, backlinks occurs twice.`,
		},
		"items of odd form": {whole(`{"items":"none"}`), "the answer cannot be used: its items are \"none\"", "", ""},
		"items twice":       {whole(`{"items":[],"items":null}`), "the answer cannot be used: its items occur twice", "", ""},
		"other targets":     {fmt.Sprintf(envelope, "20000", `{"targets":["c.example"]}`, `{"items":[]}`), "the answer cannot be used: it is about other targets", "", ""},
		"echoed otherwise": {
			fmt.Sprintf(envelope, "20000", `{"targets":["B.example","www.a.example"]}`, `{"items":[{"url":"a.example","rank":1,"lost_date":null}]}`), "1", "no data", "",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a, b, notices := partsOf(t, answering{status: 200, body: c.body})
			if diff := cmp.Diff([]string{c.a, c.b, c.notices}, []string{a, b, notices}); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// partsOf returns what an answer has for a.example and b.example, and its notices.
func partsOf(t *testing.T, api answering) (a, b, notices string) {
	t.Helper()
	transport := newTransport(t, "https://api.test", func(o *dataforseo.TransportOptions) { o.RoundTripper = api })
	request := dataforseo.BacklinksBulkPagesSummaryRequest{Targets: []string{"a.example", "b.example"}}
	answer, failure := dataforseo.NewClient(transport).BacklinksBulkPagesSummary(t.Context(), request)
	if failure != nil {
		if failure.Charges.USD != 0.02 {
			t.Errorf("it cost %+v", failure.Charges)
		}
		return failure.Cause, "", ""
	}
	all := answer.Notices
	var says [2]string
	for i, target := range request.Targets {
		call, err := request.CallFor(target)
		if err != nil {
			t.Fatal(err)
		}
		reply, failure := answer.Part(call)
		if failure != nil {
			says[i] = failure.Cause
			continue
		}
		part := dataforseo.ReadBacklinksPageSummary(call, reply)
		all = append(all, part.Notices...)
		says[i] = "no data"
		if part.Result.HasData() {
			says[i] = fmt.Sprint(*part.Result.Rank)
		}
		if part.Result != nil && part.Result.LostDate != nil {
			says[i] += ", lost " + *part.Result.LostDate
		}
	}
	return says[0], says[1], linesOf(all)
}

// TestBulkCall: what is sent, what it may cost, and what names a part in the cache.
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
		t.Errorf("the call is %+v: %s", call, call.Body)
	}
	part, err := request.CallFor("b.example")
	if err != nil {
		t.Fatal(err)
	}
	if want := `[{"targets":["b.example"],"rank_scale":"one_hundred"}]`; string(part.CacheKey) != want || part.Target != "b.example" {
		t.Errorf("the part is %+v: %s", part, part.CacheKey)
	}
}
