package opa_test

import (
	"encoding/json"
	"fmt"
	"os/exec"
	"strings"
	"testing"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/acctest"
	"github.com/dataforseo/terraform-provider-dataforseo/internal/fakeapi"
)

// conditions has one of every kind of condition.
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

// conditional is a plan with conditions and whether the line of the guide lets it pass.
type conditional struct {
	name     string
	more     string   // arguments of the data source
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
	{name: "deferred", more: "depends_on = [terraform_data.pending]"},
	{name: "-target=ASSET", args: []string{"-target=terraform_data.zone"}},
	{name: "-target=OTHER", applied: true, args: []string{"-target=terraform_data.other", spammy}},
	{name: "-destroy", applied: true, args: []string{"-destroy"}},
}

// TestRecipe_opaChecks runs the line of the guide that looks at the conditions of a
// plan, without any policy, and writes down what each has come to.
func TestRecipe_opaChecks(t *testing.T) {
	t.Parallel()
	line := shown(t, "jq -e -s ")
	var table strings.Builder
	fmt.Fprintf(&table, "%-23s %-7s %-7s %-7s %-7s jq\n", "", "data", "asset", "output", "check")
	for _, c := range conditionals {
		table.WriteString(c.row(t, line) + "\n")
	}
	acctest.Golden(t, "checks", table.String())
}

// TestRecipe_opaChecksExclude is what OpenTofu alone can do.
func TestRecipe_opaChecksExclude(t *testing.T) {
	t.Parallel()
	canExclude(t)
	c := conditional{name: "-exclude", applied: true, args: []string{"-exclude=data.dataforseo_backlinks_summary.site", spammy}}
	c.row(t, shown(t, "jq -e -s "))
}

// row plans, runs the line and returns what the plan says of its conditions.
func (c conditional) row(t *testing.T, line string) string {
	t.Helper()
	tf := recipe{acctest.New(t, strings.Replace(conditions, "# more", c.more, 1))}
	tf.Use(fakeapi.Start(t, fakeapi.Options{NamedFaults: true}))
	if c.applied {
		tf.MustRun("apply", "-auto-approve")
	}
	tf.writePlan(c.planExit, c.args...)
	verdict := "passes"
	if !tf.passesLine(line) {
		verdict = "stops"
	}
	if (verdict == "passes") != c.passes {
		t.Errorf("%s: it %s", c.name, verdict)
	}
	return fmt.Sprintf("%-23s %s %s", c.name, tf.statuses(), verdict)
}

// passesLine runs the line, and fails the test if it does not end as a judgment.
func (tf recipe) passesLine(line string) bool {
	tf.T.Helper()
	if _, err := exec.LookPath("jq"); err != nil {
		tf.T.Skip("there is no jq: ", err)
	}
	output, err := tf.shell(line)
	if passes := err == nil; output != fmt.Sprintln(passes) {
		tf.T.Fatalf("%v\n%s", err, output)
	}
	return err == nil
}

// statuses is what the plan says of its conditions.
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

// TestRecipe_opaChecksOfNothing: the line stops where there is nothing to look at.
func TestRecipe_opaChecksOfNothing(t *testing.T) {
	t.Parallel()
	line := shown(t, "jq -e -s ")
	tf := recipe{acctest.New(t, "")}
	for name, plan := range map[string]string{
		"no conditions": `{"terraform_version": "1.11.4"}`, "no conditions any more": `{"checks": []}`, "null": `{"checks": null}`,
		"no status": `{"checks": [{}]}`, "an empty file": "",
	} {
		tf.Write("plan.json", plan)
		if tf.passesLine(line) {
			t.Errorf("%s passes", name)
		}
	}
}

// shown returns the line of the guide that begins so.
func shown(t *testing.T, prefix string) string {
	t.Helper()
	for line := range strings.Lines(string(acctest.ReadFile(t, root+"/templates/guides/opa.md.tmpl"))) {
		if strings.HasPrefix(line, prefix) {
			return line
		}
	}
	t.Fatalf("the guide shows no line that begins with %q", prefix)
	return ""
}
