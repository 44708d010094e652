package recipes_test

import (
	"fmt"
	"regexp"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/tfversion"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/acctest"
	"github.com/dataforseo/terraform-provider-dataforseo/internal/fakeapi"
)

// failedRun matches a failed run in the output of "terraform test".
var failedRun = regexp.MustCompile(`(?m)^  run "(\w+)"\.\.\. fail`)

// TestRecipe_tests checks that the examples' own tests pass without calls to DataForSEO.
// Terraform must ignore tests for OpenTofu, and OpenTofu those that it has its own for.
func TestRecipe_tests(t *testing.T) {
	t.Parallel()
	acctest.SkipBelow(t, tfversion.Version1_8_0, "mock_provider and functions")
	for directory, runs := range map[string]int{
		"policy-tests":                       8, // 2 of them in nested.tftest.hcl or nested.tofutest.hcl
		"policy-tests/careless":              1,
		"portfolio-module":                   1,
		"portfolio-module/modules/portfolio": 1,
	} {
		t.Run(directory, func(t *testing.T) {
			t.Parallel()
			server := fakeapi.Start(t, fakeapi.Options{})
			tf := newRecipe(t, directory, server)
			if directory == "policy-tests" {
				ignored := "tests/nested.tofutest.hcl"
				if acctest.IsOpenTofu(t) {
					ignored = "tests/nested.tftest.hcl"
				}
				tf.Write(ignored, "not a test")
			}
			tf.walk(server, step{[]string{"test"}, 0, 0, fmt.Sprintf("Success! %d passed, 0 failed.", runs)})
		})
	}
}

// TestRecipe_testsOfTests checks that the tests catch each change to the policy.
func TestRecipe_testsOfTests(t *testing.T) {
	t.Parallel()
	acctest.SkipBelow(t, tfversion.Version1_8_0, "mock_provider and functions")
	for name, c := range map[string]struct {
		part, instead string
		file, run     string // the first run that fails; the rest of its file is skipped
	}{
		"no spam score":        {"backlinks_spam_score = { max = 30 }", "backlinks = { min = 0 }", "policy", "spammy_domain_is_refused"},
		"a higher limit":       {"{ max = 30 }", "{ max = 31 }", "policy", "spammy_domain_is_refused"},
		"a lower limit":        {"{ max = 30 }", "{ max = 29 }", "policy", "good_domain_passes"},
		"no target spam score": {"target_spam_score    = { max = 20 }", "", "nested", "spammy_target_is_refused"},
		"another domain":       {"target  = var.domain", `target  = "other.example"`, "policy", "good_domain_passes"},
		"a filter":             {"target  = var.domain", "target  = var.domain\n  backlinks_filters = [\"dofollow\", \"=\", true]", "policy", "good_domain_passes"},
		"lost backlinks":       {"target  = var.domain", "target  = var.domain\n  backlinks_status_type = \"lost\"", "policy", "good_domain_passes"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := fakeapi.Start(t, fakeapi.Options{})
			tf := newRecipe(t, "policy-tests", server)
			tf.Edit("main.tf", c.part, c.instead)
			suffix := ".tftest.hcl"
			if c.file == "nested" && acctest.IsOpenTofu(t) {
				suffix = ".tofutest.hcl"
			}
			r := tf.walk(server, step{[]string{"test", "-filter=tests/" + c.file + suffix}, 1, 0, "Failure!"})
			if failed := failedRun.FindAllStringSubmatch(r.Stdout, -1); len(failed) != 1 || failed[0][1] != c.run {
				t.Errorf("failed runs: %q, want only %q\n%s", failed, c.run, r.Stdout)
			}
		})
	}
}

// TestRecipe_testsBareMock checks that the run with a bare mock catches a policy that
// passes unknown domains.
func TestRecipe_testsBareMock(t *testing.T) {
	t.Parallel()
	acctest.SkipBelow(t, tfversion.Version1_8_0, "mock_provider and functions")
	server := fakeapi.Start(t, fakeapi.Options{})
	tf := newRecipe(t, "policy-tests", server)
	tf.Edit("main.tf", "length(provider::dataforseo::violations(data.dataforseo_backlinks_summary.site, local.limits)) == 0\n", "var.domain != null\n")
	r := tf.walk(server, step{[]string{"test", "-filter=tests/policy.tftest.hcl"}, 1, 0, "Failure! 0 passed, 1 failed, 5 skipped."})
	verdict(t, "policy-tests-bare-mock", r)
}

// TestRecipe_mockedSummaries shows why tests override the outputs of the module:
// Terraform silently ignores mocked values of summaries, and OpenTofu requires every
// attribute.
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
	if acctest.IsOpenTofu(t) {
		want = step{[]string{"test"}, 1, 0, "Invalid mock/override field `summaries`"}
	}
	tf.walk(server, want)
}
