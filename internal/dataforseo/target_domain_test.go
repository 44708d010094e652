package dataforseo

import (
	"strconv"
	"strings"
	"testing"
)

func TestTargetDomain(t *testing.T) {
	t.Parallel()
	for value, want := range map[string]string{
		"https://WWW.Example.com:443/x":       "example.com",
		"example.com":                         "example.com",
		"example.com.":                        "example.com", // a zone name
		"EXAMPLE.com":                         "example.com",
		"www.example.com":                     "example.com",
		"www.example.com.":                    "example.com",
		"*.example.com":                       "example.com", // an alias
		"*.www.example.com":                   "example.com",
		"example.com:8443":                    "example.com",
		"example.com/path?q#f":                "example.com",
		"//cdn.example.com/lib.js":            "cdn.example.com",
		"http://blog.example.com":             "blog.example.com",
		"ftp://files.example.com/pub":         "files.example.com",
		"wss://live.example.com/socket":       "live.example.com",
		"https://user:pass@example.com/":      "example.com",
		"mailto:info@example.com":             "example.com",
		"https://Bücher.example/":             "xn--bcher-kva.example",
		"xn--bcher-kva.example":               "xn--bcher-kva.example",
		"www.com":                             "www.com", // a registered domain
		"www.co.uk":                           "www.co.uk",
		"www.www.example.com":                 "example.com",
		"_dmarc.example.com":                  "_dmarc.example.com",
		"192.0.2.10":                          "192.0.2.10",
		"https://192.0.2.10:8080/":            "192.0.2.10",
		"https://[2001:DB8::1]:443/":          "2001:db8::1",
		"https://example.com/@somebody/posts": "example.com",
	} {
		got, err := TargetDomain(value)
		if err != nil || got != want {
			t.Errorf("TargetDomain(%q) = %q, %v, want %q", value, got, err, want)
		}
	}
}

func TestTargetDomain_errors(t *testing.T) {
	t.Parallel()
	for value, want := range map[string]string{
		"":                  blank,
		"   ":               blank,
		"exam ple.com":      spaceInside,
		"localhost":         noDot,
		"https://?x":        noHost,
		"https://intranet/": noDot,
		"example..com":      badName,
		"example.com:http":  badPort,
		"exa$mple.com":      badName,
		"[::1":              badIPv6,
		"a.*.com":           badName,
	} {
		got, err := TargetDomain(value)
		want = strconv.Quote(value) + " doesn't name a domain: " + want
		if err == nil || err.Error() != want {
			t.Errorf("TargetDomain(%q) = %q, %v\nwant the error %s", value, got, err, want)
		}
	}
}

func TestTargetDomain_userinfo(t *testing.T) {
	t.Parallel()
	for value, want := range map[string]string{
		"https://user:secret@intranet":         `"https://***@intranet" doesn't name a domain: ` + noDot,
		"https://user:sec/ret@example.com":     `"https://***@example.com" doesn't name a domain: ` + userinfo,
		"https://user:s!cr/t@example.com":      `"https://***@example.com" doesn't name a domain: ` + userinfo,
		"https://user:secret@example.com/@a b": `"https://***@a b" doesn't name a domain: ` + spaceInside,
		"http:secret.example/@example.com":     `"***@example.com" doesn't name a domain: ` + userinfo,
	} {
		if got, err := TargetDomain(value); err == nil || err.Error() != want {
			t.Errorf("TargetDomain(%q) = %q, %v\nwant the error %s", value, got, err, want)
		}
	}
}

// FuzzTargetDomain checks that every domain is a target in wire form.
func FuzzTargetDomain(f *testing.F) {
	for _, value := range []string{"https://WWW.Example.com:443/x", "*.example.com.", "www.co.uk", "[::1]:80", "a@b.c", "Bücher.example", "//x.y", "mailto:a@b.c"} {
		f.Add(value)
	}
	f.Fuzz(func(t *testing.T, value string) {
		domain, err := TargetDomain(value)
		if err != nil {
			return
		}
		if target, err := NormalizeTarget(domain); err != nil || target != domain {
			t.Errorf("TargetDomain(%q) = %q, which NormalizeTarget turns into %q, %v", value, domain, target, err)
		}
		if again, err := TargetDomain(domain); err != nil || !strings.HasSuffix(domain, again) {
			t.Errorf("TargetDomain(%q) = %q, and TargetDomain of that is %q, %v", value, domain, again, err)
		}
	})
}
