package main

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	tfjson "github.com/hashicorp/terraform-json"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/cmd/internal/terraform"
)

// result is the outcome of terraform plan.
type result struct {
	version  string // of Terraform
	exitCode int    // of terraform plan
	// diagnostics are the errors and warnings, in order of appearance.
	diagnostics []tfjson.Diagnostic
	// domains in alphabetical order.
	domains []domain
}

// domain is the plan's data about one domain. Nil is null in Terraform.
type domain struct {
	Target           string `json:"target"`
	Rank             *int64 `json:"rank"`
	SpamScore        *int64 `json:"backlinks_spam_score"`
	ReferringDomains *int64 `json:"referring_domains"`
	Backlinks        *int64 `json:"backlinks"`
	Passed           *bool  `json:"passed"`
}

// planWith plans a copy of the configuration in from, so that existing state and
// variables there do not change the result. A refused plan is a result, not an error.
func planWith(ctx context.Context, w *terraform.Workspace, from string, environ []string) (result, error) {
	dir, planFile := filepath.Join(w.Dir, "configuration"), filepath.Join(w.Dir, "plan")
	if err := copyConfiguration(from, dir); err != nil {
		return result{}, err
	}
	output, err := w.Run(ctx, dir, environ, "plan", "-json", "-input=false", "-out="+planFile)
	exit, exited := errors.AsType[*exec.ExitError](err)
	if err != nil && !exited {
		return result{}, err
	}
	diagnostics := decodeDiagnostics(output)
	if _, statErr := os.Stat(planFile); statErr != nil {
		return result{}, fmt.Errorf("there is no plan: %w\n%s", cmp.Or(err, statErr), explanation(diagnostics, output))
	}
	shown, err := w.Run(ctx, dir, nil, "show", "-json", planFile)
	if err != nil {
		return result{}, err
	}
	r, err := decodePlan(shown)
	r.diagnostics = diagnostics
	if exited {
		r.exitCode = exit.ExitCode()
	}
	return r, err
}

// copyConfiguration copies the .tf files of a directory.
func copyConfiguration(from, to string) error {
	files, err := filepath.Glob(filepath.Join(from, "*.tf"))
	if err != nil {
		return err
	}
	if len(files) == 0 {
		return fmt.Errorf("there is no configuration in %s", from)
	}
	if err := os.MkdirAll(to, 0o700); err != nil {
		return err
	}
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(to, filepath.Base(file)), content, 0o600); err != nil {
			return err
		}
	}
	return nil
}

// devOverrides is the summary of Terraform's warning about a provider built from
// source. The demo has already said so.
const devOverrides = "Provider development overrides are in effect"

// decodeDiagnostics returns the diagnostics in the output of terraform plan -json,
// which has one JSON object per line. See
// https://developer.hashicorp.com/terraform/internals/machine-readable-ui.
func decodeDiagnostics(output []byte) []tfjson.Diagnostic {
	var diagnostics []tfjson.Diagnostic
	for line := range bytes.Lines(output) {
		var message struct {
			Type       string            `json:"type"`
			Diagnostic tfjson.Diagnostic `json:"diagnostic"`
		}
		if json.Unmarshal(line, &message) == nil && message.Type == "diagnostic" && message.Diagnostic.Summary != devOverrides {
			diagnostics = append(diagnostics, message.Diagnostic)
		}
	}
	return diagnostics
}

// explanation returns why there is no plan: the diagnostics, or the whole output if
// there are none.
func explanation(diagnostics []tfjson.Diagnostic, output []byte) string {
	if len(diagnostics) == 0 {
		return string(bytes.TrimSpace(output))
	}
	var b strings.Builder
	for _, d := range diagnostics {
		fmt.Fprintf(&b, "\n%s", diagnosticText(d))
	}
	return b.String()
}

// decodePlan reads the output of terraform show -json. The prior state has the data
// sources that were read, even if the plan failed. A domain that was refused is not
// there, as its read failed.
func decodePlan(shown []byte) (result, error) {
	var plan tfjson.Plan
	plan.UseJSONNumber(true)
	if err := json.Unmarshal(shown, &plan); err != nil {
		return result{}, fmt.Errorf("the plan's JSON: %w", err)
	}
	r := result{version: plan.TerraformVersion}
	if plan.PriorState == nil || plan.PriorState.Values == nil || plan.PriorState.Values.RootModule == nil {
		return r, nil
	}
	for _, resource := range plan.PriorState.Values.RootModule.Resources {
		if resource.Type != "dataforseo_backlinks_summary" {
			continue
		}
		var d domain
		if err := decodeValues(resource.AttributeValues, &d); err != nil {
			return result{}, fmt.Errorf("%s: %w", resource.Address, err)
		}
		r.domains = append(r.domains, d)
	}
	slices.SortFunc(r.domains, func(a, b domain) int { return cmp.Compare(a.Target, b.Target) })
	return r, nil
}

// decodeValues decodes the attributes of a data source into a struct.
func decodeValues(values map[string]any, into any) error {
	text, err := json.Marshal(values)
	if err != nil {
		return err
	}
	return json.Unmarshal(text, into)
}
