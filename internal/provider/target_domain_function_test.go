package provider_test

import (
	"regexp"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfversion"
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
				ExpectError: regexp.MustCompile(`(?s)"localhost"\s+doesn't\s+name\s+a\s+domain:\s+its\s+host\s+has\s+no\s+dot`),
			},
			{Config: call(`null`), ExpectError: regexp.MustCompile(`argument must not be null`)},
		},
	})
}
