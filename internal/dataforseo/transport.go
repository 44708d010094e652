package dataforseo

import (
	"bytes"
	"context"
	"encoding/base64"
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
	client  *http.Client
	secrets *strings.Replacer
}

var _ Doer = (*Transport)(nil)

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
		options: options,
		client: &http.Client{
			Transport: newRoundTripper(options.MaxIdleConnections),
			// The credentials are for this host alone.
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
		secrets: redactor(options.Login, options.Password),
	}
}

func newRoundTripper(maxIdle int) *http.Transport {
	transport := &http.Transport{
		Proxy:                 http.ProxyFromEnvironment,
		ForceAttemptHTTP2:     true,
		MaxIdleConns:          maxIdle,
		MaxIdleConnsPerHost:   maxIdle,
		IdleConnTimeout:       90 * time.Second,
		TLSHandshakeTimeout:   30 * time.Second,
		ExpectContinueTimeout: time.Second,
	}
	return transport
}

// Secrets returns every form in which the password can appear on the wire, for
// whoever writes logs.
func Secrets(login, password string) []string {
	if password == "" {
		return nil
	}
	basic := base64.StdEncoding.EncodeToString([]byte(login + ":" + password))
	secrets := []string{basic, password}
	if escaped := url.QueryEscape(password); escaped != password {
		secrets = append(secrets, escaped)
	}
	return secrets
}

func redactor(login, password string) *strings.Replacer {
	var pairs []string
	for _, secret := range Secrets(login, password) {
		pairs = append(pairs, secret, "***")
	}
	return strings.NewReplacer(pairs...)
}

// Close closes the connections that are kept for reuse.
func (t *Transport) Close() { t.client.CloseIdleConnections() }

// Do implements [Doer]. It makes one attempt and returns when the whole answer
// has been read and understood, when the attempt's time is up, or when ctx ends.
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
	status  int
	header  http.Header
	body    []byte
	tooLong bool
}

// exchange sends the request and reads the response. Its errors are
// [*TransportError].
func (t *Transport) exchange(ctx context.Context, call *Call) (*answer, error) {
	attempt, cancel := context.WithTimeout(ctx, t.options.RequestTimeout)
	defer cancel()
	var sent atomic.Bool
	request, err := t.newRequest(httptrace.WithClientTrace(attempt, &httptrace.ClientTrace{
		// From the first header on the API may have the request, so this errs on
		// the side of a charge.
		WroteHeaderField: func(string, []string) { sent.Store(true) },
	}), call)
	if err != nil {
		return nil, &TransportError{Err: err}
	}
	response, err := t.client.Do(request)
	if err != nil {
		return nil, t.transportError(ctx, attempt, sent.Load(), err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(io.LimitReader(response.Body, maxAnswerBytes+1))
	if err != nil {
		err = fmt.Errorf("%w after %d bytes%s", err, len(body), bodyWords(response.Header.Get("Content-Type"), t.excerptOf(body)))
		return nil, t.transportError(ctx, attempt, true, err)
	}
	return &answer{response.StatusCode, response.Header, body, len(body) > maxAnswerBytes}, nil
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
	// The URL and method that *url.Error repeats are no news to the reader.
	if urlErr, ok := errors.AsType[*url.Error](err); ok {
		failure.Err = urlErr.Err
	}
	switch {
	case caller.Err() != nil:
		failure.Err = caller.Err()
	case attempt.Err() != nil:
		failure.Err = attempt.Err()
		failure.TimedOutAfter = t.options.RequestTimeout
	default:
		failure.Err = errors.New(t.redact(failure.Err.Error()))
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
		if code, message, level := envelope.failure(); code != 0 {
			return nil, &APIError{code, t.redact(excerpt(message, maxMessage)), level, a.status, t.retryAfter(a), t.redactEnvelope(envelope)}
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
	task := envelope.Task()
	if task == nil {
		return nil, t.unusable(a, envelope, errors.New("its envelope holds no task"))
	}
	if task.StatusCode == nil {
		return nil, t.unusable(a, envelope, errors.New("its task has no status_code"))
	}
	result, err := decodeResult(task, call.NewResult)
	if err != nil {
		return nil, t.unusable(a, envelope, err)
	}
	return &Reply{Envelope: envelope, Result: result, FetchedAt: t.options.Clock.Now().UTC()}, nil
}

// maxMessage bounds the API's own text in a message.
const maxMessage = 500

func (t *Transport) unusable(a *answer, envelope *Envelope, reason error) error {
	return &ResponseError{
		Reason:      t.redact(reason.Error()),
		ContentType: excerpt(a.header.Get("Content-Type"), maxExcerpt),
		Excerpt:     t.excerptOf(a.body),
		Envelope:    t.redactEnvelope(envelope),
	}
}

func (t *Transport) httpError(a *answer, envelope *Envelope) error {
	return &HTTPError{
		Status:      a.status,
		ContentType: excerpt(a.header.Get("Content-Type"), maxExcerpt),
		Location:    t.redact(location(t.options.BaseURL, a.header)),
		RetryAfter:  t.retryAfter(a),
		Excerpt:     t.excerptOf(a.body),
		Envelope:    t.redactEnvelope(envelope),
	}
}

// excerptOf redacts before it cuts: half a secret at the cut is still a secret.
func (t *Transport) excerptOf(body []byte) string {
	const enough = 64 * maxExcerpt
	return excerpt(t.redact(string(body[:min(len(body), enough)])), maxExcerpt)
}

// location returns where a redirect leads, without anything that may be secret.
func location(base *url.URL, header http.Header) string {
	raw := header.Get("Location")
	if raw == "" {
		return ""
	}
	target, err := base.Parse(raw)
	if err != nil {
		return "an address that is none"
	}
	return (&url.URL{Scheme: target.Scheme, Host: target.Host, Path: target.Path}).String()
}

// retryAfter reads a Retry-After header: seconds or a date (RFC 9110, 10.2.3).
func (t *Transport) retryAfter(a *answer) time.Duration {
	raw := strings.TrimSpace(a.header.Get("Retry-After"))
	if seconds, err := strconv.ParseUint(raw, 10, 31); err == nil {
		return time.Duration(seconds) * time.Second
	}
	if at, err := http.ParseTime(raw); err == nil {
		return max(0, at.Sub(t.options.Clock.Now()))
	}
	return 0
}

// redact takes the credentials out of text that came from outside: an error page
// can echo the request's headers.
func (t *Transport) redact(text string) string { return t.secrets.Replace(text) }

// redactEnvelope does so for the texts of a failed answer, which can reach the
// state through on_error = "warn". Figures are left as they are.
func (t *Transport) redactEnvelope(envelope *Envelope) *Envelope {
	if envelope == nil {
		return nil
	}
	redactPointer(t, envelope.StatusMessage)
	if task := envelope.Task(); task != nil {
		redactPointer(t, task.StatusMessage)
		task.Data = []byte(t.redact(string(task.Data)))
	}
	return envelope
}

func redactPointer(t *Transport, text *string) {
	if text != nil {
		*text = t.redact(*text)
	}
}
