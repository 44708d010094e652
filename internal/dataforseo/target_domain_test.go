package dataforseo

import (
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
		"www.com":                             "www.com",   // a registered domain of its own
		"www.co.uk":                           "www.co.uk", // likewise
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

func TestTargetDomain_refusals(t *testing.T) {
	t.Parallel()
	for value, want := range map[string]string{
		"":                             `"" names no domain: it is empty; give a domain such as "example.com" or a page such as "https://example.com/page"`,
		"   ":                          `"   " names no domain: it is nothing but white space; give a domain such as "example.com" or a page such as "https://example.com/page"`,
		"exam ple.com":                 `"exam ple.com" names no domain: it has white space in it; a host name has none, and in a URL a space is written %20`,
		"localhost":                    `"localhost" names no domain: "localhost" is a name without a dot; give a domain such as "example.com"`,
		"https://?x":                   `"https://?x" names no domain: it names no host; give a domain such as "example.com"`,
		"https://user:secret@intranet": `"https://***@intranet" names no domain: "intranet" is a name without a dot; give a domain such as "example.com"`,
		"example..com":                 `"example..com" names no domain: it has an empty label: two dots in a row, or a dot in front`,
		"example.com:http":             `"example.com:http" names no domain: "http" is no port, which is a number from 1 to 65535`,
		"exa$mple.com":                 `"exa$mple.com" names no domain: "$" cannot stand in a host name`,
	} {
		got, err := TargetDomain(value)
		if err == nil || err.Error() != want {
			t.Errorf("TargetDomain(%q) = %q, %v\nwant the error %s", value, got, err, want)
		}
	}
}

// FuzzTargetDomain: what comes out is itself a target that stays as it is, and
// nothing before an @ reaches a message.
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
			t.Errorf("TargetDomain(%q) = %q, which as a target is %q, %v", value, domain, target, err)
		}
		if again, err := TargetDomain(domain); err != nil || !strings.HasSuffix(domain, again) {
			t.Errorf("TargetDomain(%q) = %q, and of that %q, %v", value, domain, again, err)
		}
	})
}
