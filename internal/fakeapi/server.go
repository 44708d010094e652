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

// Defaults of [Options], except the price.
const (
	DefaultLogin        = "user@example.com"
	DefaultPassword     = "fake-password-0123456789abcdef"
	DefaultBalanceUSD   = 50.0
	DefaultSimultaneous = 30
	DefaultPerMinute    = 2000
)

// version is the API version that answers state.
const version = "0.1.20260801"

// Limits are the limits of the account. A zero field means the default.
type Limits struct {
	// Simultaneous calls; one more is answered 40209.
	Simultaneous int
	// PerMinute is the number of calls within any 60 seconds; one more is answered 40202.
	PerMinute int
}

// Options describe the fake's account. The zero value is an account without problems.
type Options struct {
	// Login and Password are the accepted credentials.
	Login, Password string
	// PriceUSD is the price of a call with one row at all paid endpoints. Zero means
	// their list prices; for free answers see [Fault.Cost].
	PriceUSD float64
	// BalanceUSD is the initial balance. Charges lower it, also below zero.
	BalanceUSD float64
	Limits     Limits
	// Now is the clock for rate limits, storms and the log. Nil means time.Now, which
	// is virtual in a testing/synctest bubble.
	Now func() time.Time
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

// withDefaults replaces zero values with defaults.
func (o Options) withDefaults() Options {
	o.Login = cmp.Or(o.Login, DefaultLogin)
	o.Password = cmp.Or(o.Password, DefaultPassword)
	o.BalanceUSD = cmp.Or(o.BalanceUSD, DefaultBalanceUSD)
	o.Limits.Simultaneous = cmp.Or(o.Limits.Simultaneous, DefaultSimultaneous)
	o.Limits.PerMinute = cmp.Or(o.Limits.PerMinute, DefaultPerMinute)
	if o.Now == nil {
		o.Now = time.Now
	}
	return o
}

// Server is a fake DataForSEO. It is an [http.Handler]; [Start] and [Server.Serve]
// serve it on loopback, [Server.RoundTripper] without a socket. It is safe for
// concurrent use.
type Server struct {
	// URL is the base URL once the server is served, such as http://127.0.0.1:12345.
	URL string

	opts         Options
	endpoints    []endpoint
	ended        context.Context // since Close
	end          context.CancelFunc
	lastID       atomic.Uint64
	charges      atomic.Int64
	chargedNanos atomic.Int64

	mu          sync.Mutex // guards the fields below; never held while waiting
	log         []*Request
	arrived     chan struct{} // closed and replaced at every arrival
	scripts     map[string]*script
	storm       Fault
	stormEnds   time.Time
	windows     map[string]window
	underWay    int // paid calls in progress
	maxUnderWay int
}

var _ http.Handler = (*Server)(nil)

// New returns a fake. Call [Server.Close] to end pending answers.
func New(opts Options) *Server {
	s := &Server{
		opts:      opts.withDefaults(),
		endpoints: endpoints(),
		arrived:   make(chan struct{}),
		scripts:   map[string]*script{},
		windows:   map[string]window{},
	}
	s.ended, s.end = context.WithCancel(context.Background())
	for i, e := range s.endpoints {
		if e.paid() && opts.PriceUSD > 0 {
			row := min(e.price.row, opts.PriceUSD)
			s.endpoints[i].price = price{usd(nanos(opts.PriceUSD) - nanos(row)), row}
		}
	}
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
