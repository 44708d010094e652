package dataforseo

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
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

func TestDecodeBacklinksFiltersError(t *testing.T) {
	t.Parallel()
	tests := []struct {
		text         string
		line, column int
		reason       string
	}{
		{"", 1, 1, "the text is empty"},
		{" \n\t", 2, 2, "the text is empty"},
		{`["dofollow", "=", tru]`, 1, 22, "invalid character ']' in literal true (expecting 'e')"},
		{"[\n  [\"ält\", '=', 1]\n]", 2, 11, `invalid character '\'' looking for beginning of value`},
		{`["dofollow", "=", true`, 1, 23, "the text ends too early"},
		{"[\"dofollow\",\n", 2, 1, "the text ends too early"},
		{`["dofollow", "=", true] x`, 1, 25, "invalid character 'x' after top-level value"},
		{`[] []`, 1, 4, "invalid character '[' after top-level value"},
		{`["rank", ">", 01]`, 1, 16, "invalid character '1' after array element"},
		{`x`, 1, 1, "invalid character 'x' looking for beginning of value"},
	}
	for _, test := range tests {
		tree, err := DecodeBacklinksFilters(test.text)
		got, ok := errors.AsType[*FilterSyntaxError](err)
		if !ok || tree != nil {
			t.Errorf("%q: got %v, %v, want a *FilterSyntaxError", test.text, tree, err)
			continue
		}
		if want := (FilterSyntaxError{test.line, test.column, test.reason}); *got != want {
			t.Errorf("%q: got %+v, want %+v", test.text, *got, want)
		}
		want := fmt.Sprintf("backlinks_filters is not valid JSON: line %d, column %d: %s", test.line, test.column, test.reason)
		if err.Error() != want {
			t.Errorf("got %q, want %q", err, want)
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
		{[]any(nil), `[]`},
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

func TestEncodeBacklinksFiltersError(t *testing.T) {
	t.Parallel()
	tests := []struct {
		tree any
		want string
	}{
		{Unknown{}, "backlinks_filters holds a value that is not known yet, which cannot be sent"},
		{[]any{[]any{"rank", ">", Unknown{}}}, "backlinks_filters[0][2] holds a value that is not known yet, which cannot be sent"},
		{[]any{"rank", "=", 5}, "backlinks_filters[2] holds a value of the Go type int, which cannot be sent"},
		{map[string]any{"0": "rank"}, "backlinks_filters holds an object, which cannot be sent"},
		{[]any{json.Number("")}, `backlinks_filters[0] holds the malformed number "", which cannot be sent`},
		{[]any{json.Number("1,2")}, `backlinks_filters[0] holds the malformed number "1,2", which cannot be sent`},
		{[]any{json.Number("NaN")}, `backlinks_filters[0] holds the malformed number "NaN", which cannot be sent`},
		{[]any{json.Number(" 1")}, `backlinks_filters[0] holds the malformed number " 1", which cannot be sent`},
	}
	for _, test := range tests {
		got, err := EncodeBacklinksFilters(test.tree)
		if err == nil || err.Error() != test.want || got != nil {
			t.Errorf("got %s and\n%v\nwant nothing and\n%s", got, err, test.want)
		}
	}
}

func TestCheckBacklinksFiltersPass(t *testing.T) {
	t.Parallel()
	eight := strings.Repeat(`["dofollow","=",true],"and",`, 7) + `["dofollow","=",true]`
	for _, text := range []string{
		`null`,
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
		`["url_from", "not_regex", "a\\Cb"]`,
		`["url_from", "regex", "` + strings.Repeat("ü", 1000) + `"]`,
		`["first_seen", ">", "2024-01-01 00-00-00 +00:00"]`,
		`["last_seen", "in", ["2024-01-01 00-00-00 +00:00"]]`,
		`["attributes", "has", "noopener"]`,

		`["a_new_field", "has_not", "true"]`,
		`["a_new_field", ">", 5]`,
		`["a_new_field", "regex", 5]`,
		`["a_new_field", "in", [true, 5, "x"]]`,

		`"?"`,
		`["?"]`,
		`["?", "?"]`,
		`["?", "?", "?"]`,
		`["?", "?", ["dofollow"]]`,
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
		for _, problem := range CheckBacklinksFilters(filterTree(t, text)) {
			t.Errorf("%s: %s", text, problem)
		}
	}
}

func TestCheckBacklinksFilters(t *testing.T) {
	t.Parallel()
	const (
		path     = "backlinks_filters"
		all      = "= <> < <= > >= in not_in match not_match like not_like ilike not_ilike regex not_regex has has_not"
		re2      = "Correct it by https://github.com/google/re2/wiki/Syntax; RE2 has no look-around and no back-references."
		listAny  = "A list of type list(any), or one that tolist() returns, turns booleans and numbers into strings: declare the variable with `type = any`, or pass jsonencode(...)."
		shape    = ` A condition is [field, operator, value]; several are joined as in [condition, "and", condition].`
		noPlace  = ` stands where a condition or a group of conditions belongs.`
		parts    = "A condition has a field, an operator and a value; this one"
		nine     = `["dofollow","=",true],"and",["dofollow","=",true],"and",["dofollow","=",true]`
		noJoiner = `: No "and" or "or" joins this to what stands before it. Join them as in [condition, "and", condition].`
	)
	tests := map[string]struct {
		text string
		want []string
	}{
		"number for a tree":  {`5`, []string{path + `: The number 5` + noPlace + shape}},
		"boolean for a tree": {`true`, []string{path + `: The boolean true` + noPlace + shape}},
		"object for a tree":  {`{"0":["dofollow","=",true]}`, []string{path + `: An object` + noPlace + shape}},
		"encoded twice": {`"[]"`, []string{
			path + `: The string "[]"` + noPlace + ` Call jsonencode(...) once only, on the list itself.` + shape,
		}},
		"no filters":  {`[]`, []string{path + `: The list is empty. Give at least one condition, or leave backlinks_filters out.`}},
		"empty group": {`[[],"and",["is_new","=",true]]`, []string{path + `[0]: The list is empty. Give a condition, or leave the list and what joins it out.`}},
		"no conditions in a group": {`[null,"and",5,"or",{}]`, []string{
			path + `[0]: Null` + noPlace + shape, path + `[2]: The number 5` + noPlace + shape, path + `[4]: An object` + noPlace + shape,
		}},

		"no conditions and no joiner": {`[5,true,["is_new","=",true]]`, []string{
			path + `[0]: The number 5` + noPlace + shape, path + `[1]: The boolean true stands where "and" or "or" belongs.` + shape,
		}},
		"number and a text": {`[5,"x"]`, []string{
			path + `[0]: The number 5` + noPlace + shape,
			path + `[1]: "x" does not join conditions. Use "and" or "or".`,
			path + `[1]: "x" has nothing after it. Add a condition, or remove it.`,
		}},

		"no joiner": {`[["is_new","=",true],["is_lost","is",true],"and",["rank",">",1]]`, []string{
			path + `[1]` + noJoiner, path + `[1][1]: "is" is not an operator. Use one of = <>.`,
		}},
		"joiner in upper case": {`[["is_new","=",true],"AND",["is_lost","=",true]]`, []string{
			path + `[1]: "AND" does not join conditions. Write "and", in lower case.`,
		}},
		"other joiner": {`[["is_new","=",true],"xor",["is_lost","=",true]]`, []string{
			path + `[1]: "xor" does not join conditions. Use "and" or "or".`,
		}},
		"number for a joiner": {`[["is_new","=",true],1,["is_lost","=",true]]`, []string{
			path + `[1]: The number 1 stands where "and" or "or" belongs.` + shape,
		}},
		"joiner at the end": {`[["is_new","=",true],"and"]`, []string{
			path + `[1]: "and" has nothing after it. Add a condition, or remove it.`,
		}},
		"wrong joiner at the end": {`[["is_new","=",true],"Or"]`, []string{
			path + `[1]: "Or" does not join conditions. Write "or", in lower case.`,
			path + `[1]: "Or" has nothing after it. Add a condition, or remove it.`,
		}},
		"joiner in front": {`["and",["is_new","=",true]]`, []string{path + `[0]: The string "and"` + noPlace + shape}},
		"two joiners": {`[["is_new","=",true],"and","or",["is_lost","=",true]]`, []string{
			path + `[2]: The string "or"` + noPlace + shape,
		}},
		"condition without a list": {`[["is_new","=",true],"and","is_lost","=",true]`, []string{
			path + `[2]: The string "is_lost"` + noPlace + ` Put every condition into a list of its own: [[field, operator, value], "and", [field, operator, value]].`,
		}},
		"conditions without lists": {`["is_new","=",true,"and","is_lost","=",true]`, []string{
			path + `: ` + parts + `, which begins with the string "is_new", has 7 elements. ` +
				`Put every condition into a list of its own: [[field, operator, value], "and", [field, operator, value]].`,
		}},
		"nine conditions": {`[[` + nine + `],"or",[` + nine + `],"or",[` + nine + `,"and"]]`, []string{
			path + `: There are 9 conditions, and 8 are the most. Leave some out; in, not_in and regex hold several values in one condition.`,
			path + `[4][5]: "and" has nothing after it. Add a condition, or remove it.`,
		}},

		"field only": {`[["is_new"]]`, []string{path + `[0]: ` + parts + ` has only the string "is_new". Write [field, operator, value].`}},
		"no value":   {`["is_new","="]`, []string{path + `: ` + parts + `, which begins with the string "is_new", has 2 elements. Write [field, operator, value].`}},
		"two values": {`["is_new","=",true,true]`, []string{path + `: ` + parts + `, which begins with the string "is_new", has 4 elements. Write [field, operator, value].`}},
		"values of in": {`["rank","in",1,2]`, []string{
			path + `: ` + parts + `, which begins with the string "rank", has 4 elements. Put the values after in into a list of their own.`,
		}},
		"number for a field": {`[5,"=",true]`, []string{path + `[0]: The number 5 stands where the field belongs. Write the name of a field, in quotes.`}},
		"null for a field":   {`[null,"=",true]`, []string{path + `[0]: Null stands where the field belongs. Write the name of a field, in quotes.`}},
		"empty field":        {`["","=",true]`, []string{path + `[0]: The field is empty. Write the name of a field, in quotes.`}},
		"boolean for an operator": {`["is_new",true,true]`, []string{
			path + `[1]: The boolean true stands where the operator belongs. Use one of = <>.`,
		}},
		"list for an operator": {`["x",["="],true]`, []string{path + `[1]: A list stands where the operator belongs. Use one of ` + all + `.`}},
		"empty operator":       {`["rank","",1]`, []string{path + `[1]: The operator is empty. Use one of = <> < <= > >= in not_in.`}},

		"unknown operator": {`[["is_new","=",true],"and",["x","equals",1]]`, []string{
			path + `[2][1]: "equals" is not an operator. Use one of ` + all + `.`,
		}},
		"unknown operator of a documented field": {`["attributes","contains","x"]`, []string{
			path + `[1]: "contains" is not an operator. Use one of has has_not.`,
		}},
		"operator of a language":   {`["is_new","!=",true]`, []string{path + `[1]: "!=" is not an operator. Write "<>".`}},
		"doubled equals sign":      {`["x","==",1]`, []string{path + `[1]: "==" is not an operator. Write "=".`}},
		"at most, reversed":        {`["rank","=<",1]`, []string{path + `[1]: "=<" is not an operator. Write "<=".`}},
		"at least, reversed":       {`["rank","=>",1]`, []string{path + `[1]: "=>" is not an operator. Write ">=".`}},
		"operator in upper case":   {`["rank","NOT IN",[1]]`, []string{path + `[1]: "NOT IN" is not an operator. Write "not_in".`}},
		"near but of another type": {`["rank","LIKE",1]`, []string{path + `[1]: "LIKE" is not an operator. Use one of = <> < <= > >= in not_in.`}},
		"operator of another type": {`["is_new",">",true]`, []string{
			path + `[1]: ">" does not apply to is_new, a boolean field. Use one of = <>.`,
		}},
		"in for a boolean": {`["is_new","in",[true]]`, []string{path + `[1]: "in" does not apply to is_new, a boolean field. Use one of = <>.`}},
		"= for an array": {`["attributes","=","ugc"]`, []string{
			path + `[1]: "=" does not apply to attributes, a field that holds an array of strings. Use one of has has_not.`,
		}},
		"like for a time": {`["last_seen","like","2024%"]`, []string{
			path + `[1]: "like" does not apply to last_seen, a time field. Use one of = <> < <= > >= in not_in.`,
		}},
		"has for a string": {`["anchor","has","x"]`, []string{
			path + `[1]: "has" does not apply to anchor, a string field. Use one of = <> in not_in match not_match like not_like ilike not_ilike regex not_regex.`,
		}},

		"null value":          {`["x","=",null]`, []string{path + `[2]: The value for x is null. Give a value, or leave the condition out.`}},
		"null for no field":   {`["?","=",null]`, []string{path + `[2]: The value is null. Give a value, or leave the condition out.`}},
		"null in a list":      {`["rank","in",[1,null]]`, []string{path + `[2][1]: The value for rank is null. Give a value, or leave the condition out.`}},
		"object for a value":  {`["x","=",{}]`, []string{path + `[2]: An object stands where a value for x belongs. Give a string, a number or a boolean.`}},
		"list in a list":      {`["x","in",[[1]]]`, []string{path + `[2][0]: A list stands where a value for x belongs. Give a string, a number or a boolean.`}},
		"list after =":        {`["x","=",[1]]`, []string{path + `[2]: A list stands after "=", which takes one value. Give one value, or use in or not_in for several.`}},
		"list for a boolean":  {`["is_new","=",[true]]`, []string{path + `[2]: A list stands after "=", which takes one value. Give one value.`}},
		"list for an array":   {`["attributes","has",["ugc"]]`, []string{path + `[2]: A list stands after "has", which takes one value. Give one value.`}},
		"empty list after in": {`["rank","in",[]]`, []string{path + `[2]: The list of values for rank is empty. Give at least one value, or leave the condition out.`}},
		"one value after in":  {`["x","in",5]`, []string{path + `[2]: "in" takes a list, and the value is the number 5. Put the value into a list, be it the only one.`}},
		"one string after in": {`["rank","not_in","5"]`, []string{
			path + `[2]: "not_in" takes a list, and the value is the string "5". Put the value into a list, be it the only one.`,
			path + `[2]: rank is a numeric field, and its value is the string "5". Write 5 without quotes. ` + listAny,
		}},

		"boolean in quotes": {`["dofollow","=","true"]`, []string{
			path + `[2]: dofollow is a boolean field, and its value is the string "true". Write true without quotes. ` + listAny,
		}},
		"boolean in upper case": {`["dofollow","=","False"]`, []string{
			path + `[2]: dofollow is a boolean field, and its value is the string "False". Write false without quotes. ` + listAny,
		}},
		"string for a boolean": {`["dofollow","=","yes"]`, []string{
			path + `[2]: dofollow is a boolean field, and its value is the string "yes". Give true or false, without quotes. ` + listAny,
		}},
		"number for a boolean": {`["dofollow","=",1]`, []string{
			path + `[2]: dofollow is a boolean field, and its value is the number 1. Give true or false.`,
		}},
		"number in quotes": {`[["rank",">","1.50"]]`, []string{
			path + `[0][2]: rank is a numeric field, and its value is the string "1.50". Write 1.50 without quotes. ` + listAny,
		}},
		"numbers in quotes": {`["rank","in",["1",2,"many"]]`, []string{
			path + `[2][0]: rank is a numeric field, and its value is the string "1". Write 1 without quotes. ` + listAny,
			path + `[2][2]: rank is a numeric field, and its value is the string "many". Give a number, without quotes. ` + listAny,
		}},
		"boolean for a number": {`["rank","=",true]`, []string{path + `[2]: rank is a numeric field, and its value is the boolean true. Give a number.`}},
		"number for a string":  {`["anchor","=",2024]`, []string{path + `[2]: anchor is a string field, and its value is the number 2024. Write "2024", in quotes.`}},
		"boolean for a string": {`["anchor","in",["a",true]]`, []string{
			path + `[2][1]: anchor is a string field, and its value is the boolean true. Write "true", in quotes.`,
		}},
		"number for an array": {`["attributes","has",5]`, []string{
			path + `[2]: attributes is a field that holds an array of strings, and its value is the number 5. Write "5", in quotes.`,
		}},
		"number for a time": {`["first_seen",">",1700000000]`, []string{
			path + `[2]: first_seen is a time field, and its value is the number 1700000000. Give a time in the form "yyyy-mm-dd hh-mm-ss +00:00".`,
		}},
		"wrong operator and value": {`["is_new","like","true"]`, []string{
			path + `[1]: "like" does not apply to is_new, a boolean field. Use one of = <>.`,
			path + `[2]: is_new is a boolean field, and its value is the string "true". Write true without quotes. ` + listAny,
		}},

		"long regex": {`["url_from","regex","` + strings.Repeat("ü", 1001) + `"]`, []string{
			path + `[2]: The regular expression for url_from has 1001 characters, and 1000 are the most. Shorten it, or make several conditions of it.`,
		}},
		"regex that is none": {`["x","not_regex","a("]`, []string{
			path + `[2]: The value "a(" for x is no RE2 regular expression: missing closing ): "a(". ` + re2,
		}},
		"escape that RE2 does not have": {`["x","regex","\\q"]`, []string{
			path + `[2]: The value "\\q" for x is no RE2 regular expression: invalid escape sequence: "\\q". ` + re2,
		}},
		"look-ahead": {`["?","regex","(?=a)"]`, []string{
			path + `[2]: The value "(?=a)" is no RE2 regular expression: invalid or unsupported Perl syntax: "(?=". ` + re2,
		}},
		"long string": {`["` + strings.Repeat("x", 81) + `","=",null]`, []string{
			path + `[2]: The value for ` + strings.Repeat("x", 80) + `... is null. Give a value, or leave the condition out.`,
		}},
		"string that is just short enough": {`["` + strings.Repeat("x", 80) + `","=",null]`, []string{
			path + `[2]: The value for ` + strings.Repeat("x", 80) + ` is null. Give a value, or leave the condition out.`,
		}},
		"long operator": {`["x","` + strings.Repeat("ü", 81) + `",1]`, []string{
			path + `[1]: "` + strings.Repeat("ü", 80) + `"... is not an operator. Use one of ` + all + `.`,
		}},
		"group after unknown": {`["?","and",["rank","=","1"],["x","=",1]]`, []string{
			path + `[2][2]: rank is a numeric field, and its value is the string "1". Write 1 without quotes. ` + listAny, path + `[3]` + noJoiner,
		}},
		"condition after unknown": {`["?","is",1]`, []string{path + `[1]: "is" is not an operator. Use one of ` + all + `.`}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var got []string
			for _, problem := range CheckBacklinksFilters(filterTree(t, test.text)) {
				got = append(got, problem.String())
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("%s: (-want +got)\n%s", test.text, diff)
			}
		})
	}
}

// What no JSON text decodes to must not pass either, since it cannot be sent.
func TestCheckBacklinksFiltersForeign(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		value any
		want  FilterProblem
	}{
		"Go integer": {5, FilterProblem{
			[]int{2}, "A value of the Go type int stands where a value for x belongs.", "Give a string, a number or a boolean.",
		}},
		"number that is not JSON": {json.Number("NaN"), FilterProblem{
			[]int{2}, `The malformed number "NaN" stands where a value for x belongs.`, "Give a string, a number or a boolean.",
		}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := CheckBacklinksFilters([]any{"x", "=", test.value})
			if diff := cmp.Diff([]FilterProblem{test.want}, got); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

func TestFilterProblemPath(t *testing.T) {
	t.Parallel()
	for want, place := range map[string][]int{"backlinks_filters": nil, "backlinks_filters[2][1]": {2, 1}, "backlinks_filters[10]": {10}} {
		if got := (FilterProblem{Place: place}).Path(); got != want {
			t.Errorf("%v: got %q, want %q", place, got, want)
		}
	}
}

// A problem keeps its place although the walk goes on.
func TestFilterProblemPlaces(t *testing.T) {
	t.Parallel()
	tree := filterTree(t, `[[["x","=",null],"and",["x","in",[null,null]]],"or",["x","=",null]]`)
	var got []string
	for _, problem := range CheckBacklinksFilters(tree) {
		got = append(got, problem.Path())
	}
	want := []string{
		"backlinks_filters[0][0][2]", "backlinks_filters[0][2][2][0]", "backlinks_filters[0][2][2][1]", "backlinks_filters[2][2]",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

// The counts are those of DataForSEO's documentation; a name that stands twice
// would have two types.
func TestFilterKinds(t *testing.T) {
	t.Parallel()
	want := map[string]int{
		booleanField: 9, numericField: 12, "a string field": 16, timeField: 3, "a field that holds an array of strings": 2,
	}
	got := map[string]int{}
	var names []string
	for _, kind := range filterKinds() {
		fields := strings.Fields(kind.fields)
		got[kind.noun] = len(fields)
		names = append(names, fields...)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	slices.Sort(names)
	if unique := slices.Compact(slices.Clone(names)); len(unique) != len(names) {
		t.Errorf("a field stands twice: %v", names)
	}
}
