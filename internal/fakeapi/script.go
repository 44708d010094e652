package fakeapi

import (
	"cmp"
	"slices"
	"time"
)

// script is a sequence of faults. The last one is repeated.
type script struct {
	faults []Fault
	next   int
}

// Prefixes of script names, followed by a target or a path.
const onTarget, onPath, onAny = "target ", "path ", "any"

// On sets the faults for calls with target, matched exactly, in order. The last one
// repeats: On(t, Code(40202)) always refuses, On(t, Code(40202), OK) once. A new call
// of On restarts the sequence, and without faults removes it. A call with several
// targets uses the first sequence that any of them has.
func (s *Server) On(target string, faults ...Fault) { s.script(onTarget+target, faults) }

// OnPath sets the faults for calls to the endpoint at path, for targets without their
// own sequence. See [Server.On].
func (s *Server) OnPath(path string, faults ...Fault) { s.script(onPath+path, faults) }

// OnAny sets the faults for all other paid calls, counted together. See [Server.On].
func (s *Server) OnAny(faults ...Fault) { s.script(onAny, faults) }

func (s *Server) script(name string, faults []Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.scripts, name)
	if len(faults) > 0 {
		s.scripts[name] = &script{faults: slices.Clone(faults)}
	}
}

// faultFor returns the fault for the next call.
func (s *Server) faultFor(x *exchange) Fault {
	s.mu.Lock()
	defer s.mu.Unlock()
	var p *script
	for _, target := range x.entry.Targets {
		p = cmp.Or(p, s.scripts[onTarget+target])
	}
	p = cmp.Or(p, s.scripts[onPath+x.endpoint.path])
	if p == nil && s.opts.NamedFaults {
		if fault := faultNamed(x.entry.Targets); fault != nil {
			return fault
		}
	}
	if p == nil && x.endpoint.paid() {
		p = s.scripts[onAny]
	}
	if p == nil {
		return OK
	}
	fault := p.faults[p.next]
	p.next = min(p.next+1, len(p.faults)-1)
	return fault
}

// Storm answers every request with fault until d has passed on the server's clock, like
// an overloaded gateway: Storm(25*time.Second, Gateway(429).Header("Retry-After",
// "1")). The fault must replace the answer. These requests do not reach the API, so
// they count towards no limit and use no sequence of faults. See [Server.Refusals].
func (s *Server) Storm(d time.Duration, fault Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.storm, s.stormEnds = fault, s.opts.Now().Add(d)
}

// gateway returns the fault of the current storm, if any.
func (s *Server) gateway(now time.Time) (fault Fault, stormy bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.storm, now.Before(s.stormEnds)
}
