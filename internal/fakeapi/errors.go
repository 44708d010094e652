package fakeapi

import (
	"fmt"
	"net/http"
	"slices"
)

// Level is the part of an answer that reports a failure.
type Level string

// Levels.
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

// Errors returns the documented error table, ordered by code.
//
// If HTTP status or level is unknown, it is HTTP 200 with the failure in the envelope.
// If several are known (40104, 40200, 40202, 40210, 50000), it is the recorded or first
// one. The wording of messages varies, and those of 40201 and 40204 are partly
// invented. [Fault] has methods to change them.
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

// ReportedErrors returns undocumented codes reported by users of other endpoints. With
// [Fault.Cost] they are charged, as some were.
func ReportedErrors() []APIError {
	return []APIError{
		{40101, "Internal SE Server Error.", http.StatusOK, LevelTask},
		{40102, "No Search Results.", http.StatusOK, LevelTask},
		{40103, "Task execution failed, please try to resubmit the task.", http.StatusOK, LevelTask},
		{40106, "Task completed with partial results.", http.StatusOK, LevelTask},
	}
}

// ErrorFor returns the row for code from either table. Any other code gives HTTP 200
// with the failure in the envelope and an invented message.
func ErrorFor(code int) APIError {
	for _, e := range slices.Concat(Errors(), ReportedErrors()) {
		if e.Code == code {
			return e
		}
	}
	return APIError{code, fmt.Sprintf("Error %d.", code), http.StatusOK, LevelEnvelope}
}
