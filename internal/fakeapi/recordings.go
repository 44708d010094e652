package fakeapi

import (
	"embed"
	"regexp"
	"strconv"
)

//go:embed answers
var answers embed.FS

// Recording is a recorded message of the API, a file in the folder answers, or one of
// [Cases].
type Recording string

// The recorded messages.
const (
	// RequestDocumented is the request of DataForSEO's documentation; RecordedOK is its answer.
	RequestDocumented Recording = "request-documented.json"
	// RecordedOK is an answer with a result, cost 0.02003.
	RecordedOK Recording = "response-ok.json"
	// RecordedBulkOK is an answer about two targets, cost 0.024072.
	RecordedBulkOK Recording = "response-bulk-ok.json"
	// RecordedNoData is the answer for a target without data, cost 0.02003.
	RecordedNoData Recording = "response-no-data.json"
	// RecordedInvalidField is a failure in the task, cost 0.
	RecordedInvalidField Recording = "response-invalid-field.json"
	// RecordedUnverifiedAccount is a failure in the envelope, cost 0.
	RecordedUnverifiedAccount Recording = "response-unverified-account.json"
)

// Bytes returns a copy of the message. It panics if the message does not exist.
func (r Recording) Bytes() []byte {
	if v, ok := variants()[r]; ok {
		return v.bytes()
	}
	content, err := answers.ReadFile("answers/" + string(r))
	must(err)
	return content
}

// costUSD returns the cost stated in the envelope. It may be text, and the answer need
// not be strict JSON.
func (r Recording) costUSD() float64 {
	stated := regexp.MustCompile(`"cost": *"?([0-9]+(?:\.[0-9]+)?)`).FindSubmatch(r.Bytes())
	usd, _ := strconv.ParseFloat(string(stated[1]), 64) // it is a number
	return usd
}
