package dataforseo

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
)

// Answer is a successful answer with its result. It has no Body, which can be large.
type Answer[T any] struct {
	Reply
	// Result is nil if the API has no data. That is a success and costs as much as any
	// other.
	Result *T
}

// ask makes a call and reads its result. A field in an undocumented form is nil, and a
// notice names it.
func ask[T any](ctx context.Context, doer Doer, call *Call) (*Answer[T], *Failure) {
	reply, failure := doer.Do(ctx, call)
	if failure != nil {
		return nil, failure
	}
	return newAnswer[T](call, reply), nil
}

func newAnswer[T any](call *Call, reply *Reply) *Answer[T] {
	answer := &Answer[T]{Reply: *reply}
	answer.Body, answer.result = nil, nil
	reader := fieldReader{unreadable: slices.Clip(reply.Envelope.unreadable)} // others may share the reply
	if reply.result != nil {
		answer.Result = new(T)
		reader.fields("", reply.result, reflect.ValueOf(answer.Result).Elem())
	}
	answer.Notices = append(newNotices(call, reply.Envelope, reader.unreadable), reply.Notices...)
	return answer
}

func newNotices(call *Call, envelope *Envelope, unreadable []string) (notices []Notice) {
	about := ""
	if call.Target != "" {
		about = fmt.Sprintf(" for %q", call.Target)
	}
	if envelope.partial() {
		notices = append(notices, Notice{
			Summary: "DataForSEO's answer is partial (40106)",
			Line: fmt.Sprintf("DataForSEO answered %d %q%s (task %s).", statusPartial,
				excerpt(value(envelope.Task.StatusMessage), maxMessage), about, envelope.TaskID()),
			Detail: "The metrics that arrived are used. The others are null.",
		})
	}
	if len(unreadable) > 0 {
		notices = append(notices, Notice{
			Summary: "DataForSEO's answer has an unexpected form",
			Line:    fmt.Sprintf("In the answer%s, %s.", about, strings.Join(unreadable, ", ")),
			Detail: "DataForSEO documents a different form, so these fields are null (lost_date is \"unreadable\", because null means that the target is live). " +
				"All other fields were read. Report it at https://github.com/dataforseo/terraform-provider-dataforseo/issues.",
		})
	}
	return notices
}

// encodeTask writes the array of one task that a live endpoint takes.
func encodeTask(task any) ([]byte, error) { return encode([]any{task}) }

// encode writes JSON. Operators such as < are not escaped, so that a log reads as the
// request does.
func encode(value any) ([]byte, error) {
	var body bytes.Buffer
	encoder := json.NewEncoder(&body)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(body.Bytes(), []byte("\n")), nil
}
