// Package fakes3 is a fake of Amazon S3 for tests, with conditional writes, a clock of its
// own, a request log and faults on demand. Its connections are in memory, so it works in
// testing/synctest bubbles, where a frozen server costs no time.
package fakes3

import (
	"context"
	"crypto/md5" //nolint:gosec // S3's ETags are MD5 digests
	"encoding/hex"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"
)

// Fault handles a request instead of the server, unless it returns false.
type Fault func(w http.ResponseWriter, r *http.Request) bool

// Server stores objects in memory, in any bucket.
type Server struct {
	// Ahead is how far the server's clock is ahead.
	Ahead time.Duration
	// IgnoresConditions makes the server ignore If-Match and If-None-Match.
	IgnoresConditions bool

	accepted chan net.Conn
	ended    context.Context
	end      context.CancelFunc

	mu      sync.Mutex
	objects map[string]object // by path
	log     []string
	fault   Fault
}

type object struct {
	data    []byte
	etag    string
	written time.Time
}

// New returns a server with no objects.
func New() *Server {
	s := &Server{accepted: make(chan net.Conn), objects: map[string]object{}}
	s.ended, s.end = context.WithCancel(context.Background())
	return s
}

// Serve serves requests of the returned transport, until closeAll is called.
func (s *Server) Serve() (transport *http.Transport, closeAll func()) {
	server := &http.Server{Handler: s, ReadHeaderTimeout: time.Hour}
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = server.Serve(s) // until closeAll
	}()
	transport = &http.Transport{DialContext: s.dial, MaxIdleConnsPerHost: 64}
	return transport, func() {
		s.end()
		transport.CloseIdleConnections()
		_ = server.Close()
		<-done
	}
}

func (s *Server) dial(ctx context.Context, _, _ string) (net.Conn, error) {
	client, server := net.Pipe()
	select {
	case s.accepted <- server:
		return client, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	case <-s.ended.Done():
		return nil, net.ErrClosed
	}
}

// Accept implements [net.Listener].
func (s *Server) Accept() (net.Conn, error) {
	select {
	case connection := <-s.accepted:
		return connection, nil
	case <-s.ended.Done():
		return nil, net.ErrClosed
	}
}

// Close implements [net.Listener].
func (*Server) Close() error { return nil }

// Addr implements [net.Listener].
func (*Server) Addr() net.Addr { return &net.UnixAddr{Name: "s3.test"} }

// SetFault sets the fault that handles requests first, nil for none.
func (s *Server) SetFault(fault Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.fault = fault
}

// Log returns method and path of each request, and empties the log.
func (s *Server) Log() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	log := s.log
	s.log = nil
	return log
}

// Paths returns the sorted paths of objects that end in a suffix.
func (s *Server) Paths(suffix string) []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.DeleteFunc(slices.Sorted(maps.Keys(s.objects)), func(path string) bool { return !strings.HasSuffix(path, suffix) })
}

// Data returns the content of an object, nil if it does not exist.
func (s *Server) Data(path string) []byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.objects[path].data
}

// Set writes an object.
func (s *Server) Set(path string, data []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.set(path, data)
}

func (s *Server) set(path string, data []byte) string {
	sum := md5.Sum(data) //nolint:gosec // as above
	o := object{data, `"` + hex.EncodeToString(sum[:]) + `"`, s.now()}
	s.objects[path] = o
	return o.etag
}

func (s *Server) now() time.Time { return time.Now().Add(s.Ahead) }

// ServeHTTP implements [http.Handler].
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	s.log = append(s.log, r.Method+" "+r.URL.Path)
	fault := s.fault
	w.Header().Set("Date", s.now().UTC().Format(http.TimeFormat))
	s.mu.Unlock()
	switch {
	case !strings.HasPrefix(r.Header.Get("Authorization"), "AWS4-HMAC-SHA256 "):
		Refuse(w, http.StatusForbidden, "AccessDenied", "The request is not signed.")
	case fault != nil && fault(w, r):
	default:
		s.serve(w, r)
	}
}

func (s *Server) serve(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	o, exists := s.objects[r.URL.Path]
	switch {
	case r.Method == http.MethodDelete:
		delete(s.objects, r.URL.Path)
		w.WriteHeader(http.StatusNoContent)
	case r.Method == http.MethodPut && !s.IgnoresConditions && (exists && r.Header.Get("If-None-Match") == "*" ||
		r.Header.Get("If-Match") != "" && r.Header.Get("If-Match") != o.etag):
		Refuse(w, http.StatusPreconditionFailed, "PreconditionFailed", "At least one of the pre-conditions you specified did not hold")
	case r.Method == http.MethodPut:
		w.Header().Set("ETag", s.set(r.URL.Path, body))
	case !exists:
		Refuse(w, http.StatusNotFound, "NoSuchKey", "The specified key does not exist.")
	default:
		w.Header().Set("ETag", o.etag)
		w.Header().Set("Last-Modified", o.written.UTC().Format(http.TimeFormat))
		_, _ = w.Write(o.data)
	}
}

// Refuse responds with an error in the format of S3.
func Refuse(w http.ResponseWriter, status int, code, message string) {
	w.Header().Set("Content-Type", "application/xml")
	w.WriteHeader(status)
	_, _ = fmt.Fprintf(w, "<Error><Code>%s</Code><Message>%s</Message></Error>", code, message)
}

// Refusing returns a fault that refuses requests with the given methods, or all requests if
// there are none.
func Refusing(status int, code, message string, methods ...string) Fault {
	return func(w http.ResponseWriter, r *http.Request) bool {
		refused := len(methods) == 0 || slices.Contains(methods, r.Method)
		if refused {
			Refuse(w, status, code, message)
		}
		return refused
	}
}

// Frozen is a fault that never responds. It returns when the client disconnects.
func Frozen(_ http.ResponseWriter, r *http.Request) bool {
	_, _ = io.Copy(io.Discard, r.Body) // only then does net/http notice that the client has gone
	<-r.Context().Done()
	return true
}
