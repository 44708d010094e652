package fakeapi

import (
	"math"
	"net/http"
	"strconv"
	"time"
)

// authorized reports whether r has the account's credentials in HTTP Basic
// authentication, the only kind that the API accepts.
func (s *Server) authorized(r *http.Request) bool {
	login, password, ok := r.BasicAuth()
	return ok && login == s.opts.Login && password == s.opts.Password
}

// accountWindow names the window of all endpoints without their own limit.
const accountWindow = ""

// window holds the times of the calls of the last minute. It slides, which is stricter
// than fixed minutes; DataForSEO's choice is not confirmed.
type window []time.Time

// take counts a call, unless the minute before now already has limit calls.
func (w window) take(now time.Time, limit int) (window, bool) {
	for len(w) > 0 && now.Sub(w[0]) >= time.Minute {
		w = w[1:]
	}
	if len(w) >= limit {
		return w, false
	}
	return append(w, now), true
}

// admit counts a call against the limits, or returns the code that refuses it. Not
// confirmed: that refused calls do not count, and that an endpoint's own limit replaces
// the account's.
func (s *Server) admit(x *exchange) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	name, limit := accountWindow, s.opts.Limits.PerMinute
	if x.endpoint.perMinute > 0 {
		name, limit = x.endpoint.path, x.endpoint.perMinute
	} else if s.underWay > s.opts.Limits.Simultaneous {
		return 40209
	}
	calls, free := s.windows[name].take(x.entry.Received, limit)
	s.windows[name] = calls
	// Documented, but not always sent. The API sends no Reset and no Retry-After.
	x.answer.header.Set("X-RateLimit-Limit", strconv.Itoa(limit))
	x.answer.header.Set("X-RateLimit-Remaining", strconv.Itoa(limit-len(calls)))
	if !free {
		return 40202
	}
	return 0
}

// leave ends a call before the first byte of its answer, so that a client that then
// makes the next call is not seen making two at once.
func (s *Server) leave(x *exchange) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if x.underWay {
		s.underWay--
	}
	x.underWay = false
}

// MaxSimultaneous returns the highest number of concurrent paid calls, including
// refused ones. A call counts until its answer begins.
func (s *Server) MaxSimultaneous() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.maxUnderWay
}

// Money is counted in billionths of a dollar, so that sums are exact.
func nanos(usd float64) int64 { return int64(math.Round(usd * 1e9)) }
func usd(nanos int64) float64 { return float64(nanos) / 1e9 }

// charge books the cost of the answer.
func (s *Server) charge(x *exchange) {
	if x.answer.nanos == 0 {
		return
	}
	s.charges.Add(1)
	s.chargedNanos.Add(x.answer.nanos)
	s.mu.Lock()
	defer s.mu.Unlock()
	x.entry.CostUSD = usd(x.answer.nanos)
}

// Charged returns the number of charged calls.
func (s *Server) Charged() int { return int(s.charges.Load()) }

// ChargedUSD returns the sum of all charges, exact to a billionth of a dollar.
func (s *Server) ChargedUSD() float64 { return usd(s.chargedNanos.Load()) }

// BalanceUSD returns the remaining balance, which can be negative.
func (s *Server) BalanceUSD() float64 { return usd(nanos(s.opts.BalanceUSD) - s.chargedNanos.Load()) }
