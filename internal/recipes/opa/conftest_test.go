package opa_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
)

// conftest returns the path of conftest, and builds it if it is missing or out of date.
func conftest(t *testing.T) string {
	t.Helper()
	path, err := filepath.Abs(root + "/dist/tools/conftest")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(path); err != nil {
		t.Log("Building conftest, once, which takes minutes.")
	}
	if err := buildConftest(); err != nil {
		t.Fatal(err)
	}
	return path
}

// buildConftest runs the build of "make dist/tools/conftest".
var buildConftest = sync.OnceValue(func() error {
	command := exec.Command("go", "build", "-o", "../../../dist/tools/conftest", "github.com/open-policy-agent/conftest")
	command.Dir = filepath.FromSlash(root + "/internal/tools/conftest")
	if output, err := command.CombinedOutput(); err != nil {
		return fmt.Errorf("build conftest: %w\n%s", err, output)
	}
	return nil
})
