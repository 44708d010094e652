package fakeapi_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/fakeapi"
)

// reply is an answer.
type reply struct {
	status int
	header http.Header
	body   []byte
}

// newRequest makes a request with the default credentials.
func newRequest(method, url, body string) *http.Request {
	r := httptest.NewRequest(method, url, strings.NewReader(body))
	r.SetBasicAuth(fakeapi.DefaultLogin, fakeapi.DefaultPassword)
	return r
}

// do calls the handler directly.
func do(s *fakeapi.Server, r *http.Request) reply {
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	return reply{w.Code, w.Header(), w.Body.Bytes()}
}

// post sends a body to the summary endpoint.
func post(s *fakeapi.Server, body string) reply {
	return do(s, newRequest(http.MethodPost, fakeapi.SummaryPath, body))
}

// ask requests the summary of a target.
func ask(s *fakeapi.Server, target string) reply { return post(s, taskFor(target)) }

func taskFor(target string) string {
	quoted, err := json.Marshal(target)
	if err != nil {
		panic(err)
	}
	return `[{"target":` + string(quoted) + `}]`
}

// inBubble runs a test in a synctest bubble, with a client that reaches the fake without
// a socket.
func inBubble(t *testing.T, opts fakeapi.Options, test func(t *testing.T, s *fakeapi.Server, client *http.Client)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		s := fakeapi.New(opts)
		t.Cleanup(s.Close)
		test(t, s, &http.Client{Transport: s.RoundTripper()})
	})
}

// fetch requests target and reads the whole answer.
func fetch(ctx context.Context, s *fakeapi.Server, client *http.Client, target string) (*http.Response, []byte, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, s.URL+fakeapi.SummaryPath, strings.NewReader(taskFor(target)))
	if err != nil {
		return nil, nil, err
	}
	r.SetBasicAuth(fakeapi.DefaultLogin, fakeapi.DefaultPassword)
	response, err := client.Do(r)
	if err != nil {
		return nil, nil, err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	return response, body, err
}

// decode decodes a body, with numbers as written.
func decode(t *testing.T, body []byte) map[string]any {
	t.Helper()
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	var v map[string]any
	if err := d.Decode(&v); err != nil {
		t.Fatalf("%v in %.300s", err, body)
	}
	return v
}

// envelope decodes an answer.
func (r reply) envelope(t *testing.T) map[string]any { t.Helper(); return decode(t, r.body) }

// task returns the i-th task of an answer.
func (r reply) task(t *testing.T, i int) map[string]any {
	t.Helper()
	tasks, _ := r.envelope(t)["tasks"].([]any)
	if i >= len(tasks) {
		t.Fatalf("want a task %d in %s", i, r.body)
	}
	return tasks[i].(map[string]any)
}

// result returns the result of the first task.
func (r reply) result(t *testing.T) map[string]any {
	t.Helper()
	results, _ := r.task(t, 0)["result"].([]any)
	if len(results) != 1 {
		t.Fatalf("want one result in %s", r.body)
	}
	return results[0].(map[string]any)
}

// codes returns the status codes of the envelope and of the first task, "" without one.
func (r reply) codes(t *testing.T) (envelope, task string) {
	t.Helper()
	env := r.envelope(t)
	if tasks, _ := env["tasks"].([]any); len(tasks) > 0 {
		task = text(tasks[0].(map[string]any)["status_code"])
	}
	return text(env["status_code"]), task
}

// text returns v as JSON.
func text(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		return err.Error()
	}
	return string(b)
}
