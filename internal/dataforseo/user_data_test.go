package dataforseo_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/dataforseo"
)

// TestUserDataCall: it is free, may be shared in a process, and is never kept.
func TestUserDataCall(t *testing.T) {
	t.Parallel()
	client := dataforseo.NewClient(doerFunc(func(_ context.Context, call *dataforseo.Call) (*dataforseo.Reply, error) {
		if call.Method != http.MethodGet || call.Path != "/v3/appendix/user_data" || call.Body != nil || call.Paid || !call.Volatile || call.Key == nil {
			t.Errorf("the call is %+v", call)
		}
		return &dataforseo.Reply{Result: call.NewResult()}, nil
	}))
	if data, err := client.UserData(t.Context()); err != nil || data == nil {
		t.Errorf("got %v, %v", data, err)
	}
}

// TestUserData_nothing: a success without an account is a failure, since there is
// nothing to judge.
func TestUserData_nothing(t *testing.T) {
	t.Parallel()
	client := dataforseo.NewClient(doerFunc(func(context.Context, *dataforseo.Call) (*dataforseo.Reply, error) {
		return &dataforseo.Reply{Envelope: &dataforseo.Envelope{}}, nil
	}))
	data, err := client.UserData(t.Context())
	if _, ok := errors.AsType[*dataforseo.ResponseError](err); !ok || data != nil {
		t.Errorf("got %v, %v", data, err)
	}
}

// TestUserData_forms: limits and prices in every form they have, or could have.
func TestUserData_forms(t *testing.T) {
	t.Parallel()
	const live = `{"price": {"backlinks": {"summary": {"live": `
	for text, want := range map[string]struct {
		limit *dataforseo.Integer
		price *float64
	}{
		`{}`:                                                {},
		`{"rates": null, "price": null}`:                    {},
		`{"rates": {"limits": null}}`:                       {},
		`{"rates": []}`:                                     {},
		`{"rates": {"limits": []}}`:                         {},
		`{"rates": {"limits": {"minute": null}}}`:           {},
		`{"rates": {"limits": {"minute": 2000}}}`:           {limit: new(dataforseo.Integer(2000))},
		`{"rates": {"limits": {"minute": {"total": 12}}}}`:  {limit: new(dataforseo.Integer(12))},
		`{"rates": {"limits": {"minute": {"total": 1.5}}}}`: {},
		`{"rates": {"limits": {"minute": "many"}}}`:         {},
		`{"price": []}`:                                     {},
		`{"price": {"backlinks": 1}}`:                       {},
		live + `null}}}}`:                                   {},
		live + `0.02}}}}`:                                   {},
		live + `[]}}}}`:                                     {},
		live + `[1]}}}}`:                                    {},
		live + `[{"cost_type": "per_request"}]}}}}`:         {},
		live + `[{"cost": 0.02}]}}}}`:                       {},
		live + `[{"cost_type": "per_request", "cost": 0.024}, {"cost_type": "per_result", "cost": 0.000036}]}}}}`:             {price: new(0.024036)},
		live + `{"normal": [{"cost_type": "per_request", "cost": 1}], "high": [{"cost_type": "per_request", "cost": 2}]}}}}}`: {price: new(2.0)},
		live + `{"normal": [{"cost_type": "per_request", "cost": 0}]}}}}}`:                                                    {price: new(0.0)},
		live + `{"normal": [{"cost_type": "per_request", "cost": 0.02}], "high": [{"cost_type": "per_wish", "cost": 9}]}}}}}`: {},
		live + `{"normal": [{"cost_type": "per_request", "cost": 0.02}], "high": "call us"}}}}}`:                              {},
		live + `[{"cost_type": "per_request", "cost": -1}]}}}}`:                                                               {},
		live + `[{"cost_type": "per_result", "cost": 0.00003}]}}}}`:                                                           {},
	} {
		var data dataforseo.UserData
		if err := json.Unmarshal([]byte(text), &data); err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		if diff := cmp.Diff(want.limit, data.RequestsPerMinuteLimit()); diff != "" {
			t.Errorf("limit of %s (-want +got):\n%s", text, diff)
		}
		if diff := cmp.Diff(want.price, data.BacklinksSummaryPriceUSD()); diff != "" {
			t.Errorf("price of %s (-want +got):\n%s", text, diff)
		}
	}
}
