package recipes_test

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
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
	acctest.SkipBelow(t, tfversion.Version1_7_0, "mock_provider")
	for directory, runs := range map[string]int{
		"policy-tests":                       8, // those of nested.tftest.hcl or nested.tofutest.hcl among them
		"policy-tests/careless":              3,
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
	acctest.SkipBelow(t, tfversion.Version1_7_0, "mock_provider")
	const spamScore = "coalesce(self.backlinks_spam_score, 101) <= 30"
	const targetSpamScore = "coalesce(try(self.info.target_spam_score, null), 101) <= 20"
	for name, c := range map[string]struct {
		part, instead string
		notices       string // the first run of its file that fails; those after it are skipped
	}{
		"no word of has_data":         {"self.has_data == true,", "", "bare_mock_is_refused"},
		"has_data may be false":       {"self.has_data == true", "self.has_data != null", "bare_mock_is_refused"},
		"has_data may be null":        {"self.has_data == true", "self.has_data != false", "failed_read_is_refused"},
		"no word of the spam score":   {spamScore + ",", "", "spammy_domain_is_refused"},
		"a higher limit":              {spamScore, "coalesce(self.backlinks_spam_score, 101) <= 31", "spammy_domain_is_refused"},
		"a lower limit":               {spamScore, "coalesce(self.backlinks_spam_score, 101) < 30", "good_domain_passes"},
		"null is the best score":      {spamScore, "coalesce(self.backlinks_spam_score, 0) <= 30", "unknown_spam_score_is_refused"},
		"no word of the target's":     {targetSpamScore + ",", "", "spammy_target_is_refused"},
		"null is the best target's":   {targetSpamScore, "coalesce(try(self.info.target_spam_score, null), 0) <= 20", "unknown_target_spam_score_is_refused"},
		"nothing is good enough":      {spamScore, "false", "good_domain_passes"},
		"another domain is looked at": {"target   = var.domain", `target   = "other.example"`, "good_domain_passes"},
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
// run, with no override to write. Alone it fails for nothing else.
func TestRecipe_testsBareMock(t *testing.T) {
	t.Parallel()
	acctest.SkipBelow(t, tfversion.Version1_7_0, "mock_provider")
	const bareMock = "mock_provider \"dataforseo\" {}\n\nrun \"bare_mock_is_refused\" {\n  command         = plan\n  expect_failures = [data.dataforseo_backlinks_summary.site]\n}\n"
	server := fakeapi.Start(t, fakeapi.Options{})
	tf := newRecipe(t, "policy-tests", server)
	if err := os.RemoveAll(filepath.Join(tf.Dir, "tests")); err != nil {
		t.Fatal(err)
	}
	tf.Write("tests/bare.tftest.hcl", bareMock)
	tf.walk(server, step{[]string{"test"}, 0, 0, "Success! 1 passed, 0 failed."})
	tf.Edit("main.tf", "self.has_data == true,", "")
	tf.walk(server, step{[]string{"test"}, 1, 0, "Failure! 0 passed, 1 failed."})

	whole := newRecipe(t, "policy-tests", server)
	whole.Edit("main.tf", "self.has_data == true,", "")
	r := whole.walk(server, step{[]string{"test", "-filter=tests/policy.tftest.hcl"}, 1, 0, "Failure! 0 passed, 1 failed, 5 skipped."})
	verdict(t, "policy-tests-bare-mock", r)
}

// TestRecipe_testsRead: Terraform and OpenTofu read what is meant for them.
func TestRecipe_testsRead(t *testing.T) {
	t.Parallel()
	acctest.SkipBelow(t, tfversion.Version1_7_0, "mock_provider")
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
