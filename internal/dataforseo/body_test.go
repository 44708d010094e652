package dataforseo_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"runtime"
	"runtime/metrics"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/iotest"
	"testing/synctest"
	"time"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/dataforseo"
	"github.com/dataforseo/terraform-provider-dataforseo/internal/fakeapi"
)

// An answer that has arrived whole is paid for, and counts however its connection ends.
func TestEndsOfTheConnection(t *testing.T) {
	t.Parallel()
	bom := fakeapi.Recorded("with-bom")
	recorded := fakeapi.Recorded(fakeapi.RecordedOK)
	tests := map[string]fakeapi.Fault{
		"no last chunk":                    recorded.And(fakeapi.NoLastChunk()),
		"no last chunk, compressed":        recorded.And(fakeapi.NoLastChunk()).And(fakeapi.Gzip()),
		"Content-Length too large":         recorded.And(fakeapi.LengthTooLarge()),
		"Content-Length too large, a mark": bom.And(fakeapi.LengthTooLarge()),
		"no end":                           recorded.And(fakeapi.NoEnd()),
		"no end, compressed":               recorded.And(fakeapi.NoEnd()).And(fakeapi.Gzip()),
		"no end, a byte order mark":        bom.And(fakeapi.NoEnd()),
		"no end, large":                    recorded.And(fakeapi.TooLong(2)).And(fakeapi.NoEnd()),
		"a byte order mark":                bom,
		"a byte order mark, compressed":    bom.And(fakeapi.Gzip()),
		"trailing text":                    appended("Sign in"),
		"trailing markup":                  appended("\n<script>"),
		"a trailing bracket":               appended("}"),
		"a second answer":                  appended(`{"status_code":40501}`),
		"a trailing zero byte":             appended("\x00"),
		"trailing megabytes":               appended(strings.Repeat(" ", 3<<20)),
		"trailing text, no last chunk":     appended("Sign in").And(fakeapi.NoLastChunk()),
		"compressed":                       recorded.And(fakeapi.Gzip()),
		"compressed, in pieces of 1 MiB":   recorded.And(fakeapi.TooLong(15)).And(fakeapi.Gzip()),
	}
	for name, fault := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				start := time.Now()
				answer, failure := askFake(t, fault)
				testCase(t, answer, failure, caseResult{})
				if took := time.Since(start); took > time.Second {
					t.Errorf("it took %s", took)
				}
			})
		})
	}
}

// appended is the recorded answer with more after it.
func appended(text string) fakeapi.Fault {
	return fakeapi.Raw(http.StatusOK, "application/json", string(fakeapi.RecordedOK.Bytes())+text)
}

// Answers come in pieces of any size, and end in the middle with any error.
func TestAnswerInPieces(t *testing.T) {
	t.Parallel()
	text := string(fakeapi.Recording("with-bom").Bytes())
	broken := errors.New("the wire is cut")
	for end := range len(text) + 1 {
		if end%97 != 0 && end > 5 && end < len(text)-5 {
			continue
		}
		reader := iotest.OneByteReader(io.MultiReader(strings.NewReader(text[:end]), iotest.ErrReader(broken)))
		transport := newTransport(t, "https://api.test", func(o *dataforseo.TransportOptions) { o.RoundTripper = streaming{reader} })
		_, failure := transport.Do(t.Context(), summaryCall("explodingtopics.com"))
		if whole := end >= len(strings.TrimSpace(text)); (failure == nil) != whole {
			t.Errorf("%d of %d bytes: %v", end, len(text), failure)
		} else if !whole && (failure.Kind != dataforseo.KindLost || !strings.Contains(failure.Cause, broken.Error())) {
			t.Errorf("%d of %d bytes: %+v", end, len(text), failure)
		}
	}
}

// streaming is a RoundTripper whose answer comes from a reader.
type streaming struct{ io.Reader }

func (s streaming) RoundTrip(request *http.Request) (*http.Response, error) {
	return &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, Body: io.NopCloser(s.Reader), Request: request}, nil
}

const tooLongAnswer = "the answer cannot be used: it is longer than 16 MiB (Content-Type application/json, begins with "

// The names of encodings are written in any case.
func TestCompressedInAnyCase(t *testing.T) {
	t.Parallel()
	plain := success("1", `[{"rank":371}]`)
	for _, name := range []string{"gzip", "GZIP", "Gzip"} {
		var zipped strings.Builder
		w := gzip.NewWriter(&zipped)
		_, err := w.Write([]byte(plain.body))
		if err := errors.Join(err, w.Close()); err != nil {
			t.Fatal(err)
		}
		header := http.Header{"Content-Type": {"application/json"}, "Content-Encoding": {name}}
		answer, failure := answering{status: 200, header: header, body: zipped.String()}.summary(t)
		if failure != nil || *answer.Result.Rank != 371 {
			t.Errorf("%s: %v, %v", name, answer, failure)
		}
	}
}

func TestAnswerTooLong(t *testing.T) {
	t.Parallel()
	var zipped bytes.Buffer
	w := gzip.NewWriter(&zipped)
	_, _ = w.Write(append([]byte(`{"a":"`), make([]byte, 20<<20)...))
	_ = w.Close()
	bomb := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Encoding", "gzip")
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write(zipped.Bytes())
	})
	long := fakeapi.Start(t, fakeapi.Options{})
	long.OnAny(fakeapi.TooLong(64))
	for base, begins := range map[string]string{
		long.URL: `{"padding":"` + strings.Repeat("x", 108) + "...",
		bomb:     `{"a":"...`, // what counts is the length after decompression
	} {
		book := new(logBook)
		transport := newTransport(t, base, func(o *dataforseo.TransportOptions) { o.Log = book.Log })
		_, failure := transport.Do(t.Context(), summaryCall("example.com"))
		if want := tooLongAnswer + begins + ")"; failure == nil || failure.Cause != want || failure.Charges.Possible != 1 {
			t.Errorf("got\n%v\nwant\n%s", failure, want)
		}
		lines := book.lines
		if got := lines[len(lines)-1].Fields["bytes"].(int); got > 17<<20 {
			t.Errorf("%v bytes were read", got)
		}
		if got := len(lines[1].Fields["body"].(string)); got > 1<<20 {
			t.Errorf("%d bytes were logged", got)
		}
	}
}

func TestAnswerJustNotTooLong(t *testing.T) {
	t.Parallel()
	for size, fits := range map[int]bool{16 << 20: true, 16<<20 + 1: false} {
		body := success("0", "null").body
		body = `{"a":"` + strings.Repeat("x", size-len(body)-len(`"a":"",`)) + `",` + body[1:]
		if _, failure := (answering{status: 200, body: body}).do(t, summaryCall("example.com")); (failure == nil) != fits {
			t.Errorf("%d bytes: %v", len(body), failure)
		}
	}
}

// An answer without an end is not read to its end, and what is no answer not even that far.
func TestEndlessAnswer(t *testing.T) {
	t.Parallel()
	for begins, most := range map[string]int64{"x": 1 << 20, `{"a":"x`: 17 << 20, " ": 1 << 20, "[": 1 << 20, `{"a":"x","b":[`: 17 << 20} {
		var read atomic.Int64
		endless := io.MultiReader(strings.NewReader(begins), counting{&read})
		transport := newTransport(t, "https://api.test", func(o *dataforseo.TransportOptions) { o.RoundTripper = streaming{endless} })
		_, failure := transport.Do(t.Context(), summaryCall("example.com"))
		if failure == nil || failure.Kind != dataforseo.KindUnusable || read.Load() > most {
			t.Errorf("%s: %d bytes were read; %.300v", begins, read.Load(), failure)
		}
	}
}

// counting is a reader of spaces that counts them.
type counting struct{ read *atomic.Int64 }

func (c counting) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = ' '
	}
	c.read.Add(int64(len(p)))
	return len(p), nil
}

const (
	largeAnswers = 30
	smallPart    = 256<<10 + 64<<10 // what is read before an answer is large
)

// largeBody is an answer of that size.
func largeBody(size int) []byte {
	head, tail := []byte(`{"padding":"`), []byte(`",`+success("1", `[{"rank":7}]`).body[1:])
	return bytes.Join([][]byte{head, bytes.Repeat([]byte("x"), size-len(head)-len(tail)), tail}, nil)
}

// underWay counts what has been read of answers that are not understood so far.
type underWay struct {
	body     []byte
	whenRead func()
	mu       sync.Mutex
	now      int
	most     int
}

func (u *underWay) add(n int) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.now += n
	u.most = max(u.most, u.now)
}

// call asks with the Transport, and takes note when the answer is understood.
func (u *underWay) call(ctx context.Context, transport *dataforseo.Transport) error {
	read := new(int)
	defer func() { u.add(-*read) }()
	reply, failure := transport.Do(context.WithValue(ctx, u, read), summaryCall("example.com"))
	if failure != nil {
		return failure
	}
	if len(reply.Body) != len(u.body) {
		return fmt.Errorf("the body has %d bytes", len(reply.Body))
	}
	return nil
}

func (u *underWay) RoundTrip(request *http.Request) (*http.Response, error) {
	body := &largeReader{u, bytes.NewReader(u.body), request.Context().Value(u).(*int)}
	return &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, Body: io.NopCloser(body), Request: request}, nil
}

type largeReader struct {
	underWay *underWay
	body     *bytes.Reader
	read     *int
}

func (r *largeReader) Read(p []byte) (int, error) {
	r.underWay.whenRead()
	n, err := r.body.Read(p)
	*r.read += n
	r.underWay.add(n)
	return n, err
}

// TestLargeAnswersAtOnce: many large answers at once are in memory one at a time, until
// they are understood.
func TestLargeAnswersAtOnce(t *testing.T) {
	t.Parallel()
	const size = 3 << 20
	answers := &underWay{body: largeBody(size), whenRead: runtime.Gosched}
	transport := newTransport(t, "https://api.test", func(o *dataforseo.TransportOptions) { o.RoundTripper = answers })
	var calls sync.WaitGroup
	for range largeAnswers {
		calls.Go(func() {
			if err := answers.call(t.Context(), transport); err != nil {
				t.Error(err)
			}
		})
	}
	calls.Wait()
	if most := size + largeAnswers*smallPart; answers.most > most {
		t.Errorf("%d MiB at once, at most %d wanted", answers.most>>20, most>>20)
	}
	if answers.now != 0 {
		t.Errorf("%d bytes are left", answers.now)
	}
}

// A large answer that does not go on lets the others go on when its time is up.
func TestLargeAnswerThatStops(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		server, transport := newFake(t, fakeapi.OK, func(o *dataforseo.TransportOptions) { o.RequestTimeout = time.Minute })
		server.On("stops.example", fakeapi.TooLong(2).And(fakeapi.NoEnd()).And(fakeapi.TruncatedJSON()))
		server.On("large.example", fakeapi.TooLong(2))
		server.On("late.example", fakeapi.Delay(30*time.Second))
		var calls sync.WaitGroup
		calls.Go(func() {
			_, failure := transport.Do(t.Context(), summaryCall("stops.example"))
			testFailure(t, failure, meaning{Kind: dataforseo.KindLost, Repeat: once, Charges: dataforseo.Charges{Possible: 1}})
		})
		synctest.Wait()
		for _, target := range []string{"small.example", "late.example", "large.example"} {
			if _, failure := transport.Do(t.Context(), summaryCall(target)); failure != nil {
				t.Error(failure)
			}
		}
		calls.Wait()
	})
}

// BenchmarkLargeAnswersAtOnce shows how much memory 30 answers of 15 MiB take, each read
// to its result.
func BenchmarkLargeAnswersAtOnce(b *testing.B) {
	answers := &underWay{body: largeBody(15 << 20)}
	transport := newTransport(b, "https://api.test", func(o *dataforseo.TransportOptions) { o.RoundTripper = answers })
	client := dataforseo.NewClient(transport)
	b.ReportAllocs()
	var most atomic.Uint64
	answers.whenRead = func() {
		sample := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
		metrics.Read(sample)
		most.Store(max(most.Load(), sample[0].Value.Uint64()))
	}
	for b.Loop() {
		var calls sync.WaitGroup
		for range largeAnswers {
			calls.Go(func() {
				ctx := context.WithValue(b.Context(), answers, new(int))
				answer, failure := client.BacklinksSummary(ctx, dataforseo.BacklinksSummaryRequest{Target: "example.com"})
				if failure != nil || *answer.Result.Rank != 7 {
					b.Error(failure)
				}
			})
		}
		calls.Wait()
	}
	b.ReportMetric(float64(most.Load()>>20), "peak-MiB")
}
