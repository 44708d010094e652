package fakeapi

import (
	"context"
	"encoding/base64"
	"net/http"
	"strings"
	"time"
)

// Fault changes the answer to a request. The zero value, [OK], is the ordinary answer.
// Faults are values: methods return a modified copy, and changes apply in the order
// written.
//
// A fault applies only to requests with valid credentials, within the limits, with a
// well-formed body and documented fields, so it never hides a mistake in those. Faults
// that keep the ordinary answer keep its charge. Those that replace it are free, unless
// their comment or [Fault.Cost] says otherwise.
type Fault func(x *exchange)

// OK is the ordinary answer, for the end of a sequence of faults.
//
//nolint:gochecknoglobals // it is never changed
var OK Fault

func (f Fault) apply(x *exchange) {
	if f != nil {
		f(x)
	}
}

// And applies both faults, f first: Delay(time.Second).And(Code(50401)).
func (f Fault) And(g Fault) Fault {
	return func(x *exchange) { f.apply(x); g.apply(x) }
}

// Code is the failure of [Errors] or [ReportedErrors] with that code, free of charge.
func Code(code int) Fault { return func(x *exchange) { x.fail(code) } }

// HTTPStatus changes only the HTTP status. OK.HTTPStatus(504) is a charged body with
// code 20000 under HTTP 504, as reported by users of the summary endpoint.
func (f Fault) HTTPStatus(status int) Fault {
	return f.And(func(x *exchange) { x.answer.status = status })
}

// Header sets a header of the answer, such as Retry-After.
func (f Fault) Header(name, value string) Fault {
	return f.And(func(x *exchange) { x.answer.header.Set(name, value) })
}

// Message changes status_message: that of the first task if it failed, else that of the
// envelope.
func (f Fault) Message(text string) Fault {
	return f.And(func(x *exchange) { x.changeMessage(func(string) string { return text }) })
}

// Cost changes the charge, in USD, and the costs stated in envelope and first task. It
// also charges for answers without an envelope.
func (f Fault) Cost(usd float64) Fault {
	return f.And(func(x *exchange) {
		x.answer.nanos = nanos(usd)
		x.mutate(func(envelope map[string]any) {
			envelope["cost"] = usd
			if task := firstIn(envelope["tasks"]); task != nil {
				task["cost"] = usd
			}
		})
	})
}

// InTask moves a failure from the envelope into the task, free of charge. The envelope
// then says 20000.
func (f Fault) InTask() Fault {
	return f.And(func(x *exchange) {
		envelope, _ := decodeValue(x.answer.body).(map[string]any)
		if message, ok := envelope["status_message"].(string); ok && firstIn(envelope["tasks"]) == nil {
			x.setEnvelope(x.answer.status, codeOK, messageOK, x.taskAnswer(0, statusCode(envelope), message, 0, nil))
		}
	})
}

// InEnvelope moves a failure from the task into the envelope, which then has tasks null.
func (f Fault) InEnvelope() Fault {
	return f.And(mutate(func(envelope map[string]any) {
		if task := firstIn(envelope["tasks"]); task != nil {
			envelope["status_code"], envelope["status_message"] = task["status_code"], task["status_message"]
		}
		envelope["tasks"], envelope["tasks_count"], envelope["tasks_error"] = nil, 0, 0
	}))
}

// EchoAuthorization adds the Authorization header, encoded and decoded, to
// status_message, or to a body without one, as a verbose proxy may do. The client must
// redact it.
func (f Fault) EchoAuthorization() Fault {
	return f.And(func(x *exchange) {
		header := x.r.Header.Get("Authorization")
		decoded, _ := base64.StdEncoding.DecodeString(strings.TrimPrefix(header, "Basic "))
		echo := " (Authorization: " + header + ", which is " + string(decoded) + ")"
		if !x.changeMessage(func(old string) string { return old + echo }) {
			x.answer.body = append(x.answer.body, echo...)
		}
	})
}

// changeMessage changes the relevant status_message and reports whether there is one.
func (x *exchange) changeMessage(change func(old string) string) bool {
	return x.mutate(func(envelope map[string]any) {
		old, _ := failing(envelope)["status_message"].(string)
		failing(envelope)["status_message"] = change(old)
	})
}

// Raw replaces the answer, free of charge.
func Raw(status int, contentType, body string) Fault {
	return func(x *exchange) { x.replace(status, contentType, []byte(body)) }
}

// Gateway is the HTML page of a proxy in front of the API, without an envelope and free
// of charge: Gateway(503).Header("Retry-After", "30"). See also [Server.Storm].
func Gateway(status int) Fault {
	text := http.StatusText(status)
	return Raw(status, "text/html", "<html><head><title>"+text+"</title></head><body><h1>"+text+"</h1></body></html>\n")
}

// NotJSON is an HTTP 200 that claims to be JSON.
func NotJSON() Fault { return Raw(http.StatusOK, "application/json", "upstream connect error\n") }

// HTMLPage is an HTML page with HTTP 200, as from a captive portal.
func HTMLPage() Fault {
	return Raw(http.StatusOK, "text/html; charset=utf-8", "<!DOCTYPE html>\n<html><body>Sign in to the network</body></html>\n")
}

// Redirect is a redirect with that HTTP status to location, free of charge.
func Redirect(status int, location string) Fault {
	return Raw(status, "text/html", "<html><body>Moved</body></html>\n").Header("Location", location)
}

// Recorded is a recorded answer or one of [Cases], byte for byte, with the charge that it
// states.
func Recorded(name Recording) Fault {
	body, cost := string(name.Bytes()), nanos(name.costUSD())
	return Raw(http.StatusOK, "application/json", body).And(func(x *exchange) { x.answer.nanos = cost })
}

// Slow sends the ordinary answer when release is closed, never if it is nil. It is
// charged on arrival, because the work is done even if the client gives up.
func Slow(release <-chan struct{}) Fault {
	return pause(func(ctx context.Context) {
		select {
		case <-release:
		case <-ctx.Done():
		}
	})
}

// Delay sends the ordinary answer after d. It is charged on arrival. Outside a
// testing/synctest bubble the delay is real; tests there use [Slow].
func Delay(d time.Duration) Fault {
	return pause(func(ctx context.Context) {
		ctx, cancel := context.WithTimeout(ctx, d)
		defer cancel()
		<-ctx.Done()
	})
}

func pause(wait func(ctx context.Context)) Fault {
	return func(x *exchange) { x.answer.pauses = append(x.answer.pauses, wait) }
}
