package main

import (
	"fmt"
	"os"
	"regexp"
	"strconv"
)

var highWaterMark = regexp.MustCompile(`(?m)^VmHWM:\s*(\d+) kB$`)

// peakMemory returns the most memory in bytes that was ever resident of a process
// that runs. What wait4 says after its end will not do: its maximum begins with that
// of the process which started it, this one.
func peakMemory(pid int) (int64, error) {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0, err
	}
	found := highWaterMark.FindSubmatch(status)
	if found == nil {
		return 0, fmt.Errorf("there is no VmHWM in /proc/%d/status", pid)
	}
	kibibytes, err := strconv.ParseInt(string(found[1]), 10, 64)
	return kibibytes << 10, err
}
