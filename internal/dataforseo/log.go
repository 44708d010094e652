package dataforseo

import (
	"context"
	"time"
)

// LogLevel is the level of a log entry.
type LogLevel int

// The levels that this client writes.
const (
	LogTrace LogLevel = iota
	LogDebug
	LogWarn
)

// Log writes what a user needs to follow requests and costs. Entries contain no
// password and no header.
type Log func(ctx context.Context, level LogLevel, message string, fields map[string]any)

func (t *Transport) logRequest(ctx context.Context, call *Call) {
	t.options.Log(ctx, LogTrace, "Sending request to DataForSEO", map[string]any{
		"method": call.Endpoint.Method, "path": call.Endpoint.Path, "target": call.Target, "body": string(call.Body),
	})
}

func (t *Transport) logAnswer(ctx context.Context, call *Call, a *httpAnswer, reply *Reply, failure *Failure, took time.Duration) {
	fields := map[string]any{
		"method": call.Endpoint.Method, "path": call.Endpoint.Path, "target": call.Target, "duration_ms": took.Milliseconds(),
	}
	if a != nil {
		fields["http_status"], fields["bytes"] = a.status, len(a.body)
		t.options.Log(ctx, LogTrace, "Received answer from DataForSEO", map[string]any{
			"target": call.Target, "body": t.redactor.beginning(string(a.body[:min(len(a.body), largeAnswerBytes)])),
		})
	}
	var envelope *Envelope
	if failure != nil {
		envelope, fields["error"] = failure.Envelope, failure.Cause
	} else {
		envelope = reply.Envelope
	}
	if cost, known := envelope.ChargedUSD(); known {
		fields["cost_usd"] = cost
	}
	if id := envelope.TaskID(); id != "" {
		fields["task_id"] = id
	}
	t.options.Log(ctx, LogDebug, "DataForSEO request finished", fields)
}
