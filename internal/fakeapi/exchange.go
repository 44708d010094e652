package fakeapi

import (
	"bytes"
	"context"
	"encoding/json"
	"maps"
	"net"
	"net/http"
	"strconv"
)

// exchange is a request and its answer.
type exchange struct {
	s        *Server
	ctx      context.Context // ends with the request and with the server
	w        http.ResponseWriter
	r        *http.Request
	body     []byte
	endpoint endpoint // zero for a path or a method that does not exist
	tasks    []object // of the request, as sent
	answer   answer
	entry    *Request // in the log; guarded by Server.mu
	active   bool     // guarded by Server.mu
}

// answer is the answer to send. Faults change it.
type answer struct {
	status int // 0 for no answer
	header http.Header
	body   []byte
	nanos  int64                       // the charge, in billionths of a dollar
	pauses []func(ctx context.Context) // before the answer
	wire   wire
}

// wire describes faults in the transmission of an answer.
type wire struct {
	padding int  // MiB in front of the body
	gzip    bool // compressed
	missing int  // how far Content-Length exceeds the body; -1 for no Content-Length
	open    bool // the connection stays open after the last byte
	reset   bool // instead of an answer
}

// decide prepares the answer. The order of the checks is not confirmed, but limits are
// those of an account, so they come after the credentials.
func (x *exchange) decide() {
	gateway, stormy := x.s.gateway(x.entry.Received)
	switch {
	case stormy:
		gateway.apply(x)
	case !x.entry.Authorized:
		x.fail(40100) // wrong and missing credentials: HTTP 401
	case x.endpoint.path == "":
		x.fail(40400) // wrong path, or wrong method (not confirmed)
	default:
		x.run()
	}
}

// run answers a request to an endpoint that exists.
func (x *exchange) run() {
	code := x.s.admit(x)
	if code == 0 {
		code = x.decodeTasks()
	}
	if code != 0 {
		x.fail(code)
		return
	}
	// A live endpoint runs one task. Further ones get 40000 at cost 0, and the envelope
	// still says 20000.
	tasks := []object{x.runTask(firstIn(decodeValue(x.body)))}
	for i := range x.tasks[1:] {
		tasks = append(tasks, x.taskAnswer(i+1, 40000, errorFor(40000).Message, 0, nil))
	}
	x.setEnvelope(http.StatusOK, codeOK, messageOK, tasks...)
	if x.endpoint.paid() && x.s.opts.Delay > 0 {
		Delay(x.s.opts.Delay).apply(x)
	}
	x.s.faultFor(x).apply(x)
}

// decodeTasks reads the tasks, or returns a code that refuses the whole body.
func (x *exchange) decodeTasks() int {
	switch {
	case x.endpoint.method == http.MethodGet:
		x.tasks = []object{{}}
	case len(bytes.TrimSpace(x.body)) == 0:
		return 40502 // nothing was sent
	case json.Unmarshal(x.body, &x.tasks) != nil, x.tasks == nil:
		return 40503 // not an array of objects; a single object is refused too (not confirmed)
	case len(x.tasks) == 0:
		return 40502 // an array without a task
	}
	for _, task := range x.tasks {
		for _, m := range task {
			if !x.endpoint.has(m.name) {
				return 40506 // for the whole request
			}
		}
	}
	return 0
}

// runTask answers the first task.
func (x *exchange) runTask(task map[string]any) object {
	if name := x.endpoint.invalid(task); name != "" {
		// At cost 0. The message names the field only; data echoes the value.
		return x.taskAnswer(0, 40501, "Invalid Field: '"+name+"'.", 0, nil)
	}
	result, rows := x.endpoint.answer(x.s, task)
	return x.taskAnswer(0, codeOK, messageOK, x.endpoint.price.of(rows), result)
}

// deliver charges, waits and sends. The charge comes before the wait, because the API has
// done the work even if the client gives up. A retry may then be charged again.
func (x *exchange) deliver() {
	x.s.charge(x)
	for _, pause := range x.answer.pauses {
		if pause(x.ctx); x.ctx.Err() != nil {
			x.answer = answer{}
			break
		}
	}
	x.s.leave(x)
	entry := x.s.finish(x)
	if x.s.opts.OnAnswer != nil {
		x.s.opts.OnAnswer(entry)
	}
	if x.answer.status == 0 {
		x.hangUp()
		return
	}
	x.send()
}

func (x *exchange) send() {
	body, missing := x.answer.parts(), x.answer.wire.missing
	maps.Copy(x.w.Header(), x.answer.header)
	if missing >= 0 {
		length := missing
		for _, part := range body {
			length += len(part)
		}
		x.w.Header().Set("Content-Length", strconv.Itoa(length))
	}
	x.w.WriteHeader(x.answer.status)
	for _, part := range body {
		if _, err := x.w.Write(part); err != nil {
			return // the client has read enough
		}
	}
	if missing == 0 {
		return
	}
	_ = http.NewResponseController(x.w).Flush()
	if x.answer.wire.open {
		<-x.ctx.Done()
	}
	panic(http.ErrAbortHandler)
}

// hangUp closes the connection without an answer.
func (x *exchange) hangUp() {
	if x.answer.wire.reset {
		if conn, _, err := http.NewResponseController(x.w).Hijack(); err == nil {
			if tcp, ok := conn.(*net.TCPConn); ok {
				_ = tcp.SetLinger(0) // makes the kernel send a RST
			}
			_ = conn.Close()
			return
		}
	}
	panic(http.ErrAbortHandler) // returning would send an empty 200
}
