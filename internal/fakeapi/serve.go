package fakeapi

import (
	"context"
	"net"
	"net/http"
	"time"
)

// Serve serves a fake on a free port that only this machine can reach, and sets its
// URL. stop ends it, also in the middle of an answer. Tests have [Start].
func (s *Server) Serve(ctx context.Context) (stop func(), err error) {
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	s.URL = "http://" + listener.Addr().String()
	server := &http.Server{Handler: s, ReadHeaderTimeout: time.Minute}
	served := make(chan struct{})
	go func() {
		defer close(served)
		// It ends when it is closed. Should it fail earlier, whoever asks it is told.
		_ = server.Serve(listener)
	}()
	return func() {
		s.Close()
		_ = server.Close()
		<-served
	}, nil
}

// Environ is the environment in which the provider asks this server, with the
// credentials that it accepts. The server must be serving: see [Server.Serve].
func (s *Server) Environ() []string {
	return []string{
		"DATAFORSEO_BASE_URL=" + s.URL,
		"DATAFORSEO_LOGIN=" + s.opts.Login,
		"DATAFORSEO_PASSWORD=" + s.opts.Password,
	}
}
