package fakeapi

import (
	"cmp"
	"context"
	"io"
	"net/http"
	"sync"
	"sync/atomic"
	"time"
)

// Credentials and limits of an account, unless [Options] change them.
const (
	DefaultLogin    = "user@example.com"
	DefaultPassword = "fake-password-0123456789abcdef"
	// DefaultSimultaneous is the number of simultaneous calls; one more is answered 40209.
	DefaultSimultaneous = 30
	DefaultPerMinute    = 2000
)

// version is the API version that answers state.
const version = "0.1.20260801"

// Options describe the fake's account. The zero value is an account without problems.
type Options struct {
	// Login and Password are the accepted credentials.
	Login, Password string
	// BalanceUSD is the initial balance, 50 by default. Charges lower it, also below zero.
	BalanceUSD float64
	// PerMinute is the number of calls within any 60 seconds; one more is answered 40202.
	PerMinute int
	// NoData are targets without data, in addition to hosts that begin with "no-data.".
	NoData []string
	// Delay is the duration of every paid call, see the function [Delay].
	Delay time.Duration
	// NamedFaults lets the host of a target choose a fault, unless the target or its
	// endpoint has a sequence: see the function [NamedFaults].
	NamedFaults bool
	// OnAnswer, if set, is called once per request from the goroutine that serves it,
	// just before the answer is sent or dropped.
	OnAnswer func(Request)
}

// Server is a fake DataForSEO. It is an [http.Handler]; [Start] and [Server.Serve]
// serve it on loopback, [Server.RoundTripper] without a socket. It is safe for
// concurrent use.
type Server struct {
	// URL is the base URL once the server is served, such as http://127.0.0.1:12345.
	URL string

	opts      Options
	endpoints []endpoint
	ended     context.Context // since Close
	end       context.CancelFunc
	lastID    atomic.Uint64

	mu        sync.Mutex // guards the fields below; never held while waiting
	log       []*Request
	arrived   chan struct{} // closed and replaced when a request arrives
	sequences map[string]*sequence
	storm     Fault
	stormEnds time.Time
	windows   map[string]window
	active    int // paid calls in progress
	maxActive int
}

var _ http.Handler = (*Server)(nil)

// New returns a fake. Call [Server.Close] to end pending answers.
func New(opts Options) *Server {
	opts.Login = cmp.Or(opts.Login, DefaultLogin)
	opts.Password = cmp.Or(opts.Password, DefaultPassword)
	opts.BalanceUSD = cmp.Or(opts.BalanceUSD, 50)
	opts.PerMinute = cmp.Or(opts.PerMinute, DefaultPerMinute)
	s := &Server{
		opts:      opts,
		endpoints: endpoints(),
		arrived:   make(chan struct{}),
		sequences: map[string]*sequence{},
		windows:   map[string]window{},
	}
	s.ended, s.end = context.WithCancel(context.Background())
	return s
}

// Close ends pending answers and [Server.RoundTripper]. It may be called repeatedly.
func (s *Server) Close() { s.end() }

// ServeHTTP answers one request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		panic(http.ErrAbortHandler) // the client disconnected during its request
	}
	ctx, cancel := context.WithCancel(r.Context())
	defer cancel()
	defer context.AfterFunc(s.ended, cancel)() //nolint:contextcheck // the request ends with the server too
	x := &exchange{s: s, ctx: ctx, w: w, r: r, body: body, endpoint: s.at(r.Method, r.URL.Path)}
	x.answer.header = http.Header{}
	x.entry = s.record(x)
	defer s.leave(x)
	x.decide()
	x.deliver()
}
