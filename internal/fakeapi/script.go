package fakeapi

// scripts say which fault comes next. They are guarded by Server.mu.
type scripts struct {
	byTarget map[string]*script
	any      *script
	userData *script
}

// script is a sequence of faults whose last one is repeated for ever.
type script struct {
	faults []Fault
	next   int
}

// newScript returns nil, no script, for no faults.
func newScript(faults []Fault) *script {
	if len(faults) == 0 {
		return nil
	}
	return &script{faults: append([]Fault(nil), faults...)}
}

// take returns the fault for one more call.
func (p *script) take() Fault {
	if p == nil {
		return OK
	}
	f := p.faults[p.next]
	if p.next < len(p.faults)-1 {
		p.next++
	}
	return f
}

// On sets what the calls for target get, compared letter for letter with the
// request: the first call the first fault, the next call the next one, and the
// last one is repeated for ever. So On(t, Code(40202)) refuses always, and
// On(t, Code(40202), OK) once. It starts the target's sequence anew; no faults at
// all remove it. A target's own sequence goes before that of [Server.OnAny].
func (s *Server) On(target string, faults ...Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.scripts.byTarget == nil {
		s.scripts.byTarget = map[string]*script{}
	}
	delete(s.scripts.byTarget, target)
	if p := newScript(faults); p != nil {
		s.scripts.byTarget[target] = p
	}
}

// OnAny sets what the calls for targets without a sequence of their own get,
// all of them counted together: see [Server.On].
func (s *Server) OnAny(faults ...Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.scripts.any = newScript(faults)
}

// OnUserData sets what the calls of the account endpoint get: see [Server.On].
func (s *Server) OnUserData(faults ...Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.scripts.userData = newScript(faults)
}

// faultFor returns what the next call for target gets.
func (s *Server) faultFor(target string) Fault {
	s.mu.Lock()
	defer s.mu.Unlock()
	if p := s.scripts.byTarget[target]; p != nil {
		return p.take()
	}
	if f, ok := faultNamed(hostOf(target)); ok && s.opts.NamedFaults {
		return f
	}
	return s.scripts.any.take()
}

// faultForUserData returns what the next call of the account endpoint gets.
func (s *Server) faultForUserData() Fault {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.scripts.userData.take()
}
