package dataforseo_test

import (
	"testing"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/dataforseo"
)

func TestRFC3339(t *testing.T) {
	t.Parallel()
	tests := map[string]string{
		"2019-11-15 12:57:46 +00:00": "2019-11-15T12:57:46Z",
		"2020-02-29 00:00:00 +00:00": "2020-02-29T00:00:00Z",
		"2019-11-15 12:57:46 -00:00": "2019-11-15T12:57:46Z",
		"2019-11-15 12:57:46 +02:00": "2019-11-15T10:57:46Z",
		"2019-12-31 23:30:00 -05:30": "2020-01-01T05:00:00Z",
		"0001-01-01 00:00:00 +00:00": "0001-01-01T00:00:00Z",
		"9999-12-31 23:59:59 +00:00": "9999-12-31T23:59:59Z",
	}
	for timestamp, want := range tests {
		if got := dataforseo.RFC3339(&timestamp); got == nil || *got != want {
			t.Errorf("RFC3339(%q) = %s, want %s", timestamp, text(got), want)
		}
	}
}

func TestRFC3339_otherFormats(t *testing.T) {
	t.Parallel()
	tests := []string{
		"", " ", "null", "never",
		"2019-11-15",
		"2019-11-15 12:57:46",
		"2019-11-15 12:57 +00:00",
		"2019-11-15T12:57:46Z",
		"2019-11-15T12:57:46+00:00",
		"2019-11-15 12:57:46+00:00",
		"2019-11-15 12:57:46 Z",
		"2019-11-15 12:57:46 UTC",
		"2019-11-15 12:57:46 +0000",
		" 2019-11-15 12:57:46 +00:00",
		"2019-11-15 12:57:46 +00:00 ",
		"2019-11-15 12-57-46 +00:00", // the format in filters
		"15.11.2019 12:57:46 +00:00",
		"2019-02-29 00:00:00 +00:00", // not a leap year
		"2019-13-01 00:00:00 +00:00",
		"2019-11-15 24:00:00 +00:00",
		"2019-11-15 12:57:60 +00:00",
		"2019-11-15 12:57:46 +00:99",
		"0000-00-00 00:00:00 +00:00", // a zero date in some databases
		"-001-11-15 12:57:46 +00:00",
		"10000-01-01 00:00:00 +00:00",
		// In UTC, these have years that RFC 3339 does not allow.
		"9999-12-31 23:59:59 -01:00",
		"0000-01-01 00:00:00 +01:00",
	}
	for _, timestamp := range tests {
		if got := dataforseo.RFC3339(&timestamp); got != nil {
			t.Errorf("RFC3339(%q) = %q, want nil", timestamp, *got)
		}
	}
	if got := dataforseo.RFC3339(nil); got != nil {
		t.Errorf("RFC3339(nil) = %q, want nil", *got)
	}
}

func text(p *string) string {
	if p == nil {
		return "nil"
	}
	return *p
}
