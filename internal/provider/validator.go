package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
)

// description implements [validator.Describer] for the validators that embed it.
type description string

// Description implements [validator.Describer].
func (d description) Description(context.Context) string { return string(d) }

// MarkdownDescription implements [validator.Describer].
func (d description) MarkdownDescription(context.Context) string { return string(d) }

// stringValidator checks a string when the configuration is validated.
type stringValidator struct {
	description
	// summary is the summary of the diagnostic, empty for "Invalid" and the attribute.
	summary string
	check   func(value string) error
}

var _ validator.String = stringValidator{}

// ValidateString implements [validator.String].
func (v stringValidator) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	if err := v.check(req.ConfigValue.ValueString()); err != nil {
		summary := v.summary
		if summary == "" {
			summary = "Invalid " + req.Path.String()
		}
		resp.Diagnostics.AddAttributeError(req.Path, summary, err.Error())
	}
}
