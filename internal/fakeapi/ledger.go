package fakeapi

import "math"

// ledger keeps the money in billionths of a dollar, so that sums are exact. It is
// guarded by Server.mu.
type ledger struct {
	startNanos   int64 // the balance at the start
	chargedNanos int64
	charges      int
}

// nanos turns USD into billionths of it.
func nanos(usd float64) int64 { return int64(math.Round(usd * 1e9)) }

// usd turns billionths of a dollar into dollars.
func usd(nanos int64) float64 { return float64(nanos) / 1e9 }

// charge books what the answer costs. It fails, and books nothing, when the
// balance must be enforced and does not suffice.
func (s *Server) charge(x *exchange) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	cost := x.answer.nanos
	if cost == 0 {
		return true
	}
	if s.opts.EnforceBalance && cost > s.ledger.startNanos-s.ledger.chargedNanos {
		return false
	}
	s.ledger.chargedNanos += cost
	s.ledger.charges++
	x.entry.CostUSD = usd(cost)
	return true
}

// Charged returns how many calls were charged.
func (s *Server) Charged() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.ledger.charges
}

// ChargedUSD returns what was charged in all, exact to a billionth of a dollar.
func (s *Server) ChargedUSD() float64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return usd(s.ledger.chargedNanos)
}

// BalanceUSD returns what is left; it can be negative.
func (s *Server) BalanceUSD() float64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return usd(s.ledger.startNanos - s.ledger.chargedNanos)
}
