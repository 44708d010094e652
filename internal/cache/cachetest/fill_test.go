package cachetest_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/cache"
	"github.com/dataforseo/terraform-provider-dataforseo/internal/cache/cachetest"
	"github.com/dataforseo/terraform-provider-dataforseo/internal/dataforseo"
)

// options returns the options of a cache in a directory.
func options(directory string) cache.Options {
	return cache.Options{Directory: directory, TTL: time.Hour, BaseURL: dataforseo.DefaultBaseURL, Login: "user@example.com"}
}

// TestFill checks that a later process finds the saved answers, and no others.
func TestFill(t *testing.T) {
	t.Parallel()
	filled := options(t.TempDir())
	targets := []string{"explodingtopics.com", "b.example"}
	if err := cachetest.Fill(t.Context(), filled, targets); err != nil {
		t.Fatal(err)
	}
	filled.Mode = cache.CacheOnly
	client := dataforseo.NewClient(cache.New(nil, filled)) // a call would panic
	for _, target := range targets {
		answer, failure := client.BacklinksSummary(t.Context(), dataforseo.BacklinksSummaryRequest{Target: target})
		if failure != nil || !answer.FromCache || !answer.Result.HasData() {
			t.Errorf("%s: got %+v, %v", target, answer, failure)
		}
	}
	_, failure := client.BacklinksSummary(t.Context(), dataforseo.BacklinksSummaryRequest{Target: "d.example"})
	if failure == nil || failure.Kind != dataforseo.KindCacheMiss {
		t.Errorf("d.example: got %+v, want a miss", failure)
	}
}

// TestFill_fails checks that an answer that cannot be saved is an error.
func TestFill_fails(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	err := cachetest.Fill(t.Context(), options(file), []string{"a.example"})
	if err == nil || !strings.HasPrefix(err.Error(), "save an answer for a.example: The cache cannot be used: ") {
		t.Errorf("got error %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := cachetest.Fill(ctx, options(t.TempDir()), []string{"a.example"}); err == nil {
		t.Error("no error although the context was cancelled")
	}
}
