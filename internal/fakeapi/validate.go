package fakeapi

import (
	"encoding/json"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/publicsuffix"
)

// field is a field of a task and the check of its value.
type field struct {
	name  string
	valid func(value any) bool
}

// fields are the documented fields of a task, in the order in which they are
// checked. The order is not confirmed; target comes first in the documentation.
func fields() []field {
	return []field{
		{"target", isTarget},
		{"include_subdomains", isBool},
		{"include_indirect_links", isBool},
		{"exclude_internal_backlinks", isBool},
		{"internal_list_limit", isListLimit},
		{"backlinks_status_type", oneOf("all", "live", "lost")},
		{"backlinks_filters", isFilters},
		{"rank_scale", oneOf("one_hundred", "one_thousand")},
		{"tag", isTag},
	}
}

// isField tells whether the endpoint has a field of that name.
func isField(name string) bool {
	return slices.ContainsFunc(fields(), func(f field) bool { return f.name == name })
}

// invalidField returns the name of the first field whose value is refused, or "".
// Only target is required. A null is a value of the wrong type (not confirmed).
func invalidField(values map[string]any) string {
	for _, f := range fields() {
		value, present := values[f.name]
		if !present && f.name != "target" {
			continue
		}
		if !f.valid(value) {
			return f.name
		}
	}
	return ""
}

func isBool(value any) bool {
	_, ok := value.(bool)
	return ok
}

// isListLimit: an integer of at most 1000. That 0 is refused is not confirmed.
func isListLimit(value any) bool {
	number, ok := value.(json.Number)
	if !ok {
		return false
	}
	n, err := number.Int64()
	return err == nil && n >= 1 && n <= 1000
}

func oneOf(words ...string) func(any) bool {
	return func(value any) bool {
		s, ok := value.(string)
		return ok && slices.Contains(words, s)
	}
}

// isTag: at most 255 characters, not bytes.
func isTag(value any) bool {
	s, ok := value.(string)
	return ok && utf8.RuneCountInString(s) <= 255
}

// isTarget: a domain or subdomain without "https://" and "www.", or a page as an
// absolute URL with http or https. Upper case, ports, and queries and fragments
// of pages are accepted (not confirmed).
func isTarget(value any) bool {
	target, ok := value.(string)
	if !ok || strings.ContainsFunc(target, unicode.IsSpace) {
		return false
	}
	host := hostOf(target)
	if isPage(target) {
		u, err := url.Parse(target)
		scheme, _, _ := strings.Cut(strings.ToLower(target), "://")
		return err == nil && u.User == nil && (scheme == "http" || scheme == "https") && isHost(host)
	}
	return !strings.ContainsAny(target, "/?#@") && !strings.HasPrefix(host, "www.") && isHost(host)
}

// isPage tells whether a target is meant as the URL of a page.
func isPage(target string) bool { return strings.Contains(target, "://") }

// hostOf returns the host of a target in lower case, without a port, or "".
func hostOf(target string) string {
	if addr, err := netip.ParseAddr(target); err == nil {
		return addr.String()
	}
	if !isPage(target) {
		target = "//" + target
	}
	u, err := url.Parse(target)
	if err != nil {
		return ""
	}
	return strings.ToLower(u.Hostname())
}

// isHost: an IP address, or a name below a top-level domain that exists. The
// recorded answer that refuses "example.por" shows that the API looks at that.
// Names reserved for documentation and tests (RFC 2606) pass, so that examples
// can use them. A name that is not in IDNA ASCII is refused (not confirmed).
func isHost(host string) bool {
	if isIP(host) {
		return true
	}
	labels := strings.Split(host, ".")
	notASCII := func(r rune) bool { return r > unicode.MaxASCII }
	if strings.ContainsFunc(host, notASCII) || len(labels) < 2 || slices.Contains(labels, "") {
		return false
	}
	if slices.Contains([]string{"example", "test", "invalid"}, labels[len(labels)-1]) {
		return true
	}
	suffix, managed := publicsuffix.PublicSuffix(host)
	return managed || strings.Contains(suffix, ".")
}

func isIP(host string) bool {
	_, err := netip.ParseAddr(host)
	return err == nil
}
