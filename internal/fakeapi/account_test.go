package fakeapi_test

import (
	"fmt"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/fakeapi"
)

// holdCalls makes n calls that wait, and returns a function that lets them finish.
func holdCalls(t *testing.T, s *fakeapi.Server, n int) (finish func()) {
	t.Helper()
	release := make(chan struct{})
	s.On("held.example", fakeapi.Slow(release))
	var wg sync.WaitGroup
	for range n {
		wg.Go(func() { ask(s, "held.example") })
	}
	if err := s.WaitForCalls(t.Context(), n); err != nil {
		t.Fatal(err)
	}
	finish = sync.OnceFunc(func() { close(release); wg.Wait() })
	t.Cleanup(finish)
	return finish
}

func TestSimultaneousLimit(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ set, want int }{{0, 30}, {2, 2}} {
		s := fakeapi.New(fakeapi.Options{Limits: fakeapi.Limits{Simultaneous: tt.set}})
		finish := holdCalls(t, s, tt.want)
		got := ask(s, "a.example")
		if envelope, _ := got.codes(t); envelope != "40209" || got.status != 200 {
			t.Errorf("call %d of %d at once is answered %s", tt.want+1, tt.want, got.body)
		}
		if s.MaxSimultaneous() != tt.want+1 {
			t.Errorf("MaxSimultaneous is %d, want %d", s.MaxSimultaneous(), tt.want+1)
		}
		finish()
		if envelope, _ := ask(s, "a.example").codes(t); envelope != "20000" || s.Charged() != tt.want+1 {
			t.Errorf("afterwards: %s, charged %d times", envelope, s.Charged())
		}
	}
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

// A call is no longer under way when its client can have read the answer.
func TestCallEndsBeforeItsAnswer(t *testing.T) {
	t.Parallel()
	s := fakeapi.New(fakeapi.Options{Limits: fakeapi.Limits{Simultaneous: 1}})
	next := "not called"
	w := duringWrite{httptest.NewRecorder(), func() { next, _ = ask(s, "b.example").codes(t) }}
	s.ServeHTTP(w, newRequest("POST", fakeapi.SummaryPath, taskFor("a.example")))
	if next != "20000" || s.MaxSimultaneous() != 1 {
		t.Errorf("the next call is answered %s, MaxSimultaneous is %d", next, s.MaxSimultaneous())
	}
}

// A client that makes one call after the other is never seen to make two at a time.
func TestCallsInARowAreNotSimultaneous(t *testing.T) {
	t.Parallel()
	s := fakeapi.Start(t, fakeapi.Options{Limits: fakeapi.Limits{Simultaneous: 1}})
	client := newClient(t)
	const calls = 60
	for i := range calls {
		if i%2 == 1 {
			s.On("a.example", fakeapi.TooLong(1)) // an answer that takes a while to send
		} else {
			s.On("a.example")
		}
		response, err := dial(t, s, client, "a.example")
		if err != nil {
			t.Fatal(err)
		}
		readAll(t, response)
	}
	if s.MaxSimultaneous() != 1 || s.Charged() != calls {
		t.Errorf("MaxSimultaneous is %d, %d of %d charged", s.MaxSimultaneous(), s.Charged(), calls)
	}
}

func TestPerMinuteLimit(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ set, want int }{{0, 2000}, {3, 3}} {
		c := newClock()
		s := fakeapi.New(fakeapi.Options{Now: c.Now, Limits: fakeapi.Limits{PerMinute: tt.set}})
		expect := func(when, code, remaining string) {
			t.Helper()
			got := ask(s, "")
			if envelope, _ := got.codes(t); envelope != code || got.status != 200 {
				t.Errorf("%s: %s, want %s", when, got.body, code)
			}
			if got.header.Get("X-RateLimit-Limit") != fmt.Sprint(tt.want) || got.header.Get("X-RateLimit-Remaining") != remaining {
				t.Errorf("%s: %v", when, got.header)
			}
		}
		expect("the first call", "20000", fmt.Sprint(tt.want-1))
		c.Add(time.Second)
		for range tt.want - 1 {
			ask(s, "")
		}
		expect("one too many", "40202", "0")
		c.Add(58 * time.Second)
		expect("shortly before the minute is over", "40202", "0")
		c.Add(time.Second)
		expect("a minute after the first call", "20000", "0")
		expect("the next one", "40202", "0")
		c.Add(time.Minute)
		expect("a minute later", "20000", fmt.Sprint(tt.want-1))
	}
}

func TestRefusedCallsUseNoFault(t *testing.T) {
	t.Parallel()
	c := newClock()
	s := fakeapi.New(fakeapi.Options{Now: c.Now, Limits: fakeapi.Limits{PerMinute: 1}})
	s.On("a.example", fakeapi.OK, fakeapi.Code(50301))
	var got [3]string
	got[0], _ = ask(s, "a.example").codes(t)
	got[1], _ = ask(s, "a.example").codes(t)
	c.Add(time.Minute)
	got[2], _ = ask(s, "a.example").codes(t)
	if want := [3]string{"20000", "40202", "50301"}; got != want {
		t.Errorf("%v, want %v", got, want)
	}
}

func TestMoney(t *testing.T) {
	t.Parallel()
	s := fakeapi.New(fakeapi.Options{})
	for range 3 {
		ask(s, "a.example")
	}
	ask(s, "") // a failure is free
	if s.Charged() != 3 || s.ChargedUSD() != 0.072108 || s.BalanceUSD() != 49.927892 || s.Calls() != 4 {
		t.Errorf("%d calls, %d charged, %v USD, balance %v", s.Calls(), s.Charged(), s.ChargedUSD(), s.BalanceUSD())
	}
	s = fakeapi.New(fakeapi.Options{PriceUSD: 1, BalanceUSD: -2})
	if cost := text(ask(s, "a.example").envelope(t)["cost"]); cost != "1" || s.BalanceUSD() != -3 {
		t.Errorf("cost %s, balance %v", cost, s.BalanceUSD())
	}
}

func userData(s *fakeapi.Server) reply { return do(s, newRequest("GET", fakeapi.UserDataPath, "")) }

func TestUserData(t *testing.T) {
	t.Parallel()
	s := fakeapi.New(fakeapi.Options{Now: newClock().Now, Limits: fakeapi.Limits{PerMinute: 12}})
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
		{at("backlinks_subscription_expiry_date"), `"2026-09-01 12:00:00 +00:00"`},
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
		t.Error("a call of the account endpoint counts as a call of the summary endpoint")
	}
}

func TestUserDataLimit(t *testing.T) {
	t.Parallel()
	c := newClock()
	s := fakeapi.New(fakeapi.Options{Now: c.Now})
	for i := range 6 {
		if envelope, _ := userData(s).codes(t); envelope != "20000" {
			t.Errorf("call %d: %s", i, envelope)
		}
	}
	if envelope, _ := userData(s).codes(t); envelope != "40202" {
		t.Errorf("seventh call: %s", envelope)
	}
	c.Add(time.Minute)
	if envelope, _ := userData(s).codes(t); envelope != "20000" {
		t.Errorf("a minute later: %s", envelope)
	}
}

func TestUserDataFaults(t *testing.T) {
	t.Parallel()
	s := fakeapi.New(fakeapi.Options{})
	s.OnAny(fakeapi.Code(50000)) // of the other endpoint
	s.OnPath(fakeapi.UserDataPath, fakeapi.Code(40207), fakeapi.Field("money/balance", "-1.5"), fakeapi.Code(50301).InTask(), fakeapi.OK)
	if envelope, _ := userData(s).codes(t); envelope != "40207" {
		t.Errorf("first: %s", envelope)
	}
	if balance := text(userData(s).result(t)["money"].(map[string]any)["balance"]); balance != "-1.5" {
		t.Errorf("second: balance %s", balance)
	}
	if _, task := userData(s).codes(t); task != "50301" {
		t.Errorf("third: %s", task)
	}
	if _, task := userData(s).codes(t); task != "20000" {
		t.Errorf("fourth: %s", task)
	}
}
