// Package fakeapi is a fake of the DataForSEO API, for tests and for trying the
// provider out without an account and without cost.
//
// It models POST /v3/backlinks/summary/live and GET /v3/appendix/user_data:
// what is checked in which order, what is charged, what an answer looks like,
// and, on demand, everything that can go wrong on the way (see [Fault]). It
// keeps a log of what it received and a ledger of what it charged.
//
// It must not import the provider or its client: it is a second, independent
// reading of the same documentation, so that a mistake in the client cannot
// hide in the fake.
//
// Facts come from DataForSEO's page of the endpoint
// (https://docs.dataforseo.com/v3/backlinks/summary/live/), its error table
// (https://docs.dataforseo.com/v3/appendix/errors/), its page of the account
// endpoint (https://docs.dataforseo.com/v3/appendix/user_data/) and the
// recorded answers in the folder answers. A comment that says "not confirmed"
// marks a choice that no source settles.
package fakeapi
