package fakeapi

import (
	"net/http/httptest"
	"testing"
)

// Start serves a fake on a free loopback port until the test ends. Answers that
// are still waiting then are ended, so that a slow answer never hangs a test.
func Start(tb testing.TB, opts Options) *Server {
	tb.Helper()
	s := New(opts)
	socket := httptest.NewServer(s)
	s.URL = socket.URL
	tb.Cleanup(func() {
		s.Close()
		// An answer can also hang in a write that nobody reads.
		socket.CloseClientConnections()
		socket.Close()
	})
	return s
}
