package recipes_test

import (
	"maps"
	"slices"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/tfversion"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/acctest"
	"github.com/dataforseo/terraform-provider-dataforseo/internal/fakeapi"
)

// TestRecipe_targetDomain checks that different spellings of a domain share one read.
func TestRecipe_targetDomain(t *testing.T) {
	t.Parallel()
	acctest.SkipBelow(t, tfversion.Version1_8_0, "a function of a provider")
	server := fakeapi.Start(t, fakeapi.Options{})
	tf := newRecipe(t, "functions/target_domain", server)
	outputs := tf.PlannedOutputs()
	scores, _ := outputs["spam_scores"].(map[string]any)
	if domains := slices.Sorted(maps.Keys(scores)); !slices.Equal(domains, []string{"example.com", "shop.example"}) || server.Calls() != 2 {
		t.Errorf("%d calls, %v", server.Calls(), outputs)
	}
	// An invalid name stops the plan before anything is paid.
	tf.Edit("function.tf", `"example.com."`, `"localhost"`)
	tf.walk(server, step{[]string{"plan"}, 1, 0, `"localhost" doesn't name a domain`})
}
