package provider

import (
	"github.com/hashicorp/terraform-plugin-framework-validators/float64validator"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/dataforseo"
	"github.com/dataforseo/terraform-provider-dataforseo/internal/limit"
)

// Environment variables, which are used for attributes that are not set.
const (
	envLogin    = "DATAFORSEO_LOGIN"
	envUsername = "DATAFORSEO_USERNAME" // the name that some of DataForSEO's tools use
	envPassword = "DATAFORSEO_PASSWORD"
	envSandbox  = "DATAFORSEO_SANDBOX"
	envBaseURL  = "DATAFORSEO_BASE_URL"

	envSpendingLimitUSD = "DATAFORSEO_SPENDING_LIMIT_USD"
)

// providerConfig is the provider block as configured.
type providerConfig struct {
	Login                 types.String `tfsdk:"login"`
	Password              types.String `tfsdk:"password"`
	Sandbox               types.Bool   `tfsdk:"sandbox"`
	BaseURL               types.String `tfsdk:"base_url"`
	RequestTimeout        types.String `tfsdk:"request_timeout"`
	MaxRetries            types.Number `tfsdk:"max_retries"`
	MaxConcurrentRequests types.Number `tfsdk:"max_concurrent_requests"`
	MaxRequestsPerMinute  types.Number `tfsdk:"max_requests_per_minute"`

	SpendingLimitUSD types.Float64 `tfsdk:"spending_limit_usd"`
	Cache            types.Object  `tfsdk:"cache"`
}

// maxRetriesLimit prevents an endless plan after a typo.
const maxRetriesLimit = 10

func configurationAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"login": schema.StringAttribute{
			Optional: true,
			MarkdownDescription: "Login of the DataForSEO account, which is an e-mail address. Default: the environment variable `" + envLogin +
				"`, else `" + envUsername + "`. Only reads need it.",
		},
		"password": schema.StringAttribute{
			Optional: true, Sensitive: true,
			MarkdownDescription: "API password, which is generated at [app.dataforseo.com/api-access](https://app.dataforseo.com/api-access). It differs from the " +
				"password of the account. Default: the environment variable `" + envPassword + "`. Only reads need it.",
		},
		"sandbox": schema.BoolAttribute{
			Optional: true,
			MarkdownDescription: "Use the sandbox, `" + dataforseo.SandboxBaseURL + "`. It takes the same credentials, costs nothing and answers with dummy " +
				"data. Conflicts with `base_url`, even if one of the two comes from the environment. Default: the environment variable `" + envSandbox + "`, else `false`.",
		},
		"base_url": schema.StringAttribute{
			Optional: true,
			MarkdownDescription: "Address of the API, for a proxy or a test server. Use `https`, or `http` for a loopback host. No user name, query or " +
				"fragment. Default: the environment variable `" + envBaseURL + "`, else `" + dataforseo.DefaultBaseURL + "`.",
			Validators: []validator.String{baseURLValidator()},
		},
		"request_timeout": schema.StringAttribute{
			Optional: true,
			MarkdownDescription: "Time-out of one HTTP attempt, as a Go duration such as `\"90s\"`. DataForSEO itself gives up after 120 s. With a shorter " +
				"time-out, you may pay for slow answers that never arrive. Default: `\"150s\"`.",
			Validators: []validator.String{durationValidator("150s", true)},
		},
		"max_retries": schema.NumberAttribute{
			Optional: true,
			MarkdownDescription: "Maximum number of retries after a failure that was free (no connection, a server error at cost 0), " +
				"0 to 10. A request that may have been charged is retried at most once, and a refused request never. Rate limits do not " +
				"count: a read waits for them as long as its time-out allows. Default: `3`.",
			Validators: []validator.Number{wholeNumberValidator{0, maxRetriesLimit}},
		},
		"max_concurrent_requests": schema.NumberAttribute{
			Optional: true,
			MarkdownDescription: "Maximum number of concurrent requests, 1 to 30. DataForSEO allows 30 per account. Terraform itself " +
				"reads 10 data sources at a time, unless `-parallelism` says otherwise. Default: `30`.",
			Validators: []validator.Number{wholeNumberValidator{1, limit.MaxConcurrentRequests}},
		},
		"max_requests_per_minute": schema.NumberAttribute{
			Optional: true,
			MarkdownDescription: "Maximum number of requests in any 60 seconds, 1 to 2000. DataForSEO allows 2000 per account. " +
				"Default: `2000`.",
			Validators: []validator.Number{wholeNumberValidator{1, limit.MaxRequestsPerMinute}},
		},
		"spending_limit_usd": schema.Float64Attribute{
			Optional: true,
			MarkdownDescription: "Maximum that one run of Terraform (the reads of one plan, refresh or apply) may spend, in USD. A request that could " +
				"exceed it is not sent, and the read fails. A limit below the price of one answer allows no requests. Answers from the cache are " +
				"free. Default: the environment variable `" + envSpendingLimitUSD + "`, else no limit.",
			Validators: []validator.Float64{float64validator.AtLeast(0)},
		},
		"cache": cacheAttribute(),
	}
}

// unknown returns the names of the attributes whose values are unknown.
func (c providerConfig) unknown() []string {
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
		{"cache.url", c.Cache.Attributes()["url"]}, {"cache.mode", c.Cache.Attributes()["mode"]},
	} {
		if attribute.value != nil && attribute.value.IsUnknown() {
			names = append(names, attribute.name)
		}
	}
	return names
}
