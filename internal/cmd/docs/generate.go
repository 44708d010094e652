package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	tfjson "github.com/hashicorp/terraform-json"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/terraform"
)

// providerName is the provider's name for tfplugindocs, which looks up the schema by
// it.
const providerName = "dataforseo"

// configuration is a minimal configuration that makes Terraform load the provider.
const configuration = `terraform {
  required_providers {
    dataforseo = { source = "dataforseo/dataforseo" }
  }
}
`

// generate returns the pages of the repository in root. It works in a temporary
// directory, so that an error leaves no partial output.
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
	for _, command := range []string{"generate", "validate"} {
		if err := tfplugindocs(ctx, root, command, "--provider-dir", source, "--provider-name", providerName, "--providers-schema", schema); err != nil {
			return nil, err
		}
	}
	return readPages(filepath.Join(source, docsDir))
}

// writeSchema writes the provider's schema, as Terraform sees it, and returns the file.
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
		return "", fmt.Errorf("the provider's schema: %w", err)
	}
	file := filepath.Join(workspace.Dir, "schema.json")
	return file, os.WriteFile(file, output, 0o600)
}

// errNoFunctions means that this Terraform has no provider-defined functions, so their
// pages would be missing.
var errNoFunctions = errors.New("it has no functions: this needs Terraform 1.8 or later, or OpenTofu")

// underShortName renames the only provider of a schema to its short name. The full name
// differs between Terraform and OpenTofu, and tfplugindocs looks for neither.
func underShortName(schema []byte) ([]byte, error) {
	var document tfjson.ProviderSchemas
	if err := json.Unmarshal(schema, &document); err != nil {
		return nil, err
	}
	if len(document.Schemas) != 1 {
		return nil, fmt.Errorf("it has %d providers, want one", len(document.Schemas))
	}
	for _, provider := range document.Schemas {
		if provider.Functions == nil {
			return nil, errNoFunctions
		}
		document.Schemas = map[string]*tfjson.ProviderSchema{providerName: provider}
	}
	return json.Marshal(document)
}

// tfplugindocs runs the version of the tool that internal/tools/docs requires.
func tfplugindocs(ctx context.Context, root string, args ...string) error {
	command := terraform.Command(ctx, filepath.Join(root, "internal", "tools", "docs"), "go", append([]string{"tool", "tfplugindocs"}, args...)...)
	if output, err := command.CombinedOutput(); err != nil {
		return fmt.Errorf("tfplugindocs %s: %w\n%s", args[0], err, output)
	}
	return nil
}
