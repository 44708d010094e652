package dataforseo

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// A tree of backlinks_filters is made of nil, bool, string, [json.Number],
// []any and [Unknown].

// Unknown stands in a tree of filters for a value that is not known yet. It
// passes every check.
type Unknown struct{}

// FilterSyntaxError says where a text is not JSON.
type FilterSyntaxError struct {
	// Line and Column count from 1, the column in characters.
	Line, Column int
	// Reason is what is wrong there.
	Reason string
}

var _ error = (*FilterSyntaxError)(nil)

// Error names the place and the reason.
func (e *FilterSyntaxError) Error() string {
	return fmt.Sprintf("backlinks_filters is not valid JSON: line %d, column %d: %s", e.Line, e.Column, e.Reason)
}

// DecodeBacklinksFilters reads a tree of filters from JSON, numbers exactly as
// written. JSON null is a nil tree. The error is a [*FilterSyntaxError]; a tree
// of the wrong shape is none, see [CheckBacklinksFilters].
func DecodeBacklinksFilters(text string) (any, error) {
	// Before the Decoder, which would leave trailing data unread.
	if err := json.Unmarshal([]byte(text), new(json.RawMessage)); err != nil {
		return nil, newFilterSyntaxError(text, err)
	}
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.UseNumber()
	var tree any
	if err := decoder.Decode(&tree); err != nil {
		return nil, newFilterSyntaxError(text, err)
	}
	return tree, nil
}

func newFilterSyntaxError(text string, err error) *FilterSyntaxError {
	offset, reason := len(text), err.Error()
	if syntaxErr, ok := errors.AsType[*json.SyntaxError](err); ok && syntaxErr.Offset > 0 {
		offset = min(offset, int(syntaxErr.Offset)-1) // counts the byte at fault as read
	}
	switch {
	case strings.TrimSpace(text) == "":
		offset, reason = len(text), "the text is empty"
	case strings.HasPrefix(reason, "unexpected end"):
		offset, reason = len(text), "the text ends too early"
	}
	before := text[:offset]
	line := before[strings.LastIndex(before, "\n")+1:]
	return &FilterSyntaxError{
		Line:   strings.Count(before, "\n") + 1,
		Column: utf8.RuneCountInString(line) + 1,
		Reason: reason,
	}
}

// EncodeBacklinksFilters returns a tree as compact JSON for the request: numbers
// exactly as written, "<", ">" and "&" as they are. It fails on [Unknown] and on
// what is no part of a tree, and does not check the filters otherwise.
func EncodeBacklinksFilters(tree any) (json.RawMessage, error) {
	var encoded bytes.Buffer
	if err := encodeFilter(&encoded, nil, tree); err != nil {
		return nil, err
	}
	return encoded.Bytes(), nil
}

func encodeFilter(encoded *bytes.Buffer, place []int, node any) error {
	switch node := node.(type) {
	case nil:
		encoded.WriteString("null")
		return nil
	case bool:
		encoded.WriteString(strconv.FormatBool(node))
		return nil
	case string:
		return encodeFilterString(encoded, node)
	case json.Number:
		if isJSONNumber(node) {
			encoded.WriteString(node.String())
			return nil
		}
	case []any:
		return encodeFilterList(encoded, place, node)
	}
	return fmt.Errorf("%s holds %s, which cannot be sent", filterPath(place), showFilter(node))
}

func encodeFilterString(encoded *bytes.Buffer, text string) error {
	encoder := json.NewEncoder(encoded)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(text); err != nil {
		return err
	}
	encoded.Truncate(encoded.Len() - 1) // the encoder ends with a line feed
	return nil
}

func encodeFilterList(encoded *bytes.Buffer, place []int, list []any) error {
	encoded.WriteByte('[')
	for i, element := range list {
		if i > 0 {
			encoded.WriteByte(',')
		}
		if err := encodeFilter(encoded, append(place, i), element); err != nil {
			return err
		}
	}
	encoded.WriteByte(']')
	return nil
}

// isJSONNumber guards against a json.Number that was not decoded from JSON:
// "NaN", or "1,2", would turn the request into something else.
func isJSONNumber(number json.Number) bool {
	text := number.String()
	startsNumber := text != "" && (text[0] == '-' || text[0] >= '0' && text[0] <= '9')
	endsNumber := text != "" && text[len(text)-1] >= '0' && text[len(text)-1] <= '9'
	return startsNumber && endsNumber && json.Valid([]byte(text))
}

// filterPath writes a place as Terraform does.
func filterPath(place []int) string {
	var path strings.Builder
	path.WriteString("backlinks_filters")
	for _, index := range place {
		fmt.Fprintf(&path, "[%d]", index)
	}
	return path.String()
}

// showFilter names a node and, unless it holds others, its value.
func showFilter(node any) string {
	switch node := node.(type) {
	case nil:
		return "null"
	case bool:
		return fmt.Sprintf("the boolean %t", node)
	case string:
		return "the string " + quoteFilter(node)
	case json.Number:
		if isJSONNumber(node) {
			return "the number " + excerptFilter(node.String())
		}
		return fmt.Sprintf("the malformed number %q", node.String())
	case []any:
		return "a list"
	case map[string]any:
		return "an object"
	case Unknown:
		return "a value that is not known yet"
	}
	return fmt.Sprintf("a value of the Go type %T", node)
}

func quoteFilter(text string) string {
	if short := excerptFilter(text); short != text {
		return strconv.Quote(strings.TrimSuffix(short, "...")) + "..."
	}
	return strconv.Quote(text)
}

// excerptFilter shortens what would fill the screen.
func excerptFilter(text string) string {
	const most = 80
	if runes := []rune(text); len(runes) > most {
		return string(runes[:most]) + "..."
	}
	return text
}
