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

// Secrets returns the forms in which the password can come back: by itself and
// inside the Authorization header, as they are and as URLs, HTML and JSON escape
// them. It is for whoever writes logs.
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
	// The longest first, in which a shorter one may be found.
	slices.SortFunc(secrets, func(a, b string) int {
		return cmp.Or(cmp.Compare(len(b), len(a)), cmp.Compare(a, b))
	})
	return slices.Compact(secrets)
}

// jsonEscape returns text as it stands between the quotes of a JSON string.
func jsonEscape(text string) string {
	var quoted bytes.Buffer
	encoder := json.NewEncoder(&quoted)
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(text) // a string can always be encoded
	return strings.TrimSuffix(strings.TrimPrefix(quoted.String(), `"`), "\"\n")
}

// redactor takes the credentials out of what came from outside: an error page can
// echo the request's headers.
type redactor struct {
	secrets  []string
	replacer *strings.Replacer
}

// redacted stands where a secret was.
const redacted = "***"

func newRedactor(login, password string) *redactor {
	secrets := Secrets(login, password)
	pairs := make([]string, 0, 2*len(secrets))
	for _, secret := range secrets {
		pairs = append(pairs, secret, redacted)
	}
	return &redactor{secrets, strings.NewReplacer(pairs...)}
}

// text returns a text without the credentials.
func (r *redactor) text(text string) string { return r.replacer.Replace(text) }

// excerpt returns the printable beginning of a text, without the credentials. It
// redacts before it cuts, since half a secret at the cut is still a secret, and
// once more, since excerpts are without the white space that can hide one.
func (r *redactor) excerpt(text string, limit int) string {
	return r.text(excerpt(r.text(text), limit))
}

// body returns an answer without the credentials. In JSON they are looked for in
// texts, whatever their escapes; figures and the names of fields are left as they
// are, so that the answer means what it meant.
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
		end := start + stringLength(body[start:])
		clean = append(clean, body[:start]...)
		clean = append(clean, r.jsonString(body[start:end], isName(body[end:]))...)
		body = body[end:]
	}
}

// beginning is text for a text that may have lost its end, and with it half of a
// secret. Less than minSecretPart of it says nothing.
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
	var text string
	if isName || json.Unmarshal(quoted, &text) != nil {
		return quoted
	}
	clean := r.text(text)
	if clean == text {
		return quoted
	}
	return []byte(`"` + jsonEscape(clean) + `"`)
}

// stringLength returns the length of the JSON string that valid JSON begins with.
func stringLength(body []byte) int {
	for i := 1; i < len(body); i++ {
		switch body[i] {
		case '\\':
			i++
		case '"':
			return i + 1
		}
	}
	return len(body)
}

// isName reports whether what comes before rest is the name of a field.
func isName(rest []byte) bool {
	return bytes.HasPrefix(bytes.TrimLeft(rest, " \t\r\n"), []byte(":"))
}
