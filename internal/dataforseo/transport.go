package dataforseo

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strings"
	"sync/atomic"
	"time"
)

// The base URLs of the API. The sandbox is free, takes the same requests and
// credentials, and answers with dummy data.
const (
	DefaultBaseURL = "https://api.dataforseo.com"
	SandboxBaseURL = "https://sandbox.dataforseo.com"
)

// DefaultRequestTimeout limits one HTTP attempt. It leaves time for the API's own
// time-out, which comes after 120 s with code 50401.
const DefaultRequestTimeout = 150 * time.Second

// TransportOptions configure a [Transport]. The zero value of a field means its
// default where one is named.
type TransportOptions struct {
	// BaseURL is the API's address, such as [DefaultBaseURL].
	BaseURL *url.URL
	// BaseURLSetting names the setting that BaseURL comes from, for remedies. It is empty
	// if no setting could be wrong.
	BaseURLSetting string
	// Login and Password are the credentials. If either is missing, nothing is sent and
	// every call fails with [KindNoCredentials].
	Login, Password string
	// UserAgent is sent with every request.
	UserAgent string
	// RequestTimeout limits one attempt, default [DefaultRequestTimeout].
	RequestTimeout time.Duration
	// MaxIdleConnections is the number of connections kept for reuse.
	MaxIdleConnections int
	// RoundTripper sends requests; by default the Transport creates its own. It must
	// not follow redirects: the credentials are for one host only.
	RoundTripper http.RoundTripper
	// Log records every attempt; nil disables logging.
	Log Log
}

// Transport is the [Doer] that sends each call once over HTTP.
type Transport struct {
	options  TransportOptions
	redactor *redactor
	// large is a semaphore for one large answer at a time.
	large chan struct{}
}

var _ Doer = (*Transport)(nil)

// NewTransport returns a Transport with its own connections, which honour the usual
// proxy environment variables.
func NewTransport(options TransportOptions) *Transport {
	if options.RequestTimeout == 0 {
		options.RequestTimeout = DefaultRequestTimeout
	}
	if options.Log == nil {
		options.Log = func(context.Context, LogLevel, string, map[string]any) {}
	}
	if options.RoundTripper == nil {
		options.RoundTripper = &http.Transport{
			Proxy:                 http.ProxyFromEnvironment,
			ForceAttemptHTTP2:     true,
			MaxIdleConns:          options.MaxIdleConnections,
			MaxIdleConnsPerHost:   options.MaxIdleConnections,
			IdleConnTimeout:       90 * time.Second,
			TLSHandshakeTimeout:   30 * time.Second,
			ExpectContinueTimeout: time.Second,
		}
	}
	return &Transport{options: options, redactor: newRedactor(options.Login, options.Password), large: make(chan struct{}, 1)}
}

// Do implements [Doer]. It makes one attempt. It returns once the answer has been read
// and parsed, the request times out, or ctx ends (but see [FinishSent]).
func (t *Transport) Do(ctx context.Context, call *Call) (*Reply, *Failure) {
	if missing := t.missingCredentials(); missing != "" {
		return nil, &Failure{
			Kind: KindNoCredentials, Scope: ScopeAccount, Summary: "No credentials for DataForSEO", Cause: missing + " for DataForSEO",
		}
	}
	if ctx.Err() != nil {
		return nil, FailureOfContext(ctx)
	}
	start := time.Now()
	t.logRequest(ctx, call)
	attempt, end := t.begin(ctx)
	defer end()
	answer, failure := t.exchange(ctx, attempt, call)
	var reply *Reply
	if failure == nil {
		reply, failure = t.interpret(answer, call)
	}
	if failure != nil {
		failure.Attempts = 1
	}
	t.logAnswer(ctx, call, answer, reply, failure, time.Since(start))
	return reply, failure
}

func (t *Transport) missingCredentials() string {
	switch {
	case t.options.Login == "" && t.options.Password == "":
		return "no login and no password"
	case t.options.Login == "":
		return "no login"
	case t.options.Password == "":
		return "no password"
	}
	return ""
}

// httpAnswer is a complete HTTP response.
type httpAnswer struct {
	url    *url.URL
	status int
	header http.Header
	// body has no credentials in it.
	body []byte
	// tooLong means that the body was cut off.
	tooLong bool
}

// attempt is one request in progress.
type attempt struct {
	ctx    context.Context
	cancel context.CancelFunc
	// unsent ends the attempt before it is sent, caller even afterwards.
	unsent, caller context.Context
	state          atomic.Int32
	large          bool // it has acquired Transport.large
}

// The states of an attempt.
const (
	attemptConnecting int32 = iota
	attemptSent
	// attemptAbandoned: cancelled before any of it was sent.
	attemptAbandoned
)

// begin starts the time-out of an attempt.
func (t *Transport) begin(ctx context.Context) (a *attempt, end func()) {
	a = &attempt{unsent: ctx, caller: SentContext(ctx)}
	a.ctx, a.cancel = context.WithTimeout(a.caller, t.options.RequestTimeout)
	stop := context.AfterFunc(ctx, func() {
		if a.state.CompareAndSwap(attemptConnecting, attemptAbandoned) {
			a.cancel()
		}
	})
	a.ctx = httptrace.WithClientTrace(a.ctx, &httptrace.ClientTrace{
		// Once a header is written the API may have the request, so assume a charge.
		WroteHeaderField: func(string, []string) { a.state.Store(attemptSent) },
	})
	return a, func() {
		stop()
		a.cancel()
		if a.large {
			<-t.large
		}
	}
}

// exchange sends the request and reads the response.
func (t *Transport) exchange(ctx context.Context, attempt *attempt, call *Call) (*httpAnswer, *Failure) {
	request, err := t.newRequest(attempt.ctx, call) //nolint:contextcheck // it comes from ctx, see SentContext
	if err != nil {
		return nil, FailureOfRequest(err)
	}
	response, err := t.options.RoundTripper.RoundTrip(request)
	if err != nil {
		if attempt.state.Load() == attemptAbandoned {
			return nil, FailureOfContext(ctx)
		}
		return nil, t.connectionFailure(attempt, call, err)
	}
	defer response.Body.Close()
	answer := response.Body
	if strings.EqualFold(response.Header.Get("Content-Encoding"), "gzip") { // RFC 9110, 8.4.1
		answer = newGunzip(answer)
	}
	body, tooLong, err := t.readBody(attempt, answer) //nolint:contextcheck // the attempt has one
	body = t.redactor.body(body)
	if err != nil {
		attempt.state.Store(attemptSent)
		err = fmt.Errorf("%w after %d bytes%s", err, len(body), t.describeBody(response.Header, body))
		return nil, t.connectionFailure(attempt, call, err)
	}
	return &httpAnswer{request.URL, response.StatusCode, response.Header, body, tooLong}, nil
}

func (t *Transport) newRequest(ctx context.Context, call *Call) (*http.Request, error) {
	endpoint := t.options.BaseURL.JoinPath(call.Endpoint.Path)
	request, err := http.NewRequestWithContext(ctx, call.Endpoint.Method, endpoint.String(), bytes.NewReader(call.Body))
	if err != nil {
		return nil, err
	}
	request.SetBasicAuth(t.options.Login, t.options.Password)
	request.Header.Set("User-Agent", t.options.UserAgent)
	request.Header.Set("Accept", "application/json")
	request.Header.Set("Accept-Encoding", "gzip")
	if call.Body != nil {
		request.Header.Set("Content-Type", "application/json")
	}
	return request, nil
}

// connectionFailure returns the failure of an attempt without a complete answer.
func (t *Transport) connectionFailure(a *attempt, call *Call, err error) *Failure {
	sent := a.state.Load() == attemptSent
	failure := t.connectionCause(a, sent, err)
	failure.Scope = failure.Kind.scope()
	switch {
	case failure.Kind == KindCertificate:
	case sent && !call.Endpoint.Free():
		failure.Charges.Possible = 1
		failure.Repeat = RepeatOnce
	default:
		failure.Repeat = RepeatFreely
	}
	if failure.Ended() {
		failure.Repeat = RepeatNever
	}
	return failure
}

// connectionCause distinguishes the caller's deadline or cancellation from the
// attempt's own time-out.
func (t *Transport) connectionCause(a *attempt, sent bool, err error) *Failure {
	switch {
	case a.caller.Err() != nil:
		failure := FailureOfContext(a.caller)
		if sent && failure.Kind == KindReadTimeout {
			failure.Cause = "no answer before time ran out"
		}
		return failure
	case errors.Is(a.ctx.Err(), context.Canceled): // while the first header was written
		return FailureOfContext(a.unsent)
	case a.ctx.Err() != nil && !sent:
		err = fmt.Errorf("it took longer than %s", t.options.RequestTimeout)
	case a.ctx.Err() != nil:
		failure := &Failure{Kind: KindLost, Summary: "DataForSEO did not answer in time", Cause: fmt.Sprintf("no answer within %s", t.options.RequestTimeout)}
		failure.Remedy = "Try again. DataForSEO takes up to 120 seconds, so request_timeout should not be shorter."
		return failure
	}
	text := t.redactor.excerpt(connectionError(err), maxMessage)
	if _, ok := errors.AsType[*tls.CertificateVerificationError](err); ok {
		remedy := "If your company's proxy answers instead of DataForSEO, add the company's CA to the certificates of this machine, " +
			"or set the environment variable SSL_CERT_FILE to its file."
		if setting := t.options.BaseURLSetting; setting != "" {
			remedy += " Also check that " + setting + " has the host of the certificate."
		}
		return &Failure{
			Kind: KindCertificate, Summary: "The server's certificate cannot be verified", Cause: "no connection to DataForSEO: " + text, Remedy: remedy,
		}
	}
	if sent {
		return &Failure{
			Kind: KindLost, Summary: "The connection to DataForSEO broke", Cause: "the connection broke before the whole answer arrived: " + text,
			Remedy: "Try again. If the error persists, check the network, and HTTPS_PROXY and NO_PROXY if there is a proxy.",
		}
	}
	check := "Check the network"
	if setting := t.options.BaseURLSetting; setting != "" {
		check = "Check " + setting + ", the network"
	}
	return &Failure{
		Kind: KindUnreachable, Summary: "DataForSEO cannot be reached", Cause: "no connection to DataForSEO: " + text,
		Remedy: check + ", and HTTPS_PROXY and NO_PROXY if there is a proxy.",
	}
}

// remedy names the setting of the base URL in a remedy about base_url. Without such a
// setting, another server must have answered.
func (t *Transport) remedy(text string) string {
	switch setting := t.options.BaseURLSetting; {
	case !strings.Contains(text, "base_url"):
		return text
	case setting == "":
		return remedyOtherServer
	default:
		return strings.ReplaceAll(text, "base_url", setting)
	}
}

// connectionError returns the text of an error, improving on net/http where that
// misleads.
func connectionError(err error) string {
	if tlsErr, ok := errors.AsType[tls.RecordHeaderError](err); ok && string(tlsErr.RecordHeader[:]) == "HTTP/" {
		return http.ErrSchemeMismatch.Error() // not "first record does not look like a TLS handshake"
	}
	return err.Error()
}
