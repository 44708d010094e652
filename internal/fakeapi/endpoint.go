package fakeapi

import (
	"slices"
	"strings"
)

// endpoint describes one endpoint. Each has its own file and a row in [endpoints], and
// nothing else depends on it.
type endpoint struct {
	method, path string
	// group is the third group of its task ids, constant in all recordings.
	group string
	// price of a call; zero for a free endpoint.
	price price
	// perMinute is the endpoint's own limit. With 0, the account's applies.
	perMinute int
	// fields of a task in the order of their checks. The first is required.
	fields []field
	// answer returns the result of a valid task, nil for "no data", and the number of
	// charged rows.
	answer func(s *Server, task map[string]any) (result []any, rows int)
}

// endpoints are all endpoints of the fake.
func endpoints() []endpoint {
	return []endpoint{
		backlinksSummary(),
		backlinksBulkPagesSummary(),
		userData(),
	}
}

// field is a field of a task with the check of its value.
type field struct {
	name  string
	valid func(value any) bool
}

// price of a call in USD: for the request and for each row.
type price struct{ request, row float64 }

func (p price) of(rows int) float64 { return usd(nanos(p.request) + int64(rows)*nanos(p.row)) }

func (e endpoint) paid() bool { return e.price != price{} }

// at returns the endpoint with that method and path, or the zero endpoint.
func (s *Server) at(method, path string) endpoint {
	for _, e := range s.endpoints {
		if e.method == method && e.path == path {
			return e
		}
	}
	return endpoint{}
}

// steps returns the parts of the path below the version: API, function and kind.
func (e endpoint) steps() []string { return strings.Split(strings.TrimPrefix(e.path, "/v3/"), "/") }

// has reports whether a task may have a field with that name.
func (e endpoint) has(name string) bool {
	return slices.ContainsFunc(e.fields, func(f field) bool { return f.name == name })
}

// invalid returns the name of the first invalid field, or "". Refusing null as a wrong
// type is not confirmed.
func (e endpoint) invalid(task map[string]any) string {
	for i, f := range e.fields {
		if value, present := task[f.name]; (present || i == 0) && !f.valid(value) {
			return f.name
		}
	}
	return ""
}
