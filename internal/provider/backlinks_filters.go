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

// encodeFilters checks filters and writes them as JSON, nil when there are none.
func encodeFilters(at path.Path, filters types.Dynamic) (json.RawMessage, diag.Diagnostics) {
	tree, diags := filterTree(at, filters)
	if tree == nil || diags.HasError() {
		return nil, diags
	}
	encoded, err := dataforseo.EncodeBacklinksFilters(tree)
	if err != nil {
		diags.AddAttributeError(at, invalidFilters, fmt.Sprintf("The filters cannot be sent: %s.", err))
	}
	return encoded, diags
}

// filterTree turns the value of backlinks_filters into the tree that the client
// checks and sends, nil when the attribute is not set. Every fault of the tree is
// a diagnostic of its own.
func filterTree(at path.Path, filters types.Dynamic) (any, diag.Diagnostics) {
	var diags diag.Diagnostics
	if filters.IsNull() || filters.IsUnderlyingValueNull() {
		return nil, nil
	}
	tree, err := toTree(filters.UnderlyingValue(), "backlinks_filters")
	if text, isText := tree.(string); isText && err == nil {
		if tree, err = dataforseo.DecodeBacklinksFilters(text); err != nil {
			err = fmt.Errorf("%w. A string must hold JSON, as jsonencode([\"dofollow\", \"=\", true]) writes it.", err)
		}
	}
	if err != nil {
		diags.AddAttributeError(at, invalidFilters, err.Error())
		return nil, diags
	}
	if tree == nil { // jsonencode(null), which a module passes on when nothing was set
		return nil, nil
	}
	for _, problem := range dataforseo.CheckBacklinksFilters(tree) {
		diags.AddAttributeError(at, invalidFilters, problem.String())
	}
	return tree, diags
}

// toTree turns a Terraform value into plain data. Lists and tuples are the same
// to it, a value that is not known yet stays so.
func toTree(value attr.Value, place string) (any, error) {
	switch {
	case value == nil || value.IsUnknown():
		return dataforseo.Unknown{}, nil
	case value.IsNull():
		return nil, nil
	}
	switch v := value.(type) {
	case types.Dynamic:
		return toTree(v.UnderlyingValue(), place)
	case types.String:
		return v.ValueString(), nil
	case types.Bool:
		return v.ValueBool(), nil
	case types.Number:
		// All the digits that make this value and no other, never an exponent.
		return json.Number(v.ValueBigFloat().Text('f', -1)), nil
	case types.Tuple:
		return toTrees(v.Elements(), place)
	case types.List:
		return toTrees(v.Elements(), place)
	case types.Set:
		return nil, fmt.Errorf("%s is a set, which has no order. Give a list, without toset().", place)
	case types.Object, types.Map:
		return nil, fmt.Errorf("%s is an object, and a filter is a list such as [\"dofollow\", \"=\", true]. "+
			"Where only an object can be passed, as in CDK for Terraform, give a JSON string: jsonencode([\"dofollow\", \"=\", true]); "+
			"in its TypeScript, Token.asAnyMap(JSON.stringify(filters)).", place)
	}
	return nil, fmt.Errorf("%s has a type that a filter cannot hold. Give a list such as [\"dofollow\", \"=\", true].", place)
}

func toTrees(values []attr.Value, place string) (any, error) {
	trees := make([]any, len(values))
	for i, value := range values {
		tree, err := toTree(value, fmt.Sprintf("%s[%d]", place, i))
		if err != nil {
			return nil, err
		}
		trees[i] = tree
	}
	return trees, nil
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
	if req.ConfigValue.IsUnknown() || req.ConfigValue.IsUnderlyingValueUnknown() {
		return
	}
	_, diags := filterTree(req.Path, req.ConfigValue)
	resp.Diagnostics.Append(diags...)
}
