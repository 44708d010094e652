package fakeapi_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/fakeapi"
)

// bulk requests the pages summary of targets.
func bulk(s *fakeapi.Server, targets ...string) reply {
	body, err := json.Marshal([]any{map[string]any{"targets": append([]string{}, targets...)}})
	if err != nil {
		panic(err)
	}
	return do(s, newRequest("POST", fakeapi.BulkPagesSummaryPath, string(body)))
}

// items returns the items of a bulk answer by url.
func items(t *testing.T, r reply) map[string]map[string]any {
	t.Helper()
	byURL := map[string]map[string]any{}
	list, _ := r.result(t)["items"].([]any)
	for _, item := range list {
		byURL[item.(map[string]any)["url"].(string)] = item.(map[string]any)
	}
	return byURL
}

// TestBulkItems checks that an item has the recorded fields, and that a target without
// data has no item but is charged.
func TestBulkItems(t *testing.T) {
	t.Parallel()
	s := fakeapi.New(fakeapi.Options{})
	got := items(t, bulk(s, "shop.example", "no-data.example"))
	if len(got) != 1 || text(got["shop.example"]["rank"]) != "412" || s.ChargedUSD() != 0.024072 {
		t.Errorf("got %v, %v USD, want an item of shop.example and the price of two", got, s.ChargedUSD())
	}
	for _, recorded := range items(t, reply{body: fakeapi.RecordedBulkOK.Bytes()}) {
		if diff := cmp.Diff(slices.Sorted(maps.Keys(recorded)), slices.Sorted(maps.Keys(got["shop.example"]))); diff != "" {
			t.Errorf("fields (-recorded +fake):\n%s", diff)
		}
	}
	if result := bulk(s, "no-data.example").result(t); result["items"] != nil || text(result["items_count"]) != "0" {
		t.Errorf("got %v, want null items", result)
	}
}

func TestBulkTargets(t *testing.T) {
	t.Parallel()
	hosts := func(n, domains int) (all []string) {
		for i := range n {
			all = append(all, fmt.Sprintf("h%d.site-%d.example", i, i%domains))
		}
		return all
	}
	for name, c := range map[string]struct {
		targets []string
		want    string
	}{
		"one":                    {hosts(1, 1), "20000"},
		"1000, 100 main domains": {hosts(1000, 100), "20000"},
		"none":                   {nil, "40501"},
		"1001":                   {hosts(1001, 100), "40501"},
		"101 main domains":       {hosts(101, 101), "40501"},
		"an invalid one":         {[]string{"a.example", "www.b.example"}, "40501"},
	} {
		if _, got := bulk(fakeapi.New(fakeapi.Options{}), c.targets...).codes(t); got != c.want {
			t.Errorf("%s: got %s, want %s", name, got, c.want)
		}
	}
}
