package fakeapi

import (
	"context"
	"net"
	"net/http"
	"testing"
	"time"
)

// Start serves a fake on a free loopback port until the test ends, which also ends
// pending answers.
func Start(tb testing.TB, opts Options) *Server {
	tb.Helper()
	s := New(opts)
	stop, err := s.Serve(context.Background())
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(stop)
	return s
}

// Serve serves a fake on a free loopback port and sets its URL. stop ends it, even
// during an answer. Tests have [Start].
func (s *Server) Serve(ctx context.Context) (stop func(), err error) {
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	return s.ServeOn(listener), nil
}

// ServeOn is [Server.Serve] on a listener, which stop closes.
func (s *Server) ServeOn(listener net.Listener) (stop func()) {
	s.URL = "http://" + listener.Addr().String()
	server := &http.Server{Handler: s, ReadHeaderTimeout: time.Minute}
	served := make(chan struct{})
	go func() {
		defer close(served)
		// It returns when closed. Should it fail earlier, clients get the error.
		_ = server.Serve(listener)
	}()
	context.AfterFunc(s.ended, func() { _ = server.Close() })
	return func() {
		s.Close()
		<-served
	}
}

// Environ returns the environment variables that make the provider use this server. It
// must be serving.
func (s *Server) Environ() []string {
	return []string{
		"DATAFORSEO_BASE_URL=" + s.URL,
		"DATAFORSEO_LOGIN=" + s.opts.Login,
		"DATAFORSEO_PASSWORD=" + s.opts.Password,
	}
}

// RoundTripper serves a fake without a socket, sets its URL, and returns a transport to
// it, valid until [Server.Close]. In a testing/synctest bubble, [New] and Close must
// both be called in the bubble; time advances when client and server are idle.
//
// Both ends are net/http over pipes, so aborted answers, cancelled contexts and
// net/http/httptrace behave as over a network. Any [http.Transport] can use its
// DialContext.
func (s *Server) RoundTripper() *http.Transport {
	p := pipes{accepted: make(chan net.Conn), closed: s.ended}
	s.ServeOn(p)
	return &http.Transport{DialContext: p.dial, MaxIdleConnsPerHost: DefaultSimultaneous}
}

// pipes is a [net.Listener] whose connections are pipes in this process.
type pipes struct {
	accepted chan net.Conn
	closed   context.Context
}

func (p pipes) dial(ctx context.Context, _, _ string) (net.Conn, error) {
	client, server := net.Pipe()
	select {
	case p.accepted <- server:
		return client, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	case <-p.closed.Done():
		return nil, net.ErrClosed
	}
}

func (p pipes) Accept() (net.Conn, error) {
	select {
	case connection := <-p.accepted:
		return connection, nil
	case <-p.closed.Done():
		return nil, net.ErrClosed
	}
}

// Close is part of [net.Listener]: pipes close with the server.
func (pipes) Close() error { return nil }

// Addr is part of [net.Listener]. Nothing looks up the host.
func (pipes) Addr() net.Addr { return &net.UnixAddr{Name: "fake.test"} }
