package fakeapi

import (
	"strconv"
	"time"
)

// userDataPerMinute is how many calls of the account endpoint a minute may have.
const userDataPerMinute = 6

// limiter counts for the limits of the account. It is guarded by Server.mu.
type limiter struct {
	underWay int // calls of the summary endpoint that have no answer yet, refused ones too
	most     int // the most that were ever under way
	admitted int // those of underWay that were not refused
	summary  window
	userData window
}

// window holds when the calls of the last minute were made. Whether DataForSEO's
// minute slides or starts at the full minute is not confirmed; sliding is stricter.
type window []time.Time

// take counts one more call, unless there are limit of them in the minute before now.
func (w *window) take(now time.Time, limit int) bool {
	for len(*w) > 0 && now.Sub((*w)[0]) >= time.Minute {
		*w = (*w)[1:]
	}
	if len(*w) >= limit {
		return false
	}
	*w = append(*w, now)
	return true
}

// admit counts a call of the summary endpoint, or returns the code that refuses it.
// Refused calls do not count for the limits (not confirmed).
func (s *Server) admit(x *exchange) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.limits.admitted >= s.opts.Limits.Simultaneous {
		return 40209
	}
	free := s.limits.summary.take(x.received, s.opts.Limits.PerMinute)
	// Documented, but not always sent. There is neither a Reset nor a Retry-After.
	x.setHeader("X-RateLimit-Limit", strconv.Itoa(s.opts.Limits.PerMinute))
	x.setHeader("X-RateLimit-Remaining", strconv.Itoa(s.opts.Limits.PerMinute-len(s.limits.summary)))
	if !free {
		return 40202
	}
	s.limits.admitted++
	x.admitted = true
	return 0
}

// leave ends a call that is under way. That is before the first byte of the
// answer: a client that has its answer and makes the next call at once must not
// be seen as making two at a time.
func (s *Server) leave(x *exchange) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if x.underWay {
		s.limits.underWay--
	}
	if x.admitted {
		s.limits.admitted--
	}
	x.underWay, x.admitted = false, false
}

// MaxSimultaneous returns how many calls of the summary endpoint were under way
// at once at most, refused ones included. A call counts until its answer begins.
func (s *Server) MaxSimultaneous() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.limits.most
}
