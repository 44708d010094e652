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
)

// Environment variables, used for attributes of cache that are not set.
const (
	envCacheTTL       = "DATAFORSEO_CACHE_TTL"
	envCacheDirectory = "DATAFORSEO_CACHE_DIRECTORY"
	envCacheMode      = "DATAFORSEO_CACHE_MODE"
)

// cacheSettings are the settings of the cache.
type cacheSettings struct {
	ttl       time.Duration
	directory string
	mode      cache.Mode
}

func cacheModes() []string {
	return []string{string(cache.ReadWrite), string(cache.Refresh), string(cache.CacheOnly)}
}

const cacheTTLExample = "24h"

func cacheAttribute() schema.Attribute {
	return schema.SingleNestedAttribute{
		Optional: true,
		MarkdownDescription: "Keep paid answers in files, so that the next plan, apply or destroy need not pay for them again. Files hold answers " +
			"and no credentials, and are readable for their owner only. Off unless this or `" + envCacheTTL + "` is set; `" + envCacheDirectory +
			"` or `" + envCacheMode + "` without a `ttl` is an error. Terraform drops a misspelt name in it without a word.",
		Attributes: map[string]schema.Attribute{
			"ttl": schema.StringAttribute{
				Optional: true,
				MarkdownDescription: "The age up to which a kept answer is used, as a Go duration such as `\"24h\"` (there is no unit for days). Required for the cache, here or in the " +
					"environment variable `" + envCacheTTL + "`.",
				Validators: []validator.String{durationValidator{example: cacheTTLExample, positive: true}},
			},
			"directory": schema.StringAttribute{
				Optional: true,
				MarkdownDescription: "Where answers are kept. A `~` at the beginning is the home directory. Default: the environment variable `" + envCacheDirectory +
					"`, else `terraform-provider-dataforseo` in the user's cache directory.",
				Validators: []validator.String{stringvalidator.LengthAtLeast(1)},
			},
			"mode": schema.StringAttribute{
				Optional: true,
				MarkdownDescription: "`read_write`: use kept answers, ask for the others and keep them. `refresh`: ask for all and keep them. " +
					"`cache_only`: never ask; a target without a kept answer is an error, and no credentials are needed. Default: the environment " +
					"variable `" + envCacheMode + "`, else `read_write`.",
				Validators: []validator.String{stringvalidator.OneOf(cacheModes()...)},
			},
		},
	}
}

// resolveCache returns nil if no cache is configured. A cache without a TTL is an
// error: no default suits everyone, and silently paying again would be worse.
func resolveCache(configured types.Object, env environment, p *problems) *cacheSettings {
	ttl := cacheSetting(configured, "ttl", env.getenv, envCacheTTL)
	directory := cacheSetting(configured, "directory", env.getenv, envCacheDirectory)
	mode := cacheSetting(configured, "mode", env.getenv, envCacheMode)
	if configured.IsNull() && ttl.value == "" && directory.value == "" && mode.value == "" {
		return nil
	}
	if ttl.value == "" {
		ttl.addError(p, "The cache has no ttl", "The cache is asked for, but not for how long answers may be used. Set cache = { ttl = \""+cacheTTLExample+
			"\" } in the provider's configuration, or "+envCacheTTL+" in the environment.")
		return nil
	}
	settings := &cacheSettings{directory: expandHome(directory.value, env.getenv), mode: cache.Mode(mode.value)}
	var err error
	if settings.ttl, err = parseDuration(ttl.value, cacheTTLExample, true); err != nil {
		ttl.addError(p, "Invalid cache ttl", "In "+ttl.words+": "+err.Error())
	}
	if mode.value != "" && !slices.Contains(cacheModes(), mode.value) {
		mode.addError(p, "Invalid cache mode", "In "+mode.words+": \""+mode.value+"\" is not one of "+strings.Join(cacheModes(), ", ")+".")
	}
	if settings.directory != "" || p.configuration.HasError() || p.environment.HasError() {
		return settings
	}
	user, err := env.userCacheDir()
	if err != nil {
		return withoutDirectory(settings, err, directory, p)
	}
	settings.directory = filepath.Join(user, "terraform-provider-dataforseo")
	return settings
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

// withoutDirectory continues without a cache, as if the directory were unusable. With
// mode cache_only it is an error.
func withoutDirectory(settings *cacheSettings, err error, from setting, p *problems) *cacheSettings {
	const summary, remedy = "No directory for the cache", "Set cache.directory in the provider's configuration, or " + envCacheDirectory + " in the environment."
	detail := "There is no cache directory of the user's to be found (" + err.Error() + "). "
	if settings.mode == cache.CacheOnly {
		from.addError(p, summary, detail+remedy)
	} else {
		p.configuration.AddWarning(summary, detail+"Answers are not kept: the next run will ask and pay for them again. "+remedy)
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
