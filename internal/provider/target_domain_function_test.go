package provider_test

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/tfversion"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/acctest"
)

// TestTargetDomain calls the function in configurations. Its results are tested in the
// package target.
func TestTargetDomain(t *testing.T) {
	t.Parallel()
	acctest.SkipBelow(t, tfversion.Version1_8_0, "provider-defined functions")
	call := func(name, value string) string {
		return "output \"" + name + "\" { value = provider::dataforseo::target_domain(" + value + ") }\n"
	}
	if got := acctest.New(t, call("domain", `"https://WWW.Example.com:443/x"`)).PlannedOutputs()["domain"]; got != "example.com" {
		t.Errorf("got %v, want example.com", got)
	}
	r := acctest.New(t, call("local", `"localhost"`)+call("none", "null")).Run("plan", "-no-color")
	for _, want := range []string{`"localhost" doesn't name a domain: its host has no dot`, "argument must not be null"} {
		if !strings.Contains(acctest.Unwrapped(r.Stderr), want) {
			t.Errorf("no %q in\n%s", want, r.Stderr)
		}
	}
}
