// Package cachetest prepares the directory of a cache for tests and measurements. It
// leaves what they find there to the cache itself, and asks nobody.
package cachetest

import (
	"context"
	"fmt"
	"time"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/cache"
	"github.com/dataforseo/terraform-provider-dataforseo/internal/dataforseo"
	"github.com/dataforseo/terraform-provider-dataforseo/internal/fakeapi"
)

// Fill keeps the documented answer for each target, as a process with a cache of
// these options does that asks for nothing but the target. It is not held to the
// limits of the API, which allow no more than 2000 answers a minute. It fails for a
// target without an answer, or whose answer could not be kept.
func Fill(ctx context.Context, options cache.Options, targets []string) error {
	client := dataforseo.NewClient(cache.New(documented{}, options))
	for _, target := range targets {
		answer, err := client.BacklinksSummary(ctx, dataforseo.BacklinksSummaryRequest{Target: target})
		if err != nil {
			return fmt.Errorf("keep an answer for %s: %w", target, err)
		}
		if len(answer.Notices) > 0 {
			notice := answer.Notices[0]
			return fmt.Errorf("keep an answer for %s: %s: %s", target, notice.Summary, notice.Detail)
		}
	}
	return nil
}

// documented answers everything with the documented answer.
type documented struct{}

var _ dataforseo.Doer = documented{}

// Do implements [dataforseo.Doer].
func (documented) Do(ctx context.Context, call *dataforseo.Call) (*dataforseo.Reply, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	return dataforseo.DecodeReply(fakeapi.RecordedOK.Bytes(), time.Now().UTC(), call)
}
