package provider

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"strconv"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/dataforseo"
)

// resolveBaseURL returns the API's address and the attribute or environment variable
// that sets it, empty for a default. Conflicting settings are an error, even if one is in
// the environment: choosing one could spend money by mistake.
func resolveBaseURL(c providerConfig, getenv func(string) string, p *problems) (baseURL *url.URL, setting string) {
	sandbox, sandboxOrigin := resolveSandbox(c, getenv, p)
	raw, setting, from := c.BaseURL.ValueString(), "base_url", origin{"base_url", path.Root("base_url")}
	if c.BaseURL.IsNull() {
		raw, setting, from = getenv(envBaseURL), envBaseURL, origin{words: "the environment variable " + envBaseURL}
	}
	isSet := raw != "" || !c.BaseURL.IsNull()
	switch {
	case sandbox && isSet:
		sandboxOrigin.addError(p, "Conflicting API addresses", fmt.Sprintf(
			"There are two addresses: %s selects %s, and %s names another one. Remove one of them.",
			sandboxOrigin.words, dataforseo.SandboxBaseURL, from.words))
		return nil, ""
	case sandbox:
		raw, setting = dataforseo.SandboxBaseURL, ""
	case !isSet:
		raw, setting = dataforseo.DefaultBaseURL, ""
	}
	baseURL, err := parseBaseURL(raw)
	if err != nil {
		from.addError(p, "Invalid base URL", fmt.Sprintf("In %s: %s", from.words, err))
	}
	return baseURL, setting
}

func resolveSandbox(c providerConfig, getenv func(string) string, p *problems) (bool, origin) {
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
		p.environment.AddError("Invalid environment variable "+envSandbox,
			fmt.Sprintf("%s is %q. Set it to true or false, or remove it.", envSandbox, raw))
	}
	return sandbox, from
}

// parseBaseURL parses the API's address. It must use TLS unless it is local, because
// credentials are sent there. Errors contain the value, without a possible password,
// and the remedy.
func parseBaseURL(raw string) (*url.URL, error) {
	const form = `Use an address such as "https://api.dataforseo.com".`
	if raw == "" {
		return nil, errors.New("the value is empty. " + form)
	}
	// Text before an "@" may be a password, even if a "/" or "#" in it makes the URL
	// parse differently.
	if i := strings.LastIndex(raw, "@"); i >= 0 {
		return nil, fmt.Errorf("the URL contains a user name or password. Set login and password instead, and use %q.", "https://"+raw[i+1:])
	}
	if strings.ContainsFunc(raw, isSpaceOrControl) {
		return nil, errors.New("the value contains white space or control characters. " + form)
	}
	baseURL, err := url.Parse(raw)
	if err != nil {
		return nil, errors.New("the value is not a URL. " + form)
	}
	switch {
	case baseURL.Scheme == "" || baseURL.Hostname() == "":
		if withHost, err := parseBaseURL("https://" + strings.TrimLeft(raw, ":/")); err == nil {
			return nil, fmt.Errorf("%q has no scheme. Use %q.", raw, withHost)
		}
		return nil, fmt.Errorf("%q has no scheme or no host. %s", raw, form)
	case baseURL.RawQuery != "" || baseURL.ForceQuery || strings.Contains(raw, "#"):
		return nil, fmt.Errorf("%q has a query or a fragment. Use %q.", raw, withoutQuery(baseURL))
	case baseURL.Scheme == "http" && !isLoopback(baseURL.Hostname()):
		return nil, fmt.Errorf("%q would send the password unencrypted. Use %q; http is for loopback hosts only.", raw, withScheme(baseURL, "https"))
	case baseURL.Scheme != "http" && baseURL.Scheme != "https":
		return nil, fmt.Errorf("%q has the scheme %s. Use %q.", raw, baseURL.Scheme, withScheme(baseURL, "https"))
	}
	// Normalise the address, which is part of the cache key.
	baseURL.Host, baseURL.Path = strings.ToLower(baseURL.Host), strings.TrimRight(baseURL.Path, "/")
	if version := strings.Index(baseURL.Path+"/", "/v3/"); version >= 0 {
		baseURL.Path = baseURL.Path[:version]
		return nil, fmt.Errorf("%q has the path of an endpoint, which the provider adds. Use %q.", raw, baseURL)
	}
	return baseURL, nil
}

func withScheme(u *url.URL, scheme string) string {
	other := *u
	other.Scheme = scheme
	return other.String()
}

func withoutQuery(u *url.URL) string {
	other := *u
	other.RawQuery, other.ForceQuery, other.Fragment, other.RawFragment = "", false, "", ""
	return other.String()
}

func isLoopback(host string) bool {
	if strings.EqualFold(host, "localhost") {
		return true
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}

func isSpaceOrControl(r rune) bool { return r <= ' ' || r == 0x7f }

func baseURLValidator() stringValidator {
	return stringValidator{
		description: "an https URL, or http for a loopback host, without user, query and fragment",
		summary:     "Invalid base URL",
		check: func(raw string) error {
			if _, err := parseBaseURL(raw); err != nil {
				return fmt.Errorf("In base_url: %w", err)
			}
			return nil
		},
	}
}

// isSandbox reports whether an address is that of the sandbox, in any spelling.
func isSandbox(address *url.URL) bool {
	return "https://"+strings.ToLower(strings.TrimSuffix(address.Hostname(), ".")) == dataforseo.SandboxBaseURL
}
