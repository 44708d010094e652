package dataforseo_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/dataforseo"
)

func TestErrorMessages(t *testing.T) {
	t.Parallel()
	broken := errors.New("EOF")
	tests := []struct {
		err  error
		want string
	}{
		{&dataforseo.APIError{Code: 40202, Message: "The rate-limit per minute has been exceeded."}, `DataForSEO answered 40202 "The rate-limit per minute has been exceeded."`},
		{&dataforseo.APIError{Code: 40501, Message: `a "quoted" word`}, `DataForSEO answered 40501 "a \"quoted\" word"`},
		{&dataforseo.APIError{Code: 50000}, `DataForSEO answered 50000 ""`},
		{&dataforseo.HTTPError{Status: 302, Location: "https://example.com/"}, "the answer has HTTP status 302 and leads to https://example.com/"},
		{&dataforseo.HTTPError{Status: 504, Envelope: &dataforseo.Envelope{}}, "the answer has HTTP status 504 although its body claims success"},
		{&dataforseo.HTTPError{Status: 502, ContentType: "text/html", Excerpt: "<h1>"}, "the answer has HTTP status 502 (Content-Type text/html, begins with <h1>)"},
		{&dataforseo.HTTPError{Status: 403}, "the answer has HTTP status 403 (Content-Type none, empty body)"},
		{&dataforseo.ResponseError{Reason: "it is not JSON", ContentType: "text/plain", Excerpt: "ok"}, "the answer cannot be used: it is not JSON (Content-Type text/plain, begins with ok)"},
		{&dataforseo.ResponseError{Reason: "it is not JSON"}, "the answer cannot be used: it is not JSON (Content-Type none, empty body)"},
		{&dataforseo.TransportError{Err: broken}, "no connection to DataForSEO: EOF"},
		{&dataforseo.TransportError{Err: broken, Sent: true}, "the connection broke before the whole answer had arrived: EOF"},
		{&dataforseo.TransportError{Err: context.DeadlineExceeded, TimedOutAfter: 150 * time.Second}, "no answer within 2m30s"},
		{&dataforseo.TransportError{Err: context.DeadlineExceeded, TimedOutAfter: time.Second, Sent: true}, "no answer within 1s"},
		{&dataforseo.TransportError{Err: context.DeadlineExceeded}, "the time for it was up before it could be sent"},
		{&dataforseo.TransportError{Err: context.DeadlineExceeded, Sent: true}, "no answer before the time for it was up"},
		{&dataforseo.TransportError{Err: context.Canceled}, "it was cancelled"},
		{&dataforseo.TransportError{Err: context.Canceled, Sent: true}, "it was cancelled"},
		{&dataforseo.CredentialsError{Missing: []string{"login", "password"}}, "no login and no password for DataForSEO"},
	}
	for _, test := range tests {
		if got := test.err.Error(); got != test.want {
			t.Errorf("got %s\nwant %s", got, test.want)
		}
	}
}

func TestTransportErrorUnwraps(t *testing.T) {
	t.Parallel()
	err := fmt.Errorf("wrapped: %w", &dataforseo.TransportError{Err: context.Canceled})
	if !errors.Is(err, context.Canceled) {
		t.Error("the cause is lost")
	}
}

func TestAPIErrorField(t *testing.T) {
	t.Parallel()
	tests := []struct {
		code    int
		message string
		want    string
	}{
		{40501, "Invalid Field: 'target'.", "target"},
		{40501, "Invalid Field: 'backlinks_filters'.", "backlinks_filters"},
		{40501, "Invalid Field: 'backlinks_filters[0]'.", "backlinks_filters"},
		{40501, "Task failed. Invalid Field: 'internal_list_limit'. It must not exceed 1000.", "internal_list_limit"},
		{40501, "Invalid Field: target.", ""},
		{40501, "Invalid Field: ''.", ""},
		{40501, "Invalid Field.", ""},
		{40501, "", ""},
		{40503, "Invalid Field: 'target'.", ""},
	}
	for _, test := range tests {
		apiErr := &dataforseo.APIError{Code: test.code, Message: test.message}
		if got := apiErr.Field(); got != test.want {
			t.Errorf("%d %q: the field is %q, want %q", test.code, test.message, got, test.want)
		}
	}
}

func TestEnvelopeOf(t *testing.T) {
	t.Parallel()
	envelope := new(dataforseo.Envelope)
	tests := map[error]*dataforseo.Envelope{
		&dataforseo.APIError{Envelope: envelope}:                                 envelope,
		&dataforseo.HTTPError{Envelope: envelope}:                                envelope,
		&dataforseo.ResponseError{Envelope: envelope}:                            envelope,
		fmt.Errorf("wrapped: %w", &dataforseo.ResponseError{Envelope: envelope}): envelope,
		&dataforseo.HTTPError{}:                                                  nil,
		&dataforseo.TransportError{}:                                             nil,
		&dataforseo.CredentialsError{}:                                           nil,
		errors.New("of somebody else"):                                           nil,
		error(nil):                                                               nil,
	}
	for err, want := range tests {
		if got := dataforseo.EnvelopeOf(err); got != want {
			t.Errorf("%v: the envelope is %v", err, got)
		}
	}
}
