package provider_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/acctest"
	"github.com/dataforseo/terraform-provider-dataforseo/internal/fakeapi"
)

// TestBacklinksSummary_documented sends the documented request and expects every field
// of the documented answer.
func TestBacklinksSummary_documented(t *testing.T) {
	t.Parallel()
	server := fakeapi.Start(t, fakeapi.Options{})
	server.On("explodingtopics.com", fakeapi.Recorded(fakeapi.RecordedOK))
	unit(t, server, summaryBlock(`
		target                = "explodingtopics.com"
		internal_list_limit   = 10
		include_subdomains    = true
		backlinks_filters     = ["dofollow", "=", true]
		backlinks_status_type = "all"`),
		append(recordedChecks(t, "response-ok.json"),
			expect(site, knownvalue.Bool(true), "has_data"),
			expect(site, knownvalue.Bool(false), "from_cache"),
			expect(site, knownvalue.Null(), "error"),
			expect(site, knownvalue.StringRegexp(regexp.MustCompile(`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$`)), "fetched_at"),
			expect(site, knownvalue.StringExact("2020-01-18T11:50:58Z"), "first_seen_rfc3339"),
			expect(site, knownvalue.Null(), "lost_date_rfc3339"),
			// The provider doesn't fill in DataForSEO's defaults.
			expect(site, knownvalue.Null(), "rank_scale"),
			expect(site, knownvalue.Null(), "include_indirect_links"),
		)...)
	want := decode(t, acctest.ReadFile(t, "../fakeapi/answers/request-documented.json"))
	for i, request := range server.Requests() {
		if diff := cmp.Diff(want, decode(t, request.Body)); diff != "" {
			t.Errorf("request %d (-want +got):\n%s", i, diff)
		}
	}
}

// recordedChecks expect every field of a recorded answer: of the envelope, of its task and
// of the result.
func recordedChecks(t *testing.T, name string) []statecheck.StateCheck {
	t.Helper()
	envelope := decode(t, acctest.ReadFile(t, "../fakeapi/answers/"+name)).(map[string]any)
	task := envelope["tasks"].([]any)[0].(map[string]any)
	checks := []statecheck.StateCheck{expect(site, knownvalue.StringFunc(func(text string) error {
		if diff := cmp.Diff(task["data"], decode(t, []byte(text))); diff != "" {
			return fmt.Errorf("(-want +got):\n%s", diff)
		}
		return nil
	}), "response", "task", "data")}
	for _, field := range []string{"version", "status_code", "status_message", "time", "cost", "tasks_count", "tasks_error"} {
		checks = append(checks, expect(site, known(t, envelope[field]), "response", field))
	}
	for _, field := range []string{"id", "status_code", "status_message", "time", "cost", "result_count", "path"} {
		checks = append(checks, expect(site, known(t, task[field]), "response", "task", field))
	}
	results, _ := task["result"].([]any)
	for _, result := range results {
		for field, value := range result.(map[string]any) {
			checks = append(checks, expect(site, known(t, value), field))
		}
	}
	return checks
}

// known returns the check for a decoded JSON value.
func known(t *testing.T, value any) knownvalue.Check {
	t.Helper()
	switch v := value.(type) {
	case nil:
		return knownvalue.Null()
	case bool:
		return knownvalue.Bool(v)
	case string:
		return knownvalue.StringExact(v)
	case json.Number:
		if n, err := v.Int64(); err == nil {
			return knownvalue.Int64Exact(n)
		}
		f, err := v.Float64()
		if err != nil {
			t.Fatal(err)
		}
		return knownvalue.Float64Exact(f)
	case []any:
		list := make([]knownvalue.Check, len(v))
		for i, element := range v {
			list[i] = known(t, element)
		}
		return knownvalue.ListExact(list)
	}
	object := map[string]knownvalue.Check{}
	for key, element := range value.(map[string]any) {
		object[key] = known(t, element)
	}
	return knownvalue.MapExact(object)
}

// TestBacklinksSummary_arguments checks the body of the request for arguments in HCL.
func TestBacklinksSummary_arguments(t *testing.T) {
	t.Parallel()
	cases := []struct{ arguments, task string }{
		{`target = "example.com"`, `{"target":"example.com"}`},
		{`
			target                     = "every-argument.example"
			include_subdomains         = false
			include_indirect_links     = false
			exclude_internal_backlinks = false
			internal_list_limit        = 1000
			backlinks_status_type      = "lost"
			backlinks_filters          = ["rank", ">", 50]
			rank_scale                 = "one_hundred"
			tag                        = "été"`,
			`{"target":"every-argument.example","include_subdomains":false,"include_indirect_links":false,"exclude_internal_backlinks":false,` +
				`"internal_list_limit":1000,"backlinks_status_type":"lost","backlinks_filters":["rank",">",50],"rank_scale":"one_hundred","tag":"été"}`},
		{`
			target             = "null-is-not-sent.example"
			include_subdomains = null
			backlinks_filters  = null
			tag                = null`,
			`{"target":"null-is-not-sent.example"}`},
		{`
			target            = "null-in-json.example"
			backlinks_filters = jsonencode(null)`,
			`{"target":"null-in-json.example"}`},
		{`
			target            = "nested-filters.example"
			backlinks_filters = [["dofollow", "=", true], "and", [["rank", ">=", 9007199254740993], "or", ["tld_from", "in", ["de", "co.uk"]]]]`,
			`{"target":"nested-filters.example","backlinks_filters":[["dofollow","=",true],"and",[["rank",">=",9007199254740993],"or",["tld_from","in",["de","co.uk"]]]]}`},
		{`
			target            = "numbers-in-json.example"
			backlinks_filters = "[[\"rank\",\">\",1.50],\"and\",[\"links_count\",\"<\",1e3]]"`,
			`{"target":"numbers-in-json.example","backlinks_filters":[["rank",">",1.50],"and",["links_count","<",1e3]]}`},
		{`
			target            = "numbers-in-quotes.example"
			backlinks_filters = [["rank", ">", "80"], "and", tolist(["links_count", "<", 5])]`,
			`{"target":"numbers-in-quotes.example","backlinks_filters":[["rank",">","80"],"and",["links_count","<","5"]]}`},
		{`
			target            = "fraction.example"
			backlinks_filters = ["rank", ">", 0.1]`,
			`{"target":"fraction.example","backlinks_filters":["rank",">",0.1]}`},
		{`target = "Bücher.Example.COM:8080"`, `{"target":"xn--bcher-kva.example.com:8080"}`},
		{`target = "HTTPS://Example.com/Path?Q=%C3%A9#Top"`, `{"target":"https://example.com/Path?Q=%C3%A9#Top"}`},
	}
	var config strings.Builder
	var want, got []string
	for i, c := range cases {
		config.WriteString(dataBlock(summaryType, fmt.Sprintf("case_%d", i), c.arguments))
		want = append(want, "["+c.task+"]")
	}
	server := fakeapi.Start(t, fakeapi.Options{})
	acctest.New(t, config.String()).Use(server).MustRun("plan")
	for _, request := range server.Requests() {
		got = append(got, string(request.Body))
	}
	slices.Sort(want)
	slices.Sort(got)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("bodies (-want +got):\n%s", diff)
	}
}

// TestBacklinksSummary_targetAsWritten checks that the attribute keeps the spelling of
// the configuration, so that expressions that use it don't change.
func TestBacklinksSummary_targetAsWritten(t *testing.T) {
	t.Parallel()
	server := fakeapi.Start(t, fakeapi.Options{})
	state := newRPC(t, server, nil).readSummary(t, "Example.COM", nil)
	wantAt(t, state, "Example.COM", "target")
	wantAt(t, state, `{"api":"backlinks","function":"summary","target":"example.com"}`, "response", "task", "data")
}

// metrics returns the attributes that only the result has.
func metrics() []string {
	names := slices.Collect(maps.Keys(resultFields()))
	return slices.DeleteFunc(names, func(name string) bool { return name == "target" })
}

func TestBacklinksSummary_noData(t *testing.T) {
	t.Parallel()
	server := fakeapi.Start(t, fakeapi.Options{})
	const target = "https://example.com/a-page-nobody-links-to"
	server.On(target, fakeapi.Recorded(fakeapi.RecordedNoData))
	checks := append(recordedChecks(t, "response-no-data.json"), expect(site, knownvalue.Bool(false), "has_data"), expect(site, knownvalue.Null(), "error"))
	for _, name := range append(metrics(), "first_seen_rfc3339", "lost_date_rfc3339") {
		checks = append(checks, expect(site, knownvalue.Null(), name))
	}
	unit(t, server, summaryBlock(`
		target                = "`+target+`"
		internal_list_limit   = 10
		include_subdomains    = true
		backlinks_status_type = "live"`), checks...)
}

// TestBacklinksSummary_nulls checks that a field that DataForSEO leaves null is null, and
// that a summary of nulls has no data.
func TestBacklinksSummary_nulls(t *testing.T) {
	t.Parallel()
	server := fakeapi.Start(t, fakeapi.Options{})
	server.On("fields.example", fakeapi.NullFields())
	server.On("values.example", fakeapi.NullMapValues())
	r := newRPC(t, server, nil)

	fields := r.readSummary(t, "fields.example", nil)
	for _, name := range metrics() {
		wantAt(t, fields, nil, name)
	}
	wantAt(t, fields, false, "has_data")
	wantAt(t, fields, "fields.example", "target")

	values := r.readSummary(t, "values.example", nil)
	wantAt(t, values, nil, "referring_links_tld", "com")
	for _, name := range infoFields() {
		wantAt(t, values, nil, "info", name)
	}
}

func TestBacklinksSummary_integers(t *testing.T) {
	t.Parallel()
	server := fakeapi.Start(t, fakeapi.Options{})
	server.On("example.com", fakeapi.Field("referring_pages", "38786.0").
		And(fakeapi.Field("backlinks", "9007199254740993")).
		And(fakeapi.Field("rank", "1e3")).
		And(fakeapi.Field("crawled_pages", "9223372036854775807")).
		And(fakeapi.Field("referring_links_tld", `{"co.uk": 9007199254740993, "": 0, "com": null}`)).
		And(fakeapi.UnknownFields()))
	state := newRPC(t, server, nil).readSummary(t, "example.com", nil)
	wantAt(t, state, 38786, "referring_pages")
	wantAt(t, state, 9007199254740993, "backlinks")
	wantAt(t, state, 1000, "rank")
	wantAt(t, state, 9223372036854775807, "crawled_pages")
	wantAt(t, state, map[string]any{"co.uk": 9007199254740993, "": 0, "com": nil}, "referring_links_tld")
}

// TestBacklinksSummary_unknownArguments checks that arguments that are unknown in the plan
// move the read to the apply.
func TestBacklinksSummary_unknownArguments(t *testing.T) {
	t.Parallel()
	server := fakeapi.Start(t, fakeapi.Options{})
	tf := acctest.New(t, `
		resource "terraform_data" "known_after_apply" {
		  input = "example.com"
		}
		output "site" { value = [data.dataforseo_backlinks_summary.site.has_data, data.dataforseo_backlinks_summary.site.tag] }
	`+summaryBlock(`
		target            = terraform_data.known_after_apply.output
		backlinks_filters = [["anchor", "=", terraform_data.known_after_apply.output], "and", ["dofollow", "=", true]]
		tag               = terraform_data.known_after_apply.output
	`)).Use(server)
	if r := tf.MustRun("plan", "-no-color"); server.Calls() != 0 || !strings.Contains(r.Stdout, "rank                               = (known after apply)") {
		t.Errorf("plan: got %d calls, want 0\n%s", server.Calls(), r.Stdout)
	}
	tf.MustRun("apply", "-auto-approve")
	if got, want := strings.TrimSpace(tf.MustRun("output", "-json", "site").Stdout), `[true,"example.com"]`; got != want || server.Calls() != 1 {
		t.Errorf("apply: got %d calls and %s, want 1 and %s", server.Calls(), got, want)
	}
}

// TestBacklinksSummary_calls checks what the documentation says about the cost of
// Terraform's commands.
func TestBacklinksSummary_calls(t *testing.T) {
	t.Parallel()
	server := fakeapi.Start(t, fakeapi.Options{})
	tf := acctest.New(t, summaryBlock(`target = "example.com"`)+`
		output "rank" { value = data.dataforseo_backlinks_summary.site.rank }
	`).Use(server)
	for _, step := range []struct {
		args  []string
		calls int
	}{
		{[]string{"validate"}, 0},
		{[]string{"plan", "-out=plan"}, 1},
		{[]string{"show", "plan"}, 0},
		{[]string{"apply", "plan"}, 0},
		{[]string{"output"}, 0},
		{[]string{"apply", "-auto-approve"}, 1},
		{[]string{"plan", "-refresh-only"}, 1},
		{[]string{"destroy", "-auto-approve", "-refresh=false"}, 0},
	} {
		server.Reset()
		tf.MustRun(step.args...)
		if got := server.Calls(); got != step.calls {
			t.Errorf("terraform %v: got %d calls, want %d", step.args, got, step.calls)
		}
	}
}

func decode(t *testing.T, text []byte) any {
	t.Helper()
	var value any
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	if err := decoder.Decode(&value); err != nil {
		t.Fatal(err)
	}
	return value
}
