package dataforseo_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/dataforseo"
	"github.com/dataforseo/terraform-provider-dataforseo/internal/fakeapi"
)

// answerWith is a successful answer whose result array is the given JSON.
func answerWith(resultCount, result string) string {
	return `{"status_code":20000,"cost":0.02,"tasks":[{"id":"i","status_code":20000,"result_count":` + resultCount + `,"result":` + result + `}]}`
}

// askBytes returns what becomes of an answer with that body.
func askBytes(t *testing.T, contentType, body string) (*dataforseo.Reply, error) {
	t.Helper()
	base := serveBytes(t, contentType, []byte(body))
	return newTransport(t, base, nil).Do(t.Context(), summaryCall("example.com"))
}

func TestNoDataIsASuccess(t *testing.T) {
	t.Parallel()
	bodies := map[string]string{
		"null, as recorded":         answerWith("0", "null"),
		"an empty array":            answerWith("0", "[]"),
		"an array of null":          answerWith("0", "[null]"),
		"white space":               answerWith("0", "\n[ null ]\t"),
		"no result_count":           `{"status_code":20000,"tasks":[{"status_code":20000,"result":null}]}`,
		"result_count null":         answerWith("null", "null"),
		"no result":                 `{"status_code":20000,"tasks":[{"status_code":20000,"result_count":0}]}`,
		"a status as a float":       `{"status_code":20000.0,"tasks":[{"status_code":2e4,"result":null}]}`,
		"a second task that failed": `{"status_code":20000,"tasks":[{"status_code":20000,"result":null},{"status_code":40000}]}`,
	}
	for name, body := range bodies {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			reply, err := askBytes(t, "application/json", body)
			if err != nil {
				t.Fatal(err)
			}
			if reply.Result != nil || reply.Envelope == nil {
				t.Errorf("the reply is %+v", reply)
			}
		})
	}
}

func TestResultIsBelievedWhateverItsCount(t *testing.T) {
	t.Parallel()
	for _, count := range []string{"1", "0", "null", "2"} {
		reply, err := askBytes(t, "application/json", answerWith(count, `[{"rank":7},{"rank":8}]`))
		if err != nil {
			t.Errorf("result_count %s: %v", count, err)
			continue
		}
		want := &dataforseo.BacklinksSummary{Rank: new(dataforseo.Integer(7))}
		if diff := cmp.Diff(want, reply.Result); diff != "" {
			t.Errorf("result_count %s: - want, + decoded:\n%s", count, diff)
		}
	}
}

// Every answer with HTTP status 200 that cannot be used, and what a person reads
// of it.
func TestAnswersThatCannotBeUsed(t *testing.T) {
	t.Parallel()
	const jsonType = "application/json"
	digits := strings.Repeat("9", 10_000_000)
	tests := map[string]struct {
		contentType, body string
		reason            string // in the message
		begins            string // in the message
		envelope          bool   // comes with the error
	}{
		"result_count 1, result null":     {jsonType, answerWith("1", "null"), "result_count is 1, but there is no result", "", true},
		"result_count 1, result []":       {jsonType, answerWith("1", "[]"), "result_count is 1, but there is no result", "", true},
		"result_count 1, result [null]":   {jsonType, answerWith("1", "[null]"), "result_count is 1, but there is no result", "", true},
		"result_count 5, result [null]":   {jsonType, answerWith("5.0", "[null]"), "result_count is 5, but there is no result", "", true},
		"result_count 1, no result":       {jsonType, `{"status_code":20000,"tasks":[{"status_code":20000,"result_count":1}]}`, "result_count is 1, but there is no result", "", true},
		"no tasks":                        {jsonType, `{"status_code":20000}`, "its envelope holds no task", "", true},
		"tasks null":                      {jsonType, `{"status_code":20000,"tasks":null}`, "its envelope holds no task", "", true},
		"tasks []":                        {jsonType, `{"status_code":20000,"tasks":[]}`, "its envelope holds no task", "", true},
		"tasks [null]":                    {jsonType, `{"status_code":20000,"tasks":[null]}`, "its envelope holds no task", "", true},
		"a task without a status":         {jsonType, `{"status_code":20000,"tasks":[{"result":[{}]}]}`, "its task has no status_code", "", true},
		"a task with status null":         {jsonType, `{"status_code":20000,"tasks":[{"status_code":null}]}`, "its task has no status_code", "", true},
		"tasks an object":                 {jsonType, `{"status_code":20000,"tasks":{}}`, "tasks is object, which is not what the API documents", "", false},
		"a task a number":                 {jsonType, `{"status_code":20000,"tasks":[7]}`, "tasks is number, which is not what the API documents", "", false},
		"cost a string":                   {jsonType, `{"status_code":20000,"cost":"0.02"}`, "cost is string, which is not what the API documents", "", false},
		"cost beyond all bounds":          {jsonType, `{"status_code":20000,"cost":` + digits + `}`, "cost is number " + digits[:113] + "..., which is not what the API documents", "", false},
		"result an object":                {jsonType, answerWith("1", "{}"), "its result is not an array: it is JSON of another kind (object)", "", true},
		"result a string":                 {jsonType, answerWith("0", `""`), "its result is not an array: it is JSON of another kind (string)", "", true},
		"a result of numbers":             {jsonType, answerWith("1", "[5]"), "its result cannot be read: it is JSON of another kind (number)", "", true},
		"a result of arrays":              {jsonType, answerWith("1", "[[]]"), "its result cannot be read: it is JSON of another kind (array)", "", true},
		"half a count":                    {jsonType, answerWith("1", `[{"backlinks":1.5}]`), "its result cannot be read: backlinks is 1.5, which is not what the API documents", "", true},
		"a count beyond 64 bits":          {jsonType, answerWith("1", `[{"referring_pages":9223372036854775808}]`), "its result cannot be read: referring_pages is 9223372036854775808, which is not what the API documents", "", true},
		"a count of 10 MB":                {jsonType, answerWith("1", `[{"rank":`+digits+`}]`), "its result cannot be read: rank is " + digits[:64] + "..., which is not what the API documents", "", true},
		"a count in quotes":               {jsonType, answerWith("1", `[{"rank":"371"}]`), `its result cannot be read: rank is "371", which is not what the API documents`, "", true},
		"half a count in a map":           {jsonType, answerWith("1", `[{"referring_links_tld":{"com":0.5}}]`), "its result cannot be read: referring_links_tld is 0.5, which is not what the API documents", "", true},
		"half a count in info":            {jsonType, answerWith("1", `[{"info":{"target_spam_score":0.5}}]`), "its result cannot be read: info.target_spam_score is 0.5, which is not what the API documents", "", true},
		"an array for a map":              {jsonType, answerWith("1", `[{"referring_links_tld":[]}]`), "its result cannot be read: referring_links_tld is array, which is not what the API documents", "", true},
		"a number for a text":             {jsonType, answerWith("1", `[{"first_seen":20190101}]`), "its result cannot be read: first_seen is number, which is not what the API documents", "", true},
		"a status in quotes":              {jsonType, `{"status_code":"20000"}`, `status_code is "20000", which is not what the API documents`, "", false},
		"the status of a task in quotes":  {jsonType, `{"status_code":20000,"tasks":[{"status_code":"20000"}]}`, `tasks.status_code is "20000", which is not what the API documents`, "", false},
		"a status that is half":           {jsonType, `{"status_code":20000.5}`, `status_code is 20000.5, which is not what the API documents`, "", false},
		"status null":                     {jsonType, `{"status_code":null,"tasks":[]}`, "it has no status_code", "", false},
		"an empty object":                 {jsonType, `{}`, "it has no status_code", "", false},
		"null":                            {jsonType, `null`, "it has no status_code", "", false},
		"another API":                     {jsonType, `{"message":"Hello"}`, "it has no status_code", "", false},
		"an array":                        {jsonType, `[]`, "it is JSON of another kind (array)", "", false},
		"a string":                        {jsonType, `"ok"`, "it is JSON of another kind (string)", "", false},
		"a number":                        {jsonType, `20000`, "it is JSON of another kind (number)", "", false},
		"true":                            {jsonType, `true`, "it is JSON of another kind (bool)", "", false},
		"a text":                          {jsonType, "upstream connect error\n", "it is not JSON: invalid character 'u' looking for beginning of value at byte 1", "upstream connect error", false},
		"half of the JSON":                {jsonType, `{"status_code":20000,"tasks":[{"status_co`, "it is not JSON: unexpected end of JSON input at byte 41", "", false},
		"two answers":                     {jsonType, `{"status_code":20000}{"status_code":20000}`, "it is not JSON: invalid character '{' after top-level value at byte 22", "", false},
		"JSON with a mark of byte order":  {jsonType, "\ufeff{\"status_code\":20000}", "it is not JSON: invalid character 'ï' looking for beginning of value at byte 1", `{"status_code":20000}`, false},
		"nested beyond all bounds":        {jsonType, `{"status_code":20000,"a":` + strings.Repeat("[", 20_000), "it is not JSON: invalid character '[' exceeded max depth at byte 10025", `{"status_code":20000,"a":` + strings.Repeat("[", 95) + "...", false},
		"an empty body":                   {jsonType, "", "it is not JSON: unexpected end of JSON input at byte 0", "empty body", false},
		"a body of white space":           {jsonType, " \r\n\t ", "it is not JSON: unexpected end of JSON input at byte 5", "nothing printable", false},
		"a body of nothing printable":     {"application/octet-stream", strings.Repeat("\x00\x1b\xff", 200), "it is not JSON: invalid character '\\x00' looking for beginning of value at byte 1", "nothing printable", false},
		"HTML":                            {"text/html; charset=utf-8", "<!DOCTYPE html>\n<html><body>Sign in to the network</body></html>\n", "it is not JSON: invalid character '<' looking for beginning of value at byte 1", "<!DOCTYPE html> <html><body>Sign in to the network</body></html>", false},
		"long HTML":                       {"text/html", strings.Repeat("<p>Grüße</p>\n", 1000), "it is not JSON: invalid character '<' looking for beginning of value at byte 1", strings.TrimSuffix(strings.Repeat("<p>Grüße</p> ", 8), " ")[:len("<p>Grüße</p>")*8+7] + "...", false},
		"what would garble a terminal":    {"text/plain;\ta=\u202eb", "\x1b[31mred\x07\u202etxt.exe\u0085\xc3(", "it is not JSON: invalid character '\\x1b' looking for beginning of value at byte 1", "[31mred txt.exe (", false},
		"JSON that calls itself HTML":     {"text/html", `{"status_code":20000}`, "its envelope holds no task", "", true},
		"no Content-Type":                 {"", `{}`, "it has no status_code", "", false},
		"a Content-Type beyond all bound": {strings.Repeat("x", 5000), `{}`, "it has no status_code", "", false},
	}
	contentTypes := map[string]string{
		"":                        "none",
		"text/plain;\ta=\u202eb":  "text/plain; a= b",
		strings.Repeat("x", 5000): strings.Repeat("x", 120) + "...",
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := askBytes(t, test.contentType, test.body)
			failure, ok := errors.AsType[*dataforseo.ResponseError](err)
			if !ok {
				t.Fatalf("the error is %.200v", err)
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
			if err.Error() != want {
				t.Errorf("the message is\n%.1000s\nwant\n%.1000s", err, want)
			}
			if (failure.Envelope != nil) != test.envelope {
				t.Errorf("it comes with the envelope %+v", failure.Envelope)
			}
			if got := dataforseo.Advise(err); got != (dataforseo.Advice{}) {
				t.Errorf("the advice is %+v, want never to repeat", got)
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
		want   string
		level  dataforseo.Level // "" for an HTTPError
	}{
		"envelope":         {200, `{"status_code":40202,"status_message":"Slow down.","tasks":null}`, `DataForSEO answered 40202 "Slow down."`, "envelope"},
		"task":             {200, `{"status_code":20000,"tasks":[{"status_code":40501,"status_message":"Invalid Field: 'tag'."}]}`, `DataForSEO answered 40501 "Invalid Field: 'tag'."`, "task"},
		"envelope first":   {200, `{"status_code":40100,"tasks":[{"status_code":40501}]}`, `DataForSEO answered 40100 ""`, "envelope"},
		"code before HTTP": {401, `{"status_code":40100,"status_message":"No."}`, `DataForSEO answered 40100 "No."`, "envelope"},
		"task before HTTP": {500, `{"status_code":20000,"tasks":[{"status_code":50000,"status_message":"Internal Error."}]}`, `DataForSEO answered 50000 "Internal Error."`, "task"},
		"code 0":           {200, `{"status_code":0,"tasks":[{"status_code":20000}]}`, `DataForSEO answered 0 ""`, "envelope"},
		"task code 0":      {200, `{"status_code":20000,"tasks":[{"status_code":0,"result":[{}]}]}`, `DataForSEO answered 0 ""`, "task"},
		"negative code":    {200, `{"status_code":-1,"status_message":"?"}`, `DataForSEO answered -1 "?"`, "envelope"},
		"created":          {200, `{"status_code":20000,"tasks":[{"status_code":20100,"status_message":"Task Created."}]}`, `DataForSEO answered 20100 "Task Created."`, "task"},
		"long message":     {200, `{"status_code":50000,"status_message":"` + strings.Repeat("é", 300) + `"}`, `DataForSEO answered 50000 "` + strings.Repeat("é", 250) + `..."`, "envelope"},
		"odd message":      {200, `{"status_code":50000,"status_message":" a\n\u001b[1mb\u0000 "}`, `DataForSEO answered 50000 "a [1mb"`, "envelope"},
		"500 and 20000":    {500, good, "the answer has HTTP status 500 although its body claims success", ""},
		"504 and 20000":    {504, good, "the answer has HTTP status 504 although its body claims success", ""},
		"404 and 20000":    {404, good, "the answer has HTTP status 404 although its body claims success", ""},
		"201 and 20000":    {201, good, "the answer has HTTP status 201 although its body claims success", ""},
		"HTML":             {502, "<h1>Bad Gateway</h1>", "the answer has HTTP status 502 (Content-Type application/json, begins with <h1>Bad Gateway</h1>)", ""},
		"other JSON":       {503, `{"error":"x"}`, `the answer has HTTP status 503 (Content-Type application/json, begins with {"error":"x"})`, ""},
		"nothing":          {403, "", "the answer has HTTP status 403 (Content-Type application/json, empty body)", ""},
		"nothing, 204":     {204, "", "the answer has HTTP status 204 (Content-Type application/json, empty body)", ""},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			base := serve(t, func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Type", "application/json")
				w.WriteHeader(test.status)
				_, _ = w.Write([]byte(test.body))
			})
			_, err := newTransport(t, base, nil).Do(t.Context(), summaryCall("example.com"))
			if err == nil || err.Error() != test.want {
				t.Fatalf("the message is\n%v\nwant\n%s", err, test.want)
			}
			if apiErr, ok := errors.AsType[*dataforseo.APIError](err); ok {
				if apiErr.Level != test.level || apiErr.HTTPStatus != test.status || apiErr.Envelope == nil {
					t.Errorf("the failure is %+v", apiErr)
				}
				return
			}
			httpErr, ok := errors.AsType[*dataforseo.HTTPError](err)
			if !ok || test.level != "" || httpErr.Status != test.status || (httpErr.Envelope != nil) != (test.body == good) {
				t.Errorf("the failure is %#v", err)
			}
		})
	}
}

func TestEnvelopeTask(t *testing.T) {
	t.Parallel()
	task := new(dataforseo.Task)
	tests := map[*dataforseo.Envelope]*dataforseo.Task{
		nil:                                    nil,
		{}:                                     nil,
		{Tasks: []*dataforseo.Task{}}:          nil,
		{Tasks: []*dataforseo.Task{nil, task}}: nil,
		{Tasks: []*dataforseo.Task{task, nil}}: task,
	}
	for envelope, want := range tests {
		if got := envelope.Task(); got != want {
			t.Errorf("the task of %+v is %v", envelope, got)
		}
	}
}

func TestEnvelopeChargedUSD(t *testing.T) {
	t.Parallel()
	task := func(cost *float64) []*dataforseo.Task { return []*dataforseo.Task{{Cost: cost}} }
	tests := []struct {
		envelope *dataforseo.Envelope
		usd      float64
		known    bool
	}{
		{nil, 0, false},
		{&dataforseo.Envelope{}, 0, false},
		{&dataforseo.Envelope{Tasks: []*dataforseo.Task{nil}}, 0, false},
		{&dataforseo.Envelope{Tasks: task(nil)}, 0, false},
		{&dataforseo.Envelope{Tasks: task(new(0.024036))}, 0.024036, true},
		{&dataforseo.Envelope{Cost: new(0.02003)}, 0.02003, true},
		{&dataforseo.Envelope{Cost: new(0.02003), Tasks: task(new(0.5))}, 0.5, true},
		{&dataforseo.Envelope{Cost: new(0.0), Tasks: task(new(0.5))}, 0.5, true},
		{&dataforseo.Envelope{Cost: new(0.5), Tasks: task(new(0.0))}, 0.5, true},
	}
	for i, test := range tests {
		if usd, known := test.envelope.ChargedUSD(); usd != test.usd || known != test.known {
			t.Errorf("%d: got %v, %t, want %v, %t", i, usd, known, test.usd, test.known)
		}
	}
}

func TestDecodeReplyReadsWhatATransportReturned(t *testing.T) {
	t.Parallel()
	for _, fault := range []fakeapi.Fault{fakeapi.Recorded(fakeapi.RecordedOK), fakeapi.Recorded(fakeapi.RecordedNoData), fakeapi.OK, fakeapi.Gzip()} {
		server := fakeapi.Start(t, fakeapi.Options{})
		server.OnAny(fault)
		call := summaryCall("example.com")
		fresh, err := newTransport(t, server.URL, nil).Do(t.Context(), call)
		if err != nil {
			t.Fatal(err)
		}
		kept, err := dataforseo.DecodeReply(fresh.Body, fresh.FetchedAt, call)
		if err != nil {
			t.Fatal(err)
		}
		if fresh.Charges.USD <= 0 || kept.Charges != (dataforseo.Charges{}) {
			t.Errorf("it cost %+v when it was paid for, and %+v when it was kept", fresh.Charges, kept.Charges)
		}
		fresh.Charges = kept.Charges
		if diff := cmp.Diff(fresh, kept); diff != "" {
			t.Errorf("- fresh, + kept:\n%s", diff)
		}
	}
}

func TestDecodeReplyRefuses(t *testing.T) {
	t.Parallel()
	tests := map[string]string{
		"":                                "it is not JSON: unexpected end of JSON input at byte 0",
		"{}":                              "it has no status_code",
		answerWith("1", "null"):           "result_count is 1, but there is no result",
		`{"status_code":20000}`:           "its envelope holds no task",
		`{"status_code":20000,"tasks":[]`: "it is not JSON: unexpected end of JSON input at byte 31",
		`{"status_code":0}`:               `it is a failure: 0 ""`,
		`{"status_code":40202,"status_message":"Slow down."}`: `it is a failure: 40202 "Slow down."`,
		string(fakeapi.RecordedInvalidField.Bytes()):          `it is a failure: 40501 "Invalid Field: 'target'."`,
	}
	for body, want := range tests {
		reply, err := dataforseo.DecodeReply([]byte(body), time.Time{}, summaryCall("example.com"))
		if err == nil || err.Error() != want || reply != nil {
			t.Errorf("%s: got %v, %v, want %s", body, reply, err, want)
		}
	}
}

// Integers of an envelope are exact too, and refused by name.
func TestIntegersOfTheEnvelope(t *testing.T) {
	t.Parallel()
	var envelope dataforseo.Envelope
	body := fmt.Sprintf(`{"tasks_count":%d,"tasks_error":1.0,"tasks":[{"result_count":9007199254740993.0}]}`, int64(math.MaxInt64))
	if err := json.Unmarshal([]byte(body), &envelope); err != nil {
		t.Fatal(err)
	}
	if *envelope.TasksCount != math.MaxInt64 || *envelope.TasksError != 1 || *envelope.Task().ResultCount != 9007199254740993 {
		t.Errorf("read as %d, %d, %d", *envelope.TasksCount, *envelope.TasksError, *envelope.Task().ResultCount)
	}
}
