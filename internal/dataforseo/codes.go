package dataforseo

// Kind classifies failures by their meaning for the user and for later requests.
type Kind int

// The kinds of failure.
const (
	// KindUnknown: not documented by DataForSEO.
	KindUnknown Kind = iota
	// KindNoCredentials: there is no login or no password, so nothing was sent.
	KindNoCredentials
	// KindCredentials: the login or password is wrong.
	KindCredentials
	// KindAccount: the account may not do this (verification, IP, plan, its own limits).
	KindAccount
	// KindBalance: the account has no money left.
	KindBalance
	// KindRateLimit: too many requests, in a minute or at once. Not charged.
	KindRateLimit
	// KindServer: a temporary fault of DataForSEO.
	KindServer
	// KindTimeout: the request timed out at DataForSEO, and may be charged.
	KindTimeout
	// KindArgument: the API refuses a field of the request, see [Failure.Field].
	KindArgument
	// KindBaseURL: the server is not the API.
	KindBaseURL
	// KindSandbox: the sandbox has no data for this request.
	KindSandbox
	// KindClient: the request is malformed, a bug in this client.
	KindClient
	// KindUnsupported: DataForSEO does not offer this. Retrying cannot help.
	KindUnsupported
	// KindUnreachable: no connection was made, so nothing was sent.
	KindUnreachable
	// KindCertificate: the server's certificate cannot be verified.
	KindCertificate
	// KindLost: the request was sent, but no complete answer arrived.
	KindLost
	// KindUnusable: the answer is not from this API, or not for this call.
	KindUnusable
	// KindReadTimeout: the caller's deadline passed.
	KindReadTimeout
	// KindCancelled: the caller was cancelled.
	KindCancelled
	// KindSpendingLimit: the request could exceed the spending limit.
	KindSpendingLimit
	// KindCacheMiss: only the cache may be used, and it has no answer.
	KindCacheMiss
)

// scope returns the scope of failures of this kind.
func (k Kind) scope() Scope {
	switch k {
	case KindNoCredentials, KindCredentials, KindAccount, KindBalance, KindBaseURL, KindClient, KindCertificate, KindCancelled, KindSpendingLimit:
		return ScopeAccount
	}
	return ScopeTarget
}

// facts describes an API code or an HTTP status.
type facts struct {
	kind Kind
	// summary is a short title without a full stop.
	summary string
	// remedy tells the user what to do, in full sentences.
	remedy string
}

const (
	remedySupport = "Contact DataForSEO support (https://dataforseo.com/contact) with the task id."
	remedyBug     = "This is a bug in the provider. Report it with the task id at https://github.com/dataforseo/terraform-provider-dataforseo/issues."
	remedyReport  = "DataForSEO may have changed its answers, or a proxy may have changed this one. Report it with this message at https://github.com/dataforseo/terraform-provider-dataforseo/issues."
	remedyLater   = "The configuration is not the cause. Try again, and if the error persists, wait a few minutes. https://status.dataforseo.com lists known incidents."
	remedyTopUp   = "Top up the balance at https://app.dataforseo.com."

	remedyBaseURL     = "Check base_url, and whether a proxy or firewall answered instead."
	remedyOtherServer = "Check whether a proxy or firewall answered instead."
)

// codes lists the codes that DataForSEO documents.
//
//nolint:gochecknoglobals // a table that nothing writes to
var codes = map[int]facts{
	40000: {KindClient, "DataForSEO takes one task at a time", remedyBug},
	40100: {KindCredentials, "DataForSEO does not accept the credentials",
		"Use the login and the API password from https://app.dataforseo.com/api-access. The API password is generated there, and differs from the password of the account."},
	40101: {KindServer, "DataForSEO could not process this target", remedyLater},
	40103: {KindServer, "DataForSEO could not process this target", remedyLater},
	40104: {KindAccount, "The DataForSEO account is not verified",
		"Verify the account at https://app.dataforseo.com."},
	40200: {KindBalance, "The DataForSEO account needs to be topped up", remedyTopUp},
	40201: {KindAccount, "DataForSEO has paused the account",
		"Contact DataForSEO support. Access is paused because of unusual activity."},
	40202: {KindRateLimit, "Too many requests to DataForSEO per minute",
		"Lower max_requests_per_minute. Everything that uses the account shares its limit."},
	40203: {KindAccount, "The account's cost limit is reached",
		"Raise the daily limit at https://app.dataforseo.com/api-dashboard, or wait until it resets at 00:00 UTC."},
	40204: {KindAccount, "The account has no access to this API",
		"Activate the Backlinks API under Plans and Subscriptions, https://app.dataforseo.com."},
	40205: {KindAccount, "The account's hourly limit of duplicate tasks is reached",
		"Raise the limit at https://app.dataforseo.com, or try again in an hour."},
	40206: {KindAccount, "The account's daily limit of duplicate tasks is reached",
		"Raise the limit at https://app.dataforseo.com, or try again tomorrow."},
	40207: {KindAccount, "DataForSEO does not accept requests from this IP address",
		"Add the IP address that Terraform runs from to the account's list at https://app.dataforseo.com/api-access."},
	40209: {KindRateLimit, "Too many simultaneous requests to DataForSEO",
		"Lower max_concurrent_requests. Everything that uses the account shares its limit of 30."},
	40210: {KindBalance, "The DataForSEO account has insufficient funds", remedyTopUp},
	40400: {KindBaseURL, "The base URL does not lead to the DataForSEO API",
		"Correct base_url: the API is at https://api.dataforseo.com, the sandbox at https://sandbox.dataforseo.com."},
	40404: {KindSandbox, "The sandbox has no data for this request",
		"Turn off the sandbox to use the live API."},
	40501: {KindArgument, "DataForSEO refuses a field of the request", ""},
	40502: {KindClient, "DataForSEO received an empty request", remedyBug},
	40503: {KindClient, "DataForSEO received a malformed request", remedyBug},
	40506: {KindClient, "DataForSEO does not know a field of the request", remedyBug},
	50000: {KindServer, "DataForSEO has an internal error", remedyLater},
	50001: {KindServer, "DataForSEO could not check the balance", remedyLater},
	50100: {KindUnsupported, "DataForSEO does not offer this function", remedySupport},
	50301: {KindServer, "A service that DataForSEO depends on is unavailable", remedyLater},
	50303: {KindServer, "DataForSEO is being updated", "Try again in a few minutes."},
	50304: {KindServer, "DataForSEO has disabled this function for now", remedySupport},
	50401: {KindTimeout, "DataForSEO gave up on the request after 120 seconds",
		"Try again. A target with very many backlinks may need backlinks_filters, which cost nothing."},
}

// codeFacts describes an API code. Undocumented codes of the form 5xxxx are server
// faults; nothing else is assumed about undocumented codes.
func codeFacts(code int) facts {
	if known, ok := codes[code]; ok {
		return known
	}
	if code >= 50000 {
		return facts{KindServer, "DataForSEO has a problem", remedyLater}
	}
	return facts{KindUnknown, "DataForSEO refused the request", "https://docs.dataforseo.com/v3/appendix/errors/ explains the code."}
}

// statusFacts describes an HTTP status, for responses without a more specific envelope.
func statusFacts(status int) facts {
	switch {
	case status == 401:
		return codes[40100]
	case status == 402:
		return codes[40200]
	case status == 403:
		return facts{KindAccount, "Access to DataForSEO is denied",
			"Check that the account is verified and allows the IP address that Terraform runs from, and that no proxy or firewall answered instead."}
	case status == 404 || status == 405 || status == 410:
		return codes[40400]
	case status == 407:
		return facts{KindBaseURL, "The proxy asks for credentials",
			"Check the user name and password of the proxy in HTTPS_PROXY."}
	case status >= 300 && status < 400:
		return facts{KindBaseURL, "The base URL redirects elsewhere",
			"Set base_url to the final address. Redirects are not followed, so that the credentials stay with one server."}
	case status == 429:
		return codes[40202]
	case status >= 500:
		return facts{KindServer, "A gateway in front of DataForSEO has a problem", remedyLater}
	}
	return facts{KindUnknown, "DataForSEO refused the request", remedyBaseURL}
}
