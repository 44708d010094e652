package acctest

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/hashicorp/go-hclog"
	"github.com/hashicorp/go-plugin"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6/tf6server"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/provider"
	"github.com/dataforseo/terraform-provider-dataforseo/internal/terraform"
)

const reattach = "TF_REATTACH_PROVIDERS"

// serve serves the provider from this process until the test ends. The provider sees
// Terraform's environment.
func (tf *Terraform) serve() {
	t := tf.T
	t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	started, stopped := make(chan *plugin.ReattachConfig), make(chan struct{})
	served := make(chan error, 1)
	cache := t.TempDir()
	newServer := provider.NewServerWithEnv("test", tf.Getenv, func() (string, error) { return cache, nil })
	go func() {
		served <- tf6server.Serve(provider.Address, newServer,
			tf6server.WithDebug(ctx, started, stopped), tf6server.WithLoggingSink(t),
			tf6server.WithGoPluginLogger(hclog.New(&hclog.LoggerOptions{Output: io.Discard})))
	}()
	t.Cleanup(func() {
		stop()
		<-stopped
	})
	select {
	case config := <-started:
		tf.Setenv(reattach, reattachJSON(t, config))
	case err := <-served:
		t.Fatalf("serve the provider: %v", err)
	}
}

func reattachJSON(t *testing.T, config *plugin.ReattachConfig) string {
	t.Helper()
	entry := map[string]any{
		"Protocol": "grpc", "ProtocolVersion": 6, "Pid": os.Getpid(), "Test": true,
		"Addr": map[string]string{"Network": config.Addr.Network(), "String": config.Addr.String()},
	}
	return JSON(t, map[string]any{
		provider.Address: entry,
		strings.Replace(provider.Address, "registry.terraform.io", "registry.opentofu.org", 1): entry,
	})
}

// UseBuilt makes Terraform use a built provider through dev_overrides. Terraform then
// starts one process per provider configuration; a provider served from here serves all
// configurations.
func (tf *Terraform) UseBuilt() {
	t := tf.T
	t.Helper()
	path, err := build()
	if err != nil {
		t.Fatal(err)
	}
	rc := filepath.Join(t.TempDir(), "terraform.rc")
	writeFile(t, rc, terraform.DevOverrides(filepath.Dir(path)))
	tf.Setenv("TF_CLI_CONFIG_FILE", rc)
	tf.Setenv(reattach, "")
}

// build builds the provider, once, into a directory that [Main] removes.
var build = sync.OnceValues(func() (string, error) {
	root, err := terraform.ModuleRoot(context.Background(), "")
	if err != nil {
		return "", err
	}
	return terraform.Build(context.Background(), root, scratch)
})
