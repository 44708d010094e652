package dataforseo

import (
	"context"
	"time"
)

// Call is one request to the API, complete but for what every request shares
// (base URL, credentials, User-Agent).
type Call struct {
	// Method is the HTTP method.
	Method string
	// Path is the endpoint's path below the base URL, with a leading slash.
	Path string
	// Body is the JSON to send, nil for none.
	Body []byte
	// Paid says that an answer to this call costs money. A call that may have
	// been answered is then repeated with care.
	Paid bool
	// Key is what an answer can be told by: calls of one Key to one place by one
	// account get the same answer. Nil for a call whose answer is not to be shared.
	Key []byte
	// MaxAge is the age up to which an answer that was paid for before will do,
	// nil for any age that the cache allows.
	MaxAge *time.Duration
	// Volatile says that an answer is out of date as soon as the process ends: it
	// may be shared within the process, and must not be kept for the next one.
	Volatile bool
	// Subject is what the call asks about, for log lines and messages: the
	// target of a summary. Never a secret.
	Subject string
	// NewResult returns a pointer that the first element of the task's result
	// array can be decoded into.
	NewResult func() any
}

// Reply is a successful answer: HTTP status, envelope and task all said so.
type Reply struct {
	// Envelope is what the API said around the result.
	Envelope *Envelope
	// Result is what [Call.NewResult] returned, filled; nil when the API has no
	// data, which is a success that costs as much as any other.
	Result any
	// Body is the answer as it arrived, but for credentials: for [DecodeReply].
	Body []byte
	// FetchedAt is when the answer arrived from the API.
	FetchedAt time.Time
	// FromCache says that this answer was not paid for now.
	FromCache bool
	// Charges is what the answer cost now, attempts before it included. Nothing when
	// it is from the cache, or when another call of this process bears it.
	Charges Charges
	// Kept says that the answer is there for the next process.
	Kept bool
	// Notices are what a person should know although the call succeeded.
	Notices []Notice
}

// Notice is something that did not go as intended and harmed no answer.
type Notice struct {
	Summary, Detail string
}

// Doer answers calls. The HTTP [Transport] is one; every layer above it wraps
// another Doer and is one itself.
//
// A failure is an [*APIError], [*HTTPError], [*ResponseError],
// [*TransportError] or [*CredentialsError], or an error of a layer that wraps
// one of these. Cancelling ctx ends Do at once, unless a request is on the wire and
// ctx is of [WithSending].
type Doer interface {
	Do(ctx context.Context, call *Call) (*Reply, error)
}
