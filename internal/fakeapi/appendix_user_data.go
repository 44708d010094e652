package fakeapi

import (
	"net/http"
	"time"
)

// UserDataPath is the path of https://docs.dataforseo.com/v3/appendix/user_data/.
const UserDataPath = "/v3/appendix/user_data"

// userData is the free account endpoint. It also answers 20000 for accounts that may
// not use the API.
func userData() endpoint {
	return endpoint{
		method:    http.MethodGet,
		path:      UserDataPath,
		group:     "0064",
		perMinute: 6,
		answer:    func(s *Server, _ map[string]any) ([]any, int) { return []any{s.account()}, 0 },
	}
}

// account is the result of the account endpoint. Login, timezone, rates, money, price
// and the expiry date are documented. The contents of rates and money, except the
// totals, differ between accounts. A limit of 0 means no limit.
func (s *Server) account() object {
	s.mu.Lock()
	lastMinute := len(s.windows[accountWindow])
	s.mu.Unlock()
	return object{
		{"login", s.opts.Login},
		{"timezone", "Europe/Berlin"},
		{"rates", object{
			{"limits", object{{"day", total(0)}, {"minute", total(s.opts.PerMinute)}}},
			{"statistics", object{{"day", total(s.Charged())}, {"minute", total(lastMinute)}}},
		}},
		{"money", object{
			{"total", max(s.opts.BalanceUSD, 0)}, // sum of all deposits
			{"balance", s.BalanceUSD()},
			{"limits", object{{"day", total(0)}, {"minute", total(0)}}},
			{"statistics", object{{"day", total(s.ChargedUSD())}}},
		}},
		{"price", s.prices()},
		{"backlinks_subscription_expiry_date", time.Now().UTC().AddDate(0, 1, 0).Format(apiTime)},
	}
}

// apiTime is the API's time format: not quite RFC 3339.
const apiTime = "2006-01-02 15:04:05 -07:00"

// total is a number for all APIs.
func total[N int | float64](n N) object { return object{{"total_backlinks", n}, {"total", n}} }

// prices is a tree from API to function to kind to priority, with prices per request
// and per row.
func (s *Server) prices() map[string]any {
	tree := map[string]any{}
	for _, e := range s.endpoints {
		if !e.paid() {
			continue
		}
		node := tree
		for _, step := range e.steps() {
			child, ok := node[step].(map[string]any)
			if !ok {
				child = map[string]any{}
				node[step] = child
			}
			node = child
		}
		node["priority_normal"] = []object{
			{{"cost_type", "per_request"}, {"cost", e.price.request}},
			{{"cost_type", "per_result"}, {"cost", e.price.row}},
		}
	}
	return tree
}
