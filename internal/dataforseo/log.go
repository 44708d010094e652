package dataforseo

import (
	"context"
	"time"
)

// LogLevel is how much detail a log line carries.
type LogLevel int

// The levels that this client writes.
const (
	LogTrace LogLevel = iota
	LogDebug
	LogWarn
)

// Log receives what a person needs to follow the requests and the bill: never a
// password, never a header.
type Log func(ctx context.Context, level LogLevel, message string, fields map[string]any)

func (t *Transport) logRequest(ctx context.Context, call *Call) {
	t.options.Log(ctx, LogTrace, "Sending request to DataForSEO", map[string]any{
		"method": call.Method, "path": call.Path, "subject": call.Subject, "body": string(call.Body),
	})
}

func (t *Transport) logAnswer(ctx context.Context, call *Call, a *answer, reply *Reply, err error, took time.Duration) {
	fields := map[string]any{
		"method": call.Method, "path": call.Path, "subject": call.Subject, "duration_ms": took.Milliseconds(),
	}
	if a != nil {
		fields["http_status"], fields["bytes"] = a.status, len(a.body)
		t.options.Log(ctx, LogTrace, "Received answer from DataForSEO", map[string]any{
			"subject": call.Subject, "body": t.redactor.text(string(a.body)),
		})
	}
	envelope := EnvelopeOf(err)
	if reply != nil {
		envelope = reply.Envelope
	}
	if cost, known := envelope.ChargedUSD(); known {
		fields["cost_usd"] = cost
	}
	if task := envelope.Task(); task != nil {
		fields["task_id"] = value(task.ID)
	}
	if err != nil {
		fields["error"] = err.Error()
	}
	t.options.Log(ctx, LogDebug, "DataForSEO request finished", fields)
}
