package dataforseo

import (
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"regexp/syntax"
	"strconv"
	"strings"
	"unicode/utf8"
)

// maxRegexLength is the API's limit in characters.
const maxRegexLength = 1000

// stringifiedList explains where a boolean or a number in quotes comes from when
// nobody has written the quotes.
const stringifiedList = "A list of type list(any), or one that tolist() returns, turns booleans and numbers into strings: " +
	"declare the variable with `type = any`, or pass jsonencode(...)."

// value checks the third element of a condition.
func (c *filterCheck) value(place []int, condition filterCondition, node any) {
	list, isList := node.([]any)
	switch {
	case isList && (condition.operator == "" || takesList(condition.operator)):
		c.values(place, condition, list)
	case isList:
		remedy := "Give one value, or use in or not_in for several."
		if condition.isDocumented && !condition.kind.takes("in") {
			remedy = "Give one value."
		}
		c.report(place, fmt.Sprintf("A list stands after %q, which takes one value.", condition.operator), remedy)
	case takesList(condition.operator) && isFilterScalar(node):
		c.report(place, fmt.Sprintf("%q takes a list, and the value is %s.", condition.operator, showFilter(node)),
			"Put the value into a list, be it the only one.")
		c.scalar(place, condition, node)
	default:
		c.scalar(place, condition, node)
	}
}

// values checks the list after in and not_in.
func (c *filterCheck) values(place []int, condition filterCondition, list []any) {
	if len(list) == 0 {
		c.report(place, "The list of values"+condition.forField()+" is empty.",
			"Give at least one value, or leave the condition out.")
	}
	for i, element := range list {
		c.scalar(append(place, i), condition, element)
	}
}

// scalar checks a value to compare with.
func (c *filterCheck) scalar(place []int, condition filterCondition, node any) {
	if _, isUnknown := node.(Unknown); isUnknown {
		return
	}
	if node == nil {
		c.report(place, "The value"+condition.forField()+" is null.", "Give a value, or leave the condition out.")
		return
	}
	if !isFilterScalar(node) {
		c.report(place, filterSentence(node, "where a value"+condition.forField()+" belongs"),
			"Give a string, a number or a boolean.")
		return
	}
	if remedy := typeRemedy(condition, node); remedy != "" {
		problem := fmt.Sprintf("%s is %s, and its value is %s.", condition.field, condition.kind.noun, showFilter(node))
		c.report(place, problem, remedy)
		return
	}
	if text, isText := node.(string); isText && isRegexOperator(condition.operator) {
		c.regex(place, condition, text)
	}
}

// forField completes "the value ..." where the field is known.
func (f filterCondition) forField() string {
	if f.field == "" {
		return ""
	}
	return " for " + excerptFilter(f.field)
}

// typeRemedy returns what to write instead of a value that does not fit the type
// of a documented field, "" for one that fits.
//
// Strings are asked for where strings are documented, too: the quoted form is
// right for certain, while an answer to the other form would be paid for before
// anybody knew what the API had made of it.
func typeRemedy(condition filterCondition, value any) string {
	if !condition.isDocumented {
		return ""
	}
	switch condition.kind.noun {
	case booleanField:
		return booleanRemedy(value)
	case numericField:
		return numberRemedy(value)
	case timeField:
		if _, fits := value.(string); fits {
			return ""
		}
		return `Give a time in the form "yyyy-mm-dd hh-mm-ss +00:00".`
	}
	switch value := value.(type) {
	case bool:
		return fmt.Sprintf("Write %q, in quotes.", strconv.FormatBool(value))
	case json.Number:
		return fmt.Sprintf("Write %q, in quotes.", excerptFilter(value.String()))
	}
	return ""
}

func booleanRemedy(value any) string {
	switch value := value.(type) {
	case bool:
		return ""
	case string:
		if literal := strings.ToLower(value); literal == "true" || literal == "false" {
			return "Write " + literal + " without quotes. " + stringifiedList
		}
		return "Give true or false, without quotes. " + stringifiedList
	}
	return "Give true or false."
}

func numberRemedy(value any) string {
	switch value := value.(type) {
	case json.Number:
		return ""
	case string:
		if isJSONNumber(json.Number(value)) {
			return "Write " + excerptFilter(value) + " without quotes. " + stringifiedList
		}
		return "Give a number, without quotes. " + stringifiedList
	}
	return "Give a number."
}

func isRegexOperator(operator string) bool { return operator == "regex" || operator == "not_regex" }

func (c *filterCheck) regex(place []int, condition filterCondition, expression string) {
	if length := utf8.RuneCountInString(expression); length > maxRegexLength {
		problem := fmt.Sprintf("The regular expression%s has %d characters, and %d are the most.",
			condition.forField(), length, maxRegexLength)
		c.report(place, problem, "Shorten it, or make several conditions of it.")
		return
	}
	if reason := regexFault(expression); reason != "" {
		problem := fmt.Sprintf("The value %s%s is no RE2 regular expression: %s.",
			quoteFilter(expression), condition.forField(), reason)
		const remedy = "Correct it by https://github.com/google/re2/wiki/Syntax; RE2 has no look-around and no back-references."
		c.report(place, problem, remedy)
	}
}

// regexFault returns why an expression is not RE2, "" if it is. Go's syntax is
// that of RE2 but for \C, which RE2 alone has.
func regexFault(expression string) string {
	_, err := regexp.Compile(expression)
	if err == nil {
		return ""
	}
	fault, ok := errors.AsType[*syntax.Error](err)
	if !ok {
		return err.Error()
	}
	if fault.Code == syntax.ErrInvalidEscape && fault.Expr == `\C` {
		return ""
	}
	return fmt.Sprintf("%s: %s", fault.Code, quoteFilter(fault.Expr))
}
