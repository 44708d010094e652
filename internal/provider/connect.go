package provider

import (
	"context"
	"fmt"
	"strings"
	"sync/atomic"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-log/tflog"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/cache"
	"github.com/dataforseo/terraform-provider-dataforseo/internal/dataforseo"
	"github.com/dataforseo/terraform-provider-dataforseo/internal/limit"
	"github.com/dataforseo/terraform-provider-dataforseo/internal/retry"
	"github.com/dataforseo/terraform-provider-dataforseo/internal/spending"
)

// connection is the provider's data for its data sources.
type connection struct {
	settings settings
	// baseURL is the address in settings, as text.
	baseURL string
	client  *dataforseo.Client
	cache   *cache.Cache
	// guard is nil without a spending limit.
	guard *spending.Guard
	// unknown names the provider's attributes whose values are unknown, and problems are
	// errors in environment variables. With either, reads fail.
	unknown  []string
	problems diag.Diagnostics
	// warnedSandbox and warnedMaxAge prevent a second warning.
	warnedSandbox, warnedMaxAge atomic.Bool
}

// connect stacks the layers that make requests. The cache is outermost, because its
// answers cost nothing. Retries pass the spending limit and the limiter, because
// DataForSEO charges and counts every attempt.
func connect(s settings) *connection {
	log := terraformLog(dataforseo.Secrets(s.login, s.password))
	transport := dataforseo.NewTransport(dataforseo.TransportOptions{
		BaseURL:            s.baseURL,
		BaseURLSetting:     s.baseURLSetting,
		Login:              s.login,
		Password:           s.password,
		UserAgent:          s.userAgent,
		RequestTimeout:     s.requestTimeout,
		MaxIdleConnections: int(s.maxConcurrentRequests),
		Log:                log,
	})
	c := &connection{settings: s, baseURL: s.baseURL.String()}
	var attempts dataforseo.Doer = limit.New(transport, limit.Options{
		ConcurrentRequests: s.maxConcurrentRequests, RequestsPerMinute: s.maxRequestsPerMinute, Log: log,
	})
	if s.spendingLimitUSD != nil && (s.cache == nil || s.cache.mode != cache.CacheOnly) { // which sends no requests
		c.guard = spending.New(attempts, *s.spendingLimitUSD)
		attempts = c.guard
	}
	c.cache = cache.New(retry.New(attempts, retry.Options{MaxRetries: int(s.maxRetries), Log: log}), s.cacheOptions())
	c.client = dataforseo.NewClient(c.cache)
	return c
}

// cacheOptions returns the options of the cache. Without settings it lives as long as
// the process.
func (s *settings) cacheOptions() cache.Options {
	options := cache.Options{BaseURL: s.baseURL.String(), Login: s.login, Password: s.password}
	if s.cache != nil {
		options.TTL, options.Directory, options.Mode = s.cache.ttl, s.cache.directory, s.cache.mode
		options.Shared = s.cache.bucket
	}
	return options
}

// check returns an error while the provider's configuration is unknown or invalid: a
// request could go to the wrong address or account. With the sandbox it returns a
// warning, once.
func (c *connection) check() (diags diag.Diagnostics) {
	switch {
	case c == nil:
		diags.AddError("The provider is not configured", "This is a bug in Terraform or in the provider: a read came before the configuration.")
	case len(c.unknown) > 0:
		diags.AddError("The provider's configuration is not known yet: "+strings.Join(c.unknown, ", "),
			"This read needs "+strings.Join(c.unknown, ", ")+" of the provider \"dataforseo\", which Terraform knows only after an apply. "+
				"Use a value that is known during the plan, or apply its source first with -target.")
	case c.problems.HasError():
		diags.Append(c.problems...)
	case isSandbox(c.settings.baseURL) && c.warnedSandbox.CompareAndSwap(false, true):
		diags.AddWarning("The answers come from the sandbox", "DataForSEO's sandbox answers with dummy data. "+
			"A gate that passes here says nothing about a real domain. Set sandbox = false, or DATAFORSEO_SANDBOX=false, to use the live API.")
	}
	return diags
}

// checkMaxAge warns, once, about a max_age that is too long to have an effect.
func (c *connection) checkMaxAge(age time.Duration, raw string) (diags diag.Diagnostics) {
	saved := c.settings.cache
	if saved.reused() && age > saved.ttl && c.warnedMaxAge.CompareAndSwap(false, true) {
		diags.AddAttributeWarning(path.Root("max_age"), "max_age is longer than the cache's ttl", fmt.Sprintf(
			"max_age is %q, but the cache uses an answer for at most %s. max_age can only shorten that time. Increase %s, or decrease max_age.", raw, saved.ttl, saved.ttlSetting))
	}
	return diags
}

// terraformLog writes to Terraform's log. The client never logs secrets, but masking them
// is cheap insurance.
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
