package recipes_test

import (
	"fmt"
	"testing"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/acctest"
	"github.com/dataforseo/terraform-provider-dataforseo/internal/fakeapi"
)

// TestRecipe_large: the account is asked before anything is paid, and nothing is paid
// for twice.
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

// TestRecipe_largeBalance: with too little money, or an account that says nothing of
// it, the plan stops before it pays.
func TestRecipe_largeBalance(t *testing.T) {
	t.Parallel()
	poor := fakeapi.Start(t, fakeapi.Options{BalanceUSD: 0.02})
	verdict(t, "large-portfolio-balance", newRecipe(t, "large-portfolio", poor).walk(poor, step{[]string{"plan"}, 1, 0, ""}))

	// One request for five domains costs 0.02418.
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

// TestRecipe_account: the example of the account stops a plan before anything is paid.
func TestRecipe_account(t *testing.T) {
	t.Parallel()
	server := fakeapi.Start(t, fakeapi.Options{BalanceUSD: 5})
	tf := newRecipe(t, "data-sources/dataforseo_account", server)
	tf.walk(server, step{[]string{"plan"}, 0, 3, ""})
	var domains []string
	for i := range 300 {
		domains = append(domains, fmt.Sprintf("site-%d.example", i))
	}
	poor := fakeapi.Start(t, fakeapi.Options{BalanceUSD: 5})
	verdict(t, "account", newRecipe(t, "data-sources/dataforseo_account", poor).walk(poor, step{[]string{"plan", "-var=domains=" + acctest.JSON(t, domains)}, 1, 0, ""}))
}
