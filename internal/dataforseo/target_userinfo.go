package dataforseo

import (
	"strings"
	"unicode/utf8"
)

// atSigns ends a user name and password: the sign itself and the two that IDNA
// maps to it.
const atSigns = "@\uff20\ufe6b"

// userinfoMask stands in messages where a user name and password stood.
const userinfoMask = "***@"

// maskUserinfo returns a value fit for messages.
func maskUserinfo(value string) string {
	text := strings.TrimLeftFunc(value, isTargetSpace)
	return value[:len(value)-len(text)] + splitTarget(text).masked()
}

// maskAnyUserinfo is maskUserinfo for values that have no form to go by, so that
// an "@" anywhere may end a password.
func maskAnyUserinfo(value string) string {
	text := strings.TrimLeftFunc(value, isTargetSpace)
	scheme := splitTarget(text).scheme
	rest := text[len(scheme):]
	if end := afterLastAt(rest); end > 0 {
		rest = userinfoMask + rest[end:]
	}
	return value[:len(value)-len(text)] + scheme + rest
}

// userinfoEnd returns where in authority and tail the userinfo ends, 0 for none.
//
// A password with an unescaped slash moves its "@" out of the authority, where
// it looks like the one of "https://example.com/@name". What stands before the
// slash tells them apart: a host, or the start of a secret.
func (p targetParts) userinfoEnd() int {
	end := afterLastAt(p.authority)
	inTail := afterLastAt(p.tail)
	if inTail == 0 {
		return end
	}
	if _, flaw := parseAuthority(p.authority[end:]); flaw != nil {
		return len(p.authority) + inTail
	}
	return end
}

// masked returns the value with its userinfo masked.
func (p targetParts) masked() string {
	if end := p.userinfoEnd(); end > 0 {
		return p.scheme + userinfoMask + (p.authority + p.tail)[end:]
	}
	return p.scheme + p.authority + p.tail
}

func (p targetParts) withoutUserinfo() string {
	return p.scheme + (p.authority + p.tail)[p.userinfoEnd():]
}

// afterLastAt returns the offset behind the last "@", 0 for none.
func afterLastAt(text string) int {
	at := strings.LastIndexAny(text, atSigns)
	if at < 0 {
		return 0
	}
	_, size := utf8.DecodeRuneInString(text[at:])
	return at + size
}
