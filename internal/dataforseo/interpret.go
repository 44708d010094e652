package dataforseo

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

const (
	// maxExcerpt limits excerpts of a body, and of names and values in it.
	maxExcerpt = 120
	// maxMessage limits the API's own text in a message.
	maxMessage = 500
)

// interpret turns an HTTP response into a reply or a failure. It checks the HTTP
// status, the envelope and the task, because each can report a failure that the others
// do not.
func (t *Transport) interpret(a *httpAnswer, call *Call) (*Reply, *Failure) {
	if a.tooLong {
		return nil, t.unusableAnswer(a, call, nil, fmt.Errorf("it is longer than %d MiB", maxAnswerBytes>>20))
	}
	envelope, task, err := parseEnvelope(a.body)
	if err == nil {
		if code, message, failed := envelope.failure(); failed {
			return nil, t.codeFailure(a, call, envelope, code, message)
		}
	}
	// A proxy that changes an answer with status 200 may say 203 (RFC 9110, 15.3.4).
	if a.status != http.StatusOK && a.status != http.StatusNonAuthoritativeInfo {
		return nil, t.statusFailure(a, call, envelope)
	}
	var result object
	if err == nil {
		result, err = envelope.result(task, call)
	}
	if err != nil {
		return nil, t.unusableAnswer(a, call, envelope, err)
	}
	return &Reply{Envelope: envelope, Body: a.body, FetchedAt: time.Now().UTC(), Charges: chargesFor(envelope, call), result: result}, nil
}

var invalidField = regexp.MustCompile(`Invalid Field: '([A-Za-z0-9_]+)`)

// codeFailure returns a failure that the API reports with a code. If only the HTTP status
// points to the account or a rate limit, the status counts.
func (t *Transport) codeFailure(a *httpAnswer, call *Call, envelope *Envelope, code int, message string) *Failure {
	known := codeFacts(code)
	switch a.status {
	case 401, 402, 403, 407:
		if known.kind.scope() != ScopeAccount {
			known = statusFacts(a.status)
		}
	case 429:
		if known.kind.scope() != ScopeAccount {
			known.kind = KindRateLimit
		}
	}
	failure := t.answerFailure(a, call, envelope, known)
	failure.Code = code
	failure.Cause = fmt.Sprintf("DataForSEO answered %d %q", code, t.redactor.excerpt(message, maxMessage))
	// Codes 4xxxx refuse a request before any work is done, except 401xx, which report on
	// a target that was processed.
	processed := code/100 == 401 && known.kind.scope() != ScopeAccount
	if _, stated := envelope.ChargedUSD(); !stated && code >= 40000 && code < 50000 && !processed {
		failure.Charges = Charges{}
	}
	if match := invalidField.FindStringSubmatch(message); code == 40501 && match != nil {
		failure.Field = match[1]
		if failure.Field != "target" && failure.Field != "targets" {
			failure.Scope = ScopeRequest
		}
	}
	return failure
}

// statusFailure returns a failure that only the HTTP status reports: a gateway error, or a
// 500 or 504 whose body claims success. DataForSEO has sent the latter on this
// endpoint; the status is right.
func (t *Transport) statusFailure(a *httpAnswer, call *Call, envelope *Envelope) *Failure {
	known := statusFacts(a.status)
	failure := t.answerFailure(a, call, envelope, known)
	failure.Cause = fmt.Sprintf("the answer has HTTP status %d", a.status)
	if known.kind == KindServer {
		failure.Repeat = RepeatOnce // even if it states a cost of 0
	}
	_, stated := envelope.ChargedUSD()
	switch location := t.location(a); {
	case location != "":
		failure.Cause += " and redirects to " + location
	case envelope.claimsSuccess():
		failure.Cause += " although its body claims success"
		if known.kind == KindServer {
			failure.Summary = "DataForSEO failed although it claims success"
		}
	default:
		failure.Cause += t.describeBody(a.header, a.body)
	}
	if !stated && known.kind != KindServer && a.status >= 300 {
		failure.Charges = Charges{}
	}
	if call.Endpoint.Free() && failure.Repeat == RepeatOnce {
		failure.Repeat = RepeatFreely
	}
	return failure
}

// answerFailure builds the common part of all failures with an answer.
func (t *Transport) answerFailure(a *httpAnswer, call *Call, envelope *Envelope, known facts) *Failure {
	failure := &Failure{
		Kind: known.kind, Scope: known.kind.scope(), Summary: known.summary, Remedy: t.remedy(known.remedy),
		HTTPStatus: a.status, Envelope: envelope, Charges: chargesFor(envelope, call), RetryAfter: t.retryAfter(a),
	}
	cost, stated := envelope.ChargedUSD()
	switch known.kind {
	case KindRateLimit:
		failure.Repeat = RepeatOnce
		if cost == 0 {
			failure.Repeat, failure.Charges = RepeatFreely, Charges{}
		}
	case KindTimeout:
		failure.Repeat = RepeatOnce
		if cost == 0 && !call.Endpoint.Free() {
			failure.Charges.Possible = 1 // even if it states a cost of 0
		}
	case KindServer:
		failure.Repeat = RepeatOnce
		if stated && cost == 0 || call.Endpoint.Free() {
			failure.Repeat = RepeatFreely
		}
	}
	return failure
}

// unusableAnswer returns the failure for an HTTP 200 or 203 that cannot be used: not JSON,
// incomplete, too long, or an incomplete envelope.
func (t *Transport) unusableAnswer(a *httpAnswer, call *Call, envelope *Envelope, reason error) *Failure {
	failure := t.answerFailure(a, call, envelope, facts{KindUnusable, "DataForSEO's answer cannot be used", remedyBaseURL})
	failure.Remedy += " If it was DataForSEO, try again."
	failure.Cause = "the answer cannot be used: " + reason.Error() + t.describeBody(a.header, a.body)
	if envelope != nil {
		failure.Remedy = remedyReport
	}
	if cost, stated := envelope.ChargedUSD(); errors.Is(reason, errNoTask) && stated && cost == 0 {
		failure.Repeat = RepeatFreely // nothing was done, so nothing is lost
		failure.Remedy = remedyLater
	}
	return failure
}

// describeBody describes a body that is not an answer.
func (t *Transport) describeBody(header http.Header, body []byte) string {
	contentType := t.redactor.excerpt(header.Get("Content-Type"), maxExcerpt)
	if contentType == "" {
		contentType = "none"
	}
	begin := t.redactor.excerpt(string(body), maxExcerpt)
	switch {
	case len(body) == 0:
		return fmt.Sprintf(" (Content-Type %s, empty body)", contentType)
	case strings.Trim(begin, ".") == "":
		begin = "nothing printable"
	}
	return fmt.Sprintf(" (Content-Type %s, begins with %s)", contentType, begin)
}

// excerpt returns at most limit bytes of text in printable form. Control characters and
// invalid UTF-8, which could garble a terminal, become spaces.
func excerpt(text string, limit int) string {
	cut := len(text) > limit
	if cut {
		text = text[:limit]
	}
	text = strings.Map(func(r rune) rune {
		if r == utf8.RuneError || !unicode.IsPrint(r) {
			return ' '
		}
		return r
	}, text)
	text = strings.Join(strings.Fields(text), " ")
	if cut {
		text += "..."
	}
	return text
}

// location returns the target of a redirect, without parts that may be secret.
func (t *Transport) location(a *httpAnswer) string {
	raw := t.redactor.text(a.header.Get("Location"))
	if raw == "" {
		return ""
	}
	target, err := a.url.Parse(raw)
	if err != nil {
		return "an invalid address"
	}
	leads := &url.URL{Scheme: target.Scheme, Host: target.Host, Path: target.Path, RawPath: target.RawPath}
	return t.redactor.excerpt(leads.String(), maxMessage)
}

// retryAfter reads a Retry-After header: seconds or a date (RFC 9110, 10.2.3).
func (t *Transport) retryAfter(a *httpAnswer) time.Duration {
	raw := strings.TrimSpace(a.header.Get("Retry-After"))
	// On overflow ParseUint returns the maximum, which will do.
	if seconds, err := strconv.ParseUint(raw, 10, 31); err == nil || errors.Is(err, strconv.ErrRange) {
		return time.Duration(seconds) * time.Second
	}
	if at, err := http.ParseTime(raw); err == nil {
		return max(0, time.Until(at))
	}
	return 0
}
