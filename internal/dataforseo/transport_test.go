package dataforseo_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httptrace"
	"net/url"
	"os"
	"os/exec"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jonboulle/clockwork"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/dataforseo"
	"github.com/dataforseo/terraform-provider-dataforseo/internal/fakeapi"
)

// tooLong is how long nothing takes that does not hang, however busy the machine is.
const tooLong = 5 * time.Minute

// newTransport returns a Transport to baseURL with the fake's credentials.
func newTransport(tb testing.TB, baseURL string, change func(*dataforseo.TransportOptions)) *dataforseo.Transport {
	tb.Helper()
	base, err := url.Parse(baseURL)
	if err != nil {
		tb.Fatal(err)
	}
	options := dataforseo.TransportOptions{
		BaseURL:            base,
		Login:              fakeapi.DefaultLogin,
		Password:           fakeapi.DefaultPassword,
		UserAgent:          "terraform-provider-dataforseo/test",
		RequestTimeout:     tooLong,
		MaxIdleConnections: 30,
	}
	if change != nil {
		change(&options)
	}
	transport := dataforseo.NewTransport(options)
	tb.Cleanup(transport.Close)
	return transport
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

// serveBytes returns the base URL of a server that always answers the same.
func serveBytes(tb testing.TB, contentType string, body []byte) string {
	tb.Helper()
	return serve(tb, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", contentType)
		_, _ = w.Write(body)
	})
}

// newPipedTransport returns a Transport to a handler that is served without a socket.
// In a bubble of synctest, time then passes only when both have nothing left to do,
// and not because the machine is busy with other things.
func newPipedTransport(t *testing.T, handler http.Handler, change func(*dataforseo.TransportOptions)) *dataforseo.Transport {
	t.Helper()
	pipes := &pipes{made: make(chan net.Conn), closed: make(chan struct{})}
	server := &http.Server{Handler: handler}
	go func() { _ = server.Serve(pipes) }()
	t.Cleanup(func() { _ = server.Close() })
	transport := newTransport(t, "http://api.test", change)
	transport.DialWith(pipes.dial)
	return transport
}

// pipes is a [net.Listener] whose connections are pipes in this process.
type pipes struct {
	made   chan net.Conn
	closed chan struct{}
}

func (p *pipes) dial(ctx context.Context, _, _ string) (net.Conn, error) {
	client, server := net.Pipe()
	select {
	case p.made <- server:
		return client, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case connection := <-p.made:
		return connection, nil
	case <-p.closed:
		return nil, net.ErrClosed
	}
}

func (p *pipes) Close() error {
	close(p.closed)
	return nil
}

func (*pipes) Addr() net.Addr { return &net.UnixAddr{Name: "pipes"} }

// summaryCall is a call as [dataforseo.Client] makes it.
func summaryCall(target string) *dataforseo.Call {
	return &dataforseo.Call{
		Method:    http.MethodPost,
		Path:      fakeapi.SummaryPath,
		Body:      []byte(`[{"target":"` + target + `"}]`),
		Paid:      true,
		Subject:   target,
		NewResult: func() any { return new(dataforseo.BacklinksSummary) },
	}
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

// within fails the test when f takes so long that it must hang.
func within(t *testing.T, f func()) {
	t.Helper()
	done := make(chan struct{})
	go func() {
		defer close(done)
		f()
	}()
	select {
	case <-done:
	case <-time.After(tooLong):
		t.Fatal("hangs")
	}
}

func TestRequestOnTheWire(t *testing.T) {
	t.Parallel()
	type wire struct {
		Method, RequestURI, Body string
		Header                   http.Header
	}
	var got []wire
	base := serve(t, func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		got = append(got, wire{r.Method, r.RequestURI, string(body), r.Header})
		_, _ = w.Write(fakeapi.RecordedNoData.Bytes())
	})
	transport := newTransport(t, base+"/mirror/", func(o *dataforseo.TransportOptions) {
		o.UserAgent = "terraform-provider-dataforseo/1.2.3 Terraform/1.11.4"
		o.Login, o.Password = "user@example.com", "sécret:pass word"
	})
	account := &dataforseo.Call{Method: http.MethodGet, Path: fakeapi.UserDataPath, NewResult: func() any { return new(any) }}
	for _, call := range []*dataforseo.Call{summaryCall("example.com"), account} {
		if _, err := transport.Do(t.Context(), call); err != nil {
			t.Fatal(err)
		}
	}
	shared := http.Header{
		"Accept":          {"application/json"},
		"Accept-Encoding": {"gzip"},
		"Authorization":   {"Basic dXNlckBleGFtcGxlLmNvbTpzw6ljcmV0OnBhc3Mgd29yZA=="},
		"User-Agent":      {"terraform-provider-dataforseo/1.2.3 Terraform/1.11.4"},
	}
	post := shared.Clone()
	post["Content-Type"], post["Content-Length"] = []string{"application/json"}, []string{"26"}
	want := []wire{
		{"POST", "/mirror/v3/backlinks/summary/live", `[{"target":"example.com"}]`, post},
		{"GET", "/mirror/v3/appendix/user_data", "", shared},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("- want, + sent:\n%s", diff)
	}
}

func TestReply(t *testing.T) {
	t.Parallel()
	server := fakeapi.Start(t, fakeapi.Options{})
	at := time.Date(2026, 8, 1, 14, 30, 0, 0, time.FixedZone("CEST", 2*60*60))
	transport := newTransport(t, server.URL, func(o *dataforseo.TransportOptions) { o.Clock = clockwork.NewFakeClockAt(at) })
	reply, err := transport.Do(t.Context(), summaryCall("example.com"))
	if err != nil {
		t.Fatal(err)
	}
	if want := time.Date(2026, 8, 1, 12, 30, 0, 0, time.UTC); reply.FetchedAt != want {
		t.Errorf("fetched at %s, want %s", reply.FetchedAt, want)
	}
	if reply.FromCache {
		t.Error("claims to come from a cache")
	}
	if usd, known := reply.Envelope.ChargedUSD(); usd != fakeapi.DefaultPriceUSD || !known {
		t.Errorf("charged %v, %t", usd, known)
	}
}

func TestTransportMakesOneAttempt(t *testing.T) {
	t.Parallel()
	faults := map[string]fakeapi.Fault{
		"a rate limit":             fakeapi.Code(40202),
		"a gateway's 503":          fakeapi.Gateway(503).Header("Retry-After", "0"),
		"a lost connection":        fakeapi.CloseConnection(),
		"a reset connection":       fakeapi.ResetConnection(),
		"an answer without a task": fakeapi.NullTasks(),
	}
	for name, fault := range faults {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := fakeapi.Start(t, fakeapi.Options{})
			server.OnAny(fakeapi.OK, fault)
			transport := newTransport(t, server.URL, nil)
			// The second call goes over a connection that served already, which
			// net/http is quicker to repeat.
			for i, wantErr := range []bool{false, true} {
				if _, err := transport.Do(t.Context(), summaryCall("example.com")); (err != nil) != wantErr {
					t.Fatalf("call %d: %v", i, err)
				}
			}
			if got := server.Calls(); got != 2 {
				t.Errorf("the server got %d calls, want 2", got)
			}
		})
	}
}

func TestNoCredentials(t *testing.T) {
	t.Parallel()
	tests := []struct {
		login, password string
		missing         []string
		want            string
	}{
		{"", "p", []string{"login"}, "no login for DataForSEO"},
		{"l", "", []string{"password"}, "no password for DataForSEO"},
		{"", "", []string{"login", "password"}, "no login and no password for DataForSEO"},
	}
	server := fakeapi.Start(t, fakeapi.Options{})
	for _, test := range tests {
		book := new(logBook)
		transport := newTransport(t, server.URL, func(o *dataforseo.TransportOptions) {
			o.Login, o.Password, o.Log = test.login, test.password, book.Log
		})
		_, err := transport.Do(t.Context(), summaryCall("example.com"))
		credentialsErr, ok := errors.AsType[*dataforseo.CredentialsError](err)
		if !ok || !slices.Equal(credentialsErr.Missing, test.missing) || err.Error() != test.want {
			t.Errorf("%q, %q: the error is %v, want %q", test.login, test.password, err, test.want)
		}
		if got := book.String(); got != "[]" {
			t.Errorf("logged %s", got)
		}
	}
	if got := len(server.Requests()); got != 0 {
		t.Errorf("%d requests were made", got)
	}
}

// refusing is the URL of a port that nobody listens at. One that is free is not sure to
// stay so while other tests take theirs.
const refusing = "http://127.0.0.1:1"

func TestConnectionFailures(t *testing.T) {
	t.Parallel()
	fake := func(fault fakeapi.Fault) func(t *testing.T) string {
		return func(t *testing.T) string {
			server := fakeapi.Start(t, fakeapi.Options{})
			server.OnAny(fault)
			return server.URL
		}
	}
	const broke = `the connection broke before the whole answer had arrived: `
	tests := map[string]struct {
		url  func(t *testing.T) string
		sent bool
		want string // a regular expression
	}{
		"refused": {func(*testing.T) string { return refusing }, false,
			`no connection to DataForSEO: dial tcp 127\.0\.0\.1:1: connect: connection refused`},
		"no such host": {func(*testing.T) string { return "http://no-such-host.invalid" }, false,
			`no connection to DataForSEO: dial tcp: lookup no-such-host\.invalid.*`},
		"certificate not trusted": {func(t *testing.T) string {
			server := httptest.NewUnstartedServer(http.NotFoundHandler())
			server.Config.ErrorLog = log.New(io.Discard, "", 0)
			server.StartTLS()
			t.Cleanup(server.Close)
			return server.URL
		}, false, `no connection to DataForSEO: tls: failed to verify certificate: x509: .*`},
		"https expected, http found": {func(t *testing.T) string {
			return strings.Replace(fakeapi.Start(t, fakeapi.Options{}).URL, "http:", "https:", 1)
		}, false, `no connection to DataForSEO: http: server gave HTTP response to HTTPS client`},
		"closed after the request": {fake(fakeapi.CloseConnection()), true, broke + `EOF`},
		"charged, then closed":     {fake(fakeapi.ChargedButLost()), true, broke + `EOF`},
		"reset after the request": {fake(fakeapi.ResetConnection()), true,
			broke + `read tcp 127\.0\.0\.1:\d+->127\.0\.0\.1:\d+: read: connection reset by peer`},
		"half of an answer": {fake(fakeapi.Recorded(fakeapi.RecordedUnverifiedAccount).And(fakeapi.HalfAnswer())), true,
			broke + `unexpected EOF after 125 bytes \(Content-Type application/json, begins with ` +
				regexp.QuoteMeta(`{ "version": "0.1.20260801", "status_code": 40104, "status_message": "Please verify your account before using the...`) + `\)`},
		"no HTTP": {func(t *testing.T) string { return serveLine(t, "SSH-2.0-OpenSSH_9.2\r\n") }, true,
			broke + `net/http: HTTP/1\.x transport connection broken: malformed HTTP response "SSH-2\.0-OpenSSH_9\.2"`},
		"a header of 1 MB that is none": {func(t *testing.T) string {
			return serveLine(t, "HTTP/1.1 200 OK\r\n"+strings.Repeat("\x1b[31m", 200_000)+"\r\n\r\n")
		}, true, broke + `net/http: HTTP/1\.x transport connection broken: malformed MIME header.{1,500}\.\.\.`},
		"broken gzip": {func(t *testing.T) string {
			return serve(t, func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Encoding", "gzip")
				w.Header().Set("Content-Type", "application/json")
				_, _ = w.Write([]byte("{}                   "))
			})
		}, true, broke + `gzip: invalid header after 0 bytes \(Content-Type application/json, empty body\)`},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := newTransport(t, test.url(t), nil).Do(t.Context(), summaryCall("example.com"))
			failure, ok := errors.AsType[*dataforseo.TransportError](err)
			if !ok {
				t.Fatalf("the error is %v", err)
			}
			if failure.Sent != test.sent || failure.TimedOutAfter != 0 {
				t.Errorf("sent %t, timed out after %s, want %t, 0s", failure.Sent, failure.TimedOutAfter, test.sent)
			}
			if !regexp.MustCompile(`^` + test.want + `$`).MatchString(err.Error()) {
				t.Errorf("the message is\n%s\nwant\n%s", err, test.want)
			}
		})
	}
}

// serveLine returns the URL of a server that reads a request's headers, answers
// with text and hangs up.
func serveLine(t *testing.T, text string) string {
	t.Helper()
	return serve(t, func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		conn, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			panic(err)
		}
		_, _ = io.WriteString(conn, text)
		_ = conn.Close()
	})
}

func TestAttemptTimesOut(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		server := fakeapi.New(fakeapi.Options{})
		server.OnAny(fakeapi.Slow(nil))
		err := wantTimeOut(t, server)
		if err.Error() != "no answer within 50ms" {
			t.Errorf("the message is %q", err)
		}
	})
}

func TestAttemptTimesOutAmidTheAnswer(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		_ = wantTimeOut(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			_, _ = io.WriteString(w, `{"status_code":`)
			_ = http.NewResponseController(w).Flush()
			<-r.Context().Done()
		}))
	})
}

// wantTimeOut makes a call that has 50 ms and gets no whole answer from the server. It
// has to be made in a bubble of synctest.
func wantTimeOut(t *testing.T, server http.Handler) error {
	t.Helper()
	const limit = 50 * time.Millisecond
	transport := newPipedTransport(t, server, func(o *dataforseo.TransportOptions) { o.RequestTimeout = limit })
	start := time.Now()
	_, err := transport.Do(t.Context(), summaryCall("example.com"))
	failure, ok := errors.AsType[*dataforseo.TransportError](err)
	if !ok || !failure.Sent || failure.TimedOutAfter != limit {
		t.Fatalf("the error is %#v", err)
	}
	if took := time.Since(start); took != limit {
		t.Errorf("it took %s", took)
	}
	return err
}

func TestCancelledWhileWaitingForTheAnswer(t *testing.T) {
	t.Parallel()
	server := fakeapi.Start(t, fakeapi.Options{})
	server.OnAny(fakeapi.Slow(nil))
	transport := newTransport(t, server.URL, nil)
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		_ = server.WaitForCalls(ctx, 1)
		cancel()
	}()
	within(t, func() {
		_, err := transport.Do(ctx, summaryCall("example.com"))
		failure, ok := errors.AsType[*dataforseo.TransportError](err)
		if !ok || !failure.Sent || failure.TimedOutAfter != 0 || !errors.Is(err, context.Canceled) {
			t.Errorf("the error is %#v", err)
		}
		if err.Error() != "it was cancelled" {
			t.Errorf("the message is %q", err)
		}
	})
}

func TestCancelledBefore(t *testing.T) {
	t.Parallel()
	server := fakeapi.Start(t, fakeapi.Options{})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := newTransport(t, server.URL, nil).Do(ctx, summaryCall("example.com"))
	failure, ok := errors.AsType[*dataforseo.TransportError](err)
	if !ok || failure.Sent || !errors.Is(err, context.Canceled) {
		t.Errorf("the error is %#v", err)
	}
	if got := server.Calls(); got != 0 {
		t.Errorf("%d calls were made", got)
	}
}

func TestDeadlineOfTheCaller(t *testing.T) {
	t.Parallel()
	server := fakeapi.Start(t, fakeapi.Options{})
	server.OnAny(fakeapi.Slow(nil))
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	_, err := newTransport(t, server.URL, nil).Do(ctx, summaryCall("example.com"))
	failure, ok := errors.AsType[*dataforseo.TransportError](err)
	if !ok || failure.TimedOutAfter != 0 || !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("the error is %#v", err)
	}
}

func TestRedirectsAreNotFollowed(t *testing.T) {
	t.Parallel()
	var requests atomic.Int64
	elsewhere := serve(t, func(http.ResponseWriter, *http.Request) { requests.Add(1) })
	host := strings.TrimPrefix(elsewhere, "http://")
	locations := map[string]string{ // to what the message names
		elsewhere + "/login":                             elsewhere + "/login",
		"http://admin:geheim@" + host + "/login":         elsewhere + "/login",
		elsewhere + "/login?token=geheim":                elsewhere + "/login",
		elsewhere + "/login#geheim":                      elsewhere + "/login",
		"//" + host + "/login":                           elsewhere + "/login",
		elsewhere + "/%0A%1B%5B31m":                      elsewhere + "/%0A%1B%5B31m",
		elsewhere + "/ä ö":                               elsewhere + "/%C3%A4%20%C3%B6",
		"http://admin:geheim@" + host + "/%zz?geheim":    "an address that is none",
		"http://admin:geheim@" + host + ":http/?geheim":  "an address that is none",
		"http://[::1?geheim":                             "an address that is none",
		elsewhere + "/" + strings.Repeat("a", 2000):      elsewhere + "/" + strings.Repeat("a", 500-len(elsewhere)-1) + "...",
		"mailto:geheim@example.com":                      "mailto:",
		"HTTPS://Portal.Example.COM:8443/a/../b?geheim=": "https://Portal.Example.COM:8443/b",
	}
	for _, status := range []int{301, 302, 303, 307, 308} {
		for location, leads := range locations {
			base := serve(t, func(w http.ResponseWriter, _ *http.Request) {
				w.Header()["Location"] = []string{location}
				w.WriteHeader(status)
			})
			_, err := newTransport(t, base, nil).Do(t.Context(), summaryCall("example.com"))
			failure, ok := errors.AsType[*dataforseo.HTTPError](err)
			if !ok {
				t.Errorf("%d to %s: the error is %#v", status, location, err)
				continue
			}
			if want := fmt.Sprintf("the answer has HTTP status %d and leads to %s", status, leads); err.Error() != want {
				t.Errorf("%d to %.100s: the message is\n%.900s\nwant\n%s", status, location, err, want)
			}
			if failure.Status != status || failure.Facts().Kind != dataforseo.KindBaseURL || dataforseo.Advise(err) != (dataforseo.Advice{}) {
				t.Errorf("%d to %s: the failure is %+v", status, location, failure)
			}
		}
	}
	if got := requests.Load(); got != 0 {
		t.Errorf("%d requests went elsewhere", got)
	}
}

func TestRelativeRedirect(t *testing.T) {
	t.Parallel()
	tests := map[string]string{ // below the base URL
		"/login?a=b":     "/login",
		"login":          "/mirror/v3/backlinks/summary/login",
		"../../../login": "/mirror/login",
		"?token=geheim":  "/mirror/v3/backlinks/summary/live",
	}
	for location, path := range tests {
		base := serve(t, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Location", location)
			w.WriteHeader(http.StatusFound)
		})
		_, err := newTransport(t, base+"/mirror", nil).Do(t.Context(), summaryCall("example.com"))
		if want := "the answer has HTTP status 302 and leads to " + base + path; err == nil || err.Error() != want {
			t.Errorf("%s: the message is\n%v\nwant\n%s", location, err, want)
		}
	}
}

func TestRedirectToNowhere(t *testing.T) {
	t.Parallel()
	base := serve(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusFound) })
	_, err := newTransport(t, base, nil).Do(t.Context(), summaryCall("example.com"))
	if want := "the answer has HTTP status 302 (Content-Type none, empty body)"; err == nil || err.Error() != want {
		t.Errorf("the message is\n%v\nwant\n%s", err, want)
	}
}

// A connection is kept only if net/http learns within 50 ms that the request went out.
// It always does in the time of a bubble.
func TestConnectionsAreReused(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		server := fakeapi.New(fakeapi.Options{})
		server.OnAny(fakeapi.OK, fakeapi.Code(40501), fakeapi.Gateway(503), fakeapi.NotJSON(), fakeapi.Gzip(), fakeapi.OK)
		transport := newPipedTransport(t, server, nil)
		for i := range 6 {
			var reused bool
			ctx := httptrace.WithClientTrace(t.Context(), &httptrace.ClientTrace{
				GotConn: func(info httptrace.GotConnInfo) { reused = info.Reused },
			})
			_, _ = transport.Do(ctx, summaryCall("example.com"))
			if reused != (i > 0) {
				t.Errorf("call %d: connection reused: %t", i, reused)
			}
		}
		transport.Close()
		if _, err := transport.Do(t.Context(), summaryCall("example.com")); err != nil {
			t.Errorf("after Close: %v", err)
		}
	})
}

// As many connections are kept as there can be requests at once: net/http would
// keep two, and open a new one for almost every request of a portfolio.
func TestAllConnectionsAreKept(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		const atOnce = 10
		server := fakeapi.New(fakeapi.Options{})
		transport := newPipedTransport(t, server, func(o *dataforseo.TransportOptions) { o.MaxIdleConnections = atOnce })
		made := connectionsFor(t, server, transport, atOnce) + connectionsFor(t, server, transport, atOnce)
		if made != atOnce {
			t.Errorf("%d connections were made for twice %d calls at once", made, atOnce)
		}
	})
}

// connectionsFor makes that many calls at once, and returns how many connections were
// made for them.
func connectionsFor(t *testing.T, server *fakeapi.Server, transport *dataforseo.Transport, calls int) int64 {
	t.Helper()
	var made atomic.Int64
	release := make(chan struct{})
	server.Reset()
	server.OnAny(fakeapi.Slow(release))
	var underWay sync.WaitGroup
	for range calls {
		underWay.Go(func() {
			ctx := httptrace.WithClientTrace(t.Context(), &httptrace.ClientTrace{GotConn: func(info httptrace.GotConnInfo) {
				if !info.Reused {
					made.Add(1)
				}
			}})
			if _, err := transport.Do(ctx, summaryCall("example.com")); err != nil {
				t.Error(err)
			}
		})
	}
	if err := server.WaitForCalls(t.Context(), calls); err != nil {
		t.Error(err)
	}
	close(release)
	underWay.Wait()
	return made.Load()
}

//nolint:paralleltest,forbidigo // what it looks at belongs to the whole process
func TestDefaultTransportIsUntouched(t *testing.T) {
	before := http.DefaultTransport.(*http.Transport).Clone()
	instance := http.DefaultTransport
	server := fakeapi.Start(t, fakeapi.Options{})
	if _, err := newTransport(t, server.URL, nil).Do(t.Context(), summaryCall("example.com")); err != nil {
		t.Fatal(err)
	}
	after := http.DefaultTransport.(*http.Transport)
	if http.DefaultTransport != instance || http.DefaultClient.Transport != nil || http.DefaultClient.CheckRedirect != nil {
		t.Error("net/http's defaults were replaced")
	}
	for _, field := range reflect.VisibleFields(reflect.TypeFor[http.Transport]()) {
		if !field.IsExported() || field.Type.Kind() == reflect.Func {
			continue
		}
		was, is := reflect.ValueOf(before).Elem().FieldByIndex(field.Index), reflect.ValueOf(after).Elem().FieldByIndex(field.Index)
		if field.Type.Comparable() && field.Type.Kind() != reflect.Pointer && !was.Equal(is) {
			t.Errorf("%s was %v and is %v", field.Name, was, is)
		}
	}
}

// proxied names the variable that makes TestThroughProxy the child that makes a
// request: net/http reads the proxy variables of a process once, and never uses a
// proxy for loopback addresses.
const proxied = "DATAFORSEO_TEST_PROXIED_URL"

func TestThroughProxy(t *testing.T) {
	if base := os.Getenv(proxied); base != "" {
		requestThroughProxy(t, base)
		return
	}
	t.Parallel()
	type request struct{ Method, Target, Authorization string }
	var mu sync.Mutex
	var got []request
	proxy := serve(t, func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		got = append(got, request{r.Method, r.RequestURI, r.Header.Get("Proxy-Authorization")})
		mu.Unlock()
		if r.Method == http.MethodConnect {
			w.WriteHeader(http.StatusProxyAuthRequired)
			return
		}
		_, _ = w.Write(fakeapi.RecordedNoData.Bytes())
	})
	at := strings.Replace(proxy, "http://", "http://someone:something@", 1)
	tests := map[string]struct {
		base string
		env  []string
		want string
	}{
		"http":     {"http://api.test", []string{"HTTP_PROXY=" + at}, "reply"},
		"https":    {"https://api.test", []string{"HTTPS_PROXY=" + at}, "sent false: no connection to DataForSEO: Proxy Authentication Required"},
		"NO_PROXY": {"https://api.invalid", []string{"HTTPS_PROXY=" + at, "NO_PROXY=.invalid"}, "sent false: no connection to DataForSEO: dial tcp: lookup api.invalid"},
	}
	for name, test := range tests {
		output := runChild(t, append(test.env, proxied+"="+test.base))
		if !strings.Contains(output, "<"+test.want) {
			t.Errorf("%s: the child printed\n%s\nwant\n%s", name, output, test.want)
		}
		if strings.Contains(output, "something") {
			t.Errorf("%s: the child printed the proxy's password:\n%s", name, output)
		}
	}
	slices.SortFunc(got, func(a, b request) int { return strings.Compare(a.Method, b.Method) })
	const someone = "Basic c29tZW9uZTpzb21ldGhpbmc="
	want := []request{
		{"CONNECT", "api.test:443", someone},
		{"POST", "http://api.test/v3/backlinks/summary/live", someone},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("- want, + what the proxy got:\n%s", diff)
	}
}

// runChild runs TestThroughProxy in a process with other proxy variables.
func runChild(t *testing.T, env []string) string {
	t.Helper()
	executable, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	child := exec.CommandContext(t.Context(), executable, "-test.run=^TestThroughProxy$", "-test.v")
	child.Env = append(slices.DeleteFunc(os.Environ(), func(variable string) bool {
		name, _, _ := strings.Cut(strings.ToUpper(variable), "=")
		return strings.HasSuffix(name, "_PROXY") || name == "REQUEST_METHOD"
	}), env...)
	output, err := child.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, output)
	}
	return string(output)
}

func requestThroughProxy(t *testing.T, base string) {
	t.Helper()
	_, err := newTransport(t, base, nil).Do(t.Context(), summaryCall("example.com"))
	if failure, ok := errors.AsType[*dataforseo.TransportError](err); ok {
		fmt.Printf("<sent %t: %v>\n", failure.Sent, err)
		return
	}
	fmt.Printf("<reply %v>\n", err)
}

func TestAnswerTooLong(t *testing.T) {
	t.Parallel()
	const want = `the answer cannot be used: it is longer than 16 MiB (Content-Type application/json, begins with {"padding":"` // and many x
	server := fakeapi.Start(t, fakeapi.Options{})
	server.OnAny(fakeapi.TooLong(64))
	book := new(logBook)
	transport := newTransport(t, server.URL, func(o *dataforseo.TransportOptions) { o.Log = book.Log })
	_, err := transport.Do(t.Context(), summaryCall("example.com"))
	if _, ok := errors.AsType[*dataforseo.ResponseError](err); !ok {
		t.Fatalf("the error is %v", err)
	}
	if full := want + strings.Repeat("x", 108) + `...)`; err.Error() != full {
		t.Errorf("the message is\n%s\nwant\n%s", err, full)
	}
	if got := book.lines[len(book.lines)-1].Fields["bytes"]; got != 16<<20+1 {
		t.Errorf("%v bytes were read", got)
	}
}

func TestAnswerJustNotTooLong(t *testing.T) {
	t.Parallel()
	body := fakeapi.RecordedNoData.Bytes()
	body = append(body, bytes.Repeat([]byte(" "), 16<<20-len(body))...)
	if _, err := newTransport(t, serveBytes(t, "application/json", body), nil).Do(t.Context(), summaryCall("example.com")); err != nil {
		t.Errorf("16 MiB: %v", err)
	}
	body = append(body, ' ')
	_, err := newTransport(t, serveBytes(t, "application/json", body), nil).Do(t.Context(), summaryCall("example.com"))
	if _, ok := errors.AsType[*dataforseo.ResponseError](err); !ok {
		t.Errorf("16 MiB and a byte: %v", err)
	}
}

// An answer without an end is not read to its end.
func TestEndlessAnswer(t *testing.T) {
	t.Parallel()
	const offered = 1 << 30
	var written atomic.Int64
	ended := make(chan struct{})
	base := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		defer close(ended)
		chunk := bytes.Repeat([]byte("x"), 1<<20)
		for written.Load() < offered {
			n, err := w.Write(chunk)
			written.Add(int64(n))
			if err != nil {
				return
			}
		}
	})
	_, err := newTransport(t, base, nil).Do(t.Context(), summaryCall("example.com"))
	if _, ok := errors.AsType[*dataforseo.ResponseError](err); !ok {
		t.Fatalf("the error is %v", err)
	}
	within(t, func() { <-ended })
	if got := written.Load(); got > 64<<20 { // 16 MiB and what sockets hold
		t.Errorf("%d MiB were taken", got>>20)
	}
}

// What counts is the length after decompression.
func TestCompressedAnswerTooLong(t *testing.T) {
	t.Parallel()
	var bomb bytes.Buffer
	w, _ := gzip.NewWriterLevel(&bomb, gzip.BestSpeed)
	chunk := make([]byte, 1<<20)
	for range 20 {
		_, _ = w.Write(chunk)
	}
	_ = w.Close()
	book := new(logBook)
	base := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Encoding", "gzip")
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write(bomb.Bytes())
	})
	_, err := newTransport(t, base, func(o *dataforseo.TransportOptions) { o.Log = book.Log }).Do(t.Context(), summaryCall("example.com"))
	const want = "the answer cannot be used: it is longer than 16 MiB (Content-Type application/json, begins with nothing printable)"
	if err == nil || err.Error() != want {
		t.Errorf("the message is\n%v\nwant\n%s", err, want)
	}
	if got := book.lines[len(book.lines)-1].Fields["bytes"]; got != 16<<20+1 {
		t.Errorf("%v bytes were read", got)
	}
}

func TestCompressedAnswer(t *testing.T) {
	t.Parallel()
	answer, err := askFake(t, fakeapi.Recorded(fakeapi.RecordedOK).And(fakeapi.Gzip()))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(recordedSummary(), answer.Summary); diff != "" {
		t.Errorf("- recorded, + decoded:\n%s", diff)
	}
}

func TestRetryAfter(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 8, 1, 12, 0, 0, 0, time.UTC)
	tests := map[string]time.Duration{
		"30":                               30 * time.Second,
		" 30 ":                             30 * time.Second,
		"0":                                0,
		"":                                 0,
		"-5":                               0,
		"1.5":                              0,
		"soon":                             0,
		"3600":                             time.Hour,
		"99999999999":                      maxRetryAfter,
		"99999999999999999999999999":       maxRetryAfter,
		"Sat, 01 Aug 2026 12:00:20 GMT":    20 * time.Second,
		"Saturday, 01-Aug-26 12:00:20 GMT": 20 * time.Second,
		"Sat, 01 Aug 2026 11:59:00 GMT":    0,
		"Sat, 32 Aug 2026 12:00:20 GMT":    0,
	}
	for header, want := range tests {
		for name, fault := range map[string]fakeapi.Fault{"APIError": fakeapi.Code(40202), "HTTPError": fakeapi.Gateway(503)} {
			server := fakeapi.Start(t, fakeapi.Options{})
			server.OnAny(fault.Header("Retry-After", header))
			transport := newTransport(t, server.URL, func(o *dataforseo.TransportOptions) { o.Clock = clockwork.NewFakeClockAt(now) })
			_, err := transport.Do(t.Context(), summaryCall("example.com"))
			if got := dataforseo.Advise(err).RetryAfter; got != want {
				t.Errorf("%s with Retry-After %q: %s, want %s", name, header, got, want)
			}
		}
	}
}

// maxRetryAfter is what a number of seconds beyond all bounds is read as.
const maxRetryAfter = (1<<31 - 1) * time.Second

func TestLog(t *testing.T) {
	t.Parallel()
	server := fakeapi.Start(t, fakeapi.Options{})
	server.OnAny(fakeapi.Recorded(fakeapi.RecordedNoData), fakeapi.Code(40501), fakeapi.Gateway(503), fakeapi.CloseConnection())
	book := new(logBook)
	transport := newTransport(t, server.URL, func(o *dataforseo.TransportOptions) {
		o.Log, o.Clock = book.Log, clockwork.NewFakeClock()
	})
	for range 4 {
		_, _ = transport.Do(t.Context(), summaryCall("example.com"))
	}
	request := logLine{dataforseo.LogTrace, "Sending request to DataForSEO", map[string]any{
		"method": "POST", "path": "/v3/backlinks/summary/live", "subject": "example.com", "body": `[{"target":"example.com"}]`,
	}}
	answer := func(body string) logLine {
		return logLine{dataforseo.LogTrace, "Received answer from DataForSEO", map[string]any{"subject": "example.com", "body": body}}
	}
	finished := func(fields map[string]any) logLine {
		maps.Copy(fields, map[string]any{"method": "POST", "path": "/v3/backlinks/summary/live", "subject": "example.com", "duration_ms": int64(0)})
		return logLine{dataforseo.LogDebug, "DataForSEO request finished", fields}
	}
	const gateway = "<html><head><title>Service Unavailable</title></head><body><h1>Service Unavailable</h1></body></html>\n"
	refused := book.lines[4].Fields["body"].(string)
	want := []logLine{
		request,
		answer(string(fakeapi.RecordedNoData.Bytes())),
		finished(map[string]any{"http_status": 200, "bytes": len(fakeapi.RecordedNoData.Bytes()), "cost_usd": 0.02003, "task_id": "04270355-7763-0265-0000-22d65296b79d"}),
		request,
		answer(refused),
		finished(map[string]any{"http_status": 200, "bytes": len(refused), "cost_usd": 0.0, "task_id": taskID(t, refused),
			"error": `DataForSEO answered 40501 "Invalid Field: 'target'."`}),
		request,
		answer(gateway),
		finished(map[string]any{"http_status": 503, "bytes": len(gateway),
			"error": `the answer has HTTP status 503 (Content-Type text/html, begins with ` + strings.TrimSpace(gateway) + `)`}),
		request,
		finished(map[string]any{"error": "the connection broke before the whole answer had arrived: EOF"}),
	}
	if diff := cmp.Diff(want, book.lines); diff != "" {
		t.Errorf("- want, + logged:\n%s", diff)
	}
}

func taskID(t *testing.T, body string) string {
	t.Helper()
	var envelope dataforseo.Envelope
	if err := json.Unmarshal([]byte(body), &envelope); err != nil {
		t.Fatal(err)
	}
	return *envelope.Task().ID
}

// TestTransport_givenUp: a request of which nothing was sent ends when nobody waits
// for it, though what is on the wire would be waited for.
func TestTransport_givenUp(t *testing.T) {
	t.Parallel()
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	waiting, giveUp := context.WithCancel(t.Context())
	accepted := make(chan net.Conn, 1)
	go func() {
		connection, err := listener.Accept() // and never shakes hands
		if err == nil {
			accepted <- connection
		}
		giveUp()
	}()
	transport := dataforseo.NewTransport(dataforseo.TransportOptions{
		BaseURL: &url.URL{Scheme: "https", Host: listener.Addr().String()}, Login: "login", Password: "password",
	})
	defer transport.Close()
	_, err = transport.Do(dataforseo.WithSending(waiting, t.Context()), sentCall(t, dataforseo.BacklinksSummaryRequest{Target: "example.com"}))
	failure, ok := errors.AsType[*dataforseo.TransportError](err)
	if !ok || failure.Sent || !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	if connection := <-accepted; connection.Close() != nil {
		t.Error("the connection cannot be closed")
	}
}
