//go:build unix

package terraform

import (
	"os/exec"
	"syscall"
)

// detach keeps a terminal's Ctrl-C from the command: it gets that of its context,
// and Terraform takes a second one as an order to leave everything as it is.
func detach(command *exec.Cmd) { command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} }
