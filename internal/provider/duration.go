package provider

import (
	"context"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
)

// parseDuration parses a Go duration. Errors contain the value and the remedy.
func parseDuration(raw, example string, positive bool) (time.Duration, error) {
	d, err := time.ParseDuration(raw)
	switch {
	case err != nil && inHours(raw) != "":
		return 0, fmt.Errorf("%q isn't a duration: the largest unit is h. Use %q.", raw, inHours(raw))
	case err != nil:
		return 0, fmt.Errorf("%q isn't a duration. Use a number with a unit (ms, s, m, h), such as %q.", raw, example)
	case d < 0:
		return 0, fmt.Errorf("%q is negative. Use a duration such as %q.", raw, example)
	case d == 0 && positive:
		return 0, fmt.Errorf("%q leaves no time. Use a duration such as %q.", raw, example)
	}
	return d, nil
}

var days = regexp.MustCompile(`^\s*(\d{1,4})\s*(d|days?|w|weeks?)\s*$`)

// inHours returns a number of days or weeks as a Go duration, "" for anything else.
func inHours(raw string) string {
	match := days.FindStringSubmatch(strings.ToLower(raw))
	if match == nil {
		return ""
	}
	n, _ := strconv.Atoi(match[1])
	if match[2][0] == 'w' {
		n *= 7
	}
	if n == 0 {
		return ""
	}
	return fmt.Sprintf("%dh", 24*n)
}

// durationValidator checks a duration when the configuration is validated.
type durationValidator struct {
	// example is a sensible value for the message.
	example string
	// positive refuses 0.
	positive bool
}

var _ validator.String = durationValidator{}

// Description implements [validator.Describer].
func (v durationValidator) Description(context.Context) string {
	return fmt.Sprintf("a Go duration such as %q", v.example)
}

// MarkdownDescription implements [validator.Describer].
func (v durationValidator) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

// ValidateString implements [validator.String].
func (v durationValidator) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	if _, err := parseDuration(req.ConfigValue.ValueString(), v.example, v.positive); err != nil {
		resp.Diagnostics.AddAttributeError(req.Path, "Invalid "+req.Path.String(), err.Error())
	}
}
