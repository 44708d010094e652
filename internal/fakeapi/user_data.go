package fakeapi

import "time"

// perResultUSD is the part of the price that is paid for the result.
const perResultUSD = 0.000036

// userData answers the account endpoint: free of charge, at most 6 calls a minute.
// It answers 20000 for accounts that may not use the API too.
func (x *exchange) userData() {
	x.s.mu.Lock()
	free := x.s.limits.userData.take(x.received, userDataPerMinute)
	x.s.mu.Unlock()
	if !free {
		x.fail(40202)
		return
	}
	x.setEnvelope(200, envelopeOf(x.succeed(0, 0, []any{x.s.account()})))
	x.s.faultForUserData().apply(x)
}

// account is the result of the account endpoint. Documented are login, timezone,
// rates, money, price and the expiry date; what stands below rates and money, apart
// from the totals, differs between accounts.
func (s *Server) account() object {
	now := s.opts.Now().UTC()
	s.mu.Lock()
	defer s.mu.Unlock()
	return object{
		{"login", s.opts.Login},
		{"timezone", "Europe/Berlin"},
		{"rates", s.rates(now)},
		{"money", s.money(now)},
		{"price", s.prices()},
		{"backlinks_subscription_expiry_date", now.AddDate(0, 1, 0).Format(apiTime)},
	}
}

// rates are limits and statistics of calls; a limit of 0 is none. The caller holds Server.mu.
func (s *Server) rates(now time.Time) object {
	limit := s.opts.Limits.PerMinute
	return object{
		{"limits", object{
			{"day", perFunction(0)},
			{"minute", perFunction(limit)},
		}},
		{"statistics", object{
			{"day", append(perFunction(s.ledger.charges), member{"value", now.Format(time.DateOnly)})},
			{"minute", append(perFunction(len(s.limits.summary)), member{"value", now.Format("2006-01-02 15:04")})},
		}},
	}
}

// money is what was ever deposited, what is left, and limits and statistics of
// spending in USD; a limit of 0 is none. The caller holds Server.mu.
func (s *Server) money(now time.Time) object {
	spent := usd(s.ledger.chargedNanos)
	return object{
		{"total", max(usd(s.ledger.startNanos), 0)},
		{"balance", usd(s.ledger.startNanos - s.ledger.chargedNanos)},
		{"limits", object{
			{"day", perFunction(0.0)},
			{"minute", perFunction(0.0)},
		}},
		{"statistics", object{
			{"day", append(perFunction(spent), member{"value", now.Format(time.DateOnly)})},
			{"minute", append(perFunction(0.0), member{"value", now.Format("2006-01-02 15:04")})},
		}},
	}
}

// perFunction is a number by API, function and kind, with totals.
func perFunction[N int | float64](n N) object {
	return object{
		{"backlinks", object{{"summary", object{{"live", n}}}}},
		{"total_backlinks", n},
		{"total", n},
	}
}

// prices is a tree from API to function to kind to priority, with a list of what
// is to be paid per request and per result: together the price of a call.
func (s *Server) prices() object {
	perResult := nanos(min(perResultUSD, s.opts.PriceUSD))
	list := []object{
		{{"cost_type", "per_request"}, {"cost", usd(nanos(s.opts.PriceUSD) - perResult)}},
		{{"cost_type", "per_result"}, {"cost", usd(perResult)}},
	}
	return object{{"backlinks", object{{"summary", object{{"live", object{{"priority_normal", list}}}}}}}}
}
