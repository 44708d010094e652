package fakeapi_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptrace"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/fakeapi"
)

// TestServe checks that the fake serves on loopback until it is stopped, which does not
// wait for pending answers.
func TestServe(t *testing.T) {
	t.Parallel()
	s := fakeapi.New(fakeapi.Options{})
	stop, err := s.Serve(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(s.URL, "http://127.0.0.1:") {
		t.Errorf("got URL %s, want loopback", s.URL)
	}
	client := &http.Client{Transport: &http.Transport{}}
	if _, body, err := fetch(t.Context(), s, client, "a.example"); err != nil || text(decode(t, body)["status_code"]) != "20000" {
		t.Errorf("got %s, %v, want 20000", body, err)
	}

	s.OnAny(fakeapi.Slow(nil))
	ended := make(chan error, 1)
	go func() {
		_, _, err := fetch(t.Context(), s, client, "a.example")
		ended <- err
	}()
	if err := s.WaitForCalls(t.Context(), 2); err != nil {
		t.Fatal(err)
	}
	stop()
	if err := <-ended; err == nil {
		t.Error("the pending call was answered")
	}
	if _, _, err := fetch(t.Context(), s, client, "a.example"); err == nil {
		t.Error("a call after the stop was answered")
	}
}

// TestRoundTripper_time checks that delays take virtual time, in the log too.
func TestRoundTripper_time(t *testing.T) {
	t.Parallel()
	inBubble(t, fakeapi.Options{Delay: time.Minute}, func(t *testing.T, s *fakeapi.Server, client *http.Client) {
		s.On("a.example", fakeapi.Delay(time.Second)) // in addition to the minute
		for range 2 {
			if _, body, err := fetch(t.Context(), s, client, "a.example"); err != nil || text(decode(t, body)["status_code"]) != "20000" {
				t.Errorf("got %s, %v, want 20000", body, err)
			}
		}
		if got, want := time.Since(start), 122*time.Second; got != want {
			t.Errorf("two calls took %v, want %v", got, want)
		}
		if got, want := s.Requests()[1].Received.Sub(start), 61*time.Second; got != want {
			t.Errorf("the second call was received after %v, want %v", got, want)
		}
	})
}

// TestRoundTripper_trace checks that a client sees the events of net/http/httptrace.
func TestRoundTripper_trace(t *testing.T) {
	t.Parallel()
	inBubble(t, fakeapi.Options{}, func(t *testing.T, s *fakeapi.Server, client *http.Client) {
		var written []string
		ctx := httptrace.WithClientTrace(t.Context(), &httptrace.ClientTrace{
			WroteHeaderField: func(name string, _ []string) { written = append(written, name) },
		})
		if _, _, err := fetch(ctx, s, client, "a.example"); err != nil || !slices.Contains(written, "Authorization") {
			t.Errorf("got header fields %q, %v, want Authorization among them", written, err)
		}
	})
}

// TestRoundTripper_cancelled checks that a call ends when its context does, at both ends.
func TestRoundTripper_cancelled(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]fakeapi.Fault{
		"no answer": fakeapi.Slow(nil), "delay": fakeapi.Delay(2 * time.Hour), "no answer, then half": fakeapi.Slow(nil).And(fakeapi.HalfAnswer()),
	} {
		inBubble(t, fakeapi.Options{}, func(t *testing.T, s *fakeapi.Server, client *http.Client) {
			s.OnAny(fault)
			ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
			defer cancel()
			if _, _, err := fetch(ctx, s, client, "a.example"); !errors.Is(err, context.DeadlineExceeded) || time.Since(start) != time.Hour {
				t.Errorf("%s: got the error %v after %v, want a timeout after 1h", name, err, time.Since(start))
			}
			synctest.Wait()
			if r := s.Requests()[0]; r.HTTPStatus != 0 || r.CostUSD != 0.024036 {
				t.Errorf("%s: got log %+v, want charged and without answer", name, r)
			}
			s.OnAny()
			if _, _, err := fetch(t.Context(), s, client, "a.example"); err != nil || s.MaxSimultaneous() != 1 {
				t.Errorf("%s: next call: got %v, %d simultaneous, want 1", name, err, s.MaxSimultaneous())
			}
		})
	}
}

// TestRoundTripper_closed checks that Close ends pending calls, and that later ones fail.
func TestRoundTripper_closed(t *testing.T) {
	t.Parallel()
	inBubble(t, fakeapi.Options{}, func(t *testing.T, s *fakeapi.Server, client *http.Client) {
		s.OnAny(fakeapi.Slow(nil))
		var calls sync.WaitGroup
		for range 5 {
			calls.Go(func() {
				if _, _, err := fetch(t.Context(), s, client, "a.example"); err == nil {
					t.Error("a pending call was answered")
				}
			})
		}
		synctest.Wait()
		s.Close()
		calls.Wait()
		if _, _, err := fetch(t.Context(), s, client, "a.example"); err == nil {
			t.Error("a call after Close was answered")
		}
	})
}

// TestResetConnection checks that a client sees a reset over a socket, unlike an orderly
// end.
func TestResetConnection(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		fault fakeapi.Fault
		isEOF bool
	}{
		"closed": {fakeapi.CloseConnection(), true},
		"reset":  {fakeapi.ResetConnection(), false},
	} {
		s := fakeapi.Start(t, fakeapi.Options{})
		s.OnAny(c.fault)
		_, _, err := fetch(t.Context(), s, &http.Client{Transport: &http.Transport{}}, "a.example")
		if err == nil || errors.Is(err, io.EOF) != c.isEOF || s.Charged() != 0 {
			t.Errorf("%s: got the error %v, %d charged, want an EOF: %v", name, err, s.Charged(), c.isEOF)
		}
	}
}
