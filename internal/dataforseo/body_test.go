package dataforseo_test

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"net/http"
	"runtime"
	"strings"
	"sync"
	"testing"
	"testing/iotest"
	"testing/synctest"
	"time"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/dataforseo"
	"github.com/dataforseo/terraform-provider-dataforseo/internal/fakeapi"
)

// TestEndsOfTheConnection checks that a complete answer, which is paid for, counts however
// the connection ends.
func TestEndsOfTheConnection(t *testing.T) {
	t.Parallel()
	bom := fakeapi.Recorded("with-bom")
	recorded := fakeapi.Recorded(fakeapi.RecordedOK)
	tests := map[string]fakeapi.Fault{
		"no last chunk":                   recorded.And(fakeapi.NoLastChunk()),
		"no last chunk, compressed":       recorded.And(fakeapi.NoLastChunk()).And(fakeapi.Gzip()),
		"Content-Length too large":        recorded.And(fakeapi.LengthTooLarge()),
		"Content-Length too large, a BOM": bom.And(fakeapi.LengthTooLarge()),
		"no end":                          recorded.And(fakeapi.NoEnd()),
		"no end, compressed":              recorded.And(fakeapi.NoEnd()).And(fakeapi.Gzip()),
		"no end, a BOM":                   bom.And(fakeapi.NoEnd()),
		"no end, large":                   recorded.And(fakeapi.TooLong(2)).And(fakeapi.NoEnd()),
		"a BOM":                           bom,
		"a BOM, compressed":               bom.And(fakeapi.Gzip()),
		"trailing text":                   appended("Sign in"),
		"trailing markup":                 appended("\n<script>"),
		"a trailing bracket":              appended("}"),
		"a second answer":                 appended(`{"status_code":40501}`),
		"a trailing zero byte":            appended("\x00"),
		"trailing megabytes":              appended(strings.Repeat(" ", 3<<20)),
		"trailing text, no last chunk":    appended("Sign in").And(fakeapi.NoLastChunk()),
		"compressed":                      recorded.And(fakeapi.Gzip()),
		"large, compressed":               recorded.And(fakeapi.TooLong(2)).And(fakeapi.Gzip()),
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

// appended returns the recorded answer with text after it.
func appended(text string) fakeapi.Fault {
	return fakeapi.Raw(http.StatusOK, "application/json", string(fakeapi.RecordedOK.Bytes())+text)
}

// TestAnswerInPieces checks answers that arrive byte by byte and break off anywhere.
func TestAnswerInPieces(t *testing.T) {
	t.Parallel()
	text := string(fakeapi.Recording("with-bom").Bytes())
	broken := errors.New("connection lost")
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

// streaming is a RoundTripper that reads its answer from a reader.
type streaming struct{ io.Reader }

func (s streaming) RoundTrip(request *http.Request) (*http.Response, error) {
	return &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, Body: io.NopCloser(s.Reader), Request: request}, nil
}

// TestCompressedInAnyCase checks that the name of the encoding is matched in any case.
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

// TestAnswerTooLong checks that the limit applies to the decompressed answer, and that
// only its beginning is logged.
func TestAnswerTooLong(t *testing.T) {
	t.Parallel()
	var zipped strings.Builder
	w := gzip.NewWriter(&zipped)
	_, _ = w.Write(append([]byte(`{"a":"`), make([]byte, 20<<20)...))
	_ = w.Close()
	header := http.Header{"Content-Encoding": {"gzip"}, "Content-Type": {"application/json"}}
	var log logRecorder
	transport := newTransport(t, "https://api.test", func(o *dataforseo.TransportOptions) {
		o.RoundTripper, o.Log = answering{200, header, zipped.String()}, log.Log
	})
	_, failure := transport.Do(t.Context(), summaryCall("example.com"))
	const want = `the answer cannot be used: it is longer than 16 MiB (Content-Type application/json, begins with {"a":"...)`
	if failure == nil || failure.Cause != want || failure.Charges.Possible != 1 {
		t.Errorf("got\n%v\nwant\n%s", failure, want)
	}
	if got := log.lines[2].Fields["bytes"].(int); got > 17<<20 {
		t.Errorf("%d bytes were read", got)
	}
	if got := len(log.lines[1].Fields["body"].(string)); got > 1<<20 {
		t.Errorf("%d bytes were logged", got)
	}
}

func TestLongestAnswer(t *testing.T) {
	t.Parallel()
	for size, fits := range map[int]bool{16 << 20: true, 16<<20 + 1: false} {
		body := success("0", "null").body
		body = `{"a":"` + strings.Repeat("x", size-len(body)-len(`"a":"",`)) + `",` + body[1:]
		if _, failure := (answering{status: 200, body: body}).do(t, summaryCall("example.com")); (failure == nil) != fits {
			t.Errorf("%d bytes: %v", len(body), failure)
		}
	}
}

// TestEndlessAnswer checks that reading stops at the limit, and early if the answer is not
// a JSON object.
func TestEndlessAnswer(t *testing.T) {
	t.Parallel()
	for begins, most := range map[string]int{"x": 1 << 20, " ": 1 << 20, "[": 1 << 20, `{"a":"x","b":[`: 17 << 20} {
		var spaces endlessSpaces
		body := io.MultiReader(strings.NewReader(begins), &spaces)
		transport := newTransport(t, "https://api.test", func(o *dataforseo.TransportOptions) { o.RoundTripper = streaming{body} })
		_, failure := transport.Do(t.Context(), summaryCall("example.com"))
		if failure == nil || failure.Kind != dataforseo.KindUnusable || spaces.read > most {
			t.Errorf("%s: %d bytes were read; %.300v", begins, spaces.read, failure)
		}
	}
}

// endlessSpaces is an endless reader of spaces that counts them.
type endlessSpaces struct{ read int }

func (s *endlessSpaces) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = ' '
	}
	s.read += len(p)
	return len(p), nil
}

// largeBody returns an answer of the given size.
func largeBody(size int) []byte {
	head, tail := []byte(`{"padding":"`), []byte(`",`+success("1", `[{"rank":7}]`).body[1:])
	return bytes.Join([][]byte{head, bytes.Repeat([]byte("x"), size-len(head)-len(tail)), tail}, nil)
}

// memory counts the bytes of answers that have been read, but whose calls have not ended.
type memory struct {
	mu        sync.Mutex
	now, most int
}

func (m *memory) add(n int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.now += n
	m.most = max(m.most, m.now)
}

type countedReader struct {
	io.Reader
	memory *memory
}

func (r countedReader) Read(p []byte) (int, error) {
	runtime.Gosched() // so that calls alternate
	n, err := r.Reader.Read(p)
	r.memory.add(n)
	return n, err
}

// TestLargeAnswersAtOnce checks that only one large answer is in memory at a time.
func TestLargeAnswersAtOnce(t *testing.T) {
	t.Parallel()
	const (
		concurrent = 8
		size       = 1 << 20
		smallPart  = 256<<10 + 64<<10 // read before an answer counts as large
	)
	var memory memory
	body := largeBody(size)
	transport := newTransport(t, "https://api.test", func(o *dataforseo.TransportOptions) {
		o.RoundTripper = roundTripper(func(request *http.Request) (*http.Response, error) {
			return streaming{countedReader{bytes.NewReader(body), &memory}}.RoundTrip(request)
		})
	})
	var calls sync.WaitGroup
	for range concurrent {
		calls.Go(func() {
			reply, failure := transport.Do(t.Context(), summaryCall("example.com"))
			memory.add(-size)
			if failure != nil || len(reply.Body) != size {
				t.Errorf("got %.100v, %v", reply, failure)
			}
		})
	}
	calls.Wait()
	if most := size + concurrent*smallPart; memory.most > most {
		t.Errorf("%d bytes at once, want at most %d", memory.most, most)
	}
}

// TestLargeAnswerThatStops checks that a stalled large answer delays others only until it
// times out.
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
