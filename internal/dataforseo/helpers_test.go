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

// tooLong is a time-out that only a call that hangs reaches, even on a busy machine.
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

// newFake returns a fake that answers with fault, and a Transport to it. They use no
// socket, so they work in a synctest bubble.
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

// askFake requests the target of the recorded answers from a fake that answers with fault.
func askFake(t *testing.T, fault fakeapi.Fault) (*dataforseo.Answer[dataforseo.BacklinksSummary], *dataforseo.Failure) {
	t.Helper()
	_, transport := newFake(t, fault, nil)
	return dataforseo.NewClient(transport).BacklinksSummary(t.Context(), dataforseo.BacklinksSummaryRequest{Target: "explodingtopics.com"})
}

// answering is a RoundTripper that gives every request the same answer.
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

// transport returns a Transport that gets the answer.
func (a answering) transport(tb testing.TB) *dataforseo.Transport {
	tb.Helper()
	return newTransport(tb, "https://api.test", func(o *dataforseo.TransportOptions) { o.RoundTripper = a })
}

// do makes a call that gets the answer.
func (a answering) do(t *testing.T, call *dataforseo.Call) (*dataforseo.Reply, *dataforseo.Failure) {
	t.Helper()
	return a.transport(t).Do(t.Context(), call)
}

// summary requests the summary of example.com and gets the answer.
func (a answering) summary(t *testing.T) (*dataforseo.Answer[dataforseo.BacklinksSummary], *dataforseo.Failure) {
	t.Helper()
	return dataforseo.NewClient(a.transport(t)).BacklinksSummary(t.Context(), dataforseo.BacklinksSummaryRequest{Target: "example.com"})
}

// success returns a successful answer. More fields of the task may follow the result.
func success(resultCount, result string) answering {
	return answering{status: 200, body: `{"status_code":20000,"cost":0.02,"tasks":[{"id":"i","status_code":20000,"result_count":` + resultCount + `,"result":` + result + `}]}`}
}

// serve starts a server and returns its URL.
func serve(tb testing.TB, handler http.HandlerFunc) string {
	tb.Helper()
	server := httptest.NewServer(handler)
	tb.Cleanup(func() {
		server.CloseClientConnections()
		server.Close()
	})
	return server.URL
}

// serveRaw starts a server that sends text as its whole response, and returns its URL.
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

func summaryCall(target string) *dataforseo.Call {
	call, err := dataforseo.BacklinksSummaryRequest{Target: target}.Call()
	if err != nil {
		panic(err)
	}
	return call
}

// userDataCall returns a free call.
func userDataCall() *dataforseo.Call {
	return &dataforseo.Call{Endpoint: &dataforseo.Endpoint{Method: http.MethodGet, Path: fakeapi.UserDataPath}}
}

type logLine struct {
	Level   dataforseo.LogLevel
	Message string
	Fields  map[string]any
}

// logRecorder records log entries.
type logRecorder struct {
	mu    sync.Mutex
	lines []logLine
}

func (r *logRecorder) Log(_ context.Context, level dataforseo.LogLevel, message string, fields map[string]any) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.lines = append(r.lines, logLine{level, message, maps.Clone(fields)})
}

func (r *logRecorder) String() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return fmt.Sprint(r.lines)
}

// ignoreUnexported ignores an envelope's list of unreadable fields.
var ignoreUnexported = cmpopts.IgnoreUnexported(dataforseo.Envelope{})
