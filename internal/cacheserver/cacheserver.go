// Package cacheserver runs versitygw, a server with the API of Amazon S3, on this machine:
// for tests, and to try out a team's cache. Requests go through a proxy that records them.
package cacheserver

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httputil"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"time"
)

// Bucket is the name of the server's bucket.
const Bucket = "answers"

// The credentials of the server. Only this machine can reach it.
const accessKey, secretKey = "AKIDCACHESERVER", "not-a-secret"

// Build builds versitygw into dist/tools of the repository at root, and returns its path.
// The first time takes minutes.
func Build(ctx context.Context, root string) (path string, err error) {
	if path, err = filepath.Abs(filepath.Join(root, "dist", "tools", "versitygw")); err != nil {
		return "", err
	}
	command := exec.CommandContext(ctx, "go", "build", "-o", path, "github.com/versity/versitygw/cmd/versitygw") //nolint:gosec // the path is the caller's
	command.Dir = filepath.Join(root, "internal", "tools", "versitygw")
	if output, err := command.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build versitygw: %w\n%s", err, output)
	}
	return path, nil
}

// Request is a request that the server has answered.
type Request struct {
	// Method is GET, PUT or DELETE. Path is /BUCKET/OBJECT.
	Method, Path string
	Status       int
}

// Server is a running server.
type Server struct {
	// URL is the endpoint.
	URL string

	onRequest func(Request)
	directory string
	process   *exec.Cmd
	exited    chan struct{}
	front     *http.Server

	mu  sync.Mutex
	log []Request
}

// Start starts versitygw from an executable, and returns when it accepts connections.
// onRequest is called after each request.
func Start(ctx context.Context, executable string, onRequest func(Request)) (*Server, error) {
	directory, err := os.MkdirTemp("", "cache-") // short, because the path of a socket must be
	if err != nil {
		return nil, err
	}
	s, err := startIn(ctx, directory, executable, onRequest)
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(directory))
	}
	return s, nil
}

func startIn(ctx context.Context, directory, executable string, onRequest func(Request)) (*Server, error) {
	data, socket := filepath.Join(directory, "data"), filepath.Join(directory, "socket")
	if err := os.MkdirAll(filepath.Join(data, Bucket), 0o700); err != nil {
		return nil, err
	}
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	// versitygw cannot report a port that the system chose, so it listens on a Unix socket.
	// It stores metadata in extended attributes, because with --sidecar, removing and creating
	// an object at the same time can fail.
	s := &Server{URL: "http://" + listener.Addr().String(), onRequest: onRequest, directory: directory, exited: make(chan struct{})}
	s.process = exec.CommandContext(context.WithoutCancel(ctx), executable, "--quiet", "--port", socket, "posix", data) //nolint:gosec // the path is the caller's
	s.process.Env = append(os.Environ(), "ROOT_ACCESS_KEY_ID="+accessKey, "ROOT_SECRET_ACCESS_KEY="+secretKey)
	var output bytes.Buffer // not the terminal, because versitygw reports that Ctrl-C stops it
	s.process.Stderr = &output
	if err := s.process.Start(); err != nil {
		return nil, errors.Join(err, listener.Close())
	}
	go func() {
		_ = s.process.Wait() // fails, because Stop kills it
		close(s.exited)
	}()
	dial := func(ctx context.Context, _, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "unix", socket)
	}
	s.front = &http.Server{Handler: s.proxy(dial), ReadHeaderTimeout: time.Minute}
	go func() { _ = s.front.Serve(listener) }() // until Stop
	if err := s.await(ctx, dial); err != nil {
		s.Stop()
		return nil, fmt.Errorf("start %s: %w\n%s", executable, err, &output)
	}
	return s, nil
}

// await waits until the server can be reached.
func (s *Server) await(ctx context.Context, dial func(context.Context, string, string) (net.Conn, error)) error {
	ticker := time.NewTicker(20 * time.Millisecond)
	defer ticker.Stop()
	for {
		if connection, err := dial(ctx, "", ""); err == nil {
			return connection.Close()
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-s.exited:
			return errors.New("it ended")
		case <-ticker.C:
		}
	}
}

func (s *Server) proxy(dial func(context.Context, string, string) (net.Conn, error)) http.Handler {
	return &httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) {
			r.Out.URL.Scheme, r.Out.URL.Host, r.Out.Host = "http", "versitygw", r.In.Host // the signature includes Host
		},
		Transport:      &http.Transport{DialContext: dial, DisableCompression: true, MaxIdleConnsPerHost: 64},
		ModifyResponse: s.record,
	}
}

func (s *Server) record(response *http.Response) error {
	request := Request{response.Request.Method, response.Request.URL.Path, response.StatusCode}
	s.mu.Lock()
	s.log = append(s.log, request)
	s.mu.Unlock()
	s.onRequest(request)
	return nil
}

// Stop kills the server and removes its objects.
func (s *Server) Stop() {
	_ = s.front.Close()
	_ = s.process.Process.Kill() // it may have exited
	<-s.exited
	_ = os.RemoveAll(s.directory) // a temporary directory
}

// Log returns the requests since the last call of Log.
func (s *Server) Log() []Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	log := s.log
	s.log = nil
	return log
}

// Count returns the number of requests in a log with a method and a suffix of the path.
func Count(log []Request, method, suffix string) (n int) {
	for _, request := range log {
		if request.Method == method && strings.HasSuffix(request.Path, suffix) {
			n++
		}
	}
	return n
}

// Objects returns the paths of the files of objects whose names have a suffix.
func (s *Server) Objects(suffix string) []string {
	var paths []string
	_ = filepath.WalkDir(filepath.Join(s.directory, "data", Bucket), func(path string, _ os.DirEntry, _ error) error {
		if strings.HasSuffix(path, suffix) {
			paths = append(paths, path)
		}
		return nil
	})
	return paths
}

// Environ returns the environment variables that make the provider use the server.
func (s *Server) Environ() []string {
	return []string{
		"DATAFORSEO_CACHE_URL=s3://" + Bucket + "/team?endpoint=" + s.URL, "DATAFORSEO_CACHE_TTL=24h",
		"AWS_ACCESS_KEY_ID=" + accessKey, "AWS_SECRET_ACCESS_KEY=" + secretKey,
	}
}
