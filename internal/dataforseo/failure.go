package dataforseo

import (
	"context"
	"errors"
	"fmt"
	"math"
	"time"
)

// Repeat says whether a failed call may be retried. The API has no idempotency key, so
// every retry can be a new charge.
type Repeat int

// The values of Repeat.
const (
	// RepeatNever: a retry cannot help, or would cost money for nothing.
	RepeatNever Repeat = iota
	// RepeatOnce: the failed attempt may have been charged.
	RepeatOnce
	// RepeatFreely: the failed attempt is known to be free.
	RepeatFreely
)

// Scope says which other calls would fail the same way.
type Scope int

// The scopes of a failure, from narrow to wide.
const (
	// ScopeTarget: another target may succeed.
	ScopeTarget Scope = iota
	// ScopeRequest: every target with the same arguments would fail.
	ScopeRequest
	// ScopeAccount: every call of this configuration would fail.
	ScopeAccount
)

// Failure is the reason why a call has no answer. It is complete where it is created.
// Layers above add only what they alone know, such as the number of attempts.
//
//nolint:errname // a Doer returns it as it is, so callers read its fields and match no errors
type Failure struct {
	Kind  Kind
	Scope Scope
	// Summary is a short title without a full stop. Cause is a clause that completes
	// "the read failed: ...". Remedy tells the user what to do, in full sentences; it
	// may be empty.
	Summary, Cause, Remedy string
	// Code is the API's code, 0 if there is none.
	Code int
	// HTTPStatus is the status of the response, 0 if there was none.
	HTTPStatus int
	// Field is the field of the request that the API refuses, "" if it names none.
	Field string
	// Envelope is the envelope of the answer, nil if there was none.
	Envelope *Envelope
	// Charges is the cost of all attempts.
	Charges Charges
	// ChargedElsewhere means that another call shared the request and has its charges,
	// certain or possible.
	ChargedElsewhere bool
	// Attempts is the number of requests made.
	Attempts int
	// Repeat says whether the call may be retried.
	Repeat Repeat
	// RetryAfter is the wait that the server asks for, 0 if none.
	RetryAfter time.Duration
}

var _ error = (*Failure)(nil)

// Error returns the cause.
func (f *Failure) Error() string { return f.Cause }

// Title returns the summary with the API's code, or with the HTTP status if the failure
// has no code.
func (f *Failure) Title() string {
	switch {
	case f.Code != 0:
		return fmt.Sprintf("%s (%d)", f.Summary, f.Code)
	case f.HTTPStatus != 0 && f.HTTPStatus != 200:
		return fmt.Sprintf("%s (HTTP %d)", f.Summary, f.HTTPStatus)
	}
	return f.Summary
}

// Ended reports whether the caller's context ended the call.
func (f *Failure) Ended() bool { return f.Kind == KindCancelled || f.Kind == KindReadTimeout }

// Outage reports whether DataForSEO or the connection to it failed, not the request. A
// target that takes too long is not an outage.
func (f *Failure) Outage() bool {
	switch f.Kind {
	case KindServer, KindRateLimit, KindUnreachable, KindLost, KindUnusable:
		return true
	}
	return false
}

// FailureOfContext returns the failure of a call whose context ended before it was
// sent, or while nothing was on the wire.
func FailureOfContext(ctx context.Context) *Failure {
	if errors.Is(context.Cause(ctx), context.DeadlineExceeded) {
		return &Failure{Kind: KindReadTimeout, Summary: "The read took too long", Cause: "time ran out before the request was sent"}
	}
	return &Failure{Kind: KindCancelled, Scope: ScopeAccount, Summary: "The read was cancelled", Cause: "it was cancelled"}
}

// FailureOfRequest returns the failure of a request that could not be built, which is a
// bug.
func FailureOfRequest(err error) *Failure {
	return &Failure{
		Kind: KindClient, Scope: ScopeRequest, Summary: "The request cannot be sent", Cause: "it cannot be encoded: " + err.Error(), Remedy: remedyBug,
	}
}

// roundUSD removes floating-point error by rounding to nine decimal places, more than
// any price has.
func roundUSD(usd float64) float64 { return math.Round(usd*1e9) / 1e9 }
