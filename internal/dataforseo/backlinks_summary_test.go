package dataforseo_test

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/dataforseo"
	"github.com/dataforseo/terraform-provider-dataforseo/internal/doertest"
	"github.com/dataforseo/terraform-provider-dataforseo/internal/fakeapi"
)

// sentCall returns the call for a request.
func sentCall(t *testing.T, request dataforseo.BacklinksSummaryRequest) *dataforseo.Call {
	t.Helper()
	var sent *dataforseo.Call
	client := dataforseo.NewClient(doertest.Func(func(_ context.Context, call *dataforseo.Call) (*dataforseo.Reply, *dataforseo.Failure) {
		sent = call
		return nil, &dataforseo.Failure{}
	}))
	if _, failure := client.BacklinksSummary(t.Context(), request); failure == nil || sent == nil {
		t.Fatal(failure)
	}
	return sent
}

func TestBacklinksSummaryCall(t *testing.T) {
	t.Parallel()
	call := sentCall(t, dataforseo.BacklinksSummaryRequest{Target: "example.com"})
	want := &dataforseo.Call{
		Endpoint: &dataforseo.Endpoint{Method: http.MethodPost, Path: "/v3/backlinks/summary/live", Price: dataforseo.Price{Call: 0.024, Row: 0.000036}},
		Body:     []byte(`[{"target":"example.com"}]`), CacheKey: []byte(`[{"target":"example.com"}]`), Rows: 1, Target: "example.com",
	}
	if diff := cmp.Diff(want, call); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if call.PriceUSD() != price || call.Endpoint.Free() {
		t.Errorf("got a price of %v, want %v", call.PriceUSD(), price)
	}
}

// TestBacklinksSummaryKey checks that the cache key has all arguments except the tag, which
// does not affect the result, and max_age, which is not sent.
func TestBacklinksSummaryKey(t *testing.T) {
	t.Parallel()
	request := dataforseo.BacklinksSummaryRequest{Target: "example.com", RankScale: new("one_hundred")}
	plain := sentCall(t, request)
	request.Tag, request.MaxAge = new("ours"), new(time.Hour)
	tagged := sentCall(t, request)
	const key = `[{"target":"example.com","rank_scale":"one_hundred"}]`
	if string(plain.CacheKey) != key || string(tagged.CacheKey) != key {
		t.Errorf("got the keys %s and %s, want %s", plain.CacheKey, tagged.CacheKey, key)
	}
	if want := `[{"target":"example.com","rank_scale":"one_hundred","tag":"ours"}]`; string(tagged.Body) != want {
		t.Errorf("got %s, want %s", tagged.Body, want)
	}
	if plain.MaxAge != nil || tagged.MaxAge == nil || *tagged.MaxAge != time.Hour {
		t.Errorf("got the ages %v and %v, want nil and 1h", plain.MaxAge, tagged.MaxAge)
	}
	if *request.Tag != "ours" {
		t.Error("the request was changed")
	}
}

func TestBacklinksSummaryRequestDocumented(t *testing.T) {
	t.Parallel()
	call := sentCall(t, dataforseo.BacklinksSummaryRequest{
		Target:              "explodingtopics.com",
		InternalListLimit:   new(int64(10)),
		IncludeSubdomains:   new(true),
		BacklinksFilters:    json.RawMessage(`["dofollow", "=", true]`),
		BacklinksStatusType: new("all"),
	})
	var got, want any
	if err := json.Unmarshal(call.Body, &got); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(fakeapi.RequestDocumented.Bytes(), &want); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-documented +got)\n%s", diff)
	}
}

func TestBacklinksSummaryRequestBody(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		request dataforseo.BacklinksSummaryRequest
		want    string
	}{
		"all arguments": {
			dataforseo.BacklinksSummaryRequest{
				Target:                   "https://example.com/?a=1&b=<2>",
				IncludeSubdomains:        new(true),
				IncludeIndirectLinks:     new(true),
				ExcludeInternalBacklinks: new(true),
				InternalListLimit:        new(int64(1000)),
				BacklinksStatusType:      new("lost"),
				BacklinksFilters:         json.RawMessage(`[["rank","<>",1],"and",["anchor","like","%<b>&%"]]`),
				RankScale:                new("one_hundred"),
				Tag:                      new("ours & theirs"),
			},
			`[{"target":"https://example.com/?a=1&b=<2>","include_subdomains":true,"include_indirect_links":true,` +
				`"exclude_internal_backlinks":true,"internal_list_limit":1000,"backlinks_status_type":"lost",` +
				`"backlinks_filters":[["rank","<>",1],"and",["anchor","like","%<b>&%"]],` +
				`"rank_scale":"one_hundred","tag":"ours & theirs"}]`,
		},
		"zero values": {
			dataforseo.BacklinksSummaryRequest{
				Target:                   "example.com",
				IncludeSubdomains:        new(false),
				IncludeIndirectLinks:     new(false),
				ExcludeInternalBacklinks: new(false),
				InternalListLimit:        new(int64(0)),
				Tag:                      new(""),
			},
			`[{"target":"example.com","include_subdomains":false,"include_indirect_links":false,` +
				`"exclude_internal_backlinks":false,"internal_list_limit":0,"tag":""}]`,
		},
		"numbers in filters": {
			dataforseo.BacklinksSummaryRequest{
				Target:           "example.com",
				BacklinksFilters: json.RawMessage(`["links_count", "in", [9007199254740993, 1.50, 1e3]]`),
			},
			`[{"target":"example.com","backlinks_filters":["links_count","in",[9007199254740993,1.50,1e3]]}]`,
		},
		"UTF-8": {
			dataforseo.BacklinksSummaryRequest{Target: "example.com", Tag: new(`"Käse" \ 茶 🫖`)},
			`[{"target":"example.com","tag":"\"Käse\" \\ 茶 🫖"}]`,
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := string(sentCall(t, test.request).Body); got != test.want {
				t.Errorf("got\n%s\nwant\n%s", got, test.want)
			}
		})
	}
}

// TestBacklinksSummaryKey_defaults checks that arguments with default values are sent, but
// are not part of the cache key.
func TestBacklinksSummaryKey_defaults(t *testing.T) {
	t.Parallel()
	call := sentCall(t, dataforseo.BacklinksSummaryRequest{
		Target: "example.com", IncludeSubdomains: new(true), IncludeIndirectLinks: new(true), ExcludeInternalBacklinks: new(true),
		InternalListLimit: new(int64(10)), BacklinksStatusType: new("live"), RankScale: new("one_thousand"),
	})
	if got := string(call.CacheKey); got != `[{"target":"example.com"}]` {
		t.Errorf("got the key %s", got)
	}
	if got := string(call.Body); strings.Count(got, ":") != 7 {
		t.Errorf("got the body %s, want 7 arguments", got)
	}
	others := sentCall(t, dataforseo.BacklinksSummaryRequest{
		Target: "example.com", IncludeSubdomains: new(false), IncludeIndirectLinks: new(false), ExcludeInternalBacklinks: new(false),
		InternalListLimit: new(int64(11)), BacklinksStatusType: new("all"), RankScale: new("one_hundred"),
	})
	if got := string(others.CacheKey); got != string(others.Body) {
		t.Errorf("got the key %s, want %s", got, others.Body)
	}
}

func TestBacklinksSummary_invalidFilters(t *testing.T) {
	t.Parallel()
	client := dataforseo.NewClient(doertest.Func(func(context.Context, *dataforseo.Call) (*dataforseo.Reply, *dataforseo.Failure) {
		t.Error("a request was made")
		return nil, nil
	}))
	_, failure := client.BacklinksSummary(t.Context(), dataforseo.BacklinksSummaryRequest{
		Target: "example.com", BacklinksFilters: json.RawMessage(`["dofollow"`),
	})
	const want = `it cannot be encoded: json: error calling MarshalJSON for type json.RawMessage: unexpected end of JSON input`
	if failure == nil || failure.Cause != want || failure.Kind != dataforseo.KindClient || failure.Scope != dataforseo.ScopeRequest {
		t.Errorf("got %+v, want %s", failure, want)
	}
}

// TestBacklinksSummary_reply checks that everything in a reply is passed on, and that the
// reply, which others may share, is not modified.
func TestBacklinksSummary_reply(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 8, 1, 12, 0, 0, 0, time.UTC)
	reply, err := dataforseo.ReadReply(fakeapi.Recording("score-is-fraction").Bytes(), at, summaryCall("explodingtopics.com"))
	if err != nil {
		t.Fatal(err)
	}
	reply.FromCache, reply.Cached, reply.Charges = true, true, dataforseo.Charges{USD: 1}
	reply.Notices = []dataforseo.Notice{{Summary: "The cache cannot be used", Line: "It is read-only."}}
	client := dataforseo.NewClient(doertest.Func(func(context.Context, *dataforseo.Call) (*dataforseo.Reply, *dataforseo.Failure) {
		return reply, nil
	}))
	for range 2 {
		answer, failure := client.BacklinksSummary(t.Context(), dataforseo.BacklinksSummaryRequest{Target: "explodingtopics.com"})
		if failure != nil {
			t.Fatal(failure)
		}
		if got, want := linesOf(answer.Notices), inAnswer("backlinks_spam_score is 8.25")+"\nIt is read-only."; got != want {
			t.Errorf("got the notices %s, want %s", got, want)
		}
		if answer.Envelope != reply.Envelope || !answer.FetchedAt.Equal(at) || !answer.FromCache || !answer.Cached || answer.Charges.USD != 1 {
			t.Errorf("got %+v", answer)
		}
		if answer.Body != nil || reply.Body == nil || len(reply.Notices) != 1 {
			t.Errorf("the answer has a body of %d bytes, the reply one of %d bytes and %d notices", len(answer.Body), len(reply.Body), len(reply.Notices))
		}
	}
}

// resultFields are the documented fields of a result, with their types.
var resultFields = map[string]string{
	"first_seen": "string", "lost_date": "string",
	"rank": "integer", "backlinks": "integer", "backlinks_spam_score": "integer", "crawled_pages": "integer",
	"internal_links_count": "integer", "external_links_count": "integer", "broken_backlinks": "integer",
	"broken_pages": "integer", "referring_domains": "integer", "referring_domains_nofollow": "integer",
	"referring_main_domains": "integer", "referring_main_domains_nofollow": "integer", "referring_ips": "integer",
	"referring_subnets": "integer", "referring_pages": "integer", "referring_pages_nofollow": "integer",
	"referring_links_tld": "map", "referring_links_types": "map", "referring_links_attributes": "map",
	"referring_links_platform_types": "map", "referring_links_semantic_locations": "map", "referring_links_countries": "map",
	"info": "info",
}

var infoFields = map[string]string{
	"server": "string", "cms": "string", "platform_type": "strings", "ip_address": "string", "country": "string",
	"is_ip": "boolean", "target_spam_score": "integer",
}

var envelopeFields = map[string]string{
	"version": "string", "status_code": "integer", "status_message": "string", "time": "string", "cost": "decimal",
	"tasks_count": "integer", "tasks_error": "integer", "task": "",
}

var taskFields = map[string]string{
	"id": "string", "status_code": "integer", "status_message": "string", "time": "string", "cost": "decimal",
	"result_count": "integer", "path": "strings", "data": "json",
}

// samples has a value of each type.
var samples = map[string]struct {
	json string
	want any
}{
	"string":  {`"a \u00e4 \"b\""`, new(`a ä "b"`)},
	"integer": {`20000.0`, new(dataforseo.Integer(20000))}, // also a valid status
	"boolean": {`false`, new(false)},
	"decimal": {`0.024036`, new(dataforseo.USD(0.024036))},
	"strings": {`["", null, "b"]`, []*string{new(""), nil, new("b")}},
	"map":     {`{"": 0, "co.uk": null, "message-boards": 2147483648}`, map[string]*dataforseo.Integer{"": new(dataforseo.Integer(0)), "co.uk": nil, "message-boards": new(dataforseo.Integer(2147483648))}},
	"info":    {`{"is_ip": true}`, &dataforseo.BacklinksTargetInfo{IsIP: new(true)}},
	"json":    {`{"a": [1.50]}`, new(dataforseo.JSONText(`{"a":[1.50]}`))},
}

type answer = dataforseo.Answer[dataforseo.BacklinksSummary]

// TestEveryFieldCanBeNull checks that every documented field is read, and is nil if it is
// null or missing.
func TestEveryFieldCanBeNull(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		fields map[string]string
		around string // the answer with %s in place of a field
		given  string // the field that is in it already
		read   func(a *answer) any
	}{
		"result": {resultFields, `{"status_code":20000,"tasks":[{"status_code":20000,"result":[{"lost_date":null,%s}]}]}`, "lost_date",
			func(a *answer) any { return *a.Result }},
		"info": {infoFields, `{"status_code":20000,"tasks":[{"status_code":20000,"result":[{"lost_date":null,"info":{%s}}]}]}`, "",
			func(a *answer) any { return *a.Result.Info }},
		"envelope": {envelopeFields, `{%s,"tasks":[{"status_code":20000,"result":null}]}`, "task",
			func(a *answer) any { return *a.Envelope }},
		"task": {taskFields, `{"tasks":[{"status_code":20000,%s,"result":{}},{"id":"other"}]}`, "status_code",
			func(a *answer) any { return *a.Envelope.Task }},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for field, kind := range test.fields {
				if field == test.given {
					continue
				}
				for json, want := range map[string]any{samples[kind].json: samples[kind].want, "null": nil} {
					body := fmt.Sprintf(test.around, fmt.Sprintf("%q:%s", field, json))
					got, failure := answering{status: 200, body: body}.summary(t)
					if failure != nil || len(got.Notices) > 0 {
						t.Errorf("%s: got %v, %v", body, got, failure)
						continue
					}
					testFields(t, body, test.read(got), map[string]any{field: want}, test.given)
				}
			}
		})
	}
}

// testFields checks that a struct has the wanted values, and is nil otherwise.
func testFields(t *testing.T, body string, got any, want map[string]any, ignored string) {
	t.Helper()
	fields := reflect.ValueOf(got)
	for _, field := range reflect.VisibleFields(fields.Type()) {
		name, value := field.Tag.Get("json"), fields.FieldByIndex(field.Index)
		switch {
		case name == "", name == ignored:
		case want[name] != nil && !reflect.DeepEqual(value.Interface(), want[name]), want[name] == nil && !value.IsNil():
			t.Errorf("%s: %s is %v, want %v", body, name, value, want[name])
		}
	}
}

// TestFieldsAreTheDocumentedOnes compares the structs with the documentation.
func TestFieldsAreTheDocumentedOnes(t *testing.T) {
	t.Parallel()
	for of, fields := range map[reflect.Type]map[string]string{
		reflect.TypeFor[dataforseo.BacklinksSummary]():    resultFields,
		reflect.TypeFor[dataforseo.BacklinksTargetInfo](): infoFields,
		reflect.TypeFor[dataforseo.Envelope]():            envelopeFields,
		reflect.TypeFor[dataforseo.Task]():                taskFields,
	} {
		var got []string
		for _, field := range reflect.VisibleFields(of) {
			if field.IsExported() && !field.Anonymous {
				got = append(got, field.Tag.Get("json"))
			}
		}
		slices.Sort(got)
		if diff := cmp.Diff(slices.Sorted(maps.Keys(fields)), got); diff != "" {
			t.Errorf("%s: (-documented +got)\n%s", of, diff)
		}
	}
}

// recordedSummary returns the result in the recorded answer.
func recordedSummary() *dataforseo.BacklinksSummary {
	n := func(i dataforseo.Integer) *dataforseo.Integer { return &i }
	return &dataforseo.BacklinksSummary{
		BacklinksMetrics: dataforseo.BacklinksMetrics{
			FirstSeen:                    new("2020-01-18 11:50:58 +00:00"),
			LostDate:                     nil,
			Rank:                         n(371),
			Backlinks:                    n(41245),
			BacklinksSpamScore:           n(8),
			BrokenBacklinks:              n(209),
			BrokenPages:                  n(265),
			ReferringDomains:             n(12372),
			ReferringDomainsNofollow:     n(0),
			ReferringMainDomains:         n(11438),
			ReferringMainDomainsNofollow: n(0),
			ReferringIPs:                 n(10401),
			ReferringSubnets:             n(6427),
			ReferringPages:               n(38786),
			ReferringLinksTLD: map[string]*dataforseo.Integer{
				"com": n(26012), "pics": n(1964), "net": n(1080), "org": n(1031), "info": n(670),
				"hu": n(548), "co.uk": n(527), "io": n(481), "best": n(416), "co": n(299),
			},
			ReferringLinksTypes: map[string]*dataforseo.Integer{
				"anchor": n(36666), "redirect": n(1906), "image": n(210), "canonical": n(4),
			},
			ReferringLinksAttributes: map[string]*dataforseo.Integer{
				"noopener": n(8960), "noreferrer": n(3908), "external": n(167), "sponsored": n(34), "ugc": n(20), "alternate": n(2),
			},
			ReferringLinksPlatformTypes: map[string]*dataforseo.Integer{
				"unknown": n(15196), "cms": n(13222), "blogs": n(12985), "organization": n(9525),
				"message-boards": n(2679), "news": n(2295), "ecommerce": n(36),
			},
			ReferringLinksSemanticLocations: map[string]*dataforseo.Integer{
				"": n(20318), "article": n(12403), "section": n(3907), "main": n(1595), "details": n(366),
				"figcaption": n(116), "figure": n(38), "header": n(28), "aside": n(5), "nav": n(4),
			},
			ReferringLinksCountries: map[string]*dataforseo.Integer{
				"": n(27445), "US": n(3867), "WW": n(1439), "IN": n(738), "GB": n(602),
				"IO": n(440), "CO": n(275), "DE": n(259), "IT": n(196), "BR": n(181),
			},
		},
		CrawledPages: n(2150),
		Info: &dataforseo.BacklinksTargetInfo{
			Server:          new("cloudflare"),
			CMS:             nil,
			PlatformType:    []*string{new("unknown")},
			IPAddress:       new("172.67.129.80"),
			Country:         new("US"),
			IsIP:            new(false),
			TargetSpamScore: n(0),
		},
		InternalLinksCount:     n(25507),
		ReferringPagesNofollow: n(0),
		ExternalLinksCount:     n(18419),
	}
}

func TestRecordedAnswer(t *testing.T) {
	t.Parallel()
	answer, failure := askFake(t, fakeapi.Recorded(fakeapi.RecordedOK))
	if failure != nil {
		t.Fatal(failure)
	}
	if diff := cmp.Diff(recordedSummary(), answer.Result); diff != "" {
		t.Errorf("(-recorded +got)\n%s", diff)
	}
	want := &dataforseo.Envelope{
		Version: new("0.1.20230825"), StatusCode: new(dataforseo.Integer(20000)), StatusMessage: new("Ok."),
		Time: new("1.0162 sec."), Cost: new(dataforseo.USD(0.02003)), TasksCount: new(dataforseo.Integer(1)), TasksError: new(dataforseo.Integer(0)),
		Task: &dataforseo.Task{
			ID: new("09291809-1535-0265-0000-8d49256fe2ad"), StatusCode: new(dataforseo.Integer(20000)),
			StatusMessage: new("Ok."), Time: new("0.9619 sec."), Cost: new(dataforseo.USD(0.02003)), ResultCount: new(dataforseo.Integer(1)),
			Path: summaryPath,
			Data: new(dataforseo.JSONText(`{"api":"backlinks","function":"summary","target":"explodingtopics.com","internal_list_limit":10,` +
				`"include_subdomains":true,"backlinks_filters":["dofollow","=",true],"backlinks_status_type":"all"}`)),
		},
	}
	if diff := cmp.Diff(want, answer.Envelope, ignoreUnexported); diff != "" {
		t.Errorf("(-recorded +got)\n%s", diff)
	}
	if answer.FromCache || answer.Notices != nil {
		t.Errorf("got %+v", answer)
	}
}

var summaryPath = []*string{new("v3"), new("backlinks"), new("summary"), new("live")}

func TestRecordedNoData(t *testing.T) {
	t.Parallel()
	_, transport := newFake(t, fakeapi.Recorded(fakeapi.RecordedNoData), nil)
	answer, failure := dataforseo.NewClient(transport).BacklinksSummary(t.Context(), dataforseo.BacklinksSummaryRequest{Target: "https://example.com/a-page-nobody-links-to"})
	if failure != nil {
		t.Fatal(failure)
	}
	if answer.Result != nil || answer.Result.HasData() || answer.Charges.USD != 0.02003 || len(answer.Notices) > 0 {
		t.Errorf("got %+v, want a paid answer without a result", answer)
	}
}

func TestRecordedFailures(t *testing.T) {
	t.Parallel()
	const message = "Please verify your account before using the API. You can do it in your dashboard."
	for name, want := range map[fakeapi.Recording]*dataforseo.Failure{
		fakeapi.RecordedInvalidField: {
			Kind: dataforseo.KindArgument, Code: 40501, Field: "target", Summary: "DataForSEO refuses a field of the request",
			Cause: `DataForSEO answered 40501 "Invalid Field: 'target'."`,
			Envelope: &dataforseo.Envelope{
				Version: new("0.1.20240801"), StatusCode: new(dataforseo.Integer(20000)), StatusMessage: new("Ok."),
				Time: new("0 sec."), Cost: new(dataforseo.USD(0)), TasksCount: new(dataforseo.Integer(1)), TasksError: new(dataforseo.Integer(1)),
				Task: &dataforseo.Task{
					ID: new("07040915-1535-0265-0000-ba86a05ffa5f"), StatusCode: new(dataforseo.Integer(40501)),
					StatusMessage: new("Invalid Field: 'target'."), Time: new("0 sec."), Cost: new(dataforseo.USD(0)), ResultCount: new(dataforseo.Integer(0)),
					Path: summaryPath, Data: new(dataforseo.JSONText(`{"api":"backlinks","function":"summary","target":"example.por"}`)),
				},
			},
		},
		fakeapi.RecordedUnverifiedAccount: {
			Kind: dataforseo.KindAccount, Scope: dataforseo.ScopeAccount, Code: 40104, Summary: "The DataForSEO account is not verified",
			Cause: fmt.Sprintf("DataForSEO answered 40104 %q", message), Remedy: "Verify the account at https://app.dataforseo.com.",
			Envelope: &dataforseo.Envelope{
				Version: new("0.1.20260801"), StatusCode: new(dataforseo.Integer(40104)), StatusMessage: new(message),
				Time: new("0 sec."), Cost: new(dataforseo.USD(0)), TasksCount: new(dataforseo.Integer(0)), TasksError: new(dataforseo.Integer(0)),
			},
		},
	} {
		want.HTTPStatus, want.Attempts = 200, 1
		_, failure := askFake(t, fakeapi.Recorded(name))
		if diff := cmp.Diff(want, failure, ignoreUnexported); diff != "" {
			t.Errorf("%s: (-recorded +got)\n%s", name, diff)
		}
	}
}

// TestHasData checks that a single number is data, and that nulls, texts and dates are not.
func TestHasData(t *testing.T) {
	t.Parallel()
	for result, want := range map[string]bool{
		`{}`:                                     false,
		`{"target": "example.com"}`:              false,
		`{"rank": null, "info": null}`:           false,
		`{"info": {}}`:                           false,
		`{"info": {"country": "US"}}`:            false,
		`{"referring_links_tld": {}}`:            false,
		`{"referring_links_tld": {"com": null}}`: false,
		`{"first_seen": "2019-11-15 12:57:46 +00:00", "lost_date": null}`: false,
		`{"rank": 1.5}`:                       false,
		`{"rank": 0}`:                         true,
		`{"rank": 1.5, "backlinks": "7"}`:     true,
		`{"referring_pages_nofollow": 1}`:     true,
		`{"referring_links_tld": {"com": 0}}`: true,
		`{"info": {"target_spam_score": 0}}`:  true,
	} {
		answer, failure := success("1", "["+result+"]").summary(t)
		if failure != nil {
			t.Fatalf("%s: %v", result, failure)
		}
		if got := answer.Result.HasData(); got != want {
			t.Errorf("%s: got %t, want %t", result, got, want)
		}
	}
}

func TestUnknownFieldsAreIgnored(t *testing.T) {
	t.Parallel()
	answer, failure := askFake(t, recordedWith(fakeapi.UnknownFields()))
	testCase(t, answer, failure, caseResult{})
}

// largeAnswer returns an answer with 1000 entries, the API's maximum, in each map.
func largeAnswer() []byte {
	result := map[string]any{"target": "example.com", "rank": 371, "backlinks": json.RawMessage("41245.0")}
	for name, kind := range resultFields {
		if kind == "map" {
			entries := map[string]int{}
			for i := range 1000 {
				entries[fmt.Sprintf("entry-%d.example", i)] = 1_000_000_000 + i
			}
			result[name] = entries
		}
	}
	body, err := json.Marshal(map[string]any{
		"status_code": 20000, "cost": 0.024036,
		"tasks": []any{map[string]any{"status_code": 20000, "result_count": 1, "result": []any{result}}},
	})
	if err != nil {
		panic(err)
	}
	return body
}

// BenchmarkLargeAnswer measures the processing of a large answer, without the network.
func BenchmarkLargeAnswer(b *testing.B) { benchmarkAnswer(b, largeAnswer(), "example.com") }

// BenchmarkRecordedAnswer measures an answer of the usual size.
func BenchmarkRecordedAnswer(b *testing.B) {
	benchmarkAnswer(b, fakeapi.RecordedOK.Bytes(), "explodingtopics.com")
}

func benchmarkAnswer(b *testing.B, body []byte, target string) {
	b.Helper()
	client := dataforseo.NewClient(answering{status: 200, body: string(body)}.transport(b))
	b.SetBytes(int64(len(body)))
	b.ReportAllocs()
	for b.Loop() {
		answer, failure := client.BacklinksSummary(b.Context(), dataforseo.BacklinksSummaryRequest{Target: target})
		if failure != nil || len(answer.Result.ReferringLinksCountries) < 10 {
			b.Fatal(answer, failure)
		}
	}
}
