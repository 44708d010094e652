package provider_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/fakeapi"
)

const accountBlock = "data \"dataforseo_account\" \"this\" {}\n"

func expectAccount(name string, check knownvalue.Check) statecheck.StateCheck {
	return statecheck.ExpectKnownValue("data.dataforseo_account.this", tfjsonpath.New(name), check)
}

func TestAccount(t *testing.T) {
	t.Parallel()
	server := fakeapi.Start(t, fakeapi.Options{})
	unit(t, resource.TestStep{Config: providerBlock(server) + accountBlock, ConfigStateChecks: []statecheck.StateCheck{
		expectAccount("login", knownvalue.StringExact(fakeapi.DefaultLogin)),
		expectAccount("timezone", knownvalue.StringExact("Europe/Berlin")),
		expectAccount("balance_usd", knownvalue.Float64Exact(server.BalanceUSD())),
		expectAccount("deposited_usd", knownvalue.Float64Exact(server.BalanceUSD())),
		expectAccount("requests_per_minute_limit", knownvalue.Int64Exact(2000)),
		expectAccount("backlinks_summary_price_usd", knownvalue.Float64Exact(0.024036)),
		expectAccount("backlinks_bulk_pages_summary_price_usd", knownvalue.ObjectExact(map[string]knownvalue.Check{
			"per_request": knownvalue.Float64Exact(0.024), "per_target": knownvalue.Float64Exact(0.000036),
		})),
		expectAccount("backlinks_subscription_expiry_date", knownvalue.StringRegexp(regexp.MustCompile(`^20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ$`))),
	}})
	if server.ChargedUSD() != 0 {
		t.Errorf("%.6f USD charged", server.ChargedUSD())
	}
}

// TestAccount_forms: what DataForSEO does not say, or not in a known form, is null
// and never 0.
func TestAccount_forms(t *testing.T) {
	t.Parallel()
	const price, minute = "/tasks/0/result/0/price", "/tasks/0/result/0/rates/limits/minute"
	const expiry = "/tasks/0/result/0/backlinks_subscription_expiry_date"
	for name, c := range map[string]struct {
		fault  fakeapi.Fault
		checks []statecheck.StateCheck
	}{
		"nulls": {fakeapi.Set("/tasks/0/result/0", "{}"), []statecheck.StateCheck{
			expectAccount("login", knownvalue.Null()), expectAccount("timezone", knownvalue.Null()),
			expectAccount("balance_usd", knownvalue.Null()), expectAccount("deposited_usd", knownvalue.Null()),
			expectAccount("requests_per_minute_limit", knownvalue.Null()), expectAccount("backlinks_summary_price_usd", knownvalue.Null()),
			expectAccount("backlinks_bulk_pages_summary_price_usd", knownvalue.Null()), expectAccount("backlinks_subscription_expiry_date", knownvalue.Null()),
		}},
		"date":            {fakeapi.Set(expiry, `"2027-01-02 03:04:05 +01:00"`), []statecheck.StateCheck{expectAccount("backlinks_subscription_expiry_date", knownvalue.StringExact("2027-01-02T02:04:05Z"))}},
		"odd date":        {fakeapi.Set(expiry, `"tomorrow"`), []statecheck.StateCheck{expectAccount("backlinks_subscription_expiry_date", knownvalue.Null())}},
		"debt":            {fakeapi.Set("/tasks/0/result/0/money/balance", "-1.5"), []statecheck.StateCheck{expectAccount("balance_usd", knownvalue.Float64Exact(-1.5))}},
		"number":          {fakeapi.Set(minute, "300"), []statecheck.StateCheck{expectAccount("requests_per_minute_limit", knownvalue.Int64Exact(300))}},
		"no total":        {fakeapi.Set(minute, `{"backlinks": 5}`), []statecheck.StateCheck{expectAccount("requests_per_minute_limit", knownvalue.Null())}},
		"no price":        {fakeapi.Set(price, `{"serp": 1}`), []statecheck.StateCheck{expectAccount("backlinks_summary_price_usd", knownvalue.Null())}},
		"price is a text": {fakeapi.Set(price, `"cheap"`), []statecheck.StateCheck{expectAccount("backlinks_summary_price_usd", knownvalue.Null())}},
		"dearest priority": {
			fakeapi.Set(price, `{"backlinks": {"summary": {"live": {"priority_normal": [{"cost_type": "per_request", "cost": 0.02}], "priority_high": [{"cost_type": "per_request", "cost": 0.04}, {"cost_type": "per_result", "cost": 0.001}]}}}}`),
			[]statecheck.StateCheck{expectAccount("backlinks_summary_price_usd", knownvalue.Float64Exact(0.041))},
		},
		"list at once": {
			fakeapi.Set(price, `{"backlinks": {"summary": {"live": [{"cost_type": "per_request", "cost": 0.02}]}}}`),
			[]statecheck.StateCheck{expectAccount("backlinks_summary_price_usd", knownvalue.Float64Exact(0.02))},
		},
		"unknown part": {
			fakeapi.Set(price, `{"backlinks": {"summary": {"live": [{"cost_type": "per_request", "cost": 0.02}, {"cost_type": "per_wish", "cost": 9}]}}}`),
			[]statecheck.StateCheck{expectAccount("backlinks_summary_price_usd", knownvalue.Null())},
		},
		"empty list": {
			fakeapi.Set(price, `{"backlinks": {"summary": {"live": []}}}`),
			[]statecheck.StateCheck{expectAccount("backlinks_summary_price_usd", knownvalue.Null())},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := fakeapi.Start(t, fakeapi.Options{})
			server.OnPath(fakeapi.UserDataPath, c.fault)
			unit(t, resource.TestStep{Config: providerBlock(server) + accountBlock, ConfigStateChecks: c.checks})
		})
	}
}

// TestAccount_once: DataForSEO takes 6 requests a minute. One command asks once, a
// cache keeps no balance, and the next command asks again.
func TestAccount_once(t *testing.T) {
	t.Parallel()
	server := fakeapi.Start(t, fakeapi.Options{})
	tf := newTerraform(t, cacheIn(t.TempDir())+"data \"dataforseo_account\" \"many\" {\n  count = 20\n}\n").use(server)
	for want := 1; want <= 2; want++ {
		tf.mustRun("plan")
		if got := server.CallsTo(fakeapi.UserDataPath); got != want {
			t.Errorf("%d calls, want %d", got, want)
		}
	}
}

// TestAccount_diagnostics shows what a person sees.
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
			tf := newTerraform(t, "provider \"dataforseo\" {\n  max_retries = 0\n  "+c.provider+"\n}\n"+accountBlock).use(server)
			for variable, value := range c.env {
				tf.setenv(variable, value)
			}
			goldenRun(t, server, tf, "account/"+strings.ReplaceAll(name, " ", "-"))
		})
	}
}
