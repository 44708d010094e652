// Package fakeapi is a fake of the DataForSEO API, for tests and for trying the
// provider out without an account and without cost.
//
// It models the checks of the endpoints and their order, the charges and the answers,
// and on demand everything that can go wrong on the way (see [Fault]). It logs all
// requests and charges.
//
// It must not import the provider or its client. As an independent reading of the same
// documentation, it does not share their mistakes.
//
// Facts come from DataForSEO's pages of the endpoints, its error table
// (https://docs.dataforseo.com/v3/appendix/errors/) and the recorded answers in the
// folder answers. A comment that says "not confirmed" marks a choice that no source
// settles.
package fakeapi
