package fakeapi

import "net/http"

// authorized tells whether r carries the account's credentials, by HTTP Basic
// authentication: the API knows no other way.
func (s *Server) authorized(r *http.Request) bool {
	login, password, ok := r.BasicAuth()
	return ok && login == s.opts.Login && password == s.opts.Password
}
