package dataforseo

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// maxFilterConditions is the API's limit for one request, groups not counted.
const maxFilterConditions = 8

// Remedies that several problems share.
const (
	shapeRemedy = `A condition is [field, operator, value]; several are joined as in [condition, "and", condition].`
	ownLists    = `Put every condition into a list of its own: [[field, operator, value], "and", [field, operator, value]].`
)

// FilterProblem is one thing that is wrong with a tree of filters.
type FilterProblem struct {
	// Place holds the index at every level down to the fault; empty for the
	// whole tree.
	Place []int
	// Problem and Remedy are complete sentences.
	Problem, Remedy string
}

var _ fmt.Stringer = FilterProblem{}

// Path returns the place as Terraform writes it, "backlinks_filters[2][1]".
func (p FilterProblem) Path() string { return filterPath(p.Place) }

// String returns path, problem and remedy for a message.
func (p FilterProblem) String() string {
	return p.Path() + ": " + p.Problem + " " + p.Remedy
}

// CheckBacklinksFilters returns everything that is wrong with a tree, in the
// order of the places. A nil tree means no filters; [Unknown] passes wherever
// it stands, and so does a field that is not documented. What passes and has no
// Unknown in it can be encoded.
func CheckBacklinksFilters(tree any) []FilterProblem {
	if tree == nil {
		return nil
	}
	var check filterCheck
	check.operand(nil, tree)
	if check.conditions > maxFilterConditions {
		problem := fmt.Sprintf("There are %d conditions, and %d are the most.", check.conditions, maxFilterConditions)
		const remedy = "Leave some out; in, not_in and regex hold several values in one condition."
		check.problems = slices.Insert(check.problems, 0, FilterProblem{nil, problem, remedy})
	}
	return check.problems
}

// filterCheck walks a tree and gathers what it finds.
type filterCheck struct {
	conditions int
	problems   []FilterProblem
}

// report keeps a copy of place, whose memory the walk uses again.
func (c *filterCheck) report(place []int, problem, remedy string) {
	c.problems = append(c.problems, FilterProblem{slices.Clone(place), problem, remedy})
}

// operand checks what stands where a condition or a group belongs.
func (c *filterCheck) operand(place []int, node any) {
	switch node := node.(type) {
	case Unknown:
	case []any:
		c.list(place, node)
	default:
		remedy := shapeRemedy
		if _, isText := node.(string); isText && len(place) == 0 {
			remedy = "Call jsonencode(...) once only, on the list itself. " + shapeRemedy
		}
		c.report(place, filterSentence(node, operandPlace), remedy)
	}
}

func (c *filterCheck) list(place []int, list []any) {
	switch {
	case len(list) == 0 && len(place) == 0:
		c.report(place, "The list is empty.", "Give at least one condition, or leave backlinks_filters out.")
	case len(list) == 0:
		c.report(place, "The list is empty.", "Give a condition, or leave the list and what joins it out.")
	default:
		switch filterShapeOf(list) {
		case conditionShape:
			c.condition(place, list)
		case groupShape:
			c.group(place, list)
		}
	}
}

// filterShape is what a list that is not empty can only be meant as.
type filterShape int

const (
	undecidedShape filterShape = iota // it begins with Unknown
	conditionShape
	groupShape
)

func filterShapeOf(list []any) filterShape {
	switch first := list[0].(type) {
	case string:
		if isJoiner(first) && slices.ContainsFunc(list[1:], isFilterList) {
			return groupShape // ["and", [...], [...]]
		}
		return conditionShape
	case []any:
		return groupShape
	case Unknown:
		return shapeByRest(list)
	}
	operator, isText := filterElement(list, 1).(string)
	if len(list) == 3 && isText && !isJoiner(operator) {
		return conditionShape // with a field that is no string
	}
	return groupShape
}

// shapeByRest judges a list whose first element is not known yet: no condition
// has more than three elements, no group has an operator in it.
func shapeByRest(list []any) filterShape {
	if len(list) < 3 {
		return undecidedShape
	}
	switch second := list[1].(type) {
	case string:
		if len(list) == 3 && !isJoiner(second) {
			return conditionShape
		}
	case Unknown:
		if len(list) == 3 {
			return undecidedShape
		}
	}
	return groupShape
}

// isJoiner accepts any case, so that "AND" is told to be lower case rather than
// taken for a field or an operator.
func isJoiner(text string) bool {
	return strings.EqualFold(text, "and") || strings.EqualFold(text, "or")
}

func isFilterList(node any) bool {
	_, isList := node.([]any)
	return isList
}

// filterElement returns an element, nil where the list is too short.
func filterElement(list []any, index int) any {
	if index < len(list) {
		return list[index]
	}
	return nil
}

// group checks conditions and groups with "and" or "or" between them. What is
// missing or too much does not shift what follows: a list is always an operand.
func (c *filterCheck) group(place []int, list []any) {
	wantOperand := true
	for i, element := range list {
		here := append(place, i) //nolint:gocritic // report keeps a copy
		_, isUnknown := element.(Unknown)
		text, isText := element.(string)
		switch {
		case isUnknown:
			wantOperand = !wantOperand
		case wantOperand && isText && !isJoiner(text):
			c.report(here, filterSentence(element, operandPlace), ownLists)
			return // the rest are the parts of the same condition
		case wantOperand:
			c.operand(here, element)
			wantOperand = isText
		case isFilterList(element):
			c.report(here, `No "and" or "or" joins this to what stands before it.`,
				`Join them as in [condition, "and", condition].`)
			c.operand(here, element)
		default:
			c.joiner(here, element, i == len(list)-1)
			wantOperand = true
		}
	}
}

func (c *filterCheck) joiner(place []int, node any, isLast bool) {
	text, isText := node.(string)
	switch {
	case !isText:
		c.report(place, filterSentence(node, `where "and" or "or" belongs`), shapeRemedy)
		return
	case text == "and" || text == "or":
	case isJoiner(text):
		c.report(place, fmt.Sprintf("%q does not join conditions.", text),
			fmt.Sprintf("Write %q, in lower case.", strings.ToLower(text)))
	default:
		c.report(place, quoteFilter(text)+" does not join conditions.", `Use "and" or "or".`)
	}
	if isLast {
		c.report(place, quoteFilter(text)+" has nothing after it.", "Add a condition, or remove it.")
	}
}

// filterCondition is what is known of a condition when its value is checked.
type filterCondition struct {
	field string // "" for one that is not known
	// kind is meaningful for a documented field only.
	kind         filterKind
	isDocumented bool
	operator     string // "" for one that is not known or none at all
}

func (c *filterCheck) condition(place []int, list []any) {
	c.conditions++
	if len(list) != 3 {
		c.wrongLength(place, list)
		return
	}
	var condition filterCondition
	condition.field = c.name(append(place, 0), list[0], "field", "Write the name of a field, in quotes.")
	condition.kind, condition.isDocumented = filterKindOf(condition.field)
	condition.operator = c.operator(append(place, 1), condition, list[1])
	c.value(append(place, 2), condition, list[2])
}

func (c *filterCheck) wrongLength(place []int, list []any) {
	problem := fmt.Sprintf("A condition has a field, an operator and a value; this one, which begins with %s, has %d elements.",
		showFilter(list[0]), len(list))
	if len(list) == 1 {
		problem = fmt.Sprintf("A condition has a field, an operator and a value; this one has only %s.", showFilter(list[0]))
	}
	remedy := "Write [field, operator, value]."
	if operator, _ := filterElement(list, 1).(string); len(list) > 3 && takesList(operator) {
		remedy = fmt.Sprintf("Put the values after %s into a list of their own.", operator)
	} else if slices.ContainsFunc(list, func(node any) bool { text, _ := node.(string); return isJoiner(text) }) {
		remedy = ownLists
	}
	c.report(place, problem, remedy)
}

// name checks a field or an operator, of which nothing but a string can be one.
func (c *filterCheck) name(place []int, node any, what, remedy string) string {
	switch node := node.(type) {
	case Unknown:
	case string:
		if node == "" {
			c.report(place, "The "+what+" is empty.", remedy)
		}
		return node
	default:
		c.report(place, filterSentence(node, "where the "+what+" belongs"), remedy)
	}
	return ""
}

// operator checks an operator and returns it if it is one.
func (c *filterCheck) operator(place []int, condition filterCondition, node any) string {
	operators := strings.Join(filterOperators(), " ")
	if condition.isDocumented {
		operators = condition.kind.operators
	}
	remedy := "Use one of " + operators + "."
	operator := c.name(place, node, "operator", remedy)
	if operator == "" {
		return ""
	}
	if !slices.Contains(filterOperators(), operator) {
		nearest := nearestOperator(operator)
		if slices.Contains(strings.Fields(operators), nearest) {
			remedy = fmt.Sprintf("Write %q.", nearest)
		}
		c.report(place, quoteFilter(operator)+" is not an operator.", remedy)
		return ""
	}
	if condition.isDocumented && !condition.kind.takes(operator) {
		problem := fmt.Sprintf("%q does not apply to %s, %s.", operator, condition.field, condition.kind.noun)
		c.report(place, problem, remedy)
	}
	return operator
}

// operandPlace completes "The number 5 stands ...".
const operandPlace = "where a condition or a group of conditions belongs"

// filterSentence says that a node stands in a place for something else.
func filterSentence(node any, place string) string {
	shown := showFilter(node)
	return strings.ToUpper(shown[:1]) + shown[1:] + " stands " + place + "."
}

func takesList(operator string) bool { return operator == "in" || operator == "not_in" }

// isFilterScalar tells what can be compared with a field.
func isFilterScalar(node any) bool {
	switch node := node.(type) {
	case bool, string:
		return true
	case json.Number:
		return isJSONNumber(node)
	}
	return false
}
