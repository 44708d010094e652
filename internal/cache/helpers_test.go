package cache_test

import (
	"bytes"
	"context"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gofrs/flock"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/cache"
	"github.com/dataforseo/terraform-provider-dataforseo/internal/dataforseo"
	"github.com/dataforseo/terraform-provider-dataforseo/internal/fakeapi"
)

// login, password and ttl are the default options of a cache in a test.
const (
	login    = "user@example.com"
	password = "a password"
	ttl      = time.Hour
)

// entryOfA is the name of the file with login's answer about a.example.
const entryOfA = "ab324b5bade6f8091efc37d84ac4d564205d8131f0ff74381a46e696b120713e-dd53fc8010adb9444d8312b0ca1e486b.answer"

// epoch is the time at which a bubble of synctest begins.
var epoch = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)

// inBubble runs a subtest in a bubble.
func inBubble(t *testing.T, name string, test func(t *testing.T)) {
	t.Helper()
	t.Run(name, func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, test)
	})
}

// sleep waits in a bubble, where that takes no time.
func sleep(d time.Duration) { <-time.After(d) }

// api is a stub of the layers behind a cache. It counts calls. The rank in the n-th answer
// is n.
type api struct {
	// onCall, if set, is called before the n-th call is answered. The call fails with its
	// failure, if any.
	onCall func(ctx context.Context, n int) *dataforseo.Failure
	// change, if set, changes the n-th answer.
	change func(n int, reply *dataforseo.Reply)
	// padding is added to the size of each answer, in bytes.
	padding int

	mu    sync.Mutex
	total int
}

// price is the cost of an answer in US dollars.
const price = 0.024036

func (a *api) Do(ctx context.Context, call *dataforseo.Call) (*dataforseo.Reply, *dataforseo.Failure) {
	a.mu.Lock()
	a.total++
	n := a.total
	a.mu.Unlock()
	if a.onCall != nil {
		if failure := a.onCall(ctx, n); failure != nil {
			return nil, failure
		}
	}
	reply, err := dataforseo.ReadReply(answerBody(call.Target, n, a.padding), time.Now().UTC(), call)
	if err != nil {
		return nil, dataforseo.FailureOfRequest(err)
	}
	reply.Charges.USD = price
	if a.change != nil {
		a.change(n, reply)
	}
	return reply, nil
}

// calls returns the number of calls.
func (a *api) calls() int {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.total
}

// blockFirst blocks the first call until release is called.
func (a *api) blockFirst() (release func()) {
	held := make(chan struct{})
	a.onCall = func(_ context.Context, n int) *dataforseo.Failure {
		if n == 1 {
			<-held
		}
		return nil
	}
	return func() { close(held) }
}

// answerBody returns an answer about target that contains white space.
func answerBody(target string, rank, padding int) []byte {
	return fmt.Appendf(nil, `{ "status_code": 20000, "cost": 0.024036, "field_of_tomorrow": "%s", "tasks": [
		{ "status_code": 20000, "result_count": 1, "data": { "target": %q }, "result": [ { "target": %[2]q, "rank": %d } ] }
	] }
	`, strings.Repeat("x", padding), target, rank)
}

func callOf(tb testing.TB, request dataforseo.BacklinksSummaryRequest) *dataforseo.Call {
	tb.Helper()
	call, err := request.Call()
	must(tb, err)
	return call
}

// callFor returns the call about a target.
func callFor(tb testing.TB, target string) *dataforseo.Call {
	tb.Helper()
	return callOf(tb, dataforseo.BacklinksSummaryRequest{Target: target})
}

// callWithMaxAge returns the call about a target with a max_age.
func callWithMaxAge(tb testing.TB, target string, maxAge time.Duration) *dataforseo.Call {
	tb.Helper()
	return callOf(tb, dataforseo.BacklinksSummaryRequest{Target: target, MaxAge: &maxAge})
}

// newCache returns a Cache as a new process has it.
func newCache(next dataforseo.Doer, directory string, changes ...func(*cache.Options)) *cache.Cache {
	options := cache.Options{
		Directory: directory, TTL: ttl, BaseURL: dataforseo.DefaultBaseURL, Login: login, Password: password,
	}
	for _, change := range changes {
		change(&options)
	}
	return cache.New(next, options)
}

// process returns a [newCache] that is closed when the test ends.
func process(tb testing.TB, next dataforseo.Doer, directory string, changes ...func(*cache.Options)) *cache.Cache {
	tb.Helper()
	c := newCache(next, directory, changes...)
	tb.Cleanup(c.Close)
	return c
}

func mode(m cache.Mode) func(*cache.Options) { return func(o *cache.Options) { o.Mode = m } }

func account(login, password string) func(*cache.Options) {
	return func(o *cache.Options) { o.Login, o.Password = login, password }
}

func baseURL(address string) func(*cache.Options) {
	return func(o *cache.Options) { o.BaseURL = address }
}

// outcome is the outcome of a call.
type outcome struct {
	reply   *dataforseo.Reply
	failure *dataforseo.Failure
}

// startDo makes a call in a goroutine. wait waits for its outcome.
func startDo(ctx context.Context, doer dataforseo.Doer, call *dataforseo.Call) (wait func() outcome) {
	done := make(chan outcome, 1)
	go func() {
		reply, failure := doer.Do(ctx, call)
		done <- outcome{reply, failure}
	}()
	return func() outcome { return <-done }
}

// mustDo makes a call that must succeed.
func mustDo(tb testing.TB, doer dataforseo.Doer, call *dataforseo.Call) *dataforseo.Reply {
	tb.Helper()
	reply, failure := doer.Do(context.Background(), call)
	return mustReply(tb, outcome{reply, failure})
}

func mustReply(tb testing.TB, got outcome) *dataforseo.Reply {
	tb.Helper()
	if got.failure != nil {
		tb.Fatalf("call failed: %v", got.failure)
	}
	return got.reply
}

// wantReply checks that a reply is the n-th answer of the stub.
func wantReply(tb testing.TB, reply *dataforseo.Reply, n int, fromCache bool) {
	tb.Helper()
	if got := rankOf(reply); got != n || reply.FromCache != fromCache {
		tb.Errorf("got answer %d, from cache %t, want %d, %t", got, reply.FromCache, n, fromCache)
	}
}

// rankOf returns the rank in an answer of the stub, 0 if there is none.
func rankOf(reply *dataforseo.Reply) int {
	var body struct {
		Tasks []struct{ Result []struct{ Rank int } }
	}
	if json.Unmarshal(reply.Body, &body) != nil || len(body.Tasks) != 1 || len(body.Tasks[0].Result) != 1 {
		return 0
	}
	return body.Tasks[0].Result[0].Rank
}

// wantFailure checks the kind of a failure, and its cause unless that is empty.
func wantFailure(tb testing.TB, got outcome, kind dataforseo.Kind, cause string) {
	tb.Helper()
	if got.failure == nil || got.failure.Kind != kind || cause != "" && got.failure.Cause != cause {
		tb.Errorf("got %+v, %+v, want a failure of kind %d: %s", got.reply, got.failure, kind, cause)
	}
}

// wantMiss checks that a cache with CacheOnly has no answer, and its cause unless that is
// empty.
func wantMiss(tb testing.TB, c *cache.Cache, call *dataforseo.Call, cause string) {
	tb.Helper()
	reply, failure := c.Do(context.Background(), call)
	wantFailure(tb, outcome{reply, failure}, dataforseo.KindCacheMiss, cause)
	if c.Has(context.Background(), call) {
		tb.Error("Has returned true")
	}
}

func wantCalls(tb testing.TB, a *api, want int) {
	tb.Helper()
	if got := a.calls(); got != want {
		tb.Errorf("got %d calls, want %d", got, want)
	}
}

// newFakeTransport returns a fake API and a transport to it.
func newFakeTransport(tb testing.TB, options fakeapi.Options) (*fakeapi.Server, *dataforseo.Transport) {
	tb.Helper()
	server := fakeapi.New(options)
	tb.Cleanup(server.Close)
	roundTripper := server.RoundTripper()
	environ := map[string]string{}
	for _, variable := range server.Environ() {
		name, value, _ := strings.Cut(variable, "=")
		environ[name] = value
	}
	base, err := url.Parse(server.URL)
	must(tb, err)
	return server, dataforseo.NewTransport(dataforseo.TransportOptions{
		BaseURL: base, RoundTripper: roundTripper, Login: environ["DATAFORSEO_LOGIN"], Password: environ["DATAFORSEO_PASSWORD"],
	})
}

// savedEntry is a directory with one entry, the first answer about a.example.
type savedEntry struct {
	directory, path string
	data            []byte
	api             *api
	call            *dataforseo.Call
}

func newSavedEntry(tb testing.TB) *savedEntry {
	tb.Helper()
	k := &savedEntry{directory: tb.TempDir(), api: new(api), call: callFor(tb, "a.example")}
	mustDo(tb, process(tb, k.api, k.directory), k.call)
	k.path = entryIn(tb, k.directory)
	k.data = readFile(tb, k.path)
	return k
}

// wantReplaced checks that the file in the entry's place is not used, and that the next
// answer replaces it.
func (k *savedEntry) wantReplaced(tb testing.TB) {
	tb.Helper()
	wantMiss(tb, process(tb, k.api, k.directory, mode(cache.CacheOnly)), k.call, "")
	next := k.api.calls() + 1
	wantReply(tb, mustDo(tb, process(tb, k.api, k.directory), k.call), next, false)
	wantReply(tb, mustDo(tb, process(tb, k.api, k.directory), k.call), next, true)
	wantCalls(tb, k.api, next)
	if tb.Failed() {
		tb.FailNow()
	}
}

// filesIn returns the paths of the files in a directory whose names match a pattern. A
// missing directory has none.
func filesIn(tb testing.TB, directory, pattern string) []string {
	tb.Helper()
	found, err := os.ReadDir(directory)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		tb.Fatal(err)
	}
	var paths []string
	for _, file := range found {
		match, err := filepath.Match(pattern, file.Name())
		must(tb, err)
		if match {
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
		tb.Fatalf("got %d entries in %s, want 1", len(entries), directory)
	}
	return entries[0]
}

// wantOnlyEntries checks that a directory contains a number of complete entries and
// nothing else: no locks and no temporary files.
func wantOnlyEntries(tb testing.TB, directory string, want int) {
	tb.Helper()
	files := filesIn(tb, directory, "*")
	if len(files) != want {
		tb.Errorf("got %d files, want %d entries", len(files), want)
	}
	for _, file := range files {
		if data := readFile(tb, file); !strings.HasSuffix(file, ".answer") || !isWhole(data) {
			tb.Errorf("%s is not a complete entry: %.300q", file, data)
		}
	}
}

// unseal returns the header and the body of an entry. It and [seal] implement the format a
// second time, so that the tests notice a change.
func unseal(data []byte) (header, body string) {
	_, content, _ := strings.Cut(string(data), "\n")
	header, body, _ = strings.Cut(content, "\n")
	return header, body
}

// isWhole reports whether an entry has the right checksum.
func isWhole(data []byte) bool {
	header, body := unseal(data)
	whole := sealAs(header, body, "", "")
	return len(data) == len(whole) && bytes.Equal(data[:102], whole[:102])
}

// seal returns an entry of the tests' account, with any content.
func seal(header, body string) []byte { return sealAs(header, body, login, password) }

func sealAs(header, body, login, password string) []byte {
	const format = "terraform-provider-dataforseo-cache/2"
	content := []byte(header + "\n" + body)
	key, err := hkdf.Key(sha256.New, []byte(password), []byte(login), format, 32)
	if err != nil {
		panic(err)
	}
	mac := hmac.New(sha256.New, key)
	mac.Write(content)
	return fmt.Appendf(nil, "%s %x %x\n%s", format, sha256.Sum256(content), mac.Sum(nil), content)
}

func readFile(tb testing.TB, path string) []byte {
	tb.Helper()
	data, err := os.ReadFile(path)
	must(tb, err)
	return data
}

func writeFile(tb testing.TB, path string, data []byte) {
	tb.Helper()
	must(tb, os.WriteFile(path, data, 0o600))
}

// takeLock locks an entry until the lock is closed or the test ends.
func takeLock(tb testing.TB, entry string) *flock.Flock {
	tb.Helper()
	lock := flock.New(strings.TrimSuffix(entry, ".answer") + ".lock")
	must(tb, lock.Lock())
	tb.Cleanup(func() { _ = lock.Close() })
	return lock
}

// setModTime sets the modification time of a file.
func setModTime(tb testing.TB, path string, at time.Time) {
	tb.Helper()
	must(tb, os.Chtimes(path, at, at))
}

func must(tb testing.TB, err error) {
	tb.Helper()
	if err != nil {
		tb.Fatal(err)
	}
}
