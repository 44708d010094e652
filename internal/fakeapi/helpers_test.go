package fakeapi_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/fakeapi"
)

// reply is an answer as it arrived.
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

// do asks s without a socket.
func do(s *fakeapi.Server, r *http.Request) reply {
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	return reply{w.Code, w.Header(), w.Body.Bytes()}
}

// post asks the summary endpoint.
func post(s *fakeapi.Server, body string) reply {
	return do(s, newRequest(http.MethodPost, fakeapi.SummaryPath, body))
}

// ask asks for a target and nothing else.
func ask(s *fakeapi.Server, target string) reply { return post(s, taskFor(target)) }

func taskFor(target string) string {
	quoted, err := json.Marshal(target)
	if err != nil {
		panic(err)
	}
	return `[{"target":` + string(quoted) + `}]`
}

// dial posts the request for target over the socket of s.
func dial(t *testing.T, s *fakeapi.Server, client *http.Client, target string) (*http.Response, error) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.URL+fakeapi.SummaryPath, strings.NewReader(taskFor(target)))
	if err != nil {
		t.Fatal(err)
	}
	r.SetBasicAuth(fakeapi.DefaultLogin, fakeapi.DefaultPassword)
	return client.Do(r)
}

// newClient returns a client with connections of its own.
func newClient(t *testing.T) *http.Client {
	t.Helper()
	transport := &http.Transport{}
	t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{
		Transport:     transport,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// readAll reads and closes the body.
func readAll(t *testing.T, response *http.Response) []byte {
	t.Helper()
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return body
}

// decode decodes a body with its numbers as written.
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
		t.Fatalf("no task %d in %s", i, r.body)
	}
	return tasks[i].(map[string]any)
}

// result returns the result of the first task.
func (r reply) result(t *testing.T) map[string]any {
	t.Helper()
	results, _ := r.task(t, 0)["result"].([]any)
	if len(results) != 1 {
		t.Fatalf("not one result in %s", r.body)
	}
	return results[0].(map[string]any)
}

// codes returns the status codes of the envelope and of the first task; "" stands for no task.
func (r reply) codes(t *testing.T) (envelope, task string) {
	t.Helper()
	env := r.envelope(t)
	if tasks, _ := env["tasks"].([]any); len(tasks) > 0 {
		task = text(tasks[0].(map[string]any)["status_code"])
	}
	return text(env["status_code"]), task
}

// text is a JSON value as text.
func text(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		return err.Error()
	}
	return string(b)
}

// clock is a clock that a test moves.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func newClock() *clock { return &clock{now: time.Date(2026, 8, 1, 12, 0, 0, 0, time.UTC)} }

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) Add(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}
