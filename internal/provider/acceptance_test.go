package provider_test

import (
	"fmt"
	"os"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/fakeapi"
	"github.com/dataforseo/terraform-provider-dataforseo/internal/provider"
)

// TestFakeAcceptance runs the acceptance test against the fake.
func TestFakeAcceptance(t *testing.T) {
	t.Parallel()
	step := acceptanceStep()
	unit(t, fakeapi.Start(t, fakeapi.Options{}), step.Config, step.ConfigStateChecks...)
}

// unit applies a configuration with the fake, and checks the state. It runs Terraform a
// dozen times: a test of one attribute or message can use [rpc] or acctest.
func unit(t *testing.T, server *fakeapi.Server, config string, checks ...statecheck.StateCheck) {
	t.Helper()
	config = fmt.Sprintf("provider \"dataforseo\" {\n  base_url = %q\n  login    = %q\n  password = %q\n}\n",
		server.URL, fakeapi.DefaultLogin, fakeapi.DefaultPassword) + config
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: factories(),
		Steps:                    []resource.TestStep{{Config: config, ConfigStateChecks: checks}},
	})
}

// TestAcc reads the same from the sandbox or the live API, depending on the environment.
// The live API charges for it.
//
//nolint:paralleltest // DataForSEO asks for a steady rate
func TestAcc(t *testing.T) {
	resource.Test(t, resource.TestCase{
		PreCheck:                 func() { requireCredentials(t) },
		ProtoV6ProviderFactories: factories(),
		Steps:                    []resource.TestStep{acceptanceStep()},
	})
}

func factories() map[string]func() (tfprotov6.ProviderServer, error) {
	return map[string]func() (tfprotov6.ProviderServer, error){
		"dataforseo": func() (tfprotov6.ProviderServer, error) { return provider.NewServer("test")(), nil },
	}
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

// acceptanceStep reads what the fake, the sandbox and the live API all accept, and checks
// what all of them answer.
func acceptanceStep() resource.TestStep {
	step := resource.TestStep{
		Config: bulkBlock("targets = [\"dataforseo.com\", \"https://dataforseo.com/\"]\nrank_scale = \"one_hundred\"\ntag = \"acceptance\""),
		ConfigStateChecks: []statecheck.StateCheck{
			expect(bulk, knownvalue.NotNull(), "summaries", "dataforseo.com", "has_data"),
			expect(bulk, knownvalue.NotNull(), "summaries", "https://dataforseo.com/", "has_data"),
			expect(bulk, knownvalue.MapSizeExact(0), "errors"),
			expect(bulk, knownvalue.ListSizeExact(1), "responses"),
		},
	}
	for name, arguments := range acceptanceArguments() {
		address := "data." + summaryType + "." + name
		step.Config += dataBlock(summaryType, name, arguments)
		step.ConfigStateChecks = append(step.ConfigStateChecks,
			expect(address, knownvalue.Bool(false), "from_cache"),
			expect(address, knownvalue.NotNull(), "fetched_at"),
			expect(address, knownvalue.Null(), "error"),
			expect(address, knownvalue.Int64Exact(20000), "response", "status_code"),
			expect(address, knownvalue.Int64Exact(20000), "response", "task", "status_code"),
			expect(address, knownvalue.NotNull(), "response", "task", "id"),
			expect(address, knownvalue.NotNull(), "response", "cost"),
		)
		if name != "page" { // which may have no data
			step.ConfigStateChecks = append(step.ConfigStateChecks,
				expect(address, knownvalue.Bool(true), "has_data"),
				expect(address, knownvalue.NotNull(), "rank"),
				expect(address, knownvalue.NotNull(), "backlinks"),
				expect(address, knownvalue.NotNull(), "referring_links_tld"),
				expect(address, knownvalue.Bool(false), "info", "is_ip"),
			)
		}
	}
	return step
}

// acceptanceArguments returns the arguments of each data source.
func acceptanceArguments() map[string]string {
	return map[string]string{
		"target_only": `target = "explodingtopics.com"`,
		"every_argument": `
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
			timeouts                   = { read = "5m" }`,
		"filters_as_JSON": `
			target            = "explodingtopics.com"
			backlinks_filters = jsonencode(["dofollow", "=", true])`,
		"page": `target = "https://explodingtopics.com/blog"`,
	}
}

// expect expects a value at a path of a data source.
func expect(address string, check knownvalue.Check, name string, keys ...string) statecheck.StateCheck {
	at := tfjsonpath.New(name)
	for _, key := range keys {
		at = at.AtMapKey(key)
	}
	return statecheck.ExpectKnownValue(address, at, check)
}
