package judge_test

import (
	"encoding/json"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/dataforseo"
	"github.com/dataforseo/terraform-provider-dataforseo/internal/judge"
)

func summaryMetrics() judge.Metrics { return judge.MetricsOf[dataforseo.BacklinksSummary]() }

// parse parses limits in JSON, with "?" for an unknown value.
func parse(t *testing.T, text, rankScale string) (*judge.Limits, []error) {
	t.Helper()
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.UseNumber()
	var value any
	if err := decoder.Decode(&value); err != nil {
		t.Fatal(err)
	}
	return judge.Parse("require", withUnknowns(value), summaryMetrics(), rankScale)
}

func withUnknowns(value any) any {
	switch value := value.(type) {
	case string:
		if value == "?" {
			return dataforseo.Unknown{}
		}
	case map[string]any:
		for name := range value {
			value[name] = withUnknowns(value[name])
		}
	}
	return value
}

// TestMetrics checks that the 16 numbers of the result and target_spam_score are metrics.
func TestMetrics(t *testing.T) {
	t.Parallel()
	want := []string{
		"rank", "backlinks", "backlinks_spam_score", "broken_backlinks", "broken_pages", "referring_domains", "referring_domains_nofollow",
		"referring_main_domains", "referring_main_domains_nofollow", "referring_ips", "referring_subnets", "referring_pages",
		"crawled_pages", "target_spam_score", "internal_links_count", "external_links_count", "referring_pages_nofollow",
	}
	if diff := cmp.Diff(want, summaryMetrics().Names()); diff != "" {
		t.Error(diff)
	}
}

func TestNumbers(t *testing.T) {
	t.Parallel()
	rank, score := dataforseo.Integer(0), dataforseo.Integer(67)
	got := judge.Numbers(&dataforseo.BacklinksSummary{BacklinksMetrics: dataforseo.BacklinksMetrics{Rank: &rank}, Info: &dataforseo.BacklinksTargetInfo{TargetSpamScore: &score}})
	if diff := cmp.Diff(map[string]int64{"rank": 0, "target_spam_score": 67}, got); diff != "" {
		t.Error(diff)
	}
	if got := judge.Numbers((*dataforseo.BacklinksSummary)(nil)); len(got) > 0 {
		t.Errorf("got %v of nil, want none", got)
	}
}

func TestParse_refuses(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		limits, rankScale string
		want              []string
	}{
		{`null`, "", []string{"require is null, which would let everything pass. Use {} to require only data."}},
		{`[]`, "", []string{"require is a list. Use an object of limits, such as { backlinks_spam_score = { max = 30 } }."}},
		{`"{}"`, "", []string{`require is "{}". Use an object of limits, such as { backlinks_spam_score = { max = 30 } }.`}},
		{`{"rank": null}`, "", []string{"require.rank is null, which would set no limit. Leave nulls out: { for name, limit in LIMITS : name => limit if limit != null }."}},
		{`{"live": null}`, "", []string{"require.live is null, which would set no limit. Leave nulls out: { for name, limit in LIMITS : name => limit if limit != null }."}},
		{`{"live": false}`, "", []string{"require.live is false. Use true, or leave it out."}},
		{`{"live": {"max": 1}}`, "", []string{"require.live is an object. Use true, or leave it out."}},
		{`{"rank": 30}`, "", []string{"require.rank is 30. Use { min = ... }, { max = ... } or both."}},
		{`{"rank": {}}`, "", []string{"require.rank has no bound. Use min, max or both."}},
		{`{"rank": {"minimum": 3}}`, "", []string{`require.rank has no bound "minimum". Use min, max or both.`}},
		{`{"rank": {"max": null}}`, "", []string{"require.rank.max is null, which would set no limit. Leave nulls out: { for bound, value in LIMIT : bound => value if value != null }."}},
		{`{"rank": {"max": "30"}}`, "", []string{`require.rank.max is the string "30". Use a number, such as tonumber("30").`}},
		{`{"rank": {"max": ""}}`, "", []string{`require.rank.max is "", an empty string, which would set no limit. Leave it out where there is no limit.`}},
		{`{"rank": {"max": 1.5}}`, "", []string{"require.rank.max is 1.5. Use a whole number from 0 to 1000."}},
		{`{"rank": {"max": 1001}}`, "one_thousand", []string{"require.rank.max is 1001. Use a whole number from 0 to 1000."}},
		{`{"rank": {"min": 101}}`, "one_hundred", []string{"require.rank.min is 101. Use a whole number from 0 to 100."}},
		{`{"backlinks_spam_score": {"max": 101}}`, "", []string{"require.backlinks_spam_score.max is 101. Use a whole number from 0 to 100."}},
		{`{"target_spam_score": {"max": -1}}`, "", []string{"require.target_spam_score.max is -1. Use a whole number from 0 to 100."}},
		{`{"backlinks": {"min": 9223372036854775808}}`, "", []string{"require.backlinks.min is 9223372036854775808. Use a whole number of 0 or more."}},
		{`{"backlinks": {"min": true}}`, "", []string{"require.backlinks.min is true. Use a whole number of 0 or more."}},
		{`{"backlinks": {"min": 3, "max": 2}}`, "", []string{"require.backlinks.min is 3, above its max of 2, so nothing could pass."}},
		{`{"rank": {"max": -1, "min": null}, "backlinks": {}}`, "", []string{
			"require.backlinks has no bound. Use min, max or both.",
			"require.rank.max is -1. Use a whole number from 0 to 1000.",
			"require.rank.min is null, which would set no limit. Leave nulls out: { for bound, value in LIMIT : bound => value if value != null }.",
		}},
	} {
		_, errs := parse(t, c.limits, c.rankScale)
		var got []string
		for _, err := range errs {
			got = append(got, err.Error())
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s: %s", c.limits, diff)
		}
	}
}

func TestParse_unknownNames(t *testing.T) {
	t.Parallel()
	for name, nearest := range map[string]string{
		"spam_score": "backlinks_spam_score", "backlink_spam_score": "backlinks_spam_score", "referring_domain": "referring_domains",
		"Rank": "rank", "alive": "live", "info": "rank", "": "rank", "domains": "referring_domains",
	} {
		_, errs := judge.Parse("limits", map[string]any{name: nil}, summaryMetrics(), "")
		if len(errs) != 1 {
			t.Fatalf("%q: %v", name, errs)
		}
		got := errs[0].Error()
		if want := `Did you mean "` + nearest + `"? The valid names are rank, `; !strings.Contains(got, want) || !strings.HasPrefix(got, "limits has no metric ") {
			t.Errorf("%q: got %s, want %q in it", name, got, want)
		}
	}
}

func TestViolations(t *testing.T) {
	t.Parallel()
	yes, no, text, seen, lost, odd := true, false, "DataForSEO answered 40501.", "2019-11-15 12:57:46 +00:00", "2025-11-15 12:57:46 +00:00", "unreadable"
	good := judge.Subject{HasData: &yes, FirstSeen: &seen, Numbers: map[string]int64{"rank": 371, "backlinks_spam_score": 8, "backlinks": math.MaxInt64}}
	with := func(change func(*judge.Subject)) judge.Subject {
		changed := good
		change(&changed)
		return changed
	}
	for _, c := range []struct {
		limits  string
		subject judge.Subject
		want    []string
	}{
		{`{}`, good, nil},
		{`{"rank": {"min": 371, "max": 371}, "backlinks_spam_score": {"max": 8}, "backlinks": {"min": 9223372036854775807}, "live": true}`, good, nil},
		{`{"rank": {"min": 372}, "backlinks_spam_score": {"max": 7}}`, good, []string{
			"backlinks_spam_score is 8, at most 7 allowed", "rank is 371, at least 372 required",
		}},
		{`{"referring_ips": {"min": 0, "max": 5}}`, good, []string{"referring_ips is null, at least 0 required, at most 5 allowed"}},
		{`{"target_spam_score": {"max": 100}}`, good, []string{"target_spam_score is null, at most 100 allowed"}},
		{`"?"`, good, []string{"require is unknown"}},
		{`{"rank": "?"}`, good, []string{"require.rank is unknown"}},
		{`{"rank": {"min": "?", "max": 100}}`, good, []string{"require.rank.min is unknown", "rank is 371, at most 100 allowed"}},
		{`{"live": "?"}`, good, []string{"require.live is unknown"}},
		{`{"live": true}`, with(func(s *judge.Subject) { s.LostDate = &lost }), []string{"lost_date is 2025-11-15T12:57:46Z, live required"}},
		{`{"live": true}`, with(func(s *judge.Subject) { s.LostDate = &odd }), []string{"lost_date is unreadable, live required"}},
		{`{"live": true}`, with(func(s *judge.Subject) { s.FirstSeen = nil }), []string{"first_seen is null, live required"}},
		{`{"live": true}`, with(func(s *judge.Subject) { s.FirstSeen = &odd }), []string{"first_seen is unreadable, live required"}},
		{`{}`, with(func(s *judge.Subject) { s.HasData = &no }), []string{"DataForSEO has no data"}},
		{`{}`, with(func(s *judge.Subject) { s.HasData = nil }), []string{"has_data is null, so nothing is known of it"}},
		{`{"rank": {"min": 1}}`, judge.Subject{Failure: &text}, []string{"the read failed: DataForSEO answered 40501"}},
	} {
		limits, errs := parse(t, c.limits, "")
		if len(errs) > 0 {
			t.Fatal(errs)
		}
		if got := limits.Violations(c.subject); !slices.Equal(got, c.want) {
			t.Errorf("%s: got %q, want %q", c.limits, got, c.want)
		}
	}
}

// FuzzJudge checks against a simple implementation that a target passes only if its
// numbers are within all limits.
func FuzzJudge(f *testing.F) {
	f.Add(`{"rank": {"min": 1, "max": 500}, "live": true}`, `{"rank": 371}`, true, true)
	f.Add(`{"backlinks_spam_score": {"max": 30}}`, `{"backlinks_spam_score": null}`, true, false)
	f.Add(`{"backlinks_spam_score": {"max": 3e1}, "live": null}`, `{"backlinks_spam_score": 31}`, false, false)
	f.Fuzz(func(t *testing.T, limits, numbers string, hasData, isLive bool) {
		decoder := json.NewDecoder(strings.NewReader(limits))
		decoder.UseNumber()
		var value any
		var known map[string]int64
		if decoder.Decode(&value) != nil || json.Unmarshal([]byte(numbers), &known) != nil {
			t.Skip()
		}
		subject := judge.Subject{HasData: &hasData, Numbers: known}
		if seen := "2019-11-15 12:57:46 +00:00"; isLive {
			subject.FirstSeen = &seen
		}
		parsed, errs := judge.Parse("require", value, summaryMetrics(), "")
		if len(errs) > 0 || len(parsed.Violations(subject)) > 0 {
			return
		}
		if !hasData {
			t.Errorf("a target without data passes %s", limits)
		}
		for name, limit := range value.(map[string]any) {
			if !within(limit, known, name, isLive) {
				t.Errorf("%s passes %s", numbers, limits)
			}
		}
	})
}

func within(limit any, numbers map[string]int64, name string, isLive bool) bool {
	if name == "live" {
		return limit == true && isLive
	}
	n, known := numbers[name]
	bounded := false
	for bound, value := range limit.(map[string]any) {
		at, err := value.(json.Number).Int64()
		switch {
		case err != nil, bound == "min" && n < at, bound == "max" && n > at:
			return false
		}
		bounded = true
	}
	return known && bounded
}
