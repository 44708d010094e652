package dataforseo

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"time"
)

// Status codes of a processed task. The last two were reported for other live
// endpoints; both can be charged.
const (
	statusOK        = 20000
	statusNoResults = 40102 // no data and no result
	statusPartial   = 40106 // an incomplete result
)

// Envelope is the outer object of every answer. Any field can be null in the API, which
// is nil here and never zero.
type Envelope struct {
	Version       *string  `json:"version"`
	StatusCode    *Integer `json:"status_code"`
	StatusMessage *string  `json:"status_message"`
	Time          *string  `json:"time"`
	// Cost is the total price of all tasks.
	Cost       *USD     `json:"cost"`
	TasksCount *Integer `json:"tasks_count"`
	TasksError *Integer `json:"tasks_error"`
	// Task is the first element of the API's tasks. A live request has exactly one.
	Task *Task `json:"task"`

	unreadable []string // see fieldReader
}

// Task is the answer to the one task of a request.
type Task struct {
	// ID identifies the task for DataForSEO's support.
	ID            *string   `json:"id"`
	StatusCode    *Integer  `json:"status_code"`
	StatusMessage *string   `json:"status_message"`
	Time          *string   `json:"time"`
	Cost          *USD      `json:"cost"`
	ResultCount   *Integer  `json:"result_count"`
	Path          []*string `json:"path"`
	// Data echoes the request, with the names of the API and the function.
	Data *JSONText `json:"data"`
}

// USD is an amount of money. The API writes some amounts as strings.
type USD float64

// maxUSD is beyond what any account has. Sums of amounts below it are still numbers.
const maxUSD = 1e9

// UnmarshalJSON implements [json.Unmarshaler].
func (u *USD) UnmarshalJSON(data []byte) error {
	if err := json.Unmarshal(unquoteNumber(data), (*float64)(u)); err != nil {
		return err
	}
	if *u > maxUSD || *u < -maxUSD {
		return fmt.Errorf("%v is not an amount of money", float64(*u))
	}
	return nil
}

// JSONText is a JSON value as compact text.
type JSONText string

// UnmarshalJSON implements [json.Unmarshaler].
func (t *JSONText) UnmarshalJSON(data []byte) error {
	var compact bytes.Buffer
	err := json.Compact(&compact, data)
	*t = JSONText(compact.String())
	return err
}

// ChargedUSD returns the cost that the answer states, if any. Envelope and task both
// state it. If they differ, the higher cost counts, so that no charge is overlooked.
func (e *Envelope) ChargedUSD() (usd float64, stated bool) {
	if e == nil {
		return 0, false
	}
	costs := []*USD{e.Cost}
	if e.Task != nil {
		costs = append(costs, e.Task.Cost)
	}
	for _, cost := range costs {
		if cost != nil && *cost >= 0 { // a negative cost is ignored
			usd, stated = max(usd, float64(*cost)), true
		}
	}
	return usd, stated
}

// TaskID returns the task's identifier in printable form, "" if there is none.
func (e *Envelope) TaskID() string {
	if e == nil || e.Task == nil {
		return ""
	}
	return excerpt(value(e.Task.ID), maxExcerpt)
}

// chargesFor returns the charges for an answer to the call.
func chargesFor(envelope *Envelope, call *Call) Charges {
	if call.Endpoint.Free() {
		return Charges{}
	}
	if usd, known := envelope.ChargedUSD(); known {
		return Charges{USD: usd}
	}
	return Charges{Possible: 1}
}

// failure returns the first unsuccessful status, looking at the envelope before the
// task.
func (e *Envelope) failure() (code int, message string, failed bool) {
	if e.StatusCode != nil && *e.StatusCode != statusOK {
		return int(*e.StatusCode), value(e.StatusMessage), true
	}
	if e.Task == nil || e.Task.StatusCode == nil {
		return 0, "", false
	}
	switch code := int(*e.Task.StatusCode); code {
	case statusOK, statusNoResults, statusPartial:
		return 0, "", false
	default:
		return code, value(e.Task.StatusMessage), true
	}
}

// partial reports whether the API says that the result is incomplete.
func (e *Envelope) partial() bool { return value(e.Task.StatusCode) == statusPartial }

// claimsSuccess reports whether an envelope without a failure has a status or a task.
func (e *Envelope) claimsSuccess() bool { return e != nil && (e.StatusCode != nil || e.Task != nil) }

// parseEnvelope reads an envelope field by field, and returns all fields of its task.
// It fails on anything but a JSON object with a status or a task. The envelope is then
// nil unless the object states a cost.
func parseEnvelope(body []byte) (envelope *Envelope, task object, err error) {
	if !json.Valid(body) {
		return nil, nil, describeJSONError(json.Unmarshal(body, new(any)))
	}
	fields, ok := parseObject(bytes.Trim(body, whiteSpace))
	if !ok {
		return nil, nil, errors.New("it is JSON, but not an object")
	}
	delete(fields, "task") // the API has no such field
	var reader fieldReader
	envelope = new(Envelope)
	reader.fields("response.", fields, reflect.ValueOf(envelope).Elem())
	if task, ok = parseObject(firstOf(fields["tasks"])); ok {
		envelope.Task = new(Task)
		reader.fields("response.task.", task, reflect.ValueOf(envelope.Task).Elem())
	}
	envelope.unreadable = reader.unreadable
	if envelope.StatusCode == nil && envelope.Task == nil {
		err = errors.New("it has no status_code")
		if envelope.Cost == nil {
			envelope = nil
		}
	}
	return envelope, task, err
}

// errNoTask means that an answer reports success without a task.
var errNoTask = errors.New("its envelope has no task")

// result returns the single result of the task, nil if the API has no data. It fails if
// the envelope reports success but has no usable task, or its task answers another
// call.
func (e *Envelope) result(task object, call *Call) (object, error) {
	switch {
	case e.Task == nil:
		return nil, errNoTask
	case e.Task.StatusCode == nil:
		return nil, errors.New("its task has no status_code")
	case slices.Contains(e.unreadable, "response.status_code occurs twice"):
		return nil, errors.New("its status_code occurs twice") // one of the two may be a failure
	}
	if echoed := e.Task.target(); call.Target != "" && echoed != nil && !sameTarget(*echoed, call.Target) {
		return nil, fmt.Errorf("it is about %q, but the request was about %q", excerpt(*echoed, maxExcerpt), call.Target)
	}
	if *e.Task.StatusCode == statusNoResults {
		return nil, nil
	}
	return e.Task.oneResult(task)
}

// target returns the target that the answer states, nil if it states none. An
// unreadable target never matches the call's.
func (t *Task) target() *string {
	data, _ := parseObject(json.RawMessage(value(t.Data)))
	raw, exists := data["target"]
	if !exists || isNull(raw) {
		return nil
	}
	target := string(raw)
	_ = json.Unmarshal(raw, &target)
	return &target
}

// oneResult returns the result, nil if there is none. It fails if the task claims to
// have a result that is not there: a contradictory answer must not be taken for "no
// data", which policies rely on.
func (t *Task) oneResult(task object) (object, error) {
	list, exists := task["result"]
	raw := firstOf(list)
	switch count := value(t.ResultCount); {
	case exists && list == nil:
		return nil, errors.New("its result occurs twice")
	case raw == nil && count > 0:
		return nil, fmt.Errorf("result_count is %d, but there is no result", count)
	case !exists && t.ResultCount == nil:
		return nil, errors.New("its task has neither a result nor a result_count")
	case raw == nil:
		return nil, nil
	case isEmptyContainer(raw):
		return object{}, nil
	}
	result, ok := parseObject(raw)
	if !ok {
		return nil, fmt.Errorf("its result is %s", excerpt(string(raw), maxExcerpt))
	}
	return result, nil
}

// ReadReply reads a saved [Reply.Body] of an equal call. It fails on anything but a
// complete, successful answer.
func ReadReply(body []byte, fetchedAt time.Time, call *Call) (*Reply, error) {
	envelope, task, err := parseEnvelope(body)
	if err != nil {
		return nil, err
	}
	if code, message, failed := envelope.failure(); failed {
		return nil, fmt.Errorf("it is a failure: %d %q", code, excerpt(message, maxMessage))
	}
	result, err := envelope.result(task, call)
	if err != nil {
		return nil, err
	}
	return &Reply{Envelope: envelope, Body: body, FetchedAt: fetchedAt, result: result}, nil
}

// describeJSONError adds the position at which a body stops being JSON.
func describeJSONError(err error) error {
	if syntaxErr, ok := errors.AsType[*json.SyntaxError](err); ok {
		return fmt.Errorf("it is not JSON: %s at byte %d", syntaxErr.Error(), syntaxErr.Offset)
	}
	return err
}

// value returns *p, or the zero value if p is nil. Use it only where null and zero mean
// the same.
func value[T any](p *T) T {
	if p == nil {
		var zero T
		return zero
	}
	return *p
}
