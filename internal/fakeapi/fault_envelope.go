package fakeapi

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
)

// mutate changes the answer if it is a JSON object, and tells whether it is.
func (x *exchange) mutate(change func(envelope map[string]any)) bool {
	value, err := decodeValue(x.answer.body)
	envelope, ok := value.(map[string]any)
	if err != nil || !ok {
		return false
	}
	change(envelope)
	x.answer.body = encode(envelope)
	return true
}

// changeMessage changes the status_message that matters, and tells whether there is one.
func (x *exchange) changeMessage(change func(old string) string) bool {
	return x.mutate(func(envelope map[string]any) {
		holder := envelope
		if task := firstTaskOf(envelope); task != nil && task["status_code"] != json.Number("20000") {
			holder = task
		}
		old, _ := holder["status_message"].(string)
		holder["status_message"] = change(old)
	})
}

// firstTaskOf returns the first task of a decoded envelope; nil if there is none.
func firstTaskOf(envelope map[string]any) map[string]any {
	tasks, _ := envelope["tasks"].([]any)
	if len(tasks) == 0 {
		return nil
	}
	task, _ := tasks[0].(map[string]any)
	return task
}

// resultOf returns the result of the first task; nil if there is none.
func resultOf(envelope map[string]any) map[string]any {
	results, _ := firstTaskOf(envelope)["result"].([]any)
	if len(results) == 0 {
		return nil
	}
	result, _ := results[0].(map[string]any)
	return result
}

// Mutate changes the ordinary envelope, decoded with numbers as
// [encoding/json.Number]; values of type [encoding/json.RawMessage] are written as
// they are. It has no effect on answers that are no JSON object. The charge stays,
// and the order of fields becomes that of the alphabet.
func Mutate(change func(envelope map[string]any)) Fault {
	return newFault(func(x *exchange) { x.mutate(change) })
}

// Set puts a piece of JSON at a place of the ordinary envelope, given as a JSON
// pointer (RFC 6901) such as "/tasks/0/result/0/info". The last step may be new in
// an object. It panics if rawJSON is no JSON, and ends the request with a panic if
// there is no such place: a test that sets nothing tests nothing.
func Set(pointer, rawJSON string) Fault {
	if !json.Valid([]byte(rawJSON)) {
		panic(fmt.Sprintf("fakeapi: Set(%q): not JSON: %s", pointer, rawJSON))
	}
	steps := strings.Split(strings.TrimPrefix(pointer, "/"), "/")
	for i := range steps {
		steps[i] = strings.NewReplacer("~1", "/", "~0", "~").Replace(steps[i])
	}
	return Mutate(func(envelope map[string]any) {
		if !setAt(envelope, steps, json.RawMessage(rawJSON)) {
			panic(fmt.Sprintf("fakeapi: Set(%q): the answer has no such place", pointer))
		}
	})
}

// setAt sets the place below parent that steps lead to, and tells whether there is one.
func setAt(parent any, steps []string, value any) bool {
	step, last := steps[0], len(steps) == 1
	switch parent := parent.(type) {
	case map[string]any:
		if last {
			parent[step] = value
			return true
		}
		return setAt(parent[step], steps[1:], value)
	case []any:
		i, err := strconv.Atoi(step)
		if err != nil || i < 0 || i >= len(parent) {
			return false
		}
		if last {
			parent[i] = value
			return true
		}
		return setAt(parent[i], steps[1:], value)
	}
	return false
}

// Field puts a piece of JSON at a field of the result: Field("backlinks", "38786.0").
// A slash leads into an object: Field("info/country", "null"). See [Set].
func Field(name, rawJSON string) Fault { return Set("/tasks/0/result/0/"+name, rawJSON) }

// NoData is the answer for a target without data: a success with result null,
// charged in full.
func NoData() Fault {
	return Set("/tasks/0/result", "null").And(Set("/tasks/0/result_count", "0"))
}

// EmptyTasks is a 20000 with tasks [].
func EmptyTasks() Fault { return Set("/tasks", "[]") }

// NullTasks is a 20000 with tasks null.
func NullTasks() Fault { return Set("/tasks", "null") }

// NullTask is a 20000 with tasks [null].
func NullTask() Fault { return Set("/tasks", "[null]") }

// NullResult is a result_count of 1 with result null.
func NullResult() Fault { return Set("/tasks/0/result", "null") }

// EmptyResult is a result_count of 1 with result [].
func EmptyResult() Fault { return Set("/tasks/0/result", "[]") }

// NullResultEntry is a result_count of 1 with result [null].
func NullResultEntry() Fault { return Set("/tasks/0/result", "[null]") }

// NullFields is a result whose every field is null, target included: every field of
// the API can be null.
func NullFields() Fault {
	return Mutate(func(envelope map[string]any) { nullAll(resultOf(envelope)) })
}

// NullMapValues is a result whose maps have null for every value, and whose info
// has null for every field.
func NullMapValues() Fault {
	return Mutate(func(envelope map[string]any) {
		for _, value := range resultOf(envelope) {
			inner, _ := value.(map[string]any)
			nullAll(inner)
		}
	})
}

func nullAll(o map[string]any) {
	for name := range o {
		o[name] = nil
	}
}

// UnknownFields adds a field that no documentation mentions to envelope, task, data,
// result and info: DataForSEO adds fields at any time.
func UnknownFields() Fault {
	return Mutate(func(envelope map[string]any) {
		task, result := firstTaskOf(envelope), resultOf(envelope)
		data, _ := task["data"].(map[string]any)
		info, _ := result["info"].(map[string]any)
		for _, o := range []map[string]any{envelope, task, data, result, info} {
			if o != nil {
				o["field_of_tomorrow"] = map[string]any{"list": []any{1, nil, "x"}, "flag": true}
			}
		}
	})
}
