package acctest

import (
	"encoding/base64"
	"net/url"
	"strings"
	"testing"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/fakeapi"
)

// AssertNoSecret fails the test if content contains the password, plain or as encoded
// in headers, URLs and JSON.
func AssertNoSecret(t *testing.T, where, content, password string) {
	t.Helper()
	for form, secret := range map[string]string{
		"plain":  password,
		"Basic":  base64.StdEncoding.EncodeToString([]byte(fakeapi.DefaultLogin + ":" + password)),
		"base64": base64.StdEncoding.EncodeToString([]byte(password)),
		"query":  url.QueryEscape(password),
		"path":   url.PathEscape(password),
		"JSON":   strings.Trim(JSON(t, password), `"`),
	} {
		if i := strings.Index(content, secret); i >= 0 {
			t.Errorf("%s contains the password (%s form): ...%q...", where, form, content[max(0, i-80):min(len(content), i+len(secret)+20)])
		}
	}
}
