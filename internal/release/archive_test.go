package release_test

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"debug/buildinfo"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// testChecksums checks that every file has its checksum, except the file of checksums and
// its signature.
func testChecksums(t *testing.T, published assets) {
	t.Helper()
	want := map[string]string{}
	for name, content := range published {
		if !strings.Contains(name, "_SHA256SUMS") {
			sum := sha256.Sum256(content)
			want[name] = hex.EncodeToString(sum[:])
		}
	}
	got := map[string]string{}
	for line := range strings.Lines(string(published[asset(version, "SHA256SUMS")])) {
		sum, name, found := strings.Cut(strings.TrimSuffix(line, "\n"), "  ")
		if !found {
			t.Errorf("invalid line %q", line)
		}
		got[name] = sum
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// testManifest checks that the manifest has the right protocol version. Without a manifest,
// registries assume version 5.
func testManifest(t *testing.T, published assets) {
	t.Helper()
	var manifest struct {
		Version  int `json:"version"`
		Metadata struct {
			ProtocolVersions []string `json:"protocol_versions"`
		} `json:"metadata"`
	}
	if err := json.Unmarshal(published[asset(version, "manifest.json")], &manifest); err != nil {
		t.Fatal(err)
	}
	if got := manifest.Metadata.ProtocolVersions; manifest.Version != 1 || !slices.Equal(got, []string{"6.0"}) {
		t.Errorf("version %d with protocols %q, want 1 with 6.0", manifest.Version, got)
	}
}

// testPlatform checks an archive and its executable, and compares the SBOM with the modules
// that the linker recorded in the executable.
func testPlatform(t *testing.T, published assets, platform string) {
	t.Helper()
	info, err := buildinfo.Read(bytes.NewReader(executable(t, published, platform)))
	if err != nil {
		t.Fatal(err)
	}
	goos, goarch, _ := strings.Cut(platform, "_")
	settings := map[string]string{}
	for _, setting := range info.Settings {
		settings[setting.Key] = setting.Value
	}
	for key, want := range map[string]string{
		"GOOS": goos, "GOARCH": goarch, "CGO_ENABLED": "0", "-trimpath": "true",
		"vcs": "git", "vcs.modified": "false", "vcs.time": committed.Format("2006-01-02T15:04:05Z"),
	} {
		if settings[key] != want {
			t.Errorf("%s is %q, want %q", key, settings[key], want)
		}
	}
	var dependencies []string
	for _, module := range info.Deps {
		dependencies = append(dependencies, module.Path+" "+module.Version)
	}
	// SBOMs call the standard library "std".
	dependencies = append(dependencies, "std "+info.GoVersion)
	testMaterials(t, published[asset(version, platform+".cdx.json")], dependencies)
}

// executable returns the executable in an archive. It must be the only file, be executable
// and have the time of the commit.
func executable(t *testing.T, published assets, platform string) []byte {
	t.Helper()
	content := published[asset(version, platform+".zip")]
	archive, err := zip.NewReader(bytes.NewReader(content), int64(len(content)))
	if err != nil {
		t.Fatal(err)
	}
	if len(archive.File) != 1 || archive.File[0].Name != executableName(platform) {
		t.Fatalf("want %s alone, got %d files, the first %+v", executableName(platform), len(archive.File), archive.File[0].FileHeader)
	}
	file := archive.File[0]
	if got, want := file.Mode(), os.FileMode(0o755); got != want {
		t.Errorf("mode %v, want %v", got, want)
	}
	if !file.Modified.Equal(committed) {
		t.Errorf("modified at %v, want %v", file.Modified, committed)
	}
	reader, err := file.Open()
	if err != nil {
		t.Fatal(err)
	}
	defer reader.Close()
	executable, err := io.ReadAll(reader)
	if err != nil {
		t.Fatal(err)
	}
	return executable
}

// testMaterials checks that the SBOM has the provider with its version, and exactly the
// modules that were linked.
func testMaterials(t *testing.T, document []byte, dependencies []string) {
	t.Helper()
	type component struct{ Name, Version string }
	var bill struct {
		BOMFormat  string
		Metadata   struct{ Component component }
		Components []component
	}
	if err := json.Unmarshal(document, &bill); err != nil {
		t.Fatal(err)
	}
	want := component{"github.com/dataforseo/terraform-provider-dataforseo", "v" + version}
	if bill.BOMFormat != "CycloneDX" || bill.Metadata.Component != want {
		t.Errorf("a %s of %+v, want a CycloneDX of %+v", bill.BOMFormat, bill.Metadata.Component, want)
	}
	named := map[string]bool{}
	for _, c := range bill.Components {
		named[fmt.Sprint(c.Name, " ", c.Version)] = true
	}
	slices.Sort(dependencies)
	if diff := cmp.Diff(dependencies, slices.Sorted(maps.Keys(named))); diff != "" {
		t.Errorf("(-linked +named):\n%s", diff)
	}
}
