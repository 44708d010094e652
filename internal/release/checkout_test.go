package release_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// root of this repository.
const root = "../.."

// remote is the repository for releases. GoReleaser reads it from Git, and the tests never
// connect to it.
const remote = "https://github.com/dataforseo/" + project

// checkout is a temporary working tree with a release tag at HEAD, for a release from
// uncommitted changes.
type checkout struct{ workdir }

// newCheckout copies, commits and tags the files of this repository, including uncommitted
// changes.
func newCheckout(t *testing.T) checkout {
	t.Helper()
	c := checkout{workdir{t.TempDir(), environ()}}
	here := workdir{root, c.env}
	listed := here.run(t, "git", "ls-files", "-z", "--cached", "--others", "--exclude-standard")
	for file := range strings.SplitSeq(strings.TrimSuffix(listed, "\x00"), "\x00") {
		copyFile(t, filepath.Join(root, file), filepath.Join(c.dir, file))
	}
	c.run(t, "git", "init", "--quiet")
	c.run(t, "git", "remote", "add", "origin", remote)
	c.run(t, "git", "add", "--all")
	c.run(t, "git", "commit", "--quiet", "--message", "release")
	c.run(t, "git", "tag", "v"+version)
	return c
}

// copyFile copies a file, unless it was deleted after its commit.
func copyFile(t *testing.T, from, to string) {
	t.Helper()
	content, err := os.ReadFile(from)
	if os.IsNotExist(err) {
		return
	}
	if err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(to, content, 0o644); err != nil {
		t.Fatal(err)
	}
}

// clone returns another checkout of the same commit.
func (c checkout) clone(t *testing.T) checkout {
	t.Helper()
	other := checkout{workdir{filepath.Join(t.TempDir(), "elsewhere"), slices.Clone(c.env)}}
	c.run(t, "git", "clone", "--quiet", c.dir, other.dir)
	other.run(t, "git", "remote", "set-url", "origin", remote)
	return other
}

// dist returns the files, but not the directories, in dist/release.
func (c checkout) dist(t *testing.T) assets {
	t.Helper()
	dir := filepath.Join(c.dir, "dist", "release")
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	files := assets{}
	for _, entry := range entries {
		if !entry.Type().IsRegular() {
			continue
		}
		if files[entry.Name()], err = os.ReadFile(filepath.Join(dir, entry.Name())); err != nil {
			t.Fatal(err)
		}
	}
	return files
}
