package dataforseo_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/dataforseo"
	"github.com/dataforseo/terraform-provider-dataforseo/internal/fakeapi"
)

// meaning is what follows from a failure.
type meaning struct {
	advice dataforseo.Advice
	charge dataforseo.Charge
	usd    float64
}

func testMeaning(t *testing.T, err error, want meaning) {
	t.Helper()
	if got := dataforseo.Advise(err); got != want.advice {
		t.Errorf("%v: the advice is %+v, want %+v", err, got, want.advice)
	}
	if charge, usd := dataforseo.ChargeOf(err); charge != want.charge || usd != want.usd {
		t.Errorf("%v: the charge is %d, %v, want %d, %v", err, charge, usd, want.charge, want.usd)
	}
}

func TestMeaningOfFailures(t *testing.T) {
	t.Parallel()
	const after = 7 * time.Second
	cost := func(usd float64) *dataforseo.Envelope { return &dataforseo.Envelope{Cost: &usd} }
	api := func(code, status int, envelope *dataforseo.Envelope) error {
		return &dataforseo.APIError{Code: code, HTTPStatus: status, RetryAfter: after, Envelope: envelope}
	}
	http := func(status int, envelope *dataforseo.Envelope) error {
		return &dataforseo.HTTPError{Status: status, RetryAfter: after, Envelope: envelope}
	}
	stop, again, oncemore := dataforseo.Advice{}, dataforseo.Advice{Repeat: freely, RetryAfter: after}, dataforseo.Advice{Repeat: once, RetryAfter: after}
	slower := dataforseo.Advice{Repeat: freely, RateLimited: true, RetryAfter: after}
	unknown := new(dataforseo.Envelope)
	tests := map[string]struct {
		err  error
		want meaning
	}{
		"nil":                     {nil, meaning{}},
		"somebody else's":         {errors.New("x"), meaning{}},
		"no credentials":          {&dataforseo.CredentialsError{}, meaning{}},
		"never sent":              {&dataforseo.TransportError{Err: errors.New("x")}, meaning{advice: dataforseo.Advice{Repeat: freely}}},
		"perhaps sent":            {&dataforseo.TransportError{Err: errors.New("x"), Sent: true}, meaning{dataforseo.Advice{Repeat: once}, possible, 0}},
		"timed out, never sent":   {&dataforseo.TransportError{Err: context.DeadlineExceeded, TimedOutAfter: 1}, meaning{advice: dataforseo.Advice{Repeat: freely}}},
		"not usable":              {&dataforseo.ResponseError{}, meaning{stop, possible, 0}},
		"not usable, cost stated": {&dataforseo.ResponseError{Envelope: cost(0.02)}, meaning{stop, stated, 0.02}},
		"not usable, cost 0":      {&dataforseo.ResponseError{Envelope: cost(0)}, meaning{stop, free, 0}},

		"40202":                     {api(40202, 200, unknown), meaning{slower, free, 0}},
		"40209 by HTTP 429":         {api(40209, 429, cost(0)), meaning{slower, free, 0}},
		"4xxxx by HTTP 429":         {api(40300, 429, unknown), meaning{slower, free, 0}},
		"50000 by HTTP 429":         {api(50000, 429, unknown), meaning{slower, free, 0}},
		"50401 by HTTP 429, cost 0": {api(50401, 429, cost(0)), meaning{slower, free, 0}},
		"40501":                     {api(40501, 200, cost(0)), meaning{stop, free, 0}},
		"40501 without cost":        {api(40501, 200, unknown), meaning{stop, free, 0}},
		"40501 with cost":           {api(40501, 200, cost(0.02)), meaning{stop, stated, 0.02}},
		"40501 by HTTP 500":         {api(40501, 500, cost(0)), meaning{stop, free, 0}},
		"unknown 4xxxx":             {api(40999, 200, unknown), meaning{stop, free, 0}},
		"50000, cost 0":             {api(50000, 500, cost(0)), meaning{again, free, 0}},
		"50000 without cost":        {api(50000, 500, unknown), meaning{oncemore, possible, 0}},
		"50000 without envelope":    {api(50000, 500, nil), meaning{oncemore, possible, 0}},
		"50000 with cost":           {api(50000, 500, cost(0.02)), meaning{oncemore, stated, 0.02}},
		"unknown 5xxxx, cost 0":     {api(50999, 200, cost(0)), meaning{again, free, 0}},
		"unknown 5xxxx":             {api(50999, 200, unknown), meaning{oncemore, possible, 0}},
		"50100":                     {api(50100, 200, cost(0)), meaning{stop, free, 0}},
		"50100 without cost":        {api(50100, 200, unknown), meaning{stop, possible, 0}},
		"50401":                     {api(50401, 200, unknown), meaning{oncemore, possible, 0}},
		"50401, cost 0":             {api(50401, 200, cost(0)), meaning{oncemore, possible, 0}},
		"50401 with cost":           {api(50401, 200, cost(0.02)), meaning{oncemore, stated, 0.02}},
		"no code of the table":      {api(20100, 200, unknown), meaning{stop, possible, 0}},
		"code 0":                    {api(0, 200, unknown), meaning{stop, possible, 0}},
		"code 0, cost 0":            {api(0, 200, cost(0)), meaning{stop, free, 0}},

		"HTTP 429":                    {http(429, nil), meaning{slower, free, 0}},
		"HTTP 500":                    {http(500, nil), meaning{oncemore, possible, 0}},
		"HTTP 503":                    {http(503, nil), meaning{oncemore, possible, 0}},
		"HTTP 504 claiming success":   {http(504, cost(0.02)), meaning{oncemore, stated, 0.02}},
		"HTTP 504 claiming, no cost":  {http(504, unknown), meaning{oncemore, possible, 0}},
		"HTTP 302":                    {http(302, nil), meaning{stop, free, 0}},
		"HTTP 401":                    {http(401, nil), meaning{stop, free, 0}},
		"HTTP 404":                    {http(404, nil), meaning{stop, free, 0}},
		"HTTP 202":                    {http(202, nil), meaning{stop, possible, 0}},
		"HTTP 400 claiming success":   {http(400, cost(0.02)), meaning{stop, stated, 0.02}},
		"HTTP 200-odd claiming, cost": {http(201, cost(0.02)), meaning{stop, stated, 0.02}},
		"wrapped":                     {fmt.Errorf("x: %w", http(429, nil)), meaning{slower, free, 0}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			testMeaning(t, test.err, test.want)
		})
	}
}

func TestMeaningOfFaults(t *testing.T) {
	t.Parallel()
	stop, oncemore := dataforseo.Advice{}, dataforseo.Advice{Repeat: once}
	const usd = fakeapi.DefaultPriceUSD
	tests := map[string]struct {
		fault fakeapi.Fault
		want  meaning
	}{
		"gateway 429":           {fakeapi.Gateway(429), meaning{advice: dataforseo.Advice{Repeat: freely, RateLimited: true}}},
		"gateway 503":           {fakeapi.Gateway(503).Header("Retry-After", "30"), meaning{dataforseo.Advice{Repeat: once, RetryAfter: 30 * time.Second}, possible, 0}},
		"500 claiming success":  {fakeapi.OK.HTTPStatus(500), meaning{oncemore, stated, usd}},
		"504 claiming success":  {fakeapi.OK.HTTPStatus(504), meaning{oncemore, stated, usd}},
		"50000 that costs":      {fakeapi.Code(50000).Cost(0.02), meaning{oncemore, stated, 0.02}},
		"50000 in the task":     {fakeapi.Code(50000).InTask(), meaning{advice: dataforseo.Advice{Repeat: freely}}},
		"unknown 5xxxx":         {fakeapi.Code(50999), meaning{advice: dataforseo.Advice{Repeat: freely}}},
		"unknown 4xxxx":         {fakeapi.Code(40999), meaning{}},
		"closed":                {fakeapi.CloseConnection(), meaning{oncemore, possible, 0}},
		"charged but lost":      {fakeapi.ChargedButLost(), meaning{oncemore, possible, 0}},
		"half":                  {fakeapi.HalfAnswer(), meaning{oncemore, possible, 0}},
		"half of the JSON":      {fakeapi.TruncatedJSON(), meaning{stop, possible, 0}},
		"HTML":                  {fakeapi.HTMLPage(), meaning{stop, possible, 0}},
		"no task":               {fakeapi.NullTasks(), meaning{stop, stated, usd}},
		"no result":             {fakeapi.NullResult(), meaning{stop, stated, usd}},
		"half a count":          {fakeapi.Field("backlinks", "1.5"), meaning{stop, stated, usd}},
		"redirect":              {fakeapi.Redirect(302, "/login"), meaning{}},
		"unverified by 403":     {fakeapi.Code(40104).HTTPStatus(403), meaning{}},
		"rate limit by 429":     {fakeapi.Code(40202).HTTPStatus(429).Header("Retry-After", "5"), meaning{advice: dataforseo.Advice{Repeat: freely, RateLimited: true, RetryAfter: 5 * time.Second}}},
		"rate limit in a task":  {fakeapi.Code(40209).InTask(), meaning{advice: dataforseo.Advice{Repeat: freely, RateLimited: true}}},
		"insufficient in 402":   {fakeapi.Code(40210).HTTPStatus(402), meaning{}},
		"credentials by 200":    {fakeapi.Code(40100).HTTPStatus(200), meaning{}},
		"rejected, in envelope": {fakeapi.Code(40501).InEnvelope(), meaning{}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := askFake(t, test.fault)
			if err == nil {
				t.Fatal("no error")
			}
			testMeaning(t, err, test.want)
		})
	}
}
