package dataforseo

import (
	"context"
	"encoding/json"
	"net/http"
	"reflect"
)

// userData is https://docs.dataforseo.com/v3/appendix/user_data/. It is free.
//
//nolint:gochecknoglobals // nothing writes to it
var userData = Endpoint{Method: http.MethodGet, Path: "/v3/appendix/user_data", RequestsPerMinute: 6}

// UserData describes the account. Any field can be null in the API, which is nil here.
// The contents of rates and price differ between accounts, so they are not typed.
type UserData struct {
	Login *string `json:"login"`
	// Timezone is set by the user and affects no time in an answer.
	Timezone *string    `json:"timezone"`
	Money    *UserMoney `json:"money"`
	// Rates is a tree. See [UserData.RequestsPerMinuteLimit].
	Rates *JSONText `json:"rates"`
	// Price is a tree from API to function to kind to priority. See
	// [UserData.BacklinksSummaryPriceUSD].
	Price *JSONText `json:"price"`
	// BacklinksSubscriptionExpiryDate is nil without an active subscription to the
	// Backlinks API. See [RFC3339].
	BacklinksSubscriptionExpiryDate *string `json:"backlinks_subscription_expiry_date"`
}

// UserMoney is the account's money in USD.
type UserMoney struct {
	// Total is the sum of all deposits.
	Total *USD `json:"total"`
	// Balance is the remaining money. It can be negative.
	Balance *USD `json:"balance"`
}

// UserData fetches the account. It is free. A success does not mean that the account may
// use the API: unverified accounts get an answer too.
func (c *Client) UserData(ctx context.Context) (*Answer[UserData], *Failure) {
	answer, failure := ask[UserData](ctx, c.doer, &Call{Endpoint: &userData, CacheKey: []byte("user_data"), ProcessOnly: true})
	if failure == nil && answer.Result == nil {
		return nil, &Failure{
			Kind: KindUnusable, Summary: "DataForSEO's answer cannot be used", Envelope: answer.Envelope, Attempts: 1,
			Cause: "the answer cannot be used: it says nothing about the account", Remedy: remedyReport,
		}
	}
	return answer, failure
}

// RequestsPerMinuteLimit returns the account's request limit per minute, nil if
// DataForSEO does not state it.
func (u *UserData) RequestsPerMinuteLimit() *Integer {
	// Either a number, or a tree of numbers with a total.
	minute := nodeAt(u.Rates, "limits", "minute")
	if tree, ok := parseObject(minute); ok {
		minute = tree["total"]
	}
	var limit *Integer
	if json.Unmarshal(minute, &limit) != nil {
		return nil
	}
	return limit
}

// BacklinksSummaryPrice returns the account's price of a [Client.BacklinksSummary]. If
// priorities differ it is the highest, because an underestimate would allow too much
// spending. It is nil if the prices are in an unknown form.
func (u *UserData) BacklinksSummaryPrice() *Price {
	return highestPrice(nodeAt(u.Price, "backlinks", "summary", "live"))
}

// BacklinksBulkPagesSummaryPrice is the same for [Client.BacklinksBulkPagesSummary].
func (u *UserData) BacklinksBulkPagesSummaryPrice() *Price {
	return highestPrice(nodeAt(u.Price, "backlinks", "bulk_pages_summary", "live"))
}

// nodeAt returns the node of a tree at the end of a path, nil if there is none.
func nodeAt(tree *JSONText, path ...string) json.RawMessage {
	node := json.RawMessage(value(tree))
	for _, name := range path {
		fields, _ := parseObject(node)
		node = fields[name]
	}
	return node
}

// highestPrice returns the highest prices in a price tree, nil if any price is unknown,
// since it could be the highest.
func highestPrice(node json.RawMessage) *Price {
	if list, isArray := parseArray(node); isArray {
		return sumPrices(list)
	}
	var most *Price
	tree, _ := parseObject(node)
	for _, child := range tree {
		price := highestPrice(child)
		if price == nil {
			return nil
		}
		if most != nil {
			price.Call, price.Row = max(price.Call, most.Call), max(price.Row, most.Row)
		}
		most = price
	}
	return most
}

// sumPrices adds up a price list: an array of {cost_type, cost}. An unreadable part makes
// the price unknown, because omitting it would make it too low.
func sumPrices(list []json.RawMessage) *Price {
	var sum Price
	known := false
	for _, entry := range list {
		var part struct {
			CostType *string `json:"cost_type"`
			Cost     *USD    `json:"cost"`
		}
		fields, _ := parseObject(entry)
		new(fieldReader).fields("", fields, reflect.ValueOf(&part).Elem())
		if part.Cost == nil || *part.Cost < 0 {
			return nil
		}
		switch value(part.CostType) {
		case "per_request":
			sum.Call, known = roundUSD(sum.Call+float64(*part.Cost)), true
		case "per_result":
			sum.Row = roundUSD(sum.Row + float64(*part.Cost))
		default:
			return nil
		}
	}
	if !known {
		return nil
	}
	return &sum
}
