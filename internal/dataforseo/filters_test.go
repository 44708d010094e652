package dataforseo

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// filterTree decodes a tree from JSON in which the string "?" is Unknown.
func filterTree(t *testing.T, text string) any {
	t.Helper()
	tree, err := DecodeBacklinksFilters(text)
	if err != nil {
		t.Fatalf("decoding %s: %v", text, err)
	}
	return withUnknown(tree)
}

func withUnknown(node any) any {
	switch node := node.(type) {
	case string:
		if node == "?" {
			return Unknown{}
		}
	case []any:
		for i := range node {
			node[i] = withUnknown(node[i])
		}
	}
	return node
}

func TestDecodeBacklinksFilters(t *testing.T) {
	t.Parallel()
	tests := []struct {
		text string
		want any
	}{
		{"null", nil},
		{" \n null ", nil},
		{"[]", []any{}},
		{`["rank", ">", 1.50]`, []any{"rank", ">", json.Number("1.50")}},
		{`[12345678901234567890, -0, 1e400]`, []any{json.Number("12345678901234567890"), json.Number("-0"), json.Number("1e400")}},
		{`[["dofollow","=",true],"and",["alt","=","<&\u003e"]]`, []any{
			[]any{"dofollow", "=", true}, "and", []any{"alt", "=", "<&>"},
		}},
		{`{"0": null}`, map[string]any{"0": nil}},
	}
	for _, test := range tests {
		got, err := DecodeBacklinksFilters(test.text)
		if err != nil {
			t.Errorf("%s: %v", test.text, err)
		}
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%s: (-want +got)\n%s", test.text, diff)
		}
	}
}

func TestDecodeBacklinksFilters_errors(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"":                          "line 1, column 1: unexpected end of JSON input",
		`["dofollow", "=", tru]`:    "line 1, column 22: invalid character ']' in literal true (expecting 'e')",
		"[\n  [\"ält\", '=', 1]\n]": `line 2, column 11: invalid character '\'' looking for beginning of value`,
		`["dofollow", "=", true`:    "line 1, column 22: unexpected end of JSON input",
		"[\"dofollow\",\n\"=\"":     "line 2, column 3: unexpected end of JSON input",
		`["dofollow", "=", true] x`: "line 1, column 25: invalid character 'x' after top-level value",
		`[] []`:                     "line 1, column 4: invalid character '[' after top-level value",
		`["rank", ">", 01]`:         "line 1, column 16: invalid character '1' after array element",
		`x`:                         "line 1, column 1: invalid character 'x' looking for beginning of value",
	} {
		filters, err := DecodeBacklinksFilters(text)
		if want := "backlinks_filters is not valid JSON: " + want; err == nil || err.Error() != want || filters != nil {
			t.Errorf("%q: got %v, %v\nwant nil, %s", text, filters, err, want)
		}
	}
}

func TestEncodeBacklinksFilters(t *testing.T) {
	t.Parallel()
	tests := []struct {
		tree any
		want string
	}{
		{nil, `null`},
		{[]any{}, `[]`},
		{[]any{"rank", "in", []any{json.Number("1.50"), json.Number("-0"), json.Number("1E+400")}}, `["rank","in",[1.50,-0,1E+400]]`},
		{[]any{json.Number("0"), json.Number("9")}, `[0,9]`},
		{[]any{[]any{"dofollow", "<>", false}, "and", []any{"alt", "=", "<&>\"\\é\n"}}, `[["dofollow","<>",false],"and",["alt","=","<&>\"\\é\n"]]`},
	}
	for _, test := range tests {
		got, err := EncodeBacklinksFilters(test.tree)
		if err != nil || string(got) != test.want {
			t.Errorf("got %s, %v, want %s", got, err, test.want)
		}
	}
}

// TestEncodeBacklinksFilters_errors checks that values that JSON cannot represent are
// errors.
func TestEncodeBacklinksFilters_errors(t *testing.T) {
	t.Parallel()
	for _, filters := range []any{
		Unknown{},
		[]any{[]any{"rank", ">", Unknown{}}},
		[]any{"rank", ">", json.Number("NaN")},
		[]any{"rank", ">", json.Number("1,2")},
	} {
		got, err := EncodeBacklinksFilters(filters)
		if err == nil || got != nil {
			t.Errorf("%v: got %s, %v, want an error", filters, got, err)
		}
	}
}

func TestCheckBacklinksFilters_valid(t *testing.T) {
	t.Parallel()
	eight := strings.Repeat(`["dofollow","=",true],"and",`, 7) + `["dofollow","=",true]`
	for _, text := range []string{
		`["dofollow", "=", true]`,
		`[["dofollow", "=", true]]`,
		`[[["dofollow", "=", true]]]`,
		`[["dofollow", "=", true], "and", ["page_from_rank", ">", 50]]`,
		`[["dofollow", "=", true], "and", [["rank", "<=", 5e1], "or", ["rank", ">=", -0.5]], "or", ["is_new", "<>", false]]`,
		`[` + eight + `]`,
		`[[` + eight + `], "or", "?"]`,
		`["rank", "in", [1, 2]]`,
		`["tld_from", "not_in", ["com"]]`,
		`["url_from", "like", "example"]`,
		`["anchor", "=", ""]`,
		`["anchor", "=", "a("]`,
		`["url_from", "regex", "^https?://(www\\.)?example\\.com/\\pL+$"]`,
		`["first_seen", ">", "2024-01-01 00-00-00 +00:00"]`,
		`["last_seen", "in", ["2024-01-01 00-00-00 +00:00"]]`,
		`["attributes", "has", "noopener"]`,

		// DataForSEO's own examples write numbers as strings.
		`["rank", ">", "80"]`,
		`["rank", "in", ["1", "2.50"]]`,

		// Only DataForSEO knows which operators and values a field accepts.
		`["dofollow", ">", 1]`,
		`["dofollow", "=", "yes"]`,
		`["dofollow", "=", "True"]`,
		`["rank", "like", "many"]`,
		`["anchor", "=", true]`,
		`["anchor", "=", "true"]`,
		`["url_from", "regex", "(?=a)("]`,
		`["first_seen", ">", 1700000000]`,
		`["attributes", "=", 5]`,
		`["a_new_field", "has_not", "true"]`,
		`["a_new_field", ">", 5]`,
		`["a_new_field", "regex", 5]`,
		`["a_new_field", "in", [true, 5, "x"]]`,

		`"?"`,
		`["?"]`,
		`["?", "?"]`,
		`["?", "?", "?"]`,
		`["?", "?", ["dofollow"]]`,
		`["?", "?", "?", "?"]`,
		`["?", "=", "?"]`,
		`["?", "in", ["x"]]`,
		`["?", "and", ["dofollow", "=", true]]`,
		`["dofollow", "?", true]`,
		`["rank", "?", [1]]`,
		`["rank", "in", "?"]`,
		`["rank", "in", ["?", 1]]`,
		`["dofollow", "=", "?"]`,
		`[["dofollow", "=", true], "?", ["rank", "=", 1]]`,
		`[["dofollow", "=", true], "?"]`,
		`["?", "?", "?", "and", ["rank", "=", 1]]`,
		`["?", "?", ["rank", "=", 1], "or", "?"]`,
	} {
		for _, err := range CheckBacklinksFilters(filterTree(t, text)) {
			t.Errorf("%s: got %s", text, err)
		}
	}
}

func TestCheckBacklinksFilters(t *testing.T) {
	t.Parallel()
	const (
		path       = "backlinks_filters"
		form       = ` A condition is [field, operator, value]. Join several as in [condition, "and", condition].`
		noOperand  = ` is not a condition or a group of conditions.` + form
		noOperator = " is not an operator. Use one of = <> < <= > >= in not_in match not_match like not_like ilike not_ilike regex not_regex has has_not."
		noJoiner   = ` does not join conditions.`
		noEnd      = ` has nothing after it. Add a condition, or remove it.`
		noField    = " is not the name of a field. Write the name in quotes."
		noValue    = " is not a value to compare with. Use a string, a number or a boolean, or leave the condition out."
		noList     = " Put the value in a list, even if it is the only one."
		listAny    = " without quotes. A list of type list(any), or one that tolist() returns, turns booleans into strings: declare the variable with `type = any`, or pass jsonencode(...)."
		three      = `["dofollow","=",true],"and",["dofollow","=",true],"and",["dofollow","=",true]`
	)
	tests := map[string]struct {
		text string
		want []string
	}{
		"null instead of a list":    {`null`, []string{path + `: null` + noOperand}},
		"number instead of a list":  {`5`, []string{path + `: 5` + noOperand}},
		"boolean instead of a list": {`true`, []string{path + `: true` + noOperand}},
		"object instead of a list":  {`{"0":["dofollow","=",true]}`, []string{path + `: {...}` + noOperand}},
		"encoded twice":             {`"[]"`, []string{path + `: "[]"` + noOperand}},

		"empty list":              {`[]`, []string{path + `: The list is empty. Add at least one condition, or leave backlinks_filters out.`}},
		"empty group":             {`[["is_new","=",true],"and",[]]`, []string{path + `[2]: The list is empty. Add at least one condition, or leave backlinks_filters[2] out.`}},
		"no condition in a group": {`[["is_new","=",true],"and",null]`, []string{path + `[2]: null` + noOperand}},
		"first of a group":        {`["is_new","and",["is_lost","=",true]]`, []string{path + `[0]: "is_new"` + noOperand}},

		"no joiner":             {`[["is_new","=",true],["is_lost","=",true]]`, []string{path + `[1]: [...]` + noJoiner + form}},
		"joiner in upper case":  {`[["is_new","=",true],"AND",["is_lost","=",true]]`, []string{path + `[1]: "AND"` + noJoiner + ` Write "and", in lower case.`}},
		"other joiner":          {`[["is_new","=",true],"xor",["is_lost","=",true]]`, []string{path + `[1]: "xor"` + noJoiner + ` Use "and" or "or".`}},
		"number for a joiner":   {`[["is_new","=",true],1,["is_lost","=",true]]`, []string{path + `[1]: 1` + noJoiner + form}},
		"joiner at the end":     {`[["is_new","=",true],"and"]`, []string{path + `[1]: "and"` + noEnd}},
		"deep joiner":           {`[["is_new","=",true],"or",[["is_lost","=",true],"or"]]`, []string{path + `[2][1]: "or"` + noEnd}},
		"wrong joiner, at end":  {`[["is_new","=",true],"Or"]`, []string{path + `[1]: "Or"` + noJoiner + ` Write "or", in lower case.`}},
		"two joiners":           {`[["is_new","=",true],"and","or",["is_lost","=",true]]`, []string{path + `[2]: "or"` + noOperand}},
		"joiner in front":       {`["and",["is_new","=",true]]`, []string{path + `: A condition has 3 elements, but this list has 2.` + form}},
		"condition not in list": {`[["is_new","=",true],"and","is_lost","=",true]`, []string{path + `[2]: "is_lost"` + noOperand}},
		"nine conditions": {`[[` + three + `],"or",[` + three + `],"or",[` + three + `]]`, []string{
			path + `: There are 9 conditions, but DataForSEO allows only 8. Leave some out, or use in, not_in or regex to cover several values in one condition.`,
		}},

		"field only":               {`[["is_new"]]`, []string{path + `[0]: A condition has 3 elements, but this list has 1.` + form}},
		"no value":                 {`["is_new","="]`, []string{path + `: A condition has 3 elements, but this list has 2.` + form}},
		"values not in a list":     {`["rank","in",1,2]`, []string{path + `: A condition has 3 elements, but this list has 4.` + form}},
		"conditions not in a list": {`["is_new","=",true,"and","is_lost","=",true]`, []string{path + `: A condition has 3 elements, but this list has 7.` + form}},
		"number for a field":       {`[5,"=",true]`, []string{path + `[0]: 5` + noField}},
		"null for a field":         {`[null,"=",true]`, []string{path + `[0]: null` + noField}},
		"empty field":              {`["","=",true]`, []string{path + `[0]: ""` + noField}},
		"boolean for an operator":  {`["is_new",true,true]`, []string{path + `[1]: true` + noOperator}},
		"list for an operator":     {`["x",["="],true]`, []string{path + `[1]: [...]` + noOperator}},
		"empty operator":           {`["rank","",1]`, []string{path + `[1]: ""` + noOperator}},
		"two operators":            {`["rank","= <>",1]`, []string{path + `[1]: "= <>"` + noOperator}},
		"operator in upper case":   {`["rank","IN",[1]]`, []string{path + `[1]: "IN"` + noOperator}},
		"unknown operator":         {`[["is_new","=",true],"and",["x","equals",1]]`, []string{path + `[2][1]: "equals"` + noOperator}},

		"null value":           {`["x","=",null]`, []string{path + `[2]: null` + noValue}},
		"null in a list":       {`["rank","in",[1,null]]`, []string{path + `[2][1]: null` + noValue}},
		"object for a value":   {`["x","=",{}]`, []string{path + `[2]: {...}` + noValue}},
		"list in a list":       {`["x","in",[[1]]]`, []string{path + `[2][0]: [...]` + noValue}},
		"list after =":         {`["x","=",[1]]`, []string{path + `[2]: "=" takes one value, but this is a list. Use in or not_in for several values.`}},
		"number after in":      {`["x","in",5]`, []string{path + `[2]: "in" takes a list, but the value is 5.` + noList}},
		"string after not_in":  {`["rank","not_in","5"]`, []string{path + `[2]: "not_in" takes a list, but the value is "5".` + noList}},
		"empty list after in":  {`["rank","in",[]]`, []string{path + `[2]: The list of values is empty. Add at least one value, or leave the condition out.`}},
		"no operator and null": {`["x","is",null]`, []string{path + `[1]: "is"` + noOperator, path + `[2]: null` + noValue}},

		"true as a string": {`["dofollow","=","true"]`, []string{
			path + `[2]: dofollow is a boolean field, but its value is the string "true". Write true` + listAny,
		}},
		"false as a string": {`[["is_new","=",true],"and",["is_lost","<>","false"]]`, []string{
			path + `[2][2]: is_lost is a boolean field, but its value is the string "false". Write false` + listAny,
		}},

		"group after unknown": {`["?","and",["dofollow","=","true"],["x","=",1]]`, []string{
			path + `[2][2]: dofollow is a boolean field, but its value is the string "true". Write true` + listAny,
			path + `[3]: [...]` + noJoiner + form,
		}},
		"condition after unknown": {`["?","is",1]`, []string{path + `[1]: "is"` + noOperator}},
		"value after unknown":     {`["dofollow","?",[null]]`, []string{path + `[2][0]: null` + noValue}},
		"all places": {`[[["x","=",null],"and",["x","in",[null,null]]],"or",["x","=",null]]`, []string{
			path + `[0][0][2]: null` + noValue, path + `[0][2][2][0]: null` + noValue,
			path + `[0][2][2][1]: null` + noValue, path + `[2][2]: null` + noValue,
		}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var got []string
			for _, err := range CheckBacklinksFilters(filterTree(t, test.text)) {
				got = append(got, err.Error())
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("%s: (-want +got)\n%s", test.text, diff)
			}
		})
	}
}

// TestCheckBacklinksFilters_booleanFields checks that the documented boolean fields accept no
// string, which Terraform made of a boolean.
func TestCheckBacklinksFilters_booleanFields(t *testing.T) {
	t.Parallel()
	for _, field := range []string{
		"url_from_https", "url_to_https", "is_new", "is_lost", "domain_from_is_ip", "dofollow", "original", "is_broken",
		"is_indirect_link",
	} {
		for value, want := range map[any]int{"true": 1, "false": 1, true: 0, false: 0} {
			if errs := CheckBacklinksFilters([]any{field, "=", value}); len(errs) != want {
				t.Errorf("%s = %#v: got %v, want %d errors", field, value, errs, want)
			}
		}
	}
}
