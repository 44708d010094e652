package dataforseo_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/dataforseo"
	"github.com/dataforseo/terraform-provider-dataforseo/internal/fakeapi"
)

// doerFunc is a Doer made of a function.
type doerFunc func(ctx context.Context, call *dataforseo.Call) (*dataforseo.Reply, error)

func (f doerFunc) Do(ctx context.Context, call *dataforseo.Call) (*dataforseo.Reply, error) {
	return f(ctx, call)
}

// sentCall returns the call that a request becomes.
func sentCall(t *testing.T, request dataforseo.BacklinksSummaryRequest) *dataforseo.Call {
	t.Helper()
	var sent *dataforseo.Call
	client := dataforseo.NewClient(doerFunc(func(_ context.Context, call *dataforseo.Call) (*dataforseo.Reply, error) {
		sent = call
		return &dataforseo.Reply{}, nil
	}))
	if _, err := client.BacklinksSummary(t.Context(), request); err != nil {
		t.Fatal(err)
	}
	return sent
}

func TestBacklinksSummaryCall(t *testing.T) {
	t.Parallel()
	call := sentCall(t, dataforseo.BacklinksSummaryRequest{Target: "example.com"})
	if call.Method != http.MethodPost || call.Path != "/v3/backlinks/summary/live" || !call.Paid || call.Subject != "example.com" {
		t.Errorf("the call is %s %s, paid %t, about %q", call.Method, call.Path, call.Paid, call.Subject)
	}
	if _, ok := call.NewResult().(*dataforseo.BacklinksSummary); !ok {
		t.Errorf("the result is decoded into a %T", call.NewResult())
	}
	if call.NewResult() == call.NewResult() {
		t.Error("two answers share a result")
	}
}

// The key tells answers apart: by everything that is sent but the tag, which names
// the task and changes nothing in the answer, and by nothing else.
func TestBacklinksSummaryKey(t *testing.T) {
	t.Parallel()
	request := dataforseo.BacklinksSummaryRequest{Target: "example.com", RankScale: new("one_hundred")}
	plain := sentCall(t, request)
	request.Tag, request.MaxAge = new("ours"), new(time.Hour)
	tagged := sentCall(t, request)
	const key = `[{"target":"example.com","rank_scale":"one_hundred"}]`
	if string(plain.Key) != key || string(tagged.Key) != key {
		t.Errorf("the keys are %s and %s, want %s", plain.Key, tagged.Key, key)
	}
	if want := `[{"target":"example.com","rank_scale":"one_hundred","tag":"ours"}]`; string(tagged.Body) != want {
		t.Errorf("the body is %s, want %s", tagged.Body, want)
	}
	if plain.MaxAge != nil || tagged.MaxAge == nil || *tagged.MaxAge != time.Hour {
		t.Errorf("max_age is %v and %v", plain.MaxAge, tagged.MaxAge)
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
		t.Errorf("differs from the documented request (- documented, + sent):\n%s", diff)
	}
}

func TestBacklinksSummaryRequestBody(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		request dataforseo.BacklinksSummaryRequest
		want    string
	}{
		"only the target": {
			dataforseo.BacklinksSummaryRequest{Target: "example.com"},
			`[{"target":"example.com"}]`,
		},
		"everything": {
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
		"what is set to the zero value is set": {
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
		"numbers of filters stay as written": {
			dataforseo.BacklinksSummaryRequest{
				Target:           "example.com",
				BacklinksFilters: json.RawMessage(`["links_count", "in", [9007199254740993, 1.50, 1e3]]`),
			},
			`[{"target":"example.com","backlinks_filters":["links_count","in",[9007199254740993,1.50,1e3]]}]`,
		},
		"text is UTF-8": {
			dataforseo.BacklinksSummaryRequest{Target: "example.com", Tag: new(`"Käse" \ 茶 🫖`)},
			`[{"target":"example.com","tag":"\"Käse\" \\ 茶 🫖"}]`,
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := string(sentCall(t, test.request).Body); got != test.want {
				t.Errorf("the body is\n%s\nwant\n%s", got, test.want)
			}
		})
	}
}

func TestBacklinksSummaryRequestFieldsAreTheDocumentedOnes(t *testing.T) {
	t.Parallel()
	want := []string{
		"target", "include_subdomains", "include_indirect_links", "exclude_internal_backlinks", "internal_list_limit",
		"backlinks_status_type", "backlinks_filters", "rank_scale", "tag",
	}
	var got []string
	for _, field := range reflect.VisibleFields(reflect.TypeFor[dataforseo.BacklinksSummaryRequest]()) {
		name, options, _ := strings.Cut(field.Tag.Get("json"), ",")
		if name == "-" {
			continue
		}
		if (options == "omitempty") == (name == "target") {
			t.Errorf("%s has the options %q", name, options)
		}
		got = append(got, name)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("- documented, + sent:\n%s", diff)
	}
}

func TestBacklinksSummaryRefusesFiltersThatAreNoJSON(t *testing.T) {
	t.Parallel()
	client := dataforseo.NewClient(doerFunc(func(context.Context, *dataforseo.Call) (*dataforseo.Reply, error) {
		t.Error("a request was made")
		return &dataforseo.Reply{}, nil
	}))
	_, err := client.BacklinksSummary(t.Context(), dataforseo.BacklinksSummaryRequest{
		Target: "example.com", BacklinksFilters: json.RawMessage(`["dofollow"`),
	})
	const want = `encode the request for "example.com": json: error calling MarshalJSON for type json.RawMessage: unexpected end of JSON input`
	if err == nil || err.Error() != want {
		t.Errorf("the error is %v, want %s", err, want)
	}
}

func TestBacklinksSummaryPassesTheReplyOn(t *testing.T) {
	t.Parallel()
	notices := []dataforseo.Notice{{Summary: "The cache cannot be used", Detail: "It is read-only."}}
	envelope, summary, at := &dataforseo.Envelope{}, &dataforseo.BacklinksSummary{Rank: new(dataforseo.Integer(0))}, time.Date(2026, 8, 1, 12, 0, 0, 0, time.UTC)
	client := dataforseo.NewClient(doerFunc(func(context.Context, *dataforseo.Call) (*dataforseo.Reply, error) {
		return &dataforseo.Reply{Envelope: envelope, Result: summary, FetchedAt: at, FromCache: true, Kept: true, Charges: dataforseo.Charges{USD: 1}, Notices: notices}, nil
	}))
	answer, err := client.BacklinksSummary(t.Context(), dataforseo.BacklinksSummaryRequest{Target: "example.com"})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(notices, answer.Notices); diff != "" {
		t.Errorf("notices: - want, + got:\n%s", diff)
	}
	if answer.Envelope != envelope || answer.Summary != summary || !answer.FetchedAt.Equal(at) || !answer.FromCache || !answer.Kept || answer.Charges.USD != 1 {
		t.Errorf("the answer is %+v", answer)
	}
}

func TestBacklinksSummaryPassesTheErrorOn(t *testing.T) {
	t.Parallel()
	failure := errors.New("no")
	client := dataforseo.NewClient(doerFunc(func(context.Context, *dataforseo.Call) (*dataforseo.Reply, error) {
		return nil, failure
	}))
	answer, err := client.BacklinksSummary(t.Context(), dataforseo.BacklinksSummaryRequest{Target: "example.com"})
	if err != failure || answer != nil {
		t.Errorf("got %v, %v", answer, err)
	}
}

// resultFields are the fields of a result and their types, from DataForSEO's page.
var resultFields = map[string]string{
	"target": "string", "first_seen": "string", "lost_date": "string",
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
	"tasks_count": "integer", "tasks_error": "integer", "tasks": "tasks",
}

var taskFields = map[string]string{
	"id": "string", "status_code": "integer", "status_message": "string", "time": "string", "cost": "decimal",
	"result_count": "integer", "path": "strings", "data": "json", "result": "json",
}

// samples are values of each type: JSON, and what it has to become.
var samples = map[string]struct {
	json string
	want any
}{
	"string":  {`"a \u00e4 \"b\""`, new(`a ä "b"`)},
	"integer": {`9007199254740993.0`, new(dataforseo.Integer(9007199254740993))},
	"boolean": {`false`, new(false)},
	"decimal": {`0.024036`, new(0.024036)},
	"strings": {`["", null, "b"]`, []*string{new(""), nil, new("b")}},
	"map":     {`{"": 0, "co.uk": null, "message-boards": 2147483648}`, map[string]*dataforseo.Integer{"": new(dataforseo.Integer(0)), "co.uk": nil, "message-boards": new(dataforseo.Integer(2147483648))}},
	"info":    {`{"is_ip": true}`, &dataforseo.BacklinksTargetInfo{IsIP: new(true)}},
	"tasks":   {`[null, {"id": "x"}]`, []*dataforseo.Task{nil, {ID: new("x")}}},
	"json":    {`{"a": [1.50]}`, json.RawMessage(`{"a": [1.50]}`)},
}

func TestEveryFieldCanBeNull(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		of     reflect.Type
		fields map[string]string
	}{
		"result":   {reflect.TypeFor[dataforseo.BacklinksSummary](), resultFields},
		"info":     {reflect.TypeFor[dataforseo.BacklinksTargetInfo](), infoFields},
		"envelope": {reflect.TypeFor[dataforseo.Envelope](), envelopeFields},
		"task":     {reflect.TypeFor[dataforseo.Task](), taskFields},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := test.of.NumField(); got != len(test.fields) {
				t.Errorf("%d fields, %d are documented", got, len(test.fields))
			}
			for i := range test.of.NumField() {
				testField(t, test.of, i, test.fields)
			}
		})
	}
}

// testField decodes one field of a struct: left out, null, and with a value.
func testField(t *testing.T, of reflect.Type, i int, fields map[string]string) {
	t.Helper()
	name := of.Field(i).Tag.Get("json")
	kind, documented := fields[name]
	if !documented {
		t.Errorf("%s: no field %q is documented", of.Field(i).Name, name)
		return
	}
	decode := func(text string) any {
		into := reflect.New(of)
		if err := json.Unmarshal([]byte(text), into.Interface()); err != nil {
			t.Errorf("%s: %v", text, err)
		}
		return into.Elem().Field(i).Interface()
	}
	zero := reflect.Zero(of.Field(i).Type).Interface()
	if got := decode(`{}`); !reflect.DeepEqual(got, zero) || !reflect.ValueOf(got).IsNil() {
		t.Errorf("%s left out became %v", name, got)
	}
	null := decode(fmt.Sprintf(`{%q: null}`, name))
	if raw, ok := null.(json.RawMessage); ok && string(raw) == "null" {
		null = zero // JSON that is left undecoded
	}
	if !reflect.DeepEqual(null, zero) {
		t.Errorf("%s: null became %v", name, null)
	}
	if got := decode(fmt.Sprintf(`{%q: %s}`, name, samples[kind].json)); !reflect.DeepEqual(got, samples[kind].want) {
		t.Errorf("%s: %s became %#v, want %#v", name, samples[kind].json, got, samples[kind].want)
	}
}

// recordedSummary is what the recorded answer says, field by field.
func recordedSummary() *dataforseo.BacklinksSummary {
	n := func(i dataforseo.Integer) *dataforseo.Integer { return &i }
	return &dataforseo.BacklinksSummary{
		Target:             new("explodingtopics.com"),
		FirstSeen:          new("2020-01-18 11:50:58 +00:00"),
		LostDate:           nil,
		Rank:               n(371),
		Backlinks:          n(41245),
		BacklinksSpamScore: n(8),
		CrawledPages:       n(2150),
		Info: &dataforseo.BacklinksTargetInfo{
			Server:          new("cloudflare"),
			CMS:             nil,
			PlatformType:    []*string{new("unknown")},
			IPAddress:       new("172.67.129.80"),
			Country:         new("US"),
			IsIP:            new(false),
			TargetSpamScore: n(0),
		},
		InternalLinksCount:           n(25507),
		ExternalLinksCount:           n(18419),
		BrokenBacklinks:              n(209),
		BrokenPages:                  n(265),
		ReferringDomains:             n(12372),
		ReferringDomainsNofollow:     n(0),
		ReferringMainDomains:         n(11438),
		ReferringMainDomainsNofollow: n(0),
		ReferringIPs:                 n(10401),
		ReferringSubnets:             n(6427),
		ReferringPages:               n(38786),
		ReferringPagesNofollow:       n(0),
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
	}
}

// askFake returns the answer to a summary from a fake that answers with fault.
func askFake(t *testing.T, fault fakeapi.Fault) (*dataforseo.BacklinksSummaryAnswer, error) {
	t.Helper()
	server := fakeapi.Start(t, fakeapi.Options{})
	server.OnAny(fault)
	client := dataforseo.NewClient(newTransport(t, server.URL, nil))
	return client.BacklinksSummary(t.Context(), dataforseo.BacklinksSummaryRequest{Target: "explodingtopics.com"})
}

func TestRecordedAnswer(t *testing.T) {
	t.Parallel()
	answer, err := askFake(t, fakeapi.Recorded(fakeapi.RecordedOK))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(recordedSummary(), answer.Summary); diff != "" {
		t.Errorf("- recorded, + decoded:\n%s", diff)
	}
	want := &dataforseo.Envelope{
		Version: new("0.1.20230825"), StatusCode: new(dataforseo.Integer(20000)), StatusMessage: new("Ok."),
		Time: new("1.0162 sec."), Cost: new(0.02003), TasksCount: new(dataforseo.Integer(1)), TasksError: new(dataforseo.Integer(0)),
		Tasks: []*dataforseo.Task{{
			ID: new("09291809-1535-0265-0000-8d49256fe2ad"), StatusCode: new(dataforseo.Integer(20000)),
			StatusMessage: new("Ok."), Time: new("0.9619 sec."), Cost: new(0.02003), ResultCount: new(dataforseo.Integer(1)),
			Path: []*string{new("v3"), new("backlinks"), new("summary"), new("live")},
			Data: json.RawMessage(`{"api":"backlinks","function":"summary","target":"explodingtopics.com","internal_list_limit":10,` +
				`"include_subdomains":true,"backlinks_filters":["dofollow","=",true],"backlinks_status_type":"all"}`),
		}},
	}
	answer.Envelope.Tasks[0].Data = compact(t, answer.Envelope.Tasks[0].Data)
	answer.Envelope.Tasks[0].Result = nil // compared above
	if diff := cmp.Diff(want, answer.Envelope); diff != "" {
		t.Errorf("- recorded, + decoded:\n%s", diff)
	}
	if answer.FromCache {
		t.Error("from_cache is true")
	}
}

func TestRecordedNoData(t *testing.T) {
	t.Parallel()
	answer, err := askFake(t, fakeapi.Recorded(fakeapi.RecordedNoData))
	if err != nil {
		t.Fatal(err)
	}
	if answer.Summary != nil {
		t.Errorf("the summary is %+v, want none", answer.Summary)
	}
	want := &dataforseo.Envelope{
		Version: new("0.1.20240422"), StatusCode: new(dataforseo.Integer(20000)), StatusMessage: new("Ok."),
		Time: new("0.3877 sec."), Cost: new(0.02003), TasksCount: new(dataforseo.Integer(1)), TasksError: new(dataforseo.Integer(0)),
		Tasks: []*dataforseo.Task{{
			ID: new("04270355-7763-0265-0000-22d65296b79d"), StatusCode: new(dataforseo.Integer(20000)),
			StatusMessage: new("Ok."), Time: new("0.3191 sec."), Cost: new(0.02003), ResultCount: new(dataforseo.Integer(0)),
			Path: []*string{new("v3"), new("backlinks"), new("summary"), new("live")},
			Data: json.RawMessage(`{"api":"backlinks","function":"summary","target":"https://example.com/a-page-nobody-links-to",` +
				`"internal_list_limit":10,"include_subdomains":true,"backlinks_status_type":"live"}`),
			Result: json.RawMessage("null"),
		}},
	}
	answer.Envelope.Tasks[0].Data = compact(t, answer.Envelope.Tasks[0].Data)
	if diff := cmp.Diff(want, answer.Envelope); diff != "" {
		t.Errorf("- recorded, + decoded:\n%s", diff)
	}
}

func TestRecordedInvalidField(t *testing.T) {
	t.Parallel()
	_, err := askFake(t, fakeapi.Recorded(fakeapi.RecordedInvalidField))
	apiErr, ok := errors.AsType[*dataforseo.APIError](err)
	if !ok {
		t.Fatalf("the error is %v", err)
	}
	want := &dataforseo.APIError{
		Code: 40501, Message: "Invalid Field: 'target'.", Level: dataforseo.LevelTask, HTTPStatus: 200,
		Envelope: &dataforseo.Envelope{
			Version: new("0.1.20240801"), StatusCode: new(dataforseo.Integer(20000)), StatusMessage: new("Ok."),
			Time: new("0 sec."), Cost: new(0.0), TasksCount: new(dataforseo.Integer(1)), TasksError: new(dataforseo.Integer(1)),
			Tasks: []*dataforseo.Task{{
				ID: new("07040915-1535-0265-0000-ba86a05ffa5f"), StatusCode: new(dataforseo.Integer(40501)),
				StatusMessage: new("Invalid Field: 'target'."), Time: new("0 sec."), Cost: new(0.0),
				ResultCount: new(dataforseo.Integer(0)),
				Path:        []*string{new("v3"), new("backlinks"), new("summary"), new("live")},
				Data:        json.RawMessage(`{"api":"backlinks","function":"summary","target":"example.por"}`),
				Result:      json.RawMessage("null"),
			}},
		},
	}
	apiErr.Envelope.Tasks[0].Data = compact(t, apiErr.Envelope.Tasks[0].Data)
	if diff := cmp.Diff(want, apiErr); diff != "" {
		t.Errorf("- recorded, + decoded:\n%s", diff)
	}
	if got := apiErr.Field(); got != "target" {
		t.Errorf("the field is %q", got)
	}
}

func TestRecordedUnverifiedAccount(t *testing.T) {
	t.Parallel()
	_, err := askFake(t, fakeapi.Recorded(fakeapi.RecordedUnverifiedAccount))
	apiErr, ok := errors.AsType[*dataforseo.APIError](err)
	if !ok {
		t.Fatalf("the error is %v", err)
	}
	const message = "Please verify your account before using the API. You can do it in your dashboard."
	want := &dataforseo.APIError{
		Code: 40104, Message: message, Level: dataforseo.LevelEnvelope, HTTPStatus: 200,
		Envelope: &dataforseo.Envelope{
			Version: new("0.1.20260801"), StatusCode: new(dataforseo.Integer(40104)), StatusMessage: new(message),
			Time: new("0 sec."), Cost: new(0.0), TasksCount: new(dataforseo.Integer(0)), TasksError: new(dataforseo.Integer(0)),
		},
	}
	if diff := cmp.Diff(want, apiErr); diff != "" {
		t.Errorf("- recorded, + decoded:\n%s", diff)
	}
}

// TestHasData: one number that is known is data. Nothing but null is none, however it
// is nested, and neither are texts and dates.
func TestHasData(t *testing.T) {
	t.Parallel()
	if answer, err := askFake(t, fakeapi.NoData()); err != nil || answer.Summary.HasData() {
		t.Errorf("no result: %+v, %v", answer, err)
	}
	for result, want := range map[string]bool{
		`{}`:                                     false,
		`{"target": "example.com"}`:              false,
		`{"rank": null, "info": null}`:           false,
		`{"info": {}}`:                           false,
		`{"info": {"country": "US"}}`:            false,
		`{"referring_links_tld": {}}`:            false,
		`{"referring_links_tld": {"com": null}}`: false,
		`{"first_seen": "2019-11-15 12:57:46 +00:00", "lost_date": null}`: false,
		`{"rank": 0}`:                         true,
		`{"referring_pages_nofollow": 1}`:     true,
		`{"referring_links_tld": {"com": 0}}`: true,
		`{"info": {"target_spam_score": 0}}`:  true,
	} {
		answer, err := askFake(t, fakeapi.Set("/tasks/0/result/0", result))
		if err != nil {
			t.Fatalf("%s: %v", result, err)
		}
		if got := answer.Summary.HasData(); got != want {
			t.Errorf("%s: has data: %t, want %t", result, got, want)
		}
	}
}

func TestAnswersOfNull(t *testing.T) {
	t.Parallel()
	answer, err := askFake(t, fakeapi.NullFields())
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(&dataforseo.BacklinksSummary{}, answer.Summary); diff != "" {
		t.Errorf("- all null, + decoded:\n%s", diff)
	}

	answer, err = askFake(t, fakeapi.NullMapValues())
	if err != nil {
		t.Fatal(err)
	}
	if got, ok := answer.Summary.ReferringLinksCountries[""]; got != nil || !ok {
		t.Errorf(`referring_links_countries[""] is %v, %t, want null`, got, ok)
	}
	if diff := cmp.Diff(&dataforseo.BacklinksTargetInfo{}, answer.Summary.Info); diff != "" {
		t.Errorf("info: - all null, + decoded:\n%s", diff)
	}
}

func TestUnknownFieldsAreIgnored(t *testing.T) {
	t.Parallel()
	answer, err := askFake(t, fakeapi.Recorded(fakeapi.RecordedOK).And(fakeapi.UnknownFields()))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(recordedSummary(), answer.Summary); diff != "" {
		t.Errorf("- recorded, + decoded:\n%s", diff)
	}
}

func compact(t *testing.T, raw json.RawMessage) json.RawMessage {
	t.Helper()
	var b bytes.Buffer
	if err := json.Compact(&b, raw); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// largeAnswer is an answer with 1000 entries, the most that can be asked for, in
// each of the six maps.
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

// BenchmarkLargeAnswer measures all that happens to a large answer but the network.
func BenchmarkLargeAnswer(b *testing.B) {
	body := largeAnswer()
	transport := newTransport(b, serveBytes(b, "application/json", body), nil)
	client := dataforseo.NewClient(transport)
	b.SetBytes(int64(len(body)))
	b.ReportAllocs()
	for b.Loop() {
		answer, err := client.BacklinksSummary(b.Context(), dataforseo.BacklinksSummaryRequest{Target: "example.com"})
		if err != nil || len(answer.Summary.ReferringLinksCountries) != 1000 {
			b.Fatal(answer, err)
		}
	}
}

// BenchmarkLargeAnswerUnmarshal is the part of the above that encoding/json does.
func BenchmarkLargeAnswerUnmarshal(b *testing.B) {
	body := largeAnswer()
	b.SetBytes(int64(len(body)))
	b.ReportAllocs()
	for b.Loop() {
		var envelope dataforseo.Envelope
		var results []*dataforseo.BacklinksSummary
		if err := json.Unmarshal(body, &envelope); err != nil {
			b.Fatal(err)
		}
		if err := json.Unmarshal(envelope.Task().Result, &results); err != nil {
			b.Fatal(err)
		}
	}
}
