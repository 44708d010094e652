package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/cli"
	"github.com/dataforseo/terraform-provider-dataforseo/internal/fakeapi"
)

// Bytes of state a domain.
const (
	maxStateBytes = 3000
	// httpStateBytes is what a data source "http" takes that posts the same request
	// and decodes the same answer. Its provider is not at hand here.
	httpStateBytes = 8900
)

// measureState finds out how much state the documented answer takes.
func measureState(ctx context.Context, b *bench) ([]row, error) {
	fake := fakeapi.New(fakeapi.Options{})
	fake.OnAny(fakeapi.Recorded(fakeapi.RecordedOK))
	stage, err := b.newStage(ctx, fake)
	if err != nil {
		return nil, err
	}
	defer stage.close()
	var rows []row
	for _, c := range []struct {
		name          string
		configuration configuration
	}{{"`for_each`", single()}, {"portfolio", portfolio()}} {
		s, err := stage.with(c.configuration, numbered(b.stateTargets))
		if err != nil {
			return nil, err
		}
		size, err := s.stateSize(ctx)
		if err != nil {
			return nil, err
		}
		name := fmt.Sprintf("state a domain, %s of %s", c.name, cli.Grouped(b.stateTargets))
		b.progress("%s: %s, its values %s", name, kilobytes(size.file), kilobytes(size.values))
		rows = append(rows, stateRow(name+", the file as Terraform writes it", size.file), stateRow(name+", its values without white space", size.values))
	}
	return rows, nil
}

func stateRow(figure string, size float64) row {
	return row{
		figure: figure, measured: sample{size}, unit: kilobytes, limit: maxStateBytes, most: 1,
		because: fmt.Sprintf("data \"http\": %.1f kB", httpStateBytes/1e3),
	}
}

// stateSize is in bytes a target.
type stateSize struct {
	file float64
	// values is what is left without what Terraform adds: line breaks and indents,
	// and its own notes on each data source.
	values float64
}

// stateSize applies the configuration and looks at the state.
func (s *session) stateSize(ctx context.Context) (stateSize, error) {
	if _, err := s.command(ctx, nil, "apply", "-auto-approve"); err != nil {
		return stateSize{}, err
	}
	file, err := os.ReadFile(filepath.Join(s.dir, "terraform.tfstate"))
	if err != nil {
		return stateSize{}, err
	}
	values, err := valueBytes(file)
	targets := float64(s.targets)
	return stateSize{float64(len(file)) / targets, float64(values) / targets}, err
}

// valueBytes returns how long the values of all resources are in compact JSON.
func valueBytes(state []byte) (int, error) {
	var file struct {
		Resources []struct {
			Instances []struct {
				Attributes json.RawMessage `json:"attributes"`
			} `json:"instances"`
		} `json:"resources"`
	}
	if err := json.Unmarshal(state, &file); err != nil {
		return 0, fmt.Errorf("the state's JSON: %w", err)
	}
	var values bytes.Buffer
	for _, resource := range file.Resources {
		for _, instance := range resource.Instances {
			if err := json.Compact(&values, instance.Attributes); err != nil {
				return 0, fmt.Errorf("the state's values: %w", err)
			}
		}
	}
	return values.Len(), nil
}
