package dataforseo_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/dataforseo"
	"github.com/dataforseo/terraform-provider-dataforseo/internal/fakeapi"
)

type summary = dataforseo.BacklinksSummary

// caseResult is the expected outcome of an undocumented form of the recorded answer.
type caseResult struct {
	change  func(s *summary) // turns the recorded result into the expected one
	noData  bool
	cost    float64 // default: the cost of the recorded answer
	notice  string  // the line of the only notice, "" for no notice
	failure *meaning
	cause   string // prefix of the failure's cause
}

// inAnswer returns the line of a notice about unreadable fields.
func inAnswer(fields ...string) string {
	return `In the answer for "explodingtopics.com", ` + strings.Join(fields, ", ") + "."
}

// TestCases checks the answer of every [fakeapi.Cases].
func TestCases(t *testing.T) {
	t.Parallel()
	const target, server = dataforseo.ScopeTarget, dataforseo.KindServer
	cost := func(usd float64) dataforseo.Charges { return dataforseo.Charges{USD: usd} }
	results := map[fakeapi.Recording]caseResult{
		"map-is-empty-list":  {change: func(s *summary) { s.ReferringLinksSemanticLocations = map[string]*dataforseo.Integer{} }},
		"info-is-empty-list": {change: func(s *summary) { s.Info = nil }},
		"score-is-fraction":  {change: func(s *summary) { s.BacklinksSpamScore = nil }, notice: inAnswer("backlinks_spam_score is 8.25")},
		"rank-is-text":       {},
		"platform-is-text":   {change: func(s *summary) { s.Info.PlatformType = nil }, notice: inAnswer(`info.platform_type is "cms"`)},
		"cost-is-text":       {cost: price},
		"time-is-number":     {notice: inAnswer("response.task.time is 0.96")},
		"path-is-text":       {notice: inAnswer(`response.task.path is "v3/backlinks/summary/live"`)},
		"rank-has-twin":      {},
		"rank-twice":         {change: func(s *summary) { s.Rank = nil }, notice: inAnswer("rank occurs twice")},
		"with-bom":           {},
		"result-is-object":   {},
		"refusal-has-twin":   {failure: &meaning{dataforseo.KindArgument, target, never, cost(0)}, cause: `DataForSEO answered 40501 "Invalid Field: 'target'."`},
		"other-target": {failure: &meaning{dataforseo.KindUnusable, target, never, cost(0.02003)},
			cause: `the answer cannot be used: it is about "another.example", but the request was about "explodingtopics.com" (`},
		"code-40103-free":    {failure: &meaning{server, target, freely, cost(0)}, cause: `DataForSEO answered 40103 "Task execution failed, please try to resubmit the task."`},
		"code-40101-charged": {failure: &meaning{server, target, once, cost(price)}, cause: `DataForSEO answered 40101 "Internal SE Server Error."`},
		"code-40102-charged": {noData: true, cost: price},
		"code-40106-result": {cost: price, notice: `DataForSEO answered 40106 "Task completed with partial results." for "explodingtopics.com" ` +
			`(task 09291809-1535-0265-0000-8d49256fe2ad).`},
		"no-task-free": {failure: &meaning{dataforseo.KindUnusable, target, freely, cost(0)}, cause: "the answer cannot be used: its envelope has no task ("},
	}
	cases := fakeapi.Cases()
	for _, name := range cases {
		t.Run(string(name), func(t *testing.T) {
			t.Parallel()
			want, ok := results[name]
			if !ok {
				t.Fatal("missing in the table of this test")
			}
			answer, failure := askFake(t, fakeapi.Recorded(name))
			if want.failure != nil {
				testFailure(t, failure, *want.failure)
				if !strings.HasPrefix(failure.Cause, want.cause) {
					t.Errorf("got %s, want %s", failure.Cause, want.cause)
				}
				return
			}
			testCase(t, answer, failure, want)
		})
	}
	if len(cases) != len(results) {
		t.Errorf("%d cases, want %d", len(cases), len(results))
	}
}

func testCase(t *testing.T, answer *dataforseo.Answer[summary], failure *dataforseo.Failure, want caseResult) {
	t.Helper()
	if failure != nil {
		t.Fatal(failure)
	}
	result := recordedSummary()
	if want.change != nil {
		want.change(result)
	}
	if want.noData {
		result = nil
	}
	if diff := cmp.Diff(result, answer.Result); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if want.cost == 0 {
		want.cost = 0.02003
	}
	if answer.Charges != (dataforseo.Charges{USD: want.cost}) {
		t.Errorf("got %+v, want a cost of %v", answer.Charges, want.cost)
	}
	if answer.Result.HasData() == want.noData {
		t.Errorf("got HasData %t", !want.noData)
	}
	if got := linesOf(answer.Notices); got != want.notice {
		t.Errorf("got the notices\n%s\nwant\n%s", got, want.notice)
	}
}

func linesOf(notices []dataforseo.Notice) string {
	var lines []string
	for _, notice := range notices {
		lines = append(lines, notice.Line)
	}
	return strings.Join(lines, "\n")
}

// TestFieldsOfOtherForms checks that a field in an undocumented form is null with a notice,
// and that the rest of the answer is read.
func TestFieldsOfOtherForms(t *testing.T) {
	t.Parallel()
	info := func(change func(i *dataforseo.BacklinksTargetInfo)) func(s *summary) {
		return func(s *summary) { change(s.Info) }
	}
	noTLD := func(s *summary) { s.ReferringLinksTLD = nil }
	long := strings.Repeat("x", 10_000)
	tests := map[string]struct {
		place, json string
		caseResult
	}{
		"an empty text":           {"/tasks/0/result/0/rank", `""`, caseResult{change: func(s *summary) { s.Rank = nil }, notice: inAnswer(`rank is ""`)}},
		"an empty list":           {"/tasks/0/result/0/rank", `[]`, caseResult{change: func(s *summary) { s.Rank = nil }, notice: inAnswer(`rank is []`)}},
		"a number as text":        {"/tasks/0/result/0/rank", `"371.0"`, caseResult{}},
		"a date as number":        {"/tasks/0/result/0/first_seen", `1579348258`, caseResult{change: func(s *summary) { s.FirstSeen = nil }, notice: inAnswer(`first_seen is 1579348258`)}},
		"a map as empty text":     {"/tasks/0/result/0/referring_links_tld", `""`, caseResult{change: func(s *summary) { s.ReferringLinksTLD = map[string]*dataforseo.Integer{} }}},
		"a map as spaced list":    {"/tasks/0/result/0/referring_links_tld", `[ ]`, caseResult{change: func(s *summary) { s.ReferringLinksTLD = map[string]*dataforseo.Integer{} }}},
		"a map as list":           {"/tasks/0/result/0/referring_links_tld", `["com"]`, caseResult{change: noTLD, notice: inAnswer(`referring_links_tld is ["com"]`)}},
		"a map as text":           {"/tasks/0/result/0/referring_links_tld", `"com"`, caseResult{change: noTLD, notice: inAnswer(`referring_links_tld is "com"`)}},
		"map values as text":      {"/tasks/0/result/0/referring_links_tld/com", `"26012"`, caseResult{}},
		"a map value as fraction": {"/tasks/0/result/0/referring_links_tld/co.uk", `0.5`, caseResult{change: func(s *summary) { s.ReferringLinksTLD["co.uk"] = nil }, notice: inAnswer(`referring_links_tld["co.uk"] is 0.5`)}},
		"info as empty text":      {"/tasks/0/result/0/info", `""`, caseResult{change: func(s *summary) { s.Info = nil }}},
		"info as list":            {"/tasks/0/result/0/info", `[{}]`, caseResult{change: func(s *summary) { s.Info = nil }, notice: inAnswer(`info is [{}]`)}},
		"a score in info":         {"/tasks/0/result/0/info/target_spam_score", `"0"`, caseResult{}},
		"a half score in info": {"/tasks/0/result/0/info/target_spam_score", `0.5`, caseResult{
			change: info(func(i *dataforseo.BacklinksTargetInfo) { i.TargetSpamScore = nil }), notice: inAnswer(`info.target_spam_score is 0.5`)}},
		"a boolean as text": {"/tasks/0/result/0/info/is_ip", `"false"`, caseResult{
			change: info(func(i *dataforseo.BacklinksTargetInfo) { i.IsIP = nil }), notice: inAnswer(`info.is_ip is "false"`)}},
		"platforms as empty text": {"/tasks/0/result/0/info/platform_type", `""`, caseResult{
			change: info(func(i *dataforseo.BacklinksTargetInfo) { i.PlatformType = []*string{} })}},
		"a platform as number": {"/tasks/0/result/0/info/platform_type", `["cms", 1, null]`, caseResult{
			change: info(func(i *dataforseo.BacklinksTargetInfo) { i.PlatformType = []*string{new("cms"), nil, nil} }), notice: inAnswer(`info.platform_type[1] is 1`)}},
		"version as number":        {"/version", `1`, caseResult{notice: inAnswer("response.version is 1")}},
		"status_message as list":   {"/status_message", `["Ok."]`, caseResult{notice: inAnswer(`response.status_message is ["Ok."]`)}},
		"status_code as text":      {"/status_code", `"20000"`, caseResult{}},
		"status_code as boolean":   {"/status_code", `true`, caseResult{notice: inAnswer("response.status_code is true")}},
		"result_count as text":     {"/tasks/0/result_count", `"one"`, caseResult{notice: inAnswer(`response.task.result_count is "one"`)}},
		"a task as object":         {"/tasks/0/id", `{"a": 1}`, caseResult{notice: inAnswer(`response.task.id is {"a":1}`)}},
		"path as empty text":       {"/tasks/0/path", `""`, caseResult{}},
		"a step of path as number": {"/tasks/0/path/0", `3`, caseResult{notice: inAnswer(`response.task.path[0] is 3`)}},
		"data as list":             {"/tasks/0/data", `[]`, caseResult{}},
		"data as text":             {"/tasks/0/data", `"x"`, caseResult{}},
		"cost of the task as text": {"/tasks/0/cost", `"0.5"`, caseResult{cost: 0.5}},
		"cost of the task as list": {"/tasks/0/cost", `[0.5]`, caseResult{notice: inAnswer("response.task.cost is [0.5]")}},
		"a long value":             {"/tasks/0/result/0/rank", `"` + long + `"`, caseResult{change: func(s *summary) { s.Rank = nil }, notice: inAnswer(`rank is "` + long[:119] + "...")}},
		"a value with escapes":     {"/tasks/0/result/0/rank", `"\u001b[31m\n"`, caseResult{change: func(s *summary) { s.Rank = nil }, notice: inAnswer(`rank is "\u001b[31m\n"`)}},
		"a value with controls":    {"/tasks/0/result/0/rank", "\"a\u202eb\u009bc\"", caseResult{change: func(s *summary) { s.Rank = nil }, notice: inAnswer(`rank is "a b c"`)}},
		"a name with controls": {"/tasks/0/result/0/referring_links_tld", "{\"\\u001b[31mred\": true}", caseResult{
			change: func(s *summary) { s.ReferringLinksTLD = map[string]*dataforseo.Integer{"\x1b[31mred": nil} }, notice: inAnswer(`referring_links_tld["[31mred"] is true`)}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			answer, failure := askFake(t, recordedWith(fakeapi.Set(test.place, test.json)))
			testCase(t, answer, failure, test.caseResult)
		})
	}
}

// recordedWith returns the recorded answer with a change.
func recordedWith(change fakeapi.Fault) fakeapi.Fault {
	return fakeapi.Recorded(fakeapi.RecordedOK).And(change)
}

// TestNamesAreExact checks that field names are case-sensitive, that their escapes are
// decoded, and that a duplicated field is unreadable.
func TestNamesAreExact(t *testing.T) {
	t.Parallel()
	for fields, want := range map[string]struct {
		rank   *dataforseo.Integer
		notice string
	}{
		`"rank":1,"Rank":2,"RANK":3,"ran\u212a":4,"ranK":5,"rank ":6,"":7`: {rank: new(dataforseo.Integer(1))},
		`"RANK":2,"rank":1`:                              {rank: new(dataforseo.Integer(1))},
		`"Rank":1`:                                       {},
		"\"ran\u212a\":1":                                {},
		`"r\u0061nk":1`:                                  {rank: new(dataforseo.Integer(1))},
		`"rank":1,"r\u0061n\u006b":2`:                    {notice: "rank occurs twice"},
		`"rank":1,"rank":1`:                              {notice: "rank occurs twice"},
		`"rank":null,"rank":1`:                           {notice: "rank occurs twice"},
		`"rank":1,"rank":null`:                           {notice: "rank occurs twice"},
		`"rank":1,"rank":2,"rank":3`:                     {notice: "rank occurs twice"},
		`"info":{"rank":2},"tag":"\"rank\":2,","rank":1`: {rank: new(dataforseo.Integer(1))},
		`"a":"\\","rank":1`:                              {rank: new(dataforseo.Integer(1))},
		`"a":"\\\"}],","rank":1,"b":[{"c":"]"},[[]]]`:    {rank: new(dataforseo.Integer(1))},
		" \"rank\"\n:\t1\r, \"a\" : [ ] ":                {rank: new(dataforseo.Integer(1))},
	} {
		answer, failure := success("1", "[{"+fields+",\"lost_date\":null}]").summary(t)
		if failure != nil {
			t.Errorf("%s: %v", fields, failure)
			continue
		}
		if diff := cmp.Diff(want.rank, answer.Result.Rank); diff != "" {
			t.Errorf("%s: (-want +got)\n%s", fields, diff)
		}
		notice := ""
		if want.notice != "" {
			notice = `In the answer for "example.com", ` + want.notice + "."
		}
		if got := linesOf(answer.Notices); got != notice {
			t.Errorf("%s: got the notices %q, want %q", fields, got, notice)
		}
	}
}

// TestManyUnreadableFields checks that there is one notice, and that it names ten fields.
func TestManyUnreadableFields(t *testing.T) {
	t.Parallel()
	values := make([]string, 1000)
	for i := range values {
		values[i] = fmt.Sprintf(`"%05d":true`, i)
	}
	answer, failure := success("1", `[{"referring_links_tld":{`+strings.Join(values, ",")+`},"rank":0.5,"backlinks":true,"lost_date":null}]`).summary(t)
	if failure != nil || len(answer.Notices) != 1 {
		t.Fatalf("got %+v, %v", answer, failure)
	}
	want := dataforseo.Notice{
		Summary: "DataForSEO's answer has an unexpected form",
		Line:    `In the answer for "example.com", rank is 0.5, backlinks is true`,
		Detail: "DataForSEO documents a different form, so these fields are null (lost_date is \"unreadable\", because null means that the target is live). " +
			"All other fields were read. Report it at https://github.com/dataforseo/terraform-provider-dataforseo/issues.",
	}
	for i := range 8 {
		want.Line += fmt.Sprintf(`, referring_links_tld["%05d"] is true`, i)
	}
	want.Line += ", and so on."
	if diff := cmp.Diff(want, answer.Notices[0]); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if got := len(answer.Result.ReferringLinksTLD); got != len(values) {
		t.Errorf("got a map of %d entries, want %d", got, len(values))
	}
}

// TestAnswerAboutAnotherTarget checks that such an answer is charged, but refused.
func TestAnswerAboutAnotherTarget(t *testing.T) {
	t.Parallel()
	for data, same := range map[string]bool{
		`{"target":"example.com"}`:      true,
		`{"target":"EXAMPLE.com/"}`:     true,
		`{"target":"example\u002ecom"}`: true,
		`{"target":null}`:               true,
		`{"Target":"another.example"}`:  true,
		`{}`:                            true,
		`[]`:                            true,
		`null`:                          true,
		`"example.org"`:                 true,
		`{"target":"example.org"}`:      false,
		`{"target":"www.example.com.evil.example"}`: false,
		`{"target":""}`:              false,
		`{"target":7}`:               false,
		`{"target":["example.com"]}`: false,
		`{"target":"example.com","target":"example.com"}`: false,
	} {
		answer := answering{status: 200, body: `{"status_code":20000,"cost":0.02,"tasks":[{"id":"i","status_code":20000,"data":` + data + `,"result":[{"rank":1}]}]}`}
		_, failure := answer.do(t, summaryCall("example.com"))
		if (failure == nil) != same {
			t.Errorf("%s: %v", data, failure)
		}
		if failure != nil {
			testFailure(t, failure, meaning{dataforseo.KindUnusable, dataforseo.ScopeTarget, never, dataforseo.Charges{USD: 0.02}})
		}
		if _, failure := answer.do(t, userDataCall()); failure != nil { // has no target
			t.Errorf("%s: %v", data, failure)
		}
	}
	_, failure := success("1", `null,"data":{"target":"\u001b[31m`+strings.Repeat("x", 1000)+`"}`).do(t, summaryCall("example.com"))
	want := `the answer cannot be used: it is about "[31m` + strings.Repeat("x", 115) + `...", but the request was about "example.com" (`
	if failure == nil || !strings.HasPrefix(failure.Cause, want) {
		t.Errorf("got %.500v, want %s", failure, want)
	}
}
