package main

import (
	"context"
	"fmt"
	"time"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/cli"
	"github.com/dataforseo/terraform-provider-dataforseo/internal/fakeapi"
)

// The limits that nothing can pass: how many data sources Terraform reads at once by
// default, and what DataForSEO allows an account.
const (
	parallelism = 10
	concurrency = fakeapi.DefaultSimultaneous
	perMinute   = fakeapi.DefaultPerMinute
)

// measureForEach reads a data source for each target, none of them cached.
func measureForEach(ctx context.Context, b *bench) ([]row, error) {
	measured, err := b.paid(ctx, single(), b.latency)
	if err != nil {
		return nil, err
	}
	return []row{b.atOnce(measured, "`for_each`", parallelism, b.latency, 1.15)}, nil
}

// measurePortfolio reads all targets in one data source, none of them cached. Two
// limits hold, and the later of them counts.
func measurePortfolio(ctx context.Context, b *bench) ([]row, error) {
	measured, err := b.paid(ctx, portfolio(), b.latency)
	if err != nil {
		return nil, err
	}
	atOnce := b.atOnce(measured, "portfolio", concurrency, b.latency, 1.25)
	return []row{atOnce, b.paced(atOnce)}, nil
}

// measureSlowPortfolio is the same where answers take so long that the number of calls
// at once is the limit that counts.
func measureSlowPortfolio(ctx context.Context, b *bench) ([]row, error) {
	latency := 2 * b.latency
	measured, err := b.paid(ctx, portfolio(), latency)
	if err != nil {
		return nil, err
	}
	return []row{b.atOnce(measured, "portfolio", concurrency, latency, 1.25)}, nil
}

// paid measures plans without a cache, and returns seconds.
func (b *bench) paid(ctx context.Context, c configuration, latency time.Duration) (sample, error) {
	stage, err := b.newStage(ctx, fakeapi.New(fakeapi.Options{Delay: latency}))
	if err != nil {
		return nil, err
	}
	defer stage.close()
	s, err := stage.with(c, numbered(b.targets))
	if err != nil {
		return nil, err
	}
	measured, err := b.repeat(ctx, thing{fmt.Sprintf("plan of %s targets at %v a call", cli.Grouped(b.targets), latency), s.plan})
	if err != nil {
		return nil, err
	}
	return measured[0].wall(), nil
}

// atOnce holds against what so many calls at once allow.
func (b *bench) atOnce(measured sample, name string, calls int, latency time.Duration, most float64) row {
	return row{
		figure:   b.paidFigure(name, latency),
		measured: measured, unit: seconds,
		limit:   float64(b.targets) / float64(calls) * latency.Seconds(),
		because: fmt.Sprintf("%d / %d × %v", b.targets, calls, latency),
		most:    most,
	}
}

// paced holds the same figure against what so many calls in a minute allow, evenly
// spaced.
func (b *bench) paced(r row) row {
	pace := time.Minute / perMinute
	r.figure += ", by its pace"
	r.limit = float64(b.targets-1) * pace.Seconds()
	r.because = fmt.Sprintf("%d × %v", b.targets-1, pace)
	return r
}

func (b *bench) paidFigure(name string, latency time.Duration) string {
	return fmt.Sprintf("%s, %s targets, %v a call", name, cli.Grouped(b.targets), latency)
}
