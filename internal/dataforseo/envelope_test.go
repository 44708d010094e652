package dataforseo_test

import (
	"math"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/dataforseo"
	"github.com/dataforseo/terraform-provider-dataforseo/internal/fakeapi"
)

func TestNoData(t *testing.T) {
	t.Parallel()
	tests := map[string]answering{
		"null":                      success("0", "null"),
		"an empty array":            success("0", "[]"),
		"an empty string":           success("0", `""`),
		"an array of null":          success("0", "[null]"),
		"white space":               success("0", "\n[ null ]\t"),
		"no result_count":           {status: 200, body: `{"status_code":20000,"tasks":[{"status_code":20000,"result":null}]}`},
		"result_count null":         success("null", "null"),
		"no result":                 {status: 200, body: `{"status_code":20000,"tasks":[{"status_code":20000,"result_count":0}]}`},
		"a status as a float":       {status: 200, body: `{"status_code":20000.0,"tasks":[{"status_code":2e4,"result":null}]}`},
		"a status as a string":      {status: 200, body: `{"status_code":"20000","tasks":[{"status_code":"20000.0","result":null}]}`},
		"no status in the envelope": {status: 200, body: `{"status_code":null,"tasks":[{"status_code":20000,"result":null}]}`},
		"a second task that failed": {status: 200, body: `{"status_code":20000,"tasks":[{"status_code":20000,"result":null},{"status_code":40000}]}`},
		"a task without an array":   {status: 200, body: `{"status_code":20000,"tasks":{"status_code":20000,"result":null}}`},
		"surrounding white space":   {status: 200, body: " \n{\"status_code\":20000,\"tasks\":[{\"status_code\":20000,\"result\":null}]} \n"},
		"40102":                     {status: 200, body: `{"status_code":20000,"tasks":[{"status_code":40102,"result_count":0,"result":null}]}`},
		"40102 with a result_count": {status: 200, body: `{"status_code":20000,"tasks":[{"status_code":40102,"result_count":1}]}`},
	}
	for name, answer := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, failure := answer.summary(t)
			if failure != nil {
				t.Fatal(failure)
			}
			if got.Result != nil || got.Result.HasData() || got.Envelope == nil || len(got.Notices) > 0 {
				t.Errorf("got %+v, want no data", got)
			}
		})
	}
}

// TestUnreadableLostDate checks that an unreadable lost_date is not null, which means that
// the target is live.
func TestUnreadableLostDate(t *testing.T) {
	t.Parallel()
	const lost = "2025-11-15 12:57:46 +00:00"
	for fields, want := range map[string]string{
		`"lost_date":"` + lost + `"`:                  lost,
		`"lost_date":12`:                              "unreadable",
		`"lost_date":[]`:                              "unreadable",
		`"lost_date":null,"lost_date":"` + lost + `"`: "unreadable",
		`"Lost_Date":null`:                            "unreadable",
		`"rank":7`:                                    "unreadable",
	} {
		answer, failure := success("1", `[{`+fields+`}]`).summary(t)
		if failure != nil {
			t.Errorf("%s: got %v", fields, failure)
			continue
		}
		if got := answer.Result.LostDate; got == nil || *got != want || len(answer.Notices) > 0 != (want == "unreadable") {
			t.Errorf("%s: got %v with the notices %v, want %s", fields, got, answer.Notices, want)
		}
	}
}

// TestResultCount checks that a result counts whatever result_count says.
func TestResultCount(t *testing.T) {
	t.Parallel()
	for count, result := range map[string]string{
		"1": `[{"rank":7,"lost_date":null},{"rank":8}]`, "0": `[{"rank":7,"lost_date":null}]`, "null": `{"rank":7,"lost_date":null}`,
		"2": `[{"rank":"7","lost_date":null}]`, "true": `[ {"rank" : 7.0, "lost_date" : null} ]`,
	} {
		answer, failure := success(count, result).summary(t)
		if failure != nil {
			t.Errorf("result_count %s: got %v", count, failure)
			continue
		}
		if diff := cmp.Diff(&dataforseo.BacklinksSummary{BacklinksMetrics: dataforseo.BacklinksMetrics{Rank: new(dataforseo.Integer(7))}}, answer.Result); diff != "" {
			t.Errorf("result_count %s: (-want +got)\n%s", count, diff)
		}
	}
	answer, failure := success("1", "[[]]").summary(t)
	if failure != nil || answer.Result == nil || answer.Result.HasData() {
		t.Errorf("an empty object as PHP writes it: got %+v, %v", answer, failure)
	}
}

// unusable returns the cause of the failure for an unusable answer with HTTP status 200.
func unusable(t *testing.T, contentType, body string, hasEnvelope bool) string {
	t.Helper()
	_, failure := answering{200, http.Header{"Content-Type": {contentType}}, body}.do(t, summaryCall("example.com"))
	if failure == nil || failure.Kind != dataforseo.KindUnusable || failure.Repeat != never || failure.Summary != "DataForSEO's answer cannot be used" {
		t.Fatalf("%.100q: got %+v", body, failure)
	}
	if blamesProxy := strings.Contains(failure.Remedy, "proxy or firewall"); (failure.Envelope != nil) != hasEnvelope || blamesProxy == hasEnvelope {
		t.Errorf("%.100q: got the envelope %+v and the remedy %s", body, failure.Envelope, failure.Remedy)
	}
	return failure.Cause
}

// TestUnusableAnswers checks why answers with HTTP status 200 cannot be used.
func TestUnusableAnswers(t *testing.T) {
	t.Parallel()
	const (
		noResult     = "result_count is 1, but there is no result"
		noTask       = "its envelope has no task"
		noTaskStatus = "its task has no status_code"
		noStatus     = "it has no status_code"
		noObject     = "it is JSON, but not an object"
		notJSON      = "it is not JSON: "
	)
	digits := strings.Repeat("9", 100_000)
	task := func(fields string) string { return `{"status_code":20000,"tasks":[{` + fields + `}]}` }
	withEnvelope := map[string]string{
		success("1", "null").body:                                             noResult,
		success("1", "[]").body:                                               noResult,
		success("1", "[null]").body:                                           noResult,
		success("5.0", "[null]").body:                                         "result_count is 5, but there is no result",
		task(`"status_code":20000,"result_count":1`):                          noResult,
		task(`"status_code":40106,"result_count":1`):                          noResult,
		task(`"status_code":20000,"result_count":true`):                       "its task has neither a result nor a result_count",
		success("0", `null,"result":[{"rank":1}]`).body:                       "its result occurs twice",
		success("1", "[5]").body:                                              "its result is 5",
		success("0", `"none"`).body:                                           `its result is "none"`,
		success("1", digits).body:                                             "its result is " + digits[:120] + "...",
		`{"status_code":20000}`:                                               noTask,
		`{"status_code":20000,"tasks":null}`:                                  noTask,
		`{"status_code":20000,"tasks":[]}`:                                    noTask,
		`{"status_code":20000,"tasks":[null]}`:                                noTask,
		`{"status_code":20000,"tasks":[7]}`:                                   noTask,
		`{"status_code":20000,"tasks":""}`:                                    noTask,
		`{"status_code":20000,"tasks":null,"tasks":[{"status_code":20000}]}`:  noTask,
		`{"status_code":20000,"Tasks":[{"status_code":20000,"result":null}]}`: noTask,
		`{"status_code":20000,"task":{"status_code":20000,"result":null}}`:    noTask,
		`{"status_code":20000,"tasks":{}}`:                                    noTaskStatus,
		task(`"result":[{}]`):                                                 noTaskStatus,
		task(`"status_code":null`):                                            noTaskStatus,
		task(`"status_code":40501,"status_code":20000,"result":null`):         noTaskStatus,
		`{"cost":0.02,"tasks":[]}`:                                            noStatus,
	}
	withoutEnvelope := map[string]string{
		`{"status_code":20000.5}`:         noStatus,
		`{"status_code":null,"tasks":[]}`: noStatus,
		`{"Status_Code":20000}`:           noStatus,
		`{}`:                              noStatus,
		`null`:                            noObject,
		`[]`:                              noObject,
		"upstream {connect} error":        notJSON + "invalid character 'u' looking for beginning of value at byte 1",
		`{"status_code":20000,"tasks":[{"status_co`: notJSON + "unexpected end of JSON input at byte 41",
		`{"status_code":20000]}`:                    notJSON + "invalid character ']' after object key:value pair at byte 21",
		`{"a":` + strings.Repeat("[", 20_000):       notJSON + "invalid character '[' exceeded max depth at byte 10005",
	}
	for hasEnvelope, reasons := range map[bool]map[string]string{true: withEnvelope, false: withoutEnvelope} {
		for body, reason := range reasons {
			if got := unusable(t, "application/json", body, hasEnvelope); !strings.HasPrefix(got, "the answer cannot be used: "+reason+" (") {
				t.Errorf("%.100s: got\n%.1000s\nwant\n%s", body, got, reason)
			}
		}
	}
}

// TestExcerpts checks how a message shows the Content-Type and the body.
func TestExcerpts(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ contentType, body, want string }{
		"empty":              {"text/html", "", "(Content-Type text/html, empty body)"},
		"a byte order mark":  {"text/html", "\ufeff", "(Content-Type text/html, empty body)"},
		"white space":        {"text/html", " \r\n\t ", "(Content-Type text/html, begins with nothing printable)"},
		"nothing printable":  {"text/html", strings.Repeat("\x00\x1b\xff", 200), "(Content-Type text/html, begins with nothing printable)"},
		"HTML":               {"text/html; charset=utf-8", "<!DOCTYPE html>\n<p>Sign in</p>\n", "(Content-Type text/html; charset=utf-8, begins with <!DOCTYPE html> <p>Sign in</p>)"},
		"long HTML":          {"text/html", strings.Repeat("<p>Grüße</p>\n", 100_000), "(Content-Type text/html, begins with " + strings.Repeat("<p>Grüße</p> ", 7) + "<p>Grüße</p>...)"},
		"control characters": {"text/plain;\ta=\u202eb", "\x1b[31mred\x07\u202etxt.exe\u0085\xc3(", "(Content-Type text/plain; a= b, begins with [31mred txt.exe ()"},
		"no Content-Type":    {"", `{}`, "(Content-Type none, begins with {})"},
		"long Content-Type":  {strings.Repeat("x", 5000), `{}`, "(Content-Type " + strings.Repeat("x", 120) + "..., begins with {})"},
	}
	for name, test := range tests {
		if got := unusable(t, test.contentType, test.body, false); !strings.HasSuffix(got, " "+test.want) {
			t.Errorf("%s: got\n%.1000s\nwant\n%s", name, got, test.want)
		}
	}
}

// TestEachLevelOfFailure checks that a failure is found in the HTTP status, the envelope and
// the task, whatever the others say.
func TestEachLevelOfFailure(t *testing.T) {
	t.Parallel()
	const good = `{"status_code":20000,"status_message":"Ok.","cost":0.02,"tasks":[{"status_code":20000,"result_count":0}]}`
	tests := map[string]struct {
		status int
		body   string
		code   int
		want   string
	}{
		"envelope":               {200, `{"status_code":40202,"status_message":"Slow down.","tasks":null}`, 40202, `DataForSEO answered 40202 "Slow down."`},
		"task":                   {200, `{"status_code":20000,"tasks":[{"status_code":40501,"status_message":"Invalid Field: 'tag'."}]}`, 40501, `DataForSEO answered 40501 "Invalid Field: 'tag'."`},
		"task alone":             {200, `{"tasks":{"status_code":"40501","status_message":"No."}}`, 40501, `DataForSEO answered 40501 "No."`},
		"envelope first":         {200, `{"status_code":40100,"tasks":[{"status_code":40501}]}`, 40100, `DataForSEO answered 40100 ""`},
		"code before HTTP":       {401, `{"status_code":40100,"status_message":"No."}`, 40100, `DataForSEO answered 40100 "No."`},
		"task before HTTP":       {500, `{"status_code":20000,"tasks":[{"status_code":50000,"status_message":"Internal Error."}]}`, 50000, `DataForSEO answered 50000 "Internal Error."`},
		"code 0":                 {200, `{"status_code":0,"tasks":[{"status_code":20000}]}`, 0, `DataForSEO answered 0 ""`},
		"task code 0":            {200, `{"status_code":20000,"tasks":[{"status_code":0,"result":[{}]}]}`, 0, `DataForSEO answered 0 ""`},
		"negative code":          {200, `{"status_code":-1,"status_message":"?"}`, -1, `DataForSEO answered -1 "?"`},
		"created":                {200, `{"status_code":20000,"tasks":[{"status_code":20100,"status_message":"Task Created."}]}`, 20100, `DataForSEO answered 20100 "Task Created."`},
		"quoted message":         {200, `{"status_code":50000,"status_message":"a \"quoted\" word"}`, 50000, `DataForSEO answered 50000 "a \"quoted\" word"`},
		"long message":           {200, `{"status_code":50000,"status_message":"` + strings.Repeat("é", 300) + `"}`, 50000, `DataForSEO answered 50000 "` + strings.Repeat("é", 250) + `..."`},
		"odd message":            {200, `{"status_code":50000,"status_message":" a\n\u001b[1mb\u0000 "}`, 50000, `DataForSEO answered 50000 "a [1mb"`},
		"message not a string":   {200, `{"status_code":50000,"status_message":7}`, 50000, `DataForSEO answered 50000 ""`},
		"a twin in another case": {200, `{"status_code":50000,"Status_Code":20000,"tasks":[{"status_code":20000,"result":null}]}`, 50000, `DataForSEO answered 50000 ""`},
		"500 and 20000":          {500, good, 0, "the answer has HTTP status 500 although its body claims success"},
		"404 and 20000":          {404, good, 0, "the answer has HTTP status 404 although its body claims success"},
		"201 and 20000":          {201, good, 0, "the answer has HTTP status 201 although its body claims success"},
		"500 and 40102":          {500, `{"tasks":[{"status_code":40102}]}`, 0, "the answer has HTTP status 500 although its body claims success"},
		"HTML":                   {502, "<h1>Bad Gateway</h1>", 0, "the answer has HTTP status 502 (Content-Type application/json, begins with <h1>Bad Gateway</h1>)"},
		"other JSON":             {503, `{"error":"x"}`, 0, `the answer has HTTP status 503 (Content-Type application/json, begins with {"error":"x"})`},
		"a cost alone":           {503, `{"cost":0.02}`, 0, `the answer has HTTP status 503 (Content-Type application/json, begins with {"cost":0.02})`},
		"nothing":                {403, "", 0, "the answer has HTTP status 403 (Content-Type application/json, empty body)"},
		"nothing, 204":           {204, "", 0, "the answer has HTTP status 204 (Content-Type application/json, empty body)"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, failure := answering{status: test.status, body: test.body}.do(t, summaryCall("example.com"))
			if failure == nil || failure.Cause != test.want || failure.Code != test.code || failure.HTTPStatus != test.status {
				t.Errorf("got\n%+v\nwant\n%s", failure, test.want)
			}
		})
	}
}

// TestNonAuthoritative checks that an answer with status 203, which proxies that modify
// answers use, counts: it has been paid for.
func TestNonAuthoritative(t *testing.T) {
	t.Parallel()
	a := success("1", `[{"rank":371}]`)
	a.status = 203
	answer, failure := a.summary(t)
	if failure != nil || *answer.Result.Rank != 371 {
		t.Errorf("got %v, %v", answer, failure)
	}
}

// TestTaskID checks that the identifier is printable and short.
func TestTaskID(t *testing.T) {
	t.Parallel()
	for id, want := range map[string]string{
		`"09291809-1535-0265-0000-8d49256fe2ad"`: "09291809-1535-0265-0000-8d49256fe2ad",
		`"\u001b]0;owned\u0007\n\u202eid"`:       "]0;owned id",
		`"` + strings.Repeat("x", 100_000) + `"`: strings.Repeat("x", 120) + "...",
		"null":                                   "", "7": "", `""`: "",
	} {
		_, failure := answering{status: 200, body: `{"status_code":20000,"tasks":[{"id":` + id + `,"status_code":40999}]}`}.do(t, summaryCall("example.com"))
		if got := failure.Envelope.TaskID(); got != want {
			t.Errorf("%.100s: got %.200q, want %q", id, got, want)
		}
	}
	if got := (*dataforseo.Envelope)(nil).TaskID() + new(dataforseo.Envelope).TaskID(); got != "" {
		t.Errorf("without a task: %q", got)
	}
}

func TestEnvelopeChargedUSD(t *testing.T) {
	t.Parallel()
	task := func(cost *dataforseo.USD) *dataforseo.Task { return &dataforseo.Task{Cost: cost} }
	tests := []struct {
		envelope *dataforseo.Envelope
		usd      float64
		known    bool
	}{
		{nil, 0, false},
		{&dataforseo.Envelope{}, 0, false},
		{&dataforseo.Envelope{Task: task(nil)}, 0, false},
		{&dataforseo.Envelope{Task: task(new(dataforseo.USD(0.024036)))}, 0.024036, true},
		{&dataforseo.Envelope{Cost: new(dataforseo.USD(0.02003))}, 0.02003, true},
		{&dataforseo.Envelope{Cost: new(dataforseo.USD(0.02003)), Task: task(new(dataforseo.USD(0.5)))}, 0.5, true},
		{&dataforseo.Envelope{Cost: new(dataforseo.USD(0)), Task: task(new(dataforseo.USD(0.5)))}, 0.5, true},
		{&dataforseo.Envelope{Cost: new(dataforseo.USD(0.5)), Task: task(new(dataforseo.USD(0)))}, 0.5, true},
		{&dataforseo.Envelope{Cost: new(dataforseo.USD(-0.5)), Task: task(new(dataforseo.USD(-1)))}, 0, false},
	}
	for i, test := range tests {
		if usd, known := test.envelope.ChargedUSD(); usd != test.usd || known != test.known {
			t.Errorf("%d: got %v, %t, want %v, %t", i, usd, known, test.usd, test.known)
		}
	}
}

// TestBrokenEnvelope checks that costs, codes and the task id are read even if all other
// fields are unreadable.
func TestBrokenEnvelope(t *testing.T) {
	t.Parallel()
	_, failure := answering{status: 200, body: `{"version":1,"status_code":20000,"status_message":["x"],"time":{},"cost":"0.02","tasks_count":9223372036854775807,"tasks_error":1.0,` +
		`"tasks":[{"id":"i","status_code":40999,"status_message":"No.","time":1,"cost":{},"result_count":9007199254740993.0,"path":"v3","data":[1, "\/"],"result":7,"":["x"]}],"":["y"]}`}.do(t, summaryCall("example.com"))
	if failure == nil {
		t.Fatal("no failure")
	}
	want := &dataforseo.Envelope{
		StatusCode: new(dataforseo.Integer(20000)), Cost: new(dataforseo.USD(0.02)),
		TasksCount: new(dataforseo.Integer(math.MaxInt64)), TasksError: new(dataforseo.Integer(1)),
		Task: &dataforseo.Task{
			ID: new("i"), StatusCode: new(dataforseo.Integer(40999)), StatusMessage: new("No."),
			ResultCount: new(dataforseo.Integer(9007199254740993)), Data: new(dataforseo.JSONText(`[1,"\/"]`)),
		},
	}
	if diff := cmp.Diff(want, failure.Envelope, ignoreUnexported); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if failure.Code != 40999 || failure.Charges.USD != 0.02 {
		t.Errorf("got %+v", failure)
	}
}

// TestReadReply checks that a saved reply is read as the Transport returned it, but without
// its charges.
func TestReadReply(t *testing.T) {
	t.Parallel()
	for _, fault := range []fakeapi.Fault{
		fakeapi.Recorded(fakeapi.RecordedOK), fakeapi.OK, fakeapi.Gzip(), fakeapi.NoData(),
		fakeapi.Recorded("code-40106-result"), fakeapi.Recorded("code-40102-charged"), fakeapi.Recorded("rank-twice"),
		fakeapi.Recorded("with-bom"), fakeapi.Recorded("cost-is-text"),
	} {
		_, transport := newFake(t, fault, nil)
		call := summaryCall("explodingtopics.com")
		fresh, failure := transport.Do(t.Context(), call)
		if failure != nil {
			t.Fatal(failure)
		}
		kept, err := dataforseo.ReadReply(fresh.Body, fresh.FetchedAt, call)
		if err != nil {
			t.Fatal(err)
		}
		if fresh.Charges.USD <= 0 || kept.Charges != (dataforseo.Charges{}) {
			t.Errorf("got the charges %+v, and %+v from the saved reply", fresh.Charges, kept.Charges)
		}
		fresh.Charges = kept.Charges
		if diff := cmp.Diff(fresh, kept, cmp.AllowUnexported(dataforseo.Reply{}, dataforseo.Envelope{})); diff != "" {
			t.Errorf("(-fresh +saved)\n%s", diff)
		}
	}
}

func TestReadReply_errors(t *testing.T) {
	t.Parallel()
	tests := map[string]string{
		"":                                "it is not JSON: unexpected end of JSON input at byte 0",
		"{}":                              "it has no status_code",
		success("1", "null").body:         "result_count is 1, but there is no result",
		success("1", "null").body + "{}":  "it is not JSON: invalid character '{' after top-level value at byte 106",
		`{"status_code":20000}`:           "its envelope has no task",
		`{"status_code":20000,"tasks":[]`: "it is not JSON: unexpected end of JSON input at byte 31",
		`{"status_code":0}`:               `it is a failure: 0 ""`,
		`{"status_code":40202,"status_message":"Slow down.\u001b"}`: `it is a failure: 40202 "Slow down."`,
		string(fakeapi.RecordedInvalidField.Bytes()):                `it is a failure: 40501 "Invalid Field: 'target'."`,
		string(fakeapi.RecordedOK.Bytes()):                          `it is about "explodingtopics.com", but the request was about "example.com"`,
		string(fakeapi.Recording("refusal-has-twin").Bytes()):       `it is a failure: 40501 "Invalid Field: 'target'."`,
	}
	for body, want := range tests {
		reply, err := dataforseo.ReadReply([]byte(body), time.Time{}, summaryCall("example.com"))
		if err == nil || err.Error() != want || reply != nil {
			t.Errorf("%s: got %v, %v, want %s", body, reply, err, want)
		}
	}
}
