package dataforseo

// Kind groups failures by what they mean for the person who reads of them and
// for the requests that follow.
type Kind int

// The kinds of failure.
const (
	// KindUnknown is a failure that DataForSEO does not document.
	KindUnknown Kind = iota
	// KindCredentials: login or password are wrong.
	KindCredentials
	// KindAccount: the account may not do this (verification, IP, plan, its own limits).
	KindAccount
	// KindBalance: the account has no money left.
	KindBalance
	// KindRateLimit: too many requests, in a minute or at once. Not charged.
	KindRateLimit
	// KindServer: a fault of DataForSEO's that may pass.
	KindServer
	// KindTimeout: DataForSEO gave up working on the request, and may charge it.
	KindTimeout
	// KindArgument: a field of the request is refused, see [APIError.Field].
	KindArgument
	// KindBaseURL: what answered is not the API.
	KindBaseURL
	// KindSandbox: the sandbox has no data prepared for this request.
	KindSandbox
	// KindClient: the request is malformed, which is a bug of this client.
	KindClient
	// KindUnsupported: DataForSEO does not offer this, and repeating cannot help.
	KindUnsupported
)

// OfAccount reports whether a failure of this kind would befall every request
// of the same configuration, and not the one target only.
func (k Kind) OfAccount() bool {
	switch k {
	case KindCredentials, KindAccount, KindBalance, KindBaseURL, KindClient:
		return true
	}
	return false
}

// CodeFacts is what is known of an API code.
type CodeFacts struct {
	Kind Kind
	// Summary says what happened, in a few words without a full stop.
	Summary string
	// Remedy says what the person can do about it, in sentences.
	Remedy string
}

const (
	remedySupport = "Contact DataForSEO's support (https://dataforseo.com/contact) with the task id."
	remedyBug     = "This is a bug of the provider: please report it with the task id at https://github.com/dataforseo/terraform-provider-dataforseo/issues."
	remedyLater   = "Nothing is wrong with the configuration: try again, and in some minutes if it persists. https://status.dataforseo.com shows known incidents."
	remedyTopUp   = "Top up the balance at https://app.dataforseo.com."
)

// codes is the one table of the codes that DataForSEO documents.
//
//nolint:gochecknoglobals // a table that nothing writes to
var codes = map[int]CodeFacts{
	40000: {KindClient, "DataForSEO takes one task at a time", remedyBug},
	40100: {KindCredentials, "DataForSEO does not accept the credentials",
		"Use the login and the API password from https://app.dataforseo.com/api-access. The API password is generated there and is not the password of the account."},
	40104: {KindAccount, "The DataForSEO account is not verified",
		"Verify the account in the dashboard, https://app.dataforseo.com."},
	40200: {KindBalance, "The DataForSEO account has to be topped up", remedyTopUp},
	40201: {KindAccount, "DataForSEO has paused the account",
		"Contact DataForSEO's support: access is paused because of unusual activity."},
	40202: {KindRateLimit, "Too many requests to DataForSEO in a minute",
		"Lower max_requests_per_minute: the limit of the account is shared by everything that uses it."},
	40203: {KindAccount, "The account's own cost limit is reached",
		"Raise the daily limit at https://app.dataforseo.com/api-dashboard, or wait: it resets at 00:00 UTC."},
	40204: {KindAccount, "The account has no access to this API",
		"Activate the Backlinks API under Plans and Subscriptions, https://app.dataforseo.com."},
	40205: {KindAccount, "The account's own limit of duplicate tasks in an hour is reached",
		"Raise the limit at https://app.dataforseo.com, or try again in an hour."},
	40206: {KindAccount, "The account's own limit of duplicate tasks in a day is reached",
		"Raise the limit at https://app.dataforseo.com, or try again tomorrow."},
	40207: {KindAccount, "DataForSEO does not accept requests from this IP address",
		"Add the IP address that Terraform runs from to the account's list at https://app.dataforseo.com/api-access."},
	40209: {KindRateLimit, "Too many simultaneous requests to DataForSEO",
		"Lower max_concurrent_requests: the limit of the account, 30 at once, is shared by everything that uses it."},
	40210: {KindBalance, "The DataForSEO account has insufficient funds", remedyTopUp},
	40400: {KindBaseURL, "The base URL does not lead to the DataForSEO API",
		"Correct base_url: the API is at https://api.dataforseo.com, the sandbox at https://sandbox.dataforseo.com."},
	40404: {KindSandbox, "The sandbox has no data for this request",
		"Ask the live API: leave sandbox and base_url out of the provider's configuration."},
	40501: {KindArgument, "DataForSEO refuses a field of the request", ""},
	40502: {KindClient, "DataForSEO received an empty request", remedyBug},
	40503: {KindClient, "DataForSEO received a malformed request", remedyBug},
	40506: {KindClient, "DataForSEO does not know a field of the request", remedyBug},
	50000: {KindServer, "DataForSEO has an internal error", remedyLater},
	50001: {KindServer, "DataForSEO could not check the balance", remedyLater},
	50100: {KindUnsupported, "DataForSEO does not offer this function", remedySupport},
	50301: {KindServer, "A service that DataForSEO depends on is unavailable", remedyLater},
	50303: {KindServer, "DataForSEO is being updated", "Try again in a few minutes."},
	50304: {KindServer, "DataForSEO has this function switched off for now", remedySupport},
	50401: {KindTimeout, "DataForSEO gave up on the request after 120 seconds",
		"Try again. A target with very many backlinks may need backlinks_filters, which cost nothing."},
}

// FactsOf returns what is known of an API code. A code that is not documented
// gets the kind of its family, and words that claim no more than that.
func FactsOf(code int) CodeFacts {
	if facts, ok := codes[code]; ok {
		return facts
	}
	facts := CodeFacts{Summary: "DataForSEO refused the request", Remedy: "https://docs.dataforseo.com/v3/appendix/errors/ explains the code."}
	switch code / 100 {
	case 401:
		facts.Kind = KindCredentials
	case 402:
		facts.Kind = KindAccount
	}
	if code >= 50000 {
		facts = CodeFacts{KindServer, "DataForSEO has a problem", remedyLater}
	}
	return facts
}

// factsOfHTTP returns what an HTTP status means when no envelope says more.
func factsOfHTTP(status int) CodeFacts {
	switch {
	case status == 401:
		return codes[40100]
	case status == 402:
		return codes[40200]
	case status == 403:
		return CodeFacts{KindAccount, "Access to DataForSEO is denied",
			"Check that the account is verified and that the IP address Terraform runs from is allowed, and whether a proxy or firewall answered instead."}
	case status == 404 || status == 405 || status == 410:
		return codes[40400]
	case status == 407:
		return CodeFacts{KindBaseURL, "The proxy asks for credentials",
			"Correct the proxy's user and password in HTTPS_PROXY."}
	case status >= 300 && status < 400:
		return CodeFacts{KindBaseURL, "The base URL redirects elsewhere",
			"Set base_url to the address that answers. Redirects are not followed, so that the credentials go nowhere else."}
	case status == 429:
		return codes[40202]
	case status >= 500:
		return CodeFacts{KindServer, "A gateway in front of DataForSEO has a problem", remedyLater}
	}
	return CodeFacts{KindUnknown, "DataForSEO refused the request", "Check base_url, and whether a proxy or firewall answered instead."}
}
