package fakeapi

import (
	"maps"
	"net/http"
	"strconv"
	"time"
)

// endpoint is what the task of an answer says about where it was made.
type endpoint struct {
	method, path  string
	api, function string
	id            string // the third group of a task id, the same in all recorded answers of an endpoint
}

//nolint:gochecknoglobals // they are never changed
var (
	summaryEndpoint  = endpoint{http.MethodPost, SummaryPath, "backlinks", "summary", "0265"}
	userDataEndpoint = endpoint{http.MethodGet, UserDataPath, "appendix", "user_data", "0064"}
)

// endpointOf returns the endpoint that r asks, or the zero endpoint.
func endpointOf(r *http.Request) endpoint {
	for _, e := range []endpoint{summaryEndpoint, userDataEndpoint} {
		if r.Method == e.method && r.URL.Path == e.path {
			return e
		}
	}
	return endpoint{}
}

// exchange is one request and the answer in the making.
type exchange struct {
	s        *Server
	w        http.ResponseWriter
	r        *http.Request
	body     []byte
	received time.Time
	endpoint endpoint
	entry    *Request // in the log; guarded by Server.mu
	tasks    []object // the tasks of the request, as sent
	answer   answer

	// Guarded by Server.mu.
	underWay, admitted bool
}

// answer is what will be sent. Faults change it.
type answer struct {
	status int // 0: none at all
	header http.Header
	body   []byte
	nanos  int64 // what is charged, in billionths of a dollar
	pauses []pause
	send   func(x *exchange) // nil sends status, header and body
}

// pause is a wait before an answer, until release is closed or d has passed.
type pause struct {
	release <-chan struct{}
	d       time.Duration
}

// summary answers the summary endpoint.
func (x *exchange) summary() {
	if code := x.s.admit(x); code != 0 {
		x.fail(code)
		return
	}
	if code := x.decodeTasks(); code != 0 {
		x.fail(code)
		return
	}
	x.runTasks()
	if x.s.opts.Delay > 0 {
		x.answer.pauses = append(x.answer.pauses, pause{d: x.s.opts.Delay})
	}
	x.s.faultFor(x.entry.Target).apply(x)
}

// deliver charges, waits and sends.
func (x *exchange) deliver() {
	// The charge comes before the wait: the API has done the work by the time a
	// client loses patience, which is why a repeated request may be paid twice.
	if !x.s.charge(x) {
		x.answer = answer{}
		x.fail(40210)
	}
	for _, p := range x.answer.pauses {
		if !x.pause(p) {
			x.answer = answer{}
			break
		}
	}
	x.s.leave(x)
	entry := x.s.finish(x)
	if x.s.opts.OnAnswer != nil {
		x.s.opts.OnAnswer(entry)
	}
	switch {
	case x.answer.send != nil:
		x.answer.send(x)
	case x.answer.status != 0:
		x.send()
	case x.r.Context().Err() == nil:
		// Without an answer the connection must not look like an empty 200.
		panic(http.ErrAbortHandler)
	}
}

// pause tells whether the wait came to its end, rather than the client or the server.
func (x *exchange) pause(p pause) bool {
	var expired <-chan time.Time
	if p.d > 0 {
		timer := time.NewTimer(p.d) //nolint:forbidigo // a delay in real time is what was asked for
		defer timer.Stop()
		expired = timer.C
	}
	select {
	case <-p.release:
		return true
	case <-expired:
		return true
	case <-x.r.Context().Done():
		return false
	case <-x.s.closing:
		return false
	}
}

// send writes the answer as it stands.
func (x *exchange) send() {
	x.writeHeader(len(x.answer.body))
	_, _ = x.w.Write(x.answer.body) // a client that went away is no concern of the fake
}

// writeHeader writes status and header, with a promise of length bytes.
func (x *exchange) writeHeader(length int) {
	maps.Copy(x.w.Header(), x.answer.header)
	x.w.Header().Set("Content-Length", strconv.Itoa(length))
	x.w.WriteHeader(x.answer.status)
}

// setHeader sets a header of the answer.
func (x *exchange) setHeader(name, value string) {
	if x.answer.header == nil {
		x.answer.header = http.Header{}
	}
	x.answer.header.Set(name, value)
}
