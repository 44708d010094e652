package fakeapi

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
)

// variant is a changed recording.
type variant struct {
	of Recording
	// edits alternate between a regular expression and the replacement of its matches.
	edits []string
}

// Cases returns answers that deviate from the documentation, such as "rank-is-text". Some
// have a field of another type, a field that occurs twice or differs only in case, or a
// byte order mark, and others a code that only users have reported. All answer a request
// for explodingtopics.com.
func Cases() []Recording { return slices.Sorted(maps.Keys(variants())) }

// variants returns the recordings and edits of [Cases].
func variants() map[Recording]variant {
	ok := func(edits ...string) variant { return variant{RecordedOK, edits} }
	// code changes the status_code of the task, and the cost of task and envelope.
	code := func(of Recording, code int, message, cost string) variant {
		return variant{of, []string{
			`("id".*?"status_code": )20000(,\s*"status_message": )"Ok\."`, fmt.Sprintf(`${1}%d${2}"%s"`, code, message),
			`"cost": 0.02003`, `"cost": ` + cost,
			`"target": "[^"]*"`, `"target": "explodingtopics.com"`,
		}}
	}
	return map[Recording]variant{
		"code-40101-charged": code(RecordedNoData, 40101, "Internal SE Server Error.", "0.024036"),
		"code-40102-charged": code(RecordedNoData, 40102, "No Search Results.", "0.024036"),
		"code-40103-free":    code(RecordedNoData, 40103, "Task execution failed, please try to resubmit the task.", "0"),
		"code-40106-result":  code(RecordedOK, 40106, "Task completed with partial results.", "0.024036"),
		"no-task-free":       {RecordedUnverifiedAccount, []string{`40104`, `20000`, `"Please.*?"`, `"Ok."`, `null`, `[]`}},
		"refusal-has-twin":   {RecordedInvalidField, []string{`example\.por`, `explodingtopics.com`, `"result": null`, `"result": null, "Status_Code": 20000`}},

		"cost-is-text":       ok(`"cost": 0.02003`, `"cost": "0.024036"`),
		"info-is-empty-list": ok(`"info": \{.*?\}`, `"info": []`),
		"map-is-empty-list":  ok(`"referring_links_semantic_locations": \{.*?\}`, `"referring_links_semantic_locations": []`),
		"other-target":       ok(`"target": "explodingtopics.com"`, `"target": "another.example"`),
		"path-is-text":       ok(`"path": \[.*?\]`, `"path": "v3/backlinks/summary/live"`),
		"platform-is-text":   ok(`"platform_type": \[.*?\]`, `"platform_type": "cms"`),
		"rank-has-twin":      ok(`"referring_pages_nofollow": 0`, `"referring_pages_nofollow": 0, "RANK": 0`),
		"rank-is-text":       ok(`"rank": 371`, `"rank": "371"`),
		"rank-twice":         ok(`"rank": 371`, `"rank": 371, "rank": 12`),
		"result-is-object":   ok(`"result": \[\s*\{`, `"result": {`, `\]\s*\}\s*\]\s*\}\s*$`, `}]}`),
		"score-is-fraction":  ok(`"backlinks_spam_score": 8`, `"backlinks_spam_score": 8.25`),
		"time-is-number":     ok(`"time": "0.9619 sec."`, `"time": 0.96`),
		"with-bom":           ok(`^`, "\ufeff"),
	}
}

// bytes returns the text after the edits. It panics if an edit changes nothing.
func (v variant) bytes() []byte {
	text := v.of.Bytes()
	for edit := range slices.Chunk(v.edits, 2) {
		pattern := regexp.MustCompile(`(?s)` + edit[0])
		if !pattern.Match(text) {
			panic(fmt.Sprintf("fakeapi: %s does not match %s", v.of, edit[0]))
		}
		text = pattern.ReplaceAll(text, []byte(edit[1]))
	}
	return text
}
