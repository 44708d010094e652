package main

import (
	"os"
	"testing"
)

// TestPeakMemory looks at this process, which holds a page after page of what it has
// just written to.
func TestPeakMemory(t *testing.T) {
	t.Parallel()
	before, err := peakMemory(os.Getpid())
	if err != nil || before < 1<<20 {
		t.Fatalf("got %d, %v, less than a program takes", before, err)
	}
	size := int(before) + 64<<20
	held := make([]byte, size)
	for i := 0; i < size; i += os.Getpagesize() {
		held[i] = 1
	}
	after, err := peakMemory(os.Getpid())
	if err != nil || after < int64(size) {
		t.Errorf("got %d before and %d, %v after %d bytes were taken", before, after, err, size)
	}
	if held[0] != 1 {
		t.Error("the memory is not held")
	}
}

func TestPeakMemory_gone(t *testing.T) {
	t.Parallel()
	if _, err := peakMemory(1 << 30); err == nil { // more than the kernel gives out
		t.Error("no error")
	}
}
