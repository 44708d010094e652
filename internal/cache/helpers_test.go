package cache_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jonboulle/clockwork"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/cache"
	"github.com/dataforseo/terraform-provider-dataforseo/internal/dataforseo"
	"github.com/dataforseo/terraform-provider-dataforseo/internal/fakeapi"
)

// login and ttl are those of a cache in a test unless it says otherwise.
const (
	login = "user@example.com"
	ttl   = time.Hour
)

// entryOfA is the name of the entry that holds the answer about a.example for login.
const entryOfA = "ab324b5bade6f8091efc37d84ac4d564205d8131f0ff74381a46e696b120713e-dd53fc8010adb9444d8312b0ca1e486b.answer"

// epoch is when tests begin.
var epoch = time.Date(2026, 8, 1, 12, 0, 0, 123456789, time.UTC)

// doerFunc is a [dataforseo.Doer] made of a function.
type doerFunc func(ctx context.Context, call *dataforseo.Call) (*dataforseo.Reply, error)

func (f doerFunc) Do(ctx context.Context, call *dataforseo.Call) (*dataforseo.Reply, error) {
	return f(ctx, call)
}

// api is a stub of what is behind a cache. It counts calls, and gives every answer
// a rank that tells it from the others.
type api struct {
	// arrival tells when the n-th answer arrives.
	arrival func(n int) time.Time
	// meanwhile, if set, is called before the n-th call is answered. Its error is
	// the answer.
	meanwhile func(ctx context.Context, n int) error
	// padding is how many bytes every answer is longer.
	padding int

	mu    sync.Mutex
	total int
}

func newAPI(clock clockwork.Clock) *api {
	return &api{arrival: func(int) time.Time { return clock.Now().UTC() }}
}

func (a *api) Do(ctx context.Context, call *dataforseo.Call) (*dataforseo.Reply, error) {
	a.mu.Lock()
	a.total++
	n := a.total
	a.mu.Unlock()
	if a.meanwhile != nil {
		if err := a.meanwhile(ctx, n); err != nil {
			return nil, err
		}
	}
	return dataforseo.DecodeReply(answerBody(call.Subject, n, a.padding), a.arrival(n), call)
}

// calls returns how often the API was asked.
func (a *api) calls() int {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.total
}

// answerBody is an answer about target, with white space in it.
func answerBody(target string, rank, padding int) []byte {
	return fmt.Appendf(nil, `{ "status_code": 20000, "cost": 0.024036, "field_of_tomorrow": "%s", "tasks": [
		{ "status_code": 20000, "result_count": 1, "data": { "target": %q }, "result": [ { "target": %[2]q, "rank": %d } ] }
	] }
	`, strings.Repeat("x", padding), target, rank)
}

// callMade returns the call that the client makes of a request.
func callMade(request dataforseo.BacklinksSummaryRequest) (made *dataforseo.Call, err error) {
	enough := errors.New("seen enough")
	client := dataforseo.NewClient(doerFunc(func(_ context.Context, call *dataforseo.Call) (*dataforseo.Reply, error) {
		made = call
		return nil, enough
	}))
	if _, err := client.BacklinksSummary(context.Background(), request); !errors.Is(err, enough) {
		return nil, err
	}
	return made, nil
}

func callOf(tb testing.TB, request dataforseo.BacklinksSummaryRequest) *dataforseo.Call {
	tb.Helper()
	call, err := callMade(request)
	must(tb, err)
	return call
}

// callFor returns the call about a target.
func callFor(tb testing.TB, target string) *dataforseo.Call {
	tb.Helper()
	return callOf(tb, dataforseo.BacklinksSummaryRequest{Target: target})
}

// agedCallFor returns the call about a target with a max_age.
func agedCallFor(tb testing.TB, target string, maxAge time.Duration) *dataforseo.Call {
	tb.Helper()
	return callOf(tb, dataforseo.BacklinksSummaryRequest{Target: target, MaxAge: &maxAge})
}

// process returns what a new process has: a Cache that has not been asked yet.
func process(next dataforseo.Doer, directory string, clock clockwork.Clock, changes ...func(*cache.Options)) *cache.Cache {
	options := cache.Options{
		Directory: directory, TTL: ttl, BaseURL: dataforseo.DefaultBaseURL, Login: login, Clock: clock,
	}
	for _, change := range changes {
		change(&options)
	}
	return cache.New(next, options)
}

func mode(m cache.Mode) func(*cache.Options) { return func(o *cache.Options) { o.Mode = m } }

// ask makes a call that must be answered.
func ask(tb testing.TB, doer dataforseo.Doer, call *dataforseo.Call) *dataforseo.Reply {
	tb.Helper()
	reply, err := doer.Do(context.Background(), call)
	if err != nil {
		tb.Fatalf("ask about %s: %v", call.Subject, err)
	}
	return reply
}

// rank returns what tells an answer of the stub from the others.
func rank(tb testing.TB, reply *dataforseo.Reply) int {
	tb.Helper()
	summary, ok := reply.Result.(*dataforseo.BacklinksSummary)
	if !ok || summary.Rank == nil {
		tb.Fatalf("not an answer of the stub: %s", reply.Body)
	}
	return int(*summary.Rank)
}

// wantReply wants the n-th answer of the stub.
func wantReply(tb testing.TB, reply *dataforseo.Reply, n int, fromCache bool) {
	tb.Helper()
	if got := rank(tb, reply); got != n || reply.FromCache != fromCache {
		tb.Errorf("answer %d, from cache %t, want %d, %t", got, reply.FromCache, n, fromCache)
	}
}

func wantCalls(tb testing.TB, a *api, want int) {
	tb.Helper()
	if got := a.calls(); got != want {
		tb.Errorf("%d calls, want %d", got, want)
	}
}

// newFakeTransport returns a transport to a fake, for its account.
func newFakeTransport(tb testing.TB, server *fakeapi.Server, clock clockwork.Clock, account string) *dataforseo.Transport {
	tb.Helper()
	base, err := url.Parse(server.URL)
	if err != nil {
		tb.Fatal(err)
	}
	transport := dataforseo.NewTransport(dataforseo.TransportOptions{
		BaseURL: base, Login: account, Password: fakeapi.DefaultPassword, UserAgent: "test", MaxIdleConnections: 30, Clock: clock,
	})
	tb.Cleanup(transport.Close)
	return transport
}

// filesIn returns the paths of the files in a directory whose names match, none if
// there is no directory.
func filesIn(tb testing.TB, directory, pattern string) []string {
	tb.Helper()
	found, err := os.ReadDir(directory)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		tb.Fatal(err)
	}
	var paths []string
	for _, file := range found {
		if match, err := filepath.Match(pattern, file.Name()); err != nil {
			tb.Fatal(err)
		} else if match {
			paths = append(paths, filepath.Join(directory, file.Name()))
		}
	}
	return paths
}

// entryIn returns the path of the only entry in a directory.
func entryIn(tb testing.TB, directory string) string {
	tb.Helper()
	entries := filesIn(tb, directory, "*.answer")
	if len(entries) != 1 {
		tb.Fatalf("%d entries in %s, want 1", len(entries), directory)
	}
	return entries[0]
}

// wantOnlyEntries wants a number of whole entries in a directory and nothing else:
// no lock and nothing half-written.
func wantOnlyEntries(tb testing.TB, directory string, want int) {
	tb.Helper()
	entries := filesIn(tb, directory, "*.answer")
	if len(entries) != want {
		tb.Errorf("%d entries, want %d", len(entries), want)
	}
	for _, file := range filesIn(tb, directory, "*") {
		if !strings.HasSuffix(file, ".answer") {
			tb.Errorf("%s was left behind", file)
		}
	}
	for _, entry := range entries {
		unseal(tb, readFile(tb, entry))
	}
}

// unseal returns the header and the body of an entry. This and [seal] are a second
// reading of the format, so that a change of it does not pass unseen.
func unseal(tb testing.TB, data []byte) (header, body string) {
	tb.Helper()
	if !isWhole(data) {
		tb.Fatalf("not a whole entry (%d bytes): %.300q", len(data), data)
	}
	_, content, _ := strings.Cut(string(data), "\n")
	header, body, _ = strings.Cut(content, "\n")
	return header, body
}

// isWhole reports whether data is an entry as it was written.
func isWhole(data []byte) bool {
	_, content, _ := strings.Cut(string(data), "\n")
	header, body, _ := strings.Cut(content, "\n")
	return bytes.Equal(seal(header, body), data)
}

// seal returns an entry whose check sum is right, whatever it holds.
func seal(header, body string) []byte {
	content := header + "\n" + body
	return fmt.Appendf(nil, "terraform-provider-dataforseo-cache/1 %x\n%s", sha256.Sum256([]byte(content)), content)
}

func readFile(tb testing.TB, path string) []byte {
	tb.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		tb.Fatal(err)
	}
	return data
}

func writeFile(tb testing.TB, path string, data []byte) {
	tb.Helper()
	must(tb, os.WriteFile(path, data, 0o600))
}

func must(tb testing.TB, err error) {
	tb.Helper()
	if err != nil {
		tb.Fatal(err)
	}
}
