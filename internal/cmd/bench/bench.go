package main

import (
	"context"
	"fmt"
	"io"
	"time"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/cmd/internal/terraform"
)

// scenario is a group of figures that are measured together.
type scenario struct {
	// name by which it is chosen on the command line.
	name    string
	measure func(context.Context, *bench) ([]row, error)
}

// scenarios returns all there are, in the order of the table.
func scenarios() []scenario {
	return []scenario{
		{"for-each", measureForEach},
		{"portfolio", measurePortfolio},
		{"slow", measureSlowPortfolio},
		{"cache", measureCached},
		{"state", measureState},
		{"scaling", measureScaling},
		{"memory", measureMemory},
		{"latency", measureLatency},
		{"go", measureGo},
	}
}

// bench is what the scenarios measure with.
type bench struct {
	options
	// root is the directory of this repository.
	root      string
	workspace *terraform.Workspace
	stderr    io.Writer
}

// newBench builds the provider. The caller must close the workspace.
func newBench(ctx context.Context, o options, environ []string, stderr io.Writer) (*bench, error) {
	executable, err := terraform.Find(ctx)
	if err != nil {
		return nil, err
	}
	b := &bench{options: o, stderr: stderr}
	if b.root, err = terraform.ModuleRoot(ctx, ""); err != nil {
		return nil, err
	}
	b.progress("building the provider, for %s", executable.Product)
	if b.workspace, err = terraform.NewWorkspace(ctx, executable, b.root, environ); err != nil {
		return nil, err
	}
	return b, nil
}

// measure returns the rows of the table, with an error those before it.
func (b *bench) measure(ctx context.Context) ([]row, error) {
	var rows []row
	for _, s := range b.chosen() {
		measured, err := s.measure(ctx, b)
		if err != nil {
			return rows, fmt.Errorf("%s: %w", s.name, err)
		}
		rows = append(rows, measured...)
	}
	return rows, nil
}

// progress tells the person who waits. There is nothing useful to be done when that
// fails.
func (b *bench) progress(format string, args ...any) {
	_, _ = fmt.Fprintf(b.stderr, format+"\n", args...)
}

// repeat measures as often as was asked for, each of several things in turn, so that
// what else the machine does falls on all of them alike.
func (b *bench) repeat(ctx context.Context, things ...thing) ([]usages, error) {
	measured := make([]usages, len(things))
	for run := range b.runs {
		for i, thing := range things {
			used, err := thing.measure(ctx)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", thing.figure, err)
			}
			b.progress("%s, run %d of %d: %s", thing.figure, run+1, b.runs, used)
			measured[i] = append(measured[i], used)
		}
	}
	return measured, nil
}

// thing is measured by doing it.
type thing struct {
	figure  string
	measure func(context.Context) (usage, error)
}

// usage is what doing a thing took.
type usage struct {
	wall time.Duration
	// provider is what its process took, nil if nobody looked.
	provider *processUsage
}

// processUsage is what a process took.
type processUsage struct {
	cpu time.Duration
	// peakBytes is the most memory that was resident, 0 where the system does not say.
	peakBytes int64
}

func (u usage) String() string {
	text := seconds(u.wall.Seconds())
	if u.provider != nil {
		text += fmt.Sprintf(", the provider %s of CPU", seconds(u.provider.cpu.Seconds()))
		if u.provider.peakBytes > 0 {
			text += fmt.Sprintf(", %s", mebibytes(float64(u.provider.peakBytes)))
		}
	}
	return text
}

// usages are those of several runs.
type usages []usage

// wall returns the times in seconds.
func (u usages) wall() sample {
	var s sample
	for _, one := range u {
		s = append(s, one.wall.Seconds())
	}
	return s
}

// cpu returns the provider's processor time in seconds.
func (u usages) cpu() sample {
	var s sample
	for _, one := range u {
		s = append(s, one.provider.cpu.Seconds())
	}
	return s
}

// peak returns the provider's memory in bytes, nothing where the system does not say.
func (u usages) peak() sample {
	var s sample
	for _, one := range u {
		if one.provider.peakBytes > 0 {
			s = append(s, float64(one.provider.peakBytes))
		}
	}
	return s
}
