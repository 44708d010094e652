package dataforseo

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/publicsuffix"
)

// maxTargetLength is the length in bytes of the longest target, both as written
// and on the wire. The API documents no limit; longer URLs are cut off by
// common servers and browsers, so no backlink can lead to one.
const maxTargetLength = 2048

// TargetError says why a value cannot be a target, and what to write instead.
type TargetError struct {
	// Value is what was given, with "***" in place of a user name and password.
	Value string
	// Problem is a clause without a full stop that completes "it cannot be a
	// target: ...". It never holds a user name or a password.
	Problem string
	// Suggestion is the corrected value, one that [NormalizeTarget] accepts;
	// "" where none can be derived.
	Suggestion string
}

var _ error = (*TargetError)(nil)

// Error names the value, the problem and the corrected value.
func (e *TargetError) Error() string {
	text := fmt.Sprintf("%s cannot be a target: %s.", quoteTarget(e.Value), e.Problem)
	if e.Suggestion != "" {
		text += fmt.Sprintf(" Use %q.", e.Suggestion)
	}
	return text
}

// NormalizeTarget returns the form of a target that goes on the wire: scheme
// and host in lower case, an internationalised host in IDNA ASCII, without the
// trailing dot of the absolute DNS form; path, query and fragment exactly as
// written. Normalising a result again changes nothing.
//
// The API takes a domain or subdomain without scheme and "www.", or a page as
// an absolute http or https URL. An IP address stands for a domain; a port may
// follow either. A bare IPv6 address stands in brackets only where a port
// follows, the one in a URL always.
//
// Whatever else is refused with a [*TargetError]: the API would refuse it with
// less to go by, or charge for an answer about something else.
func NormalizeTarget(value string) (string, error) {
	if err := checkTargetText(value); err != nil {
		return "", err
	}
	parts := splitTarget(value)
	if err := checkTargetForm(value, parts); err != nil {
		return "", err
	}
	host, flaw := parts.host()
	if flaw != nil {
		return "", refuseTarget(value, flaw.problem, parts.withAuthority(flaw.instead))
	}
	wire := strings.ToLower(parts.scheme) + host.authority(parts.isURL()) + parts.tail
	if len(wire) > maxTargetLength {
		return "", &TargetError{Value: parts.masked(), Problem: targetTooLong(len(wire))}
	}
	return wire, nil
}

// checkTargetText refuses what can be seen without taking the value apart.
func checkTargetText(value string) *TargetError {
	const needed = `; give a domain such as "example.com" or a page such as "https://example.com/page"`
	trimmed := strings.TrimFunc(value, isTargetSpace)
	switch {
	case value == "":
		return &TargetError{Problem: "it is empty" + needed}
	case len(value) > maxTargetLength:
		return &TargetError{Value: maskAnyUserinfo(value), Problem: targetTooLong(len(value))}
	case !utf8.ValidString(value):
		return &TargetError{Value: maskAnyUserinfo(value), Problem: "it is not valid UTF-8"}
	case trimmed == "":
		return &TargetError{Value: value, Problem: "it is nothing but white space" + needed}
	case strings.ContainsFunc(trimmed, isTargetSpace):
		const problem = "it has white space in it; a host name has none, and in a URL a space is written %20"
		return &TargetError{Value: maskAnyUserinfo(value), Problem: problem}
	case strings.ContainsFunc(trimmed, unicode.IsControl):
		return &TargetError{Value: maskAnyUserinfo(value), Problem: "it has a control character in it"}
	case trimmed != value:
		return refuseTarget(value, "it has white space around it", trimmed)
	}
	return nil
}

// isTargetSpace counts as white space what is invisible and comes along when a
// value is copied from a page or read from a file with a byte order mark.
func isTargetSpace(r rune) bool {
	const zeroWidthSpace, wordJoiner, byteOrderMark = '\u200b', '\u2060', '\ufeff'
	return unicode.IsSpace(r) || r == zeroWidthSpace || r == wordJoiner || r == byteOrderMark
}

// checkTargetForm refuses what is neither a bare host nor an absolute URL.
func checkTargetForm(value string, parts targetParts) *TargetError {
	switch {
	case !parts.isURL() && parts.scheme != "":
		return refuseTarget(value, schemeProblem(parts.scheme), parts.withHTTPScheme())
	case parts.isURL() && parts.holdsURL():
		return refuseTarget(value, "it has two schemes", parts.authority+parts.tail)
	case parts.userinfoEnd() > len(parts.authority):
		const problem = `what stands before the "@" is no host name and may be a user name or a password, ` +
			"which is no part of a target"
		return &TargetError{Value: parts.masked(), Problem: problem}
	case parts.userinfoEnd() > 0:
		const problem = "it holds a user name or a password, which is no part of a target"
		return refuseTarget(value, problem, parts.withoutUserinfo())
	case parts.isURL() || parts.authority == "" || parts.tail == "":
		return nil
	case parts.isBareWithSlash():
		return refuseTarget(value, fmt.Sprintf("a domain goes without %q at its end", parts.tail), parts.authority)
	}
	const problem = `a page is an absolute URL, with "http://" or "https://" in front`
	return refuseTarget(value, problem, parts.withHTTPScheme())
}

// schemeProblem says what is wrong with the start of a value, given with its
// separator ("ftp://", "http:/", "//").
func schemeProblem(scheme string) string {
	name := strings.TrimRight(scheme, `/\`)
	switch strings.TrimSuffix(strings.ToLower(name), ":") {
	case "":
		return `it has slashes in front but no scheme, which is "http://" or "https://"`
	case "http", "https":
		return fmt.Sprintf(`%q is no scheme; an absolute URL begins with "http://" or "https://"`, scheme)
	}
	return fmt.Sprintf("its scheme %q is not http or https", strings.TrimSuffix(name, ":"))
}

// refuseTarget makes the error for a value whose correction may itself need one.
// Where that fails, the message tells both problems, so that nobody mends a
// value twice.
func refuseTarget(value, problem, candidate string) *TargetError {
	refusal := &TargetError{Value: maskUserinfo(value), Problem: problem}
	if candidate == "" {
		return refusal
	}
	_, err := NormalizeTarget(candidate)
	if err == nil {
		refusal.Suggestion = candidate
		return refusal
	}
	// NormalizeTarget has no other kind of error.
	further := err.(*TargetError)
	if refusal.Suggestion = further.Suggestion; refusal.Suggestion == "" {
		refusal.Problem += "; besides, " + further.Problem
	}
	return refusal
}

func targetTooLong(length int) string {
	return fmt.Sprintf("it is %d bytes long, and %d are the most", length, maxTargetLength)
}

// quoteTarget quotes a value for a message, shortened where it would fill the
// screen.
func quoteTarget(value string) string {
	const most = 200
	if len(value) <= most {
		return strconv.Quote(value)
	}
	end := most
	for end > most-utf8.UTFMax && !utf8.RuneStart(value[end]) {
		end--
	}
	return strconv.Quote(value[:end]) + "..."
}

// targetParts is a target taken apart by RFC 3986, unchecked.
type targetParts struct {
	// scheme is what stands before the authority, as written: "" for a bare
	// host, "HTTPS://", or a beginning that is none ("http:/", "//", "mailto:").
	scheme string
	// authority is the host with a port, and userinfo that is to be refused.
	authority string
	// tail is path, query and fragment.
	tail string
}

var (
	// Beginnings that can only be meant as a scheme, well-formed or not.
	targetScheme = regexp.MustCompile(
		`^(?:/{2,}|(?i:https?(?::[/\\]*|[/\\]+)|mailto:[/\\]*|[a-z][a-z0-9+.-]*:[/\\]{2,}))`)
	// Beginnings that may as well be a host before a port, or a user name
	// before a password. A name with a dot is a host.
	targetSchemeOrHost = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9+-]*:[/\\]*`)
)

func splitTarget(value string) targetParts {
	scheme := targetScheme.FindString(value)
	if scheme == "" {
		scheme = bareScheme(value)
	}
	authority, tail := cutAuthority(value[len(scheme):])
	return targetParts{scheme: scheme, authority: authority, tail: tail}
}

// bareScheme returns a scheme that no two slashes follow, as in "javascript:x".
func bareScheme(value string) string {
	scheme := targetSchemeOrHost.FindString(value)
	rest := value[len(scheme):]
	if scheme == "" || strings.ContainsAny(rest, atSigns) { // a user name and its password
		return ""
	}
	if !strings.HasSuffix(scheme, ":") { // slashes: no host could be meant
		return scheme
	}
	port, _ := cutAuthority(rest)
	isPort := port == "" || port[0] >= '0' && port[0] <= '9'
	isIPv6 := strings.Contains(port, ":")
	if isPort || isIPv6 {
		return ""
	}
	return scheme
}

func cutAuthority(text string) (authority, tail string) {
	if end := strings.IndexAny(text, "/?#"); end >= 0 {
		return text[:end], text[end:]
	}
	return text, ""
}

func (p targetParts) isURL() bool {
	scheme := strings.ToLower(p.scheme)
	return scheme == "http://" || scheme == "https://"
}

// holdsURL recognises "https://https://example.com" and the like.
func (p targetParts) holdsURL() bool {
	name := strings.TrimSuffix(strings.ToLower(p.authority), ":")
	return (name == "http" || name == "https") && strings.HasPrefix(p.tail, "//")
}

// isBareWithSlash recognises a domain as an address bar shows it.
func (p targetParts) isBareWithSlash() bool {
	return p.tail == "/" || p.tail == "?" || p.tail == "#"
}

// host checks the authority by the rules that hold for a URL or a bare host.
func (p targetParts) host() (targetHost, *targetFlaw) {
	host, flaw := parseAuthority(p.authority)
	switch {
	case flaw != nil:
		return targetHost{}, flaw
	case p.isURL() && host.isIPv6 && !strings.HasPrefix(p.authority, "["):
		return targetHost{}, &targetFlaw{"an IPv6 address stands in brackets in a URL", "[" + host.name + "]"}
	case !p.isURL() && hasNeedlessWWW(host.name):
		return targetHost{}, &targetFlaw{`a domain goes without "www."`, p.withoutWWW(host)}
	}
	return host, nil
}

const www = "www."

// hasNeedlessWWW tells www.example.com from www.com and www.co.uk, which are
// registered domains of their own. Suffixes that are no registry's, such as
// github.io, do not count: www.github.io is the site of their owner.
func hasNeedlessWWW(name string) bool {
	domain, found := strings.CutPrefix(name, www)
	if !found || !strings.Contains(domain, ".") {
		return false
	}
	suffix, isRegistry := publicsuffix.PublicSuffix(domain)
	return suffix != domain || !isRegistry
}

// withoutWWW keeps the user's spelling where that has the four letters too; an
// internationalised spelling of them exists.
func (p targetParts) withoutWWW(host targetHost) string {
	written := p.authority
	for name := host.name; hasNeedlessWWW(name); name = name[len(www):] {
		if len(written) <= len(www) || !strings.EqualFold(written[:len(www)], www) {
			host.name = trimNeedlessWWW(name)
			return host.authority(false)
		}
		written = written[len(www):]
	}
	return written
}

// trimNeedlessWWW returns the name without any of them.
func trimNeedlessWWW(name string) string {
	for hasNeedlessWWW(name) {
		name = name[len(www):]
	}
	return name
}

// withAuthority returns the value with another authority, "" for none.
func (p targetParts) withAuthority(authority string) string {
	if authority == "" {
		return ""
	}
	return p.scheme + authority + p.tail
}

// withHTTPScheme guesses what a value with another scheme or none is to be. A
// mail address names a domain, not a page, and so does a host with no path
// after "//".
func (p targetParts) withHTTPScheme() string {
	scheme := strings.ToLower(p.scheme)
	switch {
	case strings.HasPrefix(scheme, "mailto:") && strings.Contains(p.authority, "@"):
		return p.authority[strings.LastIndex(p.authority, "@")+1:]
	case strings.HasPrefix(scheme, "//") && (p.tail == "" || p.isBareWithSlash()):
		return p.authority
	case strings.TrimRight(scheme, `:/\`) == "http":
		return "http://" + p.authority + p.tail
	}
	return "https://" + p.authority + p.tail
}
