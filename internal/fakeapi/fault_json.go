package fakeapi

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
)

// mutate changes the ordinary envelope, whose numbers are [json.Number]. The charge
// stays, fields are sorted by name, and answers other than JSON objects stay unchanged.
func mutate(change func(envelope map[string]any)) Fault {
	return func(x *exchange) { x.mutate(change) }
}

// Set puts JSON at a path of the ordinary envelope, such as "/tasks/0/result/0/info".
// The last step may be a new field. It panics if rawJSON is malformed, and during the
// request if the path does not exist: a test that sets nothing tests nothing.
func Set(place, rawJSON string) Fault {
	if !json.Valid([]byte(rawJSON)) {
		panic(fmt.Sprintf("fakeapi: Set(%q): not JSON: %s", place, rawJSON))
	}
	return mutate(func(envelope map[string]any) {
		if !setAt(envelope, strings.Split(place, "/")[1:], json.RawMessage(rawJSON)) {
			panic(fmt.Sprintf("fakeapi: Set(%q): the answer has no such place", place))
		}
	})
}

// setAt sets the value at the path steps below parent and reports whether it exists.
func setAt(parent any, steps []string, value any) bool {
	switch parent := parent.(type) {
	case map[string]any:
		if len(steps) > 1 {
			return setAt(parent[steps[0]], steps[1:], value)
		}
		parent[steps[0]] = value
		return true
	case []any:
		i, err := strconv.Atoi(steps[0])
		if err != nil || i < 0 || i >= len(parent) {
			return false
		}
		if len(steps) > 1 {
			return setAt(parent[i], steps[1:], value)
		}
		parent[i] = value
		return true
	}
	return false
}

// Field puts JSON at a field of the result: Field("backlinks", "38786.0"), or in a
// nested object: Field("info/country", "null"). See [Set].
func Field(name, rawJSON string) Fault { return Set("/tasks/0/result/0/"+name, rawJSON) }

// NoData is the answer for a target without data: a success with result null, charged in full.
func NoData() Fault { return NullResult().And(Set("/tasks/0/result_count", "0")) }

// EmptyTasks is a 20000 with tasks []. EmptyTasks().Cost(0) was reported as passing.
func EmptyTasks() Fault { return Set("/tasks", "[]") }

// NullTasks is a 20000 with tasks null.
func NullTasks() Fault { return Set("/tasks", "null") }

// NullTask is a 20000 with tasks [null].
func NullTask() Fault { return Set("/tasks", "[null]") }

// NullResult is a result_count of 1 with result null.
func NullResult() Fault { return Set("/tasks/0/result", "null") }

// EmptyResult is a result_count of 1 with result [].
func EmptyResult() Fault { return Set("/tasks/0/result", "[]") }

// NullFields makes every field of the result null, target included: the API may.
func NullFields() Fault {
	return mutate(func(envelope map[string]any) { nullAll(resultOf(envelope)) })
}

// NullMapValues makes every value in the maps of the result null, and every field of info.
func NullMapValues() Fault {
	return mutate(func(envelope map[string]any) {
		for _, value := range resultOf(envelope) {
			inner, _ := value.(map[string]any)
			nullAll(inner)
		}
	})
}

// resultOf returns the result of the first task; nil if there is none.
func resultOf(envelope map[string]any) map[string]any {
	return firstIn(firstIn(envelope["tasks"])["result"])
}

func nullAll(o map[string]any) {
	for name := range o {
		o[name] = nil
	}
}

// UnknownFields adds an undocumented field to envelope, task, data, result and info:
// DataForSEO adds fields at any time.
func UnknownFields() Fault {
	fault := OK
	for _, parent := range []string{"", "/tasks/0", "/tasks/0/data", "/tasks/0/result/0", "/tasks/0/result/0/info"} {
		fault = fault.And(Set(parent+"/field_of_tomorrow", `{"list":[1,null,"x"],"flag":true}`))
	}
	return fault
}
