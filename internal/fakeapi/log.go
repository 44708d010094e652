package fakeapi

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"time"
)

// Request is a log entry: a request and its answer.
type Request struct {
	Method, Path string
	Header       http.Header // without Authorization
	Authorized   bool        // with the right credentials
	UserAgent    string
	Body         []byte
	Targets      []string // target or targets of the first task, as sent
	Received     time.Time

	// HTTPStatus of the answer; 0 before it is sent.
	HTTPStatus int
	// StatusCode of the answer: that of the first task if it failed, else that of the
	// envelope; 0 without either.
	StatusCode int
	// CostUSD is the charge, known before the answer is sent.
	CostUSD float64
}

// record logs a request on arrival and counts it as in progress.
func (s *Server) record(x *exchange) *Request {
	entry := &Request{
		Method:     x.r.Method,
		Path:       x.r.URL.Path,
		Header:     x.r.Header.Clone(),
		Authorized: s.authorized(x.r),
		UserAgent:  x.r.UserAgent(),
		Body:       x.body,
		Targets:    targetsOf(firstIn(decodeValue(x.body))),
	}
	entry.Header.Del("Authorization")

	s.mu.Lock()
	defer s.mu.Unlock()
	entry.Received = time.Now()
	if x.endpoint.paid() {
		x.active = true
		s.active++
		s.maxActive = max(s.maxActive, s.active)
	}
	s.log = append(s.log, entry)
	close(s.arrived)
	s.arrived = make(chan struct{})
	return entry
}

// targetsOf returns the targets of a task.
func targetsOf(task map[string]any) (targets []string) {
	values, _ := task["targets"].([]any)
	for _, value := range append(values, task["target"]) {
		if target, ok := value.(string); ok {
			targets = append(targets, target)
		}
	}
	return targets
}

// finish logs the answer and returns a copy of the entry.
func (s *Server) finish(x *exchange) Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	x.entry.HTTPStatus = x.answer.status
	envelope, _ := decodeValue(x.answer.body).(map[string]any)
	x.entry.StatusCode = statusCode(failing(envelope))
	return *x.entry
}

// Requests returns all requests in order of arrival. Do not modify them.
func (s *Server) Requests() []Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	requests := make([]Request, len(s.log))
	for i, entry := range s.log {
		requests[i] = *entry
	}
	return requests
}

// Calls returns the number of paid calls received, including refused ones.
func (s *Server) Calls() int {
	return s.count(s.isPaid)
}

// CallsTo returns the number of calls to an endpoint, including refused ones.
func (s *Server) CallsTo(path string) int {
	return s.count(func(r *Request) bool { return r.Path == path })
}

// CallsFor returns the number of calls for target, matched exactly.
func (s *Server) CallsFor(target string) int {
	return s.count(func(r *Request) bool { return slices.Contains(r.Targets, target) })
}

// Refusals returns the number of rate-limited answers: HTTP 429, 40202 or 40209.
func (s *Server) Refusals() int {
	return s.count(func(r *Request) bool {
		return r.HTTPStatus == http.StatusTooManyRequests || r.StatusCode == 40202 || r.StatusCode == 40209
	})
}

func (s *Server) isPaid(r *Request) bool { return s.at(r.Method, r.Path).paid() }

// count counts the entries of the log that match.
func (s *Server) count(match func(*Request) bool) (n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, entry := range s.log {
		if match(entry) {
			n++
		}
	}
	return n
}

// WaitForCalls waits until [Server.Calls] is at least n. It fails if ctx ends first.
func (s *Server) WaitForCalls(ctx context.Context, n int) error {
	for {
		s.mu.Lock()
		arrived := s.arrived // before the count, so that no call is missed
		s.mu.Unlock()
		calls := s.Calls()
		if calls >= n {
			return nil
		}
		select {
		case <-arrived:
		case <-ctx.Done():
			return fmt.Errorf("waiting for %d calls, of which %d have arrived: %w", n, calls, context.Cause(ctx))
		}
	}
}

// Reset clears the log, charges and limits. Calls in progress and sequences of faults
// remain, and task ids continue.
func (s *Server) Reset() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.log, s.maxActive = nil, s.active
	clear(s.windows)
}
