package doertest

import (
	"context"
	"time"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/dataforseo"
)

// Func is a [dataforseo.Doer] made of a function.
type Func func(ctx context.Context, call *dataforseo.Call) (*dataforseo.Reply, *dataforseo.Failure)

var _ dataforseo.Doer = Func(nil)

// Do implements [dataforseo.Doer].
func (f Func) Do(ctx context.Context, call *dataforseo.Call) (*dataforseo.Reply, *dataforseo.Failure) {
	return f(ctx, call)
}

// Answering returns a Doer that gives every call the same answer.
func Answering(body []byte) Func {
	return func(_ context.Context, call *dataforseo.Call) (*dataforseo.Reply, *dataforseo.Failure) {
		reply, err := dataforseo.ReadReply(body, time.Now().UTC(), call)
		if err != nil {
			return nil, dataforseo.FailureOfRequest(err)
		}
		return reply, nil
	}
}
