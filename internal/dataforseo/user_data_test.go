package dataforseo_test

import (
	"context"
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/dataforseo"
	"github.com/dataforseo/terraform-provider-dataforseo/internal/doertest"
	"github.com/dataforseo/terraform-provider-dataforseo/internal/fakeapi"
)

// TestUserDataCall checks that the call is free, and is shared only within the process.
func TestUserDataCall(t *testing.T) {
	t.Parallel()
	var got *dataforseo.Call
	client := dataforseo.NewClient(doertest.Func(func(_ context.Context, call *dataforseo.Call) (*dataforseo.Reply, *dataforseo.Failure) {
		got = call
		return nil, &dataforseo.Failure{}
	}))
	_, _ = client.UserData(t.Context())
	want := &dataforseo.Call{
		Endpoint: &dataforseo.Endpoint{Method: http.MethodGet, Path: fakeapi.UserDataPath, RequestsPerMinute: 6},
		CacheKey: []byte("user_data"), ProcessOnly: true,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if !got.Endpoint.Free() || got.PriceUSD() != 0 {
		t.Error("the call isn't free")
	}
}

// accountOf requests the account and gets a result.
func accountOf(t *testing.T, result string) (*dataforseo.Answer[dataforseo.UserData], *dataforseo.Failure) {
	t.Helper()
	return dataforseo.NewClient(success("null", result).transport(t)).UserData(t.Context())
}

func TestUserData(t *testing.T) {
	t.Parallel()
	_, transport := newFake(t, fakeapi.OK, nil)
	answer, failure := dataforseo.NewClient(transport).UserData(t.Context())
	if failure != nil {
		t.Fatal(failure)
	}
	data, listPrice := answer.Result, dataforseo.Price{Call: 0.024, Row: 0.000036}
	if *data.Login != fakeapi.DefaultLogin || *data.Timezone != "Europe/Berlin" || *data.Money.Balance != 50 || *data.Money.Total != 50 {
		t.Errorf("got the account %+v", data)
	}
	if *data.RequestsPerMinuteLimit() != 2000 || *data.BacklinksSummaryPrice() != listPrice || *data.BacklinksBulkPagesSummaryPrice() != listPrice {
		t.Errorf("got the limit %d and the prices %v, %v", *data.RequestsPerMinuteLimit(), data.BacklinksSummaryPrice(), data.BacklinksBulkPagesSummaryPrice())
	}
	if len(answer.Notices) > 0 || answer.Charges != (dataforseo.Charges{}) {
		t.Errorf("got %+v", answer)
	}
}

// TestUserData_nothing checks that a success without an account is a failure.
func TestUserData_nothing(t *testing.T) {
	t.Parallel()
	answer, failure := accountOf(t, "null")
	if failure == nil || failure.Kind != dataforseo.KindUnusable || answer != nil {
		t.Errorf("got %v, %v", answer, failure)
	}
}

// TestUserData_amounts checks that an amount may be a string, as in some answers, and that
// anything else is null with a notice.
func TestUserData_amounts(t *testing.T) {
	t.Parallel()
	for amount, want := range map[string]*dataforseo.USD{
		`12.5`: new(dataforseo.USD(12.5)), `"12.5"`: new(dataforseo.USD(12.5)), `"-0.25"`: new(dataforseo.USD(-0.25)), `"1e2"`: new(dataforseo.USD(100)), `null`: nil,
		`"12.5 USD"`: nil, `""`: nil, `" 12.5"`: nil, `"1,250.00"`: nil, `"NaN"`: nil, `1e999`: nil, `"1e999"`: nil, `[12.5]`: nil, `true`: nil,
	} {
		answer, failure := accountOf(t, `[{"login":"l","money":{"balance":`+amount+`,"total":"100"}}]`)
		if failure != nil {
			t.Errorf("%s: %v", amount, failure)
			continue
		}
		if diff := cmp.Diff(&dataforseo.UserMoney{Balance: want, Total: new(dataforseo.USD(100))}, answer.Result.Money); diff != "" {
			t.Errorf("%s: (-want +got)\n%s", amount, diff)
		}
		line := ""
		if want == nil && amount != "null" {
			line = "In the answer, money.balance is " + amount + "."
		}
		if got := linesOf(answer.Notices); got != line {
			t.Errorf("%s: got the notices %q, want %q", amount, got, line)
		}
	}
}

// TestUserData_trees checks limits and prices in all forms. An unknown form is nil.
func TestUserData_trees(t *testing.T) {
	t.Parallel()
	const live = `{"price": {"backlinks": {"summary": {"live": `
	for text, want := range map[string]struct {
		limit *dataforseo.Integer
		price *dataforseo.Price
	}{
		`{}`:                                                              {},
		`{"rates": null, "price": null}`:                                  {},
		`{"rates": {"limits": null}}`:                                     {},
		`{"rates": []}`:                                                   {},
		`{"rates": {"limits": []}}`:                                       {},
		`{"rates": {"limits": {"minute": null}}}`:                         {},
		`{"rates": {"limits": {"minute": 2000}}}`:                         {limit: new(dataforseo.Integer(2000))},
		`{"rates": {"limits": {"minute": {"total": 12}}}}`:                {limit: new(dataforseo.Integer(12))},
		`{"rates": {"limits": {"minute": {"total": 1.5}}}}`:               {},
		`{"rates": {"limits": {"minute": "many"}}}`:                       {},
		`{"rates": {"limits": {"minute": "2000"}}}`:                       {limit: new(dataforseo.Integer(2000))},
		`{"rates": {"limits": {"minute": {"Total": 12}}}}`:                {},
		`{"rates": {"limits": {"minute": 1, "minute": 2}}}`:               {},
		`{"price": []}`:                                                   {},
		`{"price": {"backlinks": 1}}`:                                     {},
		live + `null}}}}`:                                                 {},
		live + `0.02}}}}`:                                                 {},
		live + `[]}}}}`:                                                   {},
		live + `[1]}}}}`:                                                  {},
		live + `[{"cost_type": "per_request"}]}}}}`:                       {},
		live + `{}}}}}`:                                                   {},
		live + `[{"cost_type": "per_request", "cost": 2, "cost": 1}]}}}}`: {},
		live + `[{"cost_type": "per_request", "cost": "0.024"}, {"cost_type": "per_result", "cost": "0.000036"}]}}}}`: {price: &dataforseo.Price{Call: 0.024, Row: 0.000036}},
		live + `[{"cost_type": "per_request", "cost": "free"}]}}}}`:                                                   {},
		live + `[{"cost": 0.02}]}}}}`: {},
		live + `[{"cost_type": "per_request", "cost": 0.024}, {"cost_type": "per_result", "cost": 0.000036}]}}}}`:             {price: &dataforseo.Price{Call: 0.024, Row: 0.000036}},
		live + `{"normal": [{"cost_type": "per_request", "cost": 1}], "high": [{"cost_type": "per_request", "cost": 2}]}}}}}`: {price: &dataforseo.Price{Call: 2}},
		live + `{"normal": [{"cost_type": "per_request", "cost": 0}]}}}}}`:                                                    {price: new(dataforseo.Price)},
		live + `{"normal": [{"cost_type": "per_request", "cost": 0.02}], "high": [{"cost_type": "per_wish", "cost": 9}]}}}}}`: {},
		live + `{"normal": [{"cost_type": "per_request", "cost": 0.02}], "high": "call us"}}}}}`:                              {},
		live + `[{"cost_type": "per_request", "cost": -1}]}}}}`:                                                               {},
		live + `[{"cost_type": "per_result", "cost": 0.00003}]}}}}`:                                                           {},
	} {
		answer, failure := accountOf(t, text)
		if failure != nil || len(answer.Notices) > 0 {
			t.Fatalf("%s: %v", text, failure)
		}
		data := answer.Result
		if diff := cmp.Diff(want.limit, data.RequestsPerMinuteLimit()); diff != "" {
			t.Errorf("%s: limit (-want +got)\n%s", text, diff)
		}
		if diff := cmp.Diff(want.price, data.BacklinksSummaryPrice()); diff != "" {
			t.Errorf("%s: price (-want +got)\n%s", text, diff)
		}
	}
}
