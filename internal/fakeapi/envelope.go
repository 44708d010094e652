package fakeapi

import (
	"encoding/json"
	"fmt"
	"net/http"
)

const (
	codeOK    = 20000
	messageOK = "Ok."
)

// taskAnswer answers the i-th task of the request. As recorded, data is the task
// preceded by api and function, and a nil result is null ("no data" and failures).
func (x *exchange) taskAnswer(i, code int, message string, costUSD float64, result []any) object {
	steps := x.endpoint.steps()
	data := object{{"api", steps[0]}, {"function", steps[1]}}
	if i < len(x.tasks) {
		data = append(data, x.tasks[i]...)
	}
	n := x.s.lastID.Add(1)
	return object{
		// Recorded ids look like UUIDs: month to minute, user, endpoint, and random
		// digits. Here the last group is a counter, so that runs are reproducible.
		{"id", fmt.Sprintf("08011200-1535-%s-0000-%012x", x.endpoint.group, n)},
		{"status_code", code},
		{"status_message", message},
		{"time", timeOf(code, 100+n*37%900)},
		{"cost", costUSD},
		{"result_count", len(result)},
		{"path", append([]string{"v3"}, steps...)},
		{"data", data},
		{"result", result},
	}
}

// timeOf invents the duration of an answer: n ten thousandths of a second, as "0.0123
// sec.". Recorded failures say 0.
func timeOf(code int, n uint64) string {
	if code != codeOK {
		return "0 sec."
	}
	return fmt.Sprintf("%.4f sec.", float64(n)/10000)
}

// setEnvelope makes an envelope the answer. It costs the sum of its tasks, and says
// 20000 even if all of them failed. Without tasks, tasks is null, as recorded for an
// account failure.
func (x *exchange) setEnvelope(status, code int, message string, tasks ...object) {
	costUSD, failed, took := 0.0, 0, timeOf(0, 0)
	for _, task := range tasks {
		costUSD += task.get("cost").(float64)
		if task.get("status_code") != codeOK {
			failed++
		} else {
			took = timeOf(codeOK, 421+x.s.lastID.Load()*37%900) // longer than the task
		}
	}
	x.replace(status, "application/json", encode(object{
		{"version", version},
		{"status_code", code},
		{"status_message", message},
		{"time", took},
		{"cost", costUSD},
		{"tasks_count", len(tasks)},
		{"tasks_error", failed},
		{"tasks", tasks},
	}))
	x.answer.nanos = nanos(costUSD)
}

// replace makes body the answer, free of charge. Delays and headers stay.
func (x *exchange) replace(status int, contentType string, body []byte) {
	x.answer = answer{status: status, header: x.answer.header, body: body, pauses: x.answer.pauses}
	x.answer.header.Set("Content-Type", contentType)
}

// fail answers with the row of the error table for code, free of charge.
func (x *exchange) fail(code int) {
	e := errorFor(code)
	if e.InTask {
		x.setEnvelope(e.HTTPStatus, codeOK, messageOK, x.taskAnswer(0, code, e.Message, 0, nil))
	} else {
		x.setEnvelope(e.HTTPStatus, code, e.Message)
	}
	if e.HTTPStatus == http.StatusUnauthorized {
		x.answer.header.Set("WWW-Authenticate", `Basic realm="DataForSEO API"`) // HTTP requires it with 401
	}
}

// mutate changes the answer if it is a JSON object, and reports whether it is.
func (x *exchange) mutate(change func(envelope map[string]any)) bool {
	envelope, ok := decodeValue(x.answer.body).(map[string]any)
	if ok {
		change(envelope)
		x.answer.body = encode(envelope)
	}
	return ok
}

// failing returns the first task of an envelope if it failed, else the envelope.
func failing(envelope map[string]any) map[string]any {
	if task := firstIn(envelope["tasks"]); task != nil && statusCode(task) != codeOK {
		return task
	}
	return envelope
}

// statusCode returns the status_code of an envelope or a task; 0 if there is none.
func statusCode(holder map[string]any) int {
	number, _ := holder["status_code"].(json.Number)
	code, _ := number.Int64()
	return int(code)
}
