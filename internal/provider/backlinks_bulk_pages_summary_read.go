package provider

import (
	"context"
	"maps"
	"slices"
	"sync"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/cache"
	"github.com/dataforseo/terraform-provider-dataforseo/internal/dataforseo"
	"github.com/dataforseo/terraform-provider-dataforseo/internal/fastread"
)

// bulkRead is a read of page summaries, many with one request.
type bulkRead struct {
	*read
	request dataforseo.BacklinksBulkPagesSummaryRequest
	// asked has the answers to each request.
	asked []bulkAsk
	// keeping is a semaphore for parts that are being kept: all requests together must
	// not overwhelm a bucket.
	keeping chan struct{}
}

// bulkAsk asks about the targets of one request.
type bulkAsk struct {
	*bulkRead
	p         *portfolio
	claim     *cache.Claim
	envelopes []*dataforseo.Envelope
}

// newBulkRead makes every check that is possible before money is spent.
func (d *gatedDataSource) newBulkRead(ctx context.Context, config *fastread.Config) (*bulkRead, diag.Diagnostics) {
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
	return &bulkRead{read: read, request: request, keeping: make(chan struct{}, read.concurrency)}, diags
}

// requests implements [targetReader].
func (r *bulkRead) requests(targets []string) [][]string { return dataforseo.PackTargets(targets) }

// call implements [targetReader].
func (r *bulkRead) call(targets []string) (*dataforseo.Call, error) {
	return r.requestFor(targets).Call()
}

// partOf implements [targetReader].
func (r *bulkRead) partOf(target string) (*dataforseo.Call, error) { return r.request.CallFor(target) }

func (r *bulkRead) requestFor(targets []string) dataforseo.BacklinksBulkPagesSummaryRequest {
	request := r.request
	request.Targets = targets
	return request
}

// askAll implements [targetReader]. Whoever holds the claim asks, and looks into the
// cache once more before: the last holder may have paid for the same targets.
func (r *bulkRead) askAll(ctx context.Context, p *portfolio) {
	missing := slices.Collect(maps.Keys(p.spellings))
	look := func() (more bool) {
		missing = r.find(ctx, p, missing)
		return len(missing) > 0
	}
	if !look() {
		return
	}
	claim, failure := r.claim(ctx, missing[0], look)
	switch {
	case failure != nil:
		p.fail(ctx, missing, failure)
		return
	case claim == nil:
		return
	}
	defer claim.Release()
	look()
	requests := r.requests(missing)
	r.asked = make([]bulkAsk, len(requests))
	p.sideBySide(len(requests), func(i int) {
		r.asked[i] = bulkAsk{bulkRead: r, p: p, claim: claim}
		r.asked[i].ask(ctx, requests[i])
	})
}

func (r *bulkRead) claim(ctx context.Context, target string, wanted func() bool) (*cache.Claim, *dataforseo.Failure) {
	call, err := r.partOf(target)
	if err != nil {
		return nil, dataforseo.FailureOfRequest(err)
	}
	return r.cache.Claim(ctx, call.Endpoint, wanted)
}

// find takes what the cache has, and returns the targets that have to be asked about.
func (r *bulkRead) find(ctx context.Context, p *portfolio, targets []string) (missing []string) {
	var mu sync.Mutex
	p.sideBySide(len(targets), func(i int) {
		call, err := r.partOf(targets[i])
		if err != nil {
			p.fail(ctx, targets[i:i+1], dataforseo.FailureOfRequest(err))
			return
		}
		switch part, failure := r.cache.Find(ctx, call, p.began); {
		case failure != nil:
			p.fail(ctx, targets[i:i+1], failure)
		case part != nil:
			r.take(ctx, p, call, part)
		default:
			mu.Lock()
			defer mu.Unlock()
			missing = append(missing, targets[i])
		}
	})
	return missing
}

// ask asks about targets. A refusal because of them is free, so it is found out which
// ones DataForSEO does not take, one after the other: the targets are halved until one is
// alone, and what is then left is asked for together.
func (a *bulkAsk) ask(ctx context.Context, targets []string) {
	for len(targets) > 0 {
		refusal := a.try(ctx, targets)
		if refusal == nil {
			return
		}
		var rest []string
		alone := true // the refusal is of these targets and no others
		for len(targets) > 1 {
			half := targets[:len(targets)/2]
			if again := a.try(ctx, half); again != nil {
				rest = append(rest, targets[len(half):]...)
				refusal, alone, targets = again, true, half
			} else {
				alone, targets = false, targets[len(half):]
			}
		}
		if !alone {
			refusal = a.try(ctx, targets)
		}
		if refusal != nil {
			a.p.fail(ctx, targets, refusal)
		}
		targets = rest
	}
}

// try makes one request, unless the read is over, and takes what comes of it. It returns
// a refusal that may concern only some of the targets.
func (a *bulkAsk) try(ctx context.Context, targets []string) (refusal *dataforseo.Failure) {
	if a.p.over() {
		return nil
	}
	answer, failure := a.client.BacklinksBulkPagesSummary(ctx, a.requestFor(targets))
	if failure == nil {
		a.envelopes = append(a.envelopes, answer.Envelope)
		a.p.bill(ctx, &answer.Reply)
		var keepers sync.WaitGroup
		for _, target := range targets {
			a.keeping <- struct{}{} // a bucket takes its time for each
			keepers.Go(func() {
				defer func() { <-a.keeping }()
				a.keep(ctx, answer, target)
			})
		}
		keepers.Wait()
		return nil
	}
	if failure.Envelope != nil {
		a.envelopes = append(a.envelopes, failure.Envelope)
	}
	if refusesTargets(failure) {
		return failure
	}
	a.p.fail(ctx, targets, failure)
	return nil
}

// refusesTargets reports whether a free refusal may concern only some of the targets.
func refusesTargets(failure *dataforseo.Failure) bool {
	return failure.Kind == dataforseo.KindArgument && failure.Scope == dataforseo.ScopeTarget && failure.Charges == dataforseo.Charges{}
}

// keep saves and takes the part of an answer about a target.
func (a *bulkAsk) keep(ctx context.Context, answer *dataforseo.BulkAnswer, target string) {
	call, err := a.partOf(target)
	if err != nil {
		a.p.fail(ctx, []string{target}, dataforseo.FailureOfRequest(err))
		return
	}
	part, failure := answer.Part(call)
	if failure != nil {
		a.p.fail(ctx, []string{target}, failure)
		return
	}
	a.claim.Keep(ctx, call, part)
	a.take(ctx, a.p, call, part)
}

func (r *bulkRead) take(ctx context.Context, p *portfolio, call *dataforseo.Call, part *dataforseo.Reply) {
	answer := dataforseo.ReadBacklinksPageSummary(call, part)
	answer.Notices = append(answer.Notices, homePageNotices(call.Target)...)
	answer.Notices = append(answer.Notices, r.gate.noDataNotices(call.Target, answer.Result.HasData())...)
	p.take(ctx, call.Target, &answer.Reply, r.stateOf(answer))
}
