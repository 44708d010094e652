// Package cachetest fills cache directories for tests and benchmarks, without a
// network.
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

// Fill saves the documented answer for each target, under the keys of requests with
// default arguments. It is not subject to the API's limit of 2000 calls a minute. It
// fails if a target has no answer, or one that could not be saved.
func Fill(ctx context.Context, options cache.Options, targets []string) error {
	kept := cache.New(documented{}, options)
	defer kept.Close()
	client := dataforseo.NewClient(kept)
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

// documented answers every call with the documented answer, with the target replaced.
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
