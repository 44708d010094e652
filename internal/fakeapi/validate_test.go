package fakeapi_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/fakeapi"
)

func TestCredentialsAndPath(t *testing.T) {
	t.Parallel()
	auth := func(login, password string) func(*http.Request) {
		return func(r *http.Request) { r.SetBasicAuth(login, password) }
	}
	tests := map[string]struct {
		method, path string
		change       func(*http.Request)
		status       int
		code         string
		message      string
	}{
		"valid":             {"POST", "/v3/backlinks/summary/live", func(*http.Request) {}, 200, "20000", "Ok."},
		"no credentials":    {"POST", "/v3/backlinks/summary/live", func(r *http.Request) { r.Header.Del("Authorization") }, 401, "40100", "You are not authorized to access this resource."},
		"wrong password":    {"POST", "/v3/backlinks/summary/live", auth(fakeapi.DefaultLogin, "x"), 401, "40100", "You are not authorized to access this resource."},
		"wrong login":       {"POST", "/v3/backlinks/summary/live", auth("x", fakeapi.DefaultPassword), 401, "40100", "You are not authorized to access this resource."},
		"another scheme":    {"POST", "/v3/backlinks/summary/live", func(r *http.Request) { r.Header.Set("Authorization", "Bearer x") }, 401, "40100", "You are not authorized to access this resource."},
		"wrong path":        {"POST", "/v3/backlinks/summary", func(*http.Request) {}, 404, "40400", "Not Found."},
		"wrong version":     {"POST", "/v2/backlinks/summary/live", func(*http.Request) {}, 404, "40400", "Not Found."},
		"wrong method":      {"GET", "/v3/backlinks/summary/live", func(*http.Request) {}, 404, "40400", "Not Found."},
		"user_data by POST": {"POST", "/v3/appendix/user_data", func(*http.Request) {}, 404, "40400", "Not Found."},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := fakeapi.New(fakeapi.Options{})
			r := newRequest(tt.method, tt.path, taskFor("a.example"))
			tt.change(r)
			got := do(s, r)
			env := got.envelope(t)
			if got.status != tt.status || text(env["status_code"]) != tt.code || env["status_message"] != tt.message {
				t.Errorf("got HTTP %d, %s, want HTTP %d, %s %s", got.status, got.body, tt.status, tt.code, tt.message)
			}
			if charged := s.Charged() == 1; charged != (tt.status == 200) {
				t.Errorf("HTTP %d: got charged %v", got.status, charged)
			}
			if challenge := got.header.Get("WWW-Authenticate"); (challenge != "") != (tt.status == 401) {
				t.Errorf("HTTP %d: got WWW-Authenticate %q", got.status, challenge)
			}
		})
	}
}

func TestBody(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ body, code, message string }{
		"nothing":              {"", "40502", "POST Data Is Empty."},
		"white space":          {" \n", "40502", "POST Data Is Empty."},
		"empty array":          {"[]", "40502", "POST Data Is Empty."},
		"not JSON":             {"[{", "40503", "POST Data Is Invalid."},
		"two values":           {"[{}] []", "40503", "POST Data Is Invalid."},
		"null":                 {"null", "40503", "POST Data Is Invalid."},
		"object":               {`{"target":"a.example"}`, "40503", "POST Data Is Invalid."},
		"array of strings":     {`["a.example"]`, "40503", "POST Data Is Invalid."},
		"array of null":        {`[null]`, "40503", "POST Data Is Invalid."},
		"second not an object": {`[{"target":"a.example"}, 1]`, "40503", "POST Data Is Invalid."},
		"unknown field":        {`[{"target":"a.example","limit":1}]`, "40506", "Unknown Fields in POST Data."},
		"field in upper case":  {`[{"Target":"a.example"}]`, "40506", "Unknown Fields in POST Data."},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := fakeapi.New(fakeapi.Options{})
			s.OnAny(fakeapi.Code(50000)) // does not hide the mistake
			got := post(s, tt.body)
			want := map[string]any{
				"version": "0.1.20260801", "status_code": tt.code, "status_message": tt.message, "time": "0 sec.",
				"cost": "0", "tasks_count": "0", "tasks_error": "0", "tasks": nil,
			}
			env := got.envelope(t)
			for _, number := range []string{"status_code", "cost", "tasks_count", "tasks_error"} {
				env[number] = text(env[number])
			}
			if diff := cmp.Diff(want, env); diff != "" || got.status != 200 {
				t.Errorf("HTTP %d (-want +got):\n%s", got.status, diff)
			}
			if s.Charged() != 0 {
				t.Error("the refused call was charged")
			}
		})
	}
}

// TestSecondTask checks that a second task is refused, and the first one answered.
func TestSecondTask(t *testing.T) {
	t.Parallel()
	s := fakeapi.New(fakeapi.Options{})
	got := post(s, `[{"target":"a.example"},{"target":"b.example","tag":"x"}]`)
	env, first, second := got.envelope(t), got.task(t, 0), got.task(t, 1)
	if env["status_message"] != "Ok." || text(env["status_code"]) != "20000" || text(env["tasks_count"]) != "2" ||
		text(env["tasks_error"]) != "1" || text(env["cost"]) != "0.024036" {
		t.Errorf("envelope: %s", got.body)
	}
	if text(first["status_code"]) != "20000" || text(first["cost"]) != "0.024036" || first["result"] == nil {
		t.Errorf("first task: %v", first)
	}
	if text(second["status_code"]) != "40000" || second["status_message"] != "You can set only one task at a time." ||
		text(second["cost"]) != "0" || second["result"] != nil {
		t.Errorf("second task: %v", second)
	}
	if data := text(second["data"]); data != `{"api":"backlinks","function":"summary","tag":"x","target":"b.example"}` {
		t.Errorf("data of the second task: %s", data)
	}
	if s.Charged() != 1 || s.Requests()[0].StatusCode != 20000 {
		t.Errorf("got %d charged, logged %d, want 1, 20000", s.Charged(), s.Requests()[0].StatusCode)
	}
}

func TestTarget(t *testing.T) {
	t.Parallel()
	valid := []string{
		"example.com", "sub.shop.example", "co.uk.example", "a.github.io", "Example.COM", "xn--mnchen-3ya.de", "example.com:8443",
		"192.0.2.7", "2001:db8::7", "https://example.com", "http://www.example.com/a?b=c#d", "HTTPS://Example.com/A", "https://192.0.2.7/",
	}
	for _, target := range valid {
		if _, code := ask(fakeapi.New(fakeapi.Options{}), target).codes(t); code != "20000" {
			t.Errorf("%q: got %s, want 20000", target, code)
		}
	}
	invalid := []string{
		"", " ", "example.com ", "exam ple.com", "www.example.com", "WWW.example.com", "example.com/page", "example", "localhost",
		"example.por", "example..com", "example.com.", "ftp://example.com", "https://", "https:///a", "//example.com", "://example.com",
		"user@example.com", "https://user:secret@example.com/", "https://example.por/", "https://example.com:x/", "münchen.de",
	}
	for _, target := range invalid {
		s := fakeapi.New(fakeapi.Options{})
		got := ask(s, target)
		if _, code := got.codes(t); code != "40501" || s.Charged() != 0 {
			t.Errorf("%q: got %s, %d charged, want 40501, 0", target, code, s.Charged())
			continue
		}
		task := got.task(t, 0)
		if task["status_message"] != "Invalid Field: 'target'." || task["data"].(map[string]any)["target"] != target {
			t.Errorf("%q: got %s", target, got.body)
		}
	}
}

func TestFields(t *testing.T) {
	t.Parallel()
	list := func(n int) string { return "[" + strings.Repeat(`["rank",">",1],"and",`, n-1) + `["rank",">",1]]` }
	tests := []struct {
		field          string
		valid, invalid []string
	}{
		{"include_subdomains", []string{"true", "false"}, []string{`"true"`, "1", "null", "[]"}},
		{"include_indirect_links", []string{"true", "false"}, []string{`"true"`, "0"}},
		{"exclude_internal_backlinks", []string{"true", "false"}, []string{`"no"`, "{}"}},
		{"internal_list_limit", []string{"1", "1000"}, []string{"0", "-1", "1001", "1.5", "1e3", `"10"`, "null", "99999999999999999999"}},
		{"backlinks_status_type", []string{`"all"`, `"live"`, `"lost"`}, []string{`"ALL"`, `""`, "1", "null"}},
		{"rank_scale", []string{`"one_hundred"`, `"one_thousand"`}, []string{`"100"`, "100", "null"}},
		{"tag", []string{`""`, `"` + strings.Repeat("ü", 255) + `"`}, []string{`"` + strings.Repeat("x", 256) + `"`, "1", "null"}},
		{"backlinks_filters", []string{
			`["dofollow","=",true]`,
			`[["dofollow","=",true]]`,
			`[["dofollow","=",true],"and",["page_from_rank",">",50]]`,
			`[["dofollow","=",true],"or",[["rank","<=",1.5],"and",["anchor","like","%a%"]]]`,
			`["field_of_tomorrow","has_not","x"]`,
			`["tld_from","in",["com","net"]]`,
			`["tld_from","not_in",["com"]]`,
			`["anchor","regex","` + strings.Repeat("a", 1000) + `"]`,
			list(8),
			`[[` + list(7) + `],"or",["rank","<",5]]`,
		}, []string{
			`[]`, `{}`, `true`, `null`, `"[\"dofollow\",\"=\",true]"`,
			`["dofollow"]`, `["dofollow","="]`, `["dofollow","=",true,1]`, `["dofollow","=",true,"and",1]`, `["","=",true]`, `[1,"=",true]`,
			`["dofollow","==",true]`, `["dofollow","LIKE","x"]`, `["dofollow",1,true]`, `["dofollow","=",null]`, `["dofollow","=",{}]`,
			`[["dofollow","=",true],["rank",">",1]]`,
			`[["dofollow","=",true],"and"]`, `[["dofollow","=",true],"xor",["rank",">",1]]`, `[["dofollow","=",true],1,["rank",">",1]]`,
			`[["dofollow","=",true],"and",["rank"]]`, `[["dofollow","=",true],"and","or"]`,
			`["tld_from","in","com"]`, `["tld_from","in",[]]`, `["rank","not_in",1]`, `["rank","=",[1]]`,
			`["anchor","regex","` + strings.Repeat("a", 1001) + `"]`,
			list(9),
			`[[` + list(8) + `],"or",["rank","<",5]]`,
		}},
	}
	for _, tt := range tests {
		t.Run(tt.field, func(t *testing.T) {
			t.Parallel()
			s := fakeapi.New(fakeapi.Options{})
			for _, value := range tt.valid {
				if _, code := post(s, `[{"target":"a.example","`+tt.field+`":`+value+`}]`).codes(t); code != "20000" {
					t.Errorf("%s: got %s, want 20000", value, code)
				}
			}
			if s.Charged() != len(tt.valid) {
				t.Errorf("got %d charged, want %d", s.Charged(), len(tt.valid))
			}
			for _, value := range tt.invalid {
				got := post(s, `[{"target":"a.example","`+tt.field+`":`+value+`}]`)
				env, task := got.envelope(t), got.task(t, 0)
				if text(env["status_code"]) != "20000" || text(env["tasks_error"]) != "1" || text(env["cost"]) != "0" ||
					text(task["status_code"]) != "40501" || task["status_message"] != "Invalid Field: '"+tt.field+"'." {
					t.Errorf("%s: got %s, want 40501", value, got.body)
				}
			}
			if s.Charged() != len(tt.valid) {
				t.Errorf("got %d charged after invalid calls, want %d", s.Charged(), len(tt.valid))
			}
		})
	}
}

func TestMissingTarget(t *testing.T) {
	t.Parallel()
	for _, body := range []string{`[{}]`, `[{"tag":"x"}]`, `[{"target":null}]`, `[{"target":1}]`, `[{"target":["a.example"]}]`} {
		task := post(fakeapi.New(fakeapi.Options{}), body).task(t, 0)
		if task["status_message"] != "Invalid Field: 'target'." {
			t.Errorf("%s: got %v", body, task)
		}
	}
}
