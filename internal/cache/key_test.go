package cache_test

import (
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

// setField changes a field of a request.
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
		t.Fatalf("setField does not support %s", field.Type())
	}
}

// TestKey_request checks that each field of a request, including future ones, is part of the
// key, except those that do not affect the answer.
func TestKey_request(t *testing.T) {
	t.Parallel()
	ignored := map[string]bool{"Tag": true, "MaxAge": true}
	for i, field := range reflect.VisibleFields(reflect.TypeFor[dataforseo.BacklinksSummaryRequest]()) {
		directory, request := t.TempDir(), dataforseo.BacklinksSummaryRequest{Target: "a.example"}
		mustDo(t, process(t, new(api), directory), callOf(t, request))
		setField(t, &request, i)
		mustDo(t, process(t, new(api), directory), callOf(t, request))
		want := 2
		if ignored[field.Name] {
			want = 1
		}
		if got := len(filesIn(t, directory, "*.answer")); got != want {
			t.Errorf("%s: got %d entries, want %d", field.Name, got, want)
		}
	}
}

// TestKey_values checks that requests with different values have different keys, and that
// the key of a request is the same in each process.
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
			wantReply(t, mustDo(t, process(t, a, directory), callOf(t, request)), n+1, fromCache)
		}
	}
}

// TestKey_defaults checks that an argument with the API's default is not part of the key. It
// is still sent.
func TestKey_defaults(t *testing.T) {
	t.Parallel()
	yes, ten, live, thousand := true, int64(10), "live", "one_thousand"
	a, directory := new(api), t.TempDir()
	mustDo(t, process(t, a, directory), callFor(t, "a.example"))
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
		if wantReply(t, mustDo(t, process(t, a, directory), call), 1, true); !strings.Contains(string(call.Body), argument) {
			t.Errorf("%s is not in %s", argument, call.Body)
		}
	}
}

// TestKey_endpoint checks that base URL, account and endpoint are parts of the key, which never
// collide by concatenation, and that names do not reveal which entries belong to one account.
func TestKey_endpoint(t *testing.T) {
	t.Parallel()
	type endpoint struct{ baseURL, login, method, path, key string }
	endpoints := []endpoint{
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
	do := func(e endpoint) *dataforseo.Reply {
		call := callFor(t, "a.example")
		call.Endpoint, call.CacheKey = &dataforseo.Endpoint{Method: e.method, Path: e.path}, []byte(e.key)
		return mustDo(t, process(t, a, directory, baseURL(e.baseURL), account(e.login, password)), call)
	}
	for _, fromCache := range []bool{false, true} {
		for i, e := range endpoints {
			wantReply(t, do(e), i+1, fromCache)
		}
	}
	wantOnlyEntries(t, directory, len(endpoints))
	seen := map[string]string{}
	for _, path := range filesIn(t, directory, "*") {
		_, account, _ := strings.Cut(filepath.Base(path), "-")
		if other, ok := seen[account]; ok {
			t.Errorf("%s and %s have the same account", other, path)
		}
		seen[account] = path
	}
}

// spellings returns encodings of a text.
func spellings(text string) []string {
	quoted, _ := json.Marshal(text) // a string can always be encoded
	sum := sha256.Sum256([]byte(text))
	return []string{
		text, url.QueryEscape(text), strings.Trim(string(quoted), `"`), strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(text),
		hex.EncodeToString([]byte(text)), hex.EncodeToString(sum[:])[:32],
		base64.RawStdEncoding.EncodeToString([]byte(text)), base64.RawURLEncoding.EncodeToString([]byte(text)),
	}
}

// TestSecrets checks that no file name contains the login or the password, and that no file
// contains the password or the Authorization header, even if a proxy echoes the header in an
// answer. Such an echo may contain the login.
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
			doer := process(t, transport, directory, account(login, password))
			_, _ = doer.Do(t.Context(), callFor(t, "a.example"))
			mustDo(t, doer, callFor(t, "b.example"))
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
