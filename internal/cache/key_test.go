package cache_test

import (
	"bytes"
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base32"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"io/fs"
	"net/http"
	"net/url"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"github.com/jonboulle/clockwork"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/cache"
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
		field.Set(reflect.New(field.Type().Elem())) // even a zero is not the API's own default
	default:
		t.Fatalf("what is another value of a %s?", field.Type())
	}
}

// TestKey_request: every field of a request, fields to come included, is part of
// what an answer is kept under, but for those that change nothing in it.
func TestKey_request(t *testing.T) {
	t.Parallel()
	changesNothing := map[string]bool{"Tag": true, "MaxAge": true}
	requests := reflect.TypeFor[dataforseo.BacklinksSummaryRequest]()
	for i := range requests.NumField() {
		clock, directory := clockwork.NewFakeClockAt(epoch), t.TempDir()
		api := newAPI(clock)
		request := dataforseo.BacklinksSummaryRequest{Target: "a.example"}
		ask(t, process(api, directory, clock), callOf(t, request))
		setField(t, &request, i)
		ask(t, process(api, directory, clock), callOf(t, request))
		want := 2
		if changesNothing[requests.Field(i).Name] {
			want = 1
		}
		if got := len(filesIn(t, directory, "*.answer")); got != want {
			t.Errorf("%s: %d entries, want %d", requests.Field(i).Name, got, want)
		}
	}
}

// TestKey_values: one value is not another, and a request is not told apart by who
// made it or when.
func TestKey_values(t *testing.T) {
	t.Parallel()
	yes, no, ten, eleven := true, false, int64(10), int64(11)
	clock, directory := clockwork.NewFakeClockAt(epoch), t.TempDir()
	api := newAPI(clock)
	for n, request := range []dataforseo.BacklinksSummaryRequest{
		{Target: "a.example"},
		{Target: "A.example"},
		{Target: "a.example/"},
		{Target: `a.example","tag":"x`},
		{Target: "a.example", IncludeSubdomains: &yes},
		{Target: "a.example", IncludeSubdomains: &no},
		{Target: "a.example", IncludeIndirectLinks: &yes},
		{Target: "a.example", InternalListLimit: &ten},
		{Target: "a.example", InternalListLimit: &eleven},
		{Target: "a.example", BacklinksFilters: json.RawMessage(`["rank",">",1]`)},
		{Target: "a.example", BacklinksFilters: json.RawMessage(`["rank",">",1.0]`)},
	} {
		for _, fromCache := range []bool{false, true} {
			wantReply(t, ask(t, process(api, directory, clock), callOf(t, request)), n+1, fromCache)
		}
	}
}

// TestKey_place: two accounts, the sandbox and the API, and two endpoints never
// share an answer, nor do parts that read the same one after the other.
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
	clock, directory := clockwork.NewFakeClockAt(epoch), t.TempDir()
	api := newAPI(clock)
	do := func(p place) *dataforseo.Reply {
		call := callFor(t, "a.example")
		call.Method, call.Path, call.Key = p.method, p.path, []byte(p.key)
		return ask(t, process(api, directory, clock, func(o *cache.Options) { o.BaseURL, o.Login = p.baseURL, p.login }), call)
	}
	for i, p := range places {
		wantReply(t, do(p), i+1, false)
	}
	for i, p := range places {
		wantReply(t, do(p), i+1, true)
	}
	wantOnlyEntries(t, directory, len(places))
}

// TestKey_accountsHaveNothingInCommon: names do not tell which answers belong to one
// account.
func TestKey_accountsHaveNothingInCommon(t *testing.T) {
	t.Parallel()
	clock, directory := clockwork.NewFakeClockAt(epoch), t.TempDir()
	api := newAPI(clock)
	seen := map[string]string{}
	for _, target := range []string{"a.example", "b.example", "c.example"} {
		ask(t, process(api, directory, clock), callFor(t, target))
	}
	for _, path := range filesIn(t, directory, "*.answer") {
		_, account, _ := strings.Cut(filepath.Base(path), "-")
		if other, ok := seen[account]; ok {
			t.Errorf("%s and %s", other, path)
		}
		seen[account] = path
	}
}

// spellings returns forms in which a text can be found again.
func spellings(text string) map[string]string {
	forms := map[string]string{
		"as it is":        text,
		"escaped in URLs": url.QueryEscape(text),
		"quoted":          quoted(text, true),
		"quoted for JSON": quoted(text, false),
		"hexadecimal":     hex.EncodeToString([]byte(text)),
		"base32":          strings.TrimRight(base32.StdEncoding.EncodeToString([]byte(text)), "="),
		"backwards":       backwards(text),
		"UTF-16":          utf16Of(text),
		"SHA-256":         hexOf(sha256.Sum256([]byte(text)))[:32],
		"SHA-1":           hexOf(sha1.Sum([]byte(text)))[:32],
		"MD5":             hexOf(md5.Sum([]byte(text))),
	}
	// In base64 a text looks different depending on where it stands.
	for shift, name := range []string{"base64", "base64, second place", "base64, third place"} {
		for suffix, encoding := range map[string]*base64.Encoding{"": base64.RawStdEncoding, " for URLs": base64.RawURLEncoding} {
			whole := encoding.EncodeToString(append(bytes.Repeat([]byte{'x'}, shift), text...))
			// The first and the last digits also depend on what stands before and after.
			forms[name+suffix] = whole[(shift*8+5)/6 : len(text)*8/6]
		}
	}
	return forms
}

func quoted(text string, escapeHTML bool) string {
	var b strings.Builder
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(escapeHTML)
	_ = encoder.Encode(text) // a string can always be encoded
	return strings.Trim(b.String(), "\"\n")
}

func backwards(text string) string {
	runes := []rune(text)
	for i, j := 0, len(runes)-1; i < j; i, j = i+1, j-1 {
		runes[i], runes[j] = runes[j], runes[i]
	}
	return string(runes)
}

func utf16Of(text string) string {
	var b []byte
	for _, unit := range utf16.Encode([]rune(text)) {
		b = append(b, byte(unit), byte(unit>>8))
	}
	return string(b)
}

func hexOf[T [16]byte | [20]byte | [32]byte](sum T) string {
	switch sum := any(sum).(type) {
	case [16]byte:
		return hex.EncodeToString(sum[:])
	case [20]byte:
		return hex.EncodeToString(sum[:])
	case [32]byte:
		return hex.EncodeToString(sum[:])
	}
	return ""
}

// TestSecrets: no name and no file holds the login or the password, nor, though a
// proxy echoes all of it in an answer that succeeds, the password or what the
// Authorization header is made of. The login in such an echo is not hidden.
func TestSecrets(t *testing.T) {
	t.Parallel()
	const account, password = `anne+"<s>"@müller-example.com`, `p"a/ss\wörd+&<0>:?#=`
	for name, c := range map[string]struct {
		fault  fakeapi.Fault
		echoed bool
	}{
		"ordinary":       {fakeapi.OK, false},
		"no data":        {fakeapi.NoData(), false},
		"echoed":         {fakeapi.OK.EchoAuthorization(), true},
		"echoed no data": {fakeapi.NoData().EchoAuthorization(), true},
		"failure":        {fakeapi.Code(50000).EchoAuthorization(), false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := fakeapi.Start(t, fakeapi.Options{Login: account, Password: password})
			server.OnAny(c.fault, fakeapi.OK)
			directory := filepath.Join(t.TempDir(), "cache")
			base, err := url.Parse(server.URL)
			must(t, err)
			transport := dataforseo.NewTransport(dataforseo.TransportOptions{BaseURL: base, Login: account, Password: password})
			t.Cleanup(transport.Close)
			kept := process(transport, directory, clockwork.NewRealClock(), func(o *cache.Options) { o.BaseURL, o.Login = server.URL, account })
			_, _ = kept.Do(t.Context(), callFor(t, "a.example"))
			ask(t, kept, callFor(t, "b.example"))
			for text, whose := range map[string]string{
				account: "the login", password: "the password", account + ":" + password: "the credentials",
			} {
				if c.echoed && text == account {
					continue
				}
				for form, spelling := range spellings(text) {
					wantNowhere(t, directory, whose+", "+form, spelling)
				}
			}
		})
	}
}

// wantNowhere looks for a text in all names and all bytes below a directory.
func wantNowhere(t *testing.T, directory, what, text string) {
	t.Helper()
	if len(text) < 4 {
		t.Fatalf("%s: %q would be found anywhere", what, text)
	}
	files := 0
	must(t, filepath.WalkDir(directory, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name, content := entry.Name(), []byte(nil)
		if !entry.IsDir() {
			files++
			content = readFile(t, path)
		}
		if strings.Contains(strings.ToLower(name), strings.ToLower(text)) || bytes.Contains(content, []byte(text)) {
			t.Errorf("%s: %q is in %s\n%s", what, text, name, content)
		}
		return nil
	}))
	if files == 0 {
		t.Fatal("nothing to look at")
	}
}

// TestSecrets_search: the search finds what it looks for, wherever it stands.
func TestSecrets_search(t *testing.T) {
	t.Parallel()
	const secret = "p\"a/ss\\wörd+&<0>:?#="
	for before := range 3 {
		text := strings.Repeat("y", before) + secret + "zz"
		encoded := base64.StdEncoding.EncodeToString([]byte(text)) + base64.URLEncoding.EncodeToString([]byte(text))
		for _, form := range [][]string{{"base64", "base64 for URLs"}, {"base64, second place", "base64, second place for URLs"}, {"base64, third place", "base64, third place for URLs"}}[before] {
			if spelling := spellings(secret)[form]; !strings.Contains(encoded, spelling) {
				t.Errorf("%s: %s is not in %s", form, spelling, encoded)
			}
		}
	}
}
