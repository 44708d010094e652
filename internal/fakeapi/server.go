package fakeapi

import (
	"io"
	"net/http"
	"sync"
	"time"
)

// Defaults of [Options].
const (
	// DefaultLogin is the login that a fake accepts unless told otherwise.
	DefaultLogin = "user@example.com"
	// DefaultPassword is the password that a fake accepts unless told otherwise.
	DefaultPassword = "fake-password-0123456789abcdef"
	// DefaultPriceUSD is the price of one call since 2026-07-01: 0.024 a request and 0.000036 a result.
	DefaultPriceUSD = 0.024036
	// DefaultBalanceUSD is the balance of the account before the first call.
	DefaultBalanceUSD = 50.0
	// DefaultVersion is the API version that answers state.
	DefaultVersion = "0.1.20260801"
	// DefaultSimultaneous is how many calls an account may have under way at once.
	DefaultSimultaneous = 30
	// DefaultPerMinute is how many calls an account may make in a minute.
	DefaultPerMinute = 2000
)

// Paths of the endpoints.
const (
	// SummaryPath is the path of the endpoint that costs money.
	SummaryPath = "/v3/backlinks/summary/live"
	// UserDataPath is the path of the free account endpoint.
	UserDataPath = "/v3/appendix/user_data"
)

// maxRequestBytes bounds what is read of a request; one task is far smaller.
const maxRequestBytes = 4 << 20

// Limits are the limits of the account. A zero field means the default.
type Limits struct {
	// Simultaneous calls; one more is answered 40209. Default 30.
	Simultaneous int
	// PerMinute calls; one more within a minute is answered 40202. Default 2000.
	PerMinute int
}

// Options describe the account that the fake plays. The zero value is a good account.
type Options struct {
	// Login and Password are the credentials that are accepted.
	Login, Password string
	// PriceUSD is charged for every summary that is answered, also for "no data".
	// Zero means DefaultPriceUSD; use [Fault.Cost] for answers that are free.
	PriceUSD float64
	// BalanceUSD is the balance at the start; it falls by every charge and may be
	// negative. Zero means DefaultBalanceUSD, unless EnforceBalance is set.
	BalanceUSD float64
	// EnforceBalance makes calls that cost more than what is left answer 40210.
	EnforceBalance bool
	// Limits of the account.
	Limits Limits
	// Now is the clock for the limits per minute and the log. Nil means time.Now.
	Now func() time.Time
	// Version is the API version that answers state.
	Version string
	// NoData are further targets without data, as they stand in requests.
	// Targets whose host begins with "no-data." never have any.
	NoData []string
	// Delay is how long every summary takes, in real time. For stand-alone use;
	// tests use [Slow], which needs no clock.
	Delay time.Duration
	// NamedFaults lets the host of the target choose a fault, unless the target has
	// a script: see the function [NamedFaults].
	NamedFaults bool
	// OnAnswer, if set, is called once for every request, from the goroutine that
	// serves it, when its answer is about to be sent or it is clear that there
	// will be none.
	OnAnswer func(Request)
}

// withDefaults fills in what was left open.
func (o Options) withDefaults() Options {
	setDefault(&o.Login, DefaultLogin)
	setDefault(&o.Password, DefaultPassword)
	setDefault(&o.PriceUSD, DefaultPriceUSD)
	setDefault(&o.Version, DefaultVersion)
	setDefault(&o.Limits.Simultaneous, DefaultSimultaneous)
	setDefault(&o.Limits.PerMinute, DefaultPerMinute)
	if !o.EnforceBalance {
		setDefault(&o.BalanceUSD, DefaultBalanceUSD)
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	return o
}

func setDefault[T comparable](field *T, value T) {
	var zero T
	if *field == zero {
		*field = value
	}
}

// Server is a fake DataForSEO. It is an [http.Handler], so it works without a
// socket; [Start] serves it on loopback. All methods may be called at any time
// from any goroutine.
type Server struct {
	// URL is the base URL, such as http://127.0.0.1:12345, once the server is served
	// with [Start] or [Server.Serve]; else it is empty.
	URL string

	opts    Options
	closing chan struct{} // closed by Close
	close   func()

	mu      sync.Mutex // guards what follows
	lastID  uint64
	log     requestLog
	limits  limiter
	ledger  ledger
	scripts scripts
}

var _ http.Handler = (*Server)(nil)

// New makes a fake. Call [Server.Close] to end answers that are still waiting.
func New(opts Options) *Server {
	opts = opts.withDefaults()
	s := &Server{opts: opts, closing: make(chan struct{})}
	s.close = sync.OnceFunc(func() { close(s.closing) })
	s.log.arrived = make(chan struct{})
	s.ledger.startNanos = nanos(opts.BalanceUSD)
	return s
}

// Close ends all answers that are waiting; their connections are closed. It may
// be called repeatedly.
func (s *Server) Close() { s.close() }

// ServeHTTP answers one request.
//
// The order of the checks is credentials, path, limits, body, task: no source
// says which comes first, but a limit belongs to an account, so it cannot be
// looked up before the credentials are.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxRequestBytes))
	if err != nil {
		// The client went away in the middle of its request, or sent far too much.
		panic(http.ErrAbortHandler)
	}
	x := &exchange{s: s, w: w, r: r, body: body, endpoint: endpointOf(r), received: s.opts.Now()}
	x.entry = s.record(x)
	defer s.leave(x)
	switch {
	case !x.entry.Authorized:
		x.fail(40100) // wrong and missing credentials: HTTP 401
	case x.endpoint == summaryEndpoint:
		x.summary()
	case x.endpoint == userDataEndpoint:
		x.userData()
	default:
		// A wrong path: HTTP 404 and 40400. A wrong method is treated alike (not confirmed).
		x.fail(40400)
	}
	x.deliver()
}
