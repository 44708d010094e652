package provider

import (
	"encoding/json"
	"fmt"
	"math/big"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/dataforseo"
)

// unordered holds the elements of a set.
type unordered []any

// plain converts the value of a dynamic attribute to plain Go values: nil, bool, string,
// json.Number, []any, unordered, map[string]any and [dataforseo.Unknown].
func plain(value attr.Value) any {
	switch {
	case value.IsUnknown():
		return dataforseo.Unknown{}
	case value.IsNull():
		return nil
	}
	switch value := value.(type) {
	case types.Dynamic:
		return plain(value.UnderlyingValue())
	case types.String:
		return value.ValueString()
	case types.Bool:
		return value.ValueBool()
	case types.Number:
		return plainNumber(value.ValueBigFloat())
	case types.Tuple:
		return plainList(value.Elements())
	case types.List:
		return plainList(value.Elements())
	case types.Set:
		return unordered(plainList(value.Elements()))
	case types.Object:
		return plainMap(value.Attributes())
	case types.Map:
		return plainMap(value.Elements())
	}
	panic(fmt.Sprintf("a dynamic attribute cannot be a %T", value))
}

// plainNumber returns the fewest digits that identify a number. It uses an exponent only
// for numbers far beyond any metric.
func plainNumber(number *big.Float) json.Number {
	if exponent := number.MantExp(nil); exponent > 1000 || exponent < -1000 {
		return json.Number(number.Text('g', -1))
	}
	return json.Number(number.Text('f', -1))
}

func plainList(values []attr.Value) []any {
	list := make([]any, len(values))
	for i, value := range values {
		list[i] = plain(value)
	}
	return list
}

func plainMap(values map[string]attr.Value) map[string]any {
	fields := make(map[string]any, len(values))
	for name, value := range values {
		fields[name] = plain(value)
	}
	return fields
}
