package main

import (
	"context"
	"fmt"
	"time"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/cli"
	"github.com/dataforseo/terraform-provider-dataforseo/internal/fakeapi"
)

// maxPeakBytes is how much memory the provider may take.
const maxPeakBytes = 64 << 20

// measureScaling plans portfolios of several sizes from the cache. The provider has
// started before, so that the time which is the same for all does not hide one that
// grows faster than the number of targets.
func measureScaling(ctx context.Context, b *bench) ([]row, error) {
	stage, err := b.newStage(ctx, fakeapi.New(fakeapi.Options{}))
	if err != nil {
		return nil, err
	}
	defer stage.close()
	targets := numbered(b.largest())
	if err := stage.fill(ctx, targets); err != nil {
		return nil, err
	}
	var things []thing
	for _, size := range b.sizes {
		s, err := stage.with(portfolio(), targets[:size])
		if err != nil {
			return nil, err
		}
		things = append(things, thing{cachedPortfolio(size), s.planAttached})
	}
	measured, err := b.repeat(ctx, things...)
	if err != nil {
		return nil, err
	}
	var rows, ofCPU []row
	for i, size := range b.sizes {
		rows = append(rows, b.scaled("plan, ", size, measured[i].wall(), measured[0].wall()))
		ofCPU = append(ofCPU, b.scaled("CPU of the provider, ", size, measured[i].cpu(), measured[0].cpu()))
	}
	return append(append(rows, ofCPU...), peakRow(cachedPortfolio(b.largest()), measured[len(measured)-1])), nil
}

func cachedPortfolio(targets int) string {
	return fmt.Sprintf("portfolio of %s from the cache", cli.Grouped(targets))
}

// scaled holds what a portfolio takes, in seconds, against what the smallest one does.
func (b *bench) scaled(what string, size int, measured, smallest sample) row {
	r := row{
		figure: what + cachedPortfolio(size), measured: measured, unit: seconds,
		more: fmt.Sprintf("%s a target", fraction(measured.median()/float64(size)*1e9)),
	}
	if size > b.sizes[0] {
		growth := float64(size) / float64(b.sizes[0])
		r.limit, r.most = growth*smallest.median(), 1
		r.because = fmt.Sprintf("%v × that of %s", growth, cli.Grouped(b.sizes[0]))
	}
	return r
}

func peakRow(figure string, measured usages) row {
	return row{figure: "memory of the provider, " + figure, measured: measured.peak(), unit: mebibytes, limit: maxPeakBytes, most: 1}
}

// measureMemory looks at the provider while it reads as many targets as it can take,
// other than in a portfolio from the cache. See measureScaling for that.
func measureMemory(ctx context.Context, b *bench) ([]row, error) {
	const each, paid = "`for_each` of %s from the cache", "portfolio of %s without a cache"
	if !b.long {
		eachRow, err := b.memoryOf(ctx, each, single(), b.sizes[0], true)
		return []row{eachRow}, err
	}
	paidRow, err := b.memoryOf(ctx, paid, portfolio(), b.largest(), false)
	if err != nil {
		return nil, err
	}
	eachRow, err := b.memoryOf(ctx, each, single(), b.largest(), true)
	return []row{eachRow, paidRow}, err
}

func (b *bench) memoryOf(ctx context.Context, format string, c configuration, targets int, cached bool) (row, error) {
	stage, err := b.newStage(ctx, fakeapi.New(fakeapi.Options{}))
	if err != nil {
		return row{}, err
	}
	defer stage.close()
	if cached {
		if err := stage.fill(ctx, numbered(targets)); err != nil {
			return row{}, err
		}
	}
	s, err := stage.with(c, numbered(targets))
	if err != nil {
		return row{}, err
	}
	figure := fmt.Sprintf(format, cli.Grouped(targets))
	measured, err := b.repeat(ctx, thing{figure, s.planAttached})
	if err != nil {
		return row{}, err
	}
	return peakRow(figure, measured[0]), nil
}

// measureLatency compares the provider's memory with quick and with slow answers.
// That of a process which collects garbage differs a little from run to run.
func measureLatency(ctx context.Context, b *bench) ([]row, error) {
	const variation = 1.1
	stage, err := b.newStage(ctx, fakeapi.New(fakeapi.Options{}))
	if err != nil {
		return nil, err
	}
	defer stage.close()
	s, err := stage.with(portfolio(), numbered(b.targets))
	if err != nil {
		return nil, err
	}
	quick, slow := b.latency/5, b.latency
	var things []thing
	for _, latency := range []time.Duration{quick, slow} {
		things = append(things, thing{b.paidFigure("portfolio", latency), func(ctx context.Context) (usage, error) {
			stage.fake.OnAny(fakeapi.Delay(latency))
			return s.planAttached(ctx)
		}})
	}
	measured, err := b.repeat(ctx, things...)
	if err != nil {
		return nil, err
	}
	rows := []row{peakRow(things[0].figure, measured[0]), peakRow(things[1].figure, measured[1])}
	if len(rows[0].measured) > 0 {
		rows[1].limit, rows[1].most = rows[0].measured.median(), variation
		rows[1].because = fmt.Sprintf("that at %v", quick)
	}
	return rows, nil
}
