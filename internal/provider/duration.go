package provider

import (
	"context"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
)

// parseDuration parses a Go duration. Errors contain the value and the remedy.
func parseDuration(raw, example string, positive bool) (time.Duration, error) {
	d, err := time.ParseDuration(raw)
	switch {
	case err != nil:
		return 0, fmt.Errorf("%q is not a duration. Give a number with a unit (ms, s, m, h), such as %q.", raw, example)
	case d < 0:
		return 0, fmt.Errorf("%q is negative. Give a duration such as %q.", raw, example)
	case d == 0 && positive:
		return 0, fmt.Errorf("%q leaves no time at all. Give a duration such as %q.", raw, example)
	}
	return d, nil
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
