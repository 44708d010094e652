package provider

import (
	"context"
	"sync/atomic"
	"time"
)

// lentContext is a context that is taken back when a call is over. The framework
// remembers the context of every call until Terraform stops the provider, and with it
// what hangs on it: the stream, the loggers, the state. With thousands of data
// sources that was most of the memory of the process, 31 kB a read.
type lentContext struct {
	lent atomic.Pointer[context.Context]
}

var _ context.Context = (*lentContext)(nil)

// lend returns a context that is ctx until it is taken back.
func lend(ctx context.Context) *lentContext {
	l := new(lentContext)
	l.lent.Store(&ctx)
	return l
}

// takeBack leaves a context that is over.
func (l *lentContext) takeBack() {
	over, cancel := context.WithCancel(context.Background())
	cancel()
	l.lent.Store(&over)
}

// Deadline implements [context.Context].
func (l *lentContext) Deadline() (time.Time, bool) { return (*l.lent.Load()).Deadline() }

// Done implements [context.Context].
func (l *lentContext) Done() <-chan struct{} { return (*l.lent.Load()).Done() }

// Err implements [context.Context].
func (l *lentContext) Err() error { return (*l.lent.Load()).Err() }

// Value implements [context.Context].
func (l *lentContext) Value(key any) any { return (*l.lent.Load()).Value(key) }
