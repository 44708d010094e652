package provider_test

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"strings"
	"testing"
)

// TestMain makes the tests independent of how Terraform and the provider are set up on
// the machine, and lets them run with OpenTofu in TF_ACC_TERRAFORM_PATH.
func TestMain(m *testing.M) {
	unsetWhatIsSetUp()
	if path := os.Getenv("TF_ACC_TERRAFORM_PATH"); isOpenTofu(path) {
		os.Setenv("TF_ACC_PROVIDER_HOST", "registry.opentofu.org")
		os.Setenv("TF_ACC_PROVIDER_NAMESPACE", "dataforseo")
	}
	os.Exit(m.Run())
}

// unsetWhatIsSetUp removes what Terraform and the provider heed from the environment, but
// for what is there for tests, and logs. Tests of a real account need what is set up.
func unsetWhatIsSetUp() {
	for _, variable := range os.Environ() {
		name, _, _ := strings.Cut(variable, "=")
		ofTerraform := strings.HasPrefix(name, "TF_") && !strings.HasPrefix(name, "TF_ACC") && !strings.HasPrefix(name, "TF_LOG")
		if ofTerraform || strings.HasPrefix(name, "DATAFORSEO_") && os.Getenv("TF_ACC") == "" {
			os.Unsetenv(name)
		}
	}
}

func isOpenTofu(path string) bool {
	if path == "" {
		return false
	}
	version, err := exec.CommandContext(context.Background(), path, "version").Output()
	return err == nil && bytes.HasPrefix(version, []byte("OpenTofu"))
}
