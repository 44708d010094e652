package dataforseo

import (
	"errors"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"unicode"
)

func FuzzNormalizeTarget(f *testing.F) {
	for _, seed := range []string{
		"", " example.com\n", "example.com", "WWW.Example.COM:8080", "www.co.uk", "*.example.com", "example..com.",
		"https://Bücher.example/Ü?q=a b#f", "http:/example.com", "https://https://example.com", "//example.com/x",
		"mailto:a@b.c", "user:pass@example.com/x", "2001:DB8::1", "[fe80::1%25eth0]:443", "1.2.3.4", "１.２.３.４。",
		"xn--bcher-kva.de", "xn--99999999.com", "a\u00adb.com", "faß.de", "\u05d0.com", "a\u200db.com", "example.com:00",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, value string) {
		wire, err := NormalizeTarget(value)
		if err != nil {
			checkSuggestion(t, err)
			return
		}
		checkWire(t, wire)
	})
}

var suggestion = regexp.MustCompile(`\. Use ("[^ ]*")\.$`)

func checkSuggestion(t *testing.T, err error) {
	t.Helper()
	found := suggestion.FindStringSubmatch(err.Error())
	if found == nil {
		return
	}
	suggested, err := strconv.Unquote(found[1])
	if err != nil {
		t.Fatalf("%s: %v", found[1], err)
	}
	if wire, err := NormalizeTarget(suggested); err != nil {
		t.Errorf("the suggestion %q isn't valid: %v", suggested, err)
	} else {
		checkWire(t, wire)
	}
}

func checkWire(t *testing.T, wire string) {
	t.Helper()
	if again, err := NormalizeTarget(wire); err != nil || again != wire {
		t.Errorf("NormalizeTarget(%q) = %q, %v, want no change", wire, again, err)
	}
	if strings.ContainsFunc(wire, unicode.IsSpace) {
		t.Errorf("%q contains white space", wire)
	}
	parts := splitTarget(wire)
	for _, r := range parts.scheme + parts.authority {
		if r > unicode.MaxASCII || unicode.IsUpper(r) {
			t.Errorf("%q contains %q before its path", wire, r)
		}
	}
	if strings.HasSuffix(parts.authority, ".") {
		t.Errorf("the host of %q has a trailing dot", wire)
	}
	if parts.scheme != "" && !strings.HasPrefix(parts.path, "/") {
		t.Errorf("%q has no path", wire)
	}
	if !sameTarget(wire, wire) || !sameTarget(strings.ToUpper(wire[:len(wire)-len(parts.path+parts.query)])+parts.path+parts.query, wire) {
		t.Errorf("sameTarget doesn't ignore the case of %q", wire)
	}
	if domain, ok := HomePage(wire); ok {
		if again, err := NormalizeTarget(domain); err != nil || again != domain || sameTarget(domain, wire) {
			t.Errorf("HomePage(%q) = %q, which NormalizeTarget turns into %q, %v", wire, domain, again, err)
		}
	}
}

// FuzzTargetUserinfo looks for values whose password appears in a message.
func FuzzTargetUserinfo(f *testing.F) {
	for _, seed := range []struct{ scheme, user, more, host string }{
		{"https://", "user", "", "example.com/x"}, {"", "", "/", "example.com"}, {"ftp:", "a b", "#", "localhost"},
		{" //", "a", "@", "[::1]:0"}, {"https:\\\\", "\x00", "?", "example..com"}, {"https://https://", "u", "\xff", "*.example.com"},
	} {
		f.Add(seed.scheme, seed.user, seed.more, seed.host)
	}
	const secret = "s3crEt"
	f.Fuzz(func(t *testing.T, scheme, user, more, host string) {
		// A user name with a dot looks like a host, and one with a slash like a scheme.
		if strings.ContainsAny(scheme+user, ".。．｡:[") && !isScheme(scheme) || strings.ContainsAny(user, ".。．｡/\\[") {
			t.Skip()
		}
		value := scheme + user + ":" + secret + more + "@" + host
		_, err := NormalizeTarget(value)
		if err == nil {
			t.Fatalf("NormalizeTarget(%q) accepts a password", value)
		}
		checkSuggestion(t, err)
		domain, noDomain := TargetDomain(value)
		if noDomain == nil {
			noDomain = errors.New(domain)
		}
		for _, text := range []string{err.Error(), noDomain.Error()} {
			if strings.Contains(strings.ToLower(text), strings.ToLower(secret)) {
				t.Errorf("%q: %q shows the password", value, text)
			}
		}
	})
}

func isScheme(text string) bool {
	switch text {
	case "", "http://", "https://", "HTTP://", "ftp://", "//", "mailto:", "http:/", "https:":
		return true
	}
	return false
}
