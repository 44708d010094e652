package fakeapi_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/fakeapi"
)

func TestLog(t *testing.T) {
	t.Parallel()
	inBubble(t, fakeapi.Options{}, func(t *testing.T, s *fakeapi.Server, _ *http.Client) {
		body := `[{"target":"a.example","internal_list_limit":5}]`
		r := newRequest("POST", fakeapi.SummaryPath, body)
		r.Header.Set("User-Agent", "terraform-provider-dataforseo/1.2.3 Terraform/1.11.4")
		r.Header.Set("Content-Type", "application/json")
		do(s, r)
		want := []fakeapi.Request{{
			Method: "POST", Path: "/v3/backlinks/summary/live",
			Header: http.Header{
				"User-Agent":   {"terraform-provider-dataforseo/1.2.3 Terraform/1.11.4"},
				"Content-Type": {"application/json"},
			},
			Authorized: true, UserAgent: "terraform-provider-dataforseo/1.2.3 Terraform/1.11.4",
			Body: []byte(body), Targets: []string{"a.example"},
			Received: start, HTTPStatus: 200, StatusCode: 20000, CostUSD: 0.024036,
		}}
		if diff := cmp.Diff(want, s.Requests()); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	})
}

func TestLogHasNoCredentials(t *testing.T) {
	t.Parallel()
	s := fakeapi.New(fakeapi.Options{})
	ask(s, "a.example")
	r := newRequest("POST", fakeapi.SummaryPath, taskFor("a.example"))
	r.SetBasicAuth("x", "wrong-password")
	do(s, r)
	log := s.Requests()
	if s := fmt.Sprintf("%+v", log); strings.Contains(s, "Authorization") || strings.Contains(s, "Basic ") {
		t.Errorf("the log has credentials: %s", s)
	}
	if !log[0].Authorized || log[1].Authorized || log[1].HTTPStatus != 401 || log[1].StatusCode != 40100 {
		t.Errorf("%+v", log)
	}
}

func TestLogTargets(t *testing.T) {
	t.Parallel()
	s := fakeapi.New(fakeapi.Options{})
	for _, body := range []string{"", "[]", "{}", "[1]", `[{"target":1}]`} {
		post(s, body)
	}
	do(s, newRequest("GET", "/x", ""))
	for _, r := range s.Requests() {
		if len(r.Targets) != 0 {
			t.Errorf("%s: got targets %q, want none", r.Body, r.Targets)
		}
	}
	post(s, `[{"targets":["a.example","b.example",1]}]`)
	if got, want := s.Requests()[6].Targets, []string{"a.example", "b.example"}; !slices.Equal(got, want) || s.CallsFor("b.example") != 1 {
		t.Errorf("got targets %q, want %q", got, want)
	}
	if s.Calls() != 6 || len(s.Requests()) != 7 {
		t.Errorf("got %d calls, %d requests, want 6, 7", s.Calls(), len(s.Requests()))
	}
}

// TestReset checks that Reset clears everything except sequences of faults and the
// counter of task ids.
func TestReset(t *testing.T) {
	t.Parallel()
	s := fakeapi.New(fakeapi.Options{PerMinute: 3})
	s.On("b.example", fakeapi.Code(50301), fakeapi.OK)
	first := ask(s, "a.example").task(t, 0)["id"]
	ask(s, "a.example")
	ask(s, "b.example")
	for range 6 {
		userData(s)
	}
	if s.Calls() != 3 || s.CallsFor("a.example") != 2 || s.CallsFor("c.example") != 0 || s.CallsTo(fakeapi.UserDataPath) != 6 {
		t.Errorf("%d calls, %d, %d, %d", s.Calls(), s.CallsFor("a.example"), s.CallsFor("c.example"), s.CallsTo(fakeapi.UserDataPath))
	}
	s.Reset()
	if s.Calls() != 0 || len(s.Requests()) != 0 || s.Charged() != 0 || s.ChargedUSD() != 0 || s.BalanceUSD() != 50 || s.MaxSimultaneous() != 0 {
		t.Errorf("after Reset: %d calls, %v USD, %d simultaneous", s.Calls(), s.ChargedUSD(), s.MaxSimultaneous())
	}
	if envelope, _ := userData(s).codes(t); envelope != "20000" {
		t.Errorf("account endpoint after Reset: got %s, want 20000", envelope)
	}
	got := ask(s, "b.example")
	if envelope, _ := got.codes(t); envelope != "20000" || got.task(t, 0)["id"] == first {
		t.Errorf("after Reset: got %s, want the second fault and a new id", got.body)
	}
}

func TestWaitForCalls(t *testing.T) {
	t.Parallel()
	s := fakeapi.New(fakeapi.Options{})
	done := make(chan error, 1)
	go func() { done <- s.WaitForCalls(t.Context(), 2) }()
	ask(s, "a.example")
	userData(s)
	select {
	case err := <-done:
		t.Fatalf("returned %v after one paid and one free call", err)
	default:
	}
	ask(s, "a.example")
	if err := <-done; err != nil {
		t.Error(err)
	}
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(errors.New("no patience"))
	err := s.WaitForCalls(ctx, 3)
	if want := "waiting for 3 calls, of which 2 have arrived: no patience"; err == nil || err.Error() != want {
		t.Errorf("got the error %v, want %s", err, want)
	}
}
