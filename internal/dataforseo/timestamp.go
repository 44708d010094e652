package dataforseo

import "time"

// timestampLayout is the format of first_seen and lost_date, "2019-11-15 12:57:46
// +00:00".
const timestampLayout = "2006-01-02 15:04:05 -07:00"

// RFC3339 converts an API timestamp to RFC 3339. It returns nil for nil and for any
// other format: a guess could make a comparison pass by chance.
func RFC3339(timestamp *string) *string {
	if timestamp == nil {
		return nil
	}
	t, err := time.Parse(timestampLayout, *timestamp)
	if err != nil || t.UTC().Year() < 0 || t.UTC().Year() > 9999 { // RFC 3339 has four-digit years
		return nil
	}
	text := t.UTC().Format(time.RFC3339)
	return &text
}
