package fakeapi

import (
	"fmt"
	"net/http"
	"slices"
)

// APIError is a row of DataForSEO's error table.
type APIError struct {
	Code       int
	Message    string
	HTTPStatus int
	// InTask means that the envelope says 20000 and the task has the failure.
	// Otherwise the envelope has it, and tasks is null.
	InTask bool
}

const inTask, inEnvelope = true, false

// Errors returns the documented error table, ordered by code.
//
// If HTTP status or level is unknown, it is HTTP 200 with the failure in the envelope.
// If several are known (40104, 40200, 40202, 40210, 50000), it is the recorded or first
// one. The wording of messages varies, and those of 40201 and 40204 are partly
// invented. [Fault] has methods to change them.
func Errors() []APIError {
	ok := http.StatusOK
	return []APIError{
		{40000, "You can set only one task at a time.", ok, inTask},
		{40100, "You are not authorized to access this resource.", http.StatusUnauthorized, inEnvelope},
		{40104, "Please verify your account before using the API. You can do it in your dashboard.", ok, inEnvelope},
		{40200, "Payment Required.", http.StatusPaymentRequired, inTask},
		{40201, "Access paused because of unusual activity.", ok, inEnvelope},
		{40202, "The rate-limit per minute has been exceeded.", ok, inEnvelope},
		{40203, "The cost limit has been exceeded.", ok, inEnvelope},
		{40204, "Access denied. Visit Plans and Subscriptions to activate your subscription.", ok, inTask},
		{40205, "The duplicate task limit per hour has been exceeded.", ok, inEnvelope},
		{40206, "The duplicate task limit per day has been exceeded.", ok, inEnvelope},
		{40207, "Access denied. Your IP is not whitelisted.", ok, inEnvelope},
		{40209, "Too many simultaneous queries.", ok, inEnvelope},
		{40210, "Insufficient funds.", ok, inEnvelope},
		{40400, "Not Found.", http.StatusNotFound, inEnvelope},
		{40404, "No Prepared Data Found.", ok, inEnvelope},
		{40501, "Invalid Field: 'target'.", ok, inTask},
		{40502, "POST Data Is Empty.", ok, inEnvelope},
		{40503, "POST Data Is Invalid.", ok, inEnvelope},
		{40506, "Unknown Fields in POST Data.", ok, inEnvelope},
		{50000, "Internal Error.", http.StatusInternalServerError, inEnvelope},
		{50001, "Error While Checking the Balance.", ok, inEnvelope},
		{50100, "Not Implemented.", ok, inEnvelope},
		{50301, "3rd Party API Service Unavailable.", ok, inEnvelope},
		{50303, "Update in progress. Please try after a few minutes.", ok, inEnvelope},
		{50304, "This function temporarily unavailable.", ok, inEnvelope},
		{50401, "Internal Error - Timeout.", ok, inEnvelope},
	}
}

// ReportedErrors returns undocumented codes reported by users of other endpoints. With
// [Fault.Cost] they are charged, as some were.
func ReportedErrors() []APIError {
	return []APIError{
		{40101, "Internal SE Server Error.", http.StatusOK, inTask},
		{40102, "No Search Results.", http.StatusOK, inTask},
		{40103, "Task execution failed, please try to resubmit the task.", http.StatusOK, inTask},
		{40106, "Task completed with partial results.", http.StatusOK, inTask},
	}
}

// errorFor returns the row for code from either table. Any other code gives HTTP 200
// with the failure in the envelope and an invented message.
func errorFor(code int) APIError {
	rows := slices.Concat(Errors(), ReportedErrors())
	if i := slices.IndexFunc(rows, func(e APIError) bool { return e.Code == code }); i >= 0 {
		return rows[i]
	}
	return APIError{code, fmt.Sprintf("Error %d.", code), http.StatusOK, inEnvelope}
}
