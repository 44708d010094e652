package release_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// goreleaser runs GoReleaser as the release workflow does. config is the file with the
// configuration, "" for the one in the checkout.
func (c checkout) goreleaser(t *testing.T, config string, args ...string) {
	t.Helper()
	args = append([]string{"tool", "-modfile=internal/tools/goreleaser/go.mod", "goreleaser"}, args...)
	if config != "" {
		args = append(args, "--config="+config)
	}
	c.run(t, "go", args...)
}

// check runs goreleaser check.
func (c checkout) check(t *testing.T) {
	t.Helper()
	c.goreleaser(t, "", "check")
}

// publish makes the release as a tag does, and returns the published files. Without a key,
// it signs nothing.
func (c checkout) publish(t *testing.T, chosen []string, key *key) assets {
	t.Helper()
	hub := newGitHub(t)
	skip := "--skip="
	c.env = append(slices.Clone(c.env), "GITHUB_TOKEN="+hub.token)
	if key != nil {
		c.env = append(c.env, key.env()...)
	} else {
		skip += "sign"
	}
	c.goreleaser(t, c.config(t, chosen, hub.url), "release", "--clean", skip)
	return hub.release(t)
}

// targets matches the platforms in the configuration.
var targets = regexp.MustCompile(`(?s)    goos:\n.*?\n\n`)

// config returns the path of a copy of the checkout's configuration for the chosen
// platforms, and for the GitHub at url unless that is "".
func (c checkout) config(t *testing.T, chosen []string, url string) string {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(c.dir, ".goreleaser.yml"))
	if err != nil {
		t.Fatal(err)
	}
	text := string(content)
	if !slices.Equal(chosen, platforms) {
		if !targets.MatchString(text) {
			t.Fatal(".goreleaser.yml has no list of goos")
		}
		text = targets.ReplaceAllString(text, fmt.Sprintf("    targets: [%s]\n\n", strings.Join(chosen, ", ")))
	}
	if url != "" {
		text += fmt.Sprintf("\ngithub_urls:\n  api: %[1]s/\n  upload: %[1]s/\n", url)
	}
	path := filepath.Join(t.TempDir(), "goreleaser.yml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}
