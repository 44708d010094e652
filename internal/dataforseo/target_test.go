package dataforseo

import (
	"errors"
	"strings"
	"testing"
)

// Parts of messages that many cases share.
const (
	giveTarget   = `; give a domain such as "example.com" or a page such as "https://example.com/page".`
	givePage     = `a page is an absolute URL, with "http://" or "https://" in front.`
	giveDomain   = `; give a domain such as "example.com".`
	noUserinfo   = `it holds a user name or a password, which is no part of a target.`
	maybeSecret  = `what stands before the "@" is no host name and may be a user name or a password, which is no part of a target.`
	noWhiteSpace = `it has white space in it; a host name has none, and in a URL a space is written %20.`
	noWildcard   = `a wildcard is no host name; include_subdomains, which is true unless set, covers subdomains.`
	emptyLabel   = `it has an empty label: two dots in a row, or a dot in front`
	onlySlashes  = `it has slashes in front but no scheme, which is "http://" or "https://".`
	notAPort     = `is no port, which is a number from 1 to 65535.`
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

		"IPv4":                      {"192.0.2.1", "192.0.2.1"},
		"IPv4 with port":            {"192.0.2.1:80", "192.0.2.1:80"},
		"IPv4 in a URL":             {"http://192.0.2.1/x", "http://192.0.2.1/x"},
		"IPv6":                      {"2001:0DB8:0:0::1", "2001:db8::1"},
		"IPv6 like a scheme":        {"fe80::1", "fe80::1"},
		"IPv6 like host and port":   {"abcd::", "abcd::"},
		"IPv6 in brackets":          {"[2001:DB8::1]", "2001:db8::1"},
		"IPv6 with port":            {"[2001:DB8::1]:443", "[2001:db8::1]:443"},
		"IPv6 in a URL":             {"https://[2001:DB8::1]/A", "https://[2001:db8::1]/A"},
		"IPv6 with port in a URL":   {"https://[2001:DB8::1]:443/A", "https://[2001:db8::1]:443/A"},
		"IPv4-mapped IPv6":          {"::FFFF:192.0.2.1", "::ffff:192.0.2.1"},
		"URL":                       {"https://example.com/page", "https://example.com/page"},
		"URL without path":          {"http://example.com", "http://example.com"},
		"URL with www":              {"HTTPS://WWW.Example.COM/Path/?Q=A#F", "https://www.example.com/Path/?Q=A#F"},
		"URL with query only":       {"https://example.com?A=B", "https://example.com?A=B"},
		"URL with fragment only":    {"https://example.com#A/B", "https://example.com#A/B"},
		"URL with default port":     {"https://example.com:443/", "https://example.com:443/"},
		"URL with trailing dot":     {"https://example.com./", "https://example.com/"},
		"URL with IDN and raw path": {"https://Bücher.example/Ü%c3?ü=%zz&x=<\\>", "https://xn--bcher-kva.example/Ü%c3?ü=%zz&x=<\\>"},
		"URL with @ in the path":    {"https://example.com/@name", "https://example.com/@name"},
		"URL with @ in the query":   {"https://example.com/?to=a@b.c", "https://example.com/?to=a@b.c"},
		"URL with an empty segment": {"https://example.com//a//", "https://example.com//a//"},
		"URL in the path":           {"https://example.com/https://example.org/", "https://example.com/https://example.org/"},
		"longest URL":               {longest, longest},
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

func TestNormalizeTargetRefusal(t *testing.T) {
	t.Parallel()
	tests := []struct{ value, want string }{
		{"", `"" cannot be a target: it is empty` + giveTarget},
		{" \t\n", `" \t\n" cannot be a target: it is nothing but white space` + giveTarget},
		{"example.com\n", `"example.com\n" cannot be a target: it has white space around it. Use "example.com".`},
		{" www.example.com", `" www.example.com" cannot be a target: it has white space around it. Use "example.com".`},
		{"\ufeffexample.com\u200b", `"\ufeffexample.com\u200b" cannot be a target: it has white space around it. Use "example.com".`},
		{"exa mple.com", `"exa mple.com" cannot be a target: ` + noWhiteSpace},
		{"https://example.com/a\u00a0b", `"https://example.com/a\u00a0b" cannot be a target: ` + noWhiteSpace},
		{"example.com/\x00", `"example.com/\x00" cannot be a target: it has a control character in it.`},
		{"example.com\xff", `"example.com\xff" cannot be a target: it is not valid UTF-8.`},

		{"www.example.com", `"www.example.com" cannot be a target: a domain goes without "www.". Use "example.com".`},
		{"WWW.Bücher.Example:8080", `"WWW.Bücher.Example:8080" cannot be a target: a domain goes without "www.". Use "Bücher.Example:8080".`},
		{"ｗｗｗ.example.com:80", `"ｗｗｗ.example.com:80" cannot be a target: a domain goes without "www.". Use "example.com:80".`},
		{"www.github.io", `"www.github.io" cannot be a target: a domain goes without "www.". Use "github.io".`},
		{"WWW.www.Example.com", `"WWW.www.Example.com" cannot be a target: a domain goes without "www.". Use "Example.com".`},
		{"www.www.com", `"www.www.com" cannot be a target: a domain goes without "www.". Use "www.com".`},
		{"www.", `"www." cannot be a target: "www" is a name without a dot` + giveDomain},

		{"example.com/", `"example.com/" cannot be a target: a domain goes without "/" at its end. Use "example.com".`},
		{"www.example.com?", `"www.example.com?" cannot be a target: a domain goes without "?" at its end. Use "example.com".`},
		{"example.com/page", `"example.com/page" cannot be a target: ` + givePage + ` Use "https://example.com/page".`},
		{"www.example.com/page", `"www.example.com/page" cannot be a target: ` + givePage + ` Use "https://www.example.com/page".`},
		{"example.com:8080?a=b", `"example.com:8080?a=b" cannot be a target: ` + givePage + ` Use "https://example.com:8080?a=b".`},
		{"2001:db8::1/x", `"2001:db8::1/x" cannot be a target: ` + givePage + ` Use "https://[2001:db8::1]/x".`},
		{"fe80::1/", `"fe80::1/" cannot be a target: a domain goes without "/" at its end. Use "fe80::1".`},
		{"/page", `"/page" cannot be a target: it names no host` + giveDomain},

		{"//example.com/x", `"//example.com/x" cannot be a target: ` + onlySlashes + ` Use "https://example.com/x".`},
		{"//www.example.com/", `"//www.example.com/" cannot be a target: ` + onlySlashes + ` Use "example.com".`},
		{"ftp://example.com/x", `"ftp://example.com/x" cannot be a target: its scheme "ftp" is not http or https. Use "https://example.com/x".`},
		{"ftp:/example.com", `"ftp:/example.com" cannot be a target: its scheme "ftp" is not http or https. Use "https://example.com".`},
		{"FTP:example.com", `"FTP:example.com" cannot be a target: its scheme "FTP" is not http or https. Use "https://example.com".`},
		{"ftp://localhost/x", `"ftp://localhost/x" cannot be a target: its scheme "ftp" is not http or https; besides, "localhost" is a name without a dot` + giveDomain},
		{"mailto:a@b.c", `"mailto:***@b.c" cannot be a target: its scheme "mailto" is not http or https. Use "b.c".`},
		{"mailto:example.com", `"mailto:example.com" cannot be a target: its scheme "mailto" is not http or https. Use "https://example.com".`},
		{"javascript:x", `"javascript:x" cannot be a target: its scheme "javascript" is not http or https; besides, "x" is a name without a dot` + giveDomain},
		{"http:/example.com", `"http:/example.com" cannot be a target: "http:/" is no scheme; an absolute URL begins with "http://" or "https://". Use "http://example.com".`},
		{"HTTP:example.com", `"HTTP:example.com" cannot be a target: "HTTP:" is no scheme; an absolute URL begins with "http://" or "https://". Use "http://example.com".`},
		{"https:example.com", `"https:example.com" cannot be a target: "https:" is no scheme; an absolute URL begins with "http://" or "https://". Use "https://example.com".`},
		{"HTTPS//example.com", `"HTTPS//example.com" cannot be a target: "HTTPS//" is no scheme; an absolute URL begins with "http://" or "https://". Use "https://example.com".`},
		{"https:///example.com", `"https:///example.com" cannot be a target: "https:///" is no scheme; an absolute URL begins with "http://" or "https://". Use "https://example.com".`},
		{"https://http://example.com/x", `"https://http://example.com/x" cannot be a target: it has two schemes. Use "http://example.com/x".`},
		{"https://https//example.com/x", `"https://https//example.com/x" cannot be a target: it has two schemes. Use "https://example.com/x".`},
		{"https://HTTP://example.com/x", `"https://HTTP://example.com/x" cannot be a target: it has two schemes. Use "HTTP://example.com/x".`},
		{"https://", `"https://" cannot be a target: it names no host` + giveDomain},

		{"example", `"example" cannot be a target: "example" is a name without a dot` + giveDomain},
		{"localhost:8080", `"localhost:8080" cannot be a target: "localhost" is a name without a dot` + giveDomain},
		{"example:0", `"example:0" cannot be a target: "0" is no port, which is a number from 1 to 65535; besides, "example" is a name without a dot` + giveDomain},
		{"example:9", `"example:9" cannot be a target: "example" is a name without a dot` + giveDomain},
		{"https://localhost/x", `"https://localhost/x" cannot be a target: "localhost" is a name without a dot` + giveDomain},
		{"*.example.com", `"*.example.com" cannot be a target: ` + noWildcard + ` Use "example.com".`},
		{"*.www.example.com:80", `"*.www.example.com:80" cannot be a target: ` + noWildcard + ` Use "example.com:80".`},
		{"https://*.example.com/x", `"https://*.example.com/x" cannot be a target: ` + noWildcard + ` Use "https://example.com/x".`},
		{"a.*.com", `"a.*.com" cannot be a target: "*" cannot stand in a host name.`},
		{"example..com", `"example..com" cannot be a target: ` + emptyLabel + `. Use "example.com".`},
		{".example.com:80", `".example.com:80" cannot be a target: ` + emptyLabel + `. Use "example.com:80".`},
		{"example.com..", `"example.com.." cannot be a target: ` + emptyLabel + `. Use "example.com".`},
		{".", `"." cannot be a target: it names no host` + giveDomain},
		{"exa!mple.com", `"exa!mple.com" cannot be a target: "!" cannot stand in a host name.`},
		{"ex%61mple.com", `"ex%61mple.com" cannot be a target: "%" cannot stand in a host name.`},
		{"example.com：80", `"example.com：80" cannot be a target: ":" cannot stand in a host name.`},
		{"a\ufffdb.com", `"a�b.com" cannot be a target: "a�b.com" is no internationalised domain name (disallowed rune U+FFFD).`},
		{"xn--99999999.com", `"xn--99999999.com" cannot be a target: its label "xn--99999999" is no IDNA label.`},

		{"1.2.3", `"1.2.3" cannot be a target: "1.2.3" ends in a number but is no IPv4 address.`},
		{"example.123", `"example.123" cannot be a target: "example.123" ends in a number but is no IPv4 address.`},
		{"https://256.1.1.1/", `"https://256.1.1.1/" cannot be a target: "256.1.1.1" ends in a number but is no IPv4 address.`},
		{"12345", `"12345" cannot be a target: "12345" ends in a number but is no IPv4 address.`},
		{"https://2001:db8::1/x", `"https://2001:db8::1/x" cannot be a target: an IPv6 address stands in brackets in a URL. Use "https://[2001:db8::1]/x".`},
		{"[2001:db8::1", `"[2001:db8::1" cannot be a target: "[2001:db8::1" is no IPv6 address in brackets.`},
		{"[2001:db8::1]80", `"[2001:db8::1]80" cannot be a target: "[2001:db8::1]80" is no IPv6 address in brackets.`},
		{"[192.0.2.1]", `"[192.0.2.1]" cannot be a target: "[192.0.2.1]" is no IPv6 address in brackets.`},
		{"[2001:db8::1]:0", `"[2001:db8::1]:0" cannot be a target: "0" ` + notAPort + ` Use "[2001:db8::1]".`},
		{"fe80::1%eth0", `"fe80::1%eth0" cannot be a target: the zone "eth0" of an IPv6 address means nothing outside of its own network. Use "fe80::1".`},
		{"https://[fe80::1%25eth0]/", `"https://[fe80::1%25eth0]/" cannot be a target: the zone "25eth0" of an IPv6 address means nothing outside of its own network. Use "https://[fe80::1]/".`},
		{"1:2:3", `"1:2:3" cannot be a target: "1:2:3" has more than one colon but is no IPv6 address.`},

		{"example.com:", `"example.com:" cannot be a target: it has a colon with no port after it. Use "example.com".`},
		{"example.com:0", `"example.com:0" cannot be a target: "0" ` + notAPort + ` Use "example.com".`},
		{"https://example.com:65536/x", `"https://example.com:65536/x" cannot be a target: "65536" ` + notAPort + ` Use "https://example.com/x".`},
		{"example.com:+80", `"example.com:+80" cannot be a target: "+80" ` + notAPort + ` Use "example.com".`},

		{"user@example.com", `"***@example.com" cannot be a target: ` + noUserinfo + ` Use "example.com".`},
		{"user:secret@www.example.com", `"***@www.example.com" cannot be a target: ` + noUserinfo + ` Use "example.com".`},
		{"https://user:secret@example.com/x", `"https://***@example.com/x" cannot be a target: ` + noUserinfo + ` Use "https://example.com/x".`},
		{"https://@example.com", `"https://***@example.com" cannot be a target: ` + noUserinfo + ` Use "https://example.com".`},
		{"youtube.com/@name", `"youtube.com/@name" cannot be a target: ` + givePage + ` Use "https://youtube.com/@name".`},
	}
	for _, test := range tests {
		t.Run(test.value, func(t *testing.T) {
			t.Parallel()
			got, err := NormalizeTarget(test.value)
			if err == nil {
				t.Fatalf("NormalizeTarget(%q) = %q, want the error\n%s", test.value, got, test.want)
			}
			if got != "" || err.Error() != test.want {
				t.Errorf("NormalizeTarget(%q) = %q and\n%s\nwant no result and\n%s", test.value, got, err, test.want)
			}
		})
	}
}

func TestNormalizeTargetTooLong(t *testing.T) {
	t.Parallel()
	label64, x, p := strings.Repeat("a", 64), strings.Repeat("x", 200), strings.Repeat("p", maxTargetLength)
	dots := strings.Repeat("a.", 126) + "com" // 255 bytes
	// The mapped host is longer than the written one.
	grows := "https://ü.example/" + p[:maxTargetLength-len("https://ü.example/")]
	tests := map[string]struct{ value, want string }{
		"label": {label64 + ".com", `"` + label64 + `.com" cannot be a target: its label "` + label64 + `" has 64 bytes, and 63 are the most.`},
		"name":  {dots, `"` + dots[:200] + `"... cannot be a target: its host name has 255 bytes, and 253 are the most.`},
		"value": {x + p, `"` + x + `"... cannot be a target: it is 2248 bytes long, and 2048 are the most.`},
		"wire":  {grows, `"https://ü.example/` + p[:200-len("https://ü.example/")] + `"... cannot be a target: it is 2053 bytes long, and 2048 are the most.`},
		"cut within a character": {
			x[:199] + "ü" + p, `"` + x[:199] + `"... cannot be a target: it is 2249 bytes long, and 2048 are the most.`,
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if _, err := NormalizeTarget(test.value); err == nil || err.Error() != test.want {
				t.Errorf("got\n%v\nwant\n%s", err, test.want)
			}
		})
	}
}

// A password may hold what ends an authority, stand in a value that has no form
// at all, or be typed with a sign that only looks like "@".
func TestNormalizeTargetShowsNoUserinfo(t *testing.T) {
	t.Parallel()
	tests := []struct{ value, want string }{
		{"https://user:se/cret@example.com/x", `"https://***@example.com/x" cannot be a target: ` + maybeSecret},
		{"https://user:se?cret@example.com/x", `"https://***@example.com/x" cannot be a target: ` + maybeSecret},
		{"https://user:se#cr@et@example.com", `"https://***@example.com" cannot be a target: ` + maybeSecret},
		{"https://user:se@cr/et@example.com", `"https://***@example.com" cannot be a target: ` + maybeSecret},
		{"user:se/cret@example.com", `"***@example.com" cannot be a target: ` + maybeSecret},
		{"user:/secret@example.com", `"***@example.com" cannot be a target: ` + maybeSecret},
		{"user:se//cret@example.com", `"***@example.com" cannot be a target: ` + maybeSecret},
		{"user:secret＠example.com", `"***@example.com" cannot be a target: ` + noUserinfo + ` Use "example.com".`},
		{"user:secret﹫example.com", `"***@example.com" cannot be a target: ` + noUserinfo + ` Use "example.com".`},
		{`https://example.org\:secret@example.com`, `"https://***@example.com" cannot be a target: ` + noUserinfo + ` Use "https://example.com".`},
		{"https://user:secret@localhost", `"https://***@localhost" cannot be a target: ` +
			`it holds a user name or a password, which is no part of a target; besides, "localhost" is a name without a dot` + giveDomain},
		{" https://user:secret@example.com", `" https://***@example.com" cannot be a target: it has white space around it. Use "https://example.com".`},
		{"https://user:sec ret@example.com", `"https://***@example.com" cannot be a target: ` + noWhiteSpace},
		{"https://example.org/ https://user:secret@example.com", `"https://***@example.com" cannot be a target: ` + noWhiteSpace},
		{"https://user:sec\x00ret@example.com", `"https://***@example.com" cannot be a target: it has a control character in it.`},
		{"https://user:sec\xffret@example.com", `"https://***@example.com" cannot be a target: it is not valid UTF-8.`},
		{"https://example.org/\x00https://user:secret@example.com", `"https://***@example.com" cannot be a target: it has a control character in it.`},
		{"https://example.org/\xffhttps://user:secret@example.com", `"https://***@example.com" cannot be a target: it is not valid UTF-8.`},
		{"https://example.org/user:secret@" + strings.Repeat("p", maxTargetLength), `"https://***@` + strings.Repeat("p", 200-len("https://***@")) +
			`"... cannot be a target: it is 2080 bytes long, and 2048 are the most.`},
		{"https:user:secret@example.com", `"https:***@example.com" cannot be a target: ` +
			`"https:" is no scheme; an absolute URL begins with "http://" or "https://". Use "https://example.com".`},
		{"ftp://user:secret@example.com/x", `"ftp://***@example.com/x" cannot be a target: its scheme "ftp" is not http or https. Use "https://example.com/x".`},
		{"//user:secret@example.com/x", `"//***@example.com/x" cannot be a target: ` + onlySlashes + ` Use "https://example.com/x".`},
		{"https://https://user:secret@example.com/x", `"https://***@example.com/x" cannot be a target: it has two schemes. Use "https://example.com/x".`},
	}
	for _, test := range tests {
		t.Run(test.value, func(t *testing.T) {
			t.Parallel()
			if _, err := NormalizeTarget(test.value); err == nil || err.Error() != test.want {
				t.Errorf("got\n%v\nwant\n%s", err, test.want)
			}
		})
	}
}

func TestTargetErrorFields(t *testing.T) {
	t.Parallel()
	_, err := NormalizeTarget("https://user:secret@example.com/x")
	got, ok := errors.AsType[*TargetError](err)
	if !ok {
		t.Fatalf("%T is no *TargetError", err)
	}
	want := TargetError{
		Value:      "https://***@example.com/x",
		Problem:    "it holds a user name or a password, which is no part of a target",
		Suggestion: "https://example.com/x",
	}
	if *got != want {
		t.Errorf("got %+v, want %+v", *got, want)
	}
}
