package provider

import (
	"context"
	"fmt"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/dataforseo"
)

func targetsAttribute() schema.Attribute {
	return schema.SetAttribute{
		Required:    true,
		ElementType: types.StringType,
		CustomType:  targetSetType{basetypes.SetType{ElemType: types.StringType}},
		MarkdownDescription: "What to ask about: domains or subdomains without `https://` and `www.`, or absolute URLs of pages, as `target` of " +
			"`dataforseo_backlinks_summary`. All are checked before anything is paid. Two that are the same for DataForSEO (`EXAMPLE.com`, `example.com`) cost one answer.",
		Validators: []validator.Set{targetsValidator{}},
	}
}

// targetSetType is a set of strings that is not compared element by element: the
// framework looks for repetitions by comparing each with each, several times in a
// read, which takes minutes for 5,000 targets. Terraform's sets have none.
type targetSetType struct{ basetypes.SetType }

var _ basetypes.SetTypable = targetSetType{}

// Validate replaces the search for repetitions.
func (t targetSetType) Validate(context.Context, tftypes.Value, path.Path) diag.Diagnostics {
	return nil
}

// Equal implements [attr.Type].
func (t targetSetType) Equal(o attr.Type) bool {
	other, ok := o.(targetSetType)
	return ok && t.SetType.Equal(other.SetType)
}

// ValueType implements [attr.Type].
func (t targetSetType) ValueType(context.Context) attr.Value { return targetSet{} }

// ValueFromSet implements [basetypes.SetTypable].
func (t targetSetType) ValueFromSet(_ context.Context, set basetypes.SetValue) (basetypes.SetValuable, diag.Diagnostics) {
	return targetSet{set}, nil
}

// ValueFromTerraform implements [attr.Type].
func (t targetSetType) ValueFromTerraform(ctx context.Context, in tftypes.Value) (attr.Value, error) {
	value, err := t.SetType.ValueFromTerraform(ctx, in)
	if err != nil {
		return nil, err
	}
	return targetSet{value.(basetypes.SetValue)}, nil
}

// targetSet is a value of [targetSetType].
type targetSet struct{ basetypes.SetValue }

var _ basetypes.SetValuable = targetSet{}

// Type implements [attr.Value].
func (s targetSet) Type(context.Context) attr.Type {
	return targetSetType{basetypes.SetType{ElemType: types.StringType}}
}

// Equal implements [attr.Value].
func (s targetSet) Equal(o attr.Value) bool {
	other, ok := o.(targetSet)
	return ok && s.SetValue.Equal(other.SetValue)
}

// wireTargets returns for each form on the wire the targets that are written so,
// and one diagnostic for all that cannot be targets. Unknown ones are left out.
func (s targetSet) wireTargets() (map[string][]string, diag.Diagnostics) {
	wires := map[string][]string{}
	var invalid []string
	for _, element := range s.Elements() {
		target, _ := element.(types.String)
		switch {
		case target.IsUnknown():
		case target.IsNull():
			invalid = append(invalid, "A target is null. Give a domain such as \"example.com\", or leave it out.")
		default:
			wire, err := dataforseo.NormalizeTarget(target.ValueString())
			if err != nil {
				invalid = append(invalid, err.Error())
				continue
			}
			wires[wire] = append(wires[wire], target.ValueString())
		}
	}
	return wires, invalidTargets(invalid, len(s.Elements()))
}

func invalidTargets(invalid []string, of int) (diags diag.Diagnostics) {
	switch len(invalid) {
	case 0:
	case 1:
		diags.AddAttributeError(path.Root("targets"), "Invalid target", invalid[0])
	default:
		slices.Sort(invalid)
		diags.AddAttributeError(path.Root("targets"), fmt.Sprintf("%d of %d targets are invalid", len(invalid), of), listed(invalid))
	}
	return diags
}

// targetsValidator checks targets when the configuration is validated.
type targetsValidator struct{}

var _ validator.Set = targetsValidator{}

// Description implements [validator.Describer].
func (targetsValidator) Description(ctx context.Context) string {
	return "each " + targetValidator{}.Description(ctx)
}

// MarkdownDescription implements [validator.Describer].
func (v targetsValidator) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

// ValidateSet implements [validator.Set].
func (targetsValidator) ValidateSet(_ context.Context, req validator.SetRequest, resp *validator.SetResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	_, diags := targetSet{req.ConfigValue}.wireTargets()
	resp.Diagnostics.Append(diags...)
}
