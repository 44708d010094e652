package fakeapi_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/fakeapi"
)

// TestErrorTable checks that every code is answered free of charge, with its HTTP status
// and in the part of the answer that the table says.
func TestErrorTable(t *testing.T) {
	t.Parallel()
	unknown := fakeapi.APIError{Code: 49999, Message: "Error 49999.", HTTPStatus: 200}
	for _, row := range append(slices.Concat(fakeapi.Errors(), fakeapi.ReportedErrors()), unknown) {
		s := fakeapi.New(fakeapi.Options{})
		s.OnAny(fakeapi.Code(row.Code))
		got := ask(s, "a.example")
		envelope, task := got.codes(t)
		wantEnvelope, wantTask := fmt.Sprint(row.Code), ""
		if row.InTask {
			wantEnvelope, wantTask = "20000", fmt.Sprint(row.Code)
		}
		if got.status != row.HTTPStatus || envelope != wantEnvelope || task != wantTask || !bytes.Contains(got.body, []byte(row.Message)) {
			t.Errorf("%d: got HTTP %d, %s, want %+v", row.Code, got.status, got.body, row)
		}
		if s.Charged() != 0 || s.Requests()[0].StatusCode != row.Code {
			t.Errorf("%d: got %d charged, log %+v", row.Code, s.Charged(), s.Requests()[0])
		}
	}
}

func TestFaultMethods(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		fault          fakeapi.Fault
		status         int
		envelope, task string
		message        string
		charged        float64
	}{
		"HTTP status":          {fakeapi.Code(40202).HTTPStatus(429), 429, "40202", "", "The rate-limit per minute has been exceeded.", 0},
		"success with 504":     {fakeapi.OK.HTTPStatus(504), 504, "20000", "20000", "Ok.", 0.024036},
		"in the task":          {fakeapi.Code(40202).InTask(), 200, "20000", "40202", "The rate-limit per minute has been exceeded.", 0},
		"already in the task":  {fakeapi.Code(40501).InTask(), 200, "20000", "40501", "Invalid Field: 'target'.", 0},
		"in the envelope":      {fakeapi.Code(40200).InEnvelope(), 402, "40200", "", "Payment Required.", 0},
		"message, envelope":    {fakeapi.Code(40104).Message("No."), 200, "40104", "", "No.", 0},
		"message, task":        {fakeapi.Code(40501).Message("Invalid Field: 'tag'."), 200, "20000", "40501", "Invalid Field: 'tag'.", 0},
		"charged failure":      {fakeapi.Code(50401).Cost(0.024036), 200, "50401", "", "Internal Error - Timeout.", 0.024036},
		"charged task failure": {fakeapi.Code(50401).InTask().Cost(0.5), 200, "20000", "50401", "Internal Error - Timeout.", 0.5},
		"free success":         {fakeapi.OK.Cost(0), 200, "20000", "20000", "Ok.", 0},
		"in order":             {fakeapi.OK.HTTPStatus(500).And(fakeapi.Code(40210)), 200, "40210", "", "Insufficient funds.", 0},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := fakeapi.New(fakeapi.Options{})
			s.On("a.example", tt.fault)
			got := ask(s, "a.example")
			envelope, task := got.codes(t)
			if got.status != tt.status || envelope != tt.envelope || task != tt.task || s.ChargedUSD() != tt.charged {
				t.Errorf("got HTTP %d, envelope %s, task %q, %v USD, want %+v", got.status, envelope, task, s.ChargedUSD(), tt)
			}
			if !bytes.Contains(got.body, []byte(`"status_message":"`+tt.message+`"`)) {
				t.Errorf("got %s, want the message %q", got.body, tt.message)
			}
			if cost := text(got.envelope(t)["cost"]); cost != fmt.Sprint(tt.charged) {
				t.Errorf("got a stated cost of %s, want %v", cost, tt.charged)
			}
		})
	}
}

// TestSequence checks which fault applies to each call: that of the target, else that of
// the endpoint, else that of all paid calls. The last of a sequence repeats.
func TestSequence(t *testing.T) {
	t.Parallel()
	s := fakeapi.New(fakeapi.Options{})
	check := func(target, want string) {
		t.Helper()
		var codes []string
		for range strings.FieldsSeq(want) {
			envelope, _ := ask(s, target).codes(t)
			codes = append(codes, envelope)
		}
		if got := strings.Join(codes, " "); got != want {
			t.Errorf("%s: got %s, want %s", target, got, want)
		}
	}
	s.On("once.example", fakeapi.Code(40202), fakeapi.OK)
	s.On("always.example", fakeapi.Code(40104))
	s.OnAny(fakeapi.Code(40209), fakeapi.OK)
	check("once.example", "40202 20000 20000")
	check("always.example", "40104 40104 40104")
	check("x.example", "40209")
	check("y.example", "20000")      // counted with x.example
	check("ALWAYS.example", "20000") // matched exactly
	s.On("once.example", fakeapi.Code(50000), fakeapi.OK)
	check("once.example", "50000 20000")
	s.On("always.example")
	s.OnAny(fakeapi.Code(50100))
	check("always.example", "50100")
	s.OnPath(fakeapi.SummaryPath, fakeapi.Code(50303), fakeapi.OK)
	check("x.example", "50303 20000")
	s.On("always.example", fakeapi.Code(40104))
	check("always.example", "40104")
	s.OnPath(fakeapi.SummaryPath)
	check("x.example", "50100")
	s.OnAny()
	check("x.example", "20000")
}

// TestStorm checks that a storm refuses all requests until it ends, and uses no limit
// and no sequence of faults.
func TestStorm(t *testing.T) {
	t.Parallel()
	inBubble(t, fakeapi.Options{PerMinute: 2}, func(t *testing.T, s *fakeapi.Server, _ *http.Client) {
		s.On("a.example", fakeapi.Code(50301), fakeapi.OK)
		s.Storm(25*time.Second, fakeapi.Gateway(429).Header("Retry-After", "1"))
		for _, r := range []*http.Request{newRequest("GET", fakeapi.UserDataPath, ""), newRequest("GET", "/", "")} {
			if got := do(s, r); got.status != 429 || got.header.Get("Retry-After") != "1" {
				t.Errorf("%s: got HTTP %d, %v, want 429", r.URL.Path, got.status, got.header)
			}
		}
		<-time.After(25*time.Second - 1)
		if got := ask(s, "a.example").status; got != 429 || s.Refusals() != 3 || s.Charged() != 0 || s.Calls() != 1 {
			t.Errorf("got HTTP %d, %d refusals, %d charged, %d calls, want 429, 3, 0, 1", got, s.Refusals(), s.Charged(), s.Calls())
		}
		<-time.After(1)
		for _, want := range []string{"50301", "20000", "40202"} {
			if got, _ := ask(s, "a.example").codes(t); got != want {
				t.Errorf("after the storm: got %s, want %s", got, want)
			}
		}
	})
}

func TestJSONFaults(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		fault fakeapi.Fault
		want  []string // parts of the answer
	}{
		"empty tasks":      {fakeapi.EmptyTasks(), []string{`"status_code":20000`, `"tasks":[]`, `"tasks_count":1`}},
		"null tasks":       {fakeapi.NullTasks(), []string{`"status_code":20000`, `"tasks":null`}},
		"null task":        {fakeapi.NullTask(), []string{`"status_code":20000`, `"tasks":[null]`}},
		"null result":      {fakeapi.NullResult(), []string{`"result_count":1`, `"result":null`}},
		"empty result":     {fakeapi.EmptyResult(), []string{`"result_count":1`, `"result":[]`}},
		"null fields":      {fakeapi.NullFields(), []string{`"target":null`, `"rank":null`, `"info":null`, `"referring_links_tld":null`}},
		"null map values":  {fakeapi.NullMapValues(), []string{`"com":null`, `"co.uk":null`, `"":null`, `"is_ip":null`, `"target":"a.example"`}},
		"number as sent":   {fakeapi.Field("backlinks", "38786.0"), []string{`"backlinks":38786.0,`}},
		"field of info":    {fakeapi.Field("info/country", "null"), []string{`"country":null`}},
		"key with a dot":   {fakeapi.Field("referring_links_tld/co.uk", "7"), []string{`"co.uk":7`}},
		"new key":          {fakeapi.Field("referring_links_tld/a~b", "7"), []string{`"a~b":7`}},
		"element":          {fakeapi.Set("/tasks/0/path/1", `"x"`), []string{`"path":["v3","x","summary","live"]`}},
		"two fields":       {fakeapi.Field("rank", "1e0").And(fakeapi.Field("backlinks", "2.0")), []string{`"rank":1e0`, `"backlinks":2.0`}},
		"null status_code": {fakeapi.Set("/status_code", "null"), []string{`"status_code":null`}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := fakeapi.New(fakeapi.Options{})
			s.On("a.example", tt.fault)
			got := ask(s, "a.example")
			for _, part := range tt.want {
				if !bytes.Contains(got.body, []byte(part)) {
					t.Errorf("got %s, want %s in it", got.body, part)
				}
			}
			decode(t, got.body)
			if got.status != 200 || s.Charged() != 1 {
				t.Errorf("got HTTP %d, %d charged, want 200, 1", got.status, s.Charged())
			}
		})
	}
}

func TestUnknownFields(t *testing.T) {
	t.Parallel()
	s := fakeapi.New(fakeapi.Options{})
	s.OnAny(fakeapi.UnknownFields())
	got := ask(s, "a.example")
	if n := bytes.Count(got.body, []byte(`"field_of_tomorrow"`)); n != 5 {
		t.Errorf("got %d unknown fields, want one each in envelope, task, data, result and info: %s", n, got.body)
	}
}

// TestSet_panics checks that a Set that changes nothing panics.
func TestSet_panics(t *testing.T) {
	t.Parallel()
	panics := func(f func()) (message string) {
		defer func() { message = fmt.Sprint(recover()) }()
		f()
		return ""
	}
	if got, want := panics(func() { fakeapi.Set("/cost", "nothing") }), `fakeapi: Set("/cost"): not JSON: nothing`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	for _, place := range []string{"/tasks/1/cost", "/tasks/x/cost", "/tasks/-1", "/cost/x", "/task/cost"} {
		s := fakeapi.New(fakeapi.Options{})
		s.OnAny(fakeapi.Set(place, "1"), fakeapi.OK)
		if got, want := panics(func() { ask(s, "a.example") }), fmt.Sprintf("fakeapi: Set(%q): the answer has no such place", place); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
		ask(s, "a.example")
		if s.MaxSimultaneous() != 1 {
			t.Errorf("%s: the call that panicked still counts as in progress", place)
		}
	}
}

// TestReplacedAnswers checks the faults that replace the answer, free of charge.
func TestReplacedAnswers(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		fault             fakeapi.Fault
		status            int
		contentType, body string
		header, value     string
	}{
		"raw":              {fakeapi.Raw(418, "text/x-tea", "short"), 418, "text/x-tea", "short", "", ""},
		"gateway":          {fakeapi.Gateway(502), 502, "text/html", "Bad Gateway", "Retry-After", ""},
		"header":           {fakeapi.Gateway(503).Header("Retry-After", "30"), 503, "text/html", "Service Unavailable", "Retry-After", "30"},
		"not JSON":         {fakeapi.NotJSON(), 200, "application/json", "upstream connect error", "", ""},
		"HTML page":        {fakeapi.HTMLPage(), 200, "text/html; charset=utf-8", "Sign in to the network", "", ""},
		"redirect":         {fakeapi.Redirect(307, "https://elsewhere.example/"), 307, "text/html", "Moved", "Location", "https://elsewhere.example/"},
		"array":            {fakeapi.Raw(200, "application/json", "[1]"), 200, "application/json", "[1]", "", ""},
		"no place for Set": {fakeapi.Gateway(502).And(fakeapi.EmptyTasks()), 502, "text/html", "Bad Gateway", "", ""},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := fakeapi.New(fakeapi.Options{})
			s.On("a.example", tt.fault)
			got := ask(s, "a.example")
			if contentType := got.header.Get("Content-Type"); got.status != tt.status || contentType != tt.contentType || !strings.Contains(string(got.body), tt.body) {
				t.Errorf("got HTTP %d, %s, %s, want %+v", got.status, contentType, got.body, tt)
			}
			if value := got.header.Get(tt.header); value != tt.value {
				t.Errorf("got %s %q, want %q", tt.header, value, tt.value)
			}
			if r := s.Requests()[0]; r.HTTPStatus != tt.status || r.StatusCode != 0 || r.CostUSD != 0 {
				t.Errorf("got log %+v, want HTTP %d, no status_code, no cost", r, tt.status)
			}
		})
	}
}

// TestTransmissionFaults checks what a client reads of an answer, and how reading ends.
func TestTransmissionFaults(t *testing.T) {
	t.Parallel()
	whole := ask(fakeapi.New(fakeapi.Options{}), "a.example").body
	half := whole[:len(whole)/2]
	padded := slices.Concat([]byte(`{"padding":"`), bytes.Repeat([]byte("x"), 15<<20), []byte(`",`), whole[1:])
	for name, tt := range map[string]struct {
		fault   fakeapi.Fault
		body    []byte
		length  int // Content-Length
		err     error
		charged int
	}{
		"closed":           {fakeapi.CloseConnection(), nil, 0, io.EOF, 0},
		"charged but lost": {fakeapi.ChargedButLost(), nil, 0, io.EOF, 1},
		"closed, charged":  {fakeapi.CloseConnection().Cost(1), nil, 0, io.EOF, 1},
		"half answer":      {fakeapi.HalfAnswer(), half, len(whole), io.ErrUnexpectedEOF, 1},
		"truncated JSON":   {fakeapi.TruncatedJSON(), half, len(half), nil, 1},
		"no last chunk":    {fakeapi.NoLastChunk(), whole, -1, io.ErrUnexpectedEOF, 1},
		"length too large": {fakeapi.LengthTooLarge(), whole, len(whole) + 1, io.ErrUnexpectedEOF, 1},
		"no end":           {fakeapi.NoEnd(), whole, -1, context.DeadlineExceeded, 1},
		"compressed":       {fakeapi.Gzip(), whole, -1, nil, 1},
		"too long":         {fakeapi.TooLong(15), padded, len(padded), nil, 1},
		"both":             {fakeapi.TooLong(15).And(fakeapi.Gzip()), padded, -1, nil, 1},
	} {
		inBubble(t, fakeapi.Options{}, func(t *testing.T, s *fakeapi.Server, client *http.Client) {
			s.OnAny(tt.fault)
			ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
			defer cancel()
			response, body, err := fetch(ctx, s, client, "a.example")
			if !errors.Is(err, tt.err) || !bytes.Equal(body, tt.body) || s.Charged() != tt.charged {
				t.Errorf("%s: got %d bytes, %v, %d charged, want %d, %v, %d", name, len(body), err, s.Charged(), len(tt.body), tt.err, tt.charged)
			}
			if response != nil && response.ContentLength != int64(tt.length) {
				t.Errorf("%s: got Content-Length %d, want %d", name, response.ContentLength, tt.length)
			}
		})
	}
}

// TestCompressedSize checks that padding takes little space on the wire.
func TestCompressedSize(t *testing.T) {
	t.Parallel()
	s := fakeapi.New(fakeapi.Options{})
	s.OnAny(fakeapi.TooLong(15).And(fakeapi.Gzip()))
	if got := len(ask(s, "a.example").body); got > 20<<10 {
		t.Errorf("got %d bytes, want at most 20 KiB", got)
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
				t.Errorf("%s: got %s, want %q in it", name, body, secret)
			}
		}
	}
}

// TestSlow checks that the answer waits for its release. The charge does not.
func TestSlow(t *testing.T) {
	t.Parallel()
	inBubble(t, fakeapi.Options{}, func(t *testing.T, s *fakeapi.Server, client *http.Client) {
		release := make(chan struct{})
		s.On("a.example", fakeapi.Slow(release))
		time.AfterFunc(time.Hour, func() {
			if r := s.Requests()[0]; r.HTTPStatus != 0 || r.CostUSD == 0 {
				t.Errorf("before the release: got log %+v, want charged and without answer", r)
			}
			close(release)
		})
		_, _, err := fetch(t.Context(), s, client, "a.example")
		if err != nil || time.Since(start) != time.Hour || s.Charged() != 1 || s.Requests()[0].HTTPStatus != 200 {
			t.Errorf("got %v after %v, log %+v", err, time.Since(start), s.Requests()[0])
		}
	})
}

// TestNamedFaults checks the log of a call for each listed host, and for hosts that are
// not listed.
func TestNamedFaults(t *testing.T) {
	t.Parallel()
	want := map[string]string{
		"error-40501.example":              "HTTP 200, 40501, 0 USD",
		"https://error-40202.example/page": "HTTP 200, 40202, 0 USD",
		"status-503.example":               "HTTP 503, 0, 0 USD",
		"slow.example":                     "HTTP 0, 0, 0.024036 USD",
		"closed.example":                   "HTTP 0, 0, 0 USD",
		"charged-but-lost.example":         "HTTP 0, 0, 0.024036 USD",
		"half.example":                     "HTTP 200, 0, 0.024036 USD",
		"html.example":                     "HTTP 200, 0, 0 USD",
		"no-data.example":                  "HTTP 200, 20000, 0.024036 USD",
		"error-x.example":                  "HTTP 200, 20000, 0.024036 USD",
		"error-40501.example.com":          "HTTP 200, 20000, 0.024036 USD",
		"status-101.example":               "HTTP 200, 20000, 0.024036 USD",
	}
	for _, fault := range fakeapi.NamedFaults() {
		host := strings.NewReplacer("CODE", "40501", "NNN", "503").Replace(fault.Host)
		if _, ok := want[host]; !ok || fault.Does == "" {
			t.Errorf("%s (%s) is not tested", host, fault.Does)
		}
	}
	inBubble(t, fakeapi.Options{NamedFaults: true}, func(t *testing.T, s *fakeapi.Server, client *http.Client) {
		for target, want := range want {
			s.Reset()
			ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
			_, _, _ = fetch(ctx, s, client, target)
			cancel()
			r := s.Requests()[0]
			if got := fmt.Sprintf("HTTP %d, %d, %v USD", r.HTTPStatus, r.StatusCode, r.CostUSD); got != want {
				t.Errorf("%s: got %s, want %s", target, got, want)
			}
		}
		s.On("closed.example", fakeapi.OK)
		if got := ask(s, "closed.example").status; got != 200 {
			t.Errorf("closed.example with a sequence: got HTTP %d, want 200", got)
		}
	})
	s := fakeapi.New(fakeapi.Options{})
	if _, task := ask(s, "error-40104.example").codes(t); task != "20000" {
		t.Errorf("without the option: got %s, want 20000", task)
	}
}
