package dataforseo

import (
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/net/idna"
)

// Limits of RFC 1035, section 2.3.4, in bytes: a name of 255 on the wire of the
// DNS is one of 253 in text.
const (
	maxLabelLength = 63
	maxNameLength  = 253
)

// hostProfile maps an internationalised name as browsers do (WHATWG URL
// Standard, "domain to ASCII" with beStrict false): underscores pass, and so do
// hyphens in third and fourth place.
//
//nolint:gochecknoglobals // it is never changed
var hostProfile = idna.New(
	idna.MapForLookup(), idna.BidiRule(), idna.StrictDomainName(false), idna.CheckHyphens(false))

// targetHost is the host of a target as it goes on the wire, and its port.
type targetHost struct {
	// name is a name in lower-case IDNA ASCII without a trailing dot, or an IP
	// address in its canonical form without brackets.
	name   string
	isIPv6 bool
	// port is a number without leading zeros, "" for none.
	port string
}

// authority puts the host together again. Brackets keep an IPv6 address apart
// from its port; in a URL they are obligatory.
func (h targetHost) authority(inURL bool) string {
	name := h.name
	if h.isIPv6 && (inURL || h.port != "") {
		name = "[" + name + "]"
	}
	if h.port == "" {
		return name
	}
	return name + ":" + h.port
}

// targetFlaw is what is wrong with a host or an authority.
type targetFlaw struct {
	// problem is what [TargetError.Problem] is to say.
	problem string
	// instead is what to put in place of the host or authority, "" for unknown.
	instead string
}

// parseAuthority takes host and port apart and normalises both. It knows
// neither userinfo nor the rules that differ between a URL and a bare host:
// "www." passes, and so does an IPv6 address without brackets.
func parseAuthority(authority string) (targetHost, *targetFlaw) {
	if addr, err := netip.ParseAddr(authority); err == nil && addr.Is6() {
		return ipv6Host(addr, "", false)
	}
	if strings.HasPrefix(authority, "[") {
		return parseBracketed(authority)
	}
	name, port, hasPort := strings.Cut(authority, ":")
	if strings.Contains(port, ":") {
		return targetHost{}, &targetFlaw{problem: fmt.Sprintf(
			"%s has more than one colon but is no IPv6 address", quoteTarget(authority))}
	}
	port, flaw := normalizePort(port, hasPort)
	if flaw != nil {
		return targetHost{}, &targetFlaw{flaw.problem, name}
	}
	name, flaw = normalizeHost(name)
	if flaw != nil {
		if flaw.instead != "" && port != "" {
			flaw.instead += ":" + port
		}
		return targetHost{}, flaw
	}
	return targetHost{name: name, port: port}, nil
}

// parseBracketed reads "[2001:db8::1]" and "[2001:db8::1]:443".
func parseBracketed(authority string) (targetHost, *targetFlaw) {
	inside, port, closed := strings.Cut(authority[1:], "]")
	addr, err := netip.ParseAddr(inside)
	port, hasPort := strings.CutPrefix(port, ":")
	if !closed || err != nil || !addr.Is6() || !hasPort && port != "" {
		return targetHost{}, &targetFlaw{problem: fmt.Sprintf(
			"%s is no IPv6 address in brackets", quoteTarget(authority))}
	}
	port, flaw := normalizePort(port, hasPort)
	if flaw != nil {
		return targetHost{}, &targetFlaw{flaw.problem, "[" + inside + "]"}
	}
	return ipv6Host(addr, port, true)
}

func ipv6Host(addr netip.Addr, port string, bracketed bool) (targetHost, *targetFlaw) {
	host := targetHost{name: addr.WithZone("").String(), isIPv6: true, port: port}
	if zone := addr.Zone(); zone != "" {
		problem := fmt.Sprintf("the zone %q of an IPv6 address means nothing outside of its own network", zone)
		return targetHost{}, &targetFlaw{problem, host.authority(bracketed)}
	}
	return host, nil
}

// normalizePort drops leading zeros.
func normalizePort(port string, hasPort bool) (string, *targetFlaw) {
	if !hasPort {
		return "", nil
	}
	if port == "" {
		return "", &targetFlaw{problem: "it has a colon with no port after it"}
	}
	number, err := strconv.ParseUint(port, 10, 16)
	if err != nil || number == 0 {
		return "", &targetFlaw{problem: fmt.Sprintf(
			"%s is no port, which is a number from 1 to 65535", quoteTarget(port))}
	}
	return strconv.FormatUint(number, 10), nil
}

// normalizeHost returns a host name or an IPv4 address in lower-case IDNA
// ASCII, without the trailing dot of the absolute DNS form.
func normalizeHost(host string) (string, *targetFlaw) {
	if rest, isWildcard := strings.CutPrefix(host, "*."); isWildcard {
		const problem = "a wildcard is no host name; include_subdomains, which is true unless set, covers subdomains"
		return "", &targetFlaw{problem, rest}
	}
	name, flaw := hostToASCII(host)
	if flaw != nil {
		return "", flaw
	}
	name = strings.TrimSuffix(name, ".")
	if name == "" {
		return "", &targetFlaw{problem: `it names no host; give a domain such as "example.com"`}
	}
	if flaw := checkHostName(name); flaw != nil {
		return "", flaw
	}
	return name, nil
}

// hostToASCII maps a host name to lower-case ASCII. One that is ASCII already is
// not validated by the IDNA tables, as these know fewer characters than the
// registries of today do: only a label that no table could decode is refused.
func hostToASCII(host string) (string, *targetFlaw) {
	if !isASCIIHost(host) {
		name, err := hostProfile.ToASCII(host)
		if err != nil {
			reason := strings.TrimPrefix(err.Error(), "idna: ")
			return "", &targetFlaw{problem: fmt.Sprintf(
				"%s is no internationalised domain name (%s)", quoteTarget(host), reason)}
		}
		return name, nil
	}
	name := strings.ToLower(host)
	for label := range strings.SplitSeq(name, ".") {
		if !strings.HasPrefix(label, "xn--") {
			continue
		}
		if _, err := idna.Punycode.ToUnicode(label); err != nil {
			return "", &targetFlaw{problem: fmt.Sprintf("its label %s is no IDNA label", quoteTarget(label))}
		}
	}
	return name, nil
}

// checkHostName checks a mapped name by the rules of the DNS, underscores
// allowed (they are in use in subdomains), and by what a target needs.
func checkHostName(name string) *targetFlaw {
	for label := range strings.SplitSeq(name, ".") {
		if flaw := checkLabel(name, label); flaw != nil {
			return flaw
		}
	}
	if len(name) > maxNameLength {
		return &targetFlaw{problem: fmt.Sprintf(
			"its host name has %d bytes, and %d are the most", len(name), maxNameLength)}
	}
	last := name[strings.LastIndex(name, ".")+1:]
	if strings.Trim(last, "0123456789") == "" {
		if addr, err := netip.ParseAddr(name); err != nil || !addr.Is4() {
			return &targetFlaw{problem: fmt.Sprintf("%q ends in a number but is no IPv4 address", name)}
		}
	}
	if last == name {
		return &targetFlaw{problem: fmt.Sprintf(`%q is a name without a dot; give a domain such as "example.com"`, name)}
	}
	return nil
}

func checkLabel(name, label string) *targetFlaw {
	if label == "" {
		labels := slices.DeleteFunc(strings.Split(name, "."), func(label string) bool { return label == "" })
		const problem = "it has an empty label: two dots in a row, or a dot in front"
		return &targetFlaw{problem, strings.Join(labels, ".")}
	}
	for _, r := range label {
		if !isHostRune(r) {
			return &targetFlaw{problem: fmt.Sprintf("%q cannot stand in a host name", string(r))}
		}
	}
	if len(label) > maxLabelLength {
		return &targetFlaw{problem: fmt.Sprintf(
			"its label %s has %d bytes, and %d are the most", quoteTarget(label), len(label), maxLabelLength)}
	}
	return nil
}

func isHostRune(r rune) bool {
	return r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r == '-' || r == '_'
}

func isASCIIHost(text string) bool {
	for i := range len(text) {
		if text[i] >= 0x80 {
			return false
		}
	}
	return true
}
