package fakeapi

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
)

// Codes and times of an answer.
const (
	codeOK    = 20000
	messageOK = "Ok."
	// noTime is what recorded failures say about how long they took.
	noTime = "0 sec."
)

// envelope is the outermost object of every answer.
type envelope struct {
	Version       string       `json:"version"`
	StatusCode    int          `json:"status_code"`
	StatusMessage string       `json:"status_message"`
	Time          string       `json:"time"`
	Cost          float64      `json:"cost"`
	TasksCount    int          `json:"tasks_count"`
	TasksError    int          `json:"tasks_error"`
	Tasks         []taskAnswer `json:"tasks"` // nil is null, as recorded for a failure of the account
}

// taskAnswer is the answer to one task.
type taskAnswer struct {
	ID            string   `json:"id"`
	StatusCode    int      `json:"status_code"`
	StatusMessage string   `json:"status_message"`
	Time          string   `json:"time"`
	Cost          float64  `json:"cost"`
	ResultCount   int      `json:"result_count"`
	Path          []string `json:"path"`
	Data          object   `json:"data"`
	Result        []any    `json:"result"` // nil is null, as recorded for "no data" and for failures

	number uint64 // that of its id
}

// succeed makes a successful task of the i-th task of the request. No result at all means "no data".
func (x *exchange) succeed(i int, usd float64, result []any) taskAnswer {
	t := x.task(i, codeOK, messageOK)
	t.Cost, t.Result, t.ResultCount = usd, result, len(result)
	return t
}

// failTask makes a failed task of the i-th task of the request; what fails is free.
func (x *exchange) failTask(i, code int, message string) taskAnswer {
	t := x.task(i, code, message)
	t.Time = noTime
	return t
}

// task makes an answer to the i-th task of the request. Its data is that task,
// with api and function in front of it, as recorded.
func (x *exchange) task(i, code int, message string) taskAnswer {
	data := object{{"api", x.endpoint.api}, {"function", x.endpoint.function}}
	if i < len(x.tasks) {
		data = append(data, x.tasks[i]...)
	}
	n := x.s.nextID()
	return taskAnswer{
		// Recorded ids look like UUIDs: month to minute, user, endpoint, and random
		// digits. Here the last group counts, so that a run can be repeated.
		ID:            fmt.Sprintf("08011200-1535-%s-0000-%012x", x.endpoint.id, n),
		StatusCode:    code,
		StatusMessage: message,
		Time:          seconds(n, 0),
		Path:          strings.Split(strings.TrimPrefix(x.endpoint.path, "/"), "/"),
		Data:          data,
		number:        n,
	}
}

// nextID returns 1, 2, 3 ...
func (s *Server) nextID() uint64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.lastID++
	return s.lastID
}

// seconds is an invented time such as "0.0123 sec.". The envelope's is longer
// than its task's: extra is what it adds, in ten thousandths of a second.
func seconds(n, extra uint64) string {
	return fmt.Sprintf("%.4f sec.", float64(100+n*37%900+extra)/10000)
}

// fail answers with the row of the error table for code, free of charge.
func (x *exchange) fail(code int) {
	e := ErrorFor(code)
	env := envelope{StatusCode: e.Code, StatusMessage: e.Message, Time: noTime}
	if e.Level == LevelTask {
		env = envelopeOf(x.failTask(0, e.Code, e.Message))
	}
	x.setEnvelope(e.HTTPStatus, env)
	if e.HTTPStatus == http.StatusUnauthorized {
		x.setHeader("WWW-Authenticate", `Basic realm="DataForSEO API"`) // HTTP demands it of every 401
	}
}

// envelopeOf wraps tasks: its cost is the sum of theirs, tasks_error counts those
// that failed, and it says 20000 even if all of them did.
func envelopeOf(tasks ...taskAnswer) envelope {
	env := envelope{StatusCode: codeOK, StatusMessage: messageOK, Time: noTime, TasksCount: len(tasks), Tasks: tasks}
	for _, t := range tasks {
		env.Cost += t.Cost
		if t.StatusCode != codeOK {
			env.TasksError++
		} else {
			env.Time = seconds(t.number, 321)
		}
	}
	return env
}

// setEnvelope makes env the answer, and its cost the charge.
func (x *exchange) setEnvelope(status int, env envelope) {
	env.Version = x.s.opts.Version
	x.replace(status, "application/json", encode(env))
	x.answer.nanos = nanos(env.Cost)
}

// replace makes body the answer, free of charge. Pauses and headers stay.
func (x *exchange) replace(status int, contentType string, body []byte) {
	x.answer.status, x.answer.body, x.answer.nanos, x.answer.send = status, body, 0, nil
	x.setHeader("Content-Type", contentType)
}

// statusCodeOf returns the code that an answer comes down to, for the log.
func statusCodeOf(body []byte) int {
	type status struct {
		StatusCode int `json:"status_code"`
	}
	var env struct {
		status
		Tasks []*status `json:"tasks"`
	}
	if json.Unmarshal(body, &env) != nil {
		return 0
	}
	for _, t := range env.Tasks {
		if env.StatusCode == codeOK && t != nil && t.StatusCode != codeOK {
			return t.StatusCode
		}
	}
	return env.StatusCode
}
