package provider

import (
	"context"
	"fmt"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/dataforseo"
	"github.com/dataforseo/terraform-provider-dataforseo/internal/fastread"
)

func targetsAttribute() schema.Attribute {
	return schema.SetAttribute{
		Required:    true,
		ElementType: types.StringType,
		CustomType:  fastread.NewStringSetType(),
		MarkdownDescription: "Domains or subdomains without `https://` and `www.`, or absolute URLs of pages, as in `target` of " +
			"`dataforseo_backlinks_summary`. All are checked before anything is paid. Two spellings of the same target (`EXAMPLE.com`, `example.com`) cost one answer.",
		Validators: []validator.Set{targetsValidator{"each " + targetValidator().description}},
	}
}

// normalizeTargets maps each target in wire form to its spellings, and returns one
// diagnostic for all invalid targets. It skips unknown targets.
func normalizeTargets(set fastread.StringSet) (spellings map[string][]string, diags diag.Diagnostics) {
	spellings = map[string][]string{}
	var invalid []string
	for _, element := range set.Elements() {
		target, _ := element.(types.String)
		switch {
		case target.IsUnknown():
		case target.IsNull():
			invalid = append(invalid, "A target is null. Use a domain such as \"example.com\", or leave it out.")
		default:
			normalised, err := dataforseo.NormalizeTarget(target.ValueString())
			if err != nil {
				invalid = append(invalid, err.Error())
				continue
			}
			spellings[normalised] = append(spellings[normalised], target.ValueString())
		}
	}
	if len(invalid) > 0 {
		summary := "Invalid target"
		if len(invalid) > 1 {
			summary = fmt.Sprintf("%d of %d targets are invalid", len(invalid), len(set.Elements()))
			slices.Sort(invalid)
		}
		diags.AddAttributeError(path.Root("targets"), summary, lineOrList(invalid))
	}
	return spellings, diags
}

// targetsValidator checks targets when the configuration is validated.
type targetsValidator struct{ description }

var _ validator.Set = targetsValidator{}

// ValidateSet implements [validator.Set].
func (targetsValidator) ValidateSet(_ context.Context, req validator.SetRequest, resp *validator.SetResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	_, diags := normalizeTargets(fastread.StringSet{SetValue: req.ConfigValue})
	resp.Diagnostics.Append(diags...)
}
