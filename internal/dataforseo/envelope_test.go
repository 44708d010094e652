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

func TestNoDataIsASuccess(t *testing.T) {
	t.Parallel()
	tests := map[string]answering{
		"null, as recorded":         success("0", "null"),
		"an empty array":            success("0", "[]"),
		"an empty text":             success("0", `""`),
		"an array of null":          success("0", "[null]"),
		"white space":               success("0", "\n[ null ]\t"),
		"no result_count":           {status: 200, body: `{"status_code":20000,"tasks":[{"status_code":20000,"result":null}]}`},
		"result_count null":         success("null", "null"),
		"no result":                 {status: 200, body: `{"status_code":20000,"tasks":[{"status_code":20000,"result_count":0}]}`},
		"a status as a float":       {status: 200, body: `{"status_code":20000.0,"tasks":[{"status_code":2e4,"result":null}]}`},
		"a status as text":          {status: 200, body: `{"status_code":"20000","tasks":[{"status_code":"20000.0","result":null}]}`},
		"no status of the envelope": {status: 200, body: `{"status_code":null,"tasks":[{"status_code":20000,"result":null}]}`},
		"a second task that failed": {status: 200, body: `{"status_code":20000,"tasks":[{"status_code":20000,"result":null},{"status_code":40000}]}`},
		"a task without an array":   {status: 200, body: `{"status_code":20000,"tasks":{"status_code":20000,"result":null}}`},
		"white space around it":     {status: 200, body: " \n{\"status_code\":20000,\"tasks\":[{\"status_code\":20000,\"result\":null}]} \n"},
		"40102":                     {status: 200, body: `{"status_code":20000,"tasks":[{"status_code":40102,"result_count":0,"result":null}]}`},
		"40102 that counts":         {status: 200, body: `{"status_code":20000,"tasks":[{"status_code":40102,"result_count":1}]}`},
	}
	for name, answer := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, failure := answer.summary(t)
			if failure != nil {
				t.Fatal(failure)
			}
			if got.Result != nil || got.Result.HasData() || got.Envelope == nil || len(got.Notices) > 0 {
				t.Errorf("the answer is %+v", got)
			}
		})
	}
}

// TestFailsClosed: what cannot be read must not pass for what a policy wants to see.
func TestFailsClosed(t *testing.T) {
	t.Parallel()
	for name, lostDate := range map[string]string{
		"a number": `,"lost_date":12`, "a list": `,"lost_date":[]`, "twice": `,"lost_date":null,"lost_date":"2025-11-15 12:57:46 +00:00"`,
		"missing": "", "another name": `,"Lost_Date":null`,
	} {
		answer, failure := success("1", `[{"rank":7`+lostDate+`}]`).summary(t)
		if failure != nil {
			t.Errorf("%s: %v", name, failure)
		} else if lost := answer.Result.LostDate; lost == nil || *lost != "unreadable" || len(answer.Notices) != 1 {
			t.Errorf("lost_date is %s: read as %v, which means live; notices %v", name, lost, answer.Notices)
		}
	}
	for name, body := range map[string]string{
		"a status that occurs twice": `{"status_code":40501,"status_code":20000,"cost":0,"tasks":[{"status_code":20000,"result_count":0,"result":null}]}`,
	} {
		if answer, failure := (answering{status: 200, body: body}).summary(t); failure == nil || failure.Kind != dataforseo.KindUnusable {
			t.Errorf("%s: %+v, %v", name, answer, failure)
		}
	}
}

func TestResultIsBelievedWhateverItsCount(t *testing.T) {
	t.Parallel()
	for count, result := range map[string]string{
		"1": `[{"rank":7,"lost_date":null},{"rank":8}]`, "0": `[{"rank":7,"lost_date":null}]`, "null": `{"rank":7,"lost_date":null}`,
		"2": `[{"rank":"7","lost_date":null}]`, "true": `[ {"rank" : 7.0, "lost_date" : null} ]`,
	} {
		answer, failure := success(count, result).summary(t)
		if failure != nil {
			t.Errorf("result_count %s: %v", count, failure)
			continue
		}
		if diff := cmp.Diff(&dataforseo.BacklinksSummary{BacklinksMetrics: dataforseo.BacklinksMetrics{Rank: new(dataforseo.Integer(7))}}, answer.Result); diff != "" {
			t.Errorf("result_count %s: - want, + decoded:\n%s", count, diff)
		}
	}
	answer, failure := success("1", "[[]]").summary(t)
	if failure != nil || answer.Result == nil || answer.Result.HasData() {
		t.Errorf("an object as PHP writes it: %+v, %v", answer, failure)
	}
}

// Every answer with HTTP status 200 that cannot be used, and what a person reads
// of it.
func TestAnswersThatCannotBeUsed(t *testing.T) {
	t.Parallel()
	const jsonType = "application/json"
	const noResult, noTask, noStatus = "result_count is 1, but there is no result", "its envelope has no task", "it has no status_code"
	digits := strings.Repeat("9", 1_000_000)
	task := func(fields string) string { return `{"status_code":20000,"tasks":[{` + fields + `}]}` }
	tests := map[string]struct {
		contentType, body string
		reason            string // in the message
		begins            string // in the message
		envelope          bool   // comes with the failure
	}{
		"result_count 1, result null":     {jsonType, success("1", "null").body, noResult, "", true},
		"result_count 1, result []":       {jsonType, success("1", "[]").body, noResult, "", true},
		"result_count 1, result [null]":   {jsonType, success("1", "[null]").body, noResult, "", true},
		"result_count 5, result [null]":   {jsonType, success("5.0", "[null]").body, "result_count is 5, but there is no result", "", true},
		"result_count 1, no result":       {jsonType, task(`"status_code":20000,"result_count":1`), noResult, "", true},
		"40106, no result":                {jsonType, task(`"status_code":40106,"result_count":1`), noResult, "", true},
		"result_count unreadable":         {jsonType, task(`"status_code":20000,"result_count":true`), "its task has neither a result nor a result_count", "", true},
		"a result twice":                  {jsonType, task(`"status_code":20000,"result_count":0,"result":null,"result":[{"rank":1}]`), "its result occurs twice", "", true},
		"no tasks":                        {jsonType, `{"status_code":20000}`, noTask, "", true},
		"tasks null":                      {jsonType, `{"status_code":20000,"tasks":null}`, noTask, "", true},
		"tasks []":                        {jsonType, `{"status_code":20000,"tasks":[]}`, noTask, "", true},
		"tasks [null]":                    {jsonType, `{"status_code":20000,"tasks":[null]}`, noTask, "", true},
		"tasks an empty text":             {jsonType, `{"status_code":20000,"tasks":""}`, noTask, "", true},
		"tasks twice":                     {jsonType, `{"status_code":20000,"tasks":null,"tasks":[{"status_code":20000}]}`, noTask, "", true},
		"Tasks":                           {jsonType, `{"status_code":20000,"Tasks":[{"status_code":20000,"result":null}]}`, noTask, "", true},
		"task":                            {jsonType, `{"status_code":20000,"task":{"status_code":20000,"result":null}}`, noTask, "", true},
		"a task a number":                 {jsonType, `{"status_code":20000,"tasks":[7]}`, noTask, "", true},
		"a task without a status":         {jsonType, task(`"result":[{}]`), "its task has no status_code", "", true},
		"a task with status null":         {jsonType, task(`"status_code":null`), "its task has no status_code", "", true},
		"a task with two states":          {jsonType, task(`"status_code":40501,"status_code":20000,"result":null`), "its task has no status_code", "", true},
		"a task in an empty object":       {jsonType, `{"status_code":20000,"tasks":{}}`, "its task has no status_code", "", true},
		"a result of numbers":             {jsonType, success("1", "[5]").body, "its result is 5", "", true},
		"a result of 1 MB":                {jsonType, success("1", digits).body, "its result is " + digits[:120] + "...", "", true},
		"a result a text":                 {jsonType, success("0", `"none"`).body, `its result is "none"`, "", true},
		"a status that is half":           {jsonType, `{"status_code":20000.5}`, noStatus, "", false},
		"status null":                     {jsonType, `{"status_code":null,"tasks":[]}`, noStatus, "", false},
		"status null, but a cost":         {jsonType, `{"cost":0.02,"tasks":[]}`, noStatus, "", true},
		"Status_Code":                     {jsonType, `{"Status_Code":20000}`, noStatus, "", false},
		"an empty object":                 {jsonType, `{}`, noStatus, "", false},
		"another API":                     {jsonType, `{"message":"Hello"}`, noStatus, "", false},
		"null":                            {jsonType, `null`, "it is JSON, but not an object", "", false},
		"an array":                        {jsonType, `[]`, "it is JSON, but not an object", "", false},
		"a string":                        {jsonType, `"ok"`, "it is JSON, but not an object", "", false},
		"a number":                        {jsonType, `20000`, "it is JSON, but not an object", "", false},
		"a text":                          {jsonType, "upstream connect error\n", "it is not JSON: invalid character 'u' looking for beginning of value at byte 1", "upstream connect error", false},
		"a text with braces":              {jsonType, "upstream {connect} error", "it is not JSON: invalid character 'u' looking for beginning of value at byte 1", "", false},
		"half of the JSON":                {jsonType, `{"status_code":20000,"tasks":[{"status_co`, "it is not JSON: unexpected end of JSON input at byte 41", "", false},
		"brackets that do not match":      {jsonType, `{"status_code":20000]}`, "it is not JSON: invalid character ']' after object key:value pair at byte 21", `{"status_code":20000]`, false},
		"nested beyond all bounds":        {jsonType, `{"status_code":20000,"a":` + strings.Repeat("[", 20_000), "it is not JSON: invalid character '[' exceeded max depth at byte 10025", `{"status_code":20000,"a":` + strings.Repeat("[", 95) + "...", false},
		"an empty body":                   {jsonType, "", "it is not JSON: unexpected end of JSON input at byte 0", "empty body", false},
		"a byte order mark":               {jsonType, "\ufeff", "it is not JSON: unexpected end of JSON input at byte 0", "empty body", false},
		"a body of white space":           {jsonType, " \r\n\t ", "it is not JSON: unexpected end of JSON input at byte 5", "nothing printable", false},
		"a body of nothing printable":     {"application/octet-stream", strings.Repeat("\x00\x1b\xff", 200), "it is not JSON: invalid character '\\x00' looking for beginning of value at byte 1", "nothing printable", false},
		"HTML":                            {"text/html; charset=utf-8", "<!DOCTYPE html>\n<html><body>Sign in to the network</body></html>\n", "it is not JSON: invalid character '<' looking for beginning of value at byte 1", "<!DOCTYPE html> <html><body>Sign in to the network</body></html>", false},
		"long HTML":                       {"text/html", strings.Repeat("<p>Grüße</p>\n", 100_000), "it is not JSON: invalid character '<' looking for beginning of value at byte 1", strings.TrimSuffix(strings.Repeat("<p>Grüße</p> ", 8), " ")[:len("<p>Grüße</p>")*8+7] + "...", false},
		"what would garble a terminal":    {"text/plain;\ta=\u202eb", "\x1b[31mred\x07\u202etxt.exe\u0085\xc3(", "it is not JSON: invalid character '\\x1b' looking for beginning of value at byte 1", "[31mred txt.exe (", false},
		"JSON that calls itself HTML":     {"text/html", `{"status_code":20000}`, noTask, "", true},
		"no Content-Type":                 {"", `{}`, noStatus, "", false},
		"a Content-Type beyond all bound": {strings.Repeat("x", 5000), `{}`, noStatus, "", false},
	}
	contentTypes := map[string]string{
		"":                        "none",
		"text/plain;\ta=\u202eb":  "text/plain; a= b",
		strings.Repeat("x", 5000): strings.Repeat("x", 120) + "...",
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, failure := answering{200, http.Header{"Content-Type": {test.contentType}}, test.body}.do(t, summaryCall("example.com"))
			if failure == nil || failure.Kind != dataforseo.KindUnusable || failure.Repeat != never || failure.Summary != "DataForSEO's answer cannot be used" {
				t.Fatalf("the failure is %+v", failure)
			}
			contentType, begins := test.contentType, test.begins
			if shown, ok := contentTypes[contentType]; ok {
				contentType = shown
			}
			if begins == "" {
				begins = test.body
				if len(begins) > 120 {
					begins = begins[:120] + "..."
				}
			}
			want := "the answer cannot be used: " + test.reason + " (Content-Type " + contentType + ", begins with " + begins + ")"
			if begins == "empty body" {
				want = strings.Replace(want, "begins with ", "", 1)
			}
			if failure.Cause != want {
				t.Errorf("the message is\n%.1000s\nwant\n%.1000s", failure.Cause, want)
			}
			if (failure.Envelope != nil) != test.envelope {
				t.Errorf("it comes with the envelope %+v", failure.Envelope)
			}
			if advises := strings.Contains(failure.Remedy, "proxy or firewall"); advises == test.envelope {
				t.Errorf("the remedy is %s", failure.Remedy)
			}
		})
	}
}

// A failure can stand in the HTTP status, in the envelope and in the task. Each is
// looked at, whatever the others say.
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
		"message no text":        {200, `{"status_code":50000,"status_message":7}`, 50000, `DataForSEO answered 50000 ""`},
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
				t.Errorf("the failure is\n%+v\nwant\n%s", failure, test.want)
			}
		})
	}
}

// A proxy that changes an answer may say 203. The answer is paid for all the same.
func TestAnswerThroughAProxyThatChangesIt(t *testing.T) {
	t.Parallel()
	a := success("1", `[{"rank":371}]`)
	a.status = 203
	answer, failure := a.summary(t)
	if failure != nil || *answer.Result.Rank != 371 {
		t.Errorf("%v, %v", answer, failure)
	}
}

// What names the task comes from outside too.
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

// Costs, codes and the task id are read on their own, whatever else is broken.
func TestEnvelopeIsReadFieldByField(t *testing.T) {
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
		t.Errorf("- want, + read:\n%s", diff)
	}
	if failure.Code != 40999 || failure.Charges.USD != 0.02 {
		t.Errorf("the failure is %+v", failure)
	}
}

func TestReadReplyReadsWhatATransportReturned(t *testing.T) {
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
			t.Errorf("it cost %+v when it was paid for, and %+v when it was kept", fresh.Charges, kept.Charges)
		}
		fresh.Charges = kept.Charges
		if diff := cmp.Diff(fresh, kept, cmp.AllowUnexported(dataforseo.Reply{}, dataforseo.Envelope{})); diff != "" {
			t.Errorf("- fresh, + kept:\n%s", diff)
		}
	}
}

func TestReadReplyRefuses(t *testing.T) {
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
