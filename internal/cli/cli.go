// Package cli is what the helper programs of this repository have in common: they end
// when they are interrupted, say what failed, and write numbers and values for people.
// It must know nothing of what they do.
package cli

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"strconv"
	"strings"
	"syscall"
)

// ErrInterrupted is why a program failed that was interrupted.
var ErrInterrupted = errors.New("interrupted")

// Main runs a program, whose context ends with Ctrl-C or SIGTERM. If it fails, Main
// says so in the program's name and ends the process with exit code 1. To have
// asked for help is no failure.
func Main(name string, run func(ctx context.Context) error) {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := Interruptible(ctx, run)
	stop()
	if err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintf(os.Stderr, "%s: %v\n", name, err)
		os.Exit(1)
	}
}

// Interruptible runs something. A failure after the context's end is
// [ErrInterrupted], whatever it was that failed.
func Interruptible(ctx context.Context, run func(ctx context.Context) error) error {
	err := run(ctx)
	if err != nil && ctx.Err() != nil {
		return ErrInterrupted
	}
	return err
}

// Quote quotes a value for a shell.
func Quote(value string) string { return "'" + strings.ReplaceAll(value, "'", `'\''`) + "'" }

// Grouped writes an integer with a comma between thousands.
func Grouped[T int | int64](n T) string {
	digits := strconv.FormatInt(int64(n), 10)
	for i := len(digits) - 3; i > 0 && digits[i-1] != '-'; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return digits
}

// Indent puts two spaces before every line that is not empty.
func Indent(text string) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		if strings.TrimSpace(line) != "" {
			b.WriteString("  ")
		}
		b.WriteString(line)
	}
	return b.String()
}
