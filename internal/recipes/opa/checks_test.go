package opa_test

import (
	"encoding/json"
	"fmt"
	"os/exec"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/tfversion"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/acctest"
	"github.com/dataforseo/terraform-provider-dataforseo/internal/fakeapi"
)

// conditions is a configuration with one condition of every kind.
const conditions = `
variable "domain" { default = "shop.example" }
variable "rank" { default = 1 }

resource "terraform_data" "pending" {}

data "dataforseo_backlinks_summary" "site" {
  target       = var.domain
  require      = { backlinks_spam_score = { max = 30 } }
  on_violation = "warn"
  on_error     = "warn"
  # more
  lifecycle {
    postcondition {
      condition     = self.passed == true
      error_message = "It does not pass."
    }
  }
}

resource "terraform_data" "zone" {
  input = var.domain
  lifecycle {
    precondition {
      condition     = data.dataforseo_backlinks_summary.site.passed == true
      error_message = "It does not pass."
    }
  }
}

resource "terraform_data" "other" {}

output "domain" {
  value = terraform_data.zone.output
  precondition {
    condition     = data.dataforseo_backlinks_summary.site.passed == true
    error_message = "It does not pass."
  }
}

check "rank" {
  assert {
    condition     = coalesce(data.dataforseo_backlinks_summary.site.rank, -1) >= var.rank
    error_message = "The rank is too low."
  }
}
`

// conditional is a plan and whether the guide's jq command passes it.
type conditional struct {
	name     string
	applied  bool     // before the plan, with a good domain
	args     []string // of the plan
	planExit int
	passes   bool
}

const spammy = "-var=domain=spammy.example"

var conditionals = []conditional{
	{name: "good", passes: true},
	{name: "good, -refresh-only", applied: true, args: []string{"-refresh-only"}, passes: true},
	{name: "refused", args: []string{spammy}, planExit: 1},
	{name: "refused, -refresh-only", applied: true, args: []string{"-refresh-only", spammy}},
	{name: "refused, -refresh=false", applied: true, args: []string{"-refresh=false", spammy}, planExit: 1},
	{name: "no data", args: []string{"-var=domain=no-data.example"}, planExit: 1},
	{name: "failed read", args: []string{"-var=domain=error-40501.example"}, planExit: 1},
	{name: "warning of the check", args: []string{"-var=rank=1001"}},
	{name: "deferred"},
	{name: "-target=ASSET", args: []string{"-target=terraform_data.zone"}},
	{name: "-target=OTHER", applied: true, args: []string{"-target=terraform_data.other", spammy}},
	{name: "-destroy", applied: true, args: []string{"-destroy"}},
}

// TestRecipe_opaChecks runs the guide's jq command on the conditions of each plan. A
// golden file has their statuses.
func TestRecipe_opaChecks(t *testing.T) {
	t.Parallel()
	command := jqCommand(t)
	fresh, applied := newConditions(t, conditions), newConditions(t, conditions)
	applied.MustRun("apply", "-auto-approve")
	deferred := newConditions(t, strings.Replace(conditions, "# more", "depends_on = [terraform_data.pending]", 1))
	var table strings.Builder
	fmt.Fprintf(&table, "%-23s %-7s %-7s %-7s %-7s jq\n", "", "data", "asset", "output", "check")
	for _, c := range conditionals {
		tf := fresh
		switch {
		case c.applied:
			tf = applied
		case c.name == "deferred":
			tf = deferred
		}
		table.WriteString(c.row(tf, command) + "\n")
	}
	acctest.Golden(t, "checks", table.String())
}

// TestRecipe_opaChecksExclude checks the same for -exclude, which only OpenTofu has.
func TestRecipe_opaChecksExclude(t *testing.T) {
	t.Parallel()
	if !acctest.IsOpenTofu(t) {
		t.Skip("Terraform has no -exclude")
	}
	acctest.SkipBelow(t, tfversion.Version1_9_0, "-exclude")
	tf := newConditions(t, conditions)
	tf.MustRun("apply", "-auto-approve")
	c := conditional{name: "-exclude", args: []string{"-exclude=data.dataforseo_backlinks_summary.site", spammy}}
	c.row(tf, jqCommand(t))
}

func newConditions(t *testing.T, config string) recipe {
	t.Helper()
	tf := recipe{acctest.New(t, config)}
	tf.Use(fakeapi.Start(t, fakeapi.Options{NamedFaults: true}))
	return tf
}

// row plans, runs the jq command, and returns the statuses of the conditions.
func (c conditional) row(tf recipe, command string) string {
	tf.T.Helper()
	tf.writePlan(c.planExit, c.args...)
	verdict := "passes"
	if !tf.passesJQ(command) {
		verdict = "stops"
	}
	if (verdict == "passes") != c.passes {
		tf.T.Errorf("%s: the plan %s", c.name, verdict)
	}
	return fmt.Sprintf("%-23s %s %s", c.name, tf.statuses(), verdict)
}

// passesJQ runs the jq command, whose exit code and output must agree.
func (tf recipe) passesJQ(command string) bool {
	tf.T.Helper()
	if _, err := exec.LookPath("jq"); err != nil {
		tf.T.Skip(err)
	}
	output, err := tf.shell(command)
	if passes := err == nil; output != fmt.Sprintln(passes) {
		tf.T.Fatalf("%v\n%s", err, output)
	}
	return err == nil
}

// statuses returns the statuses of the conditions in plan.json.
func (tf recipe) statuses() string {
	tf.T.Helper()
	var plan struct {
		Checks []struct {
			Address struct {
				Kind, Mode string
			}
			Status string
		}
	}
	if err := json.Unmarshal([]byte(tf.Read("plan.json")), &plan); err != nil {
		tf.T.Fatal(err)
	}
	status := map[string]string{}
	for _, check := range plan.Checks {
		status[check.Address.Mode+check.Address.Kind] = check.Status
	}
	return fmt.Sprintf("%-7s %-7s %-7s %-7s", status["dataresource"], status["managedresource"], status["output_value"], status["check"])
}

// TestRecipe_opaChecksOfNothing checks that no plan passes the jq command without
// conditions.
func TestRecipe_opaChecksOfNothing(t *testing.T) {
	t.Parallel()
	command := jqCommand(t)
	tf := recipe{acctest.New(t, "")}
	for name, plan := range map[string]string{
		"no conditions": `{"terraform_version": "1.11.4"}`, "an empty list": `{"checks": []}`, "null": `{"checks": null}`,
		"no status": `{"checks": [{}]}`, "an empty file": "",
	} {
		tf.Write("plan.json", plan)
		if tf.passesJQ(command) {
			t.Errorf("%s passes", name)
		}
	}
}

// jqCommand returns the guide's command for conditions.
func jqCommand(t *testing.T) string {
	t.Helper()
	const prefix = "jq -e -s "
	for line := range strings.Lines(string(acctest.ReadFile(t, root+"/templates/guides/opa.md.tmpl"))) {
		if strings.HasPrefix(line, prefix) {
			return line
		}
	}
	t.Fatalf("the guide has no command that begins with %q", prefix)
	return ""
}
