package dataforseo

import (
	"context"
	"net/http"
)

// userDataPath is the endpoint's path,
// https://docs.dataforseo.com/v3/appendix/user_data/. It is free, and takes at most
// 6 calls a minute.
const userDataPath = "/v3/appendix/user_data"

// UserData is what DataForSEO says of the account. Every field can be null, which
// is nil here. What stands below limits and prices differs between accounts, so it
// is looked through and not typed.
type UserData struct {
	Login *string `json:"login"`
	// Timezone is set by the user and changes no time in an answer.
	Timezone *string    `json:"timezone"`
	Money    *UserMoney `json:"money"`
	// Rates is a tree. See [UserData.RequestsPerMinuteLimit].
	Rates any `json:"rates"`
	// Price is a tree from API to function to kind to priority. See
	// [UserData.BacklinksSummaryPriceUSD].
	Price any `json:"price"`
}

// UserMoney is the account's money in USD.
type UserMoney struct {
	// Total is what was ever deposited.
	Total *float64 `json:"total"`
	// Balance is what is left. It can be negative.
	Balance *float64 `json:"balance"`
}

// UserData asks for the account, which is free. That it is answered does not mean
// that the account may use the API: unverified ones are answered too. The errors
// are those of [Doer].
func (c *Client) UserData(ctx context.Context) (*UserData, error) {
	reply, err := c.doer.Do(ctx, &Call{
		Method: http.MethodGet,
		Path:   userDataPath,
		// One answer serves the process: more than 6 a minute are refused.
		Key:       []byte(userDataPath),
		Volatile:  true,
		Subject:   "the account",
		NewResult: func() any { return new(UserData) },
	})
	if err != nil {
		return nil, err
	}
	if reply.Result == nil {
		return nil, &ResponseError{Reason: "it says nothing about the account", Envelope: reply.Envelope}
	}
	return reply.Result.(*UserData), nil
}

// RequestsPerMinuteLimit returns how many calls the account may make in a minute,
// nil when DataForSEO does not say so.
func (u *UserData) RequestsPerMinuteLimit() *Integer {
	// A number, or a tree of numbers with a total.
	minute := below(u.Rates, "limits", "minute")
	if tree, ok := minute.(map[string]any); ok {
		minute = tree["total"]
	}
	number, ok := minute.(float64)
	if !ok || number != float64(Integer(number)) {
		return nil
	}
	limit := Integer(number)
	return &limit
}

// BacklinksSummaryPriceUSD returns what one answer of [Client.BacklinksSummary] with
// a result costs this account: the price of the request and that of the result. Of
// several priorities it is the dearest, as a price that is too low would let too
// much be bought. It is nil when the prices are not in a known form.
func (u *UserData) BacklinksSummaryPriceUSD() *float64 {
	return dearest(below(u.Price, "backlinks", "summary", "live"))
}

// below returns the node of a tree at the end of a path, nil if there is none.
func below(node any, path ...string) any {
	for _, name := range path {
		tree, _ := node.(map[string]any)
		node = tree[name]
	}
	return node
}

// dearest returns the highest price below a node of the price tree.
func dearest(node any) *float64 {
	switch node := node.(type) {
	case []any:
		return sumOfCosts(node)
	case map[string]any:
		var most *float64
		for _, child := range node {
			price := dearest(child)
			if price == nil {
				return nil // it could be the dearest
			}
			if most == nil || *price > *most {
				most = price
			}
		}
		return most
	}
	return nil
}

// sumOfCosts adds up a price list: an array of {cost_type, cost}.
func sumOfCosts(list []any) *float64 {
	var sum float64
	known := false
	for _, entry := range list {
		part, _ := entry.(map[string]any)
		cost, ok := part["cost"].(float64)
		kind := part["cost_type"]
		if !ok || cost < 0 || kind != "per_request" && kind != "per_result" {
			return nil // a part that is left out would make the whole look cheaper
		}
		known = known || kind == "per_request"
		sum += cost
	}
	if !known {
		return nil
	}
	sum = roundUSD(sum)
	return &sum
}
