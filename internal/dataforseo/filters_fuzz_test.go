package dataforseo

import (
	"encoding/json"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func FuzzBacklinksFilters(f *testing.F) {
	for _, seed := range []string{
		`null`, `[]`, `"[]"`, `{"0":["dofollow","=",true]}`, `["dofollow","=",true]`, `["dofollow","=","true"] x`,
		`[["dofollow","=",true],"and",["page_from_rank",">",50]]`, `[["a","=",1],["b","in",[1,null,"x"]],"AND"]`,
		`[["rank",">=",1.50e+3],"or",[["anchor","like","%<&>%"],"and",["url_from","regex","^a(b|c)\\d+$"]]]`,
		`["and",["attributes","has","ugc"],"or"]`, `["first_seen","<","2024-01-01 00-00-00 +00:00"]`,
		`["url_from","regex","(?=a)"]`, `[1,"=",2]`, `["x","not_in",["\ud800","\u2028é"]]`, `[[[["is_new","<>",false]]]]`,
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		tree, err := DecodeBacklinksFilters(text)
		if err != nil {
			return
		}
		checkFilterTree(t, tree)
	})
}

// FuzzFilterTree makes trees of the words of filters, which mutated text seldom contains:
// every byte is a word, or opens or closes a list.
func FuzzFilterTree(f *testing.F) {
	words := []any{
		nil, true, "and", "OR", "dofollow", "rank", "anchor", "last_seen", "attributes", "x", "=", ">", "in", "like",
		"regex", "has", "==", json.Number("1"), json.Number("-0.50"), "true", "(", "", map[string]any{},
	}
	for _, seed := range []string{"\x04\x0a\x01", "\xfe\x05\x0c\xfe\x11\xff\xff\x02\xfe\x06\x0e\x09", "\x02\xfe\xff\xff", "\x16\x00\x03"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		tree, _ := treeOfWords(words, data)
		checkFilterTree(t, tree)
	})
}

func treeOfWords(words []any, data []byte) (list []any, rest []byte) {
	const opens, closes = 0xfe, 0xff
	list = []any{}
	for len(data) > 0 {
		word := data[0]
		data = data[1:]
		switch word {
		case opens:
			var inner []any
			inner, data = treeOfWords(words, data)
			list = append(list, inner)
		case closes:
			return list, data
		default:
			list = append(list, words[int(word)%len(words)])
		}
	}
	return list, nil
}

// checkFilterTree checks that a tree is encoded without a change, that errors name a place
// in it, and that valid filters stay valid if a value is unknown.
func checkFilterTree(t *testing.T, tree any) {
	t.Helper()
	errs := CheckBacklinksFilters(tree)
	for _, err := range errs {
		checkFilterError(t, tree, err)
	}
	encoded, err := EncodeBacklinksFilters(tree)
	if err != nil {
		t.Fatalf("encoding %v: %v", tree, err)
	}
	again, err := DecodeBacklinksFilters(string(encoded))
	if diff := cmp.Diff(tree, again); diff != "" || err != nil {
		t.Errorf("%v was encoded as %s, %v (-want +got)\n%s", tree, encoded, err, diff)
	}
	if len(errs) == 0 {
		checkUnknownAnywhere(t, tree, tree)
	}
}

// checkFilterError checks that an error is a sentence about a place that exists.
func checkFilterError(t *testing.T, tree any, err error) {
	t.Helper()
	parts := regexp.MustCompile(`^backlinks_filters((?:\[\d+\])*): [^ ](?s:.*)\.$`).FindStringSubmatch(err.Error())
	if parts == nil {
		t.Fatalf("got %q, want a place and a sentence", err)
	}
	for _, digits := range strings.FieldsFunc(parts[1], func(r rune) bool { return r == '[' || r == ']' }) {
		list, _ := tree.([]any)
		index, atoiErr := strconv.Atoi(digits)
		if atoiErr != nil || index >= len(list) {
			t.Fatalf("%q names a place that doesn't exist", err)
		}
		tree = list[index]
	}
}

// checkUnknownAnywhere replaces every element by Unknown in turn.
func checkUnknownAnywhere(t *testing.T, tree, node any) {
	t.Helper()
	list, _ := node.([]any)
	for i, element := range list {
		list[i] = Unknown{}
		if errs := CheckBacklinksFilters(tree); len(errs) > 0 {
			t.Errorf("%v: got %v, want no errors", tree, errs)
		}
		list[i] = element
		checkUnknownAnywhere(t, tree, element)
	}
}
