package cli_test

import (
	"context"
	"errors"
	"testing"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/cli"
)

// TestInterruptible checks that an error after an interrupt is ErrInterrupted.
func TestInterruptible(t *testing.T) {
	t.Parallel()
	failure := errors.New("exit status 1")
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	for name, c := range map[string]struct {
		ctx       context.Context
		err, want error
	}{
		"success":                 {t.Context(), nil, nil},
		"failure":                 {t.Context(), failure, failure},
		"success after interrupt": {ended, nil, nil},
		"failure after interrupt": {ended, failure, cli.ErrInterrupted},
	} {
		got := cli.Interruptible(c.ctx, func(ctx context.Context) error {
			if ctx != c.ctx {
				t.Errorf("%s: got another context", name)
			}
			return c.err
		})
		if got != c.want {
			t.Errorf("%s: got the error %v, want %v", name, got, c.want)
		}
	}
}

func TestQuote(t *testing.T) {
	t.Parallel()
	for value, want := range map[string]string{"/a b/c": "'/a b/c'", "/it's": `'/it'\''s'`, "$HOME": "'$HOME'", "": "''"} {
		if got := cli.Quote(value); got != want {
			t.Errorf("%s: got %s, want %s", value, got, want)
		}
	}
}

func TestGrouped(t *testing.T) {
	t.Parallel()
	for n, want := range map[int64]string{
		0: "0", 7: "7", 999: "999", 1000: "1,000", 12345: "12,345", 999999: "999,999", 1000000: "1,000,000", -100: "-100", -1000: "-1,000",
	} {
		if got := cli.Grouped(n); got != want {
			t.Errorf("%d: got %s, want %s", n, got, want)
		}
	}
}

func TestIndent(t *testing.T) {
	t.Parallel()
	if got, want := cli.Indent("a\n\n  b\n"), "  a\n\n    b\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
