package fakeapi_test

import (
	"bytes"
	"encoding/json"
	"math"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/fakeapi"
)

// stable replaces the values of an answer that differ between calls.
func stable(t *testing.T, body []byte) map[string]any {
	t.Helper()
	env := decode(t, body)
	holders := []map[string]any{env}
	if tasks, _ := env["tasks"].([]any); tasks != nil {
		holders = append(holders, tasks[0].(map[string]any))
	}
	for _, holder := range holders {
		for _, name := range []string{"version", "time", "id"} {
			if _, ok := holder[name].(string); ok {
				holder[name] = "a string"
			}
		}
	}
	return env
}

// TestRecordedAnswers checks that the fake answers a recorded request as the API did.
func TestRecordedAnswers(t *testing.T) {
	t.Parallel()
	// The recorded cost is the price at the time.
	tests := map[fakeapi.Recording]struct {
		request string
		fault   fakeapi.Fault
	}{
		fakeapi.RecordedOK:                {string(fakeapi.RequestDocumented.Bytes()), fakeapi.OK.Cost(0.02003)},
		fakeapi.RecordedInvalidField:      {`[{"target":"example.por"}]`, fakeapi.OK},
		fakeapi.RecordedUnverifiedAccount: {`[{"target":"a.example"}]`, fakeapi.Code(40104)},
		fakeapi.RecordedNoData: {`[{"target":"https://example.com/a-page-nobody-links-to","internal_list_limit":10,` +
			`"include_subdomains":true,"backlinks_status_type":"live"}]`, fakeapi.OK.Cost(0.02003)},
	}
	for recording, tt := range tests {
		t.Run(string(recording), func(t *testing.T) {
			t.Parallel()
			s := fakeapi.New(fakeapi.Options{NoData: []string{"https://example.com/a-page-nobody-links-to"}})
			s.OnAny(tt.fault)
			got := post(s, tt.request)
			want := stable(t, recording.Bytes())
			if diff := cmp.Diff(want, stable(t, got.body)); diff != "" {
				t.Errorf("(-recorded +fake):\n%s", diff)
			}
			if got.status != 200 || got.header.Get("Content-Type") != "application/json" {
				t.Errorf("got HTTP %d, Content-Type %q", got.status, got.header.Get("Content-Type"))
			}
		})
	}
}

// TestRecordedResult checks the order of the fields and the spelling of the numbers.
func TestRecordedResult(t *testing.T) {
	t.Parallel()
	raw := func(body []byte) string {
		var env struct {
			Tasks []struct{ Data, Result json.RawMessage }
		}
		if err := json.Unmarshal(body, &env); err != nil {
			t.Fatal(err)
		}
		var b bytes.Buffer
		for _, part := range []json.RawMessage{env.Tasks[0].Data, env.Tasks[0].Result} {
			if err := json.Compact(&b, part); err != nil {
				t.Fatal(err)
			}
		}
		return b.String()
	}
	s := fakeapi.New(fakeapi.Options{})
	got := post(s, string(fakeapi.RequestDocumented.Bytes()))
	if diff := cmp.Diff(raw(fakeapi.RecordedOK.Bytes()), raw(got.body)); diff != "" {
		t.Errorf("data and result (-recorded +fake):\n%s", diff)
	}
	if cost := text(got.task(t, 0)["cost"]); cost != "0.024036" {
		t.Errorf("got cost %s, want the current price", cost)
	}
}

const integer, object, word = `^-?[0-9]+$`, `^\{.*\}$`, `^".*"$`

// resultFields are the documented fields of a result and patterns of their values.
func resultFields() [][2]string {
	return [][2]string{
		{"target", word}, {"first_seen", `^"20\d\d-\d\d-\d\d \d\d:\d\d:\d\d \+00:00"$`},
		{"lost_date", `^(null|"20\d\d-\d\d-\d\d \d\d:\d\d:\d\d \+00:00")$`},
		{"rank", integer}, {"backlinks", integer}, {"backlinks_spam_score", integer}, {"crawled_pages", integer},
		{"info", object}, {"internal_links_count", integer}, {"external_links_count", integer},
		{"broken_backlinks", integer}, {"broken_pages", integer},
		{"referring_domains", integer}, {"referring_domains_nofollow", integer},
		{"referring_main_domains", integer}, {"referring_main_domains_nofollow", integer},
		{"referring_ips", integer}, {"referring_subnets", integer}, {"referring_pages", integer},
		{"referring_links_tld", object}, {"referring_links_types", object}, {"referring_links_attributes", object},
		{"referring_links_platform_types", object}, {"referring_links_semantic_locations", object},
		{"referring_links_countries", object}, {"referring_pages_nofollow", integer},
	}
}

func infoFields() [][2]string {
	return [][2]string{
		{"server", `^(null|".+")$`}, {"cms", `^(null|".+")$`}, {"platform_type", `^\[".+"\]$`}, {"ip_address", word},
		{"country", `^(null|"[A-Z][A-Z]")$`}, {"is_ip", `^(true|false)$`}, {"target_spam_score", integer},
	}
}

func checkFields(t *testing.T, target string, fields [][2]string, got map[string]any) {
	t.Helper()
	if len(got) != len(fields) {
		t.Errorf("%s: got %d fields, want %d: %v", target, len(got), len(fields), got)
	}
	for _, field := range fields {
		value, ok := got[field[0]]
		if !ok || !regexp.MustCompile(field[1]).MatchString(text(value)) {
			t.Errorf("%s: got %s %s, want %s", target, field[0], text(value), field[1])
		}
	}
}

// TestInventedResults checks that invented results are complete and consistent.
func TestInventedResults(t *testing.T) {
	t.Parallel()
	targets := []string{"a.example", "b.example", "https://example.com/page", "192.0.2.7", "xn--mnchen-3ya.de"}
	for _, site := range fakeapi.Portfolio() {
		targets = append(targets, site.Target)
	}
	for _, target := range targets {
		result := ask(fakeapi.New(fakeapi.Options{}), target).result(t)
		checkFields(t, target, resultFields(), result)
		checkFields(t, target, infoFields(), result["info"].(map[string]any))
		number := func(name string) int64 {
			n, err := result[name].(json.Number).Int64()
			if err != nil {
				t.Fatal(err)
			}
			return n
		}
		for _, order := range []string{
			"referring_pages<=backlinks", "referring_domains<=referring_pages", "referring_main_domains<=referring_domains",
			"referring_ips<=referring_domains", "referring_subnets<=referring_ips", "referring_pages_nofollow<=referring_pages",
			"referring_domains_nofollow<=referring_domains", "referring_main_domains_nofollow<=referring_main_domains",
			"broken_backlinks<=backlinks", "broken_pages<=crawled_pages",
		} {
			less, more, _ := strings.Cut(order, "<=")
			if number(less) > number(more) {
				t.Errorf("%s: got %d and %d, want %s", target, number(less), number(more), order)
			}
		}
		if number("rank") > 1000 || number("backlinks_spam_score") > 100 || result["target"] != target {
			t.Errorf("%s: got %v", target, result)
		}
		for name, key := range map[string]string{
			"referring_links_tld": "co.uk", "referring_links_semantic_locations": "", "referring_links_countries": "",
		} {
			if _, ok := result[name].(map[string]any)[key]; !ok {
				t.Errorf("%s: got %s %v, want a key %q", target, name, result[name], key)
			}
		}
	}
}

// TestResultsAreRepeatable checks that the results of a target are the same in every run.
func TestResultsAreRepeatable(t *testing.T) {
	t.Parallel()
	first, second := fakeapi.New(fakeapi.Options{}), fakeapi.New(fakeapi.Options{})
	ask(second, "c.example")
	a, again, b := ask(first, "a.example").result(t), ask(second, "a.example").result(t), ask(first, "b.example").result(t)
	if diff := cmp.Diff(a, again); diff != "" {
		t.Errorf("results of the same target differ:\n%s", diff)
	}
	if text(a["backlinks"]) == text(b["backlinks"]) {
		t.Error("results of different targets are equal")
	}
}

func TestIsIP(t *testing.T) {
	t.Parallel()
	for target, want := range map[string]string{"a.example": "false", "192.0.2.7": "true", "2001:db8::7": "true", "http://192.0.2.7/a": "true"} {
		info := ask(fakeapi.New(fakeapi.Options{}), target).result(t)["info"].(map[string]any)
		if text(info["is_ip"]) != want {
			t.Errorf("%s: got is_ip %v, want %s", target, info["is_ip"], want)
		}
	}
}

func TestInternalListLimit(t *testing.T) {
	t.Parallel()
	tests := []struct {
		target, option string
		want           int // entries of referring_links_tld
	}{
		{"a.example", "", 10},
		{"a.example", `,"internal_list_limit":1`, 1},
		{"a.example", `,"internal_list_limit":25`, 25},
		{"explodingtopics.com", `,"internal_list_limit":4`, 4},
	}
	for _, tt := range tests {
		result := post(fakeapi.New(fakeapi.Options{}), `[{"target":"`+tt.target+`"`+tt.option+`}]`).result(t)
		if n := len(result["referring_links_tld"].(map[string]any)); n != tt.want {
			t.Errorf("%s%s: got %d entries, want %d", tt.target, tt.option, n, tt.want)
		}
		for _, field := range resultFields() {
			entries, _ := result[field[0]].(map[string]any)
			if strings.HasPrefix(field[0], "referring_links_") && (len(entries) > tt.want || len(entries) == 0) {
				t.Errorf("%s%s: got %d entries of %s, want 1 to %d", tt.target, tt.option, len(entries), field[0], tt.want)
			}
		}
	}
}

func TestMapsAreSortedByCount(t *testing.T) {
	t.Parallel()
	body := post(fakeapi.New(fakeapi.Options{}), `[{"target":"a.example","internal_list_limit":1000}]`).body
	match := regexp.MustCompile(`"referring_links_countries":\{([^}]*)\}`).FindSubmatch(body)
	var counts []int
	for entry := range strings.SplitSeq(string(match[1]), ",") {
		_, number, _ := strings.Cut(entry, ":")
		var n int
		if err := json.Unmarshal([]byte(number), &n); err != nil {
			t.Fatal(err)
		}
		counts = append(counts, n)
	}
	slices.Reverse(counts)
	if len(counts) != 30 || !slices.IsSorted(counts) || counts[0] < 1 {
		t.Errorf("got %v, want 30 counts in descending order", counts)
	}
}

func TestRank(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ target, options, want string }{
		"recorded":               {"explodingtopics.com", ``, "371"},
		"recorded, one hundred":  {"explodingtopics.com", `,"rank_scale":"one_hundred"`, "55"},
		"recorded, upper case":   {"ExplodingTopics.com", ``, "371"},
		"one thousand":           {"shop.example", `,"rank_scale":"one_thousand"`, "412"},
		"one hundred":            {"shop.example", `,"rank_scale":"one_hundred"`, "60"},
		"high rank":              {"news.example", `,"rank_scale":"one_hundred"`, "99"},
		"dofollow":               {"shop.example", `,"backlinks_filters":["dofollow","=",true]`, "412"},
		"nofollow":               {"shop.example", `,"backlinks_filters":["dofollow","=",false]`, "0"},
		"not dofollow":           {"shop.example", `,"backlinks_filters":["dofollow","<>",true]`, "0"},
		"nofollow, recorded":     {"explodingtopics.com", `,"backlinks_filters":["dofollow","=",false]`, "0"},
		"nofollow, nested":       {"shop.example", `,"backlinks_filters":[["rank",">",1],"and",[["is_new","=",true],"and",["dofollow","=",false]]]`, "0"},
		"false in another field": {"shop.example", `,"backlinks_filters":["is_new","=",false]`, "412"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			result := post(fakeapi.New(fakeapi.Options{}), `[{"target":"`+tt.target+`"`+tt.options+`}]`).result(t)
			if text(result["rank"]) != tt.want {
				t.Errorf("got %s, want %s", text(result["rank"]), tt.want)
			}
		})
	}
}

func TestPortfolio(t *testing.T) {
	t.Parallel()
	got := map[string]map[string]any{}
	for _, site := range fakeapi.Portfolio() {
		result := ask(fakeapi.New(fakeapi.Options{}), site.Target).result(t)
		got[site.Target] = result
		for name, want := range map[string]int64{
			"rank": site.Rank, "backlinks": site.Backlinks, "backlinks_spam_score": site.SpamScore, "referring_main_domains": site.ReferringMainDomains,
		} {
			if n, _ := result[name].(json.Number).Int64(); n != want {
				t.Errorf("%s: got %s %d, want %d", site.Target, name, n, want)
			}
		}
	}
	if n, _ := got["news.example"]["backlinks"].(json.Number).Int64(); n <= math.MaxUint32 {
		t.Errorf("news.example: got %d backlinks, want more than 32 bits", n)
	}
	if text(got["spammy.example"]["backlinks_spam_score"]) != "67" || text(got["spammy.example"]["referring_main_domains"]) != "14" {
		t.Errorf("spammy.example: %v", got["spammy.example"])
	}
	if got["expired.example"]["lost_date"] != "2025-11-15 12:57:46 +00:00" || got["shop.example"]["lost_date"] != nil {
		t.Errorf("got lost_date %v of expired.example, %v of shop.example", got["expired.example"]["lost_date"], got["shop.example"]["lost_date"])
	}
}

// TestNoData checks that a target without data is a success, and charged.
func TestNoData(t *testing.T) {
	t.Parallel()
	s := fakeapi.New(fakeapi.Options{NoData: []string{"quiet.example"}})
	s.On("fault.example", fakeapi.NoData())
	for _, target := range []string{"no-data.example", "no-data.example.com", "https://no-data.example.com/a", "quiet.example", "fault.example"} {
		got := ask(s, target)
		task := got.task(t, 0)
		if text(task["status_code"]) != "20000" || task["result"] != nil || text(task["result_count"]) != "0" || text(task["cost"]) != "0.024036" {
			t.Errorf("%s: got %s, want a charged 20000 without a result", target, got.body)
		}
	}
	if s.Charged() != 5 {
		t.Errorf("got %d charged, want 5", s.Charged())
	}
	if ask(s, "a-no-data.example").task(t, 0)["result"] == nil {
		t.Error("a-no-data.example: got no data")
	}
}

func TestTaskIDs(t *testing.T) {
	t.Parallel()
	ids := func(s *fakeapi.Server) []any {
		return []any{ask(s, "a.example").task(t, 0)["id"], ask(s, "a.example").task(t, 0)["id"], ask(s, "").task(t, 0)["id"]}
	}
	first, second := ids(fakeapi.New(fakeapi.Options{})), ids(fakeapi.New(fakeapi.Options{}))
	if diff := cmp.Diff(first, second); diff != "" {
		t.Errorf("the ids of two servers differ:\n%s", diff)
	}
	format := regexp.MustCompile(`^\d{8}-1535-0265-0000-[0-9a-f]{12}$`)
	seen := map[any]bool{}
	for _, id := range first {
		if seen[id] || !format.MatchString(id.(string)) {
			t.Errorf("got id %v, want a new one like %s", id, format)
		}
		seen[id] = true
	}
}

func TestTimes(t *testing.T) {
	t.Parallel()
	got := ask(fakeapi.New(fakeapi.Options{}), "a.example")
	format := regexp.MustCompile(`^0\.\d{4} sec\.$`)
	whole, part := got.envelope(t)["time"].(string), got.task(t, 0)["time"].(string)
	if !format.MatchString(whole) || !format.MatchString(part) || part >= whole {
		t.Errorf("got time %q of the envelope and %q of the task", whole, part)
	}
}

// TestEcho checks that data repeats the task as sent, without escapes.
func TestEcho(t *testing.T) {
	t.Parallel()
	got := post(fakeapi.New(fakeapi.Options{}), `[{"tag":"<ü & \u00fc>","target":"a.example","backlinks_filters":["rank","<",1.50]}]`)
	want := `"data":{"api":"backlinks","function":"summary","tag":"<ü & \u00fc>","target":"a.example","backlinks_filters":["rank","<",1.50]}`
	if !bytes.Contains(got.body, []byte(want)) {
		t.Errorf("got %s, want %s in it", got.body, want)
	}
}
