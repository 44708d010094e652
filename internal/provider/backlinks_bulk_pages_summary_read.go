package provider

import (
	"context"
	"sync"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/cache"
	"github.com/dataforseo/terraform-provider-dataforseo/internal/dataforseo"
	"github.com/dataforseo/terraform-provider-dataforseo/internal/fastread"
)

// bulkRead is a read of page summaries. A request has many targets, and the cache stores
// the part of the answer about each target separately.
type bulkRead struct {
	*read
	request dataforseo.BacklinksBulkPagesSummaryRequest
	// parts has the call for each target that identifies its part in the cache.
	parts   map[string]*dataforseo.Call
	batches []bulkBatch
	// saving limits how many parts are saved at once, so that the batches together do
	// not overwhelm a bucket.
	saving chan struct{}
}

// bulkBatch requests the targets that fit into one request.
type bulkBatch struct {
	*bulkRead
	p         *portfolio
	claim     *cache.Claim
	envelopes []*dataforseo.Envelope
}

// newBulkRead makes every check that is possible before money is spent.
func (d *gatedDataSource) newBulkRead(ctx context.Context, config *fastread.Config, spellings map[string][]string) (*bulkRead, diag.Diagnostics) {
	request := dataforseo.BacklinksBulkPagesSummaryRequest{
		IncludeSubdomains: fastread.Argument[types.Bool](ctx, config, "include_subdomains").ValueBoolPointer(),
		RankScale:         fastread.Argument[types.String](ctx, config, "rank_scale").ValueStringPointer(),
		Tag:               fastread.Argument[types.String](ctx, config, "tag").ValueStringPointer(),
	}
	read, diags := d.newRead(ctx, config, "bulk pages summary", bulkRemedies)
	if diags.HasError() {
		return nil, diags
	}
	request.MaxAge = read.maxAge
	parts := make(map[string]*dataforseo.Call, len(spellings))
	for target := range spellings {
		call, err := request.CallFor(target)
		if err != nil {
			diags.Append(failedRead{dataforseo.FailureOfRequest(err), read, target}.diagnostic(false))
			return nil, diags
		}
		parts[target] = call
	}
	return &bulkRead{read: read, request: request, parts: parts, saving: make(chan struct{}, read.settings.maxConcurrentRequests)}, diags
}

// divide implements [targetReader].
func (r *bulkRead) divide(targets []string) [][]string { return dataforseo.PackTargets(targets) }

// cacheCall implements [targetReader].
func (r *bulkRead) cacheCall(target string) (*dataforseo.Call, error) { return r.parts[target], nil }

// requestAll implements [targetReader]. Only the holder of the claim sends requests. It
// searches the cache again first, because the previous holder may have paid for the same
// targets.
func (r *bulkRead) requestAll(ctx context.Context, p *portfolio) {
	missing := p.targets
	search := func() (anyMissing bool) {
		missing = r.find(ctx, p, missing)
		return len(missing) > 0
	}
	if !search() {
		return
	}
	claim, failure := r.cache.Claim(ctx, r.parts[missing[0]].Endpoint, search)
	switch {
	case failure != nil:
		p.fail(ctx, missing, failure)
		return
	case claim == nil: // nothing is missing any more
		return
	}
	defer claim.Release()
	search()
	batches := r.divide(missing)
	r.batches = make([]bulkBatch, len(batches))
	p.concurrently(len(batches), func(i int) {
		r.batches[i] = bulkBatch{bulkRead: r, p: p, claim: claim}
		r.batches[i].send(ctx, batches[i])
	})
}

// find records the answers that are in the cache, and returns the other targets.
func (r *bulkRead) find(ctx context.Context, p *portfolio, targets []string) (missing []string) {
	return p.missing(targets, func(target string) (done bool) {
		part, failure := r.cache.Find(ctx, r.parts[target], p.began)
		if failure != nil {
			p.fail(ctx, []string{target}, failure)
		} else if part != nil {
			r.succeed(ctx, p, target, part)
		}
		return failure != nil || part != nil
	})
}

// send requests targets. If one is invalid, DataForSEO refuses the whole request, at no
// cost. A search then finds an invalid target, and the targets that are still without an
// answer form the next request. The search tries two thirds of the targets, not half:
// refusals are free and answers aren't. It takes up to 2 log2(n) requests.
func (b *bulkBatch) send(ctx context.Context, targets []string) {
	for len(targets) > 0 {
		refusal := b.try(ctx, targets)
		if refusal == nil {
			return
		}
		var rest []string
		alone := true // the refusal is of exactly these targets
		for len(targets) > 1 {
			most := targets[:len(targets)*2/3]
			if again := b.try(ctx, most); again != nil {
				rest = append(rest, targets[len(most):]...)
				refusal, alone, targets = again, true, most
			} else {
				alone, targets = false, targets[len(most):]
			}
		}
		if !alone {
			refusal = b.try(ctx, targets)
		}
		if refusal != nil {
			b.p.fail(ctx, targets, refusal)
		}
		targets = rest
	}
}

// try makes one request, unless the read is over, and records the outcome. It returns a
// refusal that may concern only some of the targets instead of recording it.
func (b *bulkBatch) try(ctx context.Context, targets []string) (refusal *dataforseo.Failure) {
	if b.p.over() {
		return nil
	}
	request := b.request
	request.Targets = targets
	answer, failure := b.client.BacklinksBulkPagesSummary(ctx, request)
	if failure == nil {
		b.envelopes = append(b.envelopes, answer.Envelope)
		b.p.charge(ctx, &answer.Reply)
		b.saveAll(ctx, answer, targets)
		return nil
	}
	if failure.Envelope != nil {
		b.envelopes = append(b.envelopes, failure.Envelope)
	}
	if refusesTargets(failure) {
		return failure
	}
	b.p.fail(ctx, targets, failure)
	return nil
}

// refusesTargets reports whether a free refusal may concern only some of the targets.
func refusesTargets(failure *dataforseo.Failure) bool {
	return failure.Kind == dataforseo.KindArgument && failure.Scope == dataforseo.ScopeTarget && failure.Charges == dataforseo.Charges{}
}

// saveAll saves and records the parts of an answer.
func (b *bulkBatch) saveAll(ctx context.Context, answer *dataforseo.BulkAnswer, targets []string) {
	var parts sync.WaitGroup
	for _, target := range targets {
		b.saving <- struct{}{}
		parts.Go(func() {
			defer func() { <-b.saving }()
			part, failure := answer.Part(b.parts[target])
			if failure != nil {
				b.p.fail(ctx, []string{target}, failure)
				return
			}
			b.claim.Keep(ctx, b.parts[target], part)
			b.succeed(ctx, b.p, target, part)
		})
	}
	parts.Wait()
}

func (r *bulkRead) succeed(ctx context.Context, p *portfolio, target string, part *dataforseo.Reply) {
	answer := dataforseo.ReadBacklinksPageSummary(r.parts[target], part)
	answer.Notices = append(answer.Notices, r.notices(target, answer.Result.HasData())...)
	p.succeed(ctx, target, &answer.Reply, r.stateOf(answer))
}
