package acctest

import (
	"encoding/json"
	"sync"
	"testing"

	"github.com/hashicorp/go-version"
)

var (
	readVersion      sync.Once
	versionUnderTest *version.Version
)

// Version returns the version of the Terraform or OpenTofu under test.
func Version(t *testing.T) *version.Version {
	t.Helper()
	readVersion.Do(func() { versionUnderTest = runVersion(t) })
	if versionUnderTest == nil {
		t.Fatal("no version of Terraform, see the first test that failed")
	}
	return versionUnderTest
}

func runVersion(t *testing.T) *version.Version {
	t.Helper()
	tf := newTerraform(t)
	var answer struct {
		Version string `json:"terraform_version"`
	}
	if err := json.Unmarshal([]byte(tf.MustRun("version", "-json").Stdout), &answer); err != nil {
		t.Fatal(err)
	}
	parsed, err := version.NewVersion(answer.Version)
	if err != nil {
		t.Fatal(err)
	}
	return parsed
}

// SkipBelow skips a test of a feature that older versions lack. OpenTofu continues
// Terraform's version numbers, and its oldest supported version has every feature
// tested here.
func SkipBelow(t *testing.T, minimum *version.Version, what string) {
	t.Helper()
	if have := Version(t); have.LessThan(minimum) {
		t.Skipf("%s came with Terraform %s, this is %s", what, minimum, have)
	}
}
