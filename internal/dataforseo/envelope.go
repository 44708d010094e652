package dataforseo

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

// statusOK is the status_code of an envelope or a task that succeeded.
const statusOK = 20000

// Envelope is what the API puts around every answer. Every field can be null,
// which is nil here and never zero.
type Envelope struct {
	Version       *string  `json:"version"`
	StatusCode    *Integer `json:"status_code"`
	StatusMessage *string  `json:"status_message"`
	Time          *string  `json:"time"`
	// Cost is the price of all tasks together in USD.
	Cost       *float64 `json:"cost"`
	TasksCount *Integer `json:"tasks_count"`
	TasksError *Integer `json:"tasks_error"`
	Tasks      []*Task  `json:"tasks"`
}

// Task is the one task of an answer: a live request holds exactly one.
type Task struct {
	// ID is DataForSEO's own identifier, which its support asks for.
	ID            *string  `json:"id"`
	StatusCode    *Integer `json:"status_code"`
	StatusMessage *string  `json:"status_message"`
	Time          *string  `json:"time"`
	// Cost is the price of the task in USD.
	Cost        *float64  `json:"cost"`
	ResultCount *Integer  `json:"result_count"`
	Path        []*string `json:"path"`
	// Data echoes the request, with the names of the API and the function.
	Data json.RawMessage `json:"data"`
	// Result is left undecoded: its form belongs to the endpoint.
	Result json.RawMessage `json:"result"`
}

// Task returns the answer's task, nil when there is none.
func (e *Envelope) Task() *Task {
	if e == nil || len(e.Tasks) == 0 {
		return nil
	}
	return e.Tasks[0]
}

// ChargedUSD returns what the answer says it costs, and whether it says so. The
// envelope and the task both name it; where they differ the larger one counts,
// since a charge that is taken for none would be repeated.
func (e *Envelope) ChargedUSD() (float64, bool) {
	if e == nil {
		return 0, false
	}
	task := e.Task()
	if task == nil {
		task = new(Task)
	}
	return max(value(e.Cost), value(task.Cost)), e.Cost != nil || task.Cost != nil
}

// failure returns the first status that is not a success, looking at the
// envelope before the task, and where it stood.
func (e *Envelope) failure() (code int, message string, level Level, failed bool) {
	if e.StatusCode != nil && *e.StatusCode != statusOK {
		return int(*e.StatusCode), value(e.StatusMessage), LevelEnvelope, true
	}
	task := e.Task()
	if task != nil && task.StatusCode != nil && *task.StatusCode != statusOK {
		return int(*task.StatusCode), value(task.StatusMessage), LevelTask, true
	}
	return 0, "", "", false
}

// decodeEnvelope reads an envelope. It fails on what is not JSON and on JSON
// that has no status_code, which is then no answer of this API.
func decodeEnvelope(body []byte) (*Envelope, error) {
	envelope := new(Envelope)
	if err := json.Unmarshal(body, envelope); err != nil {
		return nil, describeJSONError(err)
	}
	if envelope.StatusCode == nil {
		return nil, errors.New("it has no status_code")
	}
	return envelope, nil
}

// decodeTask reads the result of an envelope that reports no failure. It fails on
// an envelope without a task, and on a task without a status.
func decodeTask(envelope *Envelope, call *Call) (any, error) {
	task := envelope.Task()
	if task == nil {
		return nil, errors.New("its envelope holds no task")
	}
	if task.StatusCode == nil {
		return nil, errors.New("its task has no status_code")
	}
	return decodeResult(task, call.NewResult)
}

// DecodeReply reads an answer that was kept: the [Reply.Body] of a call like this
// one. It fails on anything that is not a whole and successful answer.
func DecodeReply(body []byte, fetchedAt time.Time, call *Call) (*Reply, error) {
	envelope, err := decodeEnvelope(body)
	if err != nil {
		return nil, err
	}
	if code, message, _, failed := envelope.failure(); failed {
		return nil, fmt.Errorf("it is a failure: %d %q", code, message)
	}
	result, err := decodeTask(envelope, call)
	if err != nil {
		return nil, err
	}
	return &Reply{Envelope: envelope, Result: result, Body: body, FetchedAt: fetchedAt}, nil
}

// decodeResult reads the result of a task that succeeded into what newResult
// returns. No result at all is nil and no error, unless the task claims to have
// one: an answer that contradicts itself must not pass for "no data".
func decodeResult(task *Task, newResult func() any) (any, error) {
	var results []json.RawMessage
	if len(task.Result) > 0 {
		if err := json.Unmarshal(task.Result, &results); err != nil {
			return nil, fmt.Errorf("its result is not an array: %w", describeJSONError(err))
		}
	}
	if len(results) == 0 || isNull(results[0]) {
		if n := value(task.ResultCount); n > 0 {
			return nil, fmt.Errorf("result_count is %d, but there is no result", n)
		}
		// "No data" is an answer that is paid for and relied on: it has to be said.
		if task.ResultCount == nil && len(task.Result) == 0 {
			return nil, errors.New("its task has neither a result nor a result_count")
		}
		return nil, nil
	}
	result := newResult()
	if err := json.Unmarshal(results[0], result); err != nil {
		return nil, fmt.Errorf("its result cannot be read: %w", describeJSONError(err))
	}
	return result, nil
}

// describeJSONError turns an error of encoding/json into words that name the
// field rather than this client's types.
func describeJSONError(err error) error {
	if typeErr, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		if typeErr.Field == "" {
			return fmt.Errorf("it is JSON of another kind (%s)", excerpt(typeErr.Value, maxExcerpt))
		}
		return fmt.Errorf("%s is %s, which is not what the API documents", typeErr.Field, excerpt(typeErr.Value, maxExcerpt))
	}
	if syntaxErr, ok := errors.AsType[*json.SyntaxError](err); ok {
		return fmt.Errorf("it is not JSON: %s at byte %d", syntaxErr.Error(), syntaxErr.Offset)
	}
	return err
}

func isNull(raw json.RawMessage) bool {
	return len(raw) == 0 || bytes.Equal(bytes.TrimSpace(raw), []byte("null"))
}

// value returns what p points to, the zero value for nil. Only for places where
// null and zero mean the same.
func value[T any](p *T) T {
	if p == nil {
		var zero T
		return zero
	}
	return *p
}
