//go:build unix

package bench_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime"
	"syscall"
	"testing"
	"time"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/terraform"
)

// With these environment variables, this test's executable wraps the provider: it runs the
// provider at the first path, and appends its usage to the file at the second. That adds
// 6 ms to each start of the provider.
const (
	providerVariable = "BENCH_PROVIDER"
	usageVariable    = "BENCH_USAGE"
)

// interruptible ends when the benchmarks are interrupted. They then fail, stop Terraform and
// remove their files.
var interruptible context.Context

func TestMain(m *testing.M) {
	if provider := os.Getenv(providerVariable); provider != "" {
		if err := runProvider(provider, os.Getenv(usageVariable)); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	var stop context.CancelFunc
	interruptible, stop = signal.NotifyContext(context.Background(), os.Interrupt) //nolint:fatcontext // it is set once
	code := m.Run()
	stop()
	os.Exit(code)
}

// installWrapper writes a CLI configuration that makes Terraform start this executable as
// the provider, and returns its path.
func installWrapper(w *terraform.Workspace) (string, error) {
	self, err := os.Executable()
	if err != nil {
		return "", err
	}
	bin := filepath.Join(w.Dir, "wrapper")
	if err := os.Mkdir(bin, 0o700); err != nil {
		return "", err
	}
	if err := os.Symlink(self, filepath.Join(bin, filepath.Base(w.Provider))); err != nil {
		return "", err
	}
	config := filepath.Join(w.Dir, "wrapper.tfrc")
	return config, os.WriteFile(config, []byte(terraform.DevOverrides(bin)), 0o600)
}

// usage is the resource usage of the provider's processes.
type usage struct {
	Started, Ended int
	// CPU is the processor time of all of them.
	CPU time.Duration
	// Peak is the largest resident set of any of them, in bytes. It includes that of the
	// process that starts the provider, here 7 MB.
	Peak int64
}

// runProvider runs the provider until Terraform ends it.
func runProvider(path, usageFile string) error {
	if err := appendUsage(usageFile, usage{Started: 1}); err != nil {
		return err
	}
	command := exec.CommandContext(context.Background(), path, os.Args[1:]...)
	command.Stdin, command.Stdout, command.Stderr = os.Stdin, os.Stdout, os.Stderr
	if err := command.Run(); err != nil {
		return err
	}
	used := usage{Ended: 1, CPU: command.ProcessState.UserTime() + command.ProcessState.SystemTime()}
	if rusage, ok := command.ProcessState.SysUsage().(*syscall.Rusage); ok {
		used.Peak = rusage.Maxrss
		if runtime.GOOS != "darwin" { // the others count in KiB
			used.Peak <<= 10
		}
	}
	return appendUsage(usageFile, used)
}

func appendUsage(path string, used usage) error {
	file, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	return errors.Join(json.NewEncoder(file).Encode(used), file.Close())
}

// readUsage adds up the usage that runProvider wrote. It fails if Terraform killed a
// process, which it does after two seconds.
func readUsage(path string) (usage, error) {
	file, err := os.Open(path)
	if err != nil {
		return usage{}, err
	}
	defer file.Close()
	var sum usage
	for decoder := json.NewDecoder(file); ; {
		var used usage
		if err := decoder.Decode(&used); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			return usage{}, err
		}
		sum.Started += used.Started
		sum.Ended += used.Ended
		sum.CPU += used.CPU
		sum.Peak = max(sum.Peak, used.Peak)
	}
	if sum.Started != sum.Ended {
		return usage{}, fmt.Errorf("%d of %d processes of the provider were killed: nobody knows what they used", sum.Started-sum.Ended, sum.Started)
	}
	return sum, nil
}
