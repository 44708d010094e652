package opa_test

import (
	"encoding/json"
	"encoding/xml"
	"os/exec"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/tfversion"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/acctest"
	"github.com/dataforseo/terraform-provider-dataforseo/internal/fakeapi"
)

// TestRecipe_opaReports checks that the reports of report.sh agree, and that its exit code
// is the policy's.
func TestRecipe_opaReports(t *testing.T) {
	t.Parallel()
	acctest.SkipBelow(t, tfversion.Version1_6_0, "errored in a plan")
	if _, err := exec.LookPath("jq"); err != nil {
		t.Skip(err)
	}
	for name, c := range map[string]struct {
		domains string
		refused int
	}{
		"passed":  {`["docs.example"]`, 0},
		"refused": {`["docs.example", "no-data.example", "spammy.example"]`, 4},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tf := newRecipe(t, fakeapi.Start(t, fakeapi.Options{}))
			tf.writePlan(0, "-var=domains="+c.domains)
			tf.Setenv("GITHUB_STEP_SUMMARY", "summary.md")
			annotations, err := tf.shell("sh report.sh")
			if refuses := err != nil; refuses != (c.refused > 0) {
				t.Errorf("%v\n%s", err, annotations)
			}
			acctest.Golden(t, "report-"+name+".github", annotations)
			acctest.Golden(t, "report-"+name+".summary", tf.Read("summary.md"))
			if failures := tf.junitFailures(); failures != c.refused {
				t.Errorf("JUnit: %d failures, want %d\n%s", failures, c.refused, tf.Read("policy.xml"))
			}
			if errors := tf.sarifErrors(); errors != c.refused {
				t.Errorf("SARIF: %d errors, want %d\n%s", errors, c.refused, tf.Read("policy.sarif"))
			}
		})
	}
}

// TestRecipe_opaReportsFail checks that report.sh fails without a plan.
func TestRecipe_opaReportsFail(t *testing.T) {
	t.Parallel()
	tf := newRecipe(t, fakeapi.Start(t, fakeapi.Options{}))
	if output, err := tf.shell("sh report.sh"); err == nil {
		t.Errorf("it passes without plan.json\n%s", output)
	}
}

// TestRecipe_opaWarnings shows why the policy has no warnings: conftest's JUnit report
// counts them as failures.
func TestRecipe_opaWarnings(t *testing.T) {
	t.Parallel()
	tf := newRecipe(t, fakeapi.Start(t, fakeapi.Options{}))
	tf.Write("policy/dataforseo.rego", "package main\n\nwarn contains \"It is only a warning.\"\n")
	tf.Write("policy/dataforseo_test.rego", "package main_test\n")
	tf.Write("plan.json", "{}")
	tf.Write("policy.xml", tf.conftest("test", "-o", "junit", "plan.json").Stdout)
	if failures := tf.junitFailures(); failures != 1 {
		t.Errorf("got %d failures, want 1\n%s", failures, tf.Read("policy.xml"))
	}
}

func (tf recipe) junitFailures() int {
	tf.T.Helper()
	var report struct {
		Suites []struct {
			Failures int `xml:"failures,attr"`
		} `xml:"testsuite"`
	}
	if err := xml.Unmarshal([]byte(tf.Read("policy.xml")), &report); err != nil || len(report.Suites) != 1 {
		tf.T.Fatalf("%v\n%s", err, tf.Read("policy.xml"))
	}
	return report.Suites[0].Failures
}

func (tf recipe) sarifErrors() int {
	tf.T.Helper()
	var report struct {
		Runs []struct{ Results []struct{ Level string } }
	}
	if err := json.Unmarshal([]byte(tf.Read("policy.sarif")), &report); err != nil || len(report.Runs) != 1 {
		tf.T.Fatalf("%v\n%s", err, tf.Read("policy.sarif"))
	}
	errors := 0
	for _, result := range report.Runs[0].Results {
		if result.Level == "error" {
			errors++
		}
	}
	return errors
}
