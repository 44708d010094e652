package fastread

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// StringSetType is a set of strings without a check for duplicates, which Terraform never
// sends. The framework's check compares every pair of elements, several times per read.
type StringSetType struct{ basetypes.SetType }

var _ basetypes.SetTypable = StringSetType{}

// NewStringSetType returns the type for the CustomType of a set attribute.
func NewStringSetType() StringSetType {
	return StringSetType{basetypes.SetType{ElemType: types.StringType}}
}

// Validate overrides the check for duplicates.
func (t StringSetType) Validate(context.Context, tftypes.Value, path.Path) diag.Diagnostics {
	return nil
}

// Equal implements [attr.Type].
func (t StringSetType) Equal(o attr.Type) bool {
	other, ok := o.(StringSetType)
	return ok && t.SetType.Equal(other.SetType)
}

// ValueType implements [attr.Type].
func (t StringSetType) ValueType(context.Context) attr.Value { return StringSet{} }

// ValueFromSet implements [basetypes.SetTypable].
func (t StringSetType) ValueFromSet(_ context.Context, set basetypes.SetValue) (basetypes.SetValuable, diag.Diagnostics) {
	return StringSet{set}, nil
}

// ValueFromTerraform implements [attr.Type].
func (t StringSetType) ValueFromTerraform(ctx context.Context, in tftypes.Value) (attr.Value, error) {
	value, err := t.SetType.ValueFromTerraform(ctx, in)
	if err != nil {
		return nil, err
	}
	return StringSet{value.(basetypes.SetValue)}, nil
}

// StringSet is a value of [StringSetType].
type StringSet struct{ basetypes.SetValue }

var _ basetypes.SetValuable = StringSet{}

// Type implements [attr.Value].
func (s StringSet) Type(context.Context) attr.Type { return NewStringSetType() }

// Equal implements [attr.Value].
func (s StringSet) Equal(o attr.Value) bool {
	other, ok := o.(StringSet)
	return ok && s.SetValue.Equal(other.SetValue)
}
