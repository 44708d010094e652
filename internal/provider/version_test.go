package provider_test

import (
	"encoding/json"
	"testing"

	"github.com/hashicorp/go-version"
)

// terraformVersion returns the version of the Terraform or OpenTofu to test with.
func terraformVersion(t *testing.T) *version.Version {
	t.Helper()
	tf := &terraform{t: t, dir: t.TempDir(), path: terraformPath(t), env: cleanEnv()}
	var answer struct {
		Version string `json:"terraform_version"`
	}
	if err := json.Unmarshal([]byte(tf.mustRun("version", "-json").stdout), &answer); err != nil {
		t.Fatal(err)
	}
	parsed, err := version.NewVersion(answer.Version)
	if err != nil {
		t.Fatal(err)
	}
	return parsed
}
