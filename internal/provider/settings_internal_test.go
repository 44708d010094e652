package provider

import (
	"errors"
	"fmt"
	"math/big"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/cache"
)

// userCache is the user's cache directory in [environmentOf].
const userCache = "/home/user/.cache"

// environmentOf returns an environment with these variables.
func environmentOf(variables map[string]string) environment {
	return environment{
		getenv:       func(name string) string { return variables[name] },
		userCacheDir: func() (string, error) { return userCache, nil },
	}
}

// all returns the problems with the configuration and the environment.
func (p problems) all() diag.Diagnostics {
	var all diag.Diagnostics
	all.Append(p.configuration...)
	all.Append(p.environment...)
	return all
}

// TestResolve_precedence covers all combinations of configuration and environment for the
// credentials, and the important ones for the address.
func TestResolve_precedence(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name          string
		configuration providerConfig
		env           map[string]string
		login         string
		password      string
		baseURL       string
	}{
		{name: "nothing", baseURL: "https://api.dataforseo.com"},
		{name: "DATAFORSEO_LOGIN", env: map[string]string{"DATAFORSEO_LOGIN": "env"}, login: "env"},
		{name: "DATAFORSEO_USERNAME", env: map[string]string{"DATAFORSEO_USERNAME": "user"}, login: "user"},
		{name: "LOGIN before USERNAME", env: map[string]string{"DATAFORSEO_LOGIN": "env", "DATAFORSEO_USERNAME": "user"}, login: "env"},
		{name: "USERNAME if LOGIN is blank", env: map[string]string{"DATAFORSEO_LOGIN": " ", "DATAFORSEO_USERNAME": "user"}, login: "user"},
		{name: "login before LOGIN", configuration: providerConfig{Login: types.StringValue("hcl")},
			env: map[string]string{"DATAFORSEO_LOGIN": "env"}, login: "hcl"},
		{name: "login before USERNAME", configuration: providerConfig{Login: types.StringValue("hcl")},
			env: map[string]string{"DATAFORSEO_USERNAME": "user"}, login: "hcl"},
		{name: "an empty login has no fallback", configuration: providerConfig{Login: types.StringValue("")},
			env: map[string]string{"DATAFORSEO_LOGIN": "env", "DATAFORSEO_USERNAME": "user"}},
		{name: "DATAFORSEO_PASSWORD", env: map[string]string{"DATAFORSEO_PASSWORD": "env"}, password: "env"},
		{name: "password before PASSWORD", configuration: providerConfig{Password: types.StringValue("hcl")},
			env: map[string]string{"DATAFORSEO_PASSWORD": "env"}, password: "hcl"},
		{name: "an empty password has no fallback", configuration: providerConfig{Password: types.StringValue("\n")},
			env: map[string]string{"DATAFORSEO_PASSWORD": "env"}},
		{name: "login configured, password in the environment", configuration: providerConfig{Login: types.StringValue("hcl")},
			env: map[string]string{"DATAFORSEO_PASSWORD": "env"}, login: "hcl", password: "env"},
		{name: "white space is trimmed", configuration: providerConfig{Login: types.StringValue(" hcl\n")},
			env: map[string]string{"DATAFORSEO_PASSWORD": "\tenv \n"}, login: "hcl", password: "env"},
		{name: "sandbox", configuration: providerConfig{Sandbox: types.BoolValue(true)}, baseURL: "https://sandbox.dataforseo.com"},
		{name: "DATAFORSEO_SANDBOX", env: map[string]string{"DATAFORSEO_SANDBOX": "1"}, baseURL: "https://sandbox.dataforseo.com"},
		{name: "sandbox before DATAFORSEO_SANDBOX", configuration: providerConfig{Sandbox: types.BoolValue(false)},
			env: map[string]string{"DATAFORSEO_SANDBOX": "true"}, baseURL: "https://api.dataforseo.com"},
		{name: "base_url", configuration: providerConfig{BaseURL: types.StringValue("https://Proxy.example/DataForSEO/")}, baseURL: "https://proxy.example/DataForSEO"},
		{name: "DATAFORSEO_BASE_URL", env: map[string]string{"DATAFORSEO_BASE_URL": "http://localhost:8080"}, baseURL: "http://localhost:8080"},
		{name: "base_url before DATAFORSEO_BASE_URL", configuration: providerConfig{BaseURL: types.StringValue("http://[::1]:1")},
			env: map[string]string{"DATAFORSEO_BASE_URL": "https://proxy.example"}, baseURL: "http://[::1]:1"},
		{name: "no sandbox and base_url", configuration: providerConfig{Sandbox: types.BoolValue(false), BaseURL: types.StringValue("http://127.0.0.2")},
			baseURL: "http://127.0.0.2"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got, problems := resolve(c.configuration, environmentOf(c.env))
			diags := problems.all()
			if diags.HasError() {
				t.Fatal(diags)
			}
			if c.baseURL == "" {
				c.baseURL = "https://api.dataforseo.com"
			}
			want := fmt.Sprintf("%q %q %s", c.login, c.password, c.baseURL)
			if got := fmt.Sprintf("%q %q %s", got.login, got.password, got.baseURL); got != want {
				t.Errorf("got %s, want %s", got, want)
			}
		})
	}
}

// TestCredentialOrigins checks that the message shows the login, unless it may contain the
// password.
func TestCredentialOrigins(t *testing.T) {
	t.Parallel()
	const login, password = "the environment variable DATAFORSEO_LOGIN", "the environment variable DATAFORSEO_PASSWORD"
	for _, c := range []struct {
		login, password, loginOrigin, want string
	}{
		{"me@example.com", "hush", login, `The login "me@example.com" comes from ` + login + ", and the password from " + password + "."},
		{"me@example.com", "hush", password, `The login "me@example.com" and the password come from ` + password + "."},
		{"hush", "me@example.com", login, "The login, which isn't an e-mail address, comes from " + login + ", and the password from " + password + "."},
		{"me@example.com:hush", "hush", login, "The login comes from " + login + ", and the password from " + password + "."},
		{"p@ss", "p@ss", login, "The login comes from " + login + ", and the password from " + password + "."},
		{"me@\x1b[2J", "hush", login, `The login "me@\x1b[2J" comes from ` + login + ", and the password from " + password + "."},
	} {
		s := settings{login: c.login, password: c.password, loginOrigin: c.loginOrigin, passwordOrigin: password}
		if got := s.credentialOrigins(); got != c.want {
			t.Errorf("%q: got %s, want %s", c.login, got, c.want)
		}
	}
}

func TestResolve_limits(t *testing.T) {
	t.Parallel()
	none := environmentOf(nil)
	figures := func(s settings) []any {
		return []any{s.requestTimeout, s.maxRetries, s.maxConcurrentRequests, s.maxRequestsPerMinute}
	}
	defaults, _ := resolve(providerConfig{}, none)
	if diff := cmp.Diff([]any{150 * time.Second, int64(3), int64(30), int64(2000)}, figures(defaults)); diff != "" {
		t.Errorf("defaults (-want +got):\n%s", diff)
	}
	set, _ := resolve(providerConfig{
		RequestTimeout: types.StringValue("90s"), MaxRetries: types.NumberValue(big.NewFloat(0)),
		MaxConcurrentRequests: types.NumberValue(big.NewFloat(1)), MaxRequestsPerMinute: types.NumberValue(big.NewFloat(60)),
	}, none)
	if diff := cmp.Diff([]any{90 * time.Second, int64(0), int64(1), int64(60)}, figures(set)); diff != "" {
		t.Errorf("as configured (-want +got):\n%s", diff)
	}
}

// TestResolve_conflicts checks that two addresses are an error, since one of them may cost
// money.
func TestResolve_conflicts(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name          string
		configuration providerConfig
		env           map[string]string
	}{
		{"both configured", providerConfig{Sandbox: types.BoolValue(true), BaseURL: types.StringValue("https://api.dataforseo.com")}, nil},
		{"both in the environment", providerConfig{}, map[string]string{"DATAFORSEO_SANDBOX": "true", "DATAFORSEO_BASE_URL": "https://api.dataforseo.com"}},
		{"sandbox in the environment", providerConfig{BaseURL: types.StringValue("https://api.dataforseo.com")}, map[string]string{"DATAFORSEO_SANDBOX": "true"}},
		{"base URL in the environment", providerConfig{Sandbox: types.BoolValue(true)}, map[string]string{"DATAFORSEO_BASE_URL": "https://api.dataforseo.com"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s, problems := resolve(c.configuration, environmentOf(c.env))
			diags := problems.all()
			if !diags.HasError() || diags[0].Summary() != "Conflicting API addresses" || s.baseURL != nil {
				t.Errorf("got base URL %v and diagnostics %v, want a conflict", s.baseURL, diags)
			}
		})
	}
}

// TestResolve_emptyBaseURL checks that an empty address is an error, and not the live API.
func TestResolve_emptyBaseURL(t *testing.T) {
	t.Parallel()
	s, problems := resolve(providerConfig{BaseURL: types.StringValue("")}, environmentOf(nil))
	if diags := problems.all(); len(diags) != 1 || diags[0].Summary() != "Invalid base URL" {
		t.Errorf("got base URL %v, diagnostics %v", s.baseURL, diags)
	}
}

// TestResolve_spendingLimit checks that null means no limit, and that 0 is a limit.
func TestResolve_spendingLimit(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		configured types.Float64
		env        string
		want       string
	}{
		{types.Float64Null(), "", "none"},
		{types.Float64Null(), " 2.50 ", "2.5"},
		{types.Float64Null(), "0", "0"},
		{types.Float64Value(0), "3", "0"},
		{types.Float64Value(1.5), "3", "1.5"},
		{types.Float64Null(), "-1", "error"},
		{types.Float64Null(), "NaN", "error"},
		{types.Float64Null(), "inf", "error"},
		{types.Float64Null(), "2,50", "error"},
	} {
		s, problems := resolve(providerConfig{SpendingLimitUSD: c.configured}, environmentOf(map[string]string{"DATAFORSEO_SPENDING_LIMIT_USD": c.env}))
		diags := problems.all()
		got := "none"
		if s.spendingLimitUSD != nil {
			got = fmt.Sprint(*s.spendingLimitUSD)
		}
		if diags.HasError() {
			got = "error"
		}
		if got != c.want {
			t.Errorf("configured %v, environment %q: got %s, want %s", c.configured, c.env, got, c.want)
		}
	}
}

// TestResolve_cache checks that the cache is off by default, that each attribute falls
// back to the environment, and that the ttl is required.
func TestResolve_cache(t *testing.T) {
	t.Parallel()
	const inEnvironment = "the environment variable DATAFORSEO_CACHE_TTL"
	defaultDirectory := filepath.Join(userCache, "terraform-provider-dataforseo")
	block := func(ttl, directory, mode types.String) types.Object {
		return types.ObjectValueMust(
			map[string]attr.Type{"ttl": types.StringType, "directory": types.StringType, "mode": types.StringType},
			map[string]attr.Value{"ttl": ttl, "directory": directory, "mode": mode})
	}
	null, text := types.StringNull(), types.StringValue
	for _, c := range []struct {
		name       string
		configured types.Object
		env        map[string]string
		want       *cacheSettings // nil for none
		summary    string         // of the error
	}{
		{name: "off", configured: types.Object{}},
		{name: "ttl alone", configured: block(text("24h"), null, null), want: &cacheSettings{24 * time.Hour, "cache.ttl", defaultDirectory, nil, ""}},
		{name: "DATAFORSEO_CACHE_TTL alone", env: map[string]string{"DATAFORSEO_CACHE_TTL": "1h"}, want: &cacheSettings{time.Hour, inEnvironment, defaultDirectory, nil, ""}},
		{name: "all configured", configured: block(text("1h"), text("/c"), text("refresh")),
			env:  map[string]string{"DATAFORSEO_CACHE_TTL": "2h", "DATAFORSEO_CACHE_DIRECTORY": "/e", "DATAFORSEO_CACHE_MODE": "cache_only"},
			want: &cacheSettings{time.Hour, "cache.ttl", "/c", nil, cache.Refresh}},
		{name: "a directory below ~", configured: block(text("1h"), text("~/answers"), null),
			env: map[string]string{"HOME": "/home/user"}, want: &cacheSettings{time.Hour, "cache.ttl", "/home/user/answers", nil, ""}},
		{name: "~other is not expanded", configured: block(text("1h"), text("~other"), null),
			env: map[string]string{"HOME": "/home/user"}, want: &cacheSettings{time.Hour, "cache.ttl", "~other", nil, ""}},
		{name: "the environment for missing attributes", configured: block(text("1h"), null, null),
			env:  map[string]string{"DATAFORSEO_CACHE_DIRECTORY": "/e", "DATAFORSEO_CACHE_MODE": "cache_only"},
			want: &cacheSettings{time.Hour, "cache.ttl", "/e", nil, cache.CacheOnly}},
		{name: "an empty block with DATAFORSEO_CACHE_TTL", configured: block(null, null, null),
			env: map[string]string{"DATAFORSEO_CACHE_TTL": "1h"}, want: &cacheSettings{time.Hour, inEnvironment, defaultDirectory, nil, ""}},
		{name: "an empty block", configured: block(null, null, null), summary: "The cache has no ttl"},
		{name: "DATAFORSEO_CACHE_MODE alone", env: map[string]string{"DATAFORSEO_CACHE_MODE": "cache_only"}, summary: "The cache has no ttl"},
		{name: "a bad ttl", env: map[string]string{"DATAFORSEO_CACHE_TTL": "a day"}, summary: "Invalid cache ttl"},
		{name: "a ttl of zero", env: map[string]string{"DATAFORSEO_CACHE_TTL": "0s"}, summary: "Invalid cache ttl"},
		{name: "a bad mode", env: map[string]string{"DATAFORSEO_CACHE_TTL": "1h", "DATAFORSEO_CACHE_MODE": "offline"}, summary: "Invalid cache mode"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s, problems := resolve(providerConfig{Cache: c.configured}, environmentOf(c.env))
			diags := problems.all()
			if c.summary != "" {
				if len(diags) != 1 || diags[0].Summary() != c.summary {
					t.Errorf("got %v, want %q", diags, c.summary)
				}
				return
			}
			if diff := cmp.Diff(c.want, s.cache, cmp.AllowUnexported(cacheSettings{})); diff != "" || diags.HasError() {
				t.Errorf("diagnostics %v, settings (-want +got):\n%s", diags, diff)
			}
		})
	}
}

// TestResolve_cacheURL checks that a bucket replaces the default directory, but not a
// configured one.
func TestResolve_cacheURL(t *testing.T) {
	t.Parallel()
	const url, in = "DATAFORSEO_CACHE_URL", "In the environment variable DATAFORSEO_CACHE_URL: "
	for _, c := range []struct {
		env                                map[string]string
		bucket, directory, summary, detail string
	}{
		{env: map[string]string{url: "s3://answers/team?region=eu-central-1"}, bucket: "s3://answers/team"},
		{env: map[string]string{url: "s3://answers", "AWS_REGION": "eu-central-1", "DATAFORSEO_CACHE_MODE": "read_only"}, bucket: "s3://answers"},
		{env: map[string]string{url: "s3://answers?region=x", "DATAFORSEO_CACHE_DIRECTORY": "/c", "DATAFORSEO_CACHE_MODE": "cache_only"}, bucket: "s3://answers", directory: "/c"},
		{env: map[string]string{url: "s3://answers"}, summary: "Invalid cache url",
			detail: in + `"s3://answers" has no region. Write it as in s3://example-terraform-cache/dataforseo?region=eu-central-1, or set AWS_REGION.`},
		{env: map[string]string{"DATAFORSEO_CACHE_MODE": "read_only"}, summary: "The cache has no url",
			detail: `In the environment variable DATAFORSEO_CACHE_MODE: "read_only" needs cache.url, which is not set. Set it, for example to ` +
				`s3://example-terraform-cache/dataforseo?region=eu-central-1, or DATAFORSEO_CACHE_URL in the environment. Or use the mode "read_write".`},
	} {
		c.env["DATAFORSEO_CACHE_TTL"] = "1h"
		s, problems := resolve(providerConfig{}, environmentOf(c.env))
		diags := problems.all()
		if c.summary != "" {
			if len(diags) != 1 || diags[0].Summary() != c.summary || diags[0].Detail() != c.detail {
				t.Errorf("%v: got %v, want %s: %s", c.env, diags, c.summary, c.detail)
			}
			continue
		}
		if len(diags) > 0 || s.cache.bucket.String() != c.bucket || s.cache.directory != c.directory {
			t.Errorf("%v: got %v, bucket %s and directory %q, want %s and %q", c.env, diags, s.cache.bucket, s.cache.directory, c.bucket, c.directory)
		}
	}
}

// TestResolve_noUserCache checks that the cache is off, with a warning, if the default
// directory can't be determined. With cache_only, that is an error.
func TestResolve_noUserCache(t *testing.T) {
	t.Parallel()
	const missing, remedy = "The user's cache directory cannot be determined (neither $XDG_CACHE_HOME nor $HOME are defined). ",
		"Set cache.directory in the provider's configuration, or DATAFORSEO_CACHE_DIRECTORY in the environment."
	for name, c := range map[string]struct {
		variables map[string]string
		want      diag.Diagnostics
		cached    bool
	}{
		"no cache":    {},
		"a directory": {map[string]string{"DATAFORSEO_CACHE_TTL": "1h", "DATAFORSEO_CACHE_DIRECTORY": "/e"}, nil, true},
		"none": {map[string]string{"DATAFORSEO_CACHE_TTL": "1h"}, diag.Diagnostics{diag.NewWarningDiagnostic("No directory for the cache",
			missing+"Answers are not saved, so the next run pays for them again. "+remedy)}, false},
		"none, with cache_only": {map[string]string{"DATAFORSEO_CACHE_TTL": "1h", "DATAFORSEO_CACHE_MODE": "cache_only"},
			diag.Diagnostics{diag.NewErrorDiagnostic("No directory for the cache", missing+remedy)}, false},
	} {
		env := environmentOf(c.variables)
		env.userCacheDir = func() (string, error) { return "", errors.New("neither $XDG_CACHE_HOME nor $HOME are defined") }
		s, problems := resolve(providerConfig{}, env)
		diags := problems.all()
		if diff := cmp.Diff(c.want, diags); diff != "" || (s.cache != nil) != c.cached {
			t.Errorf("%s: got a cache: %t, diagnostics (-want +got):\n%s", name, s.cache != nil, diff)
		}
	}
}
