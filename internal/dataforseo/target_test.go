package dataforseo

import (
	"strconv"
	"strings"
	"testing"
)

// The problems in messages.
const (
	blank       = `it's blank; use a domain such as "example.com" or a page such as "https://example.com/page"`
	spaceInside = `it contains white space; in a URL, write a space as %20`
	noWWW       = `a domain is written without "www."`
	fullURL     = `a page needs its full URL`
	noDot       = `its host has no dot; use a domain such as "example.com"`
	noHost      = `it has no host; use a domain such as "example.com"`
	userinfo    = `it seems to contain a user name or password`
	wildcard    = `a wildcard isn't a host; include_subdomains, true by default, covers subdomains`
	badName     = `its host isn't a valid name (labels of 1 to 63 letters, digits, "-" and "_", at most 253 characters in all)`
	badIPv4     = `its host ends in a number but isn't an IPv4 address`
	badIPv6     = `its IPv6 address isn't valid`
	badPort     = `its port isn't a number from 1 to 65535`
)

func TestNormalizeTarget(t *testing.T) {
	t.Parallel()
	label63 := strings.Repeat("a", 63)
	name253 := label63 + "." + label63 + "." + label63 + "." + strings.Repeat("b", 57) + ".com"
	longest := "https://example.com/" + strings.Repeat("p", maxTargetLength-len("https://example.com/"))
	tests := map[string]struct{ value, want string }{
		"domain":                         {"example.com", "example.com"},
		"upper case":                     {"Shop.EXAMPLE.Com", "shop.example.com"},
		"absolute DNS form":              {"example.com.", "example.com"},
		"port":                           {"example.com:8080", "example.com:8080"},
		"port with leading zero":         {"example.com:080", "example.com:80"},
		"highest port":                   {"example.com:65535", "example.com:65535"},
		"absolute DNS form with port":    {"example.com.:8080", "example.com:8080"},
		"underscores":                    {"_dmarc.a_b.example.com", "_dmarc.a_b.example.com"},
		"hyphens in the third place":     {"r3---sn-apo3qvu.example.com", "r3---sn-apo3qvu.example.com"},
		"hyphens at the ends of a label": {"-a-.example.com", "-a-.example.com"},
		"digits in the middle":           {"1.2.example", "1.2.example"},
		"public suffix":                  {"co.uk", "co.uk"},
		"first and last characters":      {"az-09_.example", "az-09_.example"},
		"longest label":                  {label63 + ".com", label63 + ".com"},
		"longest name":                   {name253 + ".", name253},

		"www of a top-level domain":    {"www.com", "www.com"},
		"www of a registry's suffix":   {"WWW.co.uk", "www.co.uk"},
		"www of an unlisted top level": {"www.example", "www.example"},
		"name that begins with www":    {"www2.example.com", "www2.example.com"},
		"www further down":             {"a.www.example.com", "a.www.example.com"},

		"IDN":                    {"Bücher.example", "xn--bcher-kva.example"},
		"IDN with sharp s":       {"faß.de", "xn--fa-hia.de"},
		"IDN with emoji":         {"i❤.ws", "xn--i-7iq.ws"},
		"IDN from right to left": {"مثال.إختبار", "xn--mgbh0fb.xn--kgbechtv"},
		"IDN in ASCII":           {"XN--Bcher-KVA.example", "xn--bcher-kva.example"},
		"ideographic full stop":  {"example。com。", "example.com"},

		"IPv4":                           {"192.0.2.1", "192.0.2.1"},
		"IPv4 with port":                 {"192.0.2.1:80", "192.0.2.1:80"},
		"IPv4 in a URL":                  {"http://192.0.2.1/x", "http://192.0.2.1/x"},
		"IPv6":                           {"2001:0DB8:0:0::1", "2001:db8::1"},
		"IPv6 like a scheme":             {"fe80::1", "fe80::1"},
		"IPv6 like host and port":        {"abcd::", "abcd::"},
		"IPv6 in brackets":               {"[2001:DB8::1]", "2001:db8::1"},
		"IPv6 with port":                 {"[2001:DB8::1]:443", "[2001:db8::1]:443"},
		"IPv6 in a URL":                  {"https://[2001:DB8::1]/A", "https://[2001:db8::1]/A"},
		"IPv6 with port in a URL":        {"https://[2001:DB8::1]:8443/A", "https://[2001:db8::1]:8443/A"},
		"IPv4-mapped IPv6":               {"::FFFF:192.0.2.1", "::ffff:192.0.2.1"},
		"URL":                            {"https://example.com/page", "https://example.com/page"},
		"URL without path":               {"http://example.com", "http://example.com/"},
		"URL with www":                   {"HTTPS://WWW.Example.COM/Path/?Q=A#F", "https://www.example.com/Path/?Q=A#F"},
		"URL with query only":            {"https://example.com?A=B", "https://example.com/?A=B"},
		"URL with fragment only":         {"https://example.com#A/B", "https://example.com/#A/B"},
		"URL with default port":          {"https://example.com:443/", "https://example.com/"},
		"URL with default port only":     {"HTTP://example.com:080", "http://example.com/"},
		"URL with default port, query":   {"https://example.com:443?a", "https://example.com/?a"},
		"URL with the other's port":      {"http://example.com:443", "http://example.com:443/"},
		"URL with another port":          {"https://example.com:80?a", "https://example.com:80/?a"},
		"URL with IPv6 and default port": {"https://[::1]:443", "https://[::1]/"},
		"URL with trailing dot":          {"https://example.com./", "https://example.com/"},
		"URL with IDN and raw path":      {"https://Bücher.example/Ü%c3?ü=%zz&x=<\\>", "https://xn--bcher-kva.example/Ü%c3?ü=%zz&x=<\\>"},
		"URL with @ in the path":         {"https://example.com/@name", "https://example.com/@name"},
		"URL with @ in the query":        {"https://example.com/?to=a@b.c", "https://example.com/?to=a@b.c"},
		"URL with an empty segment":      {"https://example.com//a//", "https://example.com//a//"},
		"URL in the path":                {"https://example.com/https://example.org/", "https://example.com/https://example.org/"},
		"longest URL":                    {longest, longest},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := NormalizeTarget(test.value)
			if err != nil || got != test.want {
				t.Fatalf("NormalizeTarget(%q) = %q, %v, want %q", test.value, got, err, test.want)
			}
			if again, err := NormalizeTarget(got); err != nil || again != got {
				t.Errorf("NormalizeTarget(%q) = %q, %v, want no change", got, again, err)
			}
		})
	}
}

// refusal returns the message about a value. Shown is the value as the message quotes it.
func refusal(shown, problem, use string) string {
	text := shown + " isn't a valid target: " + problem + "."
	if use != "" {
		text += " Use " + strconv.Quote(use) + "."
	}
	return text
}

func checkRefusal(t *testing.T, value, want string) {
	t.Helper()
	got, err := NormalizeTarget(value)
	if err == nil || got != "" || err.Error() != want {
		t.Errorf("NormalizeTarget(%q) = %q, %v\nwant the error %s", value, got, err, want)
	}
}

func TestNormalizeTarget_errors(t *testing.T) {
	t.Parallel()
	tests := []struct{ value, problem, use string }{
		{"", blank, ""},
		{" \t\n", blank, ""},
		{"example.com\n", `it has white space around it`, "example.com"},
		{" www.example.com", `it has white space around it`, "example.com"},
		{"\ufeffexample.com\u200b", `it has white space around it`, "example.com"},
		{"exa mple.com", spaceInside, ""},
		{"https://example.com/a\u00a0b", spaceInside, ""},
		{"example.com/\x00", `it contains a control character`, ""},
		{"example.com\xff", `it isn't valid UTF-8`, ""},

		{"www.example.com", noWWW, "example.com"},
		{"WWW.Bücher.Example:8080", noWWW, "Bücher.Example:8080"},
		{"ｗｗｗ.example.com:80", noWWW, "example.com:80"},
		{"www.github.io", noWWW, "github.io"},
		{"WWW.www.Example.com", noWWW, "Example.com"},
		{"www.www.com", noWWW, "www.com"},
		{"www.", noDot, ""},

		{"example.com/", `a domain doesn't end in "/"`, "example.com"},
		{"www.example.com?", `a domain doesn't end in "?"`, "example.com"},
		{"example.com/page", fullURL, "https://example.com/page"},
		{"www.example.com/page", fullURL, "https://www.example.com/page"},
		{"example.com:8080?a=b", fullURL, "https://example.com:8080?a=b"},
		{"2001:db8::1/x", fullURL, "https://[2001:db8::1]/x"},
		{"fe80::1/", `a domain doesn't end in "/"`, "fe80::1"},
		{"/page", noHost, ""},

		{"//example.com/x", `a URL starts with "http://" or "https://", not "//"`, "https://example.com/x"},
		{"//www.example.com/", `a URL starts with "http://" or "https://", not "//"`, "example.com"},
		{"ftp://example.com/x", `a URL starts with "http://" or "https://", not "ftp://"`, "https://example.com/x"},
		{"ftp:/example.com", `a URL starts with "http://" or "https://", not "ftp:/"`, "example.com"},
		{"FTP:example.com", `a URL starts with "http://" or "https://", not "ftp:"`, "example.com"},
		{"ftp://localhost/x", `a URL starts with "http://" or "https://", not "ftp://"; also, ` + noDot, ""},
		{"mailto:example.com", `a URL starts with "http://" or "https://", not "mailto:"`, "example.com"},
		{"javascript:x", badPort + `; also, ` + noDot, ""},
		{"http:/example.com", `a URL starts with "http://" or "https://", not "http:/"`, "http://example.com"},
		{"HTTP:example.com", `a URL starts with "http://" or "https://", not "http:"`, "http://example.com"},
		{"https:example.com", `a URL starts with "http://" or "https://", not "https:"`, "https://example.com"},
		{"HTTPS//example.com", `a URL starts with "http://" or "https://", not "https//"`, "https://example.com"},
		{"https:///example.com", `a URL starts with "http://" or "https://", not "https:///"`, "https://example.com"},
		{"https://http://example.com/x", `it has two schemes`, "http://example.com/x"},
		{"https://https//example.com/x", `it has two schemes`, "https://example.com/x"},
		{"https://HTTP://example.com/x", `it has two schemes`, "HTTP://example.com/x"},
		{"https://", noHost, ""},

		{"example", noDot, ""},
		{"localhost:8080", noDot, ""},
		{"example:0", badPort + `; also, ` + noDot, ""},
		{"example:9", noDot, ""},
		{"https://localhost/x", noDot, ""},
		{"*.example.com", wildcard, "example.com"},
		{"*.www.example.com:80", wildcard, "example.com:80"},
		{"https://*.example.com/x", wildcard, "https://example.com/x"},
		{"a.*.com", badName, ""},
		{"example..com", badName, ""},
		{".example.com:80", badName, ""},
		{"example.com..", badName, ""},
		{".", noHost, ""},
		{"exa!mple.com", badName, ""},
		{"ex%61mple.com", badName, ""},
		{"example.com：80", badName, ""},
		{"a\ufffdb.com", badName, ""},
		{"xn--99999999.com", badName, ""},

		{"1.2.3", badIPv4, ""},
		{"example.123", badIPv4, ""},
		{"https://256.1.1.1/", badIPv4, ""},
		{"12345", badIPv4, ""},
		{"https://2001:db8::1/x", `an IPv6 address in a URL needs brackets`, "https://[2001:db8::1]/x"},
		{"[2001:db8::1", badIPv6, ""},
		{"[2001:db8::1]80", badIPv6, ""},
		{"[192.0.2.1]", badIPv6, ""},
		{"[2001:db8::1]:0", badPort, "[2001:db8::1]"},
		{"fe80::1%eth0", badIPv6, ""},
		{"https://[fe80::1%25eth0]/", badIPv6, ""},
		{"1:2:3", badIPv6, ""},

		{"example.com:", badPort, "example.com"},
		{"example.com:0", badPort, "example.com"},
		{"https://example.com:65536/x", badPort, "https://example.com/x"},
		{"example.com:+80", badPort, "example.com"},

		{"youtube.com/@name", fullURL, "https://youtube.com/@name"},
	}
	for _, test := range tests {
		t.Run(test.value, func(t *testing.T) {
			t.Parallel()
			checkRefusal(t, test.value, refusal(strconv.Quote(test.value), test.problem, test.use))
		})
	}
}

func TestNormalizeTarget_tooLong(t *testing.T) {
	t.Parallel()
	x, p := strings.Repeat("x", 200), strings.Repeat("p", maxTargetLength)
	dots := strings.Repeat("a.", 126) + "com" // 255 bytes
	// The wire form is longer: by the mapped host, and by a path of "/".
	grows := "https://ü.example/" + p[:maxTargetLength-len("https://ü.example/")]
	slash := "https://example.com?" + p[:maxTargetLength-len("https://example.com?")]
	// IDNA takes minutes for a label of this length.
	var label strings.Builder
	for i := range 100_000 {
		label.WriteRune(rune('一' + i%20_000))
	}
	tests := map[string]struct{ value, want string }{
		"label": {strings.Repeat("a", 64) + ".com", refusal(`"`+strings.Repeat("a", 64)+`.com"`, badName, "")},
		"name":  {dots, refusal(`"`+dots[:200]+`"...`, badName, "")},
		"value": {x + p, refusal(`"`+x+`"...`, "it's 2248 bytes long; the limit is 2048", "")},
		"wire":  {grows, refusal(`"`+grows[:200]+`"...`, "it's 2053 bytes long; the limit is 2048", "")},
		"slash": {slash, refusal(`"`+slash[:200]+`"...`, "it's 2049 bytes long; the limit is 2048", "")},
		"IDN":   {label.String() + ".com/@x", refusal(`"***@x"`, "it's 300007 bytes long; the limit is 2048", "")},
		"cut within a character": {
			x[:199] + "ü" + p, refusal(`"`+x[:199]+`"...`, "it's 2249 bytes long; the limit is 2048", ""),
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			checkRefusal(t, test.value, test.want)
			if _, err := TargetDomain(test.value); err != nil && len(err.Error()) > 500 {
				t.Errorf("TargetDomain returns an error of %d bytes", len(err.Error()))
			}
		})
	}
}

// TestNormalizeTarget_userinfo checks that no message contains a password, even if the
// password contains a delimiter, the value is malformed, or the "@" is a similar character.
func TestNormalizeTarget_userinfo(t *testing.T) {
	t.Parallel()
	tests := []struct{ value, shown, problem, use string }{
		{"mailto:a@b.c", `"***@b.c"`, userinfo, "b.c"},
		{"user@example.com", `"***@example.com"`, userinfo, "example.com"},
		{"user:secret@www.example.com", `"***@www.example.com"`, userinfo, "example.com"},
		{"https://user:secret@example.com/x", `"https://***@example.com/x"`, userinfo, "https://example.com/x"},
		{"https://@example.com", `"https://***@example.com"`, userinfo, "https://example.com"},
		{"https://user:se/cret@example.com/x", `"https://***@example.com/x"`, userinfo, ""},
		{"https://user:se?cret@example.com/x", `"https://***@example.com/x"`, userinfo, ""},
		{"https://user:se#cr@et@example.com", `"https://***@example.com"`, userinfo, ""},
		{"https://user:se@cr/et@example.com", `"https://***@example.com"`, userinfo, ""},
		{"user:se/cret@example.com", `"***@example.com"`, userinfo, ""},
		{"user:/secret@example.com", `"***@example.com"`, userinfo, "example.com"},
		{"user:se//cret@example.com", `"***@example.com"`, userinfo, ""},
		{"user:secret＠example.com", `"***@example.com"`, userinfo, "example.com"},
		{"user:secret﹫example.com", `"***@example.com"`, userinfo, "example.com"},
		{`https://example.org\:secret@example.com`, `"https://***@example.com"`, userinfo, "https://example.com"},
		{"https://user:secret@localhost", `"https://***@localhost"`, userinfo + `; also, ` + noDot, ""},
		{" https://user:secret@example.com", `"https://***@example.com"`, `it has white space around it`, "https://example.com"},
		{"https://user:sec ret@example.com", `"https://***@example.com"`, spaceInside, ""},
		{"https://example.org/ https://user:secret@example.com", `"https://***@example.com"`, spaceInside, ""},
		{"https://user:sec\x00ret@example.com", `"https://***@example.com"`, `it contains a control character`, ""},
		{"https://user:sec\xffret@example.com", `"https://***@example.com"`, `it isn't valid UTF-8`, ""},
		{"https://example.org/\x00https://user:secret@example.com", `"https://***@example.com"`, `it contains a control character`, ""},
		{"https://example.org/\xffhttps://user:secret@example.com", `"https://***@example.com"`, `it isn't valid UTF-8`, ""},
		{"https://example.org/user:secret@" + strings.Repeat("p", maxTargetLength), `"https://***@` + strings.Repeat("p", 200-len("https://***@")) + `"...`, `it's 2080 bytes long; the limit is 2048`, ""},
		{"https:user:secret@example.com", `"***@example.com"`, userinfo, "https://example.com"},
		{"ftp://user:secret@example.com/x", `"***@example.com/x"`, userinfo, "https://example.com/x"},
		{"//user:secret@example.com/x", `"***@example.com/x"`, userinfo, "https://example.com/x"},
		{"https://user:secret@example.com/@name", `"https://***@name"`, userinfo, ""},
		{"user:secret.example/@example.com", `"***@example.com"`, userinfo, ""},
		{"http:secret.example/@example.com", `"***@example.com"`, userinfo, ""},
		{"https://https://user:secret@example.com/x", `"https://***@example.com/x"`, userinfo, ""},
	}
	for _, test := range tests {
		t.Run(test.value, func(t *testing.T) {
			t.Parallel()
			checkRefusal(t, test.value, refusal(test.shown, test.problem, test.use))
		})
	}
}

func TestHomePage(t *testing.T) {
	t.Parallel()
	for wire, want := range map[string]string{
		"https://example.com/":           "example.com",
		"http://blog.example.com/":       "blog.example.com",
		"https://www.example.com/":       "example.com",
		"https://www.co.uk/":             "www.co.uk",
		"https://xn--bcher-kva.example/": "xn--bcher-kva.example",
		"https://192.0.2.1/":             "192.0.2.1",
		"https://[2001:db8::1]/":         "2001:db8::1",
		"":                               "",
		"example.com":                    "",
		"example.com:443":                "",
		"https://example.com:8443/":      "", // perhaps another server
		"https://example.com/index.html": "",
		"https://example.com//":          "",
		"https://example.com/?":          "",
		"https://example.com/?a=b":       "",
		"https://example.com/#top":       "",
	} {
		domain, ok := HomePage(wire)
		if domain != want || ok != (want != "") {
			t.Errorf("HomePage(%q) = %q, %t, want %q", wire, domain, ok, want)
		}
		if !ok {
			continue
		}
		if target, err := NormalizeTarget(domain); err != nil || target != domain {
			t.Errorf("NormalizeTarget(%q) = %q, %v, want no change", domain, target, err)
		}
	}
}

func TestSameTarget(t *testing.T) {
	t.Parallel()
	tests := []struct {
		a, b string
		want bool
	}{
		{"example.com", "example.com", true},
		{"example.com", "Example.COM", true},
		{"example.com", "example.com/", true},
		{"https://example.com/", "https://example.com", true},
		{"https://example.com/Page", "HTTPS://EXAMPLE.com/page/", true},
		{"https://example.com/?a=b", "https://example.com?A=b", true},
		{"https://example.com/", "https://example.com:443", true},
		{"http://example.com/x", "http://example.com:80/x", true},
		{"https://[2001:db8::1]/", "https://[2001:DB8::1]:443/", true},
		{"2001:db8::1", "2001:DB8::1", true},

		{"example.com", "example.org", false},
		{"example.com", "", false},
		{"example.com", "www.example.com", false},
		{"example.com", "blog.example.com", false},
		{"example.com", "example.com.", false},
		{"example.com", "https://example.com/", false}, // the domain and its home page
		{"example.com", "example.com:443", false},
		{"example.com:80", "example.com:8080", false},
		{"2001:db8::443", "2001:db8::", false},
		{"http://example.com/", "https://example.com/", false},
		{"https://example.com/", "https://example.com:80/", false},
		{"http://example.com:443/", "http://example.com/", false},
		{"https://example.com/", "https://www.example.com/", false},
		{"https://example.com/", "https://example.com//", false},
		{"https://example.com/a", "https://example.com/a/b", false},
		{"https://example.com/a?b", "https://example.com/a", false},
		{"https://example.com/?u=/", "https://example.com/?u=", false},
		{"https://example.com/#/", "https://example.com/#", false},
		{"https://example.com/a%2Fb", "https://example.com/a/b", false},
	}
	for _, test := range tests {
		if got := sameTarget(test.a, test.b); got != test.want {
			t.Errorf("sameTarget(%q, %q) = %t, want %t", test.a, test.b, got, test.want)
		}
		if got := sameTarget(test.b, test.a); got != test.want {
			t.Errorf("sameTarget(%q, %q) = %t, want %t", test.b, test.a, got, test.want)
		}
	}
}
