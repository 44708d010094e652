package provider

import (
	"cmp"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/cache"
	"github.com/dataforseo/terraform-provider-dataforseo/internal/cache/bucket"
)

// Environment variables, used for attributes of cache that are not set.
const (
	envCacheTTL       = "DATAFORSEO_CACHE_TTL"
	envCacheDirectory = "DATAFORSEO_CACHE_DIRECTORY"
	envCacheURL       = "DATAFORSEO_CACHE_URL"
	envCacheMode      = "DATAFORSEO_CACHE_MODE"
)

// cacheSettings is the configuration of the cache.
type cacheSettings struct {
	ttl time.Duration
	// ttlSetting is the attribute or environment variable that sets ttl.
	ttlSetting string
	// directory is empty if there is only a bucket. bucket is nil if there is only a
	// directory.
	directory string
	bucket    *bucket.Bucket
	mode      cache.Mode
}

// reused reports whether the next plan uses the saved answers.
func (c *cacheSettings) reused() bool { return c != nil && c.mode != cache.Refresh }

func cacheModes() []string {
	return []string{string(cache.ReadWrite), string(cache.Refresh), string(cache.CacheOnly), string(cache.ReadOnly)}
}

const cacheTTLExample = "24h"

func cacheAttribute() schema.Attribute {
	return schema.SingleNestedAttribute{
		Optional: true,
		MarkdownDescription: "Saves paid answers, so that the next plan, apply or destroy does not pay for them again: in local files, or in a bucket " +
			"for a team. Saved answers hold no credentials. Off unless this or `" + envCacheTTL + "` is set; `" + envCacheDirectory + "`, `" + envCacheURL +
			"` or `" + envCacheMode + "` without a `ttl` is an error. Terraform ignores misspelt names in it without a warning.",
		Attributes: map[string]schema.Attribute{
			"ttl": schema.StringAttribute{
				Optional: true,
				MarkdownDescription: "Maximum age of a saved answer, as a Go duration such as `\"24h\"` (the largest unit is `h`). Required for the cache, here or in the " +
					"environment variable `" + envCacheTTL + "`.",
				Validators: []validator.String{durationValidator(cacheTTLExample, true)},
			},
			"directory": schema.StringAttribute{
				Optional: true,
				MarkdownDescription: "Directory of saved answers. A leading `~` is the home directory, and a relative path begins at Terraform's working directory. Default: the environment variable `" + envCacheDirectory +
					"`, else `terraform-provider-dataforseo` in the user's cache directory, unless there is a `url`. Only their owner can read the files.",
				Validators: []validator.String{stringvalidator.LengthAtLeast(1)},
			},
			"url": schema.StringAttribute{
				Optional: true,
				MarkdownDescription: "A bucket where a team shares answers, so that each is paid for once, whichever machine asks: `s3://BUCKET/PREFIX?region=REGION`, for Amazon S3 and " +
					"servers with its API (`endpoint=https://HOST`, `path_style=true`). AWS credentials come from the environment, the profile, SSO, a web identity, the container or " +
					"the instance. The provider uses only answers whose writer knew the `password`. With a `directory` too, the provider searches it first, and saves there " +
					"what it finds in the bucket. A bucket that fails or hangs delays a read by at most 15 seconds, and never fails it. Default: the environment variable `" + envCacheURL + "`.",
				Validators: []validator.String{bucketURLValidator()},
			},
			"mode": schema.StringAttribute{
				Optional: true,
				MarkdownDescription: "`read_write` uses saved answers, requests the others and saves them. `refresh` requests and saves all answers. " +
					"`cache_only` sends no requests: a target without a saved answer is an error, and a `directory` needs no credentials. `read_only` is `read_write` that " +
					"writes nothing to `url`, for pull requests. Default: the environment variable `" + envCacheMode + "`, else `read_write`.",
				Validators: []validator.String{stringvalidator.OneOf(cacheModes()...)},
			},
		},
	}
}

// resolveCache returns nil if no cache is configured. A cache without a TTL is an error,
// because no default suits everyone, and without a cache every plan would pay again.
func resolveCache(configured types.Object, env environment, p *problems) *cacheSettings {
	ttl := cacheSetting(configured, "ttl", env.getenv, envCacheTTL)
	directory := cacheSetting(configured, "directory", env.getenv, envCacheDirectory)
	url := cacheSetting(configured, "url", env.getenv, envCacheURL)
	mode := cacheSetting(configured, "mode", env.getenv, envCacheMode)
	if configured.IsNull() && ttl.value == "" && directory.value == "" && url.value == "" && mode.value == "" {
		return nil
	}
	if ttl.value == "" {
		ttl.addError(p, "The cache has no ttl", "The cache needs a ttl, the maximum age of the answers that it uses. Set cache = { ttl = \""+cacheTTLExample+
			"\" } in the provider's configuration, or "+envCacheTTL+" in the environment.")
		return nil
	}
	settings := &cacheSettings{ttlSetting: ttl.words, directory: expandHome(directory.value, env.getenv), mode: cache.Mode(mode.value)}
	var err error
	if settings.ttl, err = parseDuration(ttl.value, cacheTTLExample, true); err != nil {
		ttl.addError(p, "Invalid cache ttl", "In "+ttl.words+": "+err.Error())
	}
	if url.value != "" {
		if settings.bucket, err = openBucket(url.value, env.getenv); err != nil {
			url.addError(p, "Invalid cache url", "In "+url.words+": "+err.Error())
		}
	}
	switch {
	case mode.value != "" && !slices.Contains(cacheModes(), mode.value):
		mode.addError(p, "Invalid cache mode", "In "+mode.words+": \""+mode.value+"\" is not one of "+strings.Join(cacheModes(), ", ")+".")
	case settings.mode == cache.ReadOnly && url.value == "":
		mode.addError(p, "The cache has no url", "In "+mode.words+": \"read_only\" needs cache.url, which is not set. Set it, for example to "+
			bucket.Example+", or "+envCacheURL+" in the environment. Or use the mode \"read_write\".")
	}
	if settings.directory != "" || url.value != "" || p.configuration.HasError() || p.environment.HasError() {
		return settings
	}
	user, err := env.userCacheDir()
	if err != nil {
		return withoutDirectory(settings, err, directory, p)
	}
	settings.directory = filepath.Join(user, "terraform-provider-dataforseo")
	return settings
}

// openBucket returns the bucket at a URL, without any network I/O.
func openBucket(raw string, getenv func(string) string) (*bucket.Bucket, error) {
	address, err := bucket.Parse(raw, getenv)
	if err != nil {
		return nil, err
	}
	return bucket.Open(address, bucket.Options{Getenv: getenv})
}

// bucketURLValidator accepts a URL without a region, because that can come from the
// environment.
func bucketURLValidator() stringValidator {
	return stringValidator{
		description: "must be a URL such as " + bucket.Example,
		summary:     "Invalid cache url",
		check: func(raw string) error {
			_, err := openBucket(raw, func(string) string { return "any" })
			return err
		},
	}
}

// expandHome replaces a leading ~, as a shell would.
func expandHome(directory string, getenv func(string) string) string {
	rest, found := strings.CutPrefix(directory, "~")
	home := cmp.Or(getenv("HOME"), getenv("USERPROFILE"))
	if !found || home == "" || rest != "" && !strings.ContainsAny(rest[:1], `/\`) {
		return directory
	}
	return home + rest
}

// withoutDirectory returns no cache, with a warning. With the mode cache_only that is an
// error.
func withoutDirectory(settings *cacheSettings, err error, from setting, p *problems) *cacheSettings {
	const summary, remedy = "No directory for the cache", "Set cache.directory in the provider's configuration, or " + envCacheDirectory + " in the environment."
	detail := "The user's cache directory cannot be determined (" + err.Error() + "). "
	if settings.mode == cache.CacheOnly {
		from.addError(p, summary, detail+remedy)
	} else {
		p.configuration.AddWarning(summary, detail+"Answers are not saved, so the next run pays for them again. "+remedy)
	}
	return nil
}

// setting is a string from the configuration or the environment.
type setting struct {
	value string
	origin
}

func cacheSetting(configured types.Object, name string, getenv func(string) string, variable string) setting {
	if value, ok := configured.Attributes()[name].(types.String); ok && !value.IsNull() {
		return setting{value.ValueString(), origin{"cache." + name, path.Root("cache").AtName(name)}}
	}
	from := setting{strings.TrimSpace(getenv(variable)), origin{words: "the environment variable " + variable}}
	if from.value == "" && !configured.IsNull() {
		from.attribute = path.Root("cache")
	}
	return from
}
