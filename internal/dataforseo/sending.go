package dataforseo

import "context"

type sendingKey struct{}

// WithSending returns a context that is over when waiting is. A request that is on
// the wire by then goes on until sending is over: it is paid for, so its answer is
// worth waiting for, while what has not been sent costs nothing yet. It is for a
// read that has no use for further answers, but for those that it has paid for.
func WithSending(waiting, sending context.Context) context.Context {
	return context.WithValue(waiting, sendingKey{}, sending)
}

// sendingOf returns the context that a request on the wire ends with.
func sendingOf(ctx context.Context) context.Context {
	if sending, ok := ctx.Value(sendingKey{}).(context.Context); ok {
		return sending
	}
	return ctx
}
