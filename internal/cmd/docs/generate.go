package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/cmd/internal/terraform"
)

// providerName is how tfplugindocs calls the provider and looks for its schema.
const providerName = "dataforseo"

// configuration is the least that makes Terraform load the provider.
const configuration = `terraform {
  required_providers {
    dataforseo = { source = "dataforseo/dataforseo" }
  }
}
`

// generate returns the pages that belong to the repository in root. They are made
// in a temporary directory, so that nothing is left half written.
func generate(ctx context.Context, root string, environ []string) (pages, error) {
	executable, err := terraform.Find(ctx)
	if err != nil {
		return nil, err
	}
	workspace, err := terraform.NewWorkspace(ctx, executable, root, environ)
	if err != nil {
		return nil, err
	}
	generated, err := generateIn(ctx, workspace, root)
	return generated, errors.Join(err, workspace.Close())
}

func generateIn(ctx context.Context, workspace *terraform.Workspace, root string) (pages, error) {
	schema, err := writeSchema(ctx, workspace)
	if err != nil {
		return nil, err
	}
	source := filepath.Join(workspace.Dir, "source")
	for _, name := range []string{"templates", "examples"} {
		if err := os.CopyFS(filepath.Join(source, name), os.DirFS(filepath.Join(root, name))); err != nil {
			return nil, err
		}
	}
	if err := tfplugindocs(ctx, root, "generate", "--provider-dir", source, "--provider-name", providerName, "--providers-schema", schema); err != nil {
		return nil, err
	}
	if err := tfplugindocs(ctx, root, "validate", "--provider-dir", source, "--provider-name", providerName, "--providers-schema", schema); err != nil {
		return nil, err
	}
	return readPages(filepath.Join(source, docsDir))
}

// writeSchema writes the provider's schema as Terraform tells it, and returns the file.
func writeSchema(ctx context.Context, workspace *terraform.Workspace) (string, error) {
	dir := filepath.Join(workspace.Dir, "schema")
	if err := os.Mkdir(dir, 0o700); err != nil {
		return "", err
	}
	if err := os.WriteFile(filepath.Join(dir, "main.tf"), []byte(configuration), 0o600); err != nil {
		return "", err
	}
	output, err := workspace.Run(ctx, dir, nil, "providers", "schema", "-json")
	if err != nil {
		return "", err
	}
	if output, err = underShortName(output); err != nil {
		return "", err
	}
	if err := checkFunctions(output); err != nil {
		return "", err
	}
	file := filepath.Join(workspace.Dir, "schema.json")
	return file, os.WriteFile(file, output, 0o600)
}

// underShortName files the one provider of a schema under its short name: its full
// one names another registry with OpenTofu, and tfplugindocs knows neither.
func underShortName(schema []byte) ([]byte, error) {
	var document struct {
		FormatVersion string                     `json:"format_version"`
		Providers     map[string]json.RawMessage `json:"provider_schemas"`
	}
	if err := json.Unmarshal(schema, &document); err != nil {
		return nil, fmt.Errorf("the provider's schema: %w", err)
	}
	if len(document.Providers) != 1 {
		return nil, fmt.Errorf("the schema is of %d providers, not of one", len(document.Providers))
	}
	for address, provider := range document.Providers {
		delete(document.Providers, address)
		document.Providers[providerName] = provider
	}
	return json.Marshal(document)
}

// errNoFunctions is of a schema that holds less than the provider has.
var errNoFunctions = errors.New("the schema is without the provider's functions: this needs Terraform 1.8 or later, or OpenTofu")

// checkFunctions fails if a schema, with the provider under its short name, comes
// from a Terraform that has no functions yet: pages would be missing then.
func checkFunctions(schema []byte) error {
	var document struct {
		Providers map[string]struct {
			Functions json.RawMessage `json:"functions"`
		} `json:"provider_schemas"`
	}
	if err := json.Unmarshal(schema, &document); err != nil {
		return fmt.Errorf("the provider's schema: %w", err)
	}
	if document.Providers[providerName].Functions == nil {
		return errNoFunctions
	}
	return nil
}

// tfplugindocs runs the tool in the version of its module, internal/tools/docs.
func tfplugindocs(ctx context.Context, root string, args ...string) error {
	command := terraform.Command(ctx, filepath.Join(root, "internal", "tools", "docs"), "go", append([]string{"tool", "tfplugindocs"}, args...)...)
	if output, err := command.CombinedOutput(); err != nil {
		return fmt.Errorf("tfplugindocs %s: %w\n%s", args[0], err, output)
	}
	return nil
}
