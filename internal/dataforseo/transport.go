package dataforseo

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/jonboulle/clockwork"
)

// The two addresses of the API. The sandbox is free, takes the same requests and
// credentials, and answers with dummy data.
const (
	DefaultBaseURL = "https://api.dataforseo.com"
	SandboxBaseURL = "https://sandbox.dataforseo.com"
)

// DefaultRequestTimeout bounds one HTTP attempt. The API itself gives up after
// 120 s and says so (50401), which is better known than guessed.
const DefaultRequestTimeout = 150 * time.Second

// maxAnswerBytes bounds what is read of an answer. The largest possible summary,
// 1000 entries in each of its six maps, is below 1 MiB.
const maxAnswerBytes = 16 << 20

// TransportOptions configure a [Transport]. The zero value of a field means its
// default where one is named.
type TransportOptions struct {
	// BaseURL is where the API is, default [DefaultBaseURL].
	BaseURL *url.URL
	// Login and Password authenticate. Without both, a call fails with a
	// [*CredentialsError] and nothing is sent.
	Login, Password string
	// UserAgent is sent with every request.
	UserAgent string
	// RequestTimeout bounds one attempt, default [DefaultRequestTimeout].
	RequestTimeout time.Duration
	// MaxIdleConnections is how many connections are kept for reuse.
	MaxIdleConnections int
	// Clock tells the time of arrival, default the system's.
	Clock clockwork.Clock
	// Log is told of every attempt, default nobody.
	Log Log
}

// Transport is the [Doer] that sends a call over HTTP, exactly once.
type Transport struct {
	options TransportOptions
	// connections is no [http.Client]: that would follow redirects, and the
	// credentials are for this host alone.
	connections connections
	redactor    *redactor
}

var _ Doer = (*Transport)(nil)

// connections is what a Transport needs of an [http.Transport].
type connections interface {
	http.RoundTripper
	CloseIdleConnections()
}

// NewTransport returns a Transport with connections of its own, which honour the
// usual proxy variables of the environment.
func NewTransport(options TransportOptions) *Transport {
	if options.BaseURL == nil {
		options.BaseURL = &url.URL{Scheme: "https", Host: "api.dataforseo.com"}
	}
	if options.RequestTimeout == 0 {
		options.RequestTimeout = DefaultRequestTimeout
	}
	if options.Clock == nil {
		options.Clock = clockwork.NewRealClock()
	}
	if options.Log == nil {
		options.Log = func(context.Context, LogLevel, string, map[string]any) {}
	}
	return &Transport{
		options:     options,
		connections: newConnections(options.MaxIdleConnections),
		redactor:    newRedactor(options.Login, options.Password),
	}
}

func newConnections(maxIdle int) *http.Transport {
	return &http.Transport{
		Proxy:                 http.ProxyFromEnvironment,
		ForceAttemptHTTP2:     true,
		MaxIdleConns:          maxIdle,
		MaxIdleConnsPerHost:   maxIdle,
		IdleConnTimeout:       90 * time.Second,
		TLSHandshakeTimeout:   30 * time.Second,
		ExpectContinueTimeout: time.Second,
	}
}

// Close closes the connections that are kept for reuse.
func (t *Transport) Close() { t.connections.CloseIdleConnections() }

// Do implements [Doer]. It makes one attempt and returns when the whole answer
// has been read and understood, when the attempt's time is up, or when ctx ends (but
// see [WithSending]).
func (t *Transport) Do(ctx context.Context, call *Call) (*Reply, error) {
	if err := t.checkCredentials(); err != nil {
		return nil, err
	}
	start := t.options.Clock.Now()
	t.logRequest(ctx, call)
	answer, err := t.exchange(ctx, call)
	var reply *Reply
	if err == nil {
		reply, err = t.understand(answer, call)
	}
	t.logAnswer(ctx, call, answer, reply, err, t.options.Clock.Since(start))
	return reply, err
}

func (t *Transport) checkCredentials() error {
	var missing []string
	if t.options.Login == "" {
		missing = append(missing, "login")
	}
	if t.options.Password == "" {
		missing = append(missing, "password")
	}
	if missing != nil {
		return &CredentialsError{Missing: missing}
	}
	return nil
}

// answer is an HTTP response that has been read to its end.
type answer struct {
	url    *url.URL
	status int
	header http.Header
	// body is without the credentials.
	body    []byte
	tooLong bool
}

// How far a request has got.
const (
	notSent int32 = iota
	isSent
	// givenUp is a request that nobody waited for before any of it was sent: while
	// it was still connecting.
	givenUp
)

// exchange sends the request and reads the response. Its errors are
// [*TransportError].
func (t *Transport) exchange(ctx context.Context, call *Call) (*answer, error) {
	if err := ctx.Err(); err != nil {
		return nil, &TransportError{Err: err}
	}
	waiting, sending := ctx, sendingOf(ctx)
	attempt, cancel := context.WithTimeout(sending, t.options.RequestTimeout)
	defer cancel()
	var progress atomic.Int32
	defer context.AfterFunc(waiting, func() {
		if progress.CompareAndSwap(notSent, givenUp) {
			cancel()
		}
	})()
	request, err := t.newRequest(httptrace.WithClientTrace(attempt, &httptrace.ClientTrace{
		// From the first header on the API may have the request, so this errs on
		// the side of a charge.
		WroteHeaderField: func(string, []string) { progress.Store(isSent) },
	}), call)
	if err != nil {
		return nil, &TransportError{Err: err}
	}
	response, err := t.connections.RoundTrip(request)
	if err != nil {
		if progress.Load() == givenUp {
			return nil, &TransportError{Err: waiting.Err()}
		}
		return nil, t.transportError(sending, attempt, progress.Load() == isSent, err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(io.LimitReader(response.Body, maxAnswerBytes+1))
	tooLong := len(body) > maxAnswerBytes
	body = t.redactor.body(body)
	if err != nil {
		err = fmt.Errorf("%w after %d bytes%s", err, len(body), bodyWords(t.contentType(response.Header), t.excerptOf(body)))
		return nil, t.transportError(sending, attempt, true, err)
	}
	return &answer{request.URL, response.StatusCode, response.Header, body, tooLong}, nil
}

func (t *Transport) newRequest(ctx context.Context, call *Call) (*http.Request, error) {
	endpoint := t.options.BaseURL.JoinPath(call.Path)
	request, err := http.NewRequestWithContext(ctx, call.Method, endpoint.String(), bytes.NewReader(call.Body))
	if err != nil {
		return nil, err
	}
	request.SetBasicAuth(t.options.Login, t.options.Password)
	request.Header.Set("User-Agent", t.options.UserAgent)
	request.Header.Set("Accept", "application/json")
	if call.Body != nil {
		request.Header.Set("Content-Type", "application/json")
	}
	return request, nil
}

// transportError tells the end of the read or of Terraform, which is the
// caller's, from the end of the attempt, which is ours.
func (t *Transport) transportError(caller, attempt context.Context, sent bool, err error) error {
	failure := &TransportError{Sent: sent, Err: err}
	if tlsErr, ok := errors.AsType[tls.RecordHeaderError](err); ok && string(tlsErr.RecordHeader[:]) == "HTTP/" {
		failure.Err = http.ErrSchemeMismatch // says more than "first record does not look like a TLS handshake"
	}
	switch {
	case caller.Err() != nil:
		failure.Err = caller.Err()
	case attempt.Err() != nil:
		failure.Err = attempt.Err()
		failure.TimedOutAfter = t.options.RequestTimeout
	default:
		failure.Err = errors.New(t.redactor.excerpt(failure.Err.Error(), maxMessage))
	}
	return failure
}

// understand turns an HTTP response into a reply, or into the error it amounts to.
// It looks at the HTTP status, the envelope and the task: each can tell of a
// failure that the others do not mention.
func (t *Transport) understand(a *answer, call *Call) (*Reply, error) {
	if a.tooLong {
		return nil, t.unusable(a, nil, fmt.Errorf("it is longer than %d MiB", maxAnswerBytes>>20))
	}
	envelope, err := decodeEnvelope(a.body)
	if err == nil {
		if code, message, level, failed := envelope.failure(); failed {
			return nil, &APIError{code, t.redactor.excerpt(message, maxMessage), level, a.status, t.retryAfter(a), envelope}
		}
	}
	if a.status != http.StatusOK {
		return nil, t.httpError(a, envelope)
	}
	if err != nil {
		return nil, t.unusable(a, nil, err)
	}
	return t.understandTask(a, envelope, call)
}

func (t *Transport) understandTask(a *answer, envelope *Envelope, call *Call) (*Reply, error) {
	result, err := decodeTask(envelope, call)
	if err != nil {
		return nil, t.unusable(a, envelope, err)
	}
	return &Reply{
		Envelope: envelope, Result: result, Body: a.body, FetchedAt: t.options.Clock.Now().UTC(), Charges: chargesOf(envelope, call),
	}, nil
}

// maxMessage bounds the API's own text in a message.
const maxMessage = 500

func (t *Transport) unusable(a *answer, envelope *Envelope, reason error) error {
	return &ResponseError{
		Reason:      reason.Error(),
		ContentType: t.contentType(a.header),
		Excerpt:     t.excerptOf(a.body),
		Envelope:    envelope,
	}
}

func (t *Transport) httpError(a *answer, envelope *Envelope) error {
	return &HTTPError{
		Status:      a.status,
		ContentType: t.contentType(a.header),
		Location:    t.location(a),
		RetryAfter:  t.retryAfter(a),
		Excerpt:     t.excerptOf(a.body),
		Envelope:    envelope,
	}
}

func (t *Transport) contentType(header http.Header) string {
	return t.redactor.excerpt(header.Get("Content-Type"), maxExcerpt)
}

// excerptOf returns the printable beginning of a body.
func (t *Transport) excerptOf(body []byte) string {
	text := t.redactor.excerpt(string(body), maxExcerpt)
	if len(body) > 0 && strings.Trim(text, ".") == "" {
		return "nothing printable"
	}
	return text
}

// location returns where a redirect leads, without anything that may be secret.
func (t *Transport) location(a *answer) string {
	raw := t.redactor.text(a.header.Get("Location"))
	if raw == "" {
		return ""
	}
	target, err := a.url.Parse(raw)
	if err != nil {
		return "an address that is none"
	}
	leads := &url.URL{Scheme: target.Scheme, Host: target.Host, Path: target.Path, RawPath: target.RawPath}
	return t.redactor.excerpt(leads.String(), maxMessage)
}

// retryAfter reads a Retry-After header: seconds or a date (RFC 9110, 10.2.3).
func (t *Transport) retryAfter(a *answer) time.Duration {
	raw := strings.TrimSpace(a.header.Get("Retry-After"))
	// Beyond its range ParseUint returns the greatest number, which is as good.
	if seconds, err := strconv.ParseUint(raw, 10, 31); err == nil || errors.Is(err, strconv.ErrRange) {
		return time.Duration(seconds) * time.Second
	}
	if at, err := http.ParseTime(raw); err == nil {
		return max(0, at.Sub(t.options.Clock.Now()))
	}
	return 0
}
