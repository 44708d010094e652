package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/cache"
	"github.com/dataforseo/terraform-provider-dataforseo/internal/cache/cachetest"
	"github.com/dataforseo/terraform-provider-dataforseo/internal/cli"
	"github.com/dataforseo/terraform-provider-dataforseo/internal/fakeapi"
)

// cacheTTL is longer than any measurement takes.
const cacheTTL = 24 * time.Hour

// stage is where measurements take place: a fake of their own, and a directory for
// configurations, state and cache.
type stage struct {
	*bench
	fake *fakeapi.Server
	dir  string
	// cached says that the provider has a cache.
	cached bool
	close  func()
}

// newStage sets a stage up. The caller must close it.
func (b *bench) newStage(ctx context.Context, fake *fakeapi.Server) (*stage, error) {
	dir, err := os.MkdirTemp(b.workspace.Dir, "stage-")
	if err != nil {
		return nil, err
	}
	stop, err := fake.Serve(ctx)
	if err != nil {
		return nil, err
	}
	return &stage{bench: b, fake: fake, dir: dir, close: stop}, nil
}

// fill gives the provider a cache with an answer for each target.
func (s *stage) fill(ctx context.Context, targets []string) error {
	s.cached = true
	s.progress("keeping %s answers in a cache", cli.Grouped(len(targets)))
	return cachetest.Fill(ctx, cache.Options{
		Directory: s.cacheDirectory(), TTL: cacheTTL, BaseURL: s.fake.URL, Login: fakeapi.DefaultLogin,
	}, targets)
}

func (s *stage) cacheDirectory() string { return filepath.Join(s.dir, "cache") }

// environ is the environment with which the provider asks the fake.
func (s *stage) environ() []string {
	environ := s.fake.Environ()
	if s.cached {
		environ = append(environ, "DATAFORSEO_CACHE_TTL="+cacheTTL.String(), "DATAFORSEO_CACHE_DIRECTORY="+s.cacheDirectory())
	}
	return environ
}

// session is a configuration on a stage.
type session struct {
	*stage
	configuration configuration
	dir           string
	targets       int
	// calls is how many a command has to make.
	calls int
}

// with puts a configuration on the stage. It makes a call for each target, unless
// there is a cache or nothing to call for.
func (s *stage) with(c configuration, targets []string) (*session, error) {
	dir, err := os.MkdirTemp(s.dir, "configuration-")
	if err != nil {
		return nil, err
	}
	calls := len(targets)
	if s.cached || c == builtin() {
		calls = 0
	}
	return &session{stage: s, configuration: c, dir: dir, targets: len(targets), calls: calls}, c.write(dir, targets)
}

// command runs a command of Terraform's, and fails if it did not do all it had to do,
// or called more or less often than it had to.
func (s *session) command(ctx context.Context, extra []string, args ...string) (time.Duration, error) {
	s.fake.Reset()
	began := time.Now()
	output, err := s.workspace.Run(ctx, s.dir, append(s.environ(), extra...), append(args, "-input=false", "-no-color")...)
	took := time.Since(began)
	if err != nil {
		return 0, err
	}
	if calls := s.fake.Calls(); calls != s.calls {
		return 0, fmt.Errorf("%d calls were made for %d targets, not %d", calls, s.targets, s.calls)
	}
	return took, s.configuration.check(output, s.targets)
}

// plan measures a plan as a person runs it.
func (s *session) plan(ctx context.Context) (usage, error) {
	took, err := s.command(ctx, nil, "plan")
	return usage{wall: took}, err
}

// planAttached measures a plan with a provider process that was started before, and
// what that process takes.
func (s *session) planAttached(ctx context.Context) (used usage, err error) {
	process, err := s.workspace.StartProvider(ctx, s.environ())
	if err != nil {
		return usage{}, err
	}
	took, err := s.command(ctx, []string{process.Reattach}, "plan")
	peak, peakErr := peakMemory(process.PID)
	state, stopErr := process.Stop()
	if err := errors.Join(err, peakErr, stopErr); err != nil {
		return usage{}, err
	}
	return usage{took, &processUsage{cpu: state.UserTime() + state.SystemTime(), peakBytes: peak}}, nil
}
