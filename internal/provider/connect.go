package provider

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-log/tflog"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/cache"
	"github.com/dataforseo/terraform-provider-dataforseo/internal/dataforseo"
	"github.com/dataforseo/terraform-provider-dataforseo/internal/limit"
	"github.com/dataforseo/terraform-provider-dataforseo/internal/retry"
	"github.com/dataforseo/terraform-provider-dataforseo/internal/spending"
)

// connection is what the provider hands to its data sources.
type connection struct {
	client *dataforseo.Client
	// unknown names the attributes of the provider's configuration that have no
	// value yet. Nothing can be read then.
	unknown []string
	// missingCredentials says of each missing credential where it can be given.
	missingCredentials map[string]string
	// concurrency is how many requests may be under way at once.
	concurrency int
	// requestsPerMinute is how many may begin in a minute.
	requestsPerMinute int64
	// caches says that there is a directory to keep answers in, and reuses that the
	// next plan takes them from there.
	caches, reuses bool
}

// connectionOf returns what the provider handed to a data source, nil while
// Terraform validates.
func connectionOf(req datasource.ConfigureRequest, resp *datasource.ConfigureResponse) *connection {
	if req.ProviderData == nil {
		return nil
	}
	c, ok := req.ProviderData.(*connection)
	if !ok {
		resp.Diagnostics.AddError("The provider is not configured",
			fmt.Sprintf("This is a bug of the provider: its data source was handed a %T.", req.ProviderData))
	}
	return c
}

// connect builds what answers the data sources' requests: layers that wrap each
// other, of which the innermost sends. The cache is outermost, so that what it has
// costs nothing. Every attempt, repeated ones too, passes the spending limit and
// the limiter, since DataForSEO charges and counts attempts.
func connect(s settings) *connection {
	log := terraformLog(dataforseo.Secrets(s.login, s.password))
	transport := dataforseo.NewTransport(dataforseo.TransportOptions{
		BaseURL:            s.baseURL,
		Login:              s.login,
		Password:           s.password,
		UserAgent:          s.userAgent,
		RequestTimeout:     s.requestTimeout,
		MaxIdleConnections: int(s.maxConcurrentRequests),
		Log:                log,
	})
	limiter := limit.New(transport, limit.Options{
		ConcurrentRequests: s.maxConcurrentRequests,
		RequestsPerMinute:  s.maxRequestsPerMinute,
	})
	var attempts dataforseo.Doer = limiter
	if s.spendingLimitUSD != nil {
		attempts = spending.New(limiter, *s.spendingLimitUSD)
	}
	retrier := retry.New(attempts, retry.Options{
		MaxRetries: int(s.maxRetries),
		Pauser:     limiter,
		Log:        log,
	})
	return &connection{
		client:             dataforseo.NewClient(cache.New(retrier, s.cacheOptions())),
		missingCredentials: s.missingCredentials,
		concurrency:        int(s.maxConcurrentRequests),
		requestsPerMinute:  s.maxRequestsPerMinute,
		caches:             s.cache != nil,
		reuses:             s.cache != nil && s.cache.mode != cache.Refresh,
	}
}

// cacheOptions describe a cache that lives as long as the process, unless there is
// a directory to keep answers in.
func (s settings) cacheOptions() cache.Options {
	options := cache.Options{BaseURL: s.baseURL.String(), Login: s.login}
	if s.cache != nil {
		options.TTL, options.Directory, options.Mode = s.cache.ttl, s.cache.directory, s.cache.mode
	}
	return options
}

// terraformLog writes to Terraform's log. The client shows no secret; masking
// here as well costs little and covers what nobody thought of.
func terraformLog(secrets []string) dataforseo.Log {
	return func(ctx context.Context, level dataforseo.LogLevel, message string, fields map[string]any) {
		ctx = tflog.MaskAllFieldValuesStrings(ctx, secrets...)
		ctx = tflog.MaskMessageStrings(ctx, secrets...)
		switch level {
		case dataforseo.LogTrace:
			tflog.Trace(ctx, message, fields)
		case dataforseo.LogDebug:
			tflog.Debug(ctx, message, fields)
		case dataforseo.LogWarn:
			tflog.Warn(ctx, message, fields)
		}
	}
}
