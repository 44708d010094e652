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

	"github.com/dataforseo/terraform-provider-dataforseo/internal/cmd/internal/terraform"
)

// result is what Terraform made of the configuration, in its own words and numbers.
type result struct {
	// version of Terraform.
	version string
	// exitCode of terraform plan.
	exitCode int
	// diagnostics are the errors and warnings, in the order of their appearance.
	diagnostics []diagnostic
	// domains in alphabetical order.
	domains []domain
}

// planWith plans a copy of the configuration in the directory from, so that no
// state and no variables which a person keeps there have a say. A plan that is
// refused is a result, not an error.
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

// copyConfiguration copies the .tf files of one directory.
func copyConfiguration(from, to string) error {
	if err := os.MkdirAll(to, 0o700); err != nil {
		return err
	}
	files, err := filepath.Glob(filepath.Join(from, "*.tf"))
	if err != nil {
		return err
	}
	if len(files) == 0 {
		return fmt.Errorf("there is no configuration in %s", from)
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

// diagnostic is an error or a warning of Terraform's.
// See https://developer.hashicorp.com/terraform/internals/machine-readable-ui.
type diagnostic struct {
	Severity string `json:"severity"`
	Summary  string `json:"summary"`
	Detail   string `json:"detail"`
	Range    *struct {
		Filename string `json:"filename"`
		Start    struct {
			Line int `json:"line"`
		} `json:"start"`
	} `json:"range"`
	Snippet *struct {
		Context *string `json:"context"`
	} `json:"snippet"`
}

// devOverrides is the summary of the warning that Terraform gives whenever a
// provider is built from source. It says nothing that the demo has not said.
const devOverrides = "Provider development overrides are in effect"

// decodeDiagnostics reads the diagnostics from the output of terraform plan -json,
// one JSON object a line. Lines of other kinds are passed over.
func decodeDiagnostics(output []byte) []diagnostic {
	var diagnostics []diagnostic
	for line := range bytes.Lines(output) {
		var message struct {
			Type       string     `json:"type"`
			Diagnostic diagnostic `json:"diagnostic"`
		}
		if json.Unmarshal(line, &message) != nil || message.Type != "diagnostic" || message.Diagnostic.Summary == devOverrides {
			continue
		}
		diagnostics = append(diagnostics, message.Diagnostic)
	}
	return diagnostics
}

// explanation says what Terraform said instead of a plan: its diagnostics, or
// everything where there are none.
func explanation(diagnostics []diagnostic, output []byte) string {
	if len(diagnostics) == 0 {
		return string(bytes.TrimSpace(output))
	}
	var b strings.Builder
	for _, d := range diagnostics {
		fmt.Fprintf(&b, "\n%s", d)
	}
	return b.String()
}

// domain is what the plan says of one domain. A nil is a null in Terraform.
type domain struct {
	target           string
	rank             *int64
	spamScore        *int64
	referringDomains *int64
	backlinks        *int64
	costUSD          float64
	// status of the policy as Terraform has it: pass, fail, error or unknown.
	status string
}

// planJSON is the part that matters of the output of terraform show -json.
// See https://developer.hashicorp.com/terraform/internals/json-format.
type planJSON struct {
	TerraformVersion string `json:"terraform_version"`
	// PriorState holds what data sources gave, also when the plan failed.
	PriorState struct {
		Values struct {
			RootModule struct {
				Resources []resourceJSON `json:"resources"`
			} `json:"root_module"`
		} `json:"values"`
	} `json:"prior_state"`
	Checks []struct {
		Instances []struct {
			Address struct {
				ToDisplay string `json:"to_display"`
			} `json:"address"`
			Status string `json:"status"`
		} `json:"instances"`
	} `json:"checks"`
}

type resourceJSON struct {
	Address string `json:"address"`
	Type    string `json:"type"`
	Values  struct {
		Target             string `json:"target"`
		Rank               *int64 `json:"rank"`
		BacklinksSpamScore *int64 `json:"backlinks_spam_score"`
		ReferringDomains   *int64 `json:"referring_domains"`
		Backlinks          *int64 `json:"backlinks"`
		Response           struct {
			Cost float64 `json:"cost"`
		} `json:"response"`
	} `json:"values"`
}

// decodePlan reads version and domains from a plan.
func decodePlan(shown []byte) (result, error) {
	var plan planJSON
	if err := json.Unmarshal(shown, &plan); err != nil {
		return result{}, fmt.Errorf("the plan's JSON: %w", err)
	}
	statuses := map[string]string{}
	for _, check := range plan.Checks {
		for _, instance := range check.Instances {
			statuses[instance.Address.ToDisplay] = instance.Status
		}
	}
	r := result{version: plan.TerraformVersion}
	for _, resource := range plan.PriorState.Values.RootModule.Resources {
		if resource.Type == "dataforseo_backlinks_summary" {
			r.domains = append(r.domains, resource.domain(statuses[resource.Address]))
		}
	}
	slices.SortFunc(r.domains, func(a, b domain) int { return cmp.Compare(a.target, b.target) })
	return r, nil
}

func (r resourceJSON) domain(status string) domain {
	return domain{
		target:           r.Values.Target,
		rank:             r.Values.Rank,
		spamScore:        r.Values.BacklinksSpamScore,
		referringDomains: r.Values.ReferringDomains,
		backlinks:        r.Values.Backlinks,
		costUSD:          r.Values.Response.Cost,
		status:           status,
	}
}
