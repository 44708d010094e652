package provider_test

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"testing"
)

// TestMain makes the tests independent of how Terraform is set up on the machine,
// and lets them run with OpenTofu in TF_ACC_TERRAFORM_PATH.
func TestMain(m *testing.M) {
	os.Unsetenv("TF_CLI_CONFIG_FILE")
	if path := os.Getenv("TF_ACC_TERRAFORM_PATH"); isOpenTofu(path) {
		os.Setenv("TF_ACC_PROVIDER_HOST", "registry.opentofu.org")
		os.Setenv("TF_ACC_PROVIDER_NAMESPACE", "dataforseo")
	}
	os.Exit(m.Run())
}

func isOpenTofu(path string) bool {
	if path == "" {
		return false
	}
	version, err := exec.CommandContext(context.Background(), path, "version").Output()
	return err == nil && bytes.HasPrefix(version, []byte("OpenTofu"))
}
