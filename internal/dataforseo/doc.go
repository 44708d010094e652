// Package dataforseo is a client of the DataForSEO API, version 3.
//
// It knows requests, answers, error codes and their effect on the bill, but not
// Terraform. A request is a [Call]. A [Doer] makes it: the HTTP transport of this
// package, or a layer that wraps another Doer (limiter, retries, cache ...). [Client]
// has the endpoints, one file each.
//
// Facts about the API come from DataForSEO's documentation of the endpoint
// (https://docs.dataforseo.com/v3/backlinks/summary/live/) and its error table
// (https://docs.dataforseo.com/v3/appendix/errors/) unless a comment says
// otherwise.
package dataforseo
