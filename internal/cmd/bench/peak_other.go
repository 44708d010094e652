//go:build !linux

package main

// peakMemory returns 0: this system does not tell what the memory of another process
// was at most, apart from that of the process which started it.
func peakMemory(int) (int64, error) { return 0, nil }
