package terraform

import (
	"os"
	"runtime"
	"slices"
	"strings"
	"testing"
)

// workspaceOf returns a workspace whose provider is the given program.
func workspaceOf(t *testing.T, source string) *Workspace {
	t.Helper()
	w, err := NewWorkspace(t.Context(), Executable{Command: "terraform"}, module(t, source), os.Environ())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := w.Close(); err != nil {
			t.Error(err)
		}
	})
	return w
}

// TestWorkspace_StartProvider starts a program that announces itself as a provider
// does, in two parts, and waits.
func TestWorkspace_StartProvider(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("there are no interrupts for processes on Windows")
	}
	w := workspaceOf(t, `package main

import ("fmt"; "os"; "os/signal")

func main() {
	interrupts := make(chan os.Signal, 1)
	signal.Notify(interrupts, os.Interrupt)
	fmt.Print("Provider started. Set the TF_REATTACH_PROVIDERS environment variable:\n\n\tTF_REATTACH_PROVIDERS='{\"registry.terraform")
	fmt.Print(".io/a/b\":{\"Login\":\"", os.Getenv("DATAFORSEO_LOGIN"), os.Args[1], "\"}}'\n\n")
	<-interrupts
	os.Exit(7)
}
`)
	p, err := w.StartProvider(t.Context(), []string{"DATAFORSEO_LOGIN=fake"})
	if err != nil {
		t.Fatal(err)
	}
	state, err := p.Stop()
	if err != nil || state.ExitCode() != 7 || state.Pid() != p.PID {
		t.Errorf("got %v, %v, want the exit code of process %d", state, err, p.PID)
	}
	want := `TF_REATTACH_PROVIDERS={"registry.terraform.io/a/b":{"Login":"fake-debug"},"registry.opentofu.org/a/b":{"Login":"fake-debug"}}`
	if p.Reattach != want {
		t.Errorf("got  %s\nwant %s", p.Reattach, want)
	}
}

func TestWorkspace_StartProvider_fails(t *testing.T) {
	t.Parallel()
	w := workspaceOf(t, `package main

import ("fmt"; "os")

func main() {
	fmt.Fprintln(os.Stderr, "no socket")
	os.Exit(3)
}
`)
	_, err := w.StartProvider(t.Context(), nil)
	if want := "start the provider: it ended (exit status 3)\nno socket"; err == nil || err.Error() != want {
		t.Errorf("got the error %v, want %s", err, want)
	}
}

func TestAnnouncement(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ text, want string }{
		"Unix":    {"\tTF_REATTACH_PROVIDERS='{\"a\":1}'\n", `{"a":1}`},
		"Windows": {"\tCommand Prompt:\tset \"TF_REATTACH_PROVIDERS={\"a\":1}\"\r\n\tPowerShell:\t$env:TF_REATTACH_PROVIDERS='{\"a\":1}'\r\n", `{"a":1}`},
		"neither": {"TF_REATTACH_PROVIDERS='{\"a\":\n1}'", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := &announcement{made: make(chan string, 1)}
			// Byte by byte, and more than once.
			for _, b := range []byte(strings.Repeat(c.text, 2)) {
				if n, err := a.Write([]byte{b}); n != 1 || err != nil {
					t.Fatal(n, err)
				}
			}
			close(a.made)
			if got := <-a.made; got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func TestBeginning(t *testing.T) {
	t.Parallel()
	var b beginning
	whole := strings.Repeat("0123456789", maxBeginning/10+2)
	for part := range slices.Chunk([]byte(whole), 7) {
		if n, err := b.Write(part); n != len(part) || err != nil {
			t.Fatal(n, err)
		}
	}
	if string(b.text) != whole[:maxBeginning] {
		t.Errorf("%d bytes are kept, of %d", len(b.text), len(whole))
	}
}

func TestEverywhere(t *testing.T) {
	t.Parallel()
	for addresses, want := range map[string]string{
		`{"registry.terraform.io/a/b":{"Pid":1}}`: `{"registry.terraform.io/a/b":{"Pid":1},"registry.opentofu.org/a/b":{"Pid":1}}`,
		`{"registry.example/a/b":{"Pid":1}}`:      `{"registry.example/a/b":{"Pid":1}}`,
	} {
		if got := everywhere(addresses); got != want {
			t.Errorf("%s: got %s, want %s", addresses, got, want)
		}
	}
}
