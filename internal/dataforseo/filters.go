package dataforseo

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Facts from https://docs.dataforseo.com/v3/backlinks/filters/. DataForSEO adds fields
// without notice, so this lists only fields that a check depends on.
const (
	// maxFilterConditions is the limit for one request, counted across all groups.
	maxFilterConditions = 8

	filterOperators = "= <> < <= > >= in not_in match not_match like not_like ilike not_ilike regex not_regex has has_not"

	booleanFilterFields = "url_from_https url_to_https is_new is_lost domain_from_is_ip dofollow original is_broken " +
		"is_indirect_link"
)

// Unknown represents a value in filters that Terraform does not know yet. Every check
// accepts it.
type Unknown struct{}

var _ json.Marshaler = Unknown{}

// MarshalJSON always fails: an unknown value cannot be sent.
func (Unknown) MarshalJSON() ([]byte, error) {
	return nil, errors.New("the value is not known yet")
}

// DecodeBacklinksFilters reads filters from JSON: nil, bool, string,
// [json.Number], []any and map[string]any. Numbers stay exactly as written.
func DecodeBacklinksFilters(text string) (any, error) {
	// A Decoder alone would ignore what follows the first value.
	if err := json.Unmarshal([]byte(text), new(json.RawMessage)); err != nil {
		return nil, filterSyntaxError(text, err)
	}
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.UseNumber()
	var filters any
	err := decoder.Decode(&filters)
	return filters, err
}

// filterSyntaxError adds the line and column, counted from 1, in characters.
func filterSyntaxError(text string, err error) error {
	before := ""
	if syntaxErr, ok := errors.AsType[*json.SyntaxError](err); ok && syntaxErr.Offset > 0 {
		before = text[:syntaxErr.Offset-1] // the offset includes the invalid byte
	}
	column := utf8.RuneCountInString(before[strings.LastIndex(before, "\n")+1:]) + 1
	return fmt.Errorf("backlinks_filters is not valid JSON: line %d, column %d: %w", strings.Count(before, "\n")+1, column, err)
}

// EncodeBacklinksFilters encodes filters as compact JSON. Numbers, "<", ">" and "&"
// stay as written. It does not check the filters.
func EncodeBacklinksFilters(filters any) (json.RawMessage, error) {
	encoded, err := encode(filters)
	if err != nil {
		return nil, fmt.Errorf("encoding backlinks_filters: %w", err)
	}
	return encoded, nil
}

// CheckBacklinksFilters finds wrong shapes, unknown operators, and booleans that have
// become strings. It leaves fields, and the operators and values that each accepts, to
// DataForSEO, which refuses mistakes for free. Each error is a message for the user:
// the place, such as "backlinks_filters[2][1]", the problem and the remedy.
func CheckBacklinksFilters(filters any) []error {
	const root = "backlinks_filters"
	var check filterCheck
	if !isUnknown(filters) {
		check.operand(root, filters)
	}
	if check.conditions > maxFilterConditions {
		check.report(root, fmt.Sprintf("There are %d conditions, but DataForSEO allows only %d.", check.conditions, maxFilterConditions),
			"Leave some out, or use in, not_in or regex to cover several values in one condition.")
	}
	return check.errs
}

// filterForm is the remedy for a wrong shape.
const filterForm = `A condition is [field, operator, value]. Join several as in [condition, "and", condition].`

type filterCheck struct {
	conditions int
	errs       []error
}

func (c *filterCheck) report(place, problem, remedy string) {
	c.errs = append(c.errs, fmt.Errorf("%s: %s %s", place, problem, remedy))
}

// operand checks a condition or a group. A list that begins with an unknown value can
// be either, and is checked once the value is known.
func (c *filterCheck) operand(place string, node any) {
	list, isList := node.([]any)
	operator := textAt(list, 1)
	switch {
	case !isList:
		c.report(place, showFilter(node)+" is not a condition or a group of conditions.", filterForm)
	case len(list) == 0:
		c.report(place, "The list is empty.", "Add at least one condition, or leave "+place+" out.")
	case isFilterList(list[0]) || isJoiner(operator):
		c.group(place, list)
	case !isUnknown(list[0]) || operator != "":
		c.condition(place, list)
	}
}

// group checks conditions and groups joined by "and" or "or". It stops at the first
// missing one, because everything after it is out of place.
func (c *filterCheck) group(place string, list []any) {
	for i, element := range list {
		here, isOperand := elementPlace(place, i), i%2 == 0
		switch {
		case isUnknown(element):
			continue
		case isOperand:
			c.operand(here, element)
		case !isJoiner(element):
			c.report(here, showFilter(element)+" does not join conditions.", joinerRemedy(element))
		case i == len(list)-1:
			c.report(here, showFilter(element)+" has nothing after it.", "Add a condition, or remove it.")
		}
		if isFilterList(element) != isOperand {
			return
		}
	}
}

func joinerRemedy(node any) string {
	text, _ := node.(string)
	switch lower := strings.ToLower(text); {
	case text == "":
		return filterForm
	case isJoiner(lower):
		return fmt.Sprintf("Write %q, in lower case.", lower)
	}
	return `Use "and" or "or".`
}

func (c *filterCheck) condition(place string, list []any) {
	c.conditions++
	if len(list) != 3 {
		c.report(place, fmt.Sprintf("A condition has 3 elements, but this list has %d.", len(list)), filterForm)
		return
	}
	field, operator := textAt(list, 0), textAt(list, 1)
	if field == "" && !isUnknown(list[0]) {
		c.report(elementPlace(place, 0), showFilter(list[0])+" is not the name of a field.", "Write the name in quotes.")
	}
	if !isUnknown(list[1]) && !slices.Contains(strings.Fields(filterOperators), operator) {
		c.report(elementPlace(place, 1), showFilter(list[1])+" is not an operator.", "Use one of "+filterOperators+".")
		operator = ""
	}
	c.value(elementPlace(place, 2), field, operator, list[2])
}

// value checks the third element of a condition. The operator is "" if it is unknown or
// invalid; a list is then accepted.
func (c *filterCheck) value(place, field, operator string, value any) {
	list, isList := value.([]any)
	takesList := operator == "in" || operator == "not_in"
	switch {
	case isUnknown(value):
	case takesList && !isList:
		c.report(place, fmt.Sprintf("%q takes a list, but the value is %s.", operator, showFilter(value)),
			"Put the value in a list, even if it is the only one.")
	case !isList:
		c.scalar(place, field, value)
	case operator != "" && !takesList:
		c.report(place, fmt.Sprintf("%q takes one value, but this is a list.", operator), "Use in or not_in for several values.")
	case len(list) == 0:
		c.report(place, "The list of values is empty.", "Add at least one value, or leave the condition out.")
	}
	for i, element := range list {
		c.scalar(elementPlace(place, i), field, element)
	}
}

func (c *filterCheck) scalar(place, field string, value any) {
	switch value := value.(type) {
	case bool, json.Number, Unknown:
	case string:
		wasBoolean := value == "true" || value == "false"
		if wasBoolean && slices.Contains(strings.Fields(booleanFilterFields), field) {
			c.report(place, fmt.Sprintf("%s is a boolean field, but its value is the string %q.", field, value),
				"Write "+value+" without quotes. A list of type list(any), or one that tolist() returns, turns booleans into strings: "+
					"declare the variable with `type = any`, or pass jsonencode(...).")
		}
	default:
		c.report(place, showFilter(value)+" is not a value to compare with.",
			"Use a string, a number or a boolean, or leave the condition out.")
	}
}

func elementPlace(place string, index int) string { return fmt.Sprintf("%s[%d]", place, index) }

// textAt returns "" where there is no string.
func textAt(list []any, index int) string {
	if index >= len(list) {
		return ""
	}
	text, _ := list[index].(string)
	return text
}

func isFilterList(node any) bool {
	_, isList := node.([]any)
	return isList
}

func isJoiner(node any) bool { return node == "and" || node == "or" }

func isUnknown(node any) bool { return node == any(Unknown{}) }

// showFilter shows a scalar in HCL syntax, and other values in short.
func showFilter(node any) string {
	switch node := node.(type) {
	case nil:
		return "null"
	case string:
		return strconv.Quote(node)
	case []any:
		return "[...]"
	case map[string]any:
		return "{...}"
	}
	return fmt.Sprint(node)
}
