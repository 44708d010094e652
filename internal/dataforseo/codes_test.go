package dataforseo_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/dataforseo"
	"github.com/dataforseo/terraform-provider-dataforseo/internal/fakeapi"
)

// documented is what each code of DataForSEO's error table means, and what
// follows from the answer that carries it.
var documented = map[int]struct {
	kind    dataforseo.Kind
	summary string
	remedy  string // what it has to speak of
	repeat  dataforseo.Repeat
	charge  dataforseo.Charge
}{
	40000: {dataforseo.KindClient, "DataForSEO takes one task at a time", "bug of the provider", never, free},
	40100: {dataforseo.KindCredentials, "DataForSEO does not accept the credentials", "https://app.dataforseo.com/api-access", never, free},
	40104: {dataforseo.KindAccount, "The DataForSEO account is not verified", "Verify the account", never, free},
	40200: {dataforseo.KindBalance, "The DataForSEO account has to be topped up", "Top up", never, free},
	40201: {dataforseo.KindAccount, "DataForSEO has paused the account", "support", never, free},
	40202: {dataforseo.KindRateLimit, "Too many requests to DataForSEO in a minute", "max_requests_per_minute", freely, free},
	40203: {dataforseo.KindAccount, "The account's own cost limit is reached", "00:00 UTC", never, free},
	40204: {dataforseo.KindAccount, "The account has no access to this API", "Plans and Subscriptions", never, free},
	40205: {dataforseo.KindAccount, "The account's own limit of duplicate tasks in an hour is reached", "in an hour", never, free},
	40206: {dataforseo.KindAccount, "The account's own limit of duplicate tasks in a day is reached", "tomorrow", never, free},
	40207: {dataforseo.KindAccount, "DataForSEO does not accept requests from this IP address", "IP address", never, free},
	40209: {dataforseo.KindRateLimit, "Too many simultaneous requests to DataForSEO", "max_concurrent_requests", freely, free},
	40210: {dataforseo.KindBalance, "The DataForSEO account has insufficient funds", "Top up", never, free},
	40400: {dataforseo.KindBaseURL, "The base URL does not lead to the DataForSEO API", "base_url", never, free},
	40404: {dataforseo.KindSandbox, "The sandbox has no data for this request", "sandbox", never, free},
	40501: {dataforseo.KindArgument, "DataForSEO refuses a field of the request", "", never, free},
	40502: {dataforseo.KindClient, "DataForSEO received an empty request", "bug of the provider", never, free},
	40503: {dataforseo.KindClient, "DataForSEO received a malformed request", "bug of the provider", never, free},
	40506: {dataforseo.KindClient, "DataForSEO does not know a field of the request", "bug of the provider", never, free},
	50000: {dataforseo.KindServer, "DataForSEO has an internal error", "again", freely, free},
	50001: {dataforseo.KindServer, "DataForSEO could not check the balance", "again", freely, free},
	50100: {dataforseo.KindUnsupported, "DataForSEO does not offer this function", "support", never, free},
	50301: {dataforseo.KindServer, "A service that DataForSEO depends on is unavailable", "again", freely, free},
	50303: {dataforseo.KindServer, "DataForSEO is being updated", "minutes", freely, free},
	50304: {dataforseo.KindServer, "DataForSEO has this function switched off for now", "support", freely, free},
	50401: {dataforseo.KindTimeout, "DataForSEO gave up on the request after 120 seconds", "again", once, possible},
}

const (
	never, once, freely    = dataforseo.RepeatNever, dataforseo.RepeatOnce, dataforseo.RepeatFreely
	free, possible, stated = dataforseo.ChargeNone, dataforseo.ChargePossible, dataforseo.ChargeStated
)

func TestEveryCodeAsItIsAnswered(t *testing.T) {
	t.Parallel()
	for _, row := range fakeapi.Errors() {
		t.Run(fmt.Sprint(row.Code), func(t *testing.T) {
			t.Parallel()
			want, ok := documented[row.Code]
			if !ok {
				t.Fatal("not in the table of this test")
			}
			_, err := askFake(t, fakeapi.Code(row.Code))
			apiErr, ok := errors.AsType[*dataforseo.APIError](err)
			if !ok {
				t.Fatalf("the error is %#v", err)
			}
			if apiErr.Code != row.Code || apiErr.Message != row.Message || string(apiErr.Level) != string(row.Level) || apiErr.HTTPStatus != row.HTTPStatus {
				t.Errorf("the failure is %+v, want %+v", apiErr, row)
			}
			if facts := apiErr.Facts(); facts.Kind != want.kind || facts.Summary != want.summary {
				t.Errorf("the kind is %d, the summary %q", facts.Kind, facts.Summary)
			}
			advice := dataforseo.Advice{Repeat: want.repeat, RateLimited: want.kind == dataforseo.KindRateLimit}
			if got := dataforseo.Advise(err); got != advice {
				t.Errorf("the advice is %+v, want %+v", got, advice)
			}
			if charge, usd := dataforseo.ChargeOf(err); charge != want.charge || usd != 0 {
				t.Errorf("the charge is %d, %v, want %d", charge, usd, want.charge)
			}
		})
	}
	if got := len(fakeapi.Errors()); got != len(documented) {
		t.Errorf("%d codes, want %d", got, len(documented))
	}
}

// The same failure at the other level means the same.
func TestEveryCodeAtTheOtherLevel(t *testing.T) {
	t.Parallel()
	for _, row := range fakeapi.Errors() {
		other, level := fakeapi.Code(row.Code).InTask(), dataforseo.LevelTask
		if row.Level == fakeapi.LevelTask {
			other, level = fakeapi.Code(row.Code).InEnvelope(), dataforseo.LevelEnvelope
		}
		_, err := askFake(t, other)
		apiErr, ok := errors.AsType[*dataforseo.APIError](err)
		if !ok || apiErr.Code != row.Code || apiErr.Message != row.Message || apiErr.Level != level {
			t.Errorf("%d: the error is %#v", row.Code, err)
			continue
		}
		if got := dataforseo.Advise(err).Repeat; got != documented[row.Code].repeat {
			t.Errorf("%d: repeat is %d, want %d", row.Code, got, documented[row.Code].repeat)
		}
	}
}

func TestFactsOfEveryCode(t *testing.T) {
	t.Parallel()
	for code, want := range documented {
		facts := dataforseo.FactsOf(code)
		if strings.HasSuffix(facts.Summary, ".") || !startsUpper(facts.Summary) {
			t.Errorf("%d: the summary %q is not a few words without a full stop", code, facts.Summary)
		}
		if !strings.Contains(facts.Remedy, want.remedy) || (want.remedy == "") != (facts.Remedy == "") {
			t.Errorf("%d: the remedy %q does not speak of %q", code, facts.Remedy, want.remedy)
		}
		if facts.Remedy != "" && (!strings.HasSuffix(facts.Remedy, ".") || !startsUpper(facts.Remedy)) {
			t.Errorf("%d: the remedy %q is no sentence", code, facts.Remedy)
		}
	}
}

func startsUpper(text string) bool { return text != "" && text[0] >= 'A' && text[0] <= 'Z' }

func TestFactsOfUnknownCodes(t *testing.T) {
	t.Parallel()
	refused := func(kind dataforseo.Kind) dataforseo.CodeFacts {
		return dataforseo.CodeFacts{Kind: kind, Summary: "DataForSEO refused the request",
			Remedy: "https://docs.dataforseo.com/v3/appendix/errors/ explains the code."}
	}
	problem := dataforseo.CodeFacts{Kind: dataforseo.KindServer, Summary: "DataForSEO has a problem",
		Remedy: "Nothing is wrong with the configuration: try again, and in some minutes if it persists. https://status.dataforseo.com shows known incidents."}
	tests := map[int]dataforseo.CodeFacts{
		40199:  refused(dataforseo.KindCredentials),
		40299:  refused(dataforseo.KindAccount),
		40099:  refused(dataforseo.KindUnknown),
		40300:  refused(dataforseo.KindUnknown),
		40599:  refused(dataforseo.KindUnknown),
		49999:  refused(dataforseo.KindUnknown),
		20100:  refused(dataforseo.KindUnknown),
		0:      refused(dataforseo.KindUnknown),
		-40100: refused(dataforseo.KindUnknown),
		50099:  problem,
		50402:  problem,
		60000:  problem,
	}
	for code, want := range tests {
		if got := dataforseo.FactsOf(code); got != want {
			t.Errorf("%d: got %+v, want %+v", code, got, want)
		}
	}
}

func TestFactsOfHTTPStatus(t *testing.T) {
	t.Parallel()
	tests := map[int]struct {
		kind    dataforseo.Kind
		summary string
	}{
		201: {dataforseo.KindUnknown, "DataForSEO refused the request"},
		204: {dataforseo.KindUnknown, "DataForSEO refused the request"},
		301: {dataforseo.KindBaseURL, "The base URL redirects elsewhere"},
		304: {dataforseo.KindBaseURL, "The base URL redirects elsewhere"},
		308: {dataforseo.KindBaseURL, "The base URL redirects elsewhere"},
		400: {dataforseo.KindUnknown, "DataForSEO refused the request"},
		401: {dataforseo.KindCredentials, "DataForSEO does not accept the credentials"},
		402: {dataforseo.KindBalance, "The DataForSEO account has to be topped up"},
		403: {dataforseo.KindAccount, "Access to DataForSEO is denied"},
		404: {dataforseo.KindBaseURL, "The base URL does not lead to the DataForSEO API"},
		405: {dataforseo.KindBaseURL, "The base URL does not lead to the DataForSEO API"},
		407: {dataforseo.KindBaseURL, "The proxy asks for credentials"},
		410: {dataforseo.KindBaseURL, "The base URL does not lead to the DataForSEO API"},
		413: {dataforseo.KindUnknown, "DataForSEO refused the request"},
		418: {dataforseo.KindUnknown, "DataForSEO refused the request"},
		429: {dataforseo.KindRateLimit, "Too many requests to DataForSEO in a minute"},
		500: {dataforseo.KindServer, "A gateway in front of DataForSEO has a problem"},
		502: {dataforseo.KindServer, "A gateway in front of DataForSEO has a problem"},
		503: {dataforseo.KindServer, "A gateway in front of DataForSEO has a problem"},
		504: {dataforseo.KindServer, "A gateway in front of DataForSEO has a problem"},
		599: {dataforseo.KindServer, "A gateway in front of DataForSEO has a problem"},
	}
	for status, want := range tests {
		facts := (&dataforseo.HTTPError{Status: status}).Facts()
		if facts.Kind != want.kind || facts.Summary != want.summary {
			t.Errorf("HTTP %d: the kind is %d, the summary %q, want %d, %q", status, facts.Kind, facts.Summary, want.kind, want.summary)
		}
		if !strings.HasSuffix(facts.Remedy, ".") || !startsUpper(facts.Remedy) && !strings.HasPrefix(facts.Remedy, "http") {
			t.Errorf("HTTP %d: the remedy %q is no sentence", status, facts.Remedy)
		}
	}
	claims := &dataforseo.HTTPError{Status: 504, Envelope: new(dataforseo.Envelope)}
	if facts := claims.Facts(); facts.Kind != dataforseo.KindServer || facts.Summary != "DataForSEO failed although it claims success" {
		t.Errorf("HTTP 504 with a body that claims success: %+v", facts)
	}
}

func TestKindOfAccount(t *testing.T) {
	t.Parallel()
	ofAccount := []dataforseo.Kind{dataforseo.KindCredentials, dataforseo.KindAccount, dataforseo.KindBalance, dataforseo.KindBaseURL, dataforseo.KindClient}
	for kind := dataforseo.KindUnknown; kind <= dataforseo.KindUnsupported; kind++ {
		if got, want := kind.OfAccount(), slices.Contains(ofAccount, kind); got != want {
			t.Errorf("kind %d: %t, want %t", kind, got, want)
		}
	}
}
