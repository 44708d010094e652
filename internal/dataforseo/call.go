package dataforseo

import (
	"context"
	"time"
)

// Endpoint describes one endpoint of the API.
type Endpoint struct {
	// Method is the HTTP method. Path is relative to the base URL.
	Method, Path string
	// Price is DataForSEO's list price, zero for a free endpoint.
	Price Price
	// RequestsPerMinute is the endpoint's own limit, 0 if it shares the account's.
	RequestsPerMinute int
}

// Free reports whether the endpoint costs nothing.
func (e *Endpoint) Free() bool { return e.Price == Price{} }

// Price is the price of a call in USD.
type Price struct {
	// Call is the price of the request, Row that of each row of the result.
	Call, Row float64
}

// Of returns the price of a call whose result has the given number of rows.
func (p Price) Of(rows int) float64 { return roundUSD(p.Call + p.Row*float64(rows)) }

// Call is one request to the API, without what all requests share (base URL,
// credentials, User-Agent).
type Call struct {
	Endpoint *Endpoint
	// Body is the JSON to send, nil for no body.
	Body []byte
	// Rows is the maximum number of rows in the result, for the price.
	Rows int
	// CacheKey identifies the answer. Calls to one endpoint with the same account and
	// key get the same answer. Nil means that the answer must not be shared.
	CacheKey []byte
	// ProcessOnly means that the answer may be shared within the process, but not saved
	// for the next one.
	ProcessOnly bool
	// MaxAge is the greatest acceptable age of a cached answer, nil for the cache's own
	// limit.
	MaxAge *time.Duration
	// Target is the target of the call, empty if there is no single one. An answer
	// about another target is refused.
	Target string
}

// PriceUSD returns the list price of the call.
func (c *Call) PriceUSD() float64 { return c.Endpoint.Price.Of(c.Rows) }

// Reply is a successful answer: HTTP status, envelope and task all report success.
type Reply struct {
	// Envelope surrounds the result.
	Envelope *Envelope
	// Body is the answer as received, without credentials. See [ReadReply].
	Body []byte
	// FetchedAt is when the API's answer was received.
	FetchedAt time.Time
	// FromCache means that the answer was paid for earlier.
	FromCache bool
	// Charges is the cost of the answer, including earlier attempts. It is zero if the
	// answer came from the cache or another call paid for it.
	Charges Charges
	// Cached means that the next process will find the answer in the cache.
	Cached bool
	// Notices are warnings for the user about a successful call.
	Notices []Notice

	result object // part of Body, nil if the API has no data
}

// Notice is a problem that does not affect the answer.
type Notice struct {
	// Summary is a short title without a full stop. Line is one sentence about this
	// answer. Detail explains the consequences and the remedy.
	Summary, Line, Detail string
}

// Doer makes calls. [Transport] is the one that uses HTTP; every layer above it wraps
// another Doer.
//
// Do returns either a Reply or a [Failure]. It returns as soon as ctx ends, unless the
// request is on the wire and ctx comes from [FinishSent].
type Doer interface {
	Do(ctx context.Context, call *Call) (*Reply, *Failure)
}

// Charges is the cost of one or more requests.
type Charges struct {
	// USD is the sum that the answers state.
	USD float64
	// Possible counts requests that may have been charged although no answer says so.
	Possible int
}

// Plus returns the sum of both.
func (c Charges) Plus(more Charges) Charges {
	return Charges{roundUSD(c.USD + more.USD), c.Possible + more.Possible}
}

type finishSentKey struct{}

// FinishSent returns a context that ends when ctx ends, except for requests that are
// already on the wire. Those may go on until sent ends, because they have been paid
// for.
func FinishSent(ctx, sent context.Context) context.Context {
	return context.WithValue(ctx, finishSentKey{}, sent)
}

// SentContext returns the context for a request on the wire: ctx itself unless it comes
// from [FinishSent].
func SentContext(ctx context.Context) context.Context {
	if sent, ok := ctx.Value(finishSentKey{}).(context.Context); ok {
		return sent
	}
	return ctx
}
