package recipes_test

import (
	"fmt"
	"testing"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/acctest"
	"github.com/dataforseo/terraform-provider-dataforseo/internal/fakeapi"
)

// TestRecipe_large checks that the recipe pays for no answer twice.
func TestRecipe_large(t *testing.T) {
	t.Parallel()
	server := fakeapi.Start(t, fakeapi.Options{})
	tf := newRecipe(t, "large-portfolio", server)
	tf.walk(server,
		step{[]string{"plan"}, 0, 1, "+ paid_usd = 0.02418"},
		step{[]string{"apply", "-auto-approve"}, 0, 0, "from_cache = 5"},
		step{[]string{"plan", `-var=domains=["blog.example","shop.example"]`}, 0, 0, "from_cache = 5 -> 2"},
	)
	verdict(t, "large-portfolio", tf.walk(server, step{[]string{"plan", `-var=domains=["blog.example","no-data.example","spammy.example"]`}, 1, 1, ""}))
}

// TestRecipe_largeBalance checks that the plan stops before it pays if the balance is too
// low, or unknown.
func TestRecipe_largeBalance(t *testing.T) {
	t.Parallel()
	poor := fakeapi.Start(t, fakeapi.Options{BalanceUSD: 0.02})
	verdict(t, "large-portfolio-balance", newRecipe(t, "large-portfolio", poor).walk(poor, step{[]string{"plan"}, 1, 0, ""}))

	// One request for five domains costs 0.02418 USD.
	enough := fakeapi.Start(t, fakeapi.Options{BalanceUSD: 0.024181})
	newRecipe(t, "large-portfolio", enough).walk(enough, step{[]string{"plan"}, 0, 1, ""})

	for name, fault := range map[string]fakeapi.Fault{
		"no balance": fakeapi.Set("/tasks/0/result/0/money", "null"),
		"no price":   fakeapi.Set("/tasks/0/result/0/price", "null"),
		"no account": fakeapi.Code(40104),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := fakeapi.Start(t, fakeapi.Options{})
			server.OnPath(fakeapi.UserDataPath, fault)
			newRecipe(t, "large-portfolio", server).walk(server, step{[]string{"plan"}, 1, 0, "Error: "})
		})
	}
}

// TestRecipe_account checks that the example stops the plan before it pays.
func TestRecipe_account(t *testing.T) {
	t.Parallel()
	var domains []string
	for i := range 300 {
		domains = append(domains, fmt.Sprintf("site-%d.example", i))
	}
	poor := fakeapi.Start(t, fakeapi.Options{BalanceUSD: 5})
	verdict(t, "account", newRecipe(t, "data-sources/dataforseo_account", poor).walk(poor, step{[]string{"plan", "-var=domains=" + acctest.JSON(t, domains)}, 1, 0, ""}))
}
