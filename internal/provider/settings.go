package provider

import (
	"fmt"
	"math"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/dataforseo"
	"github.com/dataforseo/terraform-provider-dataforseo/internal/limit"
	"github.com/dataforseo/terraform-provider-dataforseo/internal/retry"
)

// environment is what the provider asks the machine for.
type environment struct {
	// getenv returns the value of an environment variable.
	getenv func(name string) string
	// userCacheDir returns the directory for what programs keep for the user.
	userCacheDir func() (string, error)
}

// settings is the configuration with environment and defaults filled in.
type settings struct {
	login, password string
	// missingCredentials says of each missing credential where it can be given.
	missingCredentials    map[string]string
	baseURL               *url.URL
	requestTimeout        time.Duration
	maxRetries            int64
	maxConcurrentRequests int64
	maxRequestsPerMinute  int64
	userAgent             string
	// spendingLimitUSD is nil for no limit.
	spendingLimitUSD *float64
	// cache is nil for none.
	cache *cacheSettings
}

// resolve fills in what the configuration leaves out. The configuration wins over
// the environment, attribute by attribute, and the environment over the default.
func resolve(c providerConfig, env environment) (settings, diag.Diagnostics) {
	var diags diag.Diagnostics
	s := settings{
		missingCredentials:    map[string]string{},
		requestTimeout:        dataforseo.DefaultRequestTimeout,
		maxRetries:            orDefault(c.MaxRetries, retry.DefaultMaxRetries),
		maxConcurrentRequests: orDefault(c.MaxConcurrentRequests, limit.MaxConcurrentRequests),
		maxRequestsPerMinute:  orDefault(c.MaxRequestsPerMinute, limit.MaxRequestsPerMinute),
	}
	s.login = s.credential("login", c.Login, env.getenv, envLogin, envUsername)
	s.password = s.credential("password", c.Password, env.getenv, envPassword)
	if !c.RequestTimeout.IsNull() {
		d, err := parseDuration(c.RequestTimeout.ValueString(), "150s", true)
		if err != nil {
			diags.AddAttributeError(path.Root("request_timeout"), "Invalid request_timeout", err.Error())
		}
		s.requestTimeout = d
	}
	s.baseURL = resolveBaseURL(c, env.getenv, &diags)
	s.spendingLimitUSD = resolveSpendingLimit(c, env.getenv, &diags)
	s.cache = resolveCache(c.Cache, env, &diags)
	return s, diags
}

func resolveSpendingLimit(c providerConfig, getenv func(string) string, diags *diag.Diagnostics) *float64 {
	if !c.SpendingLimitUSD.IsNull() {
		return c.SpendingLimitUSD.ValueFloat64Pointer()
	}
	raw := strings.TrimSpace(getenv(envSpendingLimitUSD))
	if raw == "" {
		return nil
	}
	usd, err := strconv.ParseFloat(raw, 64)
	if err != nil || !(usd >= 0) || math.IsInf(usd, 0) {
		diags.AddError("Invalid environment variable "+envSpendingLimitUSD,
			fmt.Sprintf("%s is %q. Set it to an amount in USD such as 2.50, or remove it.", envSpendingLimitUSD, raw))
		return nil
	}
	return &usd
}

func orDefault(value types.Int64, fallback int64) int64 {
	if value.IsNull() {
		return fallback
	}
	return value.ValueInt64()
}

// credential returns a credential without surrounding white space, which is easily
// pasted along. An empty one in the configuration stays empty: to look further
// could charge an account that was not meant.
func (s settings) credential(name string, configured types.String, getenv func(string) string, variables ...string) string {
	if !configured.IsNull() {
		value := strings.TrimSpace(configured.ValueString())
		if value == "" {
			s.missingCredentials[name] = fmt.Sprintf("The %s in the provider's configuration is an empty string: give one, or leave %s out, so that %s is used.",
				name, name, strings.Join(variables, " or "))
		}
		return value
	}
	for _, variable := range variables {
		if value := strings.TrimSpace(getenv(variable)); value != "" {
			return value
		}
	}
	s.missingCredentials[name] = fmt.Sprintf("Set %s in the provider's configuration, or %s in the environment.", name, strings.Join(variables, " or "))
	return ""
}

// origin is where a setting comes from, for messages.
type origin struct {
	// words name it: an attribute or an environment variable.
	words string
	// attribute is the attribute's path, empty for an environment variable.
	attribute path.Path
}

func (o origin) addError(diags *diag.Diagnostics, summary, detail string) {
	if len(o.attribute.Steps()) == 0 {
		diags.AddError(summary, detail)
		return
	}
	diags.AddAttributeError(o.attribute, summary, detail)
}
