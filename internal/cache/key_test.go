package cache_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"net/url"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/dataforseo"
	"github.com/dataforseo/terraform-provider-dataforseo/internal/fakeapi"
)

// setField gives a field of a request a value that is not its own.
func setField(t *testing.T, request *dataforseo.BacklinksSummaryRequest, index int) {
	t.Helper()
	field := reflect.ValueOf(request).Elem().Field(index)
	switch field.Interface().(type) {
	case string:
		field.SetString("b.example")
	case json.RawMessage:
		field.SetBytes([]byte(`["dofollow","=",true]`))
	case *string, *int64, *bool, *time.Duration:
		field.Set(reflect.New(field.Type().Elem())) // a zero is not a default of the API
	default:
		t.Fatalf("what is another value of a %s?", field.Type())
	}
}

// TestKey_request: every field of a request, fields to come included, is part of
// what an answer is kept under, but for those that change nothing in it.
func TestKey_request(t *testing.T) {
	t.Parallel()
	changesNothing := map[string]bool{"Tag": true, "MaxAge": true}
	for i, field := range reflect.VisibleFields(reflect.TypeFor[dataforseo.BacklinksSummaryRequest]()) {
		directory, request := t.TempDir(), dataforseo.BacklinksSummaryRequest{Target: "a.example"}
		ask(t, process(t, new(api), directory), callOf(t, request))
		setField(t, &request, i)
		ask(t, process(t, new(api), directory), callOf(t, request))
		want := 2
		if changesNothing[field.Name] {
			want = 1
		}
		if got := len(filesIn(t, directory, "*.answer")); got != want {
			t.Errorf("%s: %d entries, want %d", field.Name, got, want)
		}
	}
}

// TestKey_values: one value is not another, and a request is not told apart by who
// made it or when.
func TestKey_values(t *testing.T) {
	t.Parallel()
	no, eleven := false, int64(11)
	a, directory := new(api), t.TempDir()
	for n, request := range []dataforseo.BacklinksSummaryRequest{
		{Target: "a.example"},
		{Target: "A.example"},
		{Target: "a.example/"},
		{Target: `a.example","tag":"x`},
		{Target: "a.example", IncludeSubdomains: &no},
		{Target: "a.example", IncludeIndirectLinks: &no},
		{Target: "a.example", InternalListLimit: &eleven},
		{Target: "a.example", BacklinksFilters: json.RawMessage(`["rank",">",1]`)},
		{Target: "a.example", BacklinksFilters: json.RawMessage(`["rank",">",1.0]`)},
	} {
		for _, fromCache := range []bool{false, true} {
			wantReply(t, ask(t, process(t, a, directory), callOf(t, request)), n+1, fromCache)
		}
	}
}

// TestKey_defaults: an argument that only spells out the API's default does not make
// another request. What is sent has it all the same.
func TestKey_defaults(t *testing.T) {
	t.Parallel()
	yes, ten, live, thousand := true, int64(10), "live", "one_thousand"
	a, directory := new(api), t.TempDir()
	ask(t, process(t, a, directory), callFor(t, "a.example"))
	for argument, request := range map[string]dataforseo.BacklinksSummaryRequest{
		"include_subdomains":         {IncludeSubdomains: &yes},
		"include_indirect_links":     {IncludeIndirectLinks: &yes},
		"exclude_internal_backlinks": {ExcludeInternalBacklinks: &yes},
		"internal_list_limit":        {InternalListLimit: &ten},
		"backlinks_status_type":      {BacklinksStatusType: &live},
		"rank_scale":                 {RankScale: &thousand},
	} {
		request.Target = "a.example"
		call := callOf(t, request)
		if wantReply(t, ask(t, process(t, a, directory), call), 1, true); !strings.Contains(string(call.Body), argument) {
			t.Errorf("%s is not in %s", argument, call.Body)
		}
	}
}

// TestKey_place: two accounts, the sandbox and the API, and two endpoints never
// share an answer, nor do parts that read the same one after the other. Names do not
// tell which answers belong to one account.
func TestKey_place(t *testing.T) {
	t.Parallel()
	type place struct{ baseURL, login, method, path, key string }
	places := []place{
		{dataforseo.DefaultBaseURL, "a", http.MethodPost, "/p", "k"},
		{dataforseo.SandboxBaseURL, "a", http.MethodPost, "/p", "k"},
		{dataforseo.DefaultBaseURL + ":8443", "a", http.MethodPost, "/p", "k"},
		{dataforseo.DefaultBaseURL, "b", http.MethodPost, "/p", "k"},
		{dataforseo.DefaultBaseURL, "", http.MethodPost, "/p", "k"},
		{dataforseo.DefaultBaseURL, "A", http.MethodPost, "/p", "k"},
		{dataforseo.DefaultBaseURL, "a", http.MethodGet, "/p", "k"},
		{dataforseo.DefaultBaseURL, "a", http.MethodPost, "/q", "k"},
		{dataforseo.DefaultBaseURL, "a", http.MethodPost, "/p", "l"},
		{dataforseo.DefaultBaseURL, "a", http.MethodPost, "/pk", ""},
		{dataforseo.DefaultBaseURL, "a", http.MethodPost, "", "/pk"},
		{dataforseo.DefaultBaseURL + http.MethodPost, "a", "", "/p", "k"},
		{dataforseo.DefaultBaseURL, "a", http.MethodPost, "/p,1:k", ""},
	}
	a, directory := new(api), t.TempDir()
	do := func(p place) *dataforseo.Reply {
		call := callFor(t, "a.example")
		call.Endpoint, call.CacheKey = &dataforseo.Endpoint{Method: p.method, Path: p.path}, []byte(p.key)
		return ask(t, process(t, a, directory, baseURL(p.baseURL), account(p.login, password)), call)
	}
	for i, p := range places {
		wantReply(t, do(p), i+1, false)
	}
	for i, p := range places {
		wantReply(t, do(p), i+1, true)
	}
	wantOnlyEntries(t, directory, len(places))
	seen := map[string]string{}
	for _, path := range filesIn(t, directory, "*") {
		_, account, _ := strings.Cut(filepath.Base(path), "-")
		if other, ok := seen[account]; ok {
			t.Errorf("%s and %s", other, path)
		}
		seen[account] = path
	}
}

// spellings returns forms in which a text can be found again.
func spellings(text string) []string {
	quoted, _ := json.Marshal(text) // a string can always be encoded
	sum := sha256.Sum256([]byte(text))
	forms := []string{
		text, url.QueryEscape(text), strings.Trim(string(quoted), `"`), strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(text),
		hex.EncodeToString([]byte(text)), hex.EncodeToString(sum[:])[:32],
	}
	// In base64 a text looks different depending on where it stands. The first and the
	// last digits also depend on what stands before and after.
	for shift := range 3 {
		for _, encoding := range []*base64.Encoding{base64.RawStdEncoding, base64.RawURLEncoding} {
			whole := encoding.EncodeToString(append(bytes.Repeat([]byte{'x'}, shift), text...))
			forms = append(forms, whole[(shift*8+5)/6:len(text)*8/6])
		}
	}
	return forms
}

// TestSecrets: no name and no file holds the login or the password, nor, though a
// proxy echoes all of it in an answer that succeeds, the password or what the
// Authorization header is made of. The login in such an echo is not hidden.
func TestSecrets(t *testing.T) {
	t.Parallel()
	const login, password = `anne+"<s>"@müller-example.com`, `p"a/ss\wörd+&<0>:?#=`
	for name, c := range map[string]struct {
		fault  fakeapi.Fault
		echoed bool
	}{
		"ordinary":       {fakeapi.OK, false},
		"echoed":         {fakeapi.OK.EchoAuthorization(), true},
		"echoed no data": {fakeapi.NoData().EchoAuthorization(), true},
		"failure":        {fakeapi.Code(50000).EchoAuthorization(), false},
	} {
		inBubble(t, name, func(t *testing.T) {
			server, transport := newFakeTransport(t, fakeapi.Options{Login: login, Password: password})
			server.OnAny(c.fault, fakeapi.OK)
			directory := t.TempDir()
			kept := process(t, transport, directory, account(login, password))
			_, _ = kept.Do(t.Context(), callFor(t, "a.example"))
			ask(t, kept, callFor(t, "b.example"))
			secrets := append(spellings(password), spellings(login+":"+password)...)
			if !c.echoed {
				secrets = append(secrets, spellings(login)...)
			}
			for _, path := range filesIn(t, directory, "*") {
				text := filepath.Base(path) + string(readFile(t, path))
				for _, secret := range secrets {
					if strings.Contains(strings.ToLower(text), strings.ToLower(secret)) {
						t.Errorf("%q is in %s", secret, text)
					}
				}
			}
			wantOnlyEntries(t, directory, len(filesIn(t, directory, "*.answer")))
		})
	}
}

// TestSecrets_search: the search finds what it looks for, wherever it stands.
func TestSecrets_search(t *testing.T) {
	t.Parallel()
	const secret = "p\"a/ss\\wörd+&<0>:?#="
	for before := range 3 {
		text := []byte(strings.Repeat("y", before) + secret + "zz")
		for i, encoded := range []string{base64.StdEncoding.EncodeToString(text), base64.URLEncoding.EncodeToString(text)} {
			if spelling := spellings(secret)[6+2*before+i]; !strings.Contains(encoded, spelling) {
				t.Errorf("%s is not in %s", spelling, encoded)
			}
		}
	}
}
