package dataforseo

import (
	"bytes"
	"cmp"
	"encoding/base64"
	"encoding/json"
	"html"
	"net/url"
	"slices"
	"strings"
)

// Secrets returns the forms in which the password can appear: by itself and in the
// Authorization header, plain and escaped for URLs, HTML and JSON. Log writers use it
// for masking.
func Secrets(login, password string) []string {
	if password == "" {
		return nil
	}
	basic := base64.StdEncoding.EncodeToString([]byte(login + ":" + password))
	var secrets []string
	for _, secret := range []string{strings.TrimRight(basic, "="), password} {
		quoted := jsonEscape(secret)
		secrets = append(secrets, secret, quoted, strings.ReplaceAll(quoted, "/", `\/`), html.EscapeString(secret),
			url.QueryEscape(secret), url.PathEscape(secret), (&url.URL{Path: secret}).EscapedPath())
	}
	// Longest first, since one may contain another.
	slices.SortFunc(secrets, func(a, b string) int {
		return cmp.Or(cmp.Compare(len(b), len(a)), cmp.Compare(a, b))
	})
	return slices.Compact(secrets)
}

// jsonEscape returns text as it appears between the quotes of a JSON string.
func jsonEscape(text string) string {
	quoted, _ := encode(text) // a string can always be encoded
	return string(quoted[1 : len(quoted)-1])
}

// redactor removes the credentials from text that came from outside: an error page can
// echo the request's headers.
type redactor struct {
	secrets  []string
	replacer *strings.Replacer
}

// redacted replaces a secret.
const redacted = "***"

func newRedactor(login, password string) *redactor {
	secrets := Secrets(login, password)
	pairs := make([]string, 0, 2*len(secrets))
	for _, secret := range secrets {
		pairs = append(pairs, secret, redacted)
	}
	return &redactor{secrets, strings.NewReplacer(pairs...)}
}

// text returns text without the credentials. It avoids the Replacer's copy for the
// usual text without any.
func (r *redactor) text(text string) string {
	if !slices.ContainsFunc(r.secrets, func(secret string) bool { return strings.Contains(text, secret) }) {
		return text
	}
	return r.replacer.Replace(text)
}

// excerpt returns the printable beginning of a text, without the credentials. It
// redacts before cutting, because half a secret is still a secret, and again
// afterwards, because removing white space can reveal one.
func (r *redactor) excerpt(text string, limit int) string {
	return r.text(excerpt(r.text(text), limit))
}

// body returns an answer without the credentials. In JSON it replaces them only in
// string values, however they are escaped. Numbers and field names stay, so that the
// answer keeps its meaning.
func (r *redactor) body(body []byte) []byte {
	if !json.Valid(body) {
		return []byte(r.beginning(string(body)))
	}
	clean := make([]byte, 0, len(body))
	for {
		start := bytes.IndexByte(body, '"')
		if start < 0 {
			return append(clean, body...)
		}
		end := start + valueLength(body[start:])
		clean = append(clean, body[:start]...)
		clean = append(clean, r.jsonString(body[start:end], isName(body[end:]))...)
		body = body[end:]
	}
}

// beginning is like text, and also redacts a secret that is truncated at the end. A part
// shorter than minSecretPart reveals nothing.
func (r *redactor) beginning(text string) string {
	const minSecretPart = 4
	text = r.text(text)
	for _, secret := range r.secrets {
		for n := len(secret) - 1; n >= minSecretPart; n-- {
			if before, found := strings.CutSuffix(text, secret[:n]); found {
				return before + redacted
			}
		}
	}
	return text
}

// jsonString returns a JSON string without the credentials.
func (r *redactor) jsonString(quoted []byte, isName bool) []byte {
	if isName {
		return quoted
	}
	text := string(quoted[1 : len(quoted)-1])
	if strings.Contains(text, `\`) {
		_ = json.Unmarshal(quoted, &text)
	}
	clean := r.text(text)
	if clean == text {
		return quoted
	}
	return []byte(`"` + jsonEscape(clean) + `"`)
}

// isName reports whether the text before rest is a field name.
func isName(rest []byte) bool {
	return bytes.HasPrefix(bytes.TrimLeft(rest, whiteSpace), []byte(":"))
}
