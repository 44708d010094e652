package terraform

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"time"
)

// interruptGrace is how long an interrupted command may take to exit.
const interruptGrace = 20 * time.Second

// Command returns a command that is interrupted, not killed, when ctx ends, so that
// Terraform can stop its providers.
func Command(ctx context.Context, dir, name string, args ...string) *exec.Cmd {
	command := exec.CommandContext(ctx, name, args...)
	command.Dir = dir
	command.Cancel = func() error {
		if err := command.Process.Signal(os.Interrupt); err != nil {
			return command.Process.Kill() // Windows has no interrupts
		}
		return nil
	}
	command.WaitDelay = interruptGrace
	detach(command)
	return command
}

// Go runs the go command in dir and returns its output.
func Go(ctx context.Context, dir string, args ...string) (string, error) {
	output, err := Command(ctx, dir, "go", args...).Output()
	return strings.TrimSpace(string(output)), withStderr(err)
}

// withStderr adds a command's standard error to its error.
func withStderr(err error) error {
	if exit, ok := errors.AsType[*exec.ExitError](err); ok && len(exit.Stderr) > 0 {
		return fmt.Errorf("%w\n%s", err, strings.TrimSpace(string(exit.Stderr)))
	}
	return err
}
