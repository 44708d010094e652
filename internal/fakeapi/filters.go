package fakeapi

import (
	"encoding/json"
	"slices"
	"unicode/utf8"
)

// maxConditions is how many conditions a request may have in all.
const maxConditions = 8

// maxRegexLength is how many characters a regex may have.
const maxRegexLength = 1000

// operators are all operators of the documentation. Which of them goes with
// which field is not checked: the list of fields is open.
func operators() []string {
	return []string{
		"=", "<>", "<", "<=", ">", ">=", "in", "not_in",
		"match", "not_match", "like", "not_like", "ilike", "not_ilike",
		"regex", "not_regex", "has", "has_not",
	}
}

// isFilters: one condition, or conditions joined by "and" and "or", in groups if
// need be; at most 8 conditions.
func isFilters(value any) bool {
	filters, ok := conditionsOf(value)
	return ok && len(filters) <= maxConditions
}

// condition is [field, operator, value].
type condition struct {
	field, operator string
	value           any
}

// conditionsOf returns the conditions of a filter at any depth. It fails if the
// filter is malformed. Both ["dofollow","=",true] and [["dofollow","=",true]] are
// well-formed, as DataForSEO shows both.
func conditionsOf(value any) ([]condition, bool) {
	list, ok := value.([]any)
	if !ok || len(list)%2 == 0 {
		return nil, false
	}
	if _, ok := list[0].(string); ok {
		c, ok := conditionOf(list)
		return []condition{c}, ok
	}
	var all []condition
	for i, element := range list {
		if i%2 == 1 {
			if element != "and" && element != "or" {
				return nil, false
			}
			continue
		}
		inner, ok := conditionsOf(element)
		if !ok {
			return nil, false
		}
		all = append(all, inner...)
	}
	return all, true
}

// conditionOf reads [field, operator, value].
func conditionOf(list []any) (condition, bool) {
	if len(list) != 3 {
		return condition{}, false
	}
	field, _ := list[0].(string)
	operator, _ := list[1].(string)
	c := condition{field, operator, list[2]}
	return c, field != "" && slices.Contains(operators(), operator) && c.validValue()
}

// validValue: an array after in and not_in, a scalar after anything else.
func (c condition) validValue() bool {
	switch value := c.value.(type) {
	case []any:
		return c.takesArray() && len(value) > 0
	case string:
		isRegex := c.operator == "regex" || c.operator == "not_regex"
		return !c.takesArray() && (!isRegex || utf8.RuneCountInString(value) <= maxRegexLength)
	case bool, json.Number:
		return !c.takesArray()
	}
	return false
}

func (c condition) takesArray() bool { return c.operator == "in" || c.operator == "not_in" }

// nofollowOnly tells whether a filter asks for links that are not dofollow.
func nofollowOnly(filters any) bool {
	conditions, _ := conditionsOf(filters)
	return slices.ContainsFunc(conditions, func(c condition) bool {
		return c.field == "dofollow" && (c.operator == "=" && c.value == false || c.operator == "<>" && c.value == true)
	})
}
