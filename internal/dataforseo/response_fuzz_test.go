package dataforseo

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

// roundTrip is the server's side of a Transport without a network.
type roundTrip func(request *http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(request *http.Request) (*http.Response, error) { return f(request) }

func (roundTrip) CloseIdleConnections() {}

const fuzzPassword = "0a1b2c3d4e5f6a7b"

// FuzzResponse answers a request with anything at all.
func FuzzResponse(f *testing.F) {
	recorded, err := filepath.Glob("../fakeapi/answers/response-*.json")
	if err != nil || len(recorded) == 0 {
		f.Fatal("no recorded answers", err)
	}
	for _, name := range recorded {
		body, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		for _, status := range []uint16{200, 500} {
			f.Add(status, "application/json", "", body)
		}
	}
	for _, body := range lyingAnswers {
		f.Add(uint16(200), "application/json; charset=utf-8", "", []byte(body))
	}
	f.Add(uint16(302), "text/html", "https://user:"+fuzzPassword+"@example.com/?a", []byte("<html>"))
	f.Add(uint16(302), "text/html", "%zz", []byte("Moved"))
	f.Add(uint16(503), "\x1b[31m", "\x00", []byte("\xff\x00"+fuzzPassword))
	f.Fuzz(func(t *testing.T, status uint16, contentType, location string, body []byte) {
		reply, err := answerTo(status, contentType, location, body)
		if err != nil {
			checkError(t, reply, err)
			return
		}
		checkReply(t, status, body, reply)
	})
}

// lyingAnswers are answers that contradict themselves or the documentation.
var lyingAnswers = []string{
	"", "null", "[]", "{}", "0", `"`, "\ufeff{}", `{"status_code":20000}`, `{"status_code":0}`, `{"status_code":20000,"tasks":[null]}`,
	`{"status_code":20000,"tasks":[{"status_code":0,"result":[{}]}]}`,
	`{"status_code":20000,"tasks":[{"status_code":20000,"result_count":1,"result":null}]}`,
	`{"status_code":20000,"tasks":[{"status_code":20000,"result_count":0,"result":[null]}]}`,
	`{"status_code":20000,"tasks":[{"status_code":20000,"result":[{"rank":1e3,"rank":null,"Backlinks":7.0}]}]}`,
	`{"status_code":20000,"tasks":[{"status_code":20000,"result":[{"rank":1e-1000000,"info":{"is_ip":null}}]}]}`,
	`{"status_code":20000,"tasks":[{"status_code":20000,"result":[{"referring_links_tld":{"":null,"com":9007199254740993}}]}]}`,
	`{"status_code":40501,"status_message":"Invalid Field: 'target'."}`,
	`{"status_code":50000,"status_message":"` + fuzzPassword + `\u0000\u001b"}`,
	`{"status_code":20000,"tasks":[{"status_code":"` + fuzzPassword + `"}]}`,
}

func answerTo(status uint16, contentType, location string, body []byte) (*Reply, error) {
	transport := NewTransport(TransportOptions{Login: "user@example.com", Password: fuzzPassword})
	transport.connections = roundTrip(func(request *http.Request) (*http.Response, error) {
		header := http.Header{}
		header.Set("Content-Type", contentType)
		header.Set("Location", location)
		return &http.Response{StatusCode: int(status), Header: header, Body: io.NopCloser(bytes.NewReader(body)), Request: request}, nil
	})
	return transport.Do(context.Background(), &Call{Method: http.MethodPost, Path: backlinksSummaryPath, NewResult: func() any { return new(BacklinksSummary) }})
}

// checkError checks that a failure is one that a Doer may return, and fit to be shown.
func checkError(t *testing.T, reply *Reply, err error) {
	t.Helper()
	if reply != nil {
		t.Errorf("there is a reply with the error %v", err)
	}
	switch err.(type) {
	case *APIError, *HTTPError, *ResponseError:
	default:
		t.Errorf("the error is a %T", err)
	}
	if Advise(err).Repeat == RepeatFreely && errors.As(err, new(*ResponseError)) {
		t.Errorf("%v is repeated", err)
	}
	message := err.Error()
	if message == "" || len(message) > 4*maxMessage {
		t.Errorf("the message has %d bytes", len(message))
	}
	if i := strings.IndexFunc(message, func(r rune) bool { return r == utf8.RuneError || !unicode.IsPrint(r) }); i >= 0 {
		t.Errorf("the message is not printable: %q", message)
	}
	if strings.Contains(message, fuzzPassword) {
		t.Errorf("the message holds the password: %s", message)
	}
}

// checkReply checks a success against another reading of the same answer.
func checkReply(t *testing.T, status uint16, body []byte, reply *Reply) {
	t.Helper()
	task := reply.Envelope.Task()
	if status != http.StatusOK || *reply.Envelope.StatusCode != statusOK || task == nil || *task.StatusCode != statusOK {
		t.Fatalf("HTTP %d passes for a success: %s", status, body)
	}
	if reply.Result == nil {
		if value(task.ResultCount) > 0 {
			t.Errorf("%d results pass for no data", *task.ResultCount)
		}
		return
	}
	var results []map[string]any
	if err := json.Unmarshal(task.Result, &results); err != nil {
		return // a name twice, once with a value of another type
	}
	checkNulls(t, results[0], reflect.ValueOf(reply.Result).Elem())
}

// checkNulls checks that every field that has a value got it from the answer.
func checkNulls(t *testing.T, from map[string]any, into reflect.Value) {
	t.Helper()
	for i := range into.NumField() {
		name, field := into.Type().Field(i).Tag.Get("json"), into.Field(i)
		if field.IsNil() {
			continue
		}
		// encoding/json reads names in any case.
		found := false
		for key, v := range from {
			found = found || v != nil && strings.EqualFold(key, name)
		}
		if !found {
			t.Errorf("%s is %v, and was not in the answer", name, field)
		}
	}
}
