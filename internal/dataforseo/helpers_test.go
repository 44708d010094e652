package dataforseo_test

import (
	"context"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/http/httptrace"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/dataforseo"
	"github.com/dataforseo/terraform-provider-dataforseo/internal/fakeapi"
)

// tooLong is how long nothing takes that does not hang, however busy the machine is.
const tooLong = 5 * time.Minute

const (
	never, once, freely = dataforseo.RepeatNever, dataforseo.RepeatOnce, dataforseo.RepeatFreely
	price               = 0.024036
)

// newTransport returns a Transport to baseURL with the fake's credentials.
func newTransport(tb testing.TB, baseURL string, change func(*dataforseo.TransportOptions)) *dataforseo.Transport {
	tb.Helper()
	base, err := url.Parse(baseURL)
	if err != nil {
		tb.Fatal(err)
	}
	options := dataforseo.TransportOptions{
		BaseURL:            base,
		BaseURLSetting:     "base_url",
		Login:              fakeapi.DefaultLogin,
		Password:           fakeapi.DefaultPassword,
		UserAgent:          "terraform-provider-dataforseo/test",
		RequestTimeout:     tooLong,
		MaxIdleConnections: 30,
	}
	if change != nil {
		change(&options)
	}
	return dataforseo.NewTransport(options)
}

// newFake returns a fake that answers with fault, and a Transport to it. Neither has a
// socket, so that both work in a bubble of synctest.
func newFake(t *testing.T, fault fakeapi.Fault, change func(*dataforseo.TransportOptions)) (*fakeapi.Server, *dataforseo.Transport) {
	t.Helper()
	server := fakeapi.New(fakeapi.Options{})
	t.Cleanup(server.Close)
	server.OnAny(fault)
	connections := server.RoundTripper()
	t.Cleanup(connections.CloseIdleConnections)
	return server, newTransport(t, server.URL, func(o *dataforseo.TransportOptions) {
		o.RoundTripper = connections
		if change != nil {
			change(o)
		}
	})
}

// askFake asks a fake that answers with fault for the target of the recorded answers.
func askFake(t *testing.T, fault fakeapi.Fault) (*dataforseo.Answer[dataforseo.BacklinksSummary], *dataforseo.Failure) {
	t.Helper()
	_, transport := newFake(t, fault, nil)
	return dataforseo.NewClient(transport).BacklinksSummary(t.Context(), dataforseo.BacklinksSummaryRequest{Target: "explodingtopics.com"})
}

// answering is a RoundTripper that answers every request the same.
type answering struct {
	status int
	header http.Header
	body   string
}

func (a answering) RoundTrip(request *http.Request) (*http.Response, error) {
	httptrace.ContextClientTrace(request.Context()).WroteHeaderField("Host", nil)
	header := a.header
	if header == nil {
		header = http.Header{"Content-Type": {"application/json"}}
	}
	return &http.Response{StatusCode: a.status, Header: header, Body: io.NopCloser(strings.NewReader(a.body)), Request: request}, nil
}

// do returns what becomes of an answer to a call for example.com.
func (a answering) do(t *testing.T, call *dataforseo.Call) (*dataforseo.Reply, *dataforseo.Failure) {
	t.Helper()
	return newTransport(t, "https://api.test", func(o *dataforseo.TransportOptions) { o.RoundTripper = a }).Do(t.Context(), call)
}

// summary returns the answer to a summary of example.com.
func (a answering) summary(t *testing.T) (*dataforseo.Answer[dataforseo.BacklinksSummary], *dataforseo.Failure) {
	t.Helper()
	transport := newTransport(t, "https://api.test", func(o *dataforseo.TransportOptions) { o.RoundTripper = a })
	return dataforseo.NewClient(transport).BacklinksSummary(t.Context(), dataforseo.BacklinksSummaryRequest{Target: "example.com"})
}

// success is a successful answer with that result, which may be followed by more
// fields of the task.
func success(resultCount, result string) answering {
	return answering{status: 200, body: `{"status_code":20000,"cost":0.02,"tasks":[{"id":"i","status_code":20000,"result_count":` + resultCount + `,"result":` + result + `}]}`}
}

// serve returns the base URL of a server.
func serve(tb testing.TB, handler http.HandlerFunc) string {
	tb.Helper()
	server := httptest.NewServer(handler)
	tb.Cleanup(func() {
		server.CloseClientConnections()
		server.Close()
	})
	return server.URL
}

// serveRaw returns the base URL of a server that reads a request and answers with text
// instead of HTTP.
func serveRaw(tb testing.TB, text string) string {
	tb.Helper()
	return serve(tb, func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		answerRaw(w, text)
	})
}

func answerRaw(w http.ResponseWriter, text string) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(err)
	}
	_, _ = io.WriteString(conn, text)
	_ = conn.Close()
}

// summaryCall is the call of a summary, userDataCall that of the free account.
func summaryCall(target string) *dataforseo.Call {
	call, err := dataforseo.BacklinksSummaryRequest{Target: target}.Call()
	if err != nil {
		panic(err)
	}
	return call
}

func userDataCall() *dataforseo.Call {
	return &dataforseo.Call{Endpoint: &dataforseo.Endpoint{Method: http.MethodGet, Path: fakeapi.UserDataPath}}
}

// logLine is what a Log was told once.
type logLine struct {
	Level   dataforseo.LogLevel
	Message string
	Fields  map[string]any
}

// logBook keeps what a Log is told.
type logBook struct {
	mu    sync.Mutex
	lines []logLine
}

func (b *logBook) Log(_ context.Context, level dataforseo.LogLevel, message string, fields map[string]any) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.lines = append(b.lines, logLine{level, message, maps.Clone(fields)})
}

func (b *logBook) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return fmt.Sprint(b.lines)
}

// ignoreUnexported compares envelopes without what notices are made of.
var ignoreUnexported = cmpopts.IgnoreUnexported(dataforseo.Envelope{})
