package dataforseo

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"math/big"
	"net/http"
	"net/url"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/fakeapi"
)

const fuzzPassword = "0a1b2c3d4e5f6a7b"

// FuzzResponse checks the outcome of any response.
func FuzzResponse(f *testing.F) {
	recorded, err := filepath.Glob("../fakeapi/answers/response-*.json")
	if err != nil || len(recorded) == 0 {
		f.Fatal("no recorded answers", err)
	}
	names := fakeapi.Cases()
	for _, name := range recorded {
		names = append(names, fakeapi.Recording(filepath.Base(name)))
	}
	for _, name := range names {
		for _, status := range []uint16{200, 500} {
			f.Add(status, "application/json", "", name.Bytes())
		}
	}
	for _, body := range contradictoryAnswers {
		f.Add(uint16(200), "application/json; charset=utf-8", "", []byte(body))
	}
	f.Add(uint16(302), "text/html", "https://user:"+fuzzPassword+"@example.com/?a", []byte("<html>"))
	f.Add(uint16(302), "text/html", "%zz", []byte("Moved"))
	f.Add(uint16(503), "\x1b[31m", "\x00", []byte("\xff\x00"+fuzzPassword))
	f.Fuzz(func(t *testing.T, status uint16, contentType, location string, body []byte) {
		reply, failure := answerTo(status, contentType, location, body)
		var envelope *Envelope
		var charges Charges
		if failure != nil {
			checkFailure(t, reply, failure)
			envelope, charges = failure.Envelope, failure.Charges
		} else {
			checkReply(t, status, body, reply)
			envelope, charges = reply.Envelope, reply.Charges
		}
		checkCost(t, body, envelope, charges)
	})
}

// contradictoryAnswers contradict themselves or the documentation.
var contradictoryAnswers = []string{
	"", "null", "[]", "{}", "0", `"`, "\ufeff{}", `{"status_code":20000}`, `{"status_code":0}`, `{"status_code":20000,"tasks":[null]}`,
	`{"status_code":20000,"tasks":[{"status_code":0,"result":[{}]}]}`,
	`{"status_code":20000,"tasks":[{"status_code":20000,"result_count":1,"result":null}]}`,
	`{"status_code":20000,"tasks":[{"status_code":20000,"result_count":0,"result":[null]}]}`,
	`{"status_code":20000,"tasks":[{"status_code":20000,"result":[{"rank":1e3,"rank":null,"Backlinks":7.0}]}]}`,
	`{"status_code":20000,"tasks":[{"status_code":20000,"result":[{"rank":1e-1000000,"info":{"is_ip":null}}]}]}`,
	`{"status_code":20000,"tasks":[{"status_code":20000,"result":[{"referring_links_tld":{"":null,"com":9007199254740993}}]}]}`,
	`{"status_code":40501,"status_message":"Invalid Field: 'target'."}`,
	`{"status_code":50000,"status_message":"` + fuzzPassword + `\u0000\u001b"}`,
	`{"status_code":20000,"tasks":[{"status_code":"` + fuzzPassword + `"}]}`,
	`{"status_code":20000,"":["x"],"cost":"0.5","tasks":{"":[1],"cost":1e2,"status_code":"2e4","result":{"rank":"7","r\u0061nk":8,"backlinks":"7"}}}`,
	`{"cost":-1,"tasks":[{"cost":0.5}]} {"cost":2}`, "\ufeff\n{\"cost\":1,\"cost\":2,\"tasks\":[{\"cost\":3}]}}", `{"cost":0.1`, `{"a":[}]}`, `{"a":"\\\""}`,
	`{"status_code":40501,"Status_Code":20000,"tasks":[{"status_code":20000,"result":[[]]}]}`,
	`{"status_code":20000,"tasks":[{"status_code":40106,"id":"\u001b[31m","data":{"target":"EXAMPLE.com/"},"result":[{"info":[],"referring_links_tld":"","first_seen":7}]}]}`,
	`{"status_code":20000,"tasks":[{"status_code":20000,"data":{"target":"other.example"},"result":null}]}`,
}

func answerTo(status uint16, contentType, location string, body []byte) (*Reply, *Failure) {
	transport := NewTransport(TransportOptions{
		BaseURL: &url.URL{Scheme: "https", Host: "api.test"}, Login: "user@example.com", Password: fuzzPassword,
		RoundTripper: response{status, contentType, location, body},
	})
	return transport.Do(context.Background(), fuzzCall)
}

// response is a RoundTripper that gives every request the same response.
type response struct {
	status                uint16
	contentType, location string
	body                  []byte
}

func (r response) RoundTrip(request *http.Request) (*http.Response, error) {
	header := http.Header{"Content-Type": {r.contentType}, "Location": {r.location}}
	return &http.Response{StatusCode: int(r.status), Header: header, Body: io.NopCloser(bytes.NewReader(r.body)), Request: request}, nil
}

var fuzzCall = &Call{Endpoint: &backlinksSummary, Rows: 1, Target: "example.com"}

// checkFailure checks that a failure is consistent and printable.
func checkFailure(t *testing.T, reply *Reply, failure *Failure) {
	t.Helper()
	if reply != nil || failure.Attempts != 1 || failure.Summary == "" {
		t.Errorf("got %v, %+v", reply, failure)
	}
	if failure.Repeat == RepeatFreely && failure.Charges != (Charges{}) {
		t.Errorf("a failure that cost %+v may be repeated freely: %v", failure.Charges, failure)
	}
	checkText(t, failure.Cause, 4*maxMessage)
	checkText(t, failure.Title(), maxMessage)
	checkText(t, "task "+failure.Envelope.TaskID(), maxExcerpt+10)
}

// checkText checks that a text is short, printable, and without the password.
func checkText(t *testing.T, text string, most int) {
	t.Helper()
	if text == "" || len(text) > most {
		t.Errorf("got a text of %d bytes, want 1 to %d", len(text), most)
	}
	if i := strings.IndexFunc(text, func(r rune) bool { return r == utf8.RuneError || !unicode.IsPrint(r) }); i >= 0 {
		t.Errorf("the text is not printable: %q", text)
	}
	if strings.Contains(text, fuzzPassword) {
		t.Errorf("the text contains the password: %s", text)
	}
}

// checkReply compares a reply with the answer as encoding/json reads it.
func checkReply(t *testing.T, status uint16, body []byte, reply *Reply) {
	t.Helper()
	code := int(*reply.Envelope.Task.StatusCode)
	if status != http.StatusOK || reply.Envelope.StatusCode != nil && *reply.Envelope.StatusCode != statusOK ||
		code != statusOK && code != statusNoResults && code != statusPartial {
		t.Fatalf("HTTP %d, code %d: got a success: %s", status, code, body)
	}
	answer, failure := ask[BacklinksSummary](context.Background(), replying{reply}, fuzzCall)
	if failure != nil {
		t.Fatal(failure)
	}
	for _, notice := range answer.Notices {
		checkText(t, notice.Line, 4<<10)
	}
	if answer.Result == nil {
		if code != statusNoResults && value(reply.Envelope.Task.ResultCount) > 0 {
			t.Errorf("result_count %d: got no data", *reply.Envelope.Task.ResultCount)
		}
		return
	}
	checkFields(t, resultIn(t, reply.Body), reflect.ValueOf(answer.Result).Elem())
	saved, err := ReadReply(reply.Body, reply.FetchedAt, fuzzCall)
	if err != nil || !reflect.DeepEqual(saved.Envelope, reply.Envelope) || !reflect.DeepEqual(saved.result, reply.result) {
		t.Errorf("ReadReply returns %+v, %v, want %+v", saved, err, reply)
	}
}

// replying is a Doer with one answer.
type replying struct{ reply *Reply }

func (r replying) Do(context.Context, *Call) (*Reply, *Failure) { return r.reply, nil }

// resultIn returns the result as encoding/json reads it.
func resultIn(t *testing.T, body []byte) map[string]any {
	t.Helper()
	var envelope map[string]any
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.UseNumber()
	if err := decoder.Decode(&envelope); err != nil {
		t.Fatalf("%s: %v", body, err)
	}
	task, _ := firstIn(envelope["tasks"]).(map[string]any)
	result, _ := firstIn(task["result"]).(map[string]any)
	return result
}

func firstIn(node any) any {
	if list, ok := node.([]any); ok && len(list) > 0 {
		return list[0]
	}
	return node
}

// checkFields checks that every field of a struct has its value from the answer.
func checkFields(t *testing.T, from map[string]any, into reflect.Value) {
	t.Helper()
	for field, value := range into.Fields() {
		name := field.Tag.Get("json")
		_, exists := from[name]
		_, nullMatters := field.Tag.Lookup("unreadable")
		if field.Anonymous {
			checkFields(t, from, value)
		} else if !value.IsNil() && (exists || !nullMatters) {
			checkValue(t, name, from[name], value)
		}
	}
}

func checkValue(t *testing.T, name string, from any, got reflect.Value) {
	t.Helper()
	isEmpty := from == "" || reflect.DeepEqual(from, []any{})
	switch got := got.Interface().(type) {
	case *Integer:
		checkInteger(t, name, from, got)
	case map[string]*Integer:
		tree, _ := from.(map[string]any)
		if len(got) != len(tree) || tree == nil && !isEmpty {
			t.Errorf("%s is %v, want %v", name, got, from)
		}
		for key, number := range got {
			if number != nil {
				checkInteger(t, name+"."+key, tree[key], number)
			}
		}
	case *BacklinksTargetInfo:
		tree, _ := from.(map[string]any)
		checkFields(t, tree, reflect.ValueOf(got).Elem())
	case *string:
		if from != *got {
			t.Errorf("%s is %q, want %q", name, *got, from)
		}
	case *bool:
		if from != *got {
			t.Errorf("%s is %t, want %v", name, *got, from)
		}
	case []*string:
		list, _ := from.([]any)
		if len(got) != len(list) || list == nil && !isEmpty {
			t.Errorf("%s is %v, want %v", name, got, from)
		}
	}
}

// checkInteger parses the number in another exact way.
func checkInteger(t *testing.T, name string, from any, got *Integer) {
	t.Helper()
	text, _ := from.(string)
	if number, ok := from.(json.Number); ok {
		text = number.String()
	}
	want, _, err := big.ParseFloat(text, 10, 4096, big.ToNearestEven)
	if err != nil || want.Cmp(new(big.Float).SetInt64(int64(*got))) != 0 && want.MinPrec() < 4096 {
		t.Errorf("%s is %d, want %v", name, *got, from)
	}
}

// checkCost checks that a cost counts if the answer states it once, as a number.
func checkCost(t *testing.T, body []byte, envelope *Envelope, charges Charges) {
	t.Helper()
	body = bytes.TrimPrefix(body, []byte(byteOrderMark))
	var fields map[string]json.RawMessage
	if json.Unmarshal(body, &fields) != nil || bytes.Contains(body, []byte(fuzzPassword)) {
		return
	}
	var cost float64
	if json.Unmarshal(fields["cost"], &cost) != nil || cost <= 0 || isNull(fields["cost"]) || occurrences(body, "cost") != 1 {
		return
	}
	if usd, known := envelope.ChargedUSD(); !known || usd != cost || charges.USD != cost {
		t.Errorf("the answer states %v, got %+v and %v", cost, charges, usd)
	}
}

// occurrences counts a name in a body, at any place and in any case.
func occurrences(body []byte, name string) (n int) {
	decoder := json.NewDecoder(bytes.NewReader(body))
	for {
		token, err := decoder.Token()
		if err != nil {
			return n
		}
		if text, ok := token.(string); ok && strings.EqualFold(text, name) {
			n++
		}
	}
}
