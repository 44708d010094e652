package provider_test

import (
	"maps"
	"regexp"
	"slices"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfversion"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/fakeapi"
)

// TestTargetDomain uses the function as configurations do. What it makes of which
// value is tested where it is worked out.
func TestTargetDomain(t *testing.T) {
	t.Parallel()
	call := func(value string) string {
		return `output "domain" { value = provider::dataforseo::target_domain(` + value + `) }`
	}
	resource.UnitTest(t, resource.TestCase{
		TerraformVersionChecks:   []tfversion.TerraformVersionCheck{tfversion.SkipBelow(tfversion.Version1_8_0)},
		ProtoV6ProviderFactories: factories(),
		Steps: []resource.TestStep{
			{
				Config:            call(`"https://WWW.Example.com:443/x"`),
				ConfigStateChecks: []statecheck.StateCheck{statecheck.ExpectKnownOutputValue("domain", knownvalue.StringExact("example.com"))},
			},
			{
				Config:      call(`"localhost"`),
				ExpectError: regexp.MustCompile(`(?s)"localhost"\s+names\s+no\s+domain:\s+"localhost"\s+is\s+a\s+name\s+without\s+a\s+dot`),
			},
			{Config: call(`null`), ExpectError: regexp.MustCompile(`argument must not be null`)},
		},
	})
}

// TestTargetDomain_forEach runs the example: zones whose names are written in
// different ways and stand for one domain are one read, and are found under its name.
func TestTargetDomain_forEach(t *testing.T) {
	t.Parallel()
	skipBelow(t, tfversion.Version1_8_0, "a function of a provider")
	server := fakeapi.Start(t, fakeapi.Options{})
	tf := newRecipe(t, "functions/target_domain", server)
	outputs := tf.plannedOutputs()
	scores, _ := outputs["spam_scores"].(map[string]any)
	if domains := slices.Sorted(maps.Keys(scores)); !slices.Equal(domains, []string{"example.com", "shop.example"}) || server.Calls() != 2 {
		t.Errorf("%d calls, %v", server.Calls(), outputs)
	}
	// What names no domain stops the plan before anything is asked.
	tf.edit("function.tf", `"example.com."`, `"localhost"`)
	tf.walk(server, step{[]string{"plan"}, 1, 0, `"localhost" names no domain`})
}
