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

// environment is the provider's access to the machine.
type environment struct {
	// getenv returns the value of an environment variable.
	getenv func(name string) string
	// userCacheDir returns the user's directory for cached data.
	userCacheDir func() (string, error)
}

// settings is the configuration, completed by the environment and by defaults.
type settings struct {
	login, password string
	// loginOrigin and passwordOrigin name the sources of the credentials.
	loginOrigin, passwordOrigin string
	// missingCredentials explains for each missing credential where to set it.
	missingCredentials []string
	baseURL            *url.URL
	// baseURLSetting is the attribute or environment variable that sets baseURL, empty
	// for a default.
	baseURLSetting        string
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

// problems are errors in the settings. Reads report those in the environment: if
// Configure did, Terraform would tell users without a provider block that the provider
// "requires explicit configuration".
type problems struct {
	configuration, environment diag.Diagnostics
}

// resolve completes the configuration. The configuration takes precedence over the
// environment, and the environment over the default.
func resolve(c providerConfig, env environment) (settings, problems) {
	var p problems
	s := settings{
		requestTimeout:        dataforseo.DefaultRequestTimeout,
		maxRetries:            orDefault(c.MaxRetries, retry.DefaultMaxRetries),
		maxConcurrentRequests: orDefault(c.MaxConcurrentRequests, limit.MaxConcurrentRequests),
		maxRequestsPerMinute:  orDefault(c.MaxRequestsPerMinute, limit.MaxRequestsPerMinute),
	}
	s.login, s.loginOrigin = s.credential("login", c.Login, env.getenv, envLogin, envUsername)
	s.password, s.passwordOrigin = s.credential("password", c.Password, env.getenv, envPassword)
	if !c.RequestTimeout.IsNull() {
		d, err := parseDuration(c.RequestTimeout.ValueString(), "150s", true)
		if err != nil {
			p.configuration.AddAttributeError(path.Root("request_timeout"), "Invalid request_timeout", err.Error())
		}
		s.requestTimeout = d
	}
	s.baseURL, s.baseURLSetting = resolveBaseURL(c, env.getenv, &p)
	s.spendingLimitUSD = resolveSpendingLimit(c, env.getenv, &p)
	s.cache = resolveCache(c.Cache, env, &p)
	return s, p
}

func resolveSpendingLimit(c providerConfig, getenv func(string) string, p *problems) *float64 {
	if !c.SpendingLimitUSD.IsNull() {
		return c.SpendingLimitUSD.ValueFloat64Pointer()
	}
	raw := strings.TrimSpace(getenv(envSpendingLimitUSD))
	if raw == "" {
		return nil
	}
	usd, err := strconv.ParseFloat(raw, 64)
	if err != nil || !(usd >= 0) || math.IsInf(usd, 0) {
		p.environment.AddError("Invalid environment variable "+envSpendingLimitUSD,
			fmt.Sprintf("%s is %q. Set it to an amount in USD such as 2.50, or remove it.", envSpendingLimitUSD, raw))
		return nil
	}
	return &usd
}

func orDefault(value types.Number, fallback int64) int64 {
	if n := wholeNumber(value); n != nil {
		return *n
	}
	return fallback
}

// credential returns a credential and its origin, without surrounding white space, which
// is easily pasted with it. If the configuration has an empty string, the environment
// does not replace it, because that could charge the wrong account.
func (s *settings) credential(name string, configured types.String, getenv func(string) string, variables ...string) (value, source string) {
	if !configured.IsNull() {
		value = strings.TrimSpace(configured.ValueString())
		if value == "" {
			s.missingCredentials = append(s.missingCredentials, fmt.Sprintf("The %s in the provider's configuration is an empty string. Set %s, or remove it to use %s.",
				name, name, strings.Join(variables, " or ")))
		}
		return value, "the provider's configuration"
	}
	for _, variable := range variables {
		if value = strings.TrimSpace(getenv(variable)); value != "" {
			return value, "the environment variable " + variable
		}
	}
	s.missingCredentials = append(s.missingCredentials,
		fmt.Sprintf("Set %s in the provider's configuration, or %s in the environment.", name, strings.Join(variables, " or ")))
	return "", ""
}

// credentialOrigins says which login was used and where both credentials come from. It
// hides a login that could be the password.
func (s *settings) credentialOrigins() string {
	login := fmt.Sprintf("The login %.100q", s.login)
	switch {
	case !strings.Contains(s.login, "@"):
		login = "The login, which isn't an e-mail address,"
	case strings.Contains(s.login, s.password):
		login = "The login"
	}
	if s.loginOrigin == s.passwordOrigin {
		return fmt.Sprintf("%s and the password come from %s.", login, s.loginOrigin)
	}
	return fmt.Sprintf("%s comes from %s, and the password from %s.", login, s.loginOrigin, s.passwordOrigin)
}

// origin is the source of a setting, for messages.
type origin struct {
	// words names the source: an attribute or an environment variable.
	words string
	// attribute is the attribute's path, empty for an environment variable.
	attribute path.Path
}

func (o origin) addError(p *problems, summary, detail string) {
	if len(o.attribute.Steps()) == 0 {
		p.environment.AddError(summary, detail)
		return
	}
	p.configuration.AddAttributeError(o.attribute, summary, detail)
}
