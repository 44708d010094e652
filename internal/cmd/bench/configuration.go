package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// configuration is what Terraform is given to plan: the variable targets, and one
// block that uses it.
type configuration struct {
	block string
	// said is what Terraform says when the block is done.
	said string
	// each says that it says so for each target, and not once for all.
	each bool
}

// single is a data source for each target.
func single() configuration {
	return configuration{`data "dataforseo_backlinks_summary" "sites" {
  for_each = var.targets
  target   = each.key
}
`, ": Read complete after ", true}
}

// portfolio is one data source for all targets.
func portfolio() configuration {
	return configuration{`data "dataforseo_backlinks_summaries" "sites" {
  targets = var.targets
}
`, ": Read complete after ", false}
}

// builtin is the least that Terraform can do for each target.
func builtin() configuration {
	return configuration{`resource "terraform_data" "sites" {
  for_each = var.targets
  input    = each.key
}
`, " will be created\n", true}
}

const configurationHead = `terraform {
  required_providers {
    dataforseo = {
      source = "dataforseo/dataforseo"
    }
  }
}

variable "targets" {
  type = set(string)
}

`

// write writes the configuration into a directory. The targets are a file of their
// own: range() has no more than 1024 elements.
func (c configuration) write(dir string, targets []string) error {
	if err := os.WriteFile(filepath.Join(dir, "main.tf"), []byte(configurationHead+c.block), 0o600); err != nil {
		return err
	}
	variables, err := json.Marshal(map[string][]string{"targets": targets})
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, "targets.auto.tfvars.json"), variables, 0o600)
}

// check fails unless Terraform says that all that there is to do was done.
func (c configuration) check(output []byte, targets int) error {
	want := 1
	if c.each {
		want = targets
	}
	if got := strings.Count(string(output), c.said); got != want {
		return fmt.Errorf("%q was said %d times, not %d\n%s", c.said, got, want, output)
	}
	return nil
}

// numbered returns site-0.example and so on.
func numbered(n int) []string {
	targets := make([]string, n)
	for i := range targets {
		targets[i] = fmt.Sprintf("site-%d.example", i)
	}
	return targets
}
