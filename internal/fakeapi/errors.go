package fakeapi

import (
	"fmt"
	"net/http"
	"slices"
)

// Level is the place of an answer in which a failure stands.
type Level string

// Levels. Which HTTP status goes with it is a matter of its own: [APIError].HTTPStatus.
const (
	// LevelEnvelope: the envelope's status_code is the failure, tasks is null.
	LevelEnvelope Level = "envelope"
	// LevelTask: the envelope says 20000, the task's status_code is the failure.
	LevelTask Level = "task"
)

// APIError is a row of DataForSEO's error table.
type APIError struct {
	Code       int
	Message    string
	HTTPStatus int
	Level      Level
}

// Errors returns the error table, in order of code.
//
// The codes are documented. Where HTTP status or level is not known, it is HTTP 200
// with the failure in the envelope; where two are known (40104, 40200, 40202, 40210,
// 50000), it is the one that is recorded or stands first. Messages vary in their
// wording, and those of 40201 and 40204 are partly made up. Change what a test needs otherwise with [Fault.HTTPStatus],
// [Fault.InTask], [Fault.InEnvelope] and [Fault.Message].
func Errors() []APIError {
	ok := http.StatusOK
	return []APIError{
		{40000, "You can set only one task at a time.", ok, LevelTask},
		{40100, "You are not authorized to access this resource.", http.StatusUnauthorized, LevelEnvelope},
		{40104, "Please verify your account before using the API. You can do it in your dashboard.", ok, LevelEnvelope},
		{40200, "Payment Required.", http.StatusPaymentRequired, LevelTask},
		{40201, "Access paused because of unusual activity.", ok, LevelEnvelope},
		{40202, "The rate-limit per minute has been exceeded.", ok, LevelEnvelope},
		{40203, "The cost limit has been exceeded.", ok, LevelEnvelope},
		{40204, "Access denied. Visit Plans and Subscriptions to activate your subscription.", ok, LevelTask},
		{40205, "The duplicate task limit per hour has been exceeded.", ok, LevelEnvelope},
		{40206, "The duplicate task limit per day has been exceeded.", ok, LevelEnvelope},
		{40207, "Access denied. Your IP is not whitelisted.", ok, LevelEnvelope},
		{40209, "Too many simultaneous queries.", ok, LevelEnvelope},
		{40210, "Insufficient funds.", ok, LevelEnvelope},
		{40400, "Not Found.", http.StatusNotFound, LevelEnvelope},
		{40404, "No Prepared Data Found.", ok, LevelEnvelope},
		{40501, "Invalid Field: 'target'.", ok, LevelTask},
		{40502, "POST Data Is Empty.", ok, LevelEnvelope},
		{40503, "POST Data Is Invalid.", ok, LevelEnvelope},
		{40506, "Unknown Fields in POST Data.", ok, LevelEnvelope},
		{50000, "Internal Error.", http.StatusInternalServerError, LevelEnvelope},
		{50001, "Error While Checking the Balance.", ok, LevelEnvelope},
		{50100, "Not Implemented.", ok, LevelEnvelope},
		{50301, "3rd Party API Service Unavailable.", ok, LevelEnvelope},
		{50303, "Update in progress. Please try after a few minutes.", ok, LevelEnvelope},
		{50304, "This function temporarily unavailable.", ok, LevelEnvelope},
		{50401, "Internal Error - Timeout.", ok, LevelEnvelope},
	}
}

// ErrorFor returns the row of the error table for code. For a code that is not in
// the table, as DataForSEO may add some, it is HTTP 200, in the envelope, with a made-up message.
func ErrorFor(code int) APIError {
	table := Errors()
	if i := slices.IndexFunc(table, func(e APIError) bool { return e.Code == code }); i >= 0 {
		return table[i]
	}
	return APIError{code, fmt.Sprintf("Error %d.", code), http.StatusOK, LevelEnvelope}
}
