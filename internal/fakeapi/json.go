package fakeapi

import (
	"bytes"
	"encoding/json"
	"errors"
	"slices"
)

// object is a JSON object with ordered members: the API echoes a task in its original
// order, and sorts maps by count.
type object []member

type member struct {
	name  string
	value any
}

// MarshalJSON writes the members in order.
func (o object) MarshalJSON() ([]byte, error) {
	b := []byte{'{'}
	for i, m := range o {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(append(append(b, encode(m.name)...), ':'), encode(m.value)...)
	}
	return append(b, '}'), nil
}

// UnmarshalJSON reads an object. Nested objects become objects; other values stay as
// written, as [json.RawMessage].
func (o *object) UnmarshalJSON(raw []byte) error {
	d := json.NewDecoder(bytes.NewReader(raw))
	if start, err := d.Token(); err != nil || start != json.Delim('{') {
		return errors.New("not a JSON object")
	}
	*o = object{}
	for d.More() {
		name, _ := d.Token() // raw is valid JSON
		var value json.RawMessage
		var inner object
		must(d.Decode(&value))
		if value[0] != '{' {
			*o = append(*o, member{name.(string), value})
			continue
		}
		must(json.Unmarshal(value, &inner))
		*o = append(*o, member{name.(string), inner})
	}
	return nil
}

// get returns the value of an existing member.
func (o object) get(name string) any {
	return o[slices.IndexFunc(o, func(m member) bool { return m.name == name })].value
}

// decodeValue decodes JSON, with numbers as written; nil if it is not JSON.
func decodeValue(raw []byte) any {
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	var v any
	if d.Decode(&v) != nil {
		return nil
	}
	return v
}

// firstIn returns the first element of a decoded list if it is an object, else nil.
func firstIn(list any) map[string]any {
	elements, _ := list.([]any)
	if len(elements) == 0 {
		return nil
	}
	first, _ := elements[0].(map[string]any)
	return first
}

// must panics on an error that only a mistake in the fake or in a test can cause.
func must(err error) {
	if err != nil {
		panic("fakeapi: " + err.Error())
	}
}

// encode returns v as JSON without HTML escapes.
func encode(v any) []byte {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	must(e.Encode(v))
	return bytes.TrimSuffix(b.Bytes(), []byte("\n"))
}
