package limit

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/dataforseo"
)

const (
	// firstPause is the first back-off after a rate limit. A pause that is too short
	// costs only one refused request.
	firstPause = time.Second
	// maxPause limits the back-off, and the wait that a server can ask for. DataForSEO
	// counts by the minute.
	maxPause = time.Minute
)

// gate closes on a rate limit. After a pause it lets one call through as a probe, and
// opens if the probe gets past the rate limit.
type gate struct {
	mu      sync.Mutex
	changed chan struct{} // closed and replaced on every change below
	closed  bool
	probing bool
	until   time.Time
	// refusal is the rate limit that closed the gate.
	refusal dataforseo.Failure
	pauses  int // in a row
	// round counts all pauses. A call from an earlier round cannot begin a new pause.
	round int
}

func newGate() *gate { return &gate{changed: make(chan struct{})} }

// pass is the permission to make one call.
type pass struct {
	round int
	probe bool
}

// enter returns a pass if a call may be made now.
func (g *gate) enter() (pass, bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.closed && (g.probing || time.Now().Before(g.until)) {
		return pass{}, false
	}
	g.probing = g.closed
	return pass{g.round, g.closed}, true
}

// wait waits until the gate may be open. If the pause outlasts ctx it fails at once,
// with the call's own rate limit if it met one.
func (g *gate) wait(ctx context.Context, refusal *dataforseo.Failure) *dataforseo.Failure {
	for {
		if ctx.Err() != nil {
			return dataforseo.FailureOfContext(ctx)
		}
		due, changed, closed := g.next()
		if !closed {
			return nil
		}
		if failure := g.tooLate(ctx, refusal); failure != nil {
			return failure
		}
		select {
		case <-due:
		case <-changed:
		case <-ctx.Done():
		}
	}
}

// next returns what to wait for: the end of the pause or of the probe.
func (g *gate) next() (due <-chan time.Time, changed <-chan struct{}, closed bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	left := time.Until(g.until)
	switch {
	case !g.closed, !g.probing && left <= 0:
		return nil, nil, false
	case !g.probing:
		due = time.After(left)
	}
	return due, g.changed, true
}

// left returns the rest of the pause.
func (g *gate) left() time.Duration {
	g.mu.Lock()
	defer g.mu.Unlock()
	return max(0, time.Until(g.until))
}

// tooLate returns a failure if the pause outlasts ctx, else nil.
func (g *gate) tooLate(ctx context.Context, refusal *dataforseo.Failure) *dataforseo.Failure {
	deadline, bounded := ctx.Deadline()
	g.mu.Lock()
	defer g.mu.Unlock()
	if !bounded || g.until.Before(deadline) {
		return nil
	}
	failure := g.refusal
	failure.Envelope, failure.Charges = nil, dataforseo.Charges{} // those belong to another call
	if refusal != nil {
		failure = *refusal
	}
	failure.Attempts, failure.Repeat = 0, dataforseo.RepeatNever
	failure.Remedy = "Increase the time-out of the read, or try again later. Everything that uses the account shares its limit."
	failure.Cause += fmt.Sprintf("; the next attempt is due in %s, and the read has %s left", rounded(time.Until(g.until)), rounded(time.Until(deadline)))
	return &failure
}

func rounded(d time.Duration) time.Duration { return max(d, 0).Round(time.Second) }

// leave records the outcome of a call.
func (g *gate) leave(p pass, failure *dataforseo.Failure) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.probing = g.probing && !p.probe
	switch {
	case failure != nil && failure.Kind == dataforseo.KindRateLimit:
		g.close(p, failure)
	case p.probe && (failure == nil || failure.Code != 0 && failure.Kind != dataforseo.KindServer):
		// DataForSEO processed the probe, even if it refused it for another reason.
		g.closed, g.pauses = false, 0
	}
	close(g.changed)
	g.changed = make(chan struct{})
}

// close begins a pause. For a call of an earlier round it only extends the current one.
func (g *gate) close(p pass, failure *dataforseo.Failure) {
	wait := min(failure.RetryAfter, maxPause)
	if p.round == g.round {
		g.closed, g.refusal = true, *failure
		wait = max(wait, backOff(g.pauses))
		g.round++
		g.pauses++
	}
	if until := time.Now().Add(wait); until.After(g.until) {
		g.until = until
	}
}

// backOff doubles with every pause, with a random factor of 0.5 to 1.5, because other
// processes of the same account pause too.
func backOff(pauses int) time.Duration {
	d := maxPause
	if pauses < 6 {
		d = firstPause << pauses
	}
	return min(d/2+rand.N(d), maxPause) //nolint:gosec // not a secret
}
