package dataforseo_test

import (
	"context"
	"fmt"
	"io"
	"log"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httptrace"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/dataforseo"
	"github.com/dataforseo/terraform-provider-dataforseo/internal/fakeapi"
)

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
		_, _ = io.WriteString(w, success("0", "null").body)
	})
	transport := newTransport(t, base+"/mirror/", func(o *dataforseo.TransportOptions) {
		o.UserAgent = "terraform-provider-dataforseo/1.2.3 Terraform/1.11.4"
		o.Login, o.Password = "user@example.com", "sécret:pass word"
	})
	for _, call := range []*dataforseo.Call{summaryCall("example.com"), userDataCall()} {
		if _, failure := transport.Do(t.Context(), call); failure != nil {
			t.Fatal(failure)
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
		t.Errorf("(-want +sent)\n%s", diff)
	}
}

func TestReply(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		_, transport := newFake(t, fakeapi.Delay(time.Minute), nil)
		start := time.Now()
		reply, failure := transport.Do(t.Context(), summaryCall("example.com"))
		if failure != nil {
			t.Fatal(failure)
		}
		if want := start.Add(time.Minute); !reply.FetchedAt.Equal(want) || reply.FetchedAt.Location() != time.UTC {
			t.Errorf("got FetchedAt %s, want %s", reply.FetchedAt, want)
		}
		if reply.FromCache || reply.Cached || reply.Notices != nil || reply.Charges != (dataforseo.Charges{USD: price}) {
			t.Errorf("got %+v", reply)
		}
	})
}

// TestTransportMakesOneAttempt checks that nothing repeats a request, not even net/http.
func TestTransportMakesOneAttempt(t *testing.T) {
	t.Parallel()
	faults := map[string]fakeapi.Fault{
		"a rate limit":             fakeapi.Code(40202),
		"a gateway":                fakeapi.Gateway(503).Header("Retry-After", "0"),
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
			// The failing call reuses a connection, because net/http repeats some requests
			// only then.
			for i, wantErr := range []bool{false, true} {
				if _, failure := transport.Do(t.Context(), summaryCall("example.com")); (failure != nil) != wantErr {
					t.Fatalf("call %d: got %v", i, failure)
				}
			}
			if got := server.Calls(); got != 2 {
				t.Errorf("got %d calls, want 2", got)
			}
		})
	}
}

func TestNoCredentials(t *testing.T) {
	t.Parallel()
	for want, credentials := range map[string][2]string{
		"no login for DataForSEO":                 {"", "p"},
		"no password for DataForSEO":              {"l", ""},
		"no login and no password for DataForSEO": {"", ""},
	} {
		var logged logRecorder
		transport := newTransport(t, refusing, func(o *dataforseo.TransportOptions) {
			o.Login, o.Password, o.Log = credentials[0], credentials[1], logged.Log
		})
		_, failure := transport.Do(t.Context(), summaryCall("example.com"))
		if failure == nil || failure.Cause != want || failure.Attempts != 0 ||
			meaningOf(failure) != (meaning{Kind: dataforseo.KindNoCredentials, Scope: dataforseo.ScopeAccount}) {
			t.Errorf("got %+v, want %q", failure, want)
		}
		if got := logged.String(); got != "[]" {
			t.Errorf("logged %s, want nothing", got)
		}
	}
}

// untrustedServer starts a server whose certificate cannot be verified, and returns its URL.
func untrustedServer(t *testing.T) string {
	t.Helper()
	server := httptest.NewUnstartedServer(http.NotFoundHandler())
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.StartTLS()
	t.Cleanup(server.Close)
	return server.URL
}

// TestBaseURLSetting checks that a remedy names the setting of the base URL, and does not
// mention it if there is none.
func TestBaseURLSetting(t *testing.T) {
	t.Parallel()
	const ca = "If your company's proxy answers instead of DataForSEO, add the company's CA to the certificates of this machine, " +
		"or set the environment variable SSL_CERT_FILE to its file."
	html := fakeapi.Start(t, fakeapi.Options{})
	html.OnAny(fakeapi.HTMLPage())
	notFound := fakeapi.Start(t, fakeapi.Options{})
	notFound.OnAny(fakeapi.Raw(404, "text/html", "<html>nginx</html>"))
	for url, want := range map[string][2]string{
		refusing: {"Check the network, and HTTPS_PROXY and NO_PROXY if there is a proxy.",
			"Check DATAFORSEO_BASE_URL, the network, and HTTPS_PROXY and NO_PROXY if there is a proxy."},
		untrustedServer(t): {ca, ca + " Also check that DATAFORSEO_BASE_URL has the host of the certificate."},
		html.URL: {"Check whether a proxy or firewall answered instead. If it was DataForSEO, try again.",
			"Check DATAFORSEO_BASE_URL, and whether a proxy or firewall answered instead. If it was DataForSEO, try again."},
		notFound.URL: {"Check whether a proxy or firewall answered instead.",
			"Correct DATAFORSEO_BASE_URL: the API is at https://api.dataforseo.com, the sandbox at https://sandbox.dataforseo.com."},
	} {
		for i, setting := range []string{"", "DATAFORSEO_BASE_URL"} {
			_, failure := newTransport(t, url, func(o *dataforseo.TransportOptions) { o.BaseURLSetting = setting }).Do(t.Context(), summaryCall("example.com"))
			if failure == nil || failure.Remedy != want[i] {
				t.Errorf("%s, %q: got %+v, want %s", url, setting, failure, want[i])
			}
		}
	}
}

// refusing is a URL that refuses connections. Another test could open any other free port.
const refusing = "http://127.0.0.1:1"

func TestConnectionFailures(t *testing.T) {
	t.Parallel()
	fake := func(fault fakeapi.Fault) string {
		server := fakeapi.Start(t, fakeapi.Options{})
		server.OnAny(fault)
		return server.URL
	}
	gzipped := func(body string) string {
		return serve(t, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Encoding", "gzip")
			w.Header().Set("Content-Type", "application/json")
			_, _ = io.WriteString(w, body)
		})
	}
	unreachable := meaning{Kind: dataforseo.KindUnreachable, Repeat: freely}
	lost := meaning{Kind: dataforseo.KindLost, Repeat: once, Charges: dataforseo.Charges{Possible: 1}}
	const broke = `the connection broke before the whole answer arrived: `
	tests := map[string]struct {
		url     string
		meaning meaning
		want    string // a regular expression
		remedy  string // a part of it
	}{
		"refused": {refusing, unreachable,
			`no connection to DataForSEO: dial tcp 127\.0\.0\.1:1: connect: connection refused`, "HTTPS_PROXY"},
		"no such host": {"http://no-such-host.invalid", unreachable,
			`no connection to DataForSEO: dial tcp: lookup no-such-host\.invalid.*`, "base_url"},
		"certificate not trusted": {untrustedServer(t), meaning{Kind: dataforseo.KindCertificate, Scope: dataforseo.ScopeAccount},
			`no connection to DataForSEO: tls: failed to verify certificate: x509: .*`, "SSL_CERT_FILE"},
		"https expected, http found": {strings.Replace(fake(fakeapi.OK), "http:", "https:", 1), unreachable,
			`no connection to DataForSEO: http: server gave HTTP response to HTTPS client`, "base_url"},
		"closed after the request": {fake(fakeapi.CloseConnection()), lost, broke + `EOF`, "Try again"},
		"reset after the request": {fake(fakeapi.ResetConnection()), lost,
			broke + `read tcp 127\.0\.0\.1:\d+->127\.0\.0\.1:\d+: read: connection reset by peer`, "network"},
		"half of an answer": {fake(fakeapi.Recorded(fakeapi.RecordedUnverifiedAccount).And(fakeapi.HalfAnswer())), lost,
			broke + `unexpected EOF after 125 bytes \(Content-Type application/json, begins with ` +
				regexp.QuoteMeta(`{ "version": "0.1.20260801", "status_code": 40104, "status_message": "Please verify your account before using the...`) + `\)`, ""},
		"no HTTP": {serveRaw(t, "SSH-2.0-OpenSSH_9.2\r\n"), lost,
			broke + `net/http: HTTP/1\.x transport connection broken: malformed HTTP response "SSH-2\.0-OpenSSH_9\.2"`, ""},
		"a malformed header of 1 MB": {serveRaw(t, "HTTP/1.1 200 OK\r\n"+strings.Repeat("\x1b[31m", 200_000)+"\r\n\r\n"), lost,
			broke + `net/http: HTTP/1\.x transport connection broken: malformed MIME header.{1,500}\.\.\.`, ""},
		"broken gzip": {gzipped("{}                   "), lost,
			broke + `gzip: invalid header after 0 bytes \(Content-Type application/json, empty body\)`, ""},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, failure := newTransport(t, test.url, nil).Do(t.Context(), summaryCall("example.com"))
			testFailure(t, failure, test.meaning)
			if !regexp.MustCompile(`^` + test.want + `$`).MatchString(failure.Cause) {
				t.Errorf("got\n%s\nwant\n%s", failure, test.want)
			}
			if !strings.Contains(failure.Remedy, test.remedy) || failure.Envelope != nil || failure.HTTPStatus != 0 {
				t.Errorf("got %+v", failure)
			}
		})
	}
}

// TestEnds checks time-outs of the attempt and the read, and cancellation by Terraform, each
// before and after the request was sent.
func TestEnds(t *testing.T) {
	t.Parallel()
	const limit = 50 * time.Millisecond
	possible := dataforseo.Charges{Possible: 1}
	begun := fakeapi.TruncatedJSON().And(fakeapi.NoEnd())
	tests := map[string]struct {
		fault   fakeapi.Fault
		context func(ctx context.Context) (context.Context, context.CancelFunc)
		dial    bool // dialling never ends
		want    meaning
		cause   string
	}{
		"the attempt": {fakeapi.Slow(nil), context.WithCancel, false,
			meaning{Kind: dataforseo.KindLost, Repeat: once, Charges: possible}, "no answer within 1m0s"},
		"the attempt, connecting": {fakeapi.OK, context.WithCancel, true,
			meaning{Kind: dataforseo.KindUnreachable, Repeat: freely}, "no connection to DataForSEO: it took longer than 1m0s"},
		"the read": {fakeapi.Slow(nil), withTimeout(limit), false,
			meaning{Kind: dataforseo.KindReadTimeout, Charges: possible}, "no answer before time ran out"},
		"the read, connecting": {fakeapi.OK, withTimeout(limit), true,
			meaning{Kind: dataforseo.KindReadTimeout}, "time ran out before the request was sent"},
		"the read, before": {fakeapi.OK, withTimeout(0), false,
			meaning{Kind: dataforseo.KindReadTimeout}, "time ran out before the request was sent"},
		"Terraform": {fakeapi.Slow(nil), cancelledAfter(limit), false,
			meaning{Kind: dataforseo.KindCancelled, Scope: dataforseo.ScopeAccount, Charges: possible}, "it was cancelled"},
		"Terraform, connecting": {fakeapi.OK, cancelledAfter(limit), true,
			meaning{Kind: dataforseo.KindCancelled, Scope: dataforseo.ScopeAccount}, "it was cancelled"},
		"Terraform, before": {fakeapi.OK, cancelledAfter(0), false,
			meaning{Kind: dataforseo.KindCancelled, Scope: dataforseo.ScopeAccount}, "it was cancelled"},
		"the attempt, reading": {begun, context.WithCancel, false,
			meaning{Kind: dataforseo.KindLost, Repeat: once, Charges: possible}, ""},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				ended := make(chan struct{})
				defer close(ended)
				server, transport := newFake(t, test.fault, func(o *dataforseo.TransportOptions) {
					o.RequestTimeout = time.Minute
					if test.dial {
						o.RoundTripper = &http.Transport{DialContext: func(context.Context, string, string) (net.Conn, error) {
							<-ended
							return nil, net.ErrClosed
						}}
					}
				})
				ctx, cancel := test.context(t.Context())
				defer cancel()
				start := time.Now()
				_, failure := transport.Do(ctx, summaryCall("example.com"))
				testFailure(t, failure, test.want)
				if test.cause != "" && failure.Cause != test.cause {
					t.Errorf("got the cause %q, want %q", failure.Cause, test.cause)
				}
				if took := time.Since(start); took > time.Minute {
					t.Errorf("took %s, want at most 1m", took)
				}
				if sent := test.want.Charges.Possible; server.Calls() != sent {
					t.Errorf("got %d calls, want %d", server.Calls(), sent)
				}
			})
		})
	}
}

func withTimeout(d time.Duration) func(context.Context) (context.Context, context.CancelFunc) {
	return func(ctx context.Context) (context.Context, context.CancelFunc) { return context.WithTimeout(ctx, d) }
}

func cancelledAfter(d time.Duration) func(context.Context) (context.Context, context.CancelFunc) {
	return func(ctx context.Context) (context.Context, context.CancelFunc) {
		ctx, cancel := context.WithCancel(ctx)
		if d == 0 {
			cancel()
		}
		timer := time.AfterFunc(d, cancel)
		return ctx, func() { timer.Stop(); cancel() }
	}
}

// TestFinishSent checks that a request on the wire goes on when the context ends, and that
// no other begins.
func TestFinishSent(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		_, transport := newFake(t, fakeapi.Delay(time.Minute), nil)
		stop, cancel := cancelledAfter(time.Second)(t.Context())
		defer cancel()
		if _, failure := transport.Do(dataforseo.FinishSent(stop, t.Context()), summaryCall("example.com")); failure != nil {
			t.Error(failure)
		}
		_, failure := transport.Do(dataforseo.FinishSent(stop, t.Context()), summaryCall("example.com"))
		testFailure(t, failure, meaning{Kind: dataforseo.KindCancelled, Scope: dataforseo.ScopeAccount})
		sent, cancel := withTimeout(time.Second)(t.Context())
		defer cancel()
		_, failure = transport.Do(dataforseo.FinishSent(t.Context(), sent), summaryCall("example.com"))
		testFailure(t, failure, meaning{Kind: dataforseo.KindReadTimeout, Charges: dataforseo.Charges{Possible: 1}})
	})
}

// TestCancelledWhileSending checks that a request that is cancelled while it is sent counts
// as cancelled and possibly charged, not as lost.
func TestCancelledWhileSending(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(dataforseo.FinishSent(t.Context(), context.Background()))
	transport := newTransport(t, "https://api.test", func(o *dataforseo.TransportOptions) {
		o.RoundTripper = roundTripper(func(request *http.Request) (*http.Response, error) {
			cancel()
			<-request.Context().Done()
			httptrace.ContextClientTrace(request.Context()).WroteHeaderField("Host", nil)
			return nil, request.Context().Err()
		})
	})
	_, failure := transport.Do(ctx, summaryCall("example.com"))
	if failure.Kind != dataforseo.KindCancelled || failure.Repeat != never || failure.Charges.Possible != 1 {
		t.Errorf("got %+v", failure)
	}
}

// roundTripper is a RoundTripper made of a function.
type roundTripper func(*http.Request) (*http.Response, error)

func (r roundTripper) RoundTrip(request *http.Request) (*http.Response, error) { return r(request) }

func TestRedirectsAreNotFollowed(t *testing.T) {
	t.Parallel()
	var requests atomic.Int64
	elsewhere := serve(t, func(http.ResponseWriter, *http.Request) { requests.Add(1) })
	host := strings.TrimPrefix(elsewhere, "http://")
	locations := map[string]string{ // and the address in the message
		elsewhere + "/login":                             elsewhere + "/login",
		"http://admin:geheim@" + host + "/login":         elsewhere + "/login",
		elsewhere + "/login?token=geheim":                elsewhere + "/login",
		elsewhere + "/login#geheim":                      elsewhere + "/login",
		"//" + host + "/login":                           elsewhere + "/login",
		elsewhere + "/%0A%1B%5B31m":                      elsewhere + "/%0A%1B%5B31m",
		elsewhere + "/ä ö":                               elsewhere + "/%C3%A4%20%C3%B6",
		"http://admin:geheim@" + host + "/%zz?geheim":    "an invalid address",
		"http://admin:geheim@" + host + ":http/?geheim":  "an invalid address",
		"http://[::1?geheim":                             "an invalid address",
		elsewhere + "/" + strings.Repeat("a", 2000):      elsewhere + "/" + strings.Repeat("a", 500-len(elsewhere)-1) + "...",
		"mailto:geheim@example.com":                      "mailto:",
		"HTTPS://Portal.Example.COM:8443/a/../b?geheim=": "https://Portal.Example.COM:8443/b",
	}
	for location, address := range locations {
		for _, status := range []int{302, 307} {
			base := serve(t, func(w http.ResponseWriter, _ *http.Request) {
				w.Header()["Location"] = []string{location}
				w.WriteHeader(status)
			})
			_, failure := newTransport(t, base, nil).Do(t.Context(), summaryCall("example.com"))
			testFailure(t, failure, meaning{Kind: dataforseo.KindBaseURL, Scope: dataforseo.ScopeAccount})
			if want := fmt.Sprintf("the answer has HTTP status %d and redirects to %s", status, address); failure.Cause != want {
				t.Errorf("%d to %.100s: got\n%.900s\nwant\n%s", status, location, failure, want)
			}
		}
	}
	if got := requests.Load(); got != 0 {
		t.Errorf("%d requests followed a redirect", got)
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
		_, failure := newTransport(t, base+"/mirror", nil).Do(t.Context(), summaryCall("example.com"))
		if want := "the answer has HTTP status 302 and redirects to " + base + path; failure == nil || failure.Cause != want {
			t.Errorf("%s: got\n%v\nwant\n%s", location, failure, want)
		}
	}
}

func TestRedirectWithoutLocation(t *testing.T) {
	t.Parallel()
	base := serve(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusFound) })
	_, failure := newTransport(t, base, nil).Do(t.Context(), summaryCall("example.com"))
	if want := "the answer has HTTP status 302 (Content-Type none, empty body)"; failure == nil || failure.Cause != want {
		t.Errorf("got\n%v\nwant\n%s", failure, want)
	}
}

// ownConnections returns a fake without a socket, and a Transport to it with its own
// http.Transport. That keeps a connection only if it learns within 50 ms that the request
// was written, so tests need a synctest bubble.
func ownConnections(t *testing.T) (*fakeapi.Server, *dataforseo.Transport) {
	t.Helper()
	server := fakeapi.New(fakeapi.Options{})
	t.Cleanup(server.Close)
	dial := server.RoundTripper().DialContext
	transport := newTransport(t, server.URL, func(o *dataforseo.TransportOptions) { o.MaxIdleConnections = 10 })
	transport.DialWith(dial)
	t.Cleanup(transport.CloseIdleConnections)
	return server, transport
}

func TestConnectionsAreReused(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		server, transport := ownConnections(t)
		faults := []fakeapi.Fault{
			fakeapi.OK, fakeapi.Code(40501), fakeapi.Gateway(503), fakeapi.NotJSON(), fakeapi.Gzip(), fakeapi.TruncatedJSON(),
			fakeapi.Recorded("with-bom"), fakeapi.OK,
		}
		server.OnAny(faults...)
		for i := range faults {
			var reused bool
			ctx := httptrace.WithClientTrace(t.Context(), &httptrace.ClientTrace{
				GotConn: func(info httptrace.GotConnInfo) { reused = info.Reused },
			})
			_, _ = transport.Do(ctx, summaryCall("example.com"))
			if reused != (i > 0) {
				t.Errorf("call %d: got reused %t, want %t", i, reused, i > 0)
			}
		}
	})
}

// TestAllConnectionsAreKept checks that MaxIdleConnections replaces net/http's default of
// two, with which almost every request would open a connection.
func TestAllConnectionsAreKept(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		const concurrent = 10
		server, transport := ownConnections(t)
		server.OnAny(fakeapi.Delay(time.Second))
		var made atomic.Int64
		ctx := httptrace.WithClientTrace(t.Context(), &httptrace.ClientTrace{GotConn: func(info httptrace.GotConnInfo) {
			if !info.Reused {
				made.Add(1)
			}
		}})
		for range 2 {
			var calls sync.WaitGroup
			for range concurrent {
				calls.Go(func() {
					if _, failure := transport.Do(ctx, summaryCall("example.com")); failure != nil {
						t.Error(failure)
					}
				})
			}
			calls.Wait()
		}
		if made.Load() != concurrent {
			t.Errorf("got %d connections, want %d", made.Load(), concurrent)
		}
	})
}

// proxied is the environment variable with the URL that a child process requests in
// TestThroughProxy. net/http reads the proxy variables only once, hence the processes.
const proxied = "DATAFORSEO_TEST_PROXIED_URL"

func TestThroughProxy(t *testing.T) {
	if base := os.Getenv(proxied); base != "" {
		requestThroughProxy(t, base)
		return
	}
	t.Parallel()
	type request struct{ Method, Target, Authorization string }
	var got []request // the children run one after another
	proxy := serve(t, func(w http.ResponseWriter, r *http.Request) {
		got = append(got, request{r.Method, r.RequestURI, r.Header.Get("Proxy-Authorization")})
		if r.Method == http.MethodConnect {
			w.WriteHeader(http.StatusProxyAuthRequired)
			return
		}
		_, _ = io.WriteString(w, success("0", "null").body)
	})
	proxy = strings.Replace(proxy, "http://", "http://someone:something@", 1)
	tests := map[string]struct {
		base string
		env  []string
		want string
	}{
		"http":     {"http://api.test", []string{"HTTP_PROXY=" + proxy}, "reply"},
		"https":    {"https://api.test", []string{"HTTPS_PROXY=" + proxy}, "not sent: no connection to DataForSEO: Proxy Authentication Required"},
		"NO_PROXY": {"https://api.invalid", []string{"HTTPS_PROXY=" + proxy, "NO_PROXY=.invalid"}, "not sent: no connection to DataForSEO: dial tcp: lookup api.invalid"},
	}
	for name, test := range tests {
		output := runChild(t, append(test.env, proxied+"="+test.base))
		if !strings.Contains(output, "<"+test.want) {
			t.Errorf("%s: got\n%s\nwant\n%s", name, output, test.want)
		}
		if strings.Contains(output, "something") {
			t.Errorf("%s: the output contains the proxy's password:\n%s", name, output)
		}
	}
	slices.SortFunc(got, func(a, b request) int { return strings.Compare(a.Method, b.Method) })
	const authorization = "Basic c29tZW9uZTpzb21ldGhpbmc="
	want := []request{
		{"CONNECT", "api.test:443", authorization},
		{"POST", "http://api.test/v3/backlinks/summary/live", authorization},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("requests to the proxy (-want +got)\n%s", diff)
	}
}

// runChild runs TestThroughProxy in a process with other proxy variables, and returns its
// output.
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
	_, failure := newTransport(t, base, nil).Do(t.Context(), summaryCall("example.com"))
	switch {
	case failure == nil:
		fmt.Println("<reply>")
	case failure.Kind == dataforseo.KindUnreachable:
		fmt.Printf("<not sent: %v>\n", failure)
	default:
		fmt.Printf("<%v>\n", failure)
	}
}

func TestRetryAfter(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) { // begins at 2000-01-01 00:00:00 UTC
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
			"Sat, 01 Jan 2000 00:00:20 GMT":    20 * time.Second,
			"Saturday, 01-Jan-00 00:00:20 GMT": 20 * time.Second,
			"Fri, 31 Dec 1999 23:59:00 GMT":    0,
			"Sat, 32 Jan 2000 00:00:20 GMT":    0,
		}
		for header, want := range tests {
			for _, body := range []string{`{"status_code":40202}`, "<html>"} {
				_, failure := answering{429, http.Header{"Retry-After": {header}}, body}.do(t, summaryCall("example.com"))
				if failure.RetryAfter != want {
					t.Errorf("%s with Retry-After %q: got %s, want %s", body, header, failure.RetryAfter, want)
				}
			}
		}
	})
}

// maxRetryAfter replaces greater numbers of seconds.
const maxRetryAfter = (1<<31 - 1) * time.Second

func TestLog(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var log logRecorder
		server, transport := newFake(t, fakeapi.OK, func(o *dataforseo.TransportOptions) { o.Log = log.Log })
		refused := fakeapi.RecordedInvalidField
		server.OnAny(fakeapi.Recorded(fakeapi.RecordedOK), fakeapi.Recorded(refused), fakeapi.Gateway(503).And(fakeapi.Delay(time.Second)), fakeapi.CloseConnection())
		for range 4 {
			_, _ = transport.Do(t.Context(), summaryCall("explodingtopics.com"))
		}
		withCall := func(fields map[string]any) map[string]any {
			maps.Copy(fields, map[string]any{"method": "POST", "path": "/v3/backlinks/summary/live", "target": "explodingtopics.com"})
			return fields
		}
		request := logLine{dataforseo.LogTrace, "Sending request to DataForSEO", withCall(map[string]any{"body": `[{"target":"explodingtopics.com"}]`})}
		answer := func(body string) logLine {
			return logLine{dataforseo.LogTrace, "Received answer from DataForSEO", map[string]any{"target": "explodingtopics.com", "body": body}}
		}
		finished := func(took int64, fields map[string]any) logLine {
			fields["duration_ms"] = took
			return logLine{dataforseo.LogDebug, "DataForSEO request finished", withCall(fields)}
		}
		const gateway = "<html><head><title>Service Unavailable</title></head><body><h1>Service Unavailable</h1></body></html>\n"
		good, bad := strings.TrimSpace(string(fakeapi.RecordedOK.Bytes())), strings.TrimSpace(string(refused.Bytes()))
		want := []logLine{
			request,
			answer(good),
			finished(0, map[string]any{"http_status": 200, "bytes": len(good), "cost_usd": 0.02003, "task_id": "09291809-1535-0265-0000-8d49256fe2ad"}),
			request,
			answer(bad),
			finished(0, map[string]any{"http_status": 200, "bytes": len(bad), "cost_usd": 0.0, "task_id": "07040915-1535-0265-0000-ba86a05ffa5f",
				"error": `DataForSEO answered 40501 "Invalid Field: 'target'."`}),
			request,
			answer(gateway),
			finished(1000, map[string]any{"http_status": 503, "bytes": len(gateway),
				"error": `the answer has HTTP status 503 (Content-Type text/html, begins with ` + strings.TrimSpace(gateway) + `)`}),
			request,
			finished(0, map[string]any{"error": "the connection broke before the whole answer arrived: EOF"}),
		}
		if diff := cmp.Diff(want, log.lines); diff != "" {
			t.Errorf("(-want +logged)\n%s", diff)
		}
	})
}
