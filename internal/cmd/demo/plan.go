package main

import (
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

	"github.com/dataforseo/terraform-provider-dataforseo/internal/terraform"
)

// result is the outcome of terraform plan.
type result struct {
	version  string // of Terraform
	exitCode int    // of terraform plan
	errors   string // the standard error of terraform plan
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
	_, err := w.Run(ctx, dir, environ, "plan", "-no-color", "-input=false", "-out="+planFile)
	exit, refused := errors.AsType[*exec.ExitError](err)
	if _, statErr := os.Stat(planFile); statErr != nil || err != nil && !refused {
		return result{}, fmt.Errorf("there is no plan: %w", cmp.Or(err, statErr))
	}
	shown, err := w.Run(ctx, dir, nil, "show", "-json", planFile)
	if err != nil {
		return result{}, err
	}
	r, err := decodePlan(shown)
	if refused {
		r.exitCode, r.errors = exit.ExitCode(), strings.TrimSpace(string(exit.Stderr))
	}
	return r, err
}

// copyConfiguration copies the .tf files of a directory.
func copyConfiguration(from, to string) error {
	files, err := filepath.Glob(filepath.Join(from, "*.tf"))
	if err != nil {
		return err
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

// decodePlan reads the output of terraform show -json. The prior state has the data
// sources that were read, even if the plan failed. It does not have a refused domain,
// because that read failed.
func decodePlan(shown []byte) (result, error) {
	var plan struct {
		Version    string `json:"terraform_version"`
		PriorState struct {
			Values struct {
				RootModule struct {
					Resources []struct {
						Domain domain `json:"values"`
					} `json:"resources"`
				} `json:"root_module"`
			} `json:"values"`
		} `json:"prior_state"`
	}
	if err := json.Unmarshal(shown, &plan); err != nil {
		return result{}, fmt.Errorf("the plan's JSON: %w", err)
	}
	r := result{version: plan.Version}
	for _, resource := range plan.PriorState.Values.RootModule.Resources {
		r.domains = append(r.domains, resource.Domain)
	}
	slices.SortFunc(r.domains, func(a, b domain) int { return cmp.Compare(a.Target, b.Target) })
	return r, nil
}
