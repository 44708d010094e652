package dataforseo_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/dataforseo"
)

// meaning is the part of a failure that decides what happens next.
type meaning struct {
	Kind    dataforseo.Kind
	Scope   dataforseo.Scope
	Repeat  dataforseo.Repeat
	Charges dataforseo.Charges
}

func meaningOf(f *dataforseo.Failure) meaning {
	return meaning{f.Kind, f.Scope, f.Repeat, f.Charges}
}

func testFailure(t *testing.T, got *dataforseo.Failure, want meaning) {
	t.Helper()
	if got == nil {
		t.Fatal("no failure")
	}
	if diff := cmp.Diff(want, meaningOf(got)); diff != "" {
		t.Errorf("%v: (-want +got)\n%s", got, diff)
	}
	if neverBegan := got.Attempts == 0 && got.Ended(); got.Attempts != 1 && !neverBegan {
		t.Errorf("%v: got %d attempts, want 1", got, got.Attempts)
	}
}

// TestMeaningOfFailures checks how the code, the HTTP status and the stated cost decide what
// a failure means.
func TestMeaningOfFailures(t *testing.T) {
	t.Parallel()
	const (
		target, account = dataforseo.ScopeTarget, dataforseo.ScopeAccount
		unknown, server = dataforseo.KindUnknown, dataforseo.KindServer
		baseURL         = dataforseo.KindBaseURL
		rateLimit       = dataforseo.KindRateLimit
		timeout         = dataforseo.KindTimeout
		argument        = dataforseo.KindArgument
	)
	free, possible := dataforseo.Charges{}, dataforseo.Charges{Possible: 1}
	usd := func(amount float64) dataforseo.Charges { return dataforseo.Charges{USD: amount} }
	const good = `{"status_code":20000,"tasks":[{"status_code":20000,"result_count":0}]}`
	tests := map[string]struct {
		status int
		body   string
		want   meaning
	}{
		"40202":                     {200, `{"status_code":40202}`, meaning{rateLimit, target, freely, free}},
		"40209 by HTTP 429":         {429, `{"status_code":40209,"cost":0}`, meaning{rateLimit, target, freely, free}},
		"4xxxx by HTTP 429":         {429, `{"status_code":40300}`, meaning{rateLimit, target, freely, free}},
		"50000 by HTTP 429":         {429, `{"status_code":50000}`, meaning{rateLimit, target, freely, free}},
		"50401 by HTTP 429, cost 0": {429, `{"status_code":50401,"cost":0}`, meaning{rateLimit, target, freely, free}},
		"40202 with cost":           {200, `{"status_code":40202,"cost":0.02}`, meaning{rateLimit, target, once, usd(0.02)}},

		"40501":              {200, `{"status_code":40501,"cost":0}`, meaning{argument, target, never, free}},
		"40501 without cost": {200, `{"status_code":40501}`, meaning{argument, target, never, free}},
		"40501 with cost":    {200, `{"status_code":40501,"cost":0.02}`, meaning{argument, target, never, usd(0.02)}},
		"40501 by HTTP 500":  {500, `{"status_code":40501,"cost":0}`, meaning{argument, target, never, free}},
		"40999":              {200, `{"status_code":40999}`, meaning{unknown, target, never, free}},
		"40300 by HTTP 402":  {402, `{"status_code":40300}`, meaning{dataforseo.KindBalance, account, never, free}},
		"50000 by HTTP 401":  {401, `{"status_code":50000,"cost":0}`, meaning{dataforseo.KindCredentials, account, never, free}},
		"40104 by HTTP 403":  {403, `{"status_code":40104}`, meaning{dataforseo.KindAccount, account, never, free}},
		"20100":              {200, `{"status_code":20100}`, meaning{unknown, target, never, possible}},
		"code 0":             {200, `{"status_code":0}`, meaning{unknown, target, never, possible}},
		"code 0, cost 0":     {200, `{"status_code":0,"cost":0}`, meaning{unknown, target, never, free}},
		"40101, cost 0":      {200, `{"status_code":20000,"tasks":[{"status_code":40101,"cost":0}]}`, meaning{server, target, freely, free}},
		"40101 with cost":    {200, `{"status_code":20000,"tasks":[{"status_code":40101,"cost":0.02}]}`, meaning{server, target, once, usd(0.02)}},
		"40101 without cost": {200, `{"status_code":20000,"tasks":[{"status_code":40101}]}`, meaning{server, target, once, possible}},
		"40103, cost 0":      {200, `{"status_code":40103,"cost":"0"}`, meaning{server, target, freely, free}},
		"40103 with cost":    {200, `{"status_code":"40103","cost":"0.02"}`, meaning{server, target, once, usd(0.02)}},
		"40102, envelope":    {200, `{"status_code":40102,"cost":0}`, meaning{unknown, target, never, free}},
		"40107 without cost": {200, `{"status_code":20000,"tasks":[{"status_code":40107}]}`, meaning{unknown, target, never, possible}},
		"40107, cost 0":      {200, `{"status_code":20000,"tasks":[{"status_code":40107,"cost":0}]}`, meaning{unknown, target, never, free}},
		"40299 with cost":    {200, `{"status_code":20000,"cost":0.02,"tasks":[{"status_code":40299}]}`, meaning{unknown, target, never, usd(0.02)}},

		"50000, cost 0":          {500, `{"status_code":50000,"cost":0}`, meaning{server, target, freely, free}},
		"50000 without cost":     {500, `{"status_code":50000}`, meaning{server, target, once, possible}},
		"50000, cost unreadable": {200, `{"status_code":50000,"cost":true}`, meaning{server, target, once, possible}},
		"50000, cost twice":      {200, `{"status_code":50000,"cost":0,"cost":0.02}`, meaning{server, target, once, possible}},
		"50000 with cost":        {500, `{"status_code":50000,"cost":0.02}`, meaning{server, target, once, usd(0.02)}},
		"50000, cost in task":    {200, `{"status_code":50000,"cost":0,"tasks":[{"cost":0.02}]}`, meaning{server, target, once, usd(0.02)}},
		"50999, cost 0":          {200, `{"status_code":50999,"cost":0}`, meaning{server, target, freely, free}},
		"50999":                  {200, `{"status_code":50999}`, meaning{server, target, once, possible}},
		"50000, cost below 0":    {200, `{"status_code":50000,"cost":-1,"tasks":[{"cost":-2}]}`, meaning{server, target, once, possible}},
		"50000, absurd cost":     {200, `{"status_code":50000,"cost":1e300}`, meaning{server, target, once, possible}},
		"50100":                  {200, `{"status_code":50100,"cost":0}`, meaning{dataforseo.KindUnsupported, target, never, free}},
		"50100 without cost":     {200, `{"status_code":50100}`, meaning{dataforseo.KindUnsupported, target, never, possible}},
		"50401":                  {200, `{"status_code":50401}`, meaning{timeout, target, once, possible}},
		"50401, cost 0":          {200, `{"status_code":50401,"cost":0}`, meaning{timeout, target, once, possible}},
		"50401 with cost":        {200, `{"status_code":50401,"cost":0.02}`, meaning{timeout, target, once, usd(0.02)}},

		"HTTP 302":                   {302, "", meaning{baseURL, account, never, free}},
		"HTTP 202":                   {202, "", meaning{unknown, target, never, possible}},
		"HTTP 400":                   {400, "", meaning{unknown, target, never, free}},
		"HTTP 401":                   {401, "", meaning{dataforseo.KindCredentials, account, never, free}},
		"HTTP 403":                   {403, "", meaning{dataforseo.KindAccount, account, never, free}},
		"HTTP 404":                   {404, "", meaning{baseURL, account, never, free}},
		"HTTP 429":                   {429, "", meaning{rateLimit, target, freely, free}},
		"HTTP 500":                   {500, "", meaning{server, target, once, possible}},
		"HTTP 503":                   {503, `{"error":"x"}`, meaning{server, target, once, possible}},
		"HTTP 503, cost 0":           {503, `{"cost":0}`, meaning{server, target, once, free}},
		"HTTP 504, success":          {504, `{"status_code":20000,"cost":0.02}`, meaning{server, target, once, usd(0.02)}},
		"HTTP 504, success, no cost": {504, good, meaning{server, target, once, possible}},
		"HTTP 400, success":          {400, `{"status_code":20000,"cost":0.02}`, meaning{unknown, target, never, usd(0.02)}},
		"HTTP 201, success":          {201, `{"status_code":20000,"cost":0.02}`, meaning{unknown, target, never, usd(0.02)}},

		"not JSON":        {200, "Sign in", meaning{dataforseo.KindUnusable, target, never, possible}},
		"no status":       {200, `{"cost":0.02}`, meaning{dataforseo.KindUnusable, target, never, usd(0.02)}},
		"status twice":    {200, `{"status_code":20000,"status_code":40501,"tasks":[{"cost":0.02}]}`, meaning{dataforseo.KindUnusable, target, never, usd(0.02)}},
		"no task":         {200, `{"status_code":20000}`, meaning{dataforseo.KindUnusable, target, never, possible}},
		"no task, cost 0": {200, `{"status_code":20000,"cost":0,"tasks":null}`, meaning{dataforseo.KindUnusable, target, freely, free}},
		"no task, cost":   {200, `{"status_code":20000,"cost":0.02,"tasks":[]}`, meaning{dataforseo.KindUnusable, target, never, usd(0.02)}},
		"no status in the task, cost 0": {200, `{"status_code":20000,"cost":0,"tasks":[{}]}`,
			meaning{dataforseo.KindUnusable, target, never, free}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			header := http.Header{"Retry-After": {"7"}}
			_, failure := answering{test.status, header, test.body}.do(t, summaryCall("example.com"))
			testFailure(t, failure, test.want)
			if failure.HTTPStatus != test.status || failure.RetryAfter != 7*time.Second {
				t.Errorf("got HTTP status %d, Retry-After %s", failure.HTTPStatus, failure.RetryAfter)
			}
		})
	}
}

// TestFailuresOfFreeCalls checks that a free call never has charges.
func TestFailuresOfFreeCalls(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		answer answering
		repeat dataforseo.Repeat
	}{
		"50000":       {answering{status: 200, body: `{"status_code":50000}`}, freely},
		"HTTP 503":    {answering{status: 503}, freely},
		"HTTP 504":    {answering{status: 504, body: `{"status_code":20000,"cost":1}`}, freely},
		"40202":       {answering{status: 200, body: `{"status_code":40202}`}, freely},
		"not JSON":    {answering{status: 200, body: "Sign in"}, never},
		"with a cost": {answering{status: 200, body: `{"status_code":40501,"cost":1}`}, never},
	} {
		_, failure := test.answer.do(t, userDataCall())
		if failure == nil || failure.Charges != (dataforseo.Charges{}) || failure.Repeat != test.repeat {
			t.Errorf("%s: got %+v", name, failure)
		}
	}
	_, failure := newTransport(t, serveRaw(t, ""), nil).Do(t.Context(), userDataCall())
	if failure == nil || failure.Charges != (dataforseo.Charges{}) || failure.Repeat != freely {
		t.Errorf("closed: got %+v", failure)
	}
}

func TestFieldOfFailure(t *testing.T) {
	t.Parallel()
	tests := []struct {
		code          string
		message, want string
		scope         dataforseo.Scope
	}{
		{"40501", "Invalid Field: 'target'.", "target", dataforseo.ScopeTarget},
		{"40501", "Invalid Field: 'backlinks_filters'.", "backlinks_filters", dataforseo.ScopeRequest},
		{"40501", "Invalid Field: 'backlinks_filters[0]'.", "backlinks_filters", dataforseo.ScopeRequest},
		{"40501", "Task failed. Invalid Field: 'internal_list_limit'. It must not exceed 1000.", "internal_list_limit", dataforseo.ScopeRequest},
		{"40501", "Invalid Field: target.", "", dataforseo.ScopeTarget},
		{"40501", "Invalid Field: ''.", "", dataforseo.ScopeTarget},
		{"40501", "Invalid Field.", "", dataforseo.ScopeTarget},
		{"40501", "", "", dataforseo.ScopeTarget},
		{"40999", "Invalid Field: 'tag'.", "", dataforseo.ScopeTarget},
	}
	for _, test := range tests {
		_, failure := answering{status: 200, body: `{"status_code":` + test.code + `,"status_message":"` + test.message + `"}`}.do(t, summaryCall("example.com"))
		if failure == nil || failure.Field != test.want || failure.Scope != test.scope {
			t.Errorf("%s %q: got %+v, want %q, %v", test.code, test.message, failure, test.want, test.scope)
		}
	}
}

func TestFailureTitle(t *testing.T) {
	t.Parallel()
	for want, failure := range map[string]dataforseo.Failure{
		"It failed (40501)":    {Summary: "It failed", Code: 40501, HTTPStatus: 500},
		"It failed (HTTP 503)": {Summary: "It failed", HTTPStatus: 503},
		"It failed":            {Summary: "It failed", HTTPStatus: 200},
		"No connection":        {Summary: "No connection"},
	} {
		if got := failure.Title(); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestOutageAndEnded(t *testing.T) {
	t.Parallel()
	outage := map[dataforseo.Kind]bool{
		dataforseo.KindServer: true, dataforseo.KindRateLimit: true, dataforseo.KindUnreachable: true, dataforseo.KindLost: true, dataforseo.KindUnusable: true,
	}
	ended := map[dataforseo.Kind]bool{dataforseo.KindCancelled: true, dataforseo.KindReadTimeout: true}
	for kind := dataforseo.KindUnknown; kind <= dataforseo.KindCacheMiss; kind++ {
		failure := dataforseo.Failure{Kind: kind}
		if failure.Outage() != outage[kind] || failure.Ended() != ended[kind] {
			t.Errorf("kind %d: got outage %t, ended %t", kind, failure.Outage(), failure.Ended())
		}
	}
}

func TestChargesPlus(t *testing.T) {
	t.Parallel()
	got := dataforseo.Charges{USD: 0.1, Possible: 1}.Plus(dataforseo.Charges{USD: 0.2, Possible: 2})
	if want := (dataforseo.Charges{USD: 0.3, Possible: 3}); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
}
