package fastread

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/vmihailenco/msgpack/v5"
)

// encoder encodes Go values for Terraform. Unlike [msgpack.Encoder.Encode], it ignores
// omitempty, because Terraform needs every attribute. It writes to a buffer, so the only
// errors are those of unsupported types.
type encoder struct {
	*msgpack.Encoder
	fields map[reflect.Type][]field
}

// field is a struct field with a JSON name.
type field struct {
	name  string
	index []int
}

// encode encodes a value. Nil pointers, maps and slices are null.
func (e *encoder) encode(v reflect.Value) error {
	switch v.Kind() {
	case reflect.Invalid: // a nil in an interface
		return e.EncodeNil()
	case reflect.Pointer, reflect.Interface:
		return e.encode(v.Elem())
	case reflect.Struct:
		return e.encodeStruct(v)
	case reflect.Map:
		return e.encodeMap(v)
	case reflect.Slice:
		return e.encodeSlice(v)
	case reflect.String:
		return e.EncodeString(v.String())
	case reflect.Bool:
		return e.EncodeBool(v.Bool())
	case reflect.Int, reflect.Int64:
		return e.EncodeInt(v.Int())
	case reflect.Float64:
		return e.EncodeFloat64(v.Float())
	}
	return fmt.Errorf("a %s has no equivalent in Terraform", v.Type())
}

func (e *encoder) encodeStruct(v reflect.Value) error {
	fields := e.fieldsOf(v.Type())
	_ = e.EncodeMapLen(len(fields))
	for _, f := range fields {
		_ = e.EncodeString(f.name)
		if err := e.encode(f.of(v)); err != nil {
			return fmt.Errorf("%s: %w", f.name, err)
		}
	}
	return nil
}

func (e *encoder) encodeMap(v reflect.Value) error {
	if v.IsNil() {
		return e.EncodeNil()
	}
	_ = e.EncodeMapLen(v.Len())
	for entries := v.MapRange(); entries.Next(); {
		_ = e.EncodeString(entries.Key().String())
		if err := e.encode(entries.Value()); err != nil {
			return err
		}
	}
	return nil
}

func (e *encoder) encodeSlice(v reflect.Value) error {
	if v.IsNil() {
		return e.EncodeNil()
	}
	_ = e.EncodeArrayLen(v.Len())
	for i := range v.Len() {
		if err := e.encode(v.Index(i)); err != nil {
			return err
		}
	}
	return nil
}

// fieldsOf returns the fields of a struct with a JSON name, including those of embedded
// structs.
func (e *encoder) fieldsOf(t reflect.Type) []field {
	if _, ok := e.fields[t]; !ok {
		e.fields[t] = appendFields(nil, t, nil)
	}
	return e.fields[t]
}

func appendFields(fields []field, t reflect.Type, parent []int) []field {
	for i := range t.NumField() {
		f := t.Field(i)
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		index := append(slices.Clone(parent), i)
		switch {
		case name != "" && name != "-":
			fields = append(fields, field{name, index})
		case f.Anonymous && f.Type.Kind() == reflect.Struct:
			fields = appendFields(fields, f.Type, index)
		case f.Anonymous && f.Type.Kind() == reflect.Pointer:
			fields = appendFields(fields, f.Type.Elem(), index)
		}
	}
	return fields
}

// of returns the field's value in v, or the zero Value if an embedded pointer is nil.
func (f field) of(v reflect.Value) reflect.Value {
	value, err := v.FieldByIndexErr(f.index)
	if err != nil {
		return reflect.Value{}
	}
	return value
}
