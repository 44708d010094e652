package opa_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
)

// conftest returns the path of conftest. "make test" builds it before it runs tests;
// here it is only brought up to date, unless nobody has built it yet.
func conftest(t *testing.T) string {
	t.Helper()
	path, err := filepath.Abs(root + "/dist/tools/conftest")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(path); err != nil {
		t.Log("Building conftest, which takes minutes. It happens once, and make dist/tools/conftest does it too.")
	}
	if err := buildConftest(); err != nil {
		t.Fatal(err)
	}
	return path
}

// buildConftest does what "make dist/tools/conftest" does, within a second if there is
// nothing to do.
var buildConftest = sync.OnceValue(func() error {
	command := exec.Command("go", "build", "-o", "../../../dist/tools/conftest", "github.com/open-policy-agent/conftest")
	command.Dir = filepath.FromSlash(root + "/internal/tools/conftest")
	if output, err := command.CombinedOutput(); err != nil {
		return fmt.Errorf("build conftest: %w\n%s", err, output)
	}
	return nil
})
