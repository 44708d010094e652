package dataforseo_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/dataforseo"
	"github.com/dataforseo/terraform-provider-dataforseo/internal/fakeapi"
)

// documented has every code in DataForSEO's error table. Answers with these codes are free,
// except 50401.
var documented = map[int]struct {
	kind    dataforseo.Kind
	summary string
	remedy  string // a part of it
	repeat  dataforseo.Repeat
}{
	40000: {dataforseo.KindClient, "DataForSEO takes one task at a time", "bug in the provider", never},
	40100: {dataforseo.KindCredentials, "DataForSEO does not accept the credentials", "https://app.dataforseo.com/api-access", never},
	40101: {dataforseo.KindServer, "DataForSEO could not process this target", "again", freely},
	40103: {dataforseo.KindServer, "DataForSEO could not process this target", "again", freely},
	40104: {dataforseo.KindAccount, "The DataForSEO account is not verified", "Verify the account", never},
	40200: {dataforseo.KindBalance, "The DataForSEO account needs to be topped up", "Top up", never},
	40201: {dataforseo.KindAccount, "DataForSEO has paused the account", "support", never},
	40202: {dataforseo.KindRateLimit, "Too many requests to DataForSEO per minute", "max_requests_per_minute", freely},
	40203: {dataforseo.KindAccount, "The account's cost limit is reached", "00:00 UTC", never},
	40204: {dataforseo.KindAccount, "The account has no access to this API", "Plans and Subscriptions", never},
	40205: {dataforseo.KindAccount, "The account's hourly limit of duplicate tasks is reached", "in an hour", never},
	40206: {dataforseo.KindAccount, "The account's daily limit of duplicate tasks is reached", "tomorrow", never},
	40207: {dataforseo.KindAccount, "DataForSEO does not accept requests from this IP address", "IP address", never},
	40209: {dataforseo.KindRateLimit, "Too many simultaneous requests to DataForSEO", "max_concurrent_requests", freely},
	40210: {dataforseo.KindBalance, "The DataForSEO account has insufficient funds", "Top up", never},
	40400: {dataforseo.KindBaseURL, "The base URL does not lead to the DataForSEO API", "base_url", never},
	40404: {dataforseo.KindSandbox, "The sandbox has no data for this request", "sandbox", never},
	40501: {dataforseo.KindArgument, "DataForSEO refuses a field of the request", "", never},
	40502: {dataforseo.KindClient, "DataForSEO received an empty request", "bug in the provider", never},
	40503: {dataforseo.KindClient, "DataForSEO received a malformed request", "bug in the provider", never},
	40506: {dataforseo.KindClient, "DataForSEO does not know a field of the request", "bug in the provider", never},
	50000: {dataforseo.KindServer, "DataForSEO has an internal error", "again", freely},
	50001: {dataforseo.KindServer, "DataForSEO could not check the balance", "again", freely},
	50100: {dataforseo.KindUnsupported, "DataForSEO does not offer this function", "support", never},
	50301: {dataforseo.KindServer, "A service that DataForSEO depends on is unavailable", "again", freely},
	50303: {dataforseo.KindServer, "DataForSEO is being updated", "minutes", freely},
	50304: {dataforseo.KindServer, "DataForSEO has disabled this function for now", "support", freely},
	50401: {dataforseo.KindTimeout, "DataForSEO gave up on the request after 120 seconds", "again", once},
}

// TestEveryCode checks that a code has the same meaning in the envelope and in the task.
func TestEveryCode(t *testing.T) {
	t.Parallel()
	reported := 0
	for _, row := range append(fakeapi.Errors(), fakeapi.ReportedErrors()...) {
		if row.Code == 40102 || row.Code == 40106 { // successes
			continue
		}
		reported++
		for level, fault := range map[string]fakeapi.Fault{
			"as answered": fakeapi.Code(row.Code), "task": fakeapi.Code(row.Code).InTask(), "envelope": fakeapi.Code(row.Code).InEnvelope(),
		} {
			t.Run(fmt.Sprint(row.Code, level), func(t *testing.T) {
				t.Parallel()
				want, ok := documented[row.Code]
				if !ok {
					t.Fatal("missing in the table of this test")
				}
				_, failure := askFake(t, fault)
				var charges dataforseo.Charges
				if row.Code == 50401 {
					charges.Possible = 1
				}
				scope := dataforseo.ScopeOf(want.kind)
				testFailure(t, failure, meaning{want.kind, scope, want.repeat, charges})
				if failure.Code != row.Code || failure.Cause != fmt.Sprintf("DataForSEO answered %d %q", row.Code, row.Message) || failure.HTTPStatus != row.HTTPStatus {
					t.Errorf("got %+v", failure)
				}
				if failure.Title() != fmt.Sprintf("%s (%d)", want.summary, row.Code) || !strings.Contains(failure.Remedy, want.remedy) {
					t.Errorf("got %q, %q, want %q, %q", failure.Title(), failure.Remedy, want.summary, want.remedy)
				}
			})
		}
	}
	if reported != len(documented) {
		t.Errorf("%d codes, want %d", reported, len(documented))
	}
}

func TestTextsOfEveryCode(t *testing.T) {
	t.Parallel()
	for code, want := range documented {
		summary, remedy := dataforseo.SummaryAndRemedy(code)
		testText(t, code, summary, remedy)
		if (want.remedy == "") != (remedy == "") {
			t.Errorf("%d: got the remedy %q", code, remedy)
		}
	}
	for code, want := range map[int]string{
		40199: "refused", 40105: "refused", 40299: "refused", 40099: "refused", 40300: "refused", 49999: "refused", 20100: "refused",
		0: "refused", -40100: "refused", 50099: "problem", 50402: "problem", 60000: "problem",
	} {
		summary, remedy := dataforseo.SummaryAndRemedy(code)
		testText(t, code, summary, remedy)
		if !strings.Contains(summary, want) {
			t.Errorf("%d: got %q, want %q", code, summary, want)
		}
	}
}

// testText checks that a summary has no full stop, and that a remedy is full sentences.
func testText(t *testing.T, code int, summary, remedy string) {
	t.Helper()
	startsWell := func(text string) bool {
		return text[0] >= 'A' && text[0] <= 'Z' || strings.HasPrefix(text, "https://")
	}
	if strings.HasSuffix(summary, ".") || !startsWell(summary) {
		t.Errorf("%d: the summary is %q", code, summary)
	}
	if remedy != "" && (!strings.HasSuffix(remedy, ".") || !startsWell(remedy)) {
		t.Errorf("%d: the remedy is %q", code, remedy)
	}
}

func TestMeaningOfHTTPStatus(t *testing.T) {
	t.Parallel()
	const refused, redirects, gateway = "DataForSEO refused the request", "The base URL redirects elsewhere", "A gateway in front of DataForSEO has a problem"
	const notThere = "The base URL does not lead to the DataForSEO API"
	tests := map[int]struct {
		kind    dataforseo.Kind
		summary string
	}{
		201: {dataforseo.KindUnknown, refused},
		204: {dataforseo.KindUnknown, refused},
		301: {dataforseo.KindBaseURL, redirects},
		304: {dataforseo.KindBaseURL, redirects},
		308: {dataforseo.KindBaseURL, redirects},
		400: {dataforseo.KindUnknown, refused},
		401: {dataforseo.KindCredentials, "DataForSEO does not accept the credentials"},
		402: {dataforseo.KindBalance, "The DataForSEO account needs to be topped up"},
		403: {dataforseo.KindAccount, "Access to DataForSEO is denied"},
		404: {dataforseo.KindBaseURL, notThere},
		405: {dataforseo.KindBaseURL, notThere},
		407: {dataforseo.KindBaseURL, "The proxy asks for credentials"},
		410: {dataforseo.KindBaseURL, notThere},
		413: {dataforseo.KindUnknown, refused},
		418: {dataforseo.KindUnknown, refused},
		429: {dataforseo.KindRateLimit, "Too many requests to DataForSEO per minute"},
		500: {dataforseo.KindServer, gateway},
		502: {dataforseo.KindServer, gateway},
		504: {dataforseo.KindServer, gateway},
		599: {dataforseo.KindServer, gateway},
	}
	for status, want := range tests {
		_, failure := answering{status: status, body: "<html>"}.do(t, summaryCall("example.com"))
		if failure == nil || failure.Kind != want.kind || failure.Title() != fmt.Sprintf("%s (HTTP %d)", want.summary, status) {
			t.Fatalf("HTTP %d: got %+v, want %q", status, failure, want.summary)
		}
		testText(t, status, failure.Summary, failure.Remedy)
	}
	_, failure := answering{status: 504, body: `{"status_code":20000}`}.do(t, summaryCall("example.com"))
	if failure == nil || failure.Summary != "DataForSEO failed although it claims success" {
		t.Errorf("HTTP 504 with a body that claims success: got %+v", failure)
	}
}

func TestScopeOfKinds(t *testing.T) {
	t.Parallel()
	account := map[dataforseo.Kind]bool{
		dataforseo.KindNoCredentials: true, dataforseo.KindCredentials: true, dataforseo.KindAccount: true, dataforseo.KindBalance: true,
		dataforseo.KindBaseURL: true, dataforseo.KindClient: true, dataforseo.KindCertificate: true, dataforseo.KindCancelled: true,
		dataforseo.KindSpendingLimit: true,
	}
	for kind := dataforseo.KindUnknown; kind <= dataforseo.KindCacheMiss; kind++ {
		if got := dataforseo.ScopeOf(kind) == dataforseo.ScopeAccount; got != account[kind] {
			t.Errorf("kind %d: got account scope %t, want %t", kind, got, account[kind])
		}
	}
}
