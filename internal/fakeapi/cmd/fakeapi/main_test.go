package main

import (
	"bufio"
	"context"
	"errors"
	"flag"
	"io"
	"net/http"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/fakeapi"
)

// buffer is a buffer that is safe for concurrent use.
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

// session is a running command.
type session struct {
	intro  string            // the instructions
	env    map[string]string // the variables in the instructions
	rest   *bufio.Reader
	log    *buffer
	stop   context.CancelFunc
	result chan error
}

// start runs the command, on a free port unless args say otherwise, and returns after
// its instructions.
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
		if variable, ok := strings.CutPrefix(line, "export "); ok {
			name, value, _ := strings.Cut(variable, "=")
			s.env[name] = strings.Trim(value, "'\n")
		}
	}
	return s
}

// ask requests a target with the variables in the instructions.
func (s *session) ask(t *testing.T, target string) (string, error) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.env["DATAFORSEO_BASE_URL"]+"/v3/backlinks/summary/live",
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

// end interrupts the command and returns the rest of its output.
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
	s := start(t, "-cli-config", "/home/ann/.dev.tfrc", "-delay", "1ms")
	if !regexp.MustCompile(`^A fake DataForSEO serves at http://127\.0\.0\.1:\d+ until Ctrl-C\.`).MatchString(s.intro) {
		t.Errorf("got %s, want the address first", s.intro)
	}
	if s.env["DATAFORSEO_SANDBOX"] != "false" || s.env["TF_CLI_CONFIG_FILE"] != "/home/ann/.dev.tfrc" || len(s.env) != 5 {
		t.Errorf("got the environment %v", s.env)
	}
	for _, piece := range []string{"  spammy.example               58          67        9310                 15\n", "\n\n  no-data.example\n\n", "error-CODE.example", "slow.example"} {
		if !strings.Contains(s.intro, piece) {
			t.Errorf("got %s, want %q in it", s.intro, piece)
		}
	}
	for line := range strings.Lines(s.intro) {
		if len(line) > 81 { // with the line feed
			t.Errorf("more than 80 columns: %s", line)
		}
	}
	for target, want := range map[string]string{
		"spammy.example":      `"backlinks_spam_score":67`,
		"error-40202.example": `"status_code":40202`,
		"no-data.example":     `"result":null`,
	} {
		body, err := s.ask(t, target)
		if err != nil || !strings.Contains(body, want) {
			t.Errorf("%s: got %s, %v, want %s in it", target, body, err, want)
		}
	}
	if _, err := s.ask(t, "closed.example"); err == nil {
		t.Error("closed.example was answered")
	}
	if got, want := s.end(t), "4 calls. DataForSEO would have charged 0.048072 USD for 2 of them."; got != want {
		t.Errorf("printed %q at the end, want %q", got, want)
	}
	for _, line := range []string{
		`target "spammy.example": HTTP 200, status_code 20000, 0.024036 USD`,
		`target "error-40202.example": HTTP 200, status_code 40202, 0.000000 USD`,
		`target "closed.example": no answer, 0.000000 USD`,
	} {
		if !strings.Contains(s.log.String(), `POST "/v3/backlinks/summary/live" `+line+"\n") {
			t.Errorf("got the log\n%s\nwant %s in it", s.log, line)
		}
	}
	if n := strings.Count(s.log.String(), "\n"); n != 4 {
		t.Errorf("got %d lines in the log, want 4", n)
	}
	if strings.Contains(s.log.String(), s.env["DATAFORSEO_PASSWORD"]) {
		t.Error("the log has the password")
	}
}

// TestLogTo_noTarget checks the line for a call that has no targets.
func TestLogTo_noTarget(t *testing.T) {
	t.Parallel()
	var log strings.Builder
	logTo(&log)(fakeapi.Request{Method: "GET", Path: "/v3/appendix/user_data", HTTPStatus: 200, StatusCode: 20000})
	if want := "00:00:00 GET \"/v3/appendix/user_data\": HTTP 200, status_code 20000, 0.000000 USD\n"; log.String() != want {
		t.Errorf("got %q, want %q", log.String(), want)
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
		{[]string{"-delay", "-1s"}, "-delay -1s is negative"},
		{[]string{"serve"}, `unexpected argument "serve": there are only flags`},
		{[]string{"-h"}, flag.ErrHelp.Error()},
	}
	for _, tt := range tests {
		err := run(t.Context(), tt.args, io.Discard, io.Discard)
		if err == nil || err.Error() != tt.want {
			t.Errorf("%v: got the error %v, want %s", tt.args, err, tt.want)
		}
	}
}

// TestListenUsual checks that another port is used, with a notice, only if another
// program uses the address.
func TestListenUsual(t *testing.T) {
	t.Parallel()
	first, err := listenLoopback(t.Context(), "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := first.Addr().String()
	var stdout strings.Builder
	second, err := listenUsual(t.Context(), address, &stdout)
	if err != nil {
		t.Fatal(err)
	}
	if second.Addr().String() == address || !strings.Contains(stdout.String(), "listen tcp "+address) {
		t.Errorf("got %s and the output %q, want another port and a notice", second.Addr(), &stdout)
	}
	stdout.Reset()
	if err := errors.Join(first.Close(), second.Close()); err != nil {
		t.Fatal(err)
	}
	again, err := listenUsual(t.Context(), address, &stdout)
	if err != nil {
		t.Fatal(err)
	}
	if again.Addr().String() != address || stdout.Len() > 0 {
		t.Errorf("got %s and the output %q, want %s and none", again.Addr(), &stdout, address)
	}
	if err := again.Close(); err != nil {
		t.Error(err)
	}
}

func TestListenLoopback_localhost(t *testing.T) {
	t.Parallel()
	listener, err := listenLoopback(t.Context(), "localhost:0")
	if err != nil {
		t.Fatal(err)
	}
	if err := listener.Close(); err != nil {
		t.Error(err)
	}
}
