package dataforseo

import (
	"fmt"
	"strings"
)

// TargetDomain returns the domain that a value names, in the form of a target:
// without scheme, user, "www.", port, path and trailing dot, in lower case and IDNA
// ASCII. It takes what domain assets hold: zone names, aliases (a wildcard stands for
// the domain below it) and URLs of any scheme. An IP address is returned as it is.
// The error says what the value is that names no domain.
func TargetDomain(value string) (string, error) {
	if flaw := checkTargetText(value); flaw != nil {
		return "", fmt.Errorf("%s names no domain: %s", quoteTarget(flaw.Value), flaw.Problem)
	}
	parts := splitTarget(value)
	authority, _ := cutAuthority(strings.TrimPrefix(parts.withoutUserinfo(), parts.scheme))
	host, flaw := parseAuthority(strings.TrimPrefix(authority, "*."))
	if flaw != nil {
		return "", fmt.Errorf("%s names no domain: %s", quoteTarget(parts.masked()), flaw.problem)
	}
	return trimNeedlessWWW(host.name), nil
}
