package recipes_test

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/acctest"
)

// forks is the first step of each workflow. Under a condition, the job would be skipped,
// which GitHub counts as passed.
const forks = `    steps:
      # A skipped job would count as passed, so this one fails.
      - if: github.event_name == 'pull_request' && github.event.pull_request.head.repo.full_name != github.repository
        run: |
          echo "::error::Forks have no secrets. A maintainer must push this branch to this repository."
          exit 1
`

// TestWorkflows checks that the workflows of all examples refuse forks, and bound what a
// push costs.
func TestWorkflows(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob(filepath.Join(examples, "*", "github-actions.yml"))
	if err != nil || len(files) < 4 {
		t.Fatalf("found only %q (%v)", files, err)
	}
	for _, file := range files {
		workflow := string(acctest.ReadFile(t, file))
		for _, part := range []string{
			forks, "permissions:\n  contents: read\n", "    timeout-minutes: ", `      DATAFORSEO_SANDBOX: "false"` + "\n",
			"      DATAFORSEO_CACHE_TTL: 24h\n", "      DATAFORSEO_SPENDING_LIMIT_USD: ", "uses: actions/cache/save@", "init -input=false\n", "plan -input=false",
		} {
			if !strings.Contains(workflow, part) {
				t.Errorf("%s doesn't contain\n%s", file, part)
			}
		}
		if strings.Contains(workflow, "\n    if: ") {
			t.Errorf("%s skips a job", file)
		}
	}
}
