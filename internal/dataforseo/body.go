package dataforseo

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"time"
)

const (
	// maxAnswerBytes limits the size of an answer. The largest possible summary, with
	// 1000 entries in each of its six maps, is below 1 MiB.
	maxAnswerBytes = 16 << 20
	// largeAnswerBytes is the size above which answers are read one at a time, to limit
	// memory use. Few summaries are that large.
	largeAnswerBytes = 256 << 10
	// pieceBytes is the size of one read.
	pieceBytes = 32 << 10
	// maxOtherBytes limits the size of anything but a JSON object. A message only needs
	// an excerpt.
	maxOtherBytes = 4 << 10
	// drainTimeout limits the wait for the end of a response after the answer. Only a
	// connection that was read to the end can be reused.
	drainTimeout = time.Second
)

// byteOrderMark is prepended to UTF-8 by some proxies.
const byteOrderMark = "\xef\xbb\xbf"

// readBody reads an answer, without a byte order mark, and only an excerpt of anything
// else. A complete answer counts even if the connection then breaks or stays open: it
// has been paid for.
func (t *Transport) readBody(a *attempt, from io.ReadCloser) (body []byte, tooLong bool, err error) {
	var read bytes.Buffer
	var end valueEnd
	for seen := 0; ; {
		read.Grow(pieceBytes)
		piece := read.AvailableBuffer()[:pieceBytes]
		n, err := from.Read(piece)
		read.Write(piece[:n])
		body = bytes.TrimPrefix(read.Bytes(), []byte(byteOrderMark))
		text := bytes.TrimLeft(body, whiteSpace)
		if bytes.HasPrefix(text, []byte("{")) {
			n, whole := end.find(text[seen:])
			seen += n
			if whole && seen <= maxAnswerBytes {
				a.drain(from)
				return text[:seen], false, nil
			}
		} else if len(body) > maxOtherBytes {
			return body, false, nil
		}
		switch {
		case len(body) > maxAnswerBytes:
			return body, true, nil
		case err == io.EOF:
			return body, false, nil
		case err != nil:
			return body, false, err
		case len(body) > largeAnswerBytes && !a.large:
			if err := t.acquireLarge(a); err != nil {
				return body, false, err
			}
			read.Grow(maxAnswerBytes) // once: every growth would leave a smaller buffer behind
		}
	}
}

// gunzip decompresses an answer. net/http would do so too, but withholds the last bytes
// until the connection ends.
type gunzip struct {
	io.Closer
	from *bufio.Reader
	gzip *gzip.Reader
}

func newGunzip(from io.ReadCloser) *gunzip { return &gunzip{Closer: from, from: bufio.NewReader(from)} }

// Read implements [io.Reader].
func (g *gunzip) Read(p []byte) (n int, err error) {
	if g.gzip == nil {
		if g.gzip, err = gzip.NewReader(g.from); err != nil {
			return 0, err
		}
		g.gzip.Multistream(false)
	}
	n, err = g.gzip.Read(p)
	if errors.Is(err, io.EOF) { // end of a member; another may follow
		g.gzip, err = nil, nil
	}
	return n, err
}

// acquireLarge waits until no other large answer is being read. The end of the attempt
// releases it.
func (t *Transport) acquireLarge(a *attempt) error {
	select {
	case t.large <- struct{}{}:
		a.large = true
		return nil
	case <-a.ctx.Done():
		return a.ctx.Err()
	}
}

// drain reads the rest of the response so that the connection can be reused. It takes
// at most drainTimeout, and skips large answers, which others wait for.
func (a *attempt) drain(from io.ReadCloser) {
	if a.large {
		return
	}
	ctx, cancel := context.WithTimeout(a.ctx, drainTimeout)
	defer cancel()
	defer context.AfterFunc(ctx, func() { _ = from.Close() })()
	_, _ = io.Copy(io.Discard, io.LimitReader(from, largeAnswerBytes))
}
