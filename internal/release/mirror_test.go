package release_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/acctest"
	"github.com/dataforseo/terraform-provider-dataforseo/internal/fakeapi"
)

// configuration is a user's configuration.
const configuration = `
terraform {
  required_providers {
    dataforseo = {
      source  = "dataforseo/dataforseo"
      version = "~> 98.7"
    }
  }
}

data "dataforseo_backlinks_summary" "site" {
  target = "explodingtopics.com"
}

output "rank" {
  value = data.dataforseo_backlinks_summary.site.rank
}
`

// testMirror installs the provider from a filesystem mirror with the archives, and runs
// init, validate and plan.
func testMirror(t *testing.T, published assets, chosen []string) {
	t.Helper()
	if !slices.Contains(chosen, host) {
		t.Skipf("no release is made for %s", host)
	}
	server := fakeapi.Start(t, fakeapi.Options{})
	tf := newTerraform(t, published)
	tf.env = append(tf.env, server.Environ()...)

	tf.testInit(t)
	tf.testLock(t, "h1:")
	tf.testValidate(t)
	planned := tf.terraform(t, "plan", "-no-color", "-input=false")
	if want := "+ rank = 371"; !strings.Contains(planned, want) {
		t.Errorf("%q is not in\n%s", want, planned)
	}
	testUserAgent(t, server)
	tf.testLockPlatforms(t, chosen)
}

// terraform is Terraform or OpenTofu with a configuration and a mirror.
type terraform struct {
	workdir
	path    string // of the executable
	config  string // the CLI configuration
	address string // of the provider
	mirror  string // a directory
}

// newTerraform writes the configuration, and the archives into a mirror.
func newTerraform(t *testing.T, published assets) terraform {
	t.Helper()
	dir := t.TempDir()
	tf := terraform{
		workdir: workdir{filepath.Join(dir, "work"), environ()},
		path:    acctest.Path(t),
		config:  filepath.Join(dir, "terraform.tfrc"),
		address: "registry.terraform.io/dataforseo/dataforseo",
		mirror:  filepath.Join(dir, "mirror"),
	}
	tf.env = append(tf.env, "CHECKPOINT_DISABLE=1", "TF_CLI_CONFIG_FILE="+tf.config)
	write(t, tf.config, fmt.Appendf(nil, "provider_installation {\n  filesystem_mirror {\n    path = %q\n  }\n}\n", filepath.ToSlash(tf.mirror)))
	write(t, filepath.Join(tf.dir, "main.tf"), []byte(configuration))
	if strings.HasPrefix(tf.terraform(t, "version"), "OpenTofu") {
		tf.address = "registry.opentofu.org/dataforseo/dataforseo"
	}
	for name, content := range published {
		if strings.HasSuffix(name, ".zip") {
			write(t, filepath.Join(tf.mirror, filepath.FromSlash(tf.address), name), content)
		}
	}
	return tf
}

// terraform runs a Terraform command.
func (tf terraform) terraform(t *testing.T, args ...string) string {
	t.Helper()
	return tf.run(t, tf.path, args...)
}

func write(t *testing.T, path string, content []byte) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, content, 0o644); err != nil {
		t.Fatal(err)
	}
}

func (tf terraform) testInit(t *testing.T) {
	t.Helper()
	output := tf.terraform(t, "init", "-no-color", "-input=false")
	if want := "Installed dataforseo/dataforseo v" + version; !strings.Contains(output, want) {
		t.Errorf("%q is not in\n%s", want, output)
	}
}

func (tf terraform) testValidate(t *testing.T) {
	t.Helper()
	var result struct {
		Valid        bool
		WarningCount int `json:"warning_count"`
	}
	if err := json.Unmarshal([]byte(tf.terraform(t, "validate", "-json")), &result); err != nil {
		t.Fatal(err)
	}
	if !result.Valid || result.WarningCount > 0 {
		t.Errorf("got %+v, want valid without warnings", result)
	}
}

// testUserAgent checks that the provider sends its version to DataForSEO.
func testUserAgent(t *testing.T, server *fakeapi.Server) {
	t.Helper()
	requests := server.Requests()
	if len(requests) != 1 {
		t.Fatalf("%d requests, want 1", len(requests))
	}
	want := regexp.MustCompile(`^terraform-provider-dataforseo/` + regexp.QuoteMeta(version) + ` Terraform/\d+\.\d+\.\d+$`)
	if got := requests[0].UserAgent; !want.MatchString(got) {
		t.Errorf("User-Agent: %q, want %s", got, want)
	}
}

// locked is a hash in a lock file, with its kind.
var locked = regexp.MustCompile(`"((?:h1|zh):)[^"]+"`)

// testLock checks that the lock file has the version of the provider, and hashes of the
// kinds in want, in this order. A mirror gives hashes of an archive's content (h1).
// Hashes of archives (zh) come from a registry's checksums.
func (tf terraform) testLock(t *testing.T, want ...string) {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(tf.dir, ".terraform.lock.hcl"))
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range []string{`provider "` + tf.address + `" {`, `  version     = "` + version + `"`, `  constraints = "~> 98.7"`} {
		if !strings.Contains(string(content), line+"\n") {
			t.Errorf("%s is not in\n%s", line, content)
		}
	}
	var kinds []string
	for _, hash := range locked.FindAllSubmatch(content, -1) {
		kinds = append(kinds, string(hash[1]))
	}
	if !slices.Equal(kinds, want) {
		t.Errorf("want the hashes %q in\n%s", want, content)
	}
}

// testLockPlatforms locks the archives for several platforms.
func (tf terraform) testLockPlatforms(t *testing.T, chosen []string) {
	t.Helper()
	args := []string{"providers", "lock", "-no-color", "-fs-mirror=" + tf.mirror}
	for _, platform := range chosen {
		args = append(args, "-platform="+platform)
	}
	tf.terraform(t, args...)
	tf.testLock(t, slices.Repeat([]string{"h1:"}, len(chosen))...)
}
