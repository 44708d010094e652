package main

import (
	"context"
	"net"
	"net/http"
	"time"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/fakeapi"
)

// serve serves a fake on a free port that only this machine can reach, and sets its
// URL. stop ends it, also in the middle of an answer.
func serve(ctx context.Context, fake *fakeapi.Server) (stop func(), err error) {
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	fake.URL = "http://" + listener.Addr().String()
	server := &http.Server{Handler: fake, ReadHeaderTimeout: time.Minute}
	served := make(chan struct{})
	go func() {
		defer close(served)
		// It ends when it is closed. Should it fail earlier, Terraform says so.
		_ = server.Serve(listener)
	}()
	return func() {
		fake.Close()
		_ = server.Close()
		<-served
	}, nil
}
