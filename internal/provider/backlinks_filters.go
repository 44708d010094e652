package provider

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/dataforseo"
)

func invalidFilters(err error) diag.Diagnostic {
	return diag.NewAttributeErrorDiagnostic(path.Root("backlinks_filters"), "Invalid backlinks_filters", err.Error())
}

// encodeFilters checks filters and returns them as JSON, nil if there are none.
func encodeFilters(filters types.Dynamic) (json.RawMessage, diag.Diagnostics) {
	value, diags := checkFilters(filters)
	if value == nil || diags.HasError() {
		return nil, diags
	}
	encoded, err := dataforseo.EncodeBacklinksFilters(value)
	if err != nil {
		diags.Append(invalidFilters(err))
	}
	return encoded, diags
}

// checkFilters converts filters to plain Go values, nil if there are none, and returns
// a diagnostic for each mistake.
func checkFilters(filters types.Dynamic) (any, diag.Diagnostics) {
	var diags diag.Diagnostics
	value := plain(filters)
	err := checkOrder(value, "backlinks_filters")
	if text, isText := value.(string); isText {
		if value, err = dataforseo.DecodeBacklinksFilters(text); err != nil {
			err = fmt.Errorf("%w. A string must hold JSON, as jsonencode([\"dofollow\", \"=\", true]) writes it.", err)
		}
	}
	if err != nil {
		diags.Append(invalidFilters(err))
	}
	if err != nil || value == nil { // nil also for jsonencode(null), as from a module with an unset variable
		return nil, diags
	}
	for _, err := range dataforseo.CheckBacklinksFilters(value) {
		diags.Append(invalidFilters(err))
	}
	return value, diags
}

// checkOrder refuses sets and objects, which have no order.
func checkOrder(value any, place string) error {
	switch value := value.(type) {
	case unordered:
		return fmt.Errorf("%s is a set, which has no order. Use a list, without toset().", place)
	case map[string]any:
		return fmt.Errorf("%s is an object, and a filter is a list such as [\"dofollow\", \"=\", true]. "+
			"Where you can pass only an object, as in CDK Terrain, use a JSON string: jsonencode([\"dofollow\", \"=\", true]); "+
			"in TypeScript, Token.asAnyMap(JSON.stringify(filters)).", place)
	case []any:
		for i, element := range value {
			if err := checkOrder(element, fmt.Sprintf("%s[%d]", place, i)); err != nil {
				return err
			}
		}
	}
	return nil
}

// filtersValidator checks backlinks_filters when the configuration is validated.
type filtersValidator struct{ description }

var _ validator.Dynamic = filtersValidator{}

// ValidateDynamic implements [validator.Dynamic].
func (filtersValidator) ValidateDynamic(_ context.Context, req validator.DynamicRequest, resp *validator.DynamicResponse) {
	_, diags := checkFilters(req.ConfigValue)
	resp.Diagnostics.Append(diags...)
}
