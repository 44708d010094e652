package main

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// The names and beginnings of the two files in CONTRIBUTING.md, which leaves out imports.
const (
	clientFile = "internal/dataforseo/backlinks_history.go"
	clientHead = `package dataforseo

import (
	"context"
	"net/http"
)

`
	providerFile = "internal/provider/backlinks_history_data_source.go"
	providerHead = `package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/dataforseo"
	"github.com/dataforseo/terraform-provider-dataforseo/internal/fastread"
)

`
)

// TestContributing_compiles checks that the example endpoint in CONTRIBUTING.md compiles.
func TestContributing_compiles(t *testing.T) {
	t.Parallel()
	var blocks []string
	for _, block := range codeBlock.FindAllStringSubmatch(read(t, ".github/CONTRIBUTING.md"), -1) {
		if block[1] == "go" {
			blocks = append(blocks, block[2])
		}
	}
	if len(blocks) != 2 {
		t.Fatalf("got %d blocks of Go, want one for the client and one for the provider", len(blocks))
	}
	root, err := filepath.Abs(repository)
	if err != nil {
		t.Fatal(err)
	}
	dir, replace := t.TempDir(), map[string]string{}
	for file, text := range map[string]string{clientFile: clientHead + blocks[0], providerFile: providerHead + blocks[1]} {
		path := filepath.Join(dir, filepath.Base(file))
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		replace[filepath.Join(root, filepath.FromSlash(file))] = path
	}
	overlay, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		t.Fatal(err)
	}
	overlayFile := filepath.Join(dir, "overlay.json")
	if err := os.WriteFile(overlayFile, overlay, 0o600); err != nil {
		t.Fatal(err)
	}
	build := exec.CommandContext(t.Context(), "go", "build", "-overlay", overlayFile, "./internal/provider")
	build.Dir = root
	if output, err := build.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, output)
	}
}

// TestContributing_files checks that the files that CONTRIBUTING.md names exist, except
// those of its example.
func TestContributing_files(t *testing.T) {
	t.Parallel()
	names := regexp.MustCompile("`((?:internal|templates|examples)/[^`]*)`").FindAllStringSubmatch(read(t, ".github/CONTRIBUTING.md"), -1)
	if len(names) < 5 {
		t.Fatalf("got only %d names of files", len(names))
	}
	for _, name := range names {
		if _, err := os.Stat(filepath.Join(repository, name[1])); err != nil && !strings.Contains(name[1], "backlinks_history") {
			t.Errorf("%s doesn't exist", name[1])
		}
	}
}

// TestMakefile checks that every target has a description of at most 100 characters.
func TestMakefile(t *testing.T) {
	t.Parallel()
	makefile := read(t, "GNUmakefile")
	_, phony, _ := strings.Cut(strings.ReplaceAll(makefile, "\\\n", ""), "\n.PHONY:")
	phony, _, _ = strings.Cut(phony, "\n")
	var described []string
	for _, line := range regexp.MustCompile(`(?m)^([a-z-]+):.*## (.*)$`).FindAllStringSubmatch(makefile, -1) {
		described = append(described, line[1])
		if len(line[2]) > 100 {
			t.Errorf("the description of %s has %d characters, want at most 100", line[1], len(line[2]))
		}
	}
	targets := strings.Fields(phony)
	slices.Sort(targets)
	slices.Sort(described)
	if !slices.Equal(targets, described) {
		t.Errorf("phony targets:     %v\ndescribed targets: %v", targets, described)
	}
}
