package dataforseo

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// BulkAnswer is a successful answer about several targets, divided among them.
type BulkAnswer struct {
	// Reply is the whole answer, with its charges, and the notices that concern no
	// single target. It has no Body.
	Reply

	// items are the different items for each target.
	items map[string][]json.RawMessage
	// incomplete says why a target without an item may still have data, "" if it
	// cannot.
	incomplete string
}

// newBulkAnswer assigns the items of an answer to the targets.
func newBulkAnswer(call *Call, targets []string, reply *Reply) (*BulkAnswer, *Failure) {
	items, err := resultItems(reply.result)
	if err == nil && !reply.Envelope.Task.echoes(targets) {
		err = errors.New("it is about other targets")
	}
	if err != nil {
		failure := unusablePart(reply.Envelope, err.Error())
		failure.Kind, failure.Charges = KindUnusable, reply.Charges
		return nil, failure
	}
	answer := &BulkAnswer{Reply: *reply}
	answer.Body, answer.result = nil, nil
	found, unasked, reader := assign(items, targets)
	answer.items = found
	answer.incomplete = incompleteness(reply, len(items), reader.refused)
	// Each part reports what its envelope says about the task, so this omits it.
	answer.Notices = append(newNotices(call, &Envelope{Task: new(Task)}, append(slices.Clip(reply.Envelope.unreadable), reader.unreadable...)), reply.Notices...)
	for _, url := range unasked {
		answer.Notices = append(answer.Notices, Notice{
			Summary: "DataForSEO answered about other targets, too",
			Line:    fmt.Sprintf("%q was not requested.", excerpt(url, maxExcerpt)),
			Detail:  "The provider ignores what was not requested.",
		})
	}
	return answer, nil
}

// resultItems returns the items of a result, none if the API has no data for any target.
func resultItems(result object) ([]json.RawMessage, error) {
	raw, exists := result["items"]
	items, isArray := parseArray(raw)
	switch {
	case exists && raw == nil:
		return nil, errors.New("its items occur twice")
	case !exists || isArray || isNull(raw) || isEmptyContainer(raw):
		return items, nil
	}
	return nil, fmt.Errorf("its items are %s", excerpt(string(raw), maxExcerpt))
}

// echoes reports whether the answer echoes these targets. An answer without a readable
// echo passes.
func (t *Task) echoes(targets []string) bool {
	data, _ := parseObject(json.RawMessage(value(t.Data)))
	var echoed []string
	if json.Unmarshal(data["targets"], &echoed) != nil || echoed == nil {
		return true
	}
	known := map[string]bool{}
	for _, target := range echoed {
		known[looseTarget(target)] = true
	}
	return !slices.ContainsFunc(targets, func(target string) bool { return !known[looseTarget(target)] })
}

// looseTarget returns a key that is the same for targets that the API may confuse. It
// ignores what [sameTarget] ignores, and "www.".
func looseTarget(value string) string {
	t := splitTarget(foldTarget(value))
	return t.scheme + strings.TrimPrefix(t.authority, www) + t.path + t.query
}

// assign finds the target of each item by its url: the same target, or the only similar
// one without an item of its own. The reader refuses items that name no target.
func assign(items []json.RawMessage, targets []string) (found map[string][]json.RawMessage, unasked []string, reader fieldReader) {
	exact, others, alike := map[string][]json.RawMessage{}, map[string][]json.RawMessage{}, map[string][]string{}
	for _, target := range targets {
		exact[target] = nil
		alike[looseTarget(target)] = append(alike[looseTarget(target)], target)
	}
	for i, item := range items {
		url := urlOf(item)
		if url == nil {
			reader.refuse(fmt.Sprintf("items[%d] is %s", i, excerpt(string(item), maxExcerpt)))
		} else if _, asked := exact[*url]; asked {
			exact[*url] = appendOnce(exact[*url], item)
		} else {
			others[*url] = appendOnce(others[*url], item)
		}
	}
	found = maps.Clone(exact)
	for _, url := range slices.Sorted(maps.Keys(others)) {
		switch free := slices.DeleteFunc(slices.Clone(alike[looseTarget(url)]), func(target string) bool { return exact[target] != nil }); len(free) {
		case 0:
			unasked = append(unasked, url)
		case 1:
			found[free[0]] = append(found[free[0]], others[url]...)
		default:
			reader.refuse(fmt.Sprintf("%q may be any of %d targets", excerpt(url, maxExcerpt), len(free)))
		}
	}
	return found, unasked, reader
}

// urlOf returns the url of an item, nil if it has none in a known form.
func urlOf(item json.RawMessage) (url *string) {
	fields, _ := parseObject(item)
	_ = json.Unmarshal(fields["url"], &url)
	return url
}

// appendOnce appends an item unless it is there already.
func appendOnce(items []json.RawMessage, item json.RawMessage) []json.RawMessage {
	if slices.ContainsFunc(items, func(other json.RawMessage) bool { return bytes.Equal(other, item) }) {
		return items
	}
	return append(items, item)
}

// incompleteness returns why an answer may lack an item for a target that has data, ""
// if it does not. Policies rely on "no data".
func incompleteness(reply *Reply, items, refused int) string {
	var claimed *Integer
	_ = json.Unmarshal(reply.result["items_count"], &claimed)
	switch {
	case refused > 0:
		return fmt.Sprintf("its unreadable items (%d) may be about it", refused)
	case claimed != nil && int(*claimed) > items:
		return fmt.Sprintf("it has %d of %d items", items, *claimed)
	case reply.Envelope.partial():
		return "the answer is partial"
	}
	return ""
}

// Part returns the part of the answer that is about a target, as an answer of its own that
// [ReadReply] can read from a cache. It has no charges: those are in the whole answer.
func (a *BulkAnswer) Part(call *Call) (*Reply, *Failure) {
	items := a.items[call.Target]
	switch {
	case len(items) > 1:
		return nil, unusablePart(a.Envelope, fmt.Sprintf("it has %d different items for the target", len(items)))
	case len(items) == 0 && a.incomplete != "":
		return nil, unusablePart(a.Envelope, "it has no item for the target, and "+a.incomplete)
	}
	body, err := partBody(a.Envelope, call.Target, items)
	if err != nil {
		return nil, FailureOfRequest(err)
	}
	part, err := ReadReply(bytes.Clone(body), a.FetchedAt, call) // Clone drops the spare capacity
	if err != nil {
		return nil, unusablePart(a.Envelope, err.Error())
	}
	return part, nil
}

// unusablePart returns the failure of a target about which the answer says nothing
// certain. It is not [KindUnusable], which can be an outage: DataForSEO has answered.
func unusablePart(envelope *Envelope, reason string) *Failure {
	return &Failure{
		Kind: KindUnknown, Summary: "DataForSEO's answer cannot be used", Cause: "the answer cannot be used: " + reason,
		Remedy: remedyReport, Envelope: envelope, Attempts: 1,
	}
}

// partBody returns an answer with the items as its result, and with what identifies the
// task.
func partBody(envelope *Envelope, target string, items []json.RawMessage) ([]byte, error) {
	task := envelope.Task
	return encode(map[string]any{
		"version": envelope.Version, "status_code": envelope.StatusCode, "status_message": envelope.StatusMessage,
		"tasks": []any{map[string]any{
			"id": task.ID, "status_code": task.StatusCode, "status_message": task.StatusMessage,
			"data": map[string]string{"target": target}, "result_count": len(items), "result": items,
		}},
	})
}
