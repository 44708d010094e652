package main

import (
	"context"
	"fmt"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/cli"
	"github.com/dataforseo/terraform-provider-dataforseo/internal/fakeapi"
)

// measureCached plans targets that are in the cache, in turn with as many of what
// Terraform brings along.
func measureCached(ctx context.Context, b *bench) ([]row, error) {
	stage, err := b.newStage(ctx, fakeapi.New(fakeapi.Options{}))
	if err != nil {
		return nil, err
	}
	defer stage.close()
	targets := numbered(b.targets)
	if err := stage.fill(ctx, targets); err != nil {
		return nil, err
	}
	var things []thing
	for _, c := range []struct {
		name          string
		configuration configuration
	}{{"terraform_data", builtin()}, {"`for_each`", single()}, {"portfolio", portfolio()}} {
		s, err := stage.with(c.configuration, targets)
		if err != nil {
			return nil, err
		}
		things = append(things, thing{fmt.Sprintf("%s, %s targets from the cache", c.name, cli.Grouped(b.targets)), s.plan})
	}
	measured, err := b.repeat(ctx, things...)
	if err != nil {
		return nil, err
	}
	because := fmt.Sprintf("plan of %s `terraform_data`", cli.Grouped(b.targets))
	limit := measured[0].wall().median()
	return []row{
		{figure: things[1].figure, measured: measured[1].wall(), unit: seconds, limit: limit, because: because, most: 1.5},
		{figure: things[2].figure, measured: measured[2].wall(), unit: seconds, limit: limit, because: because, most: 0.5},
	}, nil
}
