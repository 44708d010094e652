package main

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/cli"
	"github.com/dataforseo/terraform-provider-dataforseo/internal/cmd/internal/terraform"
	"github.com/dataforseo/terraform-provider-dataforseo/internal/fakeapi"
)

// small measures what a test has the time for. What it finds out means nothing.
func small() options {
	o := defaults()
	o.only = regexp.MustCompile("^(portfolio|cache|state|scaling|latency)$")
	o.runs, o.targets, o.stateTargets, o.sizes, o.latency = 1, 3, 2, []int{2, 3}, 20*time.Millisecond
	return o
}

// withoutFigures replaces what differs from run to run and from machine to machine.
func withoutFigures(table string) string {
	const measured = `\d+\.\d+ (s|kB|MiB|ms|µs|ns)`
	table = regexp.MustCompile(`not measured on this system \| (.*) \| – \| (.*) \| –`).ReplaceAllString(table, "N | $1 | R | $2 | yes or no")
	table = regexp.MustCompile(`(\| |, )`+measured).ReplaceAllString(table, "${1}N")
	return regexp.MustCompile(`\| \d+\.\d\d \| (\d+\.\d\d) \| (yes|no) \|`).ReplaceAllString(table, "| R | $1 | yes or no |")
}

// TestTabulate measures little, with all that has a part in it, in an environment that
// would spoil it if it were heeded.
func TestTabulate(t *testing.T) {
	temporary := t.TempDir()
	t.Setenv("TMPDIR", temporary)
	environ := append(os.Environ(), "TF_CLI_CONFIG_FILE="+filepath.Join(temporary, "missing"), "TF_CLI_ARGS=-no-such-flag",
		"DATAFORSEO_SANDBOX=true", "DATAFORSEO_LOGIN=somebody", "DATAFORSEO_CACHE_TTL=1h")
	var stdout, stderr strings.Builder
	if err := tabulate(t.Context(), small(), environ, &stdout, &stderr); err != nil {
		t.Fatalf("%v\n%s", err, &stderr)
	}
	golden(t, "small.golden", withoutFigures(stdout.String()))
	if left, err := os.ReadDir(temporary); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

func TestTabulate_interrupted(t *testing.T) {
	temporary := t.TempDir()
	t.Setenv("TMPDIR", temporary)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	var stdout, stderr strings.Builder
	err := cli.Interruptible(ctx, func(ctx context.Context) error {
		return tabulate(ctx, small(), os.Environ(), &stdout, &stderr)
	})
	if !errors.Is(err, cli.ErrInterrupted) || stdout.Len() > 0 {
		t.Errorf("got the error %v and printed %q", err, &stdout)
	}
	if left, err := os.ReadDir(temporary); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

func TestRun_withoutTerraform(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	t.Setenv(terraform.PathVariable, "")
	var stdout, stderr strings.Builder
	if err := run(t.Context(), nil, os.Environ(), &stdout, &stderr); !errors.Is(err, terraform.ErrNotFound) || stdout.Len() > 0 {
		t.Errorf("got the error %v and printed %q", err, &stdout)
	}
}

// TestSession_differently: a figure of a run that did not do what it should is none.
func TestSession_differently(t *testing.T) {
	t.Parallel()
	b, err := newBench(t.Context(), small(), os.Environ(), io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := b.workspace.Close(); err != nil {
			t.Error(err)
		}
	})
	for name, c := range map[string]struct {
		arrange func(*stage)
		want    string
	}{
		"calls in place of the cache": {func(s *stage) { s.cached = true }, "3 calls were made for 3 targets, not 0"},
		"a failure":                   {func(s *stage) { s.fake.On("site-1.example", fakeapi.Code(40501)) }, "terraform plan: exit status 1\n"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			stage, err := b.newStage(t.Context(), fakeapi.New(fakeapi.Options{}))
			if err != nil {
				t.Fatal(err)
			}
			defer stage.close()
			c.arrange(stage)
			s, err := stage.with(portfolio(), numbered(3))
			if err != nil {
				t.Fatal(err)
			}
			_, err = s.plan(t.Context())
			if err == nil || !strings.HasPrefix(strings.Replace(err.Error(), "tofu", "terraform", 1), c.want) {
				t.Errorf("got the error %v, want %s", err, c.want)
			}
		})
	}
}
