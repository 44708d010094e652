package fakeapi

import (
	"math"
	"net/http"
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

// window is the times of the calls in the last minute. A sliding window is stricter than
// fixed minutes. Which of them DataForSEO uses is not confirmed.
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

// admit counts a call against the limits. It returns 0, or the code that refuses the
// call. Not confirmed: refused calls do not count, and an endpoint's own limit replaces
// the account's.
func (s *Server) admit(x *exchange) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	name, limit := accountWindow, s.opts.PerMinute
	if x.endpoint.perMinute > 0 {
		name, limit = x.endpoint.path, x.endpoint.perMinute
	} else if s.active > DefaultSimultaneous {
		return 40209
	}
	calls, free := s.windows[name].take(x.entry.Received, limit)
	s.windows[name] = calls
	if !free {
		return 40202
	}
	return 0
}

// leave ends a call. It is called before the first byte of the answer, so that a client
// that makes one call after another never has two in progress.
func (s *Server) leave(x *exchange) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if x.active {
		s.active--
	}
	x.active = false
}

// MaxSimultaneous returns the highest number of concurrent paid calls, including
// refused ones. A call counts until its answer begins.
func (s *Server) MaxSimultaneous() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.maxActive
}

// Money is counted in billionths of a dollar, so that sums are exact.
func nanos(usd float64) int64 { return int64(math.Round(usd * 1e9)) }
func usd(nanos int64) float64 { return float64(nanos) / 1e9 }

// charge logs the cost of the answer.
func (s *Server) charge(x *exchange) {
	s.mu.Lock()
	defer s.mu.Unlock()
	x.entry.CostUSD = usd(x.answer.nanos)
}

// Charged returns the number of charged calls.
func (s *Server) Charged() int {
	return s.count(func(r *Request) bool { return r.CostUSD > 0 })
}

// ChargedUSD returns the sum of all charges, exact to a billionth of a dollar.
func (s *Server) ChargedUSD() float64 {
	total := int64(0)
	for _, r := range s.Requests() {
		total += nanos(r.CostUSD)
	}
	return usd(total)
}

// BalanceUSD returns the remaining balance, which can be negative.
func (s *Server) BalanceUSD() float64 { return usd(nanos(s.opts.BalanceUSD) - nanos(s.ChargedUSD())) }
