package provider

import (
	"fmt"
	"math"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-validators/float64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/dataforseo"
	"github.com/dataforseo/terraform-provider-dataforseo/internal/limit"
	"github.com/dataforseo/terraform-provider-dataforseo/internal/retry"
)

// The environment variables that stand in for attributes that are not set.
const (
	envLogin    = "DATAFORSEO_LOGIN"
	envUsername = "DATAFORSEO_USERNAME" // what some of DataForSEO's own tools call it
	envPassword = "DATAFORSEO_PASSWORD"
	envSandbox  = "DATAFORSEO_SANDBOX"
	envBaseURL  = "DATAFORSEO_BASE_URL"

	envSpendingLimitUSD = "DATAFORSEO_SPENDING_LIMIT_USD"
)

// configuration is the provider block as it is written.
type configuration struct {
	Login                 types.String `tfsdk:"login"`
	Password              types.String `tfsdk:"password"`
	Sandbox               types.Bool   `tfsdk:"sandbox"`
	BaseURL               types.String `tfsdk:"base_url"`
	RequestTimeout        types.String `tfsdk:"request_timeout"`
	MaxRetries            types.Int64  `tfsdk:"max_retries"`
	MaxConcurrentRequests types.Int64  `tfsdk:"max_concurrent_requests"`
	MaxRequestsPerMinute  types.Int64  `tfsdk:"max_requests_per_minute"`

	SpendingLimitUSD types.Float64 `tfsdk:"spending_limit_usd"`
	Cache            types.Object  `tfsdk:"cache"`
}

// maxRetriesLimit keeps a slip of the pen from becoming an endless plan.
const maxRetriesLimit = 10

func configurationAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"login": schema.StringAttribute{
			Optional: true,
			MarkdownDescription: "Login of the DataForSEO account, an e-mail address. Default: the environment variable `" + envLogin +
				"`, else `" + envUsername + "`. Needed only when something is read.",
		},
		"password": schema.StringAttribute{
			Optional: true, Sensitive: true,
			MarkdownDescription: "API password from [app.dataforseo.com/api-access](https://app.dataforseo.com/api-access), which is generated there and is not the password " +
				"of the account. Default: the environment variable `" + envPassword + "`. Needed only when something is read.",
		},
		"sandbox": schema.BoolAttribute{
			Optional: true,
			MarkdownDescription: "Ask `" + dataforseo.SandboxBaseURL + "`, which takes the same credentials, costs nothing and answers with dummy " +
				"data. Conflicts with `base_url`. Default: the environment variable `" + envSandbox + "`, else `false`.",
		},
		"base_url": schema.StringAttribute{
			Optional: true,
			MarkdownDescription: "Address of the API, for a proxy or a test server. `https` only; `http` for loopback hosts. No user, query or " +
				"fragment. Default: the environment variable `" + envBaseURL + "`, else `" + dataforseo.DefaultBaseURL + "`.",
			Validators: []validator.String{baseURLValidator{}},
		},
		"request_timeout": schema.StringAttribute{
			Optional: true,
			MarkdownDescription: "How long one HTTP attempt may take, as a Go duration such as `\"90s\"`. DataForSEO itself gives up after 120 s, so " +
				"that with less a slow answer may be paid for and never seen. Default: `\"150s\"`.",
			Validators: []validator.String{durationValidator{example: "150s", positive: true}},
		},
		"max_retries": schema.Int64Attribute{
			Optional: true,
			MarkdownDescription: "How often a request that failed for free (no connection, rate limit, a fault of DataForSEO's at cost 0) is " +
				"repeated, 0 to 10. One that may have been charged is repeated once at most, and one that DataForSEO refuses never. Default: `3`.",
			Validators: []validator.Int64{int64validator.Between(0, maxRetriesLimit)},
		},
		"max_concurrent_requests": schema.Int64Attribute{
			Optional: true,
			MarkdownDescription: "How many requests may be under way at once, 1 to 30. DataForSEO allows an account 30 in all. Terraform itself " +
				"reads 10 data sources at a time unless `-parallelism` says otherwise. Default: `30`.",
			Validators: []validator.Int64{int64validator.Between(1, limit.MaxConcurrentRequests)},
		},
		"max_requests_per_minute": schema.Int64Attribute{
			Optional: true,
			MarkdownDescription: "How many requests may begin in a minute, 1 to 2000, evenly spaced. DataForSEO allows an account 2000 in all. " +
				"Default: `2000`.",
			Validators: []validator.Int64{int64validator.Between(1, limit.MaxRequestsPerMinute)},
		},
		"spending_limit_usd": schema.Float64Attribute{
			Optional: true,
			MarkdownDescription: "How much one run of Terraform's (the reads of one plan, refresh or apply) may spend, in USD. A request that could " +
				"exceed it is not sent, and the read fails. Until the first answer tells the price, requests go one by one. Answers from the cache are " +
				"free. Default: the environment variable `" + envSpendingLimitUSD + "`, else no limit.",
			Validators: []validator.Float64{float64validator.AtLeast(0)},
		},
		"cache": cacheAttribute(),
	}
}

// unknown returns the names of the attributes that have no value yet.
func (c configuration) unknown() []string {
	var names []string
	for _, attribute := range []struct {
		name  string
		value attr.Value
	}{
		{"login", c.Login}, {"password", c.Password}, {"sandbox", c.Sandbox}, {"base_url", c.BaseURL},
		{"request_timeout", c.RequestTimeout}, {"max_retries", c.MaxRetries},
		{"max_concurrent_requests", c.MaxConcurrentRequests}, {"max_requests_per_minute", c.MaxRequestsPerMinute},
		{"spending_limit_usd", c.SpendingLimitUSD}, {"cache", c.Cache},
		{"cache.ttl", c.Cache.Attributes()["ttl"]}, {"cache.directory", c.Cache.Attributes()["directory"]},
		{"cache.mode", c.Cache.Attributes()["mode"]},
	} {
		if attribute.value != nil && attribute.value.IsUnknown() {
			names = append(names, attribute.name)
		}
	}
	return names
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
func resolve(c configuration, getenv func(string) string) (settings, diag.Diagnostics) {
	var diags diag.Diagnostics
	s := settings{
		missingCredentials:    map[string]string{},
		requestTimeout:        dataforseo.DefaultRequestTimeout,
		maxRetries:            orDefault(c.MaxRetries, retry.DefaultMaxRetries),
		maxConcurrentRequests: orDefault(c.MaxConcurrentRequests, limit.MaxConcurrentRequests),
		maxRequestsPerMinute:  orDefault(c.MaxRequestsPerMinute, limit.MaxRequestsPerMinute),
	}
	s.login = s.credential("login", c.Login, getenv, envLogin, envUsername)
	s.password = s.credential("password", c.Password, getenv, envPassword)
	if !c.RequestTimeout.IsNull() {
		d, err := parseDuration(c.RequestTimeout.ValueString(), "150s", true)
		if err != nil {
			diags.AddAttributeError(path.Root("request_timeout"), "Invalid request_timeout", err.Error())
		}
		s.requestTimeout = d
	}
	s.baseURL = resolveBaseURL(c, getenv, &diags)
	s.spendingLimitUSD = resolveSpendingLimit(c, getenv, &diags)
	s.cache = resolveCache(c.Cache, getenv, &diags)
	return s, diags
}

func resolveSpendingLimit(c configuration, getenv func(string) string, diags *diag.Diagnostics) *float64 {
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

// resolveBaseURL decides where requests go. Being told two places is an error,
// wherever each was said: choosing one could spend money that somebody meant to save.
func resolveBaseURL(c configuration, getenv func(string) string, diags *diag.Diagnostics) *url.URL {
	sandbox, sandboxOrigin := resolveSandbox(c, getenv, diags)
	raw, baseURLOrigin := c.BaseURL.ValueString(), origin{"base_url", path.Root("base_url")}
	if c.BaseURL.IsNull() {
		raw, baseURLOrigin = getenv(envBaseURL), origin{words: "the environment variable " + envBaseURL}
	}
	if sandbox && (raw != "" || !c.BaseURL.IsNull()) {
		sandboxOrigin.addError(diags, "Conflicting addresses of the API", fmt.Sprintf(
			"%s asks for %s, but %s names another address. Remove one of the two.",
			sandboxOrigin.words, dataforseo.SandboxBaseURL, baseURLOrigin.words))
		return nil
	}
	if sandbox {
		raw = dataforseo.SandboxBaseURL
	} else if raw == "" && c.BaseURL.IsNull() {
		raw = dataforseo.DefaultBaseURL
	}
	baseURL, err := parseBaseURL(raw)
	if err != nil {
		baseURLOrigin.addError(diags, "Invalid base URL", fmt.Sprintf("In %s: %s", baseURLOrigin.words, err))
	}
	return baseURL
}

func resolveSandbox(c configuration, getenv func(string) string, diags *diag.Diagnostics) (bool, origin) {
	if !c.Sandbox.IsNull() {
		return c.Sandbox.ValueBool(), origin{"sandbox", path.Root("sandbox")}
	}
	from := origin{words: "the environment variable " + envSandbox}
	raw := strings.TrimSpace(getenv(envSandbox))
	if raw == "" {
		return false, from
	}
	sandbox, err := strconv.ParseBool(raw)
	if err != nil {
		diags.AddError("Invalid environment variable "+envSandbox,
			fmt.Sprintf("%s is %q. Set it to true or false, or remove it.", envSandbox, raw))
	}
	return sandbox, from
}
