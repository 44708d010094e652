package terraform

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"sync"
)

// Provider is a process of the provider that waits for commands of Terraform's, so
// that its caller can look at the process. Terraform starts and ends one of its own
// for every step otherwise.
type Provider struct {
	// PID is the process's id.
	PID int
	// Reattach is the variable of the environment with which a command of
	// [Workspace.Run] uses this process, in place of one of its own.
	Reattach string

	command *exec.Cmd
	ended   chan struct{} // closed when the process has ended
	err     error         // why it ended; read it after ended only
}

// StartProvider starts the provider with extra added to the environment, in which it
// finds its credentials: those of [Workspace.Run] do not reach it. It is interrupted
// when ctx ends. The caller must call [Provider.Stop].
func (w *Workspace) StartProvider(ctx context.Context, extra []string) (*Provider, error) {
	command := Command(ctx, w.Dir, w.provider, "-debug")
	command.Env = append(slices.Clone(w.environ), extra...)
	announcement := &announcement{made: make(chan string, 1)}
	stderr := &beginning{}
	command.Stdout, command.Stderr = announcement, stderr
	if err := command.Start(); err != nil {
		return nil, fmt.Errorf("start the provider: %w", err)
	}
	p := &Provider{PID: command.Process.Pid, command: command, ended: make(chan struct{})}
	go func() {
		defer close(p.ended)
		p.err = command.Wait()
	}()
	select {
	case addresses := <-announcement.made:
		p.Reattach = reattachVariable + "=" + everywhere(addresses)
		return p, nil
	case <-p.ended:
		return nil, fmt.Errorf("start the provider: it ended (%s)\n%s", command.ProcessState, strings.TrimSpace(string(stderr.text)))
	}
}

// Stop ends the process and returns what it has used.
func (p *Provider) Stop() (*os.ProcessState, error) {
	// It may have ended by itself, and says below with what.
	_ = interrupt(p.command.Process)
	<-p.ended
	if _, exited := errors.AsType[*exec.ExitError](p.err); p.err != nil && !exited {
		return nil, fmt.Errorf("stop the provider: %w", p.err)
	}
	return p.command.ProcessState, nil
}

const reattachVariable = "TF_REATTACH_PROVIDERS"

// announced is how a provider says where it is, in the ways of a Unix shell and of
// PowerShell. The value is JSON without a quote.
var announced = regexp.MustCompile(reattachVariable + `='([^'\r\n]*)'`)

// announcement waits for what a provider says when it is ready.
type announcement struct {
	made chan string // has room for one

	mu   sync.Mutex
	text []byte
	done bool
}

// Write implements [io.Writer].
func (a *announcement) Write(text []byte) (int, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.done {
		return len(text), nil
	}
	a.text = append(a.text, text...)
	if found := announced.FindSubmatch(a.text); found != nil {
		a.made <- string(found[1])
		a.done, a.text = true, nil
	}
	return len(text), nil
}

// maxBeginning is more than a provider says before it is ready or has failed, in bytes.
const maxBeginning = 64 << 10

// beginning keeps the beginning of what is written. A provider writes everything to
// its log, megabytes in all, and leaves it to Terraform to choose.
type beginning struct{ text []byte }

// Write implements [io.Writer].
func (b *beginning) Write(text []byte) (int, error) {
	b.text = append(b.text, text[:min(len(text), maxBeginning-len(b.text))]...)
	return len(text), nil
}

// everywhere makes what a provider says of itself under Terraform's default registry
// good for OpenTofu's as well: a configuration names none.
func everywhere(addresses string) string {
	const terraforms, opentofus = `{"registry.terraform.io/`, `{"registry.opentofu.org/`
	entry, found := strings.CutPrefix(addresses, terraforms)
	entry, closed := strings.CutSuffix(entry, "}")
	if !found || !closed {
		return addresses
	}
	return terraforms + entry + strings.Replace(opentofus, "{", ",", 1) + entry + "}"
}
