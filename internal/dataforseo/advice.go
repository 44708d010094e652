package dataforseo

import (
	"errors"
	"math"
	"time"
)

// Repeat says how often a call may be made again after a failure.
type Repeat int

// The three answers to "may this be repeated?", from the point of view of a bill
// that knows no idempotency key: a repeated request is a new charge.
const (
	// RepeatNever: repeating cannot help, or would be charged in vain.
	RepeatNever Repeat = iota
	// RepeatOnce: the failed attempt may have been charged.
	RepeatOnce
	// RepeatFreely: the failed attempt is known to be free.
	RepeatFreely
)

// Advice is what a failure means for the attempts that follow.
type Advice struct {
	Repeat Repeat
	// RateLimited says that every request of the account should pause.
	RateLimited bool
	// RetryAfter is how long the server asked to wait, 0 when it did not.
	RetryAfter time.Duration
}

// Advise returns what a failure of a [Doer] means for further attempts.
func Advise(err error) Advice {
	switch e := failureOf(err).(type) {
	case *APIError:
		return e.advice()
	case *HTTPError:
		return e.advice()
	case *TransportError:
		if e.Sent {
			return Advice{Repeat: RepeatOnce}
		}
		return Advice{Repeat: RepeatFreely}
	}
	return Advice{}
}

func (e *APIError) advice() Advice {
	if e.rateLimited() {
		return Advice{RepeatFreely, true, e.RetryAfter}
	}
	switch e.Facts().Kind {
	case KindTimeout:
		return Advice{RepeatOnce, false, e.RetryAfter}
	case KindServer:
		if cost, known := e.Envelope.ChargedUSD(); known && cost == 0 {
			return Advice{RepeatFreely, false, e.RetryAfter}
		}
		return Advice{RepeatOnce, false, e.RetryAfter}
	}
	return Advice{}
}

// rateLimited reports whether the request was turned away at the door. HTTP 429
// says so whatever the code is.
func (e *APIError) rateLimited() bool {
	return e.Facts().Kind == KindRateLimit || e.HTTPStatus == 429
}

func (e *HTTPError) advice() Advice {
	switch e.Facts().Kind {
	case KindRateLimit:
		return Advice{RepeatFreely, true, e.RetryAfter}
	case KindServer:
		return Advice{RepeatOnce, false, e.RetryAfter}
	}
	return Advice{}
}

// Charge is what a failure cost.
type Charge int

// What is known of the price of a failure.
const (
	// ChargeNone: nothing was charged.
	ChargeNone Charge = iota
	// ChargePossible: nobody can tell from here.
	ChargePossible
	// ChargeStated: the answer names its cost.
	ChargeStated
)

// ChargeOf returns what a failure cost, and the price in USD if it is stated.
func ChargeOf(err error) (Charge, float64) {
	failure := failureOf(err)
	cost, known := EnvelopeOf(failure).ChargedUSD()
	if known && cost > 0 {
		return ChargeStated, cost
	}
	// A time-out of DataForSEO's own may be charged whatever the answer says.
	if apiErr, ok := failure.(*APIError); known && (!ok || apiErr.Facts().Kind != KindTimeout) {
		return ChargeNone, 0
	}
	switch e := failure.(type) {
	case *TransportError:
		if e.Sent {
			return ChargePossible, 0
		}
	case *HTTPError:
		if e.Facts().Kind == KindServer || e.Status < 300 {
			return ChargePossible, 0
		}
	case *APIError:
		// The family 4xxxx refuses a request before any work is done.
		if refused := e.Code >= 40000 && e.Code < 50000; !refused && !e.rateLimited() {
			return ChargePossible, 0
		}
	case *ResponseError:
		return ChargePossible, 0
	}
	return ChargeNone, 0
}

// roundUSD drops what adding up fractions leaves behind: prices have fewer digits
// than the nine that it keeps.
func roundUSD(usd float64) float64 { return math.Round(usd*1e9) / 1e9 }

// IsFailure reports whether err is a failure of this package: of a call that was made,
// or that the client could not make. Others are those of a layer that would not make it.
func IsFailure(err error) bool { return failureOf(err) != nil }

// failureOf returns the error of this package inside err, nil when there is none.
func failureOf(err error) error {
	if e, ok := errors.AsType[*APIError](err); ok {
		return e
	}
	if e, ok := errors.AsType[*HTTPError](err); ok {
		return e
	}
	if e, ok := errors.AsType[*ResponseError](err); ok {
		return e
	}
	if e, ok := errors.AsType[*TransportError](err); ok {
		return e
	}
	if e, ok := errors.AsType[*CredentialsError](err); ok {
		return e
	}
	return nil
}
