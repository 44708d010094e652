package fakeapi_test

import (
	"bytes"
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

// inBubble runs a test in virtual time, with a fake that is reached without a socket.
func inBubble(t *testing.T, opts fakeapi.Options, test func(t *testing.T, s *fakeapi.Server, client *http.Client)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		s := fakeapi.New(opts)
		t.Cleanup(s.Close)
		test(t, s, &http.Client{Transport: s.RoundTripper()})
	})
}

// fetch asks for target and reads the whole answer.
func fetch(ctx context.Context, s *fakeapi.Server, client *http.Client, target string) (status int, body []byte, err error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, s.URL+fakeapi.SummaryPath, strings.NewReader(taskFor(target)))
	if err != nil {
		return 0, nil, err
	}
	r.SetBasicAuth(fakeapi.DefaultLogin, fakeapi.DefaultPassword)
	response, err := client.Do(r)
	if err != nil {
		return 0, nil, err
	}
	defer response.Body.Close()
	body, err = io.ReadAll(response.Body)
	return response.StatusCode, body, err
}

// A minute passes at once, and is the fake's own: it is in the log.
func TestRoundTripper_time(t *testing.T) {
	t.Parallel()
	inBubble(t, fakeapi.Options{Delay: time.Minute}, func(t *testing.T, s *fakeapi.Server, client *http.Client) {
		start := time.Now()
		for range 2 {
			status, body, err := fetch(t.Context(), s, client, "a.example")
			if err != nil || status != 200 || text(decode(t, body)["status_code"]) != "20000" {
				t.Errorf("HTTP %d, %v, %s", status, err, body)
			}
		}
		if passed := time.Since(start); passed != 2*time.Minute {
			t.Errorf("two calls took %v", passed)
		}
		if received := s.Requests()[1].Received; received.Sub(start) != time.Minute {
			t.Errorf("the second call was received at %v", received)
		}
	})
}

// It is what a real transport and a real server would do.
func TestRoundTripper_isHTTP(t *testing.T) {
	t.Parallel()
	inBubble(t, fakeapi.Options{}, func(t *testing.T, s *fakeapi.Server, client *http.Client) {
		var written []string
		ctx := httptrace.WithClientTrace(t.Context(), &httptrace.ClientTrace{
			WroteHeaderField: func(name string, _ []string) { written = append(written, name) },
		})
		s.On("gzip.example", fakeapi.Gzip())
		if _, body, err := fetch(ctx, s, client, "gzip.example"); err != nil || text(decode(t, body)["status_code"]) != "20000" {
			t.Errorf("compressed: %v, %s", err, body)
		}
		if !slices.Contains(written, "Authorization") {
			t.Errorf("the header fields that were written are %q", written)
		}
		for fault, want := range map[string]error{"closed": io.EOF, "reset": io.EOF, "half": io.ErrUnexpectedEOF} {
			s.On("a.example", map[string]fakeapi.Fault{
				"closed": fakeapi.CloseConnection(), "reset": fakeapi.ResetConnection(), "half": fakeapi.HalfAnswer(),
			}[fault])
			if _, _, err := fetch(t.Context(), s, client, "a.example"); !errors.Is(err, want) {
				t.Errorf("%s: error %v, want %v", fault, err, want)
			}
		}
	})
}

// A request ends with its context, wherever it is, and the fake with it.
func TestRoundTripper_cancelled(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]fakeapi.Fault{"no answer": fakeapi.Slow(nil), "no end": fakeapi.NoEnd()} {
		inBubble(t, fakeapi.Options{}, func(t *testing.T, s *fakeapi.Server, client *http.Client) {
			s.OnAny(fault)
			start := time.Now()
			ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
			defer cancel()
			_, _, err := fetch(ctx, s, client, "a.example")
			if !errors.Is(err, context.DeadlineExceeded) || time.Since(start) != time.Hour {
				t.Errorf("%s: error %v after %v", name, err, time.Since(start))
			}
			synctest.Wait()
			s.OnAny()
			if _, _, err := fetch(t.Context(), s, client, "a.example"); err != nil || s.MaxSimultaneous() != 1 {
				t.Errorf("%s: the next call: %v, %d at once", name, err, s.MaxSimultaneous())
			}
		})
	}
}

// Close ends what waits at either end.
func TestRoundTripper_closed(t *testing.T) {
	t.Parallel()
	inBubble(t, fakeapi.Options{}, func(t *testing.T, s *fakeapi.Server, client *http.Client) {
		s.OnAny(fakeapi.Slow(nil))
		var wg sync.WaitGroup
		for range 5 {
			wg.Go(func() {
				if _, _, err := fetch(t.Context(), s, client, "a.example"); err == nil {
					t.Error("it was answered")
				}
			})
		}
		synctest.Wait()
		s.Close()
		wg.Wait()
		if _, _, err := fetch(t.Context(), s, client, "a.example"); err == nil {
			t.Error("it was answered after the end")
		}
	})
}

// Never more than the limit in any 60 seconds, and not one less.
func TestPerMinuteLimitInVirtualTime(t *testing.T) {
	t.Parallel()
	inBubble(t, fakeapi.Options{Limits: fakeapi.Limits{PerMinute: 50}}, func(t *testing.T, s *fakeapi.Server, _ *http.Client) {
		count := func(n int) (refused int) {
			before := s.Refusals()
			for range n {
				ask(s, "")
			}
			return s.Refusals() - before
		}
		if got := count(1); got != 0 {
			t.Error("the first call was refused")
		}
		<-time.After(59 * time.Second)
		if got := count(50); got != 1 {
			t.Errorf("%d of 50 calls were refused, want 1", got)
		}
		<-time.After(time.Second)
		if got := count(2); got != 1 { // only the first call is a minute ago
			t.Errorf("%d of 2 calls were refused, want 1", got)
		}
		<-time.After(59 * time.Second)
		if got := count(50); got != 1 {
			t.Errorf("%d of 50 calls were refused a minute later, want 1", got)
		}
	})
}

// A storm refuses everything for as long as it lasts, and leaves no trace.
func TestStorm(t *testing.T) {
	t.Parallel()
	inBubble(t, fakeapi.Options{Limits: fakeapi.Limits{PerMinute: 2}}, func(t *testing.T, s *fakeapi.Server, client *http.Client) {
		s.On("a.example", fakeapi.Code(50301), fakeapi.OK)
		s.Storm(25*time.Second, fakeapi.Gateway(429).Header("Retry-After", "1"))
		for _, r := range []*http.Request{
			newRequest("POST", fakeapi.SummaryPath, taskFor("a.example")), newRequest("GET", fakeapi.UserDataPath, ""), newRequest("GET", "/", ""),
		} {
			if got := do(s, r); got.status != 429 || got.header.Get("Retry-After") != "1" {
				t.Errorf("%s is answered HTTP %d, %v", r.URL.Path, got.status, got.header)
			}
		}
		<-time.After(25*time.Second - 1)
		if status, _, err := fetch(t.Context(), s, client, "a.example"); status != 429 || err != nil {
			t.Errorf("shortly before the end: HTTP %d, %v", status, err)
		}
		if s.Refusals() != 4 || s.Charged() != 0 || s.Calls() != 2 {
			t.Errorf("%d refusals, %d charged, %d calls", s.Refusals(), s.Charged(), s.Calls())
		}
		<-time.After(1)
		for _, want := range []string{"50301", "20000", "40202"} { // neither sequence nor limit was used
			if _, body, err := fetch(t.Context(), s, client, "a.example"); err != nil || text(decode(t, body)["status_code"]) != want {
				t.Errorf("after the storm: %v, %s, want %s", err, body, want)
			}
		}
	})
}

// The whole answer is there, and the connection does not end as it should.
func TestBadEnds(t *testing.T) {
	t.Parallel()
	whole := ask(fakeapi.New(fakeapi.Options{}), "a.example").body
	for name, tt := range map[string]struct {
		fault  fakeapi.Fault
		length int64
		end    error
	}{
		"no last chunk":    {fakeapi.NoLastChunk(), -1, io.ErrUnexpectedEOF},
		"length too large": {fakeapi.LengthTooLarge(), int64(len(whole)) + 1, io.ErrUnexpectedEOF},
		"no end":           {fakeapi.NoEnd(), -1, context.DeadlineExceeded},
	} {
		for where, serve := range map[string]func(t *testing.T, s *fakeapi.Server) *http.Client{
			"socket": func(t *testing.T, s *fakeapi.Server) *http.Client {
				stop, err := s.Serve(t.Context())
				if err != nil {
					t.Fatal(err)
				}
				t.Cleanup(stop)
				return newClient(t)
			},
			"pipe": func(t *testing.T, s *fakeapi.Server) *http.Client {
				t.Cleanup(s.Close)
				return &http.Client{Transport: s.RoundTripper()}
			},
		} {
			t.Run(name+", "+where, func(t *testing.T) {
				t.Parallel()
				s := fakeapi.New(fakeapi.Options{})
				s.OnAny(tt.fault)
				response, err := dial(t, s, serve(t, s), "a.example")
				if err != nil {
					t.Fatal(err)
				}
				defer response.Body.Close()
				body := make([]byte, len(whole))
				if _, err := io.ReadFull(response.Body, body); err != nil || !bytes.Equal(body, whole) || response.ContentLength != tt.length {
					t.Errorf("%v, Content-Length %d, want %d: %s", err, response.ContentLength, tt.length, body)
				}
				if s.Charged() != 1 || s.Requests()[0].StatusCode != 20000 {
					t.Errorf("logged as %+v", s.Requests()[0])
				}
				ended := make(chan error, 1)
				go func() {
					_, err := response.Body.Read(body)
					ended <- err
				}()
				if !errors.Is(tt.end, context.DeadlineExceeded) {
					if err := <-ended; !errors.Is(err, tt.end) {
						t.Errorf("the end is %v, want %v", err, tt.end)
					}
					return
				}
				select {
				case err := <-ended:
					t.Errorf("the answer has an end: %v", err)
				default:
				}
				s.Close()
				if err := <-ended; err == nil || errors.Is(err, io.EOF) {
					t.Errorf("closed, the end is %v", err)
				}
			})
		}
	}
}

// 15 MiB that take 15 kB on the wire.
func TestTooLongAndCompressed(t *testing.T) {
	t.Parallel()
	s := fakeapi.New(fakeapi.Options{})
	s.OnAny(fakeapi.TooLong(15).And(fakeapi.Gzip()))
	if wire := len(ask(s, "a.example").body); wire > 20<<10 {
		t.Errorf("%d bytes on the wire", wire)
	}
	client := &http.Client{Transport: s.RoundTripper()}
	t.Cleanup(s.Close)
	_, body, err := fetch(t.Context(), s, client, "a.example")
	if err != nil || len(body) < 15<<20 || len(decode(t, body)["padding"].(string)) != 15<<20 {
		t.Errorf("%d bytes, %v", len(body), err)
	}
}
