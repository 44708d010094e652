package terraform

import (
	"context"
	"os"
	"os/exec"
	"time"
)

// interruptGrace is how long an interrupted command may take to end by itself.
const interruptGrace = 20 * time.Second

// Command returns a command that is interrupted, not killed, when ctx ends: so
// Terraform ends its providers too.
func Command(ctx context.Context, dir, name string, args ...string) *exec.Cmd {
	command := exec.CommandContext(ctx, name, args...)
	command.Dir = dir
	command.Cancel = func() error { return interrupt(command.Process) }
	command.WaitDelay = interruptGrace
	detach(command)
	return command
}

// interrupt interrupts a process, or kills it where that is all the system can do.
func interrupt(process *os.Process) error {
	if err := process.Signal(os.Interrupt); err != nil {
		return process.Kill()
	}
	return nil
}
