package fakeapi_test

import (
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/fakeapi"
)

func TestSimultaneousLimit(t *testing.T) {
	t.Parallel()
	inBubble(t, fakeapi.Options{Delay: time.Second}, func(t *testing.T, s *fakeapi.Server, _ *http.Client) {
		var calls sync.WaitGroup
		for range 30 {
			calls.Go(func() { ask(s, "a.example") })
		}
		synctest.Wait()
		if envelope, _ := ask(s, "a.example").codes(t); envelope != "40209" || s.MaxSimultaneous() != 31 || s.Refusals() != 1 {
			t.Errorf("call 31: got %s, %d simultaneous, %d refused, want 40209, 31, 1", envelope, s.MaxSimultaneous(), s.Refusals())
		}
		calls.Wait()
		if envelope, _ := ask(s, "a.example").codes(t); envelope != "20000" || s.Charged() != 31 {
			t.Errorf("afterwards: got %s, %d charged, want 20000, 31", envelope, s.Charged())
		}
	})
}

// duringWrite runs a function while the answer is being written.
type duringWrite struct {
	*httptest.ResponseRecorder
	run func()
}

func (w duringWrite) Write(p []byte) (int, error) {
	w.run()
	return w.ResponseRecorder.Write(p)
}

// TestCallEndsBeforeItsAnswer checks that a client can make its next call as soon as it
// has an answer, without being seen to make two at once.
func TestCallEndsBeforeItsAnswer(t *testing.T) {
	t.Parallel()
	s := fakeapi.New(fakeapi.Options{})
	w := duringWrite{httptest.NewRecorder(), func() { ask(s, "b.example") }}
	s.ServeHTTP(w, newRequest("POST", fakeapi.SummaryPath, taskFor("a.example")))
	if s.Charged() != 2 || s.MaxSimultaneous() != 1 {
		t.Errorf("got %d charged, %d simultaneous, want 2, 1", s.Charged(), s.MaxSimultaneous())
	}
}

// TestPerMinuteLimit checks that exactly the limit passes in any 60 seconds.
func TestPerMinuteLimit(t *testing.T) {
	t.Parallel()
	for set, limit := range map[int]int{0: 2000, 50: 50} {
		inBubble(t, fakeapi.Options{PerMinute: set}, func(t *testing.T, s *fakeapi.Server, _ *http.Client) {
			call := func(n, wantRefused int) {
				t.Helper()
				before := s.Refusals()
				for range n {
					ask(s, "")
				}
				if got := s.Refusals() - before; got != wantRefused {
					t.Errorf("after %v: %d of %d calls refused, want %d", time.Since(start), got, n, wantRefused)
				}
			}
			call(1, 0)
			<-time.After(59 * time.Second)
			call(limit, 1)
			<-time.After(time.Second)
			call(2, 1) // only the first call is a minute ago
			<-time.After(59 * time.Second)
			call(limit, 1)
		})
	}
}

// start is when a synctest bubble begins.
var start = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)

// TestRefusedCallsUseNoFault checks that a call above the limit does not advance a
// sequence of faults.
func TestRefusedCallsUseNoFault(t *testing.T) {
	t.Parallel()
	inBubble(t, fakeapi.Options{PerMinute: 1}, func(t *testing.T, s *fakeapi.Server, _ *http.Client) {
		s.On("a.example", fakeapi.OK, fakeapi.Code(50301))
		var got [3]string
		got[0], _ = ask(s, "a.example").codes(t)
		got[1], _ = ask(s, "a.example").codes(t)
		<-time.After(time.Minute)
		got[2], _ = ask(s, "a.example").codes(t)
		if want := [3]string{"20000", "40202", "50301"}; got != want {
			t.Errorf("got %v, want %v", got, want)
		}
	})
}

func TestMoney(t *testing.T) {
	t.Parallel()
	s := fakeapi.New(fakeapi.Options{BalanceUSD: 0.05})
	for range 3 {
		ask(s, "a.example")
	}
	ask(s, "") // a failure is free
	if s.Charged() != 3 || s.ChargedUSD() != 0.072108 || s.BalanceUSD() != -0.022108 || s.Calls() != 4 {
		t.Errorf("%d calls, %d charged, %v USD, balance %v", s.Calls(), s.Charged(), s.ChargedUSD(), s.BalanceUSD())
	}
}

func userData(s *fakeapi.Server) reply { return do(s, newRequest("GET", fakeapi.UserDataPath, "")) }

func TestUserData(t *testing.T) {
	t.Parallel()
	inBubble(t, fakeapi.Options{PerMinute: 12}, func(t *testing.T, s *fakeapi.Server, _ *http.Client) {
		ask(s, "a.example")
		got := userData(s)
		task, result := got.task(t, 0), got.result(t)
		if text(task["path"]) != `["v3","appendix","user_data"]` || text(task["data"]) != `{"api":"appendix","function":"user_data"}` ||
			text(task["cost"]) != "0" || text(task["result_count"]) != "1" {
			t.Errorf("task: %v", task)
		}
		at := func(names ...string) string {
			value := any(result)
			for _, name := range names {
				value = value.(map[string]any)[name]
			}
			return text(value)
		}
		for _, tt := range []struct{ got, want string }{
			{at("login"), `"user@example.com"`},
			{at("timezone"), `"Europe/Berlin"`},
			{at("backlinks_subscription_expiry_date"), `"2000-02-01 00:00:00 +00:00"`},
			{at("rates", "limits", "minute", "total"), "12"},
			{at("rates", "limits", "day", "total"), "0"},
			{at("rates", "statistics", "minute", "total"), "1"},
			{at("rates", "statistics", "day", "total"), "1"},
			{at("money", "total"), "50"},
			{at("money", "balance"), "49.975964"},
			{at("money", "limits", "day", "total"), "0"},
			{at("money", "limits", "minute", "total"), "0"},
			{at("money", "statistics", "day", "total"), "0.024036"},
			{at("price", "backlinks", "summary", "live", "priority_normal"),
				`[{"cost":0.024,"cost_type":"per_request"},{"cost":0.000036,"cost_type":"per_result"}]`},
		} {
			if tt.got != tt.want {
				t.Errorf("got %s, want %s", tt.got, tt.want)
			}
		}
		if s.Calls() != 1 || s.CallsTo(fakeapi.UserDataPath) != 1 || s.Charged() != 1 || s.MaxSimultaneous() != 1 {
			t.Error("the call to the account endpoint counts as a paid call")
		}
	})
}

func TestUserDataLimit(t *testing.T) {
	t.Parallel()
	inBubble(t, fakeapi.Options{}, func(t *testing.T, s *fakeapi.Server, _ *http.Client) {
		for i, want := range []string{"20000", "20000", "20000", "20000", "20000", "20000", "40202"} {
			if got, _ := userData(s).codes(t); got != want {
				t.Errorf("call %d: got %s, want %s", i+1, got, want)
			}
		}
		<-time.After(time.Minute)
		if got, _ := userData(s).codes(t); got != "20000" {
			t.Errorf("a minute later: got %s, want 20000", got)
		}
	})
}

func TestUserDataFaults(t *testing.T) {
	t.Parallel()
	s := fakeapi.New(fakeapi.Options{})
	s.OnAny(fakeapi.Code(50000)) // only for paid calls
	s.OnPath(fakeapi.UserDataPath, fakeapi.Field("money/balance", "-1.5"), fakeapi.Code(50301).InTask())
	if balance := text(userData(s).result(t)["money"].(map[string]any)["balance"]); balance != "-1.5" {
		t.Errorf("first call: got balance %s, want -1.5", balance)
	}
	if _, task := userData(s).codes(t); task != "50301" {
		t.Errorf("second call: got %s, want 50301", task)
	}
}
