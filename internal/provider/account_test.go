package provider_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/acctest"
	"github.com/dataforseo/terraform-provider-dataforseo/internal/fakeapi"
)

func TestAccount(t *testing.T) {
	t.Parallel()
	server := fakeapi.Start(t, fakeapi.Options{})
	account := func(check knownvalue.Check, name string) statecheck.StateCheck {
		return expect("data."+accountType+".this", check, name)
	}
	unit(t, server, dataBlock(accountType, "this", ""),
		account(knownvalue.StringExact(fakeapi.DefaultLogin), "login"),
		account(knownvalue.StringExact("Europe/Berlin"), "timezone"),
		account(knownvalue.Float64Exact(server.BalanceUSD()), "balance_usd"),
		account(knownvalue.Float64Exact(server.BalanceUSD()), "deposited_usd"),
		account(knownvalue.Int64Exact(2000), "requests_per_minute_limit"),
		account(knownvalue.Float64Exact(0.024036), "backlinks_summary_price_usd"),
		account(knownvalue.ObjectExact(map[string]knownvalue.Check{
			"per_request": knownvalue.Float64Exact(0.024), "per_target": knownvalue.Float64Exact(0.000036),
		}), "backlinks_bulk_pages_summary_price_usd"),
		account(knownvalue.StringRegexp(regexp.MustCompile(`^20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ$`)), "backlinks_subscription_expiry_date"),
	)
	if server.ChargedUSD() != 0 {
		t.Errorf("got %.6f USD charged, want 0", server.ChargedUSD())
	}
}

// TestAccount_forms checks that what DataForSEO omits, or writes in an unknown form, is
// null and not 0.
func TestAccount_forms(t *testing.T) {
	t.Parallel()
	const price, minute = "/tasks/0/result/0/price", "/tasks/0/result/0/rates/limits/minute"
	const expiry = "/tasks/0/result/0/backlinks_subscription_expiry_date"
	for name, c := range map[string]struct {
		fault fakeapi.Fault
		want  map[string]any
	}{
		"nulls": {fakeapi.Set("/tasks/0/result/0", "{}"), map[string]any{
			"login": nil, "timezone": nil, "balance_usd": nil, "deposited_usd": nil, "requests_per_minute_limit": nil,
			"backlinks_summary_price_usd": nil, "backlinks_bulk_pages_summary_price_usd": nil, "backlinks_subscription_expiry_date": nil,
		}},
		"date":         {fakeapi.Set(expiry, `"2027-01-02 03:04:05 +01:00"`), map[string]any{"backlinks_subscription_expiry_date": "2027-01-02T02:04:05Z"}},
		"invalid date": {fakeapi.Set(expiry, `"tomorrow"`), map[string]any{"backlinks_subscription_expiry_date": nil}},
		"debt":         {fakeapi.Set("/tasks/0/result/0/money/balance", "-1.5"), map[string]any{"balance_usd": -1.5}},
		"number":       {fakeapi.Set(minute, "300"), map[string]any{"requests_per_minute_limit": 300}},
		"no total":     {fakeapi.Set(minute, `{"backlinks": 5}`), map[string]any{"requests_per_minute_limit": nil}},
		"no price":     {fakeapi.Set(price, `{"serp": 1}`), map[string]any{"backlinks_summary_price_usd": nil}},
		"text price":   {fakeapi.Set(price, `"cheap"`), map[string]any{"backlinks_summary_price_usd": nil}},
		"highest priority": {
			fakeapi.Set(price, `{"backlinks": {"summary": {"live": {"priority_normal": [{"cost_type": "per_request", "cost": 0.02}], "priority_high": [{"cost_type": "per_request", "cost": 0.04}, {"cost_type": "per_result", "cost": 0.001}]}}}}`),
			map[string]any{"backlinks_summary_price_usd": 0.041},
		},
		"no priorities": {
			fakeapi.Set(price, `{"backlinks": {"summary": {"live": [{"cost_type": "per_request", "cost": 0.02}]}}}`),
			map[string]any{"backlinks_summary_price_usd": 0.02},
		},
		"unknown part": {
			fakeapi.Set(price, `{"backlinks": {"summary": {"live": [{"cost_type": "per_request", "cost": 0.02}, {"cost_type": "per_wish", "cost": 9}]}}}`),
			map[string]any{"backlinks_summary_price_usd": nil},
		},
		"empty list": {
			fakeapi.Set(price, `{"backlinks": {"summary": {"live": []}}}`),
			map[string]any{"backlinks_summary_price_usd": nil},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := fakeapi.Start(t, fakeapi.Options{})
			server.OnPath(fakeapi.UserDataPath, c.fault)
			state := newRPC(t, server, nil).readState(t, accountType, nil)
			for name, want := range c.want {
				wantAt(t, state, want, name)
			}
		})
	}
}

// TestAccount_once checks that a command makes one request, since DataForSEO allows 6 a
// minute, and that the cache doesn't keep its answer.
func TestAccount_once(t *testing.T) {
	t.Parallel()
	server := fakeapi.Start(t, fakeapi.Options{})
	tf := acctest.New(t, cacheIn(t.TempDir())+dataBlock(accountType, "many", "count = 20")).Use(server)
	for want := 1; want <= 2; want++ {
		tf.MustRun("plan")
		if got := server.CallsTo(fakeapi.UserDataPath); got != want {
			t.Errorf("got %d calls, want %d", got, want)
		}
	}
}

func TestAccount_diagnostics(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		provider string
		env      map[string]string
		fault    fakeapi.Fault
	}{
		"credentials":    {env: map[string]string{"DATAFORSEO_PASSWORD": "another"}},
		"no credentials": {env: map[string]string{"DATAFORSEO_LOGIN": "", "DATAFORSEO_PASSWORD": ""}},
		"cache only":     {provider: `cache = { ttl = "1h", directory = "cache", mode = "cache_only" }`},
		"nothing":        {fault: fakeapi.NullResult().And(fakeapi.Set("/tasks/0/result_count", "0"))},
		"not JSON":       {fault: fakeapi.NotJSON()},
		"balance a text": {fault: fakeapi.Set("/tasks/0/result/0/money/balance", `"12.5"`)},
		"connection":     {fault: fakeapi.ResetConnection()},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := fakeapi.Start(t, fakeapi.Options{})
			server.OnPath(fakeapi.UserDataPath, c.fault)
			tf := acctest.New(t, "provider \"dataforseo\" {\n  max_retries = 0\n  "+c.provider+"\n}\n"+"data \"dataforseo_account\" \"this\" {}\n").Use(server)
			for variable, value := range c.env {
				tf.Setenv(variable, value)
			}
			goldenRun(t, server, tf, "account/"+strings.ReplaceAll(name, " ", "-"))
		})
	}
}
