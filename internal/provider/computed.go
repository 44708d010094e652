package provider

import (
	"fmt"
	"maps"
	"reflect"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/dataforseo"
)

// computedAttributes returns a computed attribute for each field of a struct that the
// state is written from. The JSON names of the fields are the attributes' names and the
// keys of descriptions. "info.server" is a field of a nested object.
func computedAttributes[T any](descriptions map[string]string) map[string]schema.Attribute {
	return attributesOf(reflect.TypeFor[T](), "", descriptions)
}

func attributesOf(fields reflect.Type, place string, descriptions map[string]string) map[string]schema.Attribute {
	attributes := map[string]schema.Attribute{}
	for field := range fields.Fields() {
		name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		switch {
		case field.Anonymous:
			maps.Copy(attributes, attributesOf(field.Type, place, descriptions))
		case field.IsExported():
			attributes[name] = attributeOf(field.Type, place+name, descriptions)
		}
	}
	return attributes
}

func attributeOf(field reflect.Type, place string, descriptions map[string]string) schema.Attribute {
	description := descriptions[place]
	switch field {
	case reflect.TypeFor[*string](), reflect.TypeFor[*dataforseo.JSONText]():
		return schema.StringAttribute{Computed: true, MarkdownDescription: description}
	case reflect.TypeFor[*bool]():
		return schema.BoolAttribute{Computed: true, MarkdownDescription: description}
	case reflect.TypeFor[*dataforseo.Integer](), reflect.TypeFor[*int]():
		return schema.Int64Attribute{Computed: true, MarkdownDescription: description}
	case reflect.TypeFor[*dataforseo.USD](), reflect.TypeFor[*float64]():
		return schema.Float64Attribute{Computed: true, MarkdownDescription: description}
	case reflect.TypeFor[[]*string](), reflect.TypeFor[[]string]():
		return schema.ListAttribute{Computed: true, MarkdownDescription: description, ElementType: types.StringType}
	case reflect.TypeFor[map[string]*dataforseo.Integer]():
		return schema.MapAttribute{Computed: true, MarkdownDescription: description, ElementType: types.Int64Type}
	case reflect.TypeFor[map[string][]string]():
		return schema.MapAttribute{Computed: true, MarkdownDescription: description, ElementType: types.ListType{ElemType: types.StringType}}
	}
	switch field.Kind() {
	case reflect.Pointer:
		return schema.SingleNestedAttribute{
			Computed: true, MarkdownDescription: description, Attributes: attributesOf(field.Elem(), place+".", descriptions),
		}
	case reflect.Slice: // of pointers to structs
		nested := schema.NestedAttributeObject{Attributes: attributesOf(field.Elem().Elem(), place+".", descriptions)}
		return schema.ListNestedAttribute{Computed: true, MarkdownDescription: description, NestedObject: nested}
	case reflect.Map: // of pointers to structs
		nested := schema.NestedAttributeObject{Attributes: attributesOf(field.Elem().Elem(), place+".", descriptions)}
		return schema.MapNestedAttribute{Computed: true, MarkdownDescription: description, NestedObject: nested}
	}
	panic(fmt.Sprintf("%s has the type %s, for which there is no attribute", place, field))
}
