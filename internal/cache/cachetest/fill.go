// Package cachetest fills cache directories for tests and benchmarks, without a network.
package cachetest

import (
	"bytes"
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/cache"
	"github.com/dataforseo/terraform-provider-dataforseo/internal/dataforseo"
	"github.com/dataforseo/terraform-provider-dataforseo/internal/fakeapi"
)

// Fill saves the documented answer for each target, under the key of a request with
// default arguments. It is not subject to the API's limit of 2000 calls a minute. It
// returns an error if an answer cannot be made or saved.
func Fill(ctx context.Context, options cache.Options, targets []string) error {
	cached := cache.New(documented{}, options)
	defer cached.Close()
	client := dataforseo.NewClient(cached)
	for _, target := range targets {
		answer, err := client.BacklinksSummary(ctx, dataforseo.BacklinksSummaryRequest{Target: target})
		if err != nil {
			return fmt.Errorf("save an answer for %s: %w", target, err)
		}
		if len(answer.Notices) > 0 {
			notice := answer.Notices[0]
			return fmt.Errorf("save an answer for %s: %s: %s", target, notice.Summary, notice.Detail)
		}
	}
	return nil
}

// documented answers each call with the documented answer, about the call's target.
type documented struct{}

var _ dataforseo.Doer = documented{}

// Do implements [dataforseo.Doer].
func (documented) Do(ctx context.Context, call *dataforseo.Call) (*dataforseo.Reply, *dataforseo.Failure) {
	if ctx.Err() != nil {
		return nil, dataforseo.FailureOfContext(ctx)
	}
	body := bytes.ReplaceAll(fakeapi.RecordedOK.Bytes(), []byte(`"explodingtopics.com"`), strconv.AppendQuote(nil, call.Target))
	reply, err := dataforseo.ReadReply(body, time.Now().UTC(), call)
	if err != nil {
		return nil, dataforseo.FailureOfRequest(err)
	}
	return reply, nil
}
