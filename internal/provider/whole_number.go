package provider

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// wholeNumberValidator accepts whole numbers in a range. The attributes have the type
// number, because the framework reports a fraction in an Int64 attribute as a bug in the
// provider.
type wholeNumberValidator struct{ min, max int64 }

var _ validator.Number = wholeNumberValidator{}

// Description implements [validator.Describer].
func (v wholeNumberValidator) Description(context.Context) string {
	return fmt.Sprintf("a whole number from %d to %d", v.min, v.max)
}

// MarkdownDescription implements [validator.Describer].
func (v wholeNumberValidator) MarkdownDescription(ctx context.Context) string {
	return v.Description(ctx)
}

// ValidateNumber implements [validator.Number].
func (v wholeNumberValidator) ValidateNumber(ctx context.Context, req validator.NumberRequest, resp *validator.NumberResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	number := req.ConfigValue.ValueBigFloat()
	if n, accuracy := number.Int64(); accuracy != 0 || n < v.min || n > v.max {
		resp.Diagnostics.AddAttributeError(req.Path, "Invalid "+req.Path.String(),
			fmt.Sprintf("%s is %s. Use %s.", req.Path, number.Text('g', 20), v.Description(ctx)))
	}
}

// wholeNumber converts a validated number, nil for null.
func wholeNumber(number types.Number) *int64 {
	if number.IsNull() {
		return nil
	}
	n, _ := number.ValueBigFloat().Int64()
	return &n
}
