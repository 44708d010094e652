package dataforseo

import (
	"fmt"
	"net"
	"net/netip"
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/idna"
	"golang.org/x/net/publicsuffix"
)

// maxTargetLength is the maximum length of a target in bytes, as written and on the
// wire. The API documents no limit. Common servers and browsers truncate longer URLs,
// so no backlink can lead to one.
const maxTargetLength = 2048

const www = "www."

// NormalizeTarget returns a target in wire form. The API takes a domain or subdomain
// without scheme and "www.", or a page as an absolute http or https URL. An IP address
// can replace the domain, and a port may follow.
//
// In wire form, scheme and host are lower case, and the host is IDNA ASCII without a
// trailing dot. An IPv6 address has brackets only in a URL or before a port. A URL has
// a path, at least "/", and no default port. Path, query and fragment are otherwise
// unchanged. The wire form normalises to itself.
//
// The error names the value, the problem and, where there is one, the corrected value.
// It never shows a user name or password.
func NormalizeTarget(value string) (string, error) {
	wire, flaw := normalizeTarget(value)
	if flaw == nil {
		return wire, nil
	}
	problem := flaw.problem
	for flaw.use != "" {
		_, next := normalizeTarget(flaw.use)
		if next == nil {
			return "", fmt.Errorf("%s isn't a valid target: %s. Use %q.", quoteTarget(value), problem, flaw.use)
		}
		flaw = next
	}
	if flaw.problem != problem {
		problem += "; also, " + flaw.problem
	}
	return "", fmt.Errorf("%s isn't a valid target: %s.", quoteTarget(value), problem)
}

// TargetDomain returns the domain that a value names, in the form of a target:
// without scheme, user, wildcard, "www.", port, path and trailing dot. It takes
// zone names, aliases and URLs of any scheme. An IP address stays one.
func TargetDomain(value string) (string, error) {
	host, flaw := targetDomain(value)
	if flaw != nil {
		return "", fmt.Errorf("%s doesn't name a domain: %s", quoteTarget(value), flaw.problem)
	}
	return trimWWW(host), nil
}

func targetDomain(value string) (host string, flaw *targetFlaw) {
	if flaw = checkTargetText(value); flaw != nil {
		return "", flaw
	}
	t := splitTarget(value)
	t.authority = strings.TrimPrefix(t.authority[userinfoEnd(t.authority):], "*.")
	if flaw = t.checkUserinfo(); flaw != nil {
		return "", flaw
	}
	host, _, flaw = parseAuthority(t.authority)
	return host, flaw
}

// HomePage reports whether a target in wire form has only scheme and host, and returns
// the domain that was probably meant. A URL with a port does not count: another site
// may answer there.
func HomePage(wire string) (domain string, ok bool) {
	t := splitTarget(wire)
	host, port, flaw := parseAuthority(t.authority)
	if flaw != nil || !t.isURL() || t.path+t.query != "/" || port != "" {
		return "", false
	}
	return trimWWW(host), true
}

// sameTarget reports whether an answer that echoes target a is the answer for target b.
// It ignores letter case, a trailing slash and a default port. Everything else counts:
// http and https are different pages, and a domain is not its home page.
func sameTarget(a, b string) bool { return foldTarget(a) == foldTarget(b) }

func foldTarget(value string) string {
	t := splitTarget(strings.ToLower(value))
	host, port, _ := cutPort(t.authority)
	if !t.impliesPort(port) {
		host = t.authority
	}
	return t.scheme + host + strings.TrimSuffix(t.path, "/") + t.query
}

// targetFlaw describes what is wrong with a target.
type targetFlaw struct {
	// problem completes "isn't a valid target: ".
	problem string
	// use is a better value, which may have flaws too; "" for none.
	use string
}

func normalizeTarget(value string) (wire string, flaw *targetFlaw) {
	if flaw = checkTargetText(value); flaw != nil {
		return "", flaw
	}
	t := splitTarget(value)
	if flaw = t.checkForm(); flaw != nil {
		return "", flaw
	}
	host, port, flaw := parseAuthority(t.authority)
	if flaw == nil {
		flaw = t.checkHost(host, port)
	}
	if flaw != nil {
		if flaw.use != "" {
			flaw.use = t.scheme + flaw.use + t.path + t.query
		}
		return "", flaw
	}
	wire = t.wire(host, port)
	if len(wire) > maxTargetLength {
		return "", targetTooLong(wire)
	}
	return wire, nil
}

// checkTargetText makes the checks that need no parsing.
func checkTargetText(value string) *targetFlaw {
	trimmed := strings.TrimFunc(value, isTargetSpace)
	switch {
	case trimmed == "":
		return &targetFlaw{problem: `it's blank; use a domain such as "example.com" or a page such as "https://example.com/page"`}
	case len(value) > maxTargetLength:
		return targetTooLong(value)
	case !utf8.ValidString(value):
		return &targetFlaw{problem: "it isn't valid UTF-8"}
	case strings.ContainsFunc(trimmed, isTargetSpace):
		return &targetFlaw{problem: "it contains white space; in a URL, write a space as %20"}
	case strings.ContainsFunc(trimmed, unicode.IsControl):
		return &targetFlaw{problem: "it contains a control character"}
	case trimmed != value:
		return &targetFlaw{"it has white space around it", trimmed}
	}
	return nil
}

// isTargetSpace reports whether r is white space, or an invisible character that comes
// with text copied from a page or read from a file with a byte order mark.
func isTargetSpace(r rune) bool {
	const zeroWidthSpace, wordJoiner, byteOrderMark = '\u200b', '\u2060', '\ufeff'
	return unicode.IsSpace(r) || r == zeroWidthSpace || r == wordJoiner || r == byteOrderMark
}

func targetTooLong(value string) *targetFlaw {
	return &targetFlaw{problem: fmt.Sprintf("it's %d bytes long; the limit is %d", len(value), maxTargetLength)}
}

// quoteTarget quotes a value for a message, without user name and password, and
// truncates it. If the value is too malformed to find them, it shows only what follows
// the last "@".
func quoteTarget(value string) string {
	const most = 200
	trimmed := strings.TrimFunc(value, isTargetSpace)
	if t := splitTarget(trimmed); checkTargetText(trimmed) != nil || t.checkUserinfo() != nil {
		if end := userinfoEnd(trimmed); end > 0 {
			if !t.isURL() {
				t.scheme = ""
			}
			value = t.scheme + "***@" + trimmed[end:]
		}
	}
	if len(value) > most {
		return strconv.Quote(strings.ToValidUTF8(value[:most], "")) + "..."
	}
	return strconv.Quote(value)
}

// targetParts is a target split into its parts, unchecked and as written.
type targetParts struct {
	scheme    string // in lower case with its separator, "https://" or "mailto:"; "" for a domain
	authority string
	path      string
	query     string // with the fragment
}

// targetPattern treats as a scheme only what can be nothing else, well formed or not:
// "localhost:8080" has none.
var targetPattern = regexp.MustCompile(
	`(?is)^((?:https?|ftp|mailto)(?::[/\\]*|[/\\]+)|[a-z][a-z0-9+-]*:[/\\]+|/{2,})?([^/?#]*)([^?#]*)(.*)$`)

func splitTarget(value string) targetParts {
	parts := targetPattern.FindStringSubmatch(value)
	return targetParts{scheme: strings.ToLower(parts[1]), authority: parts[2], path: parts[3], query: parts[4]}
}

func (t targetParts) isURL() bool { return t.scheme == "http://" || t.scheme == "https://" }

// impliesPort reports whether port is the scheme's default.
func (t targetParts) impliesPort(port string) bool {
	return t.scheme+port == "http://80" || t.scheme+port == "https://443"
}

// wire joins the target with its normalised host and port.
func (t targetParts) wire(host, port string) string {
	switch {
	case port != "" && !t.impliesPort(port):
		host = net.JoinHostPort(host, port)
	case t.isURL() && strings.Contains(host, ":"):
		host = "[" + host + "]"
	}
	if t.isURL() && t.path == "" {
		t.path = "/"
	}
	return t.scheme + host + t.path + t.query
}

// checkForm accepts only a bare host or an absolute URL.
func (t targetParts) checkForm() *targetFlaw {
	if flaw := t.checkUserinfo(); flaw != nil {
		return flaw
	}
	tail := t.path + t.query
	rest := t.authority + tail
	name := strings.TrimRight(t.scheme, `:/\`)
	switch problem := fmt.Sprintf(`a URL starts with "http://" or "https://", not %q`, t.scheme); {
	case t.isURL() && splitTarget(rest).scheme != "":
		return &targetFlaw{"it has two schemes", rest}
	case t.isURL(), t.scheme == "" && (t.authority == "" || tail == ""):
		return nil
	case name == "http", name == "https":
		return &targetFlaw{problem, name + "://" + rest}
	case t.scheme != "":
		return &targetFlaw{problem, rest}
	case len(tail) == 1:
		return &targetFlaw{fmt.Sprintf("a domain doesn't end in %q", tail), t.authority}
	}
	return &targetFlaw{"a page needs its full URL", "https://" + rest}
}

// checkUserinfo refuses a user name and password. A slash in a password moves its "@"
// out of the authority, where it looks like that of "https://example.com/@name". The
// text before the slash decides: a host, or the start of a secret.
func (t targetParts) checkUserinfo() *targetFlaw {
	const problem = "it seems to contain a user name or password"
	end, tail := userinfoEnd(t.authority), t.path+t.query
	switch _, _, flaw := parseAuthority(t.authority); {
	case end == 0 && userinfoEnd(tail) == 0:
		return nil
	case userinfoEnd(tail) == 0:
		return &targetFlaw{problem, t.scheme + t.authority[end:] + tail}
	case flaw == nil && (t.scheme == "" || strings.HasSuffix(t.scheme, "//")):
		return nil
	}
	return &targetFlaw{problem: problem}
}

// userinfoEnd returns the offset after the last "@", 0 for none. IDNA maps two more
// characters to "@".
func userinfoEnd(text string) int {
	const atSigns = "@\uff20\ufe6b"
	at := strings.LastIndexAny(text, atSigns)
	if at < 0 {
		return 0
	}
	return len(text) - len(strings.TrimLeft(text[at:], atSigns))
}

// checkHost makes the checks that differ between a URL and a domain.
func (t targetParts) checkHost(host, port string) *targetFlaw {
	const noWWW = `a domain is written without "www."`
	switch {
	case t.isURL() && strings.Contains(host, ":") && !strings.HasPrefix(t.authority, "["):
		return &targetFlaw{"an IPv6 address in a URL needs brackets", "[" + host + "]"}
	case t.isURL() || trimWWW(host) == host:
		return nil
	case strings.EqualFold(t.authority[:len(www)], www):
		return &targetFlaw{noWWW, t.authority[len(www):]}
	}
	return &targetFlaw{noWWW, t.wire(host[len(www):], port)}
}

// trimWWW removes "www.", unless it is the registered name itself, as in www.com and
// www.co.uk. Private suffixes such as github.io don't count: www.github.io is their
// owner's site.
func trimWWW(host string) string {
	domain, found := strings.CutPrefix(host, www)
	suffix, isRegistry := publicsuffix.PublicSuffix(domain)
	if !found || !strings.Contains(domain, ".") || suffix == domain && isRegistry {
		return host
	}
	return trimWWW(domain)
}

// cutPort cuts the port off an authority, not the last group off an IPv6 address.
func cutPort(authority string) (host, port string, found bool) {
	i := strings.LastIndexByte(authority, ':')
	if i < 0 || strings.Contains(authority[:i], ":") && authority[i-1] != ']' {
		return authority, "", false
	}
	return authority[:i], authority[i+1:], true
}

// parseAuthority returns the host in wire form, without brackets, and the port without
// leading zeros. The value that a flaw suggests is an authority.
func parseAuthority(authority string) (host, port string, flaw *targetFlaw) {
	host, port, found := cutPort(authority)
	if found {
		number, err := strconv.ParseUint(port, 10, 16)
		if err != nil || number == 0 {
			return "", "", &targetFlaw{"its port isn't a number from 1 to 65535", host}
		}
		port = strconv.FormatUint(number, 10)
	}
	if domain, isWildcard := strings.CutPrefix(authority, "*."); isWildcard {
		return "", "", &targetFlaw{"a wildcard isn't a host; include_subdomains, true by default, covers subdomains", domain}
	}
	host, problem := normalizeHost(host)
	if problem != "" {
		return "", "", &targetFlaw{problem: problem}
	}
	return host, port, nil
}

// hostLabels matches the ASCII labels of a name (RFC 1035, section 2.3.4). Subdomains
// in use have underscores, and hyphens at either end.
var hostLabels = regexp.MustCompile(`^[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63})*$`)

func normalizeHost(host string) (name, problem string) {
	if strings.ContainsAny(host, "[:]") {
		return normalizeIPv6(host)
	}
	const maxNameLength = 253 // as text; RFC 1035 allows 255 bytes on the wire
	name, err := hostToASCII(host)
	name = strings.TrimSuffix(name, ".")
	last := name[strings.LastIndex(name, ".")+1:]
	_, notIP := netip.ParseAddr(name)
	switch {
	case name == "":
		return "", `it has no host; use a domain such as "example.com"`
	case err != nil || !hostLabels.MatchString(name) || len(name) > maxNameLength:
		return "", `its host isn't a valid name (labels of 1 to 63 letters, digits, "-" and "_", at most 253 characters in all)`
	case notIP != nil && strings.Trim(last, "0123456789") == "":
		return "", "its host ends in a number but isn't an IPv4 address"
	case last == name:
		return "", `its host has no dot; use a domain such as "example.com"`
	}
	return name, ""
}

// hostProfile maps names as browsers do: the WHATWG URL Standard's "domain to
// ASCII" with beStrict false.
//
//nolint:gochecknoglobals // it is never changed
var hostProfile = idna.New(idna.MapForLookup(), idna.BidiRule(), idna.StrictDomainName(false), idna.CheckHyphens(false))

// hostToASCII does not check ASCII names against the IDNA tables, which lag behind what
// registries allow.
func hostToASCII(host string) (string, error) {
	if strings.ContainsFunc(host, func(r rune) bool { return r > unicode.MaxASCII }) {
		return hostProfile.ToASCII(host)
	}
	name := strings.ToLower(host)
	_, err := idna.Punycode.ToUnicode(name)
	return name, err
}

func normalizeIPv6(host string) (address, problem string) {
	inside := host
	if strings.HasPrefix(host, "[") && strings.HasSuffix(host, "]") {
		inside = host[1 : len(host)-1]
	}
	addr, err := netip.ParseAddr(inside)
	if err != nil || !addr.Is6() || addr.Zone() != "" {
		return "", "its IPv6 address isn't valid"
	}
	return addr.String(), ""
}
