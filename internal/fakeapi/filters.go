package fakeapi

import (
	"encoding/json"
	"slices"
	"strings"
	"unicode/utf8"
)

// operators are the documented operators. Which fields accept them is not checked: the
// list of fields is open.
const operators = "= <> < <= > >= in not_in match not_match like not_like ilike not_ilike regex not_regex has has_not"

// isFilters reports whether value is one condition, or up to 8 conditions joined by
// "and" and "or", optionally in groups.
func isFilters(value any) bool {
	conditions, ok := conditionsOf(value)
	return ok && len(conditions) <= 8
}

// conditionsOf returns the conditions of a filter, [field, operator, value], at any
// depth. It fails on a malformed filter. DataForSEO shows both ["dofollow","=",true]
// and [["dofollow","=",true]].
func conditionsOf(value any) (all [][]any, ok bool) {
	list, _ := value.([]any)
	if len(list)%2 == 0 {
		return nil, false
	}
	if _, ok := list[0].(string); ok {
		return [][]any{list}, isCondition(list)
	}
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

// isCondition reports whether list is a field, an operator and a value: an array after in
// and not_in, at most 1000 characters after regex and not_regex, otherwise any scalar.
func isCondition(list []any) bool {
	if len(list) != 3 || list[0] == "" {
		return false
	}
	operator, _ := list[1].(string)
	takesArray := operator == "in" || operator == "not_in"
	switch value := list[2].(type) {
	case []any:
		return takesArray && len(value) > 0
	case string:
		if strings.HasSuffix(operator, "regex") && utf8.RuneCountInString(value) > 1000 {
			return false
		}
	case bool, json.Number:
	default:
		return false
	}
	return !takesArray && slices.Contains(strings.Fields(operators), operator)
}
