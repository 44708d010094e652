package fakeapi

import (
	"encoding/base64"
	"net/http"
	"slices"
	"strings"
	"time"
)

// Fault says how a request is answered. The zero value, [OK], is the ordinary
// answer. Faults are values: the methods return a changed copy, and the changes
// are made in the order in which they are written.
//
// A fault changes the answer that the request would have had without it. It
// applies to requests with good credentials, within the limits, whose body is
// well-formed and has documented fields only, so that it never hides a mistake
// in these. Faults that keep the ordinary answer keep its charge; those that
// replace it are free, unless their comment or [Fault.Cost] says otherwise.
type Fault struct{ changes []func(x *exchange) }

// OK is the ordinary answer: the place in a sequence where the trouble ends.
//
//nolint:gochecknoglobals // it is never changed
var OK = Fault{}

// newFault makes a fault of one change.
func newFault(change func(x *exchange)) Fault { return OK.with(change) }

// with returns a copy of f with one more change.
func (f Fault) with(change func(x *exchange)) Fault {
	return Fault{append(slices.Clone(f.changes), change)}
}

// apply makes the changes.
func (f Fault) apply(x *exchange) {
	for _, change := range f.changes {
		change(x)
	}
}

// And applies both faults, f first: Delay(time.Second).And(Code(50401)).
func (f Fault) And(g Fault) Fault { return f.with(g.apply) }

// Code is the failure with that code of the API, with the HTTP status, the level
// and the message of [ErrorFor], free of charge.
func Code(code int) Fault {
	return newFault(func(x *exchange) { x.fail(code) })
}

// HTTPStatus changes the HTTP status and nothing else. So OK.HTTPStatus(504) is a
// charged body that says 20000 under HTTP 504, as was seen on this endpoint.
func (f Fault) HTTPStatus(status int) Fault {
	return f.with(func(x *exchange) { x.answer.status = status })
}

// Header sets a header of the answer, such as Retry-After.
func (f Fault) Header(name, value string) Fault {
	return f.with(func(x *exchange) { x.setHeader(name, value) })
}

// Message changes status_message: that of the first task if it failed, else that
// of the envelope.
func (f Fault) Message(text string) Fault {
	return f.with(func(x *exchange) { x.changeMessage(func(string) string { return text }) })
}

// Cost changes what is charged, in USD, and what envelope and first task say about
// it. It also charges for answers that have no envelope.
func (f Fault) Cost(usd float64) Fault {
	return f.with(func(x *exchange) {
		x.answer.nanos = nanos(usd)
		x.mutate(func(envelope map[string]any) {
			envelope["cost"] = usd
			if task := firstTaskOf(envelope); task != nil {
				task["cost"] = usd
			}
		})
	})
}

// InTask moves a failure from the envelope into the task; the envelope then says 20000.
func (f Fault) InTask() Fault {
	return f.with(func(x *exchange) {
		code := statusCodeOf(x.answer.body)
		x.mutate(func(envelope map[string]any) {
			if firstTaskOf(envelope) != nil {
				return
			}
			message, _ := envelope["status_message"].(string)
			envelope["tasks"] = []any{x.failTask(0, code, message)}
			envelope["tasks_count"], envelope["tasks_error"] = 1, 1
			envelope["status_code"], envelope["status_message"] = codeOK, messageOK
		})
	})
}

// InEnvelope moves a failure from the task into the envelope, which then has tasks null.
func (f Fault) InEnvelope() Fault {
	return f.with(func(x *exchange) {
		x.mutate(func(envelope map[string]any) {
			if task := firstTaskOf(envelope); task != nil {
				envelope["status_code"], envelope["status_message"] = task["status_code"], task["status_message"]
			}
			envelope["tasks"], envelope["tasks_count"], envelope["tasks_error"] = nil, 0, 0
		})
	})
}

// EchoAuthorization adds the Authorization header that was received, as it came
// and decoded, to status_message or, where there is none, to the body, as a
// talkative proxy may do. Nothing of that may reach a user.
func (f Fault) EchoAuthorization() Fault {
	return f.with(func(x *exchange) {
		header := x.r.Header.Get("Authorization")
		decoded, _ := base64.StdEncoding.DecodeString(strings.TrimPrefix(header, "Basic "))
		echo := " (Authorization: " + header + ", which is " + string(decoded) + ")"
		if !x.changeMessage(func(old string) string { return old + echo }) {
			x.answer.body = append(x.answer.body, echo...)
		}
	})
}

// Raw is any answer at all, free of charge.
func Raw(status int, contentType, body string) Fault {
	return newFault(func(x *exchange) { x.replace(status, contentType, []byte(body)) })
}

// Gateway is the HTML page of a proxy in front of the API, without an envelope and
// free of charge. For Retry-After: Gateway(503).Header("Retry-After", "30").
func Gateway(status int) Fault {
	text := http.StatusText(status)
	return Raw(status, "text/html", "<html><head><title>"+text+"</title></head><body><h1>"+text+"</h1></body></html>\n")
}

// NotJSON is an HTTP 200 that says application/json and is not.
func NotJSON() Fault { return Raw(http.StatusOK, "application/json", "upstream connect error\n") }

// HTMLPage is an HTML page with HTTP 200, as from a captive portal.
func HTMLPage() Fault {
	return Raw(http.StatusOK, "text/html; charset=utf-8", "<!DOCTYPE html>\n<html><body>Sign in to the network</body></html>\n")
}

// Redirect is a redirect with that HTTP status to location, free of charge.
func Redirect(status int, location string) Fault {
	return Raw(status, "text/html", "<html><body>Moved</body></html>\n").Header("Location", location)
}

// Recorded is a recorded answer, byte for byte, with the charge that it states.
func Recorded(name Recording) Fault {
	body := name.Bytes()
	var stated struct{ Cost float64 }
	mustDecode(body, &stated)
	return newFault(func(x *exchange) {
		x.replace(http.StatusOK, "application/json", slices.Clone(body))
		x.answer.nanos = nanos(stated.Cost)
	})
}

// Slow gives the ordinary answer when release is closed. Until then it waits for
// as long as client and server do; nil waits for ever. It is charged on arrival,
// as the work is done whether or not the client is still there.
func Slow(release <-chan struct{}) Fault {
	return newFault(func(x *exchange) { x.answer.pauses = append(x.answer.pauses, pause{release: release}) })
}

// Delay gives the ordinary answer after d of real time, or none if the client goes
// away before. It is charged on arrival. For stand-alone use; tests use [Slow].
func Delay(d time.Duration) Fault {
	return newFault(func(x *exchange) { x.answer.pauses = append(x.answer.pauses, pause{d: d}) })
}
