package release_test

import (
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

const (
	project = "terraform-provider-dataforseo"
	// version is unlikely for a real release.
	version = "98.7.6"
)

// committed is the time of the released commit.
var committed = time.Date(2021, time.February, 3, 4, 5, 6, 0, time.UTC)

// platforms are all platforms of a release.
var platforms = []string{
	"darwin_amd64", "darwin_arm64",
	"freebsd_386", "freebsd_amd64", "freebsd_arm", "freebsd_arm64",
	"linux_386", "linux_amd64", "linux_arm", "linux_arm64",
	"windows_386", "windows_amd64", "windows_arm64",
}

const host = runtime.GOOS + "_" + runtime.GOARCH

// choice is the environment variable that selects the platforms.
const choice = "RELEASE_CHECK"

// chosenPlatforms returns the platforms to test. It skips the test by default, because
// for each platform the provider and its dependencies must be compiled.
func chosenPlatforms(t *testing.T) []string {
	t.Helper()
	switch os.Getenv(choice) {
	case "":
		t.Skip("makes a release, which takes minutes: run make release-check")
	case "host":
		return []string{host}
	case "all":
		return platforms
	default:
		t.Fatalf("%s is %q: want host or all", choice, os.Getenv(choice))
	}
	return nil
}

// TestRelease makes one release, which is slow, and checks it.
//
//nolint:paralleltest // the subtests share one release, and parallel builds are slower
func TestRelease(t *testing.T) {
	chosen := chosenPlatforms(t)
	key := newKey(t)
	tagged := newCheckout(t)
	tagged.check(t)
	published := tagged.publish(t, chosen, key)

	t.Run("files", func(t *testing.T) { testFiles(t, published, chosen, key != nil) })
	t.Run("checksums", func(t *testing.T) { testChecksums(t, published) })
	t.Run("manifest", func(t *testing.T) { testManifest(t, published) })
	t.Run("signature", func(t *testing.T) {
		if key == nil {
			t.Skip("gpg is not on the PATH: install GnuPG to test the signature")
		}
		key.verify(t, published)
	})
	for _, platform := range chosen {
		t.Run(platform, func(t *testing.T) { testPlatform(t, published, platform) })
	}
	t.Run("terraform", func(t *testing.T) { testMirror(t, published, chosen) })
	t.Run("the same again", func(t *testing.T) { testSameAgain(t, tagged, published, chosen) })
	t.Run("snapshot", func(t *testing.T) { testSnapshot(t, tagged, chosen) })
}

// assets are the files of a release by name.
type assets map[string][]byte

// asset returns the name of a file of a release.
func asset(version, rest string) string { return project + "_" + version + "_" + rest }

func (a assets) names() []string {
	names := make([]string, 0, len(a))
	for name := range a {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// testFiles checks that no file is missing, and none is published by accident.
func testFiles(t *testing.T, published assets, chosen []string, signed bool) {
	t.Helper()
	want := []string{asset(version, "SHA256SUMS"), asset(version, "manifest.json")}
	if signed {
		want = append(want, asset(version, "SHA256SUMS.sig"))
	}
	for _, platform := range chosen {
		want = append(want, asset(version, platform+".zip"), asset(version, platform+".cdx.json"))
	}
	slices.Sort(want)
	if diff := cmp.Diff(want, published.names()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// testSameAgain makes the release again in another directory and time zone, and compares
// all checksums.
func testSameAgain(t *testing.T, tagged checkout, published assets, chosen []string) {
	t.Helper()
	again := tagged.clone(t)
	again.env = append(again.env, "TZ=Asia/Kathmandu", "GOFLAGS=-buildvcs=false")
	again.goreleaser(t, again.config(t, chosen, ""), "release", "--clean", "--skip=publish,sign")
	name := asset(version, "SHA256SUMS")
	if diff := cmp.Diff(string(published[name]), string(again.dist(t)[name])); diff != "" {
		t.Errorf("the builds differ (-first +second):\n%s", diff)
	}
}

// testSnapshot checks that "make snapshot" makes everything except the signature for a
// commit without a tag, and that README's commands install it.
func testSnapshot(t *testing.T, tagged checkout, chosen []string) {
	t.Helper()
	tagged.run(t, "git", "commit", "--quiet", "--allow-empty", "--message", "later")
	tool := filepath.Join(tagged.dir, "dist", "tools", "conftest")
	write(t, tool, nil)
	user := newReader(t, tagged)
	user.install(t, chosen)
	if _, err := os.Stat(tool); err != nil {
		t.Errorf("make snapshot removed what it did not make: %v", err)
	}
	got := slices.DeleteFunc(tagged.dist(t).names(), func(name string) bool { return !strings.HasPrefix(name, project) })
	snapshot := snapshotVersion(t, got)
	want := []string{asset(snapshot, "SHA256SUMS")}
	for _, platform := range chosen {
		want = append(want, asset(snapshot, platform+".zip"), asset(snapshot, platform+".cdx.json"))
	}
	slices.Sort(want)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	user.lock(t, snapshot)
}

// snapshotVersion returns the version in the file names.
func snapshotVersion(t *testing.T, names []string) string {
	t.Helper()
	found := regexp.MustCompile(`_(0\.0\.[1-9]\d*)_`).FindStringSubmatch(strings.Join(names, " "))
	if found == nil {
		t.Fatalf("no snapshot version in %q", names)
	}
	return found[1]
}

// executableName is the name of the executable in an archive.
func executableName(platform string) string {
	name := project + "_v" + version
	if goos, _, _ := strings.Cut(platform, "_"); goos == "windows" {
		name += ".exe"
	}
	return name
}
