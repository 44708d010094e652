package fakeapi

import (
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/publicsuffix"
)

func isBool(value any) bool {
	_, ok := value.(bool)
	return ok
}

func oneOf(words ...string) func(any) bool {
	return func(value any) bool {
		s, ok := value.(string)
		return ok && slices.Contains(words, s)
	}
}

// isTag reports whether value is a string of at most 255 characters, not bytes.
func isTag(value any) bool {
	s, ok := value.(string)
	return ok && utf8.RuneCountInString(s) <= 255
}

// isTarget reports whether value is a domain or subdomain without "https://" and "www.",
// or the absolute http or https URL of a page. Not confirmed: upper case, ports, queries
// and fragments are valid.
func isTarget(value any) bool {
	target, ok := value.(string)
	if !ok || strings.ContainsFunc(target, unicode.IsSpace) {
		return false
	}
	host := hostOf(target)
	if isPage(target) {
		u, err := url.Parse(target)
		return err == nil && u.User == nil && (u.Scheme == "http" || u.Scheme == "https") && isHost(host)
	}
	return !strings.ContainsAny(target, "/?#@") && !strings.HasPrefix(host, "www.") && isHost(host)
}

// isPage reports whether a target is the URL of a page.
func isPage(target string) bool { return strings.Contains(target, "://") }

// hostOf returns the host of a target in lower case, without a port, or "".
func hostOf(target string) string {
	if isIP(target) {
		return target
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

// isHost reports whether host is an IP address or a name in an existing top-level
// domain, because a recorded answer refuses "example.por". Names reserved for
// documentation and tests (RFC 2606) are valid, so that examples can use them. Not
// confirmed: names outside IDNA ASCII are invalid.
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
