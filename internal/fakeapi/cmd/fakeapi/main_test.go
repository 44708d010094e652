package main

import (
	"bufio"
	"context"
	"errors"
	"flag"
	"io"
	"net/http"
	"net/http/httptrace"
	"regexp"
	"strings"
	"sync"
	"testing"
)

// buffer is a buffer for several goroutines.
type buffer struct {
	mu sync.Mutex
	b  strings.Builder
}

func (b *buffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

func (b *buffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}

// session is a fake that runs.
type session struct {
	intro  string            // what was printed before the first call
	env    map[string]string // what it says to export
	rest   *bufio.Reader
	log    *buffer
	stop   context.CancelFunc
	result chan error
}

// start runs the command, on a free port unless args say otherwise, until the end of
// what it prints at first.
func start(t *testing.T, args ...string) *session {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	t.Cleanup(stop)
	out, in := io.Pipe()
	s := &session{env: map[string]string{}, rest: bufio.NewReader(out), log: &buffer{}, stop: stop, result: make(chan error, 1)}
	go func() {
		err := run(ctx, append([]string{"-listen", "127.0.0.1:0"}, args...), in, s.log)
		in.CloseWithError(io.EOF)
		s.result <- err
	}()
	for !strings.HasSuffix(s.intro, "made up from its name.\n") {
		line, err := s.rest.ReadString('\n')
		if err != nil {
			t.Fatalf("%v: %v; %s", err, <-s.result, s.log)
		}
		s.intro += line
		if name, value, ok := strings.Cut(strings.TrimPrefix(line, "export "), "="); ok && strings.HasPrefix(line, "export ") {
			s.env[name] = strings.ReplaceAll(strings.Trim(strings.TrimSpace(value), "'"), `'\''`, "'")
		}
	}
	return s
}

// ask asks for a target as someone who has read the intro would.
func (s *session) ask(ctx context.Context, t *testing.T, target string) (string, error) {
	t.Helper()
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, s.env["DATAFORSEO_BASE_URL"]+"/v3/backlinks/summary/live",
		strings.NewReader(`[{"target":"`+target+`"}]`))
	if err != nil {
		t.Fatal(err)
	}
	r.SetBasicAuth(s.env["DATAFORSEO_LOGIN"], s.env["DATAFORSEO_PASSWORD"])
	response, err := (&http.Client{Transport: &http.Transport{DisableKeepAlives: true}}).Do(r)
	if err != nil {
		return "", err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	return string(body), err
}

// end interrupts the command and returns what it prints then.
func (s *session) end(t *testing.T) string {
	t.Helper()
	s.stop()
	rest, err := io.ReadAll(s.rest)
	if err = errors.Join(err, <-s.result); err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(rest))
}

func TestRun(t *testing.T) {
	t.Parallel()
	s := start(t, "-cli-config", "/home/ann/.dev.tfrc", "-login", "me@example.com", "-password", "it's a fake", "-price", "0.5", "-delay", "1ms")
	if !regexp.MustCompile(`^A fake DataForSEO serves at http://127\.0\.0\.1:\d+ until Ctrl-C\.`).MatchString(s.intro) {
		t.Errorf("intro: %s", s.intro)
	}
	if s.env["DATAFORSEO_LOGIN"] != "me@example.com" || s.env["DATAFORSEO_PASSWORD"] != "it's a fake" || s.env["DATAFORSEO_SANDBOX"] != "false" || s.env["TF_CLI_CONFIG_FILE"] != "/home/ann/.dev.tfrc" || len(s.env) != 5 {
		t.Errorf("environment: %v", s.env)
	}
	for _, piece := range []string{"spammy.example             rank 58, spam score 67, 9310 backlinks, 15 referring domains\n", "error-CODE.example", "no-data.example", "slow.example"} {
		if !strings.Contains(s.intro, piece) {
			t.Errorf("the intro does not mention %s", piece)
		}
	}
	for target, want := range map[string]string{
		"spammy.example":      `"backlinks_spam_score":67`,
		"error-40202.example": `"status_code":40202`,
		"no-data.example":     `"result":null`,
	} {
		body, err := s.ask(t.Context(), t, target)
		if err != nil || !strings.Contains(body, want) {
			t.Errorf("%s: %v, %s", target, err, body)
		}
	}
	if _, err := s.ask(t.Context(), t, "closed.example"); err == nil {
		t.Error("closed.example was answered")
	}
	if got, want := s.end(t), "Calls: 4, charged: 2, 1.000000 USD in all."; got != want {
		t.Errorf("printed %q at the end, want %q", got, want)
	}
	for _, line := range []string{
		`target "spammy.example": HTTP 200, status_code 20000, 0.500000 USD`,
		`target "error-40202.example": HTTP 200, status_code 40202, 0.000000 USD`,
		`target "closed.example": no answer, 0.000000 USD`,
	} {
		if !strings.Contains(s.log.String(), `POST "/v3/backlinks/summary/live" `+line+"\n") {
			t.Errorf("no %s in the log:\n%s", line, s.log)
		}
	}
	if n := strings.Count(s.log.String(), "\n"); n != 4 {
		t.Errorf("%d lines for 4 requests", n)
	}
	if strings.Contains(s.log.String(), "it's a fake") {
		t.Error("the log holds the password")
	}
}

// An answer that never comes does not hold up the end.
func TestRunEndsSlowAnswers(t *testing.T) {
	t.Parallel()
	s := start(t)
	written, answered := make(chan struct{}), make(chan error, 1)
	ctx := httptrace.WithClientTrace(t.Context(), &httptrace.ClientTrace{
		WroteRequest: func(httptrace.WroteRequestInfo) { close(written) },
	})
	go func() {
		_, err := s.ask(ctx, t, "slow.example")
		answered <- err
	}()
	select {
	case <-written:
	case err := <-answered:
		t.Fatal(err)
	}
	if got, want := s.end(t), "USD in all."; !strings.HasSuffix(got, want) {
		t.Errorf("printed %q at the end, want %q", got, want)
	}
	if err := <-answered; err == nil {
		t.Error("slow.example was answered")
	}
}

func TestCommandLine(t *testing.T) {
	t.Parallel()
	const notLoopback = ` is not a loopback address: the password of the fake is no secret, so other machines must not reach it; use 127.0.0.1, [::1] or localhost`
	tests := []struct {
		args []string
		want string
	}{
		{[]string{"-listen", "0.0.0.0:8080"}, `-listen "0.0.0.0:8080"` + notLoopback},
		{[]string{"-listen", ":8080"}, `-listen ":8080"` + notLoopback},
		{[]string{"-listen", "[::]:0"}, `-listen "[::]:0"` + notLoopback},
		{[]string{"-listen", "192.0.2.1:0"}, `-listen "192.0.2.1:0"` + notLoopback},
		{[]string{"-listen", "fake.example:0"}, `-listen "fake.example:0"` + notLoopback},
		{[]string{"-listen", "8080"}, `-listen "8080" is not HOST:PORT, such as 127.0.0.1:8080: address 8080: missing port in address`},
		{[]string{"-login", ""}, "-login and -password must not be empty"},
		{[]string{"-password", ""}, "-login and -password must not be empty"},
		{[]string{"-login", "a:b"}, "-login must not contain a colon: HTTP Basic authentication ends the login there"},
		{[]string{"-price", "0"}, "-price 0 is not a price: use more than 0"},
		{[]string{"-price", "-1"}, "-price -1 is not a price: use more than 0"},
		{[]string{"-delay", "-1s"}, "-delay -1s is negative"},
		{[]string{"serve"}, `unexpected argument "serve": there are only flags`},
		{[]string{"-h"}, flag.ErrHelp.Error()},
	}
	for _, tt := range tests {
		err := run(t.Context(), tt.args, io.Discard, io.Discard)
		if err == nil || err.Error() != tt.want {
			t.Errorf("%v: error %v, want %s", tt.args, err, tt.want)
		}
	}
}

// TestListenUsual: the address is the same from start to start, unless another program
// has it.
func TestListenUsual(t *testing.T) {
	t.Parallel()
	first, err := listenLoopback(t.Context(), "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := first.Addr().String()
	var said strings.Builder
	second, err := listenUsual(t.Context(), address, &said)
	if err != nil {
		t.Fatal(err)
	}
	if second.Addr().String() == address || !strings.Contains(said.String(), "listen tcp "+address) {
		t.Errorf("listens on %s and says %q", second.Addr(), &said)
	}
	said.Reset()
	if err := errors.Join(first.Close(), second.Close()); err != nil {
		t.Fatal(err)
	}
	again, err := listenUsual(t.Context(), address, &said)
	if err != nil {
		t.Fatal(err)
	}
	if again.Addr().String() != address || said.Len() > 0 {
		t.Errorf("listens on %s and says %q, want %s", again.Addr(), &said, address)
	}
	if err := again.Close(); err != nil {
		t.Error(err)
	}
}

func TestListenOnLocalhost(t *testing.T) {
	t.Parallel()
	s := start(t, "-listen", "localhost:0")
	if body, err := s.ask(t.Context(), t, "a.example"); err != nil || !strings.Contains(body, `"status_code":20000`) {
		t.Errorf("error %v, answer %s", err, body)
	}
	s.end(t)
}
