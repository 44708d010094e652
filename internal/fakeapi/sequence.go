package fakeapi

import (
	"cmp"
	"slices"
	"time"
)

// sequence is a sequence of faults. The last one repeats.
type sequence struct {
	faults []Fault
	next   int
}

// Keys of the sequences, the first two followed by a target or a path.
const onTarget, onPath, onAny = "target ", "path ", "any"

// On sets the sequence of faults for calls with target, matched exactly. The last one
// repeats: On(t, Code(40202)) always refuses, On(t, Code(40202), OK) once. A new call
// of On replaces the sequence, and without faults removes it. A call with several
// targets uses the first sequence that any of them has.
func (s *Server) On(target string, faults ...Fault) { s.setSequence(onTarget+target, faults) }

// OnPath sets the faults for calls to the endpoint at path, for targets without their
// own sequence. See [Server.On].
func (s *Server) OnPath(path string, faults ...Fault) { s.setSequence(onPath+path, faults) }

// OnAny sets the faults for all other paid calls, counted together. See [Server.On].
func (s *Server) OnAny(faults ...Fault) { s.setSequence(onAny, faults) }

func (s *Server) setSequence(key string, faults []Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.sequences, key)
	if len(faults) > 0 {
		s.sequences[key] = &sequence{faults: slices.Clone(faults)}
	}
}

// faultFor returns the fault for the next call.
func (s *Server) faultFor(x *exchange) Fault {
	s.mu.Lock()
	defer s.mu.Unlock()
	var found *sequence
	for _, target := range x.entry.Targets {
		found = cmp.Or(found, s.sequences[onTarget+target])
	}
	found = cmp.Or(found, s.sequences[onPath+x.endpoint.path])
	if found == nil && s.opts.NamedFaults {
		if fault := faultNamed(x.entry.Targets); fault != nil {
			return fault
		}
	}
	if found == nil && x.endpoint.paid() {
		found = s.sequences[onAny]
	}
	if found == nil {
		return OK
	}
	fault := found.faults[found.next]
	found.next = min(found.next+1, len(found.faults)-1)
	return fault
}

// Storm answers every request with fault until d has passed, like an overloaded gateway:
// Storm(25*time.Second, Gateway(429)). The fault must replace the answer. The requests
// count towards no limit and use no sequence of faults. See [Server.Refusals].
func (s *Server) Storm(d time.Duration, fault Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.storm, s.stormEnds = fault, time.Now().Add(d)
}

// gateway returns the fault of the current storm, if any.
func (s *Server) gateway(now time.Time) (fault Fault, stormy bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.storm, now.Before(s.stormEnds)
}
