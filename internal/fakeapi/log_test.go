package fakeapi_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/fakeapi"
)

func TestLog(t *testing.T) {
	t.Parallel()
	c := newClock()
	s := fakeapi.New(fakeapi.Options{Now: c.Now})
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
		Received: c.Now(), HTTPStatus: 200, StatusCode: 20000, CostUSD: 0.024036,
	}}
	if diff := cmp.Diff(want, s.Requests()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestLogHoldsNoCredentials(t *testing.T) {
	t.Parallel()
	s := fakeapi.New(fakeapi.Options{})
	ask(s, "a.example")
	r := newRequest("POST", fakeapi.SummaryPath, taskFor("a.example"))
	r.SetBasicAuth("x", "wrong-password")
	do(s, r)
	log := s.Requests()
	if s := fmt.Sprintf("%+v", log); strings.Contains(s, "Authorization") || strings.Contains(s, "Basic ") {
		t.Errorf("credentials in %s", s)
	}
	if !log[0].Authorized || log[1].Authorized || log[1].HTTPStatus != 401 || log[1].StatusCode != 40100 {
		t.Errorf("%+v", log)
	}
}

func TestLogOfOtherRequests(t *testing.T) {
	t.Parallel()
	s := fakeapi.New(fakeapi.Options{})
	for _, body := range []string{"", "[]", "{}", "[1]", `[{"target":1}]`} {
		post(s, body)
	}
	do(s, newRequest("GET", "/x", ""))
	for _, r := range s.Requests() {
		if len(r.Targets) != 0 {
			t.Errorf("targets %q of %s", r.Targets, r.Body)
		}
	}
	post(s, `[{"targets":["a.example","b.example",1]}]`) // not for this endpoint
	if got := s.Requests()[6].Targets; !slices.Equal(got, []string{"a.example", "b.example"}) || s.CallsFor("b.example") != 1 {
		t.Errorf("targets %q", got)
	}
	if s.Calls() != 6 || len(s.Requests()) != 7 {
		t.Errorf("%d calls, %d requests", s.Calls(), len(s.Requests()))
	}
}

func TestCountsAndReset(t *testing.T) {
	t.Parallel()
	c := newClock()
	s := fakeapi.New(fakeapi.Options{Now: c.Now, Limits: fakeapi.Limits{PerMinute: 3}})
	s.On("b.example", fakeapi.Code(50301), fakeapi.OK)
	first := ask(s, "a.example").task(t, 0)["id"]
	ask(s, "a.example")
	ask(s, "b.example")
	for range 7 {
		userData(s)
	}
	if s.Calls() != 3 || s.CallsFor("a.example") != 2 || s.CallsFor("b.example") != 1 || s.CallsFor("c.example") != 0 || s.CallsTo(fakeapi.UserDataPath) != 7 {
		t.Errorf("%d calls, %d, %d, %d", s.Calls(), s.CallsFor("a.example"), s.CallsFor("b.example"), s.CallsTo(fakeapi.UserDataPath))
	}
	s.Reset()
	if s.Calls() != 0 || len(s.Requests()) != 0 || s.Charged() != 0 || s.ChargedUSD() != 0 || s.BalanceUSD() != 50 || s.MaxSimultaneous() != 0 {
		t.Error("something is left")
	}
	if envelope, _ := userData(s).codes(t); envelope != "20000" {
		t.Errorf("limit of the account endpoint is left: %s", envelope)
	}
	got := ask(s, "b.example")
	if envelope, _ := got.codes(t); envelope != "20000" || got.task(t, 0)["id"] == first {
		t.Errorf("limit or script is not where it should be: %s", got.body)
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
		t.Fatalf("one call and one of the other endpoint are enough: %v", err)
	default:
	}
	ask(s, "a.example")
	if err := <-done; err != nil {
		t.Error(err)
	}
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(errors.New("no patience"))
	err := s.WaitForCalls(ctx, 3)
	if err == nil || err.Error() != "waiting for 3 calls, of which 2 have arrived: no patience" {
		t.Errorf("error %v", err)
	}
}

func TestManyAtOnce(t *testing.T) {
	t.Parallel()
	s := fakeapi.Start(t, fakeapi.Options{NamedFaults: true})
	s.OnAny(fakeapi.Code(50301), fakeapi.OK)
	client := newClient(t)
	var wg sync.WaitGroup
	for i := range 20 {
		wg.Go(func() {
			for j := range 10 {
				response, err := dial(t, s, client, fmt.Sprintf("d%d-%d.example", i, j))
				if err != nil {
					t.Error(err)
					return
				}
				_ = response.Body.Close()
				s.On("other.example", fakeapi.OK)
				_, _, _ = s.Requests(), s.MaxSimultaneous(), s.ChargedUSD()
			}
		})
	}
	wg.Wait()
	if s.Calls() != 200 || s.Charged() != 199 || s.ChargedUSD() != 4.783164 || s.MaxSimultaneous() > 20 || s.MaxSimultaneous() < 1 {
		t.Errorf("%d calls, %d charged, %v USD, %d at once", s.Calls(), s.Charged(), s.ChargedUSD(), s.MaxSimultaneous())
	}
	if n := unanswered(s); n != 0 {
		t.Errorf("%d calls are not in the log as answered", n)
	}
}

// unanswered counts the requests in the log that have no answer.
func unanswered(s *fakeapi.Server) (n int) {
	for _, r := range s.Requests() {
		if r.HTTPStatus == 0 {
			n++
		}
	}
	return n
}
