package fakeapi

import (
	"bytes"
	"encoding/json"
)

// decodeTasks reads the tasks of the request, or returns the code of what is
// wrong with the body as a whole.
func (x *exchange) decodeTasks() int {
	tasks, code := splitBody(x.body)
	if code != 0 {
		return code
	}
	for _, t := range tasks {
		for _, m := range t {
			// A field that the endpoint does not know: 40506 for the whole request.
			if !isField(m.name) {
				return 40506
			}
		}
	}
	x.tasks = tasks
	return 0
}

// splitBody splits a body, an array of objects, into its tasks.
func splitBody(body []byte) ([]object, int) {
	if len(bytes.TrimSpace(body)) == 0 {
		return nil, 40502 // nothing was sent
	}
	var raw []json.RawMessage
	if err := json.Unmarshal(body, &raw); err != nil || raw == nil {
		return nil, 40503 // no JSON, or no array: an object alone will not do (not confirmed)
	}
	if len(raw) == 0 {
		return nil, 40502 // an array without a task
	}
	tasks := make([]object, len(raw))
	for i := range raw {
		task, err := decodeObject(raw[i])
		if err != nil {
			return nil, 40503 // an array of something else
		}
		tasks[i] = task
	}
	return tasks, 0
}

// runTasks answers the first task and refuses the others.
func (x *exchange) runTasks() {
	answers := []taskAnswer{x.runTask(x.tasks[0])}
	for i := range x.tasks[1:] {
		// A live endpoint takes one task: a second one gets 40000 at cost 0, while the
		// first one runs and the envelope says 20000.
		answers = append(answers, x.failTask(i+1, 40000, ErrorFor(40000).Message))
	}
	x.setEnvelope(200, envelopeOf(answers...))
}

// runTask answers the first task.
func (x *exchange) runTask(task object) taskAnswer {
	fields := map[string]any{}
	for _, m := range task {
		value, err := decodeValue(m.value.(json.RawMessage))
		if err != nil {
			panic("fakeapi: " + err.Error()) // it was decoded before
		}
		fields[m.name] = value
	}
	if field := invalidField(fields); field != "" {
		// A bad value: 40501 in the task alone, at cost 0. The message names the field
		// and not the value, which data echoes.
		return x.failTask(0, 40501, "Invalid Field: '"+field+"'.")
	}
	// "No data" is a success without a result, charged in full.
	return x.succeed(0, x.s.opts.PriceUSD, x.s.resultsFor(paramsOf(fields)))
}
