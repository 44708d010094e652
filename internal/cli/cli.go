// Package cli has what the repository's commands share: handling of interrupts and
// errors, and formatting for display.
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

// ErrInterrupted means that the user interrupted the program.
var ErrInterrupted = errors.New("interrupted")

// Main runs a program with a context that ends on Ctrl-C or SIGTERM. On an error it
// prints the program's name and the error, and exits with code 1. A request for help is
// not an error.
func Main(name string, run func(ctx context.Context) error) {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := Interruptible(ctx, run)
	stop()
	if err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintf(os.Stderr, "%s: %v\n", name, err)
		os.Exit(1)
	}
}

// Interruptible calls run. Any error after the end of ctx becomes [ErrInterrupted].
func Interruptible(ctx context.Context, run func(ctx context.Context) error) error {
	err := run(ctx)
	if err != nil && ctx.Err() != nil {
		return ErrInterrupted
	}
	return err
}

// Quote quotes a value for a shell.
func Quote(value string) string { return "'" + strings.ReplaceAll(value, "'", `'\''`) + "'" }

// Grouped formats an integer with commas between the thousands.
func Grouped(n int64) string {
	digits := strconv.FormatInt(n, 10)
	for i := len(digits) - 3; i > 0 && digits[i-1] != '-'; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return digits
}

// Indent indents every non-empty line by two spaces.
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
