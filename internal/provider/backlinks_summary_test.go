package provider_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"regexp"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/fakeapi"
)

// documentedArguments are those of the request in DataForSEO's documentation.
const documentedArguments = `
  target                = "explodingtopics.com"
  internal_list_limit   = 10
  include_subdomains    = true
  backlinks_filters     = ["dofollow", "=", true]
  backlinks_status_type = "all"
`

func TestBacklinksSummary(t *testing.T) {
	t.Parallel()
	for name, c := range acceptanceCases() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := fakeapi.Start(t, fakeapi.Options{})
			unit(t, resource.TestStep{Config: providerBlock(server) + summaryBlock(c.arguments), ConfigStateChecks: c.checks})
		})
	}
}

// TestBacklinksSummary_documented gives the documented request and expects every
// field of the documented answer, read from the recording itself.
func TestBacklinksSummary_documented(t *testing.T) {
	t.Parallel()
	server := fakeapi.Start(t, fakeapi.Options{})
	server.On("explodingtopics.com", fakeapi.Recorded(fakeapi.RecordedOK))

	checks := recordedChecks(t, "response-ok.json")
	checks = append(checks,
		attribute(knownvalue.Bool(true), "has_data"),
		attribute(knownvalue.Bool(false), "from_cache"),
		attribute(knownvalue.StringRegexp(regexp.MustCompile(`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$`)), "fetched_at"),
		attribute(knownvalue.Null(), "error"),
		attribute(knownvalue.StringExact("2020-01-18T11:50:58Z"), "first_seen_rfc3339"),
		attribute(knownvalue.Null(), "lost_date_rfc3339"),
		// Arguments that were not given stay null: DataForSEO's defaults are not made up here.
		attribute(knownvalue.Null(), "rank_scale"),
		attribute(knownvalue.Null(), "include_indirect_links"),
	)
	unit(t, resource.TestStep{Config: providerBlock(server) + summaryBlock(documentedArguments), ConfigStateChecks: checks})

	want := decode(t, readFile(t, "../fakeapi/answers/request-documented.json"))
	for i, request := range server.Requests() {
		if diff := cmp.Diff(want, decode(t, request.Body)); diff != "" {
			t.Errorf("request %d is not the documented one (-want +got):\n%s", i, diff)
		}
	}
}

// recordedChecks returns a check for every field of a recorded answer: of the
// envelope, of its task and of the result.
func recordedChecks(t *testing.T, name string) []statecheck.StateCheck {
	t.Helper()
	envelope := decode(t, readFile(t, "../fakeapi/answers/"+name)).(map[string]any)
	task := envelope["tasks"].([]any)[0].(map[string]any)
	var checks []statecheck.StateCheck
	for _, field := range []string{"version", "status_code", "status_message", "time", "cost", "tasks_count", "tasks_error"} {
		checks = append(checks, attribute(known(t, envelope[field]), "response", field))
	}
	for _, field := range []string{"id", "status_code", "status_message", "time", "cost", "result_count", "path"} {
		checks = append(checks, attribute(known(t, task[field]), "response", "task", field))
	}
	checks = append(checks, attribute(sameJSON(task["data"]), "response", "task", "data"))
	results, _ := task["result"].([]any)
	for _, result := range results {
		for field, value := range result.(map[string]any) {
			checks = append(checks, attribute(known(t, value), field))
		}
	}
	return checks
}

// known turns decoded JSON into the check that expects exactly that.
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
	case map[string]any:
		object := make(map[string]knownvalue.Check, len(v))
		for key, element := range v {
			object[key] = known(t, element)
		}
		return knownvalue.MapExact(object)
	}
	t.Fatalf("no check for %T", value)
	return nil
}

// sameJSON expects a string that holds the same JSON as value.
func sameJSON(value any) knownvalue.Check {
	return knownvalue.StringFunc(func(text string) error {
		var got any
		if err := json.Unmarshal([]byte(text), &got); err != nil {
			return err
		}
		wanted, err := json.Marshal(value)
		if err != nil {
			return err
		}
		var want any
		if err := json.Unmarshal(wanted, &want); err != nil {
			return err
		}
		if diff := cmp.Diff(want, got); diff != "" {
			return fmt.Errorf("other JSON (-want +got):\n%s", diff)
		}
		return nil
	})
}

func TestBacklinksSummary_arguments(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ arguments, task string }{
		"only the target": {
			`target = "example.com"`,
			`{"target":"example.com"}`,
		},
		"every argument": {`
			target                     = "example.com"
			include_subdomains         = false
			include_indirect_links     = false
			exclude_internal_backlinks = false
			internal_list_limit        = 1000
			backlinks_status_type      = "lost"
			backlinks_filters          = ["rank", ">", 50]
			rank_scale                 = "one_hundred"
			tag                        = "été"`,
			`{"target":"example.com","include_subdomains":false,"include_indirect_links":false,"exclude_internal_backlinks":false,` +
				`"internal_list_limit":1000,"backlinks_status_type":"lost","backlinks_filters":["rank",">",50],"rank_scale":"one_hundred","tag":"été"}`,
		},
		"null is not sent": {`
			target             = "example.com"
			include_subdomains = null
			backlinks_filters  = null
			tag                = null`,
			`{"target":"example.com"}`,
		},
		"filters of null in JSON are none": {`
			target            = "example.com"
			backlinks_filters = jsonencode(null)`,
			`{"target":"example.com"}`,
		},
		"nested filters": {`
			target            = "example.com"
			backlinks_filters = [["dofollow", "=", true], "and", [["rank", ">=", 9007199254740993], "or", ["tld_from", "in", ["de", "co.uk"]]]]`,
			`{"target":"example.com","backlinks_filters":[["dofollow","=",true],"and",[["rank",">=",9007199254740993],"or",["tld_from","in",["de","co.uk"]]]]}`,
		},
		"filters as JSON, numbers as written": {`
			target            = "example.com"
			backlinks_filters = "[[\"rank\",\">\",1.50],\"and\",[\"links_count\",\"<\",1e3]]"`,
			`{"target":"example.com","backlinks_filters":[["rank",">",1.50],"and",["links_count","<",1e3]]}`,
		},
		"a number in quotes stays in quotes": {`
			target            = "example.com"
			backlinks_filters = [["rank", ">", "80"], "and", tolist(["links_count", "<", 5])]`,
			`{"target":"example.com","backlinks_filters":[["rank",">","80"],"and",["links_count","<","5"]]}`,
		},
		"a fraction stays what it was": {`
			target            = "example.com"
			backlinks_filters = ["rank", ">", 0.1]`,
			`{"target":"example.com","backlinks_filters":["rank",">",0.1]}`,
		},
		"upper case, port and IDN": {
			`target = "Bücher.Example.COM:8080"`,
			`{"target":"xn--bcher-kva.example.com:8080"}`,
		},
		"a page keeps its path": {
			`target = "HTTPS://Example.com/Path?Q=%C3%A9#Top"`,
			`{"target":"https://example.com/Path?Q=%C3%A9#Top"}`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := fakeapi.Start(t, fakeapi.Options{})
			newTerraform(t, summaryBlock(c.arguments)).use(server).mustRun("plan")

			requests := server.Requests()
			if len(requests) != 1 {
				t.Fatalf("%d requests, want 1", len(requests))
			}
			if got, want := string(requests[0].Body), "["+c.task+"]"; got != want {
				t.Errorf("body\n got %s\nwant %s", got, want)
			}
		})
	}
}

// TestBacklinksSummary_targetAsWritten: the attribute keeps what the user wrote,
// so that expressions over it go on to work.
func TestBacklinksSummary_targetAsWritten(t *testing.T) {
	t.Parallel()
	server := fakeapi.Start(t, fakeapi.Options{})
	unit(t, resource.TestStep{
		Config: providerBlock(server) + summaryBlock(`target = "Example.COM"`),
		ConfigStateChecks: []statecheck.StateCheck{
			attribute(knownvalue.StringExact("Example.COM"), "target"),
			attribute(knownvalue.StringRegexp(regexp.MustCompile(`"target":"example\.com"`)), "response", "task", "data"),
		},
	})
}

// metrics are the attributes that come from the result and nowhere else.
func metrics() []string {
	names := slices.Collect(maps.Keys(resultFields()))
	return slices.DeleteFunc(names, func(name string) bool { return name == "target" })
}

func TestBacklinksSummary_noData(t *testing.T) {
	t.Parallel()
	server := fakeapi.Start(t, fakeapi.Options{})
	const target = "https://example.com/a-page-nobody-links-to"
	server.On(target, fakeapi.Recorded(fakeapi.RecordedNoData))

	checks := recordedChecks(t, "response-no-data.json")
	checks = append(checks, attribute(knownvalue.Bool(false), "has_data"), attribute(knownvalue.Null(), "error"))
	for _, name := range append(metrics(), "first_seen_rfc3339", "lost_date_rfc3339") {
		checks = append(checks, attribute(knownvalue.Null(), name))
	}
	unit(t, resource.TestStep{
		Config: providerBlock(server) + summaryBlock(`
		  target                = "`+target+`"
		  internal_list_limit   = 10
		  include_subdomains    = true
		  backlinks_status_type = "live"`),
		ConfigStateChecks: checks,
	})
}

// TestBacklinksSummary_nulls: a field that DataForSEO leaves null is null, and if that
// is every one, there is no data.
func TestBacklinksSummary_nulls(t *testing.T) {
	t.Parallel()
	server := fakeapi.Start(t, fakeapi.Options{})
	server.On("fields.example", fakeapi.NullFields())
	server.On("values.example", fakeapi.NullMapValues())

	var fields []statecheck.StateCheck
	for _, name := range metrics() {
		fields = append(fields, attribute(knownvalue.Null(), name))
	}
	values := []statecheck.StateCheck{attribute(knownvalue.Null(), "referring_links_tld", "com")}
	for _, name := range infoFields() {
		values = append(values, attribute(knownvalue.Null(), "info", name))
	}
	unit(t,
		resource.TestStep{
			Config:            providerBlock(server) + summaryBlock(`target = "fields.example"`),
			ConfigStateChecks: append(fields, attribute(knownvalue.Bool(false), "has_data"), attribute(knownvalue.StringExact("fields.example"), "target")),
		},
		resource.TestStep{Config: providerBlock(server) + summaryBlock(`target = "values.example"`), ConfigStateChecks: values},
	)
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
	unit(t, resource.TestStep{
		Config: providerBlock(server) + summaryBlock(`target = "example.com"`),
		ConfigStateChecks: []statecheck.StateCheck{
			attribute(knownvalue.Int64Exact(38786), "referring_pages"),
			attribute(knownvalue.Int64Exact(9007199254740993), "backlinks"),
			attribute(knownvalue.Int64Exact(1000), "rank"),
			attribute(knownvalue.Int64Exact(9223372036854775807), "crawled_pages"),
			attribute(knownvalue.MapExact(map[string]knownvalue.Check{
				"co.uk": knownvalue.Int64Exact(9007199254740993), "": knownvalue.Int64Exact(0), "com": knownvalue.Null(),
			}), "referring_links_tld"),
		},
	})
}

// TestBacklinksSummary_unknownArguments: what only the apply determines is asked
// about by the apply.
func TestBacklinksSummary_unknownArguments(t *testing.T) {
	t.Parallel()
	server := fakeapi.Start(t, fakeapi.Options{})
	config := `
		resource "terraform_data" "known_after_apply" {
		  input = "example.com"
		}
	` + summaryBlock(`
		target            = terraform_data.known_after_apply.output
		backlinks_filters = [["anchor", "=", terraform_data.known_after_apply.output], "and", ["dofollow", "=", true]]
		tag               = terraform_data.known_after_apply.output
	`)
	unit(t, resource.TestStep{
		Config: providerBlock(server) + config,
		ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
			plancheck.ExpectUnknownValue(site, attributePath("rank")),
			expectCalls{server, 0},
		}},
		ConfigStateChecks: []statecheck.StateCheck{
			attribute(knownvalue.Bool(true), "has_data"),
			attribute(knownvalue.StringExact("example.com"), "tag"),
		},
	})
}

// TestBacklinksSummary_calls pins down what Terraform's commands cost, as the
// documentation tells it.
func TestBacklinksSummary_calls(t *testing.T) {
	t.Parallel()
	server := fakeapi.Start(t, fakeapi.Options{})
	tf := newTerraform(t, summaryBlock(`target = "example.com"`)+`
		output "rank" { value = data.dataforseo_backlinks_summary.site.rank }
	`).use(server)
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
		{[]string{"destroy", "-auto-approve", "-refresh=false"}, 0},
	} {
		server.Reset()
		tf.mustRun(step.args...)
		if got := server.Calls(); got != step.calls {
			t.Errorf("terraform %v: %d calls, want %d", step.args, got, step.calls)
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

func readFile(t *testing.T, name string) []byte {
	t.Helper()
	content, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return content
}
