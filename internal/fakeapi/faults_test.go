package fakeapi_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/fakeapi"
)

// Every code of the error table, with its HTTP status and the place where it stands.
func TestErrorTable(t *testing.T) {
	t.Parallel()
	want := map[int]string{
		40000: "200 task", 40100: "401 envelope", 40104: "200 envelope", 40200: "402 task", 40201: "200 envelope",
		40202: "200 envelope", 40203: "200 envelope", 40204: "200 task", 40205: "200 envelope", 40206: "200 envelope",
		40207: "200 envelope", 40209: "200 envelope", 40210: "200 envelope", 40400: "404 envelope", 40404: "200 envelope",
		40501: "200 task", 40502: "200 envelope", 40503: "200 envelope", 40506: "200 envelope", 50000: "500 envelope",
		50001: "200 envelope", 50100: "200 envelope", 50301: "200 envelope", 50303: "200 envelope", 50304: "200 envelope",
		50401: "200 envelope", 49999: "200 envelope",
		40101: "200 task", 40102: "200 task", 40103: "200 task", 40106: "200 task",
	}
	if rows := len(fakeapi.Errors()) + len(fakeapi.ReportedErrors()); rows != len(want)-1 { // 49999 is in neither table
		t.Errorf("the tables have %d rows", rows)
	}
	for code, place := range want {
		s := fakeapi.New(fakeapi.Options{})
		s.OnAny(fakeapi.Code(code))
		got := ask(s, "a.example")
		envelope, task := got.codes(t)
		e := fakeapi.ErrorFor(code)
		if e.Code != code || fmt.Sprintf("%d %s", e.HTTPStatus, e.Level) != place || e.Message == "" || got.status != e.HTTPStatus {
			t.Errorf("%d: row %+v, HTTP %d, want %s", code, e, got.status, place)
		}
		number := fmt.Sprint(code)
		if e.Level == fakeapi.LevelTask && (envelope != "20000" || task != number) ||
			e.Level == fakeapi.LevelEnvelope && (envelope != number || got.envelope(t)["tasks"] != nil) {
			t.Errorf("%d does not stand in the %s: %s", code, e.Level, got.body)
		}
		if !bytes.Contains(got.body, []byte(e.Message)) || s.Charged() != 0 || s.Requests()[0].StatusCode != code {
			t.Errorf("%d: charged %d times, answer %s", code, s.Charged(), got.body)
		}
	}
}

func TestChangesOfAFault(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		fault          fakeapi.Fault
		status         int
		envelope, task string
		message        string
		charged        float64
	}{
		"HTTP status":            {fakeapi.Code(40202).HTTPStatus(429), 429, "40202", "", "The rate-limit per minute has been exceeded.", 0},
		"success under 504":      {fakeapi.OK.HTTPStatus(504), 504, "20000", "20000", "Ok.", 0.024036},
		"in the task":            {fakeapi.Code(40202).InTask(), 200, "20000", "40202", "The rate-limit per minute has been exceeded.", 0},
		"already in the task":    {fakeapi.Code(40501).InTask(), 200, "20000", "40501", "Invalid Field: 'target'.", 0},
		"in the envelope":        {fakeapi.Code(40200).InEnvelope(), 402, "40200", "", "Payment Required.", 0},
		"message, envelope":      {fakeapi.Code(40104).Message("No."), 200, "40104", "", "No.", 0},
		"message, task":          {fakeapi.Code(40501).Message("Invalid Field: 'tag'."), 200, "20000", "40501", "Invalid Field: 'tag'.", 0},
		"charged failure":        {fakeapi.Code(50401).Cost(0.024036), 200, "50401", "", "Internal Error - Timeout.", 0.024036},
		"charged task failure":   {fakeapi.Code(50401).InTask().Cost(0.5), 200, "20000", "50401", "Internal Error - Timeout.", 0.5},
		"free success":           {fakeapi.OK.Cost(0), 200, "20000", "20000", "Ok.", 0},
		"two faults":             {fakeapi.OK.HTTPStatus(500).And(fakeapi.Code(40104)), 200, "40104", "", "Please verify your account before using the API. You can do it in your dashboard.", 0},
		"two faults, turned":     {fakeapi.Code(40104).And(fakeapi.OK.HTTPStatus(500)), 500, "40104", "", "Please verify your account before using the API. You can do it in your dashboard.", 0},
		"a recorded failure":     {fakeapi.Recorded(fakeapi.RecordedUnverifiedAccount), 200, "40104", "", "Please verify your account before using the API. You can do it in your dashboard.", 0},
		"mutation of the charge": {fakeapi.Mutate(func(env map[string]any) { env["status_code"] = 50301 }), 200, "50301", "20000", "Ok.", 0.024036},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := fakeapi.New(fakeapi.Options{})
			s.On("a.example", tt.fault)
			got := ask(s, "a.example")
			envelope, task := got.codes(t)
			if got.status != tt.status || envelope != tt.envelope || task != tt.task || s.ChargedUSD() != tt.charged {
				t.Errorf("HTTP %d, envelope %s, task %q, charged %v", got.status, envelope, task, s.ChargedUSD())
			}
			if !bytes.Contains(got.body, []byte(`"status_message":"`+tt.message+`"`)) && !bytes.Contains(got.body, []byte(`"status_message": "`+tt.message+`"`)) {
				t.Errorf("no message %q in %s", tt.message, got.body)
			}
			if cost := text(got.envelope(t)["cost"]); cost != fmt.Sprint(tt.charged) {
				t.Errorf("the envelope states a cost of %s", cost)
			}
		})
	}
}

// A failure that was moved into the task looks like one that was recorded there.
func TestInTaskHasTheShapeOfARecordedFailure(t *testing.T) {
	t.Parallel()
	s := fakeapi.New(fakeapi.Options{})
	s.OnAny(fakeapi.Code(40202).InTask().Message("Invalid Field: 'target'."))
	got := withoutIncidentals(t, ask(s, "example.com").body)
	want := withoutIncidentals(t, fakeapi.RecordedInvalidField.Bytes())
	task := want["tasks"].([]any)[0].(map[string]any)
	task["status_code"] = got["tasks"].([]any)[0].(map[string]any)["status_code"]
	task["data"].(map[string]any)["target"] = "example.com"
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-recorded +fake):\n%s", diff)
	}
}

func TestFaultsAreValues(t *testing.T) {
	t.Parallel()
	base := fakeapi.Code(40202).HTTPStatus(500).HTTPStatus(429) // as many changes as leave room behind them
	a, b := base.HTTPStatus(503), base.HTTPStatus(502)
	for want, fault := range map[int]fakeapi.Fault{429: base, 503: a, 502: b, 200: fakeapi.OK} {
		s := fakeapi.New(fakeapi.Options{})
		s.OnAny(fault)
		if got := ask(s, "a.example").status; got != want {
			t.Errorf("HTTP %d, want %d", got, want)
		}
	}
}

func TestSequence(t *testing.T) {
	t.Parallel()
	s := fakeapi.New(fakeapi.Options{})
	codes := func(target string, n int) string {
		var all []string
		for range n {
			envelope, _ := ask(s, target).codes(t)
			all = append(all, envelope)
		}
		return strings.Join(all, " ")
	}
	check := func(what, got, want string) {
		t.Helper()
		if got != want {
			t.Errorf("%s: %s, want %s", what, got, want)
		}
	}
	s.On("once.example", fakeapi.Code(40202), fakeapi.OK)
	s.On("always.example", fakeapi.Code(40104))
	s.On("steps.example", fakeapi.Code(50000), fakeapi.Code(50301), fakeapi.OK, fakeapi.Code(50303))
	s.OnAny(fakeapi.Code(40209), fakeapi.OK)
	check("once", codes("once.example", 3), "40202 20000 20000")
	check("always", codes("always.example", 3), "40104 40104 40104")
	check("steps", codes("steps.example", 5), "50000 50301 20000 50303 50303")
	check("any, counted together", codes("x.example", 1)+" "+codes("y.example", 2), "40209 20000 20000")
	check("letter for letter", codes("ALWAYS.example", 1), "20000")
	s.On("once.example", fakeapi.Code(50000), fakeapi.OK)
	check("set again", codes("once.example", 2), "50000 20000")
	s.On("always.example")
	check("removed", codes("always.example", 1), "20000")
	s.OnAny(fakeapi.Code(50100))
	check("removed, falls back to any", codes("always.example", 1), "50100")
	s.OnPath(fakeapi.SummaryPath, fakeapi.Code(50303), fakeapi.OK)
	check("a path, before any", codes("x.example", 2), "50303 20000")
	s.On("always.example", fakeapi.Code(40104))
	check("a target, before its path", codes("always.example", 1), "40104")
	s.On("always.example")
	s.OnPath(fakeapi.SummaryPath)
	check("the path removed", codes("x.example", 1), "50100")
	s.OnAny()
	check("any removed", codes("always.example", 1), "20000")
}

func TestEnvelopeFaults(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		fault fakeapi.Fault
		want  []string // pieces of the answer
	}{
		"empty tasks":         {fakeapi.EmptyTasks(), []string{`"status_code":20000`, `"tasks":[]`, `"tasks_count":1`}},
		"null tasks":          {fakeapi.NullTasks(), []string{`"status_code":20000`, `"tasks":null`}},
		"null task":           {fakeapi.NullTask(), []string{`"status_code":20000`, `"tasks":[null]`}},
		"null result":         {fakeapi.NullResult(), []string{`"result_count":1`, `"result":null`}},
		"empty result":        {fakeapi.EmptyResult(), []string{`"result_count":1`, `"result":[]`}},
		"null result entry":   {fakeapi.NullResultEntry(), []string{`"result_count":1`, `"result":[null]`}},
		"null fields":         {fakeapi.NullFields(), []string{`"target":null`, `"rank":null`, `"info":null`, `"referring_links_tld":null`}},
		"null map values":     {fakeapi.NullMapValues(), []string{`"com":null`, `"co.uk":null`, `"":null`, `"is_ip":null`, `"target":"a.example"`}},
		"a decimal point":     {fakeapi.Field("backlinks", "38786.0"), []string{`"backlinks":38786.0,`}},
		"beyond a float":      {fakeapi.Field("backlinks", "9007199254740993"), []string{`"backlinks":9007199254740993,`}},
		"an exponent":         {fakeapi.Field("backlinks", "1e3"), []string{`"backlinks":1e3,`}},
		"a fraction":          {fakeapi.Field("rank", "1.5"), []string{`"rank":1.5,`}},
		"beyond 64 bits":      {fakeapi.Field("backlinks", "92233720368547758080"), []string{`"backlinks":92233720368547758080,`}},
		"a string":            {fakeapi.Field("backlinks", `"many"`), []string{`"backlinks":"many"`}},
		"in an object":        {fakeapi.Field("info/country", "null"), []string{`"country":null`}},
		"a key with a dot":    {fakeapi.Field("referring_links_tld/co.uk", "7"), []string{`"co.uk":7`}},
		"a new key":           {fakeapi.Field("referring_links_tld/a~b", "7"), []string{`"a~b":7`}},
		"an element":          {fakeapi.Set("/tasks/0/path/1", `"x"`), []string{`"path":["v3","x","summary","live"]`}},
		"two of them":         {fakeapi.Field("rank", "1e0").And(fakeapi.Field("backlinks", "2.0")), []string{`"rank":1e0`, `"backlinks":2.0`}},
		"status_code no code": {fakeapi.Set("/status_code", "null"), []string{`"status_code":null`}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := fakeapi.New(fakeapi.Options{})
			s.On("a.example", tt.fault)
			got := ask(s, "a.example")
			for _, piece := range tt.want {
				if !bytes.Contains(got.body, []byte(piece)) {
					t.Errorf("no %s in %s", piece, got.body)
				}
			}
			got.envelope(t) // is JSON
			if got.status != 200 || s.Charged() != 1 {
				t.Errorf("HTTP %d, charged %d times", got.status, s.Charged())
			}
		})
	}
}

func TestNullFieldsLeavesNone(t *testing.T) {
	t.Parallel()
	s := fakeapi.New(fakeapi.Options{})
	s.OnAny(fakeapi.NullFields())
	result := ask(s, "a.example").result(t)
	for _, field := range resultFields() {
		if value, ok := result[field[0]]; !ok || value != nil {
			t.Errorf("%s is %v, present: %v", field[0], value, ok)
		}
	}
}

// Faults of the result change nothing where there is none.
func TestResultFaultsWithoutAResult(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]fakeapi.Fault{"fields": fakeapi.NullFields(), "map values": fakeapi.NullMapValues()} {
		s := fakeapi.New(fakeapi.Options{})
		s.OnAny(fault)
		if result, ok := ask(s, "no-data.example").task(t, 0)["result"]; result != nil || !ok {
			t.Errorf("%s: result is %v", name, result)
		}
	}
}

func TestUnknownFields(t *testing.T) {
	t.Parallel()
	s := fakeapi.New(fakeapi.Options{})
	s.OnAny(fakeapi.UnknownFields())
	got := ask(s, "a.example")
	if n := bytes.Count(got.body, []byte(`"field_of_tomorrow"`)); n != 5 {
		t.Errorf("%d unknown fields, want one each in envelope, task, data, result and info: %s", n, got.body)
	}
	if len(got.result(t)) != len(resultFields())+1 {
		t.Error("documented fields are missing")
	}
}

func TestSetRefusesWhatWouldTestNothing(t *testing.T) {
	t.Parallel()
	panics := func(f func()) (message string) {
		defer func() { message = fmt.Sprint(recover()) }()
		f()
		return ""
	}
	if got, want := panics(func() { fakeapi.Set("/cost", "nothing") }), `fakeapi: Set("/cost"): not JSON: nothing`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	for _, pointer := range []string{"/tasks/1/cost", "/tasks/x/cost", "/tasks/-1", "/cost/x", "/task/cost"} {
		s := fakeapi.New(fakeapi.Options{})
		s.OnAny(fakeapi.Set(pointer, "1"))
		if got, want := panics(func() { ask(s, "a.example") }), fmt.Sprintf("fakeapi: Set(%q): the answer has no such place", pointer); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
		s.OnAny()
		ask(s, "a.example")
		if s.MaxSimultaneous() != 1 {
			t.Error("the call that panicked is still under way")
		}
	}
}

func TestAnswersThatAreNone(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		fault             fakeapi.Fault
		status            int
		contentType, body string
		header, value     string
	}{
		"raw":         {fakeapi.Raw(418, "text/x-tea", "short"), 418, "text/x-tea", "short", "", ""},
		"429":         {fakeapi.Gateway(429), 429, "text/html", "Too Many Requests", "Retry-After", ""},
		"502":         {fakeapi.Gateway(502), 502, "text/html", "Bad Gateway", "Retry-After", ""},
		"503":         {fakeapi.Gateway(503).Header("Retry-After", "30"), 503, "text/html", "Service Unavailable", "Retry-After", "30"},
		"504":         {fakeapi.Gateway(504), 504, "text/html", "Gateway Timeout", "Retry-After", ""},
		"not JSON":    {fakeapi.NotJSON(), 200, "application/json", "upstream connect error", "", ""},
		"HTML page":   {fakeapi.HTMLPage(), 200, "text/html; charset=utf-8", "Sign in to the network", "", ""},
		"redirect":    {fakeapi.Redirect(307, "https://elsewhere.example/"), 307, "text/html", "Moved", "Location", "https://elsewhere.example/"},
		"empty":       {fakeapi.Raw(200, "application/json", ""), 200, "application/json", "", "", ""},
		"array":       {fakeapi.Raw(200, "application/json", "[1]"), 200, "application/json", "[1]", "", ""},
		"mutated not": {fakeapi.Gateway(502).And(fakeapi.EmptyTasks()), 502, "text/html", "Bad Gateway", "", ""},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := fakeapi.Start(t, fakeapi.Options{})
			s.On("a.example", tt.fault)
			response, err := dial(t, s, newClient(t), "a.example")
			if err != nil {
				t.Fatal(err)
			}
			body := readAll(t, response)
			if response.StatusCode != tt.status || response.Header.Get("Content-Type") != tt.contentType || !strings.Contains(string(body), tt.body) {
				t.Errorf("HTTP %d, %s, %s", response.StatusCode, response.Header.Get("Content-Type"), body)
			}
			if tt.header != "" && response.Header.Get(tt.header) != tt.value {
				t.Errorf("%s is %q, want %q", tt.header, response.Header.Get(tt.header), tt.value)
			}
			if r := s.Requests()[0]; r.HTTPStatus != tt.status || r.StatusCode != 0 || r.CostUSD != 0 || s.Charged() != 0 {
				t.Errorf("logged as %+v", r)
			}
		})
	}
}

func TestConnectionFaults(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		fault   fakeapi.Fault
		isEOF   bool // an orderly end, unlike a reset
		charged int
	}{
		"closed":           {fakeapi.CloseConnection(), true, 0},
		"reset":            {fakeapi.ResetConnection(), false, 0},
		"charged but lost": {fakeapi.ChargedButLost(), true, 1},
		"closed, charged":  {fakeapi.CloseConnection().Cost(1), true, 1},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := fakeapi.Start(t, fakeapi.Options{})
			s.On("a.example", tt.fault)
			_, err := dial(t, s, newClient(t), "a.example")
			if err == nil || errors.Is(err, io.EOF) != tt.isEOF {
				t.Errorf("error %v, want an EOF: %v", err, tt.isEOF)
			}
			r := s.Requests()[0]
			if s.Calls() != 1 || s.Charged() != tt.charged || r.HTTPStatus != 0 || r.StatusCode != 0 {
				t.Errorf("%d calls, %d charged, logged as %+v", s.Calls(), s.Charged(), r)
			}
		})
	}
}

// aborts tells whether an answer ends as net/http wants a handler to close a connection.
func aborts(answer func()) (aborted bool) {
	defer func() { aborted = recover() == http.ErrAbortHandler }()
	answer()
	return false
}

func TestConnectionFaultsWithoutASocket(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]fakeapi.Fault{
		"closed": fakeapi.CloseConnection(), "reset": fakeapi.ResetConnection(),
		"charged but lost": fakeapi.ChargedButLost(), "half": fakeapi.HalfAnswer(),
	} {
		s := fakeapi.New(fakeapi.Options{})
		s.OnAny(fault)
		if !aborts(func() { ask(s, "a.example") }) {
			t.Errorf("%s: the handler returned as if it had answered", name)
		}
	}
}

func TestClose(t *testing.T) {
	t.Parallel()
	s := fakeapi.New(fakeapi.Options{})
	s.OnAny(fakeapi.Slow(nil))
	done := make(chan bool, 1)
	go func() { done <- aborts(func() { ask(s, "a.example") }) }()
	if err := s.WaitForCalls(t.Context(), 1); err != nil {
		t.Fatal(err)
	}
	s.Close()
	s.Close()
	if aborted := <-done; !aborted || s.Requests()[0].HTTPStatus != 0 {
		t.Errorf("aborted: %v, logged as %+v", aborted, s.Requests()[0])
	}
}

func TestHalfAnswer(t *testing.T) {
	t.Parallel()
	s := fakeapi.Start(t, fakeapi.Options{})
	s.On("a.example", fakeapi.HalfAnswer())
	response, err := dial(t, s, newClient(t), "a.example")
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if !errors.Is(err, io.ErrUnexpectedEOF) || response.ContentLength/2 != int64(len(body)) || s.Charged() != 1 {
		t.Errorf("%d of %d bytes, error %v, charged %d times", len(body), response.ContentLength, err, s.Charged())
	}
}

func TestTruncatedJSON(t *testing.T) {
	t.Parallel()
	whole := ask(fakeapi.New(fakeapi.Options{}), "a.example").body
	s := fakeapi.Start(t, fakeapi.Options{})
	s.On("a.example", fakeapi.TruncatedJSON())
	response, err := dial(t, s, newClient(t), "a.example")
	if err != nil {
		t.Fatal(err)
	}
	if body := readAll(t, response); string(body) != string(whole[:len(whole)/2]) || s.Charged() != 1 {
		t.Errorf("%s", body)
	}
}

func TestTooLong(t *testing.T) {
	t.Parallel()
	s := fakeapi.Start(t, fakeapi.Options{})
	s.On("a.example", fakeapi.TooLong(3))
	response, err := dial(t, s, newClient(t), "a.example")
	if err != nil {
		t.Fatal(err)
	}
	body := readAll(t, response)
	env := decode(t, body)
	if len(body) <= 3<<20 || len(env["padding"].(string)) != 3<<20 || text(env["status_code"]) != "20000" {
		t.Errorf("%d bytes: %.100s", len(body), body)
	}

	// A client that stops reading must not hold up the end of the test.
	s.On("a.example", fakeapi.TooLong(1024))
	if response, err = dial(t, s, newClient(t), "a.example"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = response.Body.Close() })
}

func TestGzip(t *testing.T) {
	t.Parallel()
	s := fakeapi.Start(t, fakeapi.Options{})
	s.On("a.example", fakeapi.Gzip())
	response, err := dial(t, s, newClient(t), "a.example")
	if err != nil {
		t.Fatal(err)
	}
	if env := decode(t, readAll(t, response)); !response.Uncompressed || text(env["status_code"]) != "20000" {
		t.Errorf("compressed: %v, answer %v", response.Uncompressed, env)
	}
	if s.Requests()[0].StatusCode != 20000 {
		t.Errorf("logged as %+v", s.Requests()[0])
	}
}

func TestEchoAuthorization(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]fakeapi.Fault{
		"envelope":   fakeapi.Code(50000).EchoAuthorization(),
		"task":       fakeapi.Code(40501).EchoAuthorization(),
		"error page": fakeapi.Gateway(502).EchoAuthorization(),
	} {
		s := fakeapi.New(fakeapi.Options{})
		s.OnAny(fault)
		r := newRequest("POST", fakeapi.SummaryPath, taskFor("a.example"))
		body := string(do(s, r).body)
		for _, secret := range []string{r.Header.Get("Authorization"), fakeapi.DefaultLogin + ":" + fakeapi.DefaultPassword} {
			if !strings.Contains(body, secret) {
				t.Errorf("%s: no %q in %s", name, secret, body)
			}
		}
	}
}

func TestSlowWaitsForItsRelease(t *testing.T) {
	t.Parallel()
	s := fakeapi.Start(t, fakeapi.Options{})
	release := make(chan struct{})
	s.On("a.example", fakeapi.Slow(release))
	done := make(chan error, 1)
	go func() {
		response, err := dial(t, s, newClient(t), "a.example")
		if err == nil {
			err = response.Body.Close()
		}
		done <- err
	}()
	if err := s.WaitForCalls(t.Context(), 1); err != nil {
		t.Fatal(err)
	}
	select {
	case err := <-done:
		t.Fatalf("answered before the release: %v", err)
	default:
	}
	if r := s.Requests()[0]; r.HTTPStatus != 0 {
		t.Errorf("logged as answered: %+v", r)
	}
	close(release)
	if err := <-done; err != nil || s.Charged() != 1 || s.Requests()[0].HTTPStatus != 200 {
		t.Errorf("error %v, charged %d times, logged as %+v", err, s.Charged(), s.Requests()[0])
	}
}

func TestWaitsEndWithTheClient(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]fakeapi.Fault{"slow": fakeapi.Slow(nil), "delay": fakeapi.Delay(time.Hour), "half": fakeapi.Slow(nil).And(fakeapi.HalfAnswer())} {
		answered := make(chan fakeapi.Request, 1)
		s := fakeapi.New(fakeapi.Options{OnAnswer: func(r fakeapi.Request) { answered <- r }})
		s.On("a.example", fault)
		ctx, cancel := context.WithCancel(t.Context())
		go func() {
			if err := s.WaitForCalls(ctx, 1); err != nil {
				t.Error(err)
			}
			cancel()
		}()
		if !aborts(func() { do(s, newRequest("POST", fakeapi.SummaryPath, taskFor("a.example")).WithContext(ctx)) }) {
			t.Errorf("%s: answered", name)
		}
		if r := <-answered; r.HTTPStatus != 0 || r.CostUSD != 0.024036 {
			t.Errorf("%s: logged as %+v, want charged and not answered", name, r)
		}
	}
}

func TestDelay(t *testing.T) {
	t.Parallel()
	const d = 20 * time.Millisecond
	s := fakeapi.New(fakeapi.Options{Delay: d})
	s.On("a.example", fakeapi.Delay(d))
	start := time.Now()
	if _, code := ask(s, "a.example").codes(t); code != "20000" || time.Since(start) < 2*d {
		t.Errorf("%s after %v, want 20000 after the delay of the server and that of the fault", code, time.Since(start))
	}
}

// The end of a test does not wait for answers that never come.
//
//nolint:tparallel // the test within has to end first
func TestStartEndsSlowAnswers(t *testing.T) {
	t.Parallel()
	done := make(chan error, 1)
	client := newClient(t)
	t.Run("a test with a slow answer", func(t *testing.T) {
		s := fakeapi.Start(t, fakeapi.Options{})
		s.OnAny(fakeapi.Slow(nil))
		r, err := http.NewRequestWithContext(context.Background(), http.MethodPost, s.URL+fakeapi.SummaryPath, strings.NewReader(taskFor("a.example")))
		if err != nil {
			t.Fatal(err)
		}
		r.SetBasicAuth(fakeapi.DefaultLogin, fakeapi.DefaultPassword)
		go func() {
			_, err := client.Do(r)
			done <- err
		}()
		if err := s.WaitForCalls(t.Context(), 1); err != nil {
			t.Fatal(err)
		}
	})
	if err := <-done; err == nil {
		t.Error("the slow answer became an answer")
	}
}

func TestNamedFaults(t *testing.T) {
	t.Parallel()
	tests := map[string]int{ // what the log says: the code of the API, else the HTTP status
		"error-40501.example": 40501, "https://error-40202.example/page": 40202, "error-12345.example": 12345,
		"status-503.example": 503, "html.example": 200,
		"no-data.example": 20000, "error-.example": 20000, "error-x.example": 20000, "error-40501.example.com": 20000,
		"status-1.example": 20000, "status-101.example": 20000, "shop.example": 20000,
	}
	for target, want := range tests {
		s := fakeapi.New(fakeapi.Options{NamedFaults: true})
		ask(s, target)
		r := s.Requests()[0]
		if r.StatusCode != want && (r.StatusCode != 0 || r.HTTPStatus != want) {
			t.Errorf("%s: HTTP %d, status_code %d, want %d", target, r.HTTPStatus, r.StatusCode, want)
		}
	}
	s := fakeapi.New(fakeapi.Options{})
	if envelope, task := ask(s, "error-40104.example").codes(t); envelope != "20000" || task != "20000" {
		t.Errorf("named faults without the option: %s, %s", envelope, task)
	}
}

// What is listed for people exists.
func TestNamedFaultsAreListed(t *testing.T) {
	t.Parallel()
	if len(fakeapi.NamedFaults()) != 8 {
		t.Errorf("%d named faults", len(fakeapi.NamedFaults()))
	}
	for _, fault := range fakeapi.NamedFaults() {
		target := strings.NewReplacer("CODE", "40501", "NNN", "503").Replace(fault.Host)
		s := fakeapi.New(fakeapi.Options{NamedFaults: true})
		ctx, cancel := context.WithCancel(t.Context())
		cancel() // for slow.example
		aborted := aborts(func() { do(s, newRequest("POST", fakeapi.SummaryPath, taskFor(target)).WithContext(ctx)) })
		r := s.Requests()[0]
		if ordinary := !aborted && r.HTTPStatus == 200 && r.StatusCode == 20000; ordinary != (target == "no-data.example") || fault.Does == "" {
			t.Errorf("%s: ordinary answer: %v; %s", target, ordinary, fault.Does)
		}
	}
}

func TestNamedConnectionFaults(t *testing.T) {
	t.Parallel()
	s := fakeapi.Start(t, fakeapi.Options{NamedFaults: true})
	for target, charged := range map[string]int{"closed.example": 0, "charged-but-lost.example": 1, "half.example": 1} {
		s.Reset()
		response, err := dial(t, s, newClient(t), target)
		if err == nil {
			_, err = io.ReadAll(response.Body)
			_ = response.Body.Close()
		}
		if err == nil || s.Charged() != charged {
			t.Errorf("%s: error %v, charged %d times", target, err, s.Charged())
		}
	}
	s.On("closed.example", fakeapi.OK)
	if _, err := dial(t, s, newClient(t), "closed.example"); err != nil {
		t.Errorf("a script does not go before the name: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	s.Reset()
	go func() { _ = s.WaitForCalls(ctx, 1); cancel() }()
	r := newRequest("POST", fakeapi.SummaryPath, taskFor("slow.example")).WithContext(ctx)
	if !aborts(func() { do(s, r) }) || s.Requests()[0].HTTPStatus != 0 {
		t.Error("slow.example has an answer")
	}
}
