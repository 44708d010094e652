package fakeapi

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"time"
)

// Request is one entry of the log: what was received and how it was answered.
type Request struct {
	Method, Path string
	// Header as received, without Authorization: logs hold no credentials.
	Header http.Header
	// Authorized tells whether the right credentials came with it.
	Authorized bool
	// UserAgent as received.
	UserAgent string
	// Body as received.
	Body []byte
	// Task is the first task of the body, numbers as [encoding/json.Number]; nil if there is none.
	Task map[string]any
	// Target of that task, as it was sent; "" if there is none.
	Target string
	// Received by the clock of the server.
	Received time.Time
	// HTTPStatus that was answered; 0 as long as there is no answer, and for ever
	// if there never is one.
	HTTPStatus int
	// StatusCode of the API that was answered: that of the first task that failed,
	// else that of the envelope; 0 without an answer or without an envelope.
	StatusCode int
	// CostUSD is what was charged, known before the answer is sent.
	CostUSD float64
}

// requestLog holds the requests in order of arrival. It is guarded by Server.mu.
type requestLog struct {
	entries []*Request
	arrived chan struct{} // closed and replaced at every arrival
}

// record enters a request into the log when it arrives, and counts it as under way.
func (s *Server) record(x *exchange) *Request {
	entry := &Request{
		Method:     x.r.Method,
		Path:       x.r.URL.Path,
		Header:     x.r.Header.Clone(),
		Authorized: s.authorized(x.r),
		UserAgent:  x.r.UserAgent(),
		Body:       x.body,
		Received:   x.received,
	}
	entry.Header.Del("Authorization")
	entry.Task = firstTask(x.body)
	entry.Target, _ = entry.Task["target"].(string)

	s.mu.Lock()
	defer s.mu.Unlock()
	if entry.Path == SummaryPath {
		x.underWay = true
		s.limits.underWay++
		s.limits.most = max(s.limits.most, s.limits.underWay)
	}
	s.log.entries = append(s.log.entries, entry)
	close(s.log.arrived)
	s.log.arrived = make(chan struct{})
	return entry
}

// firstTask decodes the first task of a body; nil if there is none.
func firstTask(body []byte) map[string]any {
	value, err := decodeValue(body)
	if err != nil {
		return nil
	}
	tasks, _ := value.([]any)
	if len(tasks) == 0 {
		return nil
	}
	task, _ := tasks[0].(map[string]any)
	return task
}

// finish enters the answer into the log and returns a copy of the entry.
func (s *Server) finish(x *exchange) Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	x.entry.HTTPStatus = x.answer.status
	x.entry.StatusCode = statusCodeOf(x.answer.body)
	return x.entry.copy()
}

// copy returns a copy that shares nothing with the entry.
func (r *Request) copy() Request {
	c := *r
	c.Header, c.Body, c.Task = r.Header.Clone(), slices.Clone(r.Body), firstTask(r.Body)
	return c
}

// Requests returns copies of all requests received, in order of arrival, whatever their path.
func (s *Server) Requests() []Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	requests := make([]Request, len(s.log.entries))
	for i, entry := range s.log.entries {
		requests[i] = entry.copy()
	}
	return requests
}

// Calls returns how many calls of the summary endpoint have arrived, refused ones included.
func (s *Server) Calls() int {
	return s.count(func(r *Request) bool { return r.Path == SummaryPath })
}

// CallsFor returns how many of the calls were for target, compared letter for letter.
func (s *Server) CallsFor(target string) int {
	return s.count(func(r *Request) bool { return r.Path == SummaryPath && r.Target == target })
}

// UserDataCalls returns how many calls of the account endpoint have arrived, refused ones included.
func (s *Server) UserDataCalls() int {
	return s.count(func(r *Request) bool { return r.Path == UserDataPath })
}

func (s *Server) count(match func(*Request) bool) int {
	n, _ := s.countAndNext(match)
	return n
}

// countAndNext counts entries; the channel is closed when there is one more of any kind.
func (s *Server) countAndNext(match func(*Request) bool) (int, <-chan struct{}) {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := 0
	for _, entry := range s.log.entries {
		if match(entry) {
			n++
		}
	}
	return n, s.log.arrived
}

// WaitForCalls waits until n calls of the summary endpoint have arrived since the
// start or the last [Server.Reset]. It fails when ctx ends first.
func (s *Server) WaitForCalls(ctx context.Context, n int) error {
	for {
		calls, next := s.countAndNext(func(r *Request) bool { return r.Path == SummaryPath })
		if calls >= n {
			return nil
		}
		select {
		case <-next:
		case <-ctx.Done():
			return fmt.Errorf("waiting for %d calls, of which %d have arrived: %w", n, calls, context.Cause(ctx))
		}
	}
}

// Reset forgets what was received, charged and counted, for the limits too. Calls
// that are under way stay under way, scripts stay where they are, and task ids go
// on, so that they are unique.
func (s *Server) Reset() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.log.entries = nil
	s.ledger.chargedNanos, s.ledger.charges = 0, 0
	s.limits.most = s.limits.underWay
	s.limits.summary, s.limits.userData = nil, nil
}
