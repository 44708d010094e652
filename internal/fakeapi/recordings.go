package fakeapi

import "embed"

//go:embed answers/*.json
var answers embed.FS

// Recording names a recorded message.
type Recording string

// The recorded messages.
const (
	// RequestDocumented is the request of DataForSEO's documentation; RecordedOK is its answer.
	RequestDocumented Recording = "request-documented.json"
	// RecordedOK is an answer with a result, cost 0.02003.
	RecordedOK Recording = "response-ok.json"
	// RecordedNoData is the answer for a target without data, cost 0.02003.
	RecordedNoData Recording = "response-no-data.json"
	// RecordedInvalidField is a failure in the task, cost 0.
	RecordedInvalidField Recording = "response-invalid-field.json"
	// RecordedUnverifiedAccount is a failure in the envelope, cost 0.
	RecordedUnverifiedAccount Recording = "response-unverified-account.json"
)

// Bytes returns a copy of the message. It panics for a name that is not one of the constants.
func (r Recording) Bytes() []byte {
	content, err := answers.ReadFile("answers/" + string(r))
	if err != nil {
		panic("fakeapi: " + err.Error())
	}
	return content
}
