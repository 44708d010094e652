//go:build !unix

package terraform

import "os/exec"

// detach does nothing, because this system has no process groups.
func detach(*exec.Cmd) {}
