package dataforseo

import (
	"bytes"
	"encoding/json"
	"fmt"
	"iter"
	"maps"
	"reflect"
	"slices"
	"strings"
)

// object has the fields of a JSON object by their exact names. encoding/json would match
// "Rank" to "rank", and keep the last of two duplicates. Here a duplicated name has a nil
// value, because either could be right.
type object map[string]json.RawMessage

// parseObject returns false for anything but an object. The values are parts of raw,
// which must be valid JSON.
func parseObject(raw json.RawMessage) (object, bool) {
	if !bytes.HasPrefix(raw, []byte("{")) {
		return nil, false
	}
	fields := object{}
	var name json.RawMessage
	for part := range parts(raw) {
		if name == nil {
			name = part
			continue
		}
		var decoded string
		_ = json.Unmarshal(name, &decoded)
		if _, twice := fields[decoded]; twice {
			part = nil
		}
		fields[decoded], name = part, nil
	}
	return fields, true
}

// parseArray returns false for anything but an array. See [parseObject].
func parseArray(raw json.RawMessage) ([]json.RawMessage, bool) {
	if !bytes.HasPrefix(raw, []byte("[")) {
		return nil, false
	}
	return slices.Collect(parts(raw)), true
}

// parts returns the elements of an array, or alternating names and values of an object.
// The JSON must be valid.
func parts(raw json.RawMessage) iter.Seq[json.RawMessage] {
	return func(yield func(json.RawMessage) bool) {
		rest := raw
		for len(rest) > 0 {
			rest = bytes.TrimLeft(rest[1:], whiteSpace+",:")
			n := valueLength(rest)
			if n == 0 || !yield(rest[:n:n]) {
				return
			}
			rest = rest[n-1:]
		}
	}
}

// whiteSpace is what JSON allows between values.
const whiteSpace = " \t\r\n"

// valueLength returns the length of the first value in valid JSON, 0 at a closing
// bracket.
func valueLength(text []byte) int {
	if len(text) > 0 && strings.IndexByte(`{["`, text[0]) >= 0 {
		n, _ := new(valueEnd).find(text)
		return n
	}
	if n := bytes.IndexAny(text, whiteSpace+",]}"); n >= 0 {
		return n
	}
	return len(text)
}

// valueEnd finds the end of an object, array or string that may arrive in pieces.
type valueEnd struct {
	depth             int
	inString, escaped bool
}

// find returns how much of the next piece belongs to the value, and whether the value
// ends there.
func (v *valueEnd) find(piece []byte) (n int, ends bool) {
	for i, c := range piece {
		switch {
		case v.escaped:
			v.escaped = false
		case c == '"':
			v.inString = !v.inString
		case v.inString:
			v.escaped = c == '\\'
		case c == '{' || c == '[':
			v.depth++
		case c == '}' || c == ']':
			v.depth--
		}
		if v.depth <= 0 && !v.inString {
			return i + 1, true
		}
	}
	return len(piece), false
}

// fieldReader reads an answer field by field, so that one unexpected field does not
// lose the others, which have been paid for.
type fieldReader struct {
	// unreadable describes each such field, for example "rank is 1.5". It has at most
	// maxUnreadable entries.
	unreadable []string
	refused    int // total number of unreadable fields
}

// maxUnreadable is how many unreadable fields a notice names.
const maxUnreadable = 10

// fields fills a struct by its json tags. Null, missing and unreadable fields stay nil.
// If null is meaningful, the tag "unreadable" has the text for a missing or unreadable
// field.
func (r *fieldReader) fields(place string, fields object, into reflect.Value) {
	for i := range into.NumField() {
		field := into.Type().Field(i)
		if field.Anonymous {
			r.fields(place, fields, into.Field(i))
			continue
		}
		name, isField := field.Tag.Lookup("json")
		raw, exists := fields[name]
		text, nullMatters := field.Tag.Lookup("unreadable")
		before := r.refused
		switch {
		case exists && isField:
			r.value(place+name, raw, into.Field(i))
		case nullMatters && len(fields) > 0:
			r.refuse(place + name + " is missing")
		}
		if nullMatters && r.refused > before {
			into.Field(i).Set(reflect.ValueOf(&text))
		}
	}
}

func (r *fieldReader) value(place string, raw json.RawMessage, into reflect.Value) {
	switch kind := into.Kind(); {
	case raw == nil:
		r.refuse(place + " occurs twice")
	case isNull(raw):
	case kind == reflect.Map:
		r.mapping(place, raw, into)
	case kind == reflect.Slice:
		r.list(place, raw, into)
	case kind == reflect.Pointer && into.Type().Elem().Kind() == reflect.Struct:
		r.nested(place, raw, into)
	default:
		value := reflect.New(into.Type())
		if json.Unmarshal(raw, value.Interface()) != nil {
			r.refuse(place + " is " + excerpt(string(raw), maxExcerpt))
			return
		}
		into.Set(value.Elem())
	}
}

func (r *fieldReader) nested(place string, raw json.RawMessage, into reflect.Value) {
	if isEmptyContainer(raw) {
		return
	}
	fields, ok := parseObject(raw)
	if !ok {
		r.refuse(place + " is " + excerpt(string(raw), maxExcerpt))
		return
	}
	into.Set(reflect.New(into.Type().Elem()))
	r.fields(place+".", fields, into.Elem())
}

func (r *fieldReader) mapping(place string, raw json.RawMessage, into reflect.Value) {
	fields, ok := parseObject(raw)
	if !ok && !isEmptyContainer(raw) {
		r.refuse(place + " is " + excerpt(string(raw), maxExcerpt))
		return
	}
	into.Set(reflect.MakeMapWithSize(into.Type(), len(fields)))
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		value := reflect.New(into.Type().Elem()).Elem()
		r.value(fmt.Sprintf("%s[%q]", place, excerpt(name, maxExcerpt)), fields[name], value)
		into.SetMapIndex(reflect.ValueOf(name), value)
	}
}

func (r *fieldReader) list(place string, raw json.RawMessage, into reflect.Value) {
	elements, ok := parseArray(raw)
	if !ok && !isEmptyContainer(raw) {
		r.refuse(place + " is " + excerpt(string(raw), maxExcerpt))
		return
	}
	into.Set(reflect.MakeSlice(into.Type(), len(elements), len(elements)))
	for i, raw := range elements {
		r.value(fmt.Sprintf("%s[%d]", place, i), raw, into.Index(i))
	}
}

func (r *fieldReader) refuse(sentence string) {
	r.refused++
	switch len(r.unreadable) {
	case maxUnreadable + 1:
	case maxUnreadable:
		r.unreadable = append(r.unreadable, "and so on")
	default:
		r.unreadable = append(r.unreadable, sentence)
	}
}

// isEmptyContainer reports whether raw is one of the API's spellings of an empty map,
// list or object.
func isEmptyContainer(raw json.RawMessage) bool {
	elements, isArray := parseArray(raw)
	return string(raw) == `""` || isArray && len(elements) == 0
}

func isNull(raw json.RawMessage) bool { return string(raw) == "null" }

// firstOf returns the first element of an array, or the value itself if it is an
// object. It returns nil if there is no such value, or only null.
func firstOf(raw json.RawMessage) json.RawMessage {
	if elements, isArray := parseArray(raw); isArray && len(elements) > 0 {
		raw = elements[0]
	} else if isEmptyContainer(raw) {
		return nil
	}
	if isNull(raw) {
		return nil
	}
	return raw
}
