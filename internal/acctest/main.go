// Package acctest runs Terraform or OpenTofu in tests, with the provider served from
// the test process. Only tests import it.
package acctest

import (
	"context"
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/terraform"
)

// scratch is a shared directory that exists while Main runs.
var scratch string

// Main is for TestMain of packages that run Terraform, and returns the exit code. It
// isolates tests from the machine's Terraform and provider settings, and lets
// terraform-plugin-testing run OpenTofu too.
func Main(m *testing.M) int {
	clearEnvironment()
	if found, err := find(); err == nil && found.Product == "OpenTofu" && os.Getenv(terraform.PathVariable) != "" {
		os.Setenv("TF_ACC_PROVIDER_HOST", "registry.opentofu.org")
		os.Setenv("TF_ACC_PROVIDER_NAMESPACE", "dataforseo")
	}
	// Terraform's processes are short-lived. With Go's default, a quarter of their CPU time
	// is garbage collection.
	os.Setenv("GOGC", "400")
	var err error
	if scratch, err = os.MkdirTemp("", "acctest-"); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer func() { _ = os.RemoveAll(scratch) }()
	return m.Run()
}

// clearEnvironment unsets the variables that Terraform and the provider read, except
// those for tests and logs. Acceptance tests keep their credentials.
func clearEnvironment() {
	for _, variable := range os.Environ() {
		name, _, _ := strings.Cut(variable, "=")
		ofTerraform := strings.HasPrefix(name, "TF_") && !strings.HasPrefix(name, "TF_ACC") && !strings.HasPrefix(name, "TF_LOG")
		if ofTerraform || strings.HasPrefix(name, "DATAFORSEO_") && os.Getenv("TF_ACC") == "" {
			os.Unsetenv(name)
		}
	}
}

// IsOpenTofu reports whether the tests run OpenTofu.
func IsOpenTofu(t *testing.T) bool {
	t.Helper()
	return executable(t).Product == "OpenTofu"
}

// Path returns the path of the Terraform or OpenTofu under test.
func Path(t *testing.T) string {
	t.Helper()
	return executable(t).Path
}

var find = sync.OnceValues(func() (terraform.Executable, error) { return terraform.Find(context.Background()) })

func executable(t *testing.T) terraform.Executable {
	t.Helper()
	found, err := find()
	if err != nil {
		t.Fatal(err)
	}
	return found
}
