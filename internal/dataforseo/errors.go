package dataforseo

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// Level is where an answer says that it failed.
type Level string

// The levels of an answer that carry a status code.
const (
	LevelEnvelope Level = "envelope"
	LevelTask     Level = "task"
)

// APIError is a failure that DataForSEO reports with a code of its own.
type APIError struct {
	// Code is the API's code, 40501 for example.
	Code int
	// Message is the API's own text. Match on Code: texts vary.
	Message string
	// Level is where the code stood.
	Level Level
	// HTTPStatus is the status of the HTTP response, 200 for most failures.
	HTTPStatus int
	// RetryAfter is what a Retry-After header asked for, 0 without one.
	RetryAfter time.Duration
	// Envelope is the whole answer.
	Envelope *Envelope
}

func (e *APIError) Error() string {
	return fmt.Sprintf("DataForSEO answered %d %q", e.Code, e.Message)
}

// Facts returns what is known of the error's code, or of its HTTP status where
// only that tells that the account is to blame.
func (e *APIError) Facts() CodeFacts {
	facts := FactsOf(e.Code)
	switch e.HTTPStatus {
	case 401, 402, 403, 407:
		if !facts.Kind.OfAccount() {
			return factsOfHTTP(e.HTTPStatus)
		}
	}
	return facts
}

var invalidField = regexp.MustCompile(`Invalid Field: '([A-Za-z0-9_]+)`)

// Field returns the name of the request's field that DataForSEO refuses, "" when
// the answer names none.
func (e *APIError) Field() string {
	if match := invalidField.FindStringSubmatch(e.Message); e.Code == 40501 && match != nil {
		return match[1]
	}
	return ""
}

// HTTPError is a failure that only the HTTP status tells of: a gateway's, or a
// 500 or 504 whose body claims success. DataForSEO has answered the latter on
// this endpoint, and the status is to be believed.
type HTTPError struct {
	Status      int
	ContentType string
	// Location is where a redirect leads, without query and user.
	Location string
	// RetryAfter is what a Retry-After header asked for, 0 without one.
	RetryAfter time.Duration
	// Excerpt is the printable beginning of the body.
	Excerpt string
	// Envelope is the body when it is one, nil otherwise.
	Envelope *Envelope
}

func (e *HTTPError) Error() string {
	text := fmt.Sprintf("the answer has HTTP status %d", e.Status)
	switch {
	case e.Location != "":
		return text + " and leads to " + e.Location
	case e.Envelope != nil:
		return text + " although its body claims success"
	}
	return text + bodyWords(e.ContentType, e.Excerpt)
}

// Facts returns what is known of the error's HTTP status.
func (e *HTTPError) Facts() CodeFacts {
	facts := factsOfHTTP(e.Status)
	if e.Envelope != nil && facts.Kind == KindServer {
		facts.Summary = "DataForSEO failed although it claims success"
	}
	return facts
}

// ResponseError is an answer with HTTP status 200 that cannot be understood: not
// JSON, half of it, too long, or an envelope that lacks what it must hold.
type ResponseError struct {
	// Reason says what is wrong with it.
	Reason      string
	ContentType string
	// Excerpt is the printable beginning of the body.
	Excerpt string
	// Envelope is the body as far as it is one, nil otherwise.
	Envelope *Envelope
}

func (e *ResponseError) Error() string {
	return "the answer cannot be used: " + e.Reason + bodyWords(e.ContentType, e.Excerpt)
}

// bodyWords tells a person what came instead of an answer.
func bodyWords(contentType, excerpt string) string {
	if contentType == "" {
		contentType = "none"
	}
	if excerpt == "" {
		return fmt.Sprintf(" (Content-Type %s, empty body)", contentType)
	}
	return fmt.Sprintf(" (Content-Type %s, begins with %s)", contentType, excerpt)
}

// TransportError is a request that got no whole answer.
type TransportError struct {
	// Sent says that the request may have reached DataForSEO, which may then
	// charge it.
	Sent bool
	// TimedOutAfter is the request_timeout that ended the attempt, 0 for another cause.
	TimedOutAfter time.Duration
	Err           error
}

func (e *TransportError) Error() string {
	switch {
	case e.TimedOutAfter > 0:
		return fmt.Sprintf("no answer within %s", e.TimedOutAfter)
	case errors.Is(e.Err, context.DeadlineExceeded) && e.Sent:
		return "no answer before the time for it was up"
	case errors.Is(e.Err, context.DeadlineExceeded):
		return "the time for it was up before it could be sent"
	case errors.Is(e.Err, context.Canceled):
		return "it was cancelled"
	case e.Sent:
		return "the connection broke before the whole answer had arrived: " + e.Err.Error()
	}
	return "no connection to DataForSEO: " + e.Err.Error()
}

func (e *TransportError) Unwrap() error { return e.Err }

// Ended reports whether a failure is the end of the caller's context. That the time of
// one attempt was up is another matter: the next one may do better.
func Ended(err error) bool {
	if failure, ok := errors.AsType[*TransportError](err); ok && failure.TimedOutAfter > 0 {
		return false
	}
	return errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded)
}

// CredentialsError is a request that was not sent because there was nothing to
// authenticate it with.
type CredentialsError struct {
	// Missing holds "login", "password" or both.
	Missing []string
}

func (e *CredentialsError) Error() string {
	return "no " + strings.Join(e.Missing, " and no ") + " for DataForSEO"
}

// EnvelopeOf returns the envelope that came with a failure, nil when none did.
func EnvelopeOf(err error) *Envelope {
	failure := failureOf(err)
	switch e := failure.(type) {
	case *APIError:
		return e.Envelope
	case *HTTPError:
		return e.Envelope
	case *ResponseError:
		return e.Envelope
	}
	return nil
}

const maxExcerpt = 120

// excerpt returns at most limit bytes of text in printable form: control
// characters and broken UTF-8, which could garble a terminal, become spaces.
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
