package fastread_test

import (
	"fmt"
	"math"
	"math/big"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// random generates schemas and values.
type random struct{ *rand.Rand }

// maxDepth is the maximum depth of nested types.
const maxDepth = 3

// argumentAttribute returns an attribute of any type that a configuration can have.
func (r random) argumentAttribute() schema.Attribute {
	switch r.IntN(6) {
	case 0:
		return schema.DynamicAttribute{Optional: true}
	case 1:
		return schema.SingleNestedAttribute{Optional: true, Attributes: r.nestedArguments()}
	case 2:
		return schema.ListNestedAttribute{Optional: true, NestedObject: schema.NestedAttributeObject{Attributes: r.nestedArguments()}}
	case 3:
		return schema.MapNestedAttribute{Optional: true, NestedObject: schema.NestedAttributeObject{Attributes: r.nestedArguments()}}
	}
	return attributeOf(r.attrType(maxDepth), false)
}

func (r random) nestedArguments() map[string]schema.Attribute {
	attributes := map[string]schema.Attribute{}
	for i := range 1 + r.IntN(3) {
		attributes[fmt.Sprintf("nested_%d", i)] = attributeOf(r.attrType(1), false)
	}
	return attributes
}

// attrType returns a type without dynamic parts, which are invalid in collections.
func (r random) attrType(depth int) attr.Type {
	n := 9
	if depth == 0 {
		n = 5
	}
	switch r.IntN(n) {
	case 0:
		return types.StringType
	case 1:
		return types.BoolType
	case 2:
		return types.Int64Type
	case 3:
		return types.Float64Type
	case 4:
		return types.NumberType
	case 5:
		return types.ListType{ElemType: r.attrType(depth - 1)}
	case 6:
		return types.SetType{ElemType: r.attrType(depth - 1)}
	case 7:
		return types.MapType{ElemType: r.attrType(depth - 1)}
	}
	attributes := map[string]attr.Type{}
	for i := range r.IntN(4) {
		attributes[fmt.Sprintf("member_%d", i)] = r.attrType(depth - 1)
	}
	return types.ObjectType{AttrTypes: attributes}
}

func attributeOf(typ attr.Type, computed bool) schema.Attribute {
	optional := !computed
	switch typ := typ.(type) {
	case types.ListType:
		return schema.ListAttribute{ElementType: typ.ElemType, Optional: optional, Computed: computed}
	case types.SetType:
		return schema.SetAttribute{ElementType: typ.ElemType, Optional: optional, Computed: computed}
	case types.MapType:
		return schema.MapAttribute{ElementType: typ.ElemType, Optional: optional, Computed: computed}
	case types.ObjectType:
		return schema.ObjectAttribute{AttributeTypes: typ.AttrTypes, Optional: optional, Computed: computed}
	}
	switch {
	case typ.Equal(types.StringType):
		return schema.StringAttribute{Optional: optional, Computed: computed}
	case typ.Equal(types.BoolType):
		return schema.BoolAttribute{Optional: optional, Computed: computed}
	case typ.Equal(types.Int64Type):
		return schema.Int64Attribute{Optional: optional, Computed: computed}
	case typ.Equal(types.Float64Type):
		return schema.Float64Attribute{Optional: optional, Computed: computed}
	}
	return schema.NumberAttribute{Optional: optional, Computed: computed}
}

// value returns a value of a type, which can be null or unknown.
func (r random) value(attribute attr.Type, typ tftypes.Type) tftypes.Value {
	switch r.IntN(8) {
	case 0:
		return tftypes.NewValue(typ, nil)
	case 1:
		return tftypes.NewValue(typ, tftypes.UnknownValue)
	}
	switch typ := typ.(type) {
	case tftypes.List:
		return tftypes.NewValue(typ, r.values(attribute, typ.ElementType))
	case tftypes.Set: // one element, because elements must differ
		return tftypes.NewValue(typ, r.values(attribute, typ.ElementType)[:1])
	case tftypes.Map:
		elements := map[string]tftypes.Value{}
		for _, element := range r.values(attribute, typ.ElementType) {
			elements[r.text()] = element
		}
		return tftypes.NewValue(typ, elements)
	case tftypes.Object:
		members := map[string]tftypes.Value{}
		for name, member := range typ.AttributeTypes {
			members[name] = r.value(memberType(attribute, name), member)
		}
		return tftypes.NewValue(typ, members)
	}
	switch {
	case typ.Is(tftypes.String):
		return tftypes.NewValue(typ, r.text())
	case typ.Is(tftypes.Bool):
		return tftypes.NewValue(typ, r.IntN(2) == 0)
	case typ.Is(tftypes.DynamicPseudoType):
		concrete := r.attrType(maxDepth)
		return r.value(concrete, concrete.TerraformType(nil)) //nolint:staticcheck // it needs none
	}
	return tftypes.NewValue(typ, r.number(attribute))
}

func (r random) values(attribute attr.Type, typ tftypes.Type) []tftypes.Value {
	if with, ok := attribute.(attr.TypeWithElementType); ok {
		attribute = with.ElementType()
	}
	values := []tftypes.Value{}
	for range 1 + r.IntN(20) { // 16 elements need another form of MessagePack
		values = append(values, r.value(attribute, typ))
	}
	return values
}

func memberType(attribute attr.Type, name string) attr.Type {
	if with, ok := attribute.(attr.TypeWithAttributeTypes); ok {
		return with.AttributeTypes()[name]
	}
	return nil
}

// number returns a number in the range of the framework's type.
func (r random) number(typ attr.Type) *big.Float {
	switch {
	case typ == nil || typ.Equal(types.Int64Type):
		return new(big.Float).SetInt64(r.integer())
	case typ.Equal(types.Float64Type):
		return big.NewFloat(r.float())
	}
	n, _, _ := big.ParseFloat("123456789012345678901234567890.5", 10, 512, big.ToNearestEven)
	return n.Mul(n, new(big.Float).SetInt64(r.Int64()))
}

func (r random) integer() int64 {
	return []int64{0, 1, -1, 127, 128, -33, 1 << 31, math.MaxInt64, math.MinInt64, r.Int64()}[r.IntN(10)]
}

// float returns a number below 2^63. The framework writes a larger one as the shortest
// decimal text, which is the same float64 but not exactly the same number.
func (r random) float() float64 {
	return []float64{0, 1, -2.5, 0.1, 0.024036, 1 << 62, math.SmallestNonzeroFloat64, r.NormFloat64()}[r.IntN(8)]
}

func (r random) text() string {
	return []string{"", "a", "com.au", "größe", "a\"b\n\x00", strings.Repeat("x", 1+r.IntN(1<<r.IntN(17))), fmt.Sprint(r.Uint64())}[r.IntN(7)]
}

// results returns computed attributes, and a struct with values for them.
func (r random) results(tb testing.TB) (map[string]schema.Attribute, any) {
	tb.Helper()
	typ, attributes := r.structType(maxDepth)
	result := map[string]schema.Attribute{}
	for name, attributeType := range attributes {
		result[name] = attributeOf(attributeType, true)
	}
	return result, r.fill(typ).Interface()
}

// structType returns a struct with the tags of this package and of the framework, and
// its attributes.
func (r random) structType(depth int) (reflect.Type, map[string]attr.Type) {
	var fields []reflect.StructField
	attributes := map[string]attr.Type{}
	for i := range 1 + r.IntN(6) {
		typ, attribute := r.goType(depth - 1)
		name := fmt.Sprintf("field_%d", i)
		tag := reflect.StructTag(fmt.Sprintf(`tfsdk:%q json:%q`, name, name+[]string{"", ",omitempty", ",omitzero"}[r.IntN(3)]))
		fields = append(fields, reflect.StructField{Name: fmt.Sprintf("Field%d", i), Type: typ, Tag: tag})
		attributes[name] = attribute
	}
	return reflect.StructOf(fields), attributes
}

// goType returns a Go type and the type of an attribute for it.
func (r random) goType(depth int) (reflect.Type, attr.Type) {
	n := 11
	if depth == 0 {
		n = 8
	}
	switch r.IntN(n) {
	case 0:
		return reflect.TypeFor[*string](), types.StringType
	case 1:
		return reflect.TypeFor[*bool](), types.BoolType
	case 2:
		return reflect.TypeFor[*int64](), types.Int64Type
	case 3:
		return reflect.TypeFor[*float64](), types.Float64Type
	case 4:
		return reflect.TypeFor[string](), types.StringType
	case 5:
		return reflect.TypeFor[bool](), types.BoolType
	case 6:
		return reflect.TypeFor[int](), types.Int64Type
	case 7:
		return reflect.TypeFor[float64](), types.Float64Type
	case 8:
		typ, attribute := r.goType(depth - 1)
		return reflect.SliceOf(typ), types.ListType{ElemType: attribute}
	case 9:
		typ, attribute := r.goType(depth - 1)
		return reflect.MapOf(reflect.TypeFor[string](), typ), types.MapType{ElemType: attribute}
	}
	typ, attributes := r.structType(depth)
	return reflect.PointerTo(typ), types.ObjectType{AttrTypes: attributes}
}

// fill returns a value of a Go type. A third of pointers, slices and maps are nil.
func (r random) fill(typ reflect.Type) reflect.Value {
	v := reflect.New(typ).Elem()
	if kind := typ.Kind(); (kind == reflect.Pointer || kind == reflect.Slice || kind == reflect.Map) && r.IntN(3) == 0 {
		return v
	}
	switch typ.Kind() {
	case reflect.Pointer:
		v.Set(reflect.New(typ.Elem()))
		v.Elem().Set(r.fill(typ.Elem()))
	case reflect.Slice:
		v.Set(reflect.MakeSlice(typ, 0, 0))
		for range r.IntN(20) {
			v.Set(reflect.Append(v, r.fill(typ.Elem())))
		}
	case reflect.Map:
		v.Set(reflect.MakeMap(typ))
		for range r.IntN(20) {
			v.SetMapIndex(reflect.ValueOf(r.text()), r.fill(typ.Elem()))
		}
	case reflect.Struct:
		for i := range typ.NumField() {
			v.Field(i).Set(r.fill(typ.Field(i).Type))
		}
	case reflect.String:
		v.SetString(r.text())
	case reflect.Bool:
		v.SetBool(r.IntN(2) == 0)
	case reflect.Int, reflect.Int64:
		v.SetInt(r.integer())
	case reflect.Float64:
		v.SetFloat(r.float())
	}
	return v
}
