package provider

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/dataforseo"
)

const invalidFilters = "Invalid backlinks_filters"

// encodeFilters checks filters and returns them as JSON, nil if there are none.
func encodeFilters(at path.Path, filters types.Dynamic) (json.RawMessage, diag.Diagnostics) {
	plain, diags := checkFilters(at, filters)
	if plain == nil || diags.HasError() {
		return nil, diags
	}
	encoded, err := dataforseo.EncodeBacklinksFilters(plain)
	if err != nil {
		diags.AddAttributeError(at, invalidFilters, err.Error())
	}
	return encoded, diags
}

// checkFilters converts filters to plain Go values, nil if there are none, and returns
// a diagnostic for each mistake.
func checkFilters(at path.Path, filters types.Dynamic) (any, diag.Diagnostics) {
	var diags diag.Diagnostics
	plain, err := plainFilters(filters, "backlinks_filters")
	if text, isText := plain.(string); isText {
		if plain, err = dataforseo.DecodeBacklinksFilters(text); err != nil {
			err = fmt.Errorf("%w. A string must hold JSON, as jsonencode([\"dofollow\", \"=\", true]) writes it.", err)
		}
	}
	if err != nil {
		diags.AddAttributeError(at, invalidFilters, err.Error())
	}
	if err != nil || plain == nil { // nil also for jsonencode(null), as from a module with an unset variable
		return nil, diags
	}
	for _, err := range dataforseo.CheckBacklinksFilters(plain) {
		diags.AddAttributeError(at, invalidFilters, err.Error())
	}
	return plain, diags
}

// plainFilters converts filters to plain Go values. Lists and tuples become slices,
// unknown values [dataforseo.Unknown].
func plainFilters(value attr.Value, place string) (any, error) {
	switch {
	case value.IsUnknown():
		return dataforseo.Unknown{}, nil
	case value.IsNull():
		return nil, nil
	}
	switch value := value.(type) {
	case types.Dynamic:
		return plainFilters(value.UnderlyingValue(), place)
	case types.String:
		return value.ValueString(), nil
	case types.Bool:
		return value.ValueBool(), nil
	case types.Number:
		// The fewest digits that identify the number, without an exponent.
		return json.Number(value.ValueBigFloat().Text('f', -1)), nil
	case types.Tuple:
		return plainList(value.Elements(), place)
	case types.List:
		return plainList(value.Elements(), place)
	case types.Set:
		return nil, fmt.Errorf("%s is a set, which has no order. Give a list, without toset().", place)
	}
	return nil, fmt.Errorf("%s is an object, and a filter is a list such as [\"dofollow\", \"=\", true]. "+
		"Where only an object can be passed, as in CDK for Terraform, give a JSON string: jsonencode([\"dofollow\", \"=\", true]); "+
		"in its TypeScript, Token.asAnyMap(JSON.stringify(filters)).", place)
}

func plainList(values []attr.Value, place string) (any, error) {
	list := make([]any, len(values))
	for i, value := range values {
		plain, err := plainFilters(value, fmt.Sprintf("%s[%d]", place, i))
		if err != nil {
			return nil, err
		}
		list[i] = plain
	}
	return list, nil
}

// filtersValidator checks backlinks_filters when the configuration is validated.
type filtersValidator struct{}

var _ validator.Dynamic = filtersValidator{}

// Description implements [validator.Describer].
func (filtersValidator) Description(context.Context) string {
	return "conditions such as [\"dofollow\", \"=\", true], or the same as a JSON string"
}

// MarkdownDescription implements [validator.Describer].
func (v filtersValidator) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

// ValidateDynamic implements [validator.Dynamic].
func (filtersValidator) ValidateDynamic(_ context.Context, req validator.DynamicRequest, resp *validator.DynamicResponse) {
	_, diags := checkFilters(req.Path, req.ConfigValue)
	resp.Diagnostics.Append(diags...)
}
