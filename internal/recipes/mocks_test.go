package recipes_test

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-testing/tfversion"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/acctest"
	"github.com/dataforseo/terraform-provider-dataforseo/internal/fakeapi"
)

// outcome matches what "terraform test" says of a run.
var outcome = regexp.MustCompile(`(?m)^  run "(\w+)"\.\.\. (pass|fail|skip)`)

// outcomes returns the runs of a test by what became of them.
func outcomes(r acctest.Result) map[string][]string {
	runs := map[string][]string{}
	for _, match := range outcome.FindAllStringSubmatch(r.Stdout, -1) {
		runs[match[2]] = append(runs[match[2]], match[1])
	}
	return runs
}

// TestRecipe_tests: the tests of the recipe pass and ask nobody.
func TestRecipe_tests(t *testing.T) {
	t.Parallel()
	acctest.SkipBelow(t, tfversion.Version1_8_0, "mock_provider and functions")
	for directory, runs := range map[string]int{
		"policy-tests":                       8, // those of nested.tftest.hcl or nested.tofutest.hcl among them
		"policy-tests/careless":              1,
		"portfolio-module":                   1,
		"portfolio-module/modules/portfolio": 1,
	} {
		t.Run(directory, func(t *testing.T) {
			t.Parallel()
			server := fakeapi.Start(t, fakeapi.Options{})
			newRecipe(t, directory, server).walk(server,
				step{[]string{"test"}, 0, 0, fmt.Sprintf("Success! %d passed, 0 failed.", runs)})
		})
	}
}

// TestRecipe_testsOfTests: whatever is taken away from the policy, a test notices,
// and it is the one that says what went missing.
func TestRecipe_testsOfTests(t *testing.T) {
	t.Parallel()
	acctest.SkipBelow(t, tfversion.Version1_8_0, "mock_provider and functions")
	for name, c := range map[string]struct {
		part, instead string
		notices       string // the first run of its file that fails; those after it are skipped
	}{
		"no word of the spam score":   {"backlinks_spam_score = { max = 30 }", "backlinks = { min = 0 }", "spammy_domain_is_refused"},
		"a higher limit":              {"{ max = 30 }", "{ max = 31 }", "spammy_domain_is_refused"},
		"a lower limit":               {"{ max = 30 }", "{ max = 29 }", "good_domain_passes"},
		"no word of the target's":     {"target_spam_score    = { max = 20 }", "", "spammy_target_is_refused"},
		"another domain is looked at": {"target  = var.domain", `target  = "other.example"`, "good_domain_passes"},
		"a filter":                    {"target  = var.domain", "target  = var.domain\n  backlinks_filters = [\"dofollow\", \"=\", true]", "good_domain_passes"},
		"lost backlinks":              {"target  = var.domain", "target  = var.domain\n  backlinks_status_type = \"lost\"", "good_domain_passes"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := fakeapi.Start(t, fakeapi.Options{})
			tf := newRecipe(t, "policy-tests", server)
			tf.Edit("main.tf", c.part, c.instead)
			r := tf.walk(server, step{[]string{"test"}, 1, 0, "Failure!"})
			if diff := cmp.Diff([]string{c.notices}, outcomes(r)["fail"]); diff != "" {
				t.Errorf("runs that fail (-want +got):\n%s\n%s", diff, r.Stdout)
			}
		})
	}
}

// TestRecipe_testsBareMock: a policy that a bare mock passes is noticed by that one
// run, with no override to write.
func TestRecipe_testsBareMock(t *testing.T) {
	t.Parallel()
	acctest.SkipBelow(t, tfversion.Version1_8_0, "mock_provider and functions")
	server := fakeapi.Start(t, fakeapi.Options{})
	tf := newRecipe(t, "policy-tests", server)
	tf.Edit("main.tf", "length(provider::dataforseo::violations(data.dataforseo_backlinks_summary.site, local.limits)) == 0\n", "var.domain != null\n")
	r := tf.walk(server, step{[]string{"test", "-filter=tests/policy.tftest.hcl"}, 1, 0, "Failure! 0 passed, 1 failed, 5 skipped."})
	verdict(t, "policy-tests-bare-mock", r)
}

// TestRecipe_mockedSummaries is why the tests of a module give its outputs: Terraform
// ignores mocked values of summaries without a word, and OpenTofu wants every attribute.
func TestRecipe_mockedSummaries(t *testing.T) {
	t.Parallel()
	acctest.SkipBelow(t, tfversion.Version1_7_0, "mock_provider")
	const values = `{ summaries = { "shop.example" = { has_data = true, backlinks_spam_score = 67 } } }`
	server := fakeapi.Start(t, fakeapi.Options{})
	tf := newConfiguration(t, `
		data "dataforseo_backlinks_summaries" "portfolio" {
		  targets = ["shop.example"]
		}
		output "summaries" { value = data.dataforseo_backlinks_summaries.portfolio.summaries }
	`, server)
	tf.Write("mocked.tftest.hcl", `
		mock_provider "dataforseo" {
		  mock_data "dataforseo_backlinks_summaries" {
		    defaults = `+values+`
		  }
		}
		run "defaults" {
		  assert {
		    condition     = length(output.summaries) == 0
		    error_message = "They are no longer ignored."
		  }
		}
		run "override" {
		  override_data {
		    target = data.dataforseo_backlinks_summaries.portfolio
		    values = `+values+`
		  }
		  assert {
		    condition     = length(output.summaries) == 0
		    error_message = "They are no longer ignored."
		  }
		}
	`)
	want := step{[]string{"test"}, 0, 0, "Success! 2 passed, 0 failed."}
	if acctest.IsOpenTofu(tf.Path) {
		want = step{[]string{"test"}, 1, 0, "Invalid mock/override field `summaries`"}
	}
	tf.walk(server, want)
}

// TestRecipe_testsRead: Terraform and OpenTofu read what is meant for them.
func TestRecipe_testsRead(t *testing.T) {
	t.Parallel()
	acctest.SkipBelow(t, tfversion.Version1_8_0, "mock_provider and functions")
	server := fakeapi.Start(t, fakeapi.Options{})
	tf := newRecipe(t, "policy-tests", server)
	reads, ignores := "nested.tftest.hcl", "nested.tofutest.hcl"
	if acctest.IsOpenTofu(tf.Path) {
		reads, ignores = ignores, reads
	}
	tf.Write("tests/"+ignores, "this is no test")
	r := tf.walk(server, step{[]string{"test"}, 0, 0, "tests/" + reads + "... pass"})
	if want := []string{"pass"}; !slices.Equal(slices.Collect(maps.Keys(outcomes(r))), want) {
		t.Errorf("not all runs passed\n%s", r.Stdout)
	}
}
