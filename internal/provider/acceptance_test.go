package provider_test

import (
	"context"
	"fmt"
	"os"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/fakeapi"
	"github.com/dataforseo/terraform-provider-dataforseo/internal/provider"
)

const site = "data.dataforseo_backlinks_summary.site"

// factories serve the provider to terraform-plugin-testing.
func factories() map[string]func() (tfprotov6.ProviderServer, error) {
	return map[string]func() (tfprotov6.ProviderServer, error){
		"dataforseo": func() (tfprotov6.ProviderServer, error) { return provider.NewServer("test")(), nil },
	}
}

// providerBlock configures the provider for the fake.
func providerBlock(server *fakeapi.Server) string {
	return fmt.Sprintf(`
provider "dataforseo" {
  base_url = %q
  login    = %q
  password = %q
}
`, server.URL, fakeapi.DefaultLogin, fakeapi.DefaultPassword)
}

// summaryBlock is the data source "site" with the given arguments.
func summaryBlock(arguments string) string {
	return "data \"dataforseo_backlinks_summary\" \"site\" {\n" + arguments + "\n}\n"
}

// attribute expects a value at a path below the data source "site".
func attribute(check knownvalue.Check, name string, path ...any) statecheck.StateCheck {
	at := tfjsonpath.New(name)
	for _, step := range path {
		switch step := step.(type) {
		case int:
			at = at.AtSliceIndex(step)
		case string:
			at = at.AtMapKey(step)
		}
	}
	return statecheck.ExpectKnownValue(site, at, check)
}

// unit runs steps of terraform-plugin-testing against the fake.
func unit(t *testing.T, steps ...resource.TestStep) {
	t.Helper()
	resource.UnitTest(t, resource.TestCase{ProtoV6ProviderFactories: factories(), Steps: steps})
}

// acceptanceCase is a configuration that the fake, the sandbox and the live API
// all take, and what is true of the answer wherever it comes from.
type acceptanceCase struct {
	arguments string
	checks    []statecheck.StateCheck
}

// acceptanceCases are run against the fake by TestBacklinksSummary and against the
// real thing by TestAccBacklinksSummary.
func acceptanceCases() map[string]acceptanceCase {
	answered := []statecheck.StateCheck{
		attribute(knownvalue.Bool(false), "from_cache"),
		attribute(knownvalue.NotNull(), "fetched_at"),
		attribute(knownvalue.Null(), "error"),
		attribute(knownvalue.Int64Exact(20000), "response", "status_code"),
		attribute(knownvalue.Int64Exact(20000), "response", "task", "status_code"),
		attribute(knownvalue.NotNull(), "response", "task", "id"),
		attribute(knownvalue.NotNull(), "response", "cost"),
	}
	hasData := append([]statecheck.StateCheck{
		attribute(knownvalue.Bool(true), "has_data"),
		attribute(knownvalue.NotNull(), "rank"),
		attribute(knownvalue.NotNull(), "backlinks"),
		attribute(knownvalue.NotNull(), "referring_links_tld"),
		attribute(knownvalue.Bool(false), "info", "is_ip"),
	}, answered...)
	return map[string]acceptanceCase{
		"target only": {`target = "explodingtopics.com"`, hasData},
		"every argument": {`
			target                     = "explodingtopics.com"
			include_subdomains         = true
			include_indirect_links     = false
			exclude_internal_backlinks = true
			internal_list_limit        = 3
			backlinks_status_type      = "all"
			backlinks_filters          = [["dofollow", "=", true], "and", [["page_from_rank", ">", 0], "or", ["anchor", "like", "%trend%"]]]
			rank_scale                 = "one_hundred"
			tag                        = "acceptance"
			on_error                   = "fail"
			timeouts                   = { read = "5m" }`, hasData},
		"filters as JSON": {`
			target            = "explodingtopics.com"
			backlinks_filters = jsonencode(["dofollow", "=", true])`, hasData},
		"page": {`target = "https://explodingtopics.com/blog"`, answered},
	}
}

// TestAccBacklinksSummary asks the sandbox or the live API, whichever the
// environment names, which costs money on the live one.
//
//nolint:paralleltest // DataForSEO asks for a steady rate
func TestAccBacklinksSummary(t *testing.T) {
	for name, c := range acceptanceCases() {
		t.Run(name, func(t *testing.T) {
			resource.Test(t, resource.TestCase{
				PreCheck:                 func() { requireCredentials(t) },
				ProtoV6ProviderFactories: factories(),
				Steps:                    []resource.TestStep{{Config: summaryBlock(c.arguments), ConfigStateChecks: c.checks}},
			})
		})
	}
}

// TestAccBulk does the same for two targets, with as little as is true of both.
//
//nolint:paralleltest // DataForSEO asks for a steady rate
func TestAccBulk(t *testing.T) {
	resource.Test(t, resource.TestCase{
		PreCheck:                 func() { requireCredentials(t) },
		ProtoV6ProviderFactories: factories(),
		Steps: []resource.TestStep{{
			Config: bulkBlock("targets = [\"dataforseo.com\", \"https://dataforseo.com/\"]\nrank_scale = \"one_hundred\"\ntag = \"acceptance\""),
			ConfigStateChecks: []statecheck.StateCheck{
				expectBulk(knownvalue.NotNull(), "summaries", "dataforseo.com", "has_data"),
				expectBulk(knownvalue.NotNull(), "summaries", "https://dataforseo.com/", "has_data"),
				expectBulk(knownvalue.MapSizeExact(0), "errors"),
				expectBulk(knownvalue.ListSizeExact(1), "responses"),
			},
		}},
	})
}

func requireCredentials(t *testing.T) {
	t.Helper()
	for _, name := range []string{"DATAFORSEO_LOGIN", "DATAFORSEO_PASSWORD"} {
		if os.Getenv(name) == "" {
			t.Skipf("%s is not set: acceptance tests against DataForSEO need an account's credentials. "+
				"DATAFORSEO_SANDBOX=true makes them free.", name)
		}
	}
}

// attributePath is the path of a top-level attribute.
func attributePath(name string) tfjsonpath.Path { return tfjsonpath.New(name) }

// expectCalls is a plan check on the number of calls so far.
type expectCalls struct {
	server *fakeapi.Server
	want   int
}

// CheckPlan implements plancheck.PlanCheck.
func (e expectCalls) CheckPlan(_ context.Context, _ plancheck.CheckPlanRequest, resp *plancheck.CheckPlanResponse) {
	if got := e.server.Calls(); got != e.want {
		resp.Error = fmt.Errorf("%d calls so far, want %d", got, e.want)
	}
}
