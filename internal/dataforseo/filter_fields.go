package dataforseo

import (
	"slices"
	"strings"
)

// filterKind is a type of field of a backlink, with what the API documents
// about it.
type filterKind struct {
	// noun names a field of the type in messages, with its article.
	noun string
	// operators apply to the type.
	operators string
	// fields are the documented ones of the type. DataForSEO adds to them, so
	// that a field which is not here is no mistake.
	fields string
}

// Nouns of the kinds whose values are not just any string.
const (
	booleanField = "a boolean field"
	numericField = "a numeric field"
	timeField    = "a time field"
)

// filterKinds returns what DataForSEO documents in "Filters for Backlinks API"
// (https://docs.dataforseo.com/v3/backlinks/filters/). Of times it lists < and >
// in one place and the others elsewhere: all of them pass.
func filterKinds() []filterKind {
	return []filterKind{{
		noun:      booleanField,
		operators: "= <>",
		fields: "url_from_https url_to_https is_new is_lost domain_from_is_ip dofollow original is_broken " +
			"is_indirect_link",
	}, {
		noun:      numericField,
		operators: "= <> < <= > >= in not_in",
		fields: "backlink_spam_score rank page_from_rank domain_from_rank page_from_external_links " +
			"page_from_internal_links page_from_size page_from_status_code links_count group_count " +
			"url_to_status_code url_to_spam_score",
	}, {
		noun:      "a string field",
		operators: "= <> in not_in match not_match like not_like ilike not_ilike regex not_regex",
		fields: "domain_from url_from domain_to url_to tld_from domain_from_ip domain_from_country " +
			"page_from_encoding page_from_language page_from_title item_type alt anchor text_pre text_post " +
			"semantic_location",
	}, {
		noun:      timeField,
		operators: "= <> < <= > >= in not_in",
		fields:    "first_seen prev_seen last_seen",
	}, {
		noun:      "a field that holds an array of strings",
		operators: "has has_not",
		fields:    "domain_from_platform_type attributes",
	}}
}

// filterKindOf returns the type of a field, false for one that is not documented.
func filterKindOf(field string) (filterKind, bool) {
	for _, kind := range filterKinds() {
		if slices.Contains(strings.Fields(kind.fields), field) {
			return kind, true
		}
	}
	return filterKind{}, false
}

// takes tells whether an operator applies to the type.
func (k filterKind) takes(operator string) bool {
	return slices.Contains(strings.Fields(k.operators), operator)
}

// filterOperators returns the operators of all types, in the order of the table.
func filterOperators() []string {
	var operators []string
	for _, kind := range filterKinds() {
		for operator := range strings.FieldsSeq(kind.operators) {
			if !slices.Contains(operators, operator) {
				operators = append(operators, operator)
			}
		}
	}
	return operators
}

// nearestOperator returns the operator that a misspelt one stands for, "" for
// none: another case, a space or hyphen for the underscore, and the spellings
// of programming languages.
func nearestOperator(operator string) string {
	switch operator {
	case "==", "===":
		return "="
	case "!=", "!==":
		return "<>"
	case "=<":
		return "<="
	case "=>":
		return ">="
	}
	folded := strings.NewReplacer(" ", "_", "-", "_").Replace(strings.ToLower(operator))
	if slices.Contains(filterOperators(), folded) {
		return folded
	}
	return ""
}
