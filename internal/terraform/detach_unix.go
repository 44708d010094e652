//go:build unix

package terraform

import (
	"os/exec"
	"syscall"
)

// detach keeps a terminal's Ctrl-C from the command, which its context already
// interrupts: Terraform treats a second interrupt as an order to exit at once.
func detach(command *exec.Cmd) { command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} }
