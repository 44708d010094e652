package dataforseo_test

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"html"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/dataforseo"
	"github.com/dataforseo/terraform-provider-dataforseo/internal/doertest"
	"github.com/dataforseo/terraform-provider-dataforseo/internal/fakeapi"
)

// passwords are difficult to find in a text. Each has ten successive characters that no
// escaping changes.
var passwords = map[string]string{
	"as generated":      "0a1b2c3d4e5f6a7b",
	"escaped in URLs":   "Xq7Zk2Wm9tBn8L/p3 +&=?#%@:;,$",
	"escaped in JSON":   "Xq7Zk2Wm9tBn8L\"\\\b\u2028<>&'",
	"not ASCII":         "Xq7Zk2Wm9tBn8L äß茶🫖",
	"with white space":  "Xq7Zk2Wm9tBn8L  two  and\ttab",
	"with base64 slash": "Xq7Zk2Wm9tBn8L???>>>~~~",
	"long":              strings.Repeat("Xq7Zk2Wm9tBn8L", 30),
	"digits":            "98765432109876543210",
}

const secretLogin = "user@example.com"

// echo has the secrets that a server can send back.
type echo struct{ password, header string }

func (e echo) basic() string { return strings.TrimPrefix(e.header, "Basic ") }

// both returns a text with both secrets.
func (e echo) both() string { return "(Authorization: " + e.header + ", password: " + e.password + ")" }

// leak returns ten characters of the password, or of its part of the header, that text
// contains in any form, "" for none.
func leak(text, password string) string {
	forms := []string{password, base64.StdEncoding.EncodeToString([]byte(secretLogin + ":" + password))[len(secretLogin)*4/3+2:]}
	for _, form := range slices.Clone(forms) {
		forms = append(forms, url.QueryEscape(form), url.PathEscape(form), html.EscapeString(form))
	}
	for _, form := range forms {
		for i := 0; i+10 <= len(form); i++ {
			if strings.Contains(text, form[i:i+10]) {
				return form[i : i+10]
			}
		}
	}
	return ""
}

func quote(text string) string {
	quoted, err := json.Marshal(text)
	if err != nil {
		panic(err)
	}
	return string(quoted)
}

// phpQuote encodes a string as PHP does, in which DataForSEO is written.
func phpQuote(text string) string { return strings.ReplaceAll(quote(text), "/", `\/`) }

// everyEscape encodes a string with only escapes.
func everyEscape(text string) string {
	var b strings.Builder
	for _, unit := range utf16.Encode([]rune(text)) {
		fmt.Fprintf(&b, `\u%04x`, unit)
	}
	return `"` + b.String() + `"`
}

// echoes has the places where an answer can contain a secret.
var echoes = map[string]func(w http.ResponseWriter, e echo){
	"status_message": func(w http.ResponseWriter, e echo) {
		_, _ = io.WriteString(w, `{"status_code":40100,"status_message":`+quote(e.both())+`}`)
	},
	"status_message in PHP": func(w http.ResponseWriter, e echo) {
		_, _ = io.WriteString(w, `{"status_code":40100,"status_message":`+phpQuote(e.both())+`}`)
	},
	"status_message in escapes": func(w http.ResponseWriter, e echo) {
		_, _ = io.WriteString(w, `{"status_code":40100,"status_message":`+everyEscape(e.both())+`}`)
	},
	"status_message, at the cut": func(w http.ResponseWriter, e echo) {
		_, _ = io.WriteString(w, `{"status_code":50000,"status_message":`+quote(strings.Repeat("x", 487)+" "+e.password)+`}`)
	},
	"status_message, base64 at the cut": func(w http.ResponseWriter, e echo) {
		_, _ = io.WriteString(w, `{"status_code":50000,"status_message":`+quote(strings.Repeat("x", 465)+e.basic())+`}`)
	},
	"every text of the envelope": func(w http.ResponseWriter, e echo) {
		s := quote(e.both())
		_, _ = io.WriteString(w, `{"version":`+s+`,"status_code":20000,"status_message":`+s+`,"time":`+s+`,"cost":0.5,"tasks":[{"id":`+s+
			`,"status_code":40501,"status_message":`+s+`,"time":`+s+`,"path":[`+s+`],"data":{"tag":`+s+`,"a":[{"b":`+s+`}]},"result":[`+s+`]},{"id":`+s+`}]}`)
	},
	"a success": func(w http.ResponseWriter, e echo) {
		s := quote(e.both())
		_, _ = io.WriteString(w, `{"version":`+s+`,"status_code":20000,"status_message":`+s+`,"tasks":[{"id":`+s+`,"status_code":20000,"result_count":1,"data":{"tag":`+s+
			`},"result":[{"target":`+s+`,"rank":371,"info":{"server":`+s+`,"platform_type":[`+s+`]}}]}]}`)
	},
	"a success with a string for a number": func(w http.ResponseWriter, e echo) {
		_, _ = io.WriteString(w, `{"status_code":20000,"cost":0.5,"time":[`+quote(e.both())+`],"tasks":[{"status_code":20000,"result":[{"rank":`+quote(strings.Repeat("x", 105)+e.password)+`}]}]}`)
	},
	"another target": func(w http.ResponseWriter, e echo) {
		_, _ = io.WriteString(w, `{"status_code":20000,"cost":0.5,"tasks":[{"status_code":20000,"data":{"target":`+quote(strings.Repeat("x", 105)+e.password)+`},"result":null}]}`)
	},
	"a task id": func(w http.ResponseWriter, e echo) {
		_, _ = io.WriteString(w, `{"status_code":20000,"tasks":[{"id":`+quote(e.both())+`,"status_code":40501}]}`)
	},
	"a status that is a string": func(w http.ResponseWriter, e echo) {
		_, _ = io.WriteString(w, `{"status_code":`+quote(e.both())+`}`)
	},
	"an answer without a task": func(w http.ResponseWriter, e echo) {
		_, _ = io.WriteString(w, `{"status_code":20000,"status_message":`+quote(e.both())+`,"tasks":[]}`)
	},
	"an error page": func(w http.ResponseWriter, e echo) {
		w.WriteHeader(http.StatusBadGateway)
		_, _ = io.WriteString(w, "<pre>"+e.both()+"</pre>")
	},
	"an error page, escaped": func(w http.ResponseWriter, e echo) {
		w.WriteHeader(http.StatusBadGateway)
		_, _ = io.WriteString(w, "<pre>"+html.EscapeString(e.both())+"</pre><a href=\"?"+url.QueryEscape(e.password)+"\"><a href=\"/"+url.PathEscape(e.password)+"\">")
	},
	"an error page after white space": func(w http.ResponseWriter, e echo) {
		_, _ = io.WriteString(w, strings.Repeat("\n", 64*120-15)+e.password)
	},
	"an error page, at the cut": func(w http.ResponseWriter, e echo) {
		_, _ = io.WriteString(w, strings.Repeat("x", 105)+e.password)
	},
	"an error page, base64 at the cut": func(w http.ResponseWriter, e echo) {
		_, _ = io.WriteString(w, strings.Repeat("x", 80)+e.basic())
	},
	"JSON that ends in the password": func(w http.ResponseWriter, e echo) {
		_, _ = io.WriteString(w, `{"status_code":40100,"status_message":"password `+e.password[:14])
	},
	"JSON that ends in the header": func(w http.ResponseWriter, e echo) {
		_, _ = io.WriteString(w, `{"status_code":40100,"status_message":"`+e.header[:len(e.header)-3])
	},
	"a connection that breaks in the header": func(w http.ResponseWriter, e echo) {
		w.Header().Set("Content-Length", "1000")
		_, _ = io.WriteString(w, `{"status_code":40100,"status_message":"`+e.header[:len(e.header)-3])
	},
	"Content-Type": func(w http.ResponseWriter, e echo) {
		w.Header().Set("Content-Type", "text/html; a="+e.password+"; b="+e.header)
	},
	"Content-Type, at the cut": func(w http.ResponseWriter, e echo) {
		w.Header().Set("Content-Type", strings.Repeat("x", 105)+e.password)
		w.WriteHeader(http.StatusForbidden)
	},
	"Location, path": func(w http.ResponseWriter, e echo) {
		w.Header().Set("Location", (&url.URL{Scheme: "https", Host: "example.com", Path: "/" + e.password + "/" + e.basic()}).String())
		w.WriteHeader(http.StatusFound)
	},
	"Location, escaped path": func(w http.ResponseWriter, e echo) {
		w.Header().Set("Location", "/"+url.PathEscape(e.password)+"/"+url.PathEscape(e.header))
		w.WriteHeader(http.StatusFound)
	},
	"Location, query and user": func(w http.ResponseWriter, e echo) {
		w.Header().Set("Location", "https://"+url.UserPassword("u", e.password).String()+"@example.com/?a="+url.QueryEscape(e.both())+"#"+url.PathEscape(e.password))
		w.WriteHeader(http.StatusFound)
	},
	"Location, invalid": func(w http.ResponseWriter, e echo) {
		w.Header().Set("Location", "https://"+e.password+"%zz/"+e.header)
		w.WriteHeader(http.StatusFound)
	},
	"a status line": func(w http.ResponseWriter, e echo) {
		answerRaw(w, "HTTP/1.1 x"+e.header+" "+e.password+"\r\n\r\n")
	},
	"no HTTP": func(w http.ResponseWriter, e echo) {
		answerRaw(w, e.header+"\r\n"+e.password+"\r\n\r\n")
	},
	"an invalid header": func(w http.ResponseWriter, e echo) {
		answerRaw(w, "HTTP/1.1 200 OK\r\n"+e.header+" "+e.password+"\r\n\r\n")
	},
}

// TestSecretsDoNotLeak checks that no failure, reply, notice or log entry contains a secret
// that the server sent back.
func TestSecretsDoNotLeak(t *testing.T) {
	t.Parallel()
	for kind, password := range passwords {
		for place, answer := range echoes {
			t.Run(kind+"/"+place, func(t *testing.T) {
				t.Parallel()
				base := serve(t, func(w http.ResponseWriter, r *http.Request) {
					_, _ = io.Copy(io.Discard, r.Body)
					answer(w, echo{password, r.Header.Get("Authorization")})
				})
				var log logRecorder
				transport := newTransport(t, base, func(o *dataforseo.TransportOptions) {
					o.Login, o.Password, o.Log = secretLogin, password, log.Log
				})
				reply, failure := transport.Do(t.Context(), summaryCall("example.com"))
				if isSuccess := strings.HasPrefix(place, "a success"); (failure == nil) != isSuccess {
					t.Fatalf("got %v", failure)
				}
				for what, text := range map[string]string{
					"the failure":         fmt.Sprintf("%+v", failure),
					"the failure as JSON": asJSON(t, failure),
					"the reply":           asJSON(t, reply),
					"the notices":         noticesOf(t, reply),
					"the body":            bodyOf(reply),
					"the log":             log.String(),
				} {
					if part := leak(text, password); part != "" {
						t.Errorf("%s contains %q:\n%.2000s", what, part, text)
					}
				}
			})
		}
	}
}

// noticesOf returns the notices about a reply.
func noticesOf(t *testing.T, reply *dataforseo.Reply) string {
	t.Helper()
	if reply == nil {
		return ""
	}
	client := dataforseo.NewClient(doertest.Func(func(context.Context, *dataforseo.Call) (*dataforseo.Reply, *dataforseo.Failure) { return reply, nil }))
	answer, failure := client.BacklinksSummary(t.Context(), dataforseo.BacklinksSummaryRequest{Target: "example.com"})
	if failure != nil {
		t.Fatal(failure)
	}
	return fmt.Sprint(answer.Notices)
}

// asJSON returns a value as JSON, followed by its strings without escapes.
func asJSON(t *testing.T, v any) string {
	t.Helper()
	encoded, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(encoded) + decodedStrings(encoded)
}

// decodedStrings returns every string in a JSON value, without escapes.
func decodedStrings(encoded []byte) string {
	var b strings.Builder
	decoder := json.NewDecoder(strings.NewReader(string(encoded)))
	for {
		token, err := decoder.Token()
		if err != nil {
			return b.String()
		}
		fmt.Fprintln(&b, token)
	}
}

func bodyOf(reply *dataforseo.Reply) string {
	if reply == nil {
		return ""
	}
	return string(reply.Body) + decodedStrings(reply.Body)
}

// TestRedactionChangesNothingElse checks that numbers and field names that look like the
// password stay, and that an answer without a secret stays the same.
func TestRedactionChangesNothingElse(t *testing.T) {
	t.Parallel()
	request := func(password, body, target string) *dataforseo.Reply {
		transport := newTransport(t, "https://api.test", func(o *dataforseo.TransportOptions) {
			o.Password, o.RoundTripper = password, answering{status: 200, body: body}
		})
		reply, failure := transport.Do(t.Context(), summaryCall(target))
		if failure != nil {
			t.Fatal(failure)
		}
		return reply
	}
	body := string(fakeapi.RecordedOK.Bytes())
	if got := string(request("fake-password", body, "explodingtopics.com").Body); got != strings.TrimSpace(body) {
		t.Errorf("got\n%s\nwant the answer unchanged", got)
	}
	for _, password := range []string{"1", "20000", "38786", "rank", "target", "referring_pages", `"`, ":", "{"} {
		reply := request(password, body, "explodingtopics.com")
		for _, part := range []string{`"referring_pages": 38786,`, `"rank": 371,`, `"target":`} {
			if !strings.Contains(string(reply.Body), part) {
				t.Errorf("password %q: got %s, want %s in it", password, reply.Body, part)
			}
		}
	}
	escaped := success("1", `[{"target":"a\/b \u00e4 \"c\" \\","info":{"server":"p\u0061ss","cms":"\u0022pass\u0022"}}]`).body
	want := strings.NewReplacer(`p\u0061ss`, "***", `\u0022pass\u0022`, `\"***\"`).Replace(escaped)
	if got := string(request("pass", escaped, "example.com").Body); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestSecrets(t *testing.T) {
	t.Parallel()
	if got := dataforseo.Secrets("user", ""); got != nil {
		t.Errorf("without a password: got %q, want nil", got)
	}
	got := dataforseo.Secrets("user", "0a1b2c3d4e5f6a7b")
	if diff := cmp.Diff([]string{"dXNlcjowYTFiMmMzZDRlNWY2YTdi", "0a1b2c3d4e5f6a7b"}, got); diff != "" {
		t.Errorf("as generated: (-want +got)\n%s", diff)
	}
	got = dataforseo.Secrets("u", `a/b "c" <&>?`)
	want := []string{
		`a/b &#34;c&#34; &lt;&amp;&gt;?`,
		`a%2Fb%20%22c%22%20%3C&%3E%3F`,
		`a%2Fb+%22c%22+%3C%26%3E%3F`,
		`a/b%20%22c%22%20%3C&%3E%3F`,
		`dTphL2IgImMiIDwmPj8`,
		`a\/b \"c\" <&>?`,
		`a/b \"c\" <&>?`,
		`a/b "c" <&>?`,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

// TestWrappedSecret checks that a secret with a line break in it does not appear when an
// excerpt replaces white space.
func TestWrappedSecret(t *testing.T) {
	t.Parallel()
	transport := newTransport(t, "https://api.test", func(o *dataforseo.TransportOptions) {
		o.Password = "correct horse battery"
		o.RoundTripper = answering{status: 200, body: "The password is correct\n  horse\tbattery."}
	})
	_, failure := transport.Do(t.Context(), summaryCall("example.com"))
	const want = "the answer cannot be used: it is not JSON: invalid character 'T' looking for beginning of value at byte 1 (Content-Type application/json, begins with The password is ***.)"
	if failure == nil || failure.Cause != want {
		t.Errorf("got\n%v\nwant\n%s", failure, want)
	}
}
