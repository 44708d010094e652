package fastread

import (
	"context"
	"sync/atomic"
	"time"
)

// callContext is the context of one call. After the call, detach drops the wrapped
// context, so that the framework retains only the callContext.
type callContext struct {
	current atomic.Pointer[context.Context]
}

var _ context.Context = (*callContext)(nil)

func newCallContext(ctx context.Context) *callContext {
	c := new(callContext)
	c.current.Store(&ctx)
	return c
}

// detach replaces the wrapped context with a cancelled one without values.
func (c *callContext) detach() {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	c.current.Store(&ctx)
}

// Deadline implements [context.Context].
func (c *callContext) Deadline() (time.Time, bool) { return (*c.current.Load()).Deadline() }

// Done implements [context.Context].
func (c *callContext) Done() <-chan struct{} { return (*c.current.Load()).Done() }

// Err implements [context.Context].
func (c *callContext) Err() error { return (*c.current.Load()).Err() }

// Value implements [context.Context].
func (c *callContext) Value(key any) any { return (*c.current.Load()).Value(key) }
