package dataforseo

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
)

// TestPackTargets checks that random targets are packed into the least possible number
// of requests.
func TestPackTargets(t *testing.T) {
	t.Parallel()
	for seed := range uint64(20) {
		rng := rand.New(rand.NewPCG(seed, 0))
		targets, domains := randomTargets(rng)
		packed := PackTargets(targets)
		checkPacked(t, targets, packed)
		if least := max(divideUp(len(targets), maxBulkTargets), divideUp(domains, maxBulkDomains)); len(packed) != least {
			t.Errorf("seed %d: %d requests for %d targets, want %d", seed, len(packed), len(targets), least)
		}
		if t.Failed() {
			return
		}
	}
}

// randomTargets returns shuffled targets of many domains, most of which have a single one.
func randomTargets(rng *rand.Rand) (targets []string, domains int) {
	most := []int{1, 10, 40, 400}[rng.IntN(4)]
	domains = rng.IntN(450)
	for domain := range domains {
		n := 1
		if rng.IntN(20) == 0 {
			n += rng.IntN(most)
		}
		for i := range n {
			targets = append(targets, fmt.Sprintf("https://www.site-%d.co.uk/%d", domain, i))
		}
	}
	rng.Shuffle(len(targets), func(i, j int) { targets[i], targets[j] = targets[j], targets[i] })
	return targets, domains
}

// TestPackTargets_noRoom checks targets that need more requests than their number and
// the number of their domains suggest: a large domain leaves no room for 99 others.
func TestPackTargets_noRoom(t *testing.T) {
	t.Parallel()
	var targets []string
	for domain, n := range append([]int{901}, slices.Repeat([]int{5}, 199)...) {
		for i := range n {
			targets = append(targets, fmt.Sprintf("https://site-%d.example/%d", domain, i))
		}
	}
	packed := PackTargets(targets)
	checkPacked(t, targets, packed)
	if len(packed) != 3 {
		t.Errorf("%d requests, want 3", len(packed))
	}
}

// checkPacked checks that each target is in one request, and each request within the
// limits.
func checkPacked(t *testing.T, targets []string, packed [][]string) {
	t.Helper()
	for i, request := range packed {
		domains := map[string]bool{}
		for _, target := range request {
			domains[mainDomain(target)] = true
		}
		if len(request) == 0 || len(request) > 1000 || len(domains) > 100 {
			t.Errorf("request %d of %d has %d targets of %d domains", i, len(packed), len(request), len(domains))
		}
	}
	if !slices.Equal(slices.Sorted(slices.Values(slices.Concat(packed...))), slices.Sorted(slices.Values(targets))) {
		t.Errorf("the requests don't have the same %d targets", len(targets))
	}
}

// TestPackTargets_least checks that targets fit into the least number of requests at the
// edges of the limits.
func TestPackTargets_least(t *testing.T) {
	t.Parallel()
	pages := func(domain string, n int) (targets []string) {
		for i := range n {
			targets = append(targets, fmt.Sprintf("https://%s/%d", domain, i))
		}
		return targets
	}
	domains := func(n int) (targets []string) {
		for i := range n {
			targets = append(targets, fmt.Sprintf("site-%d.example", i))
		}
		return targets
	}
	for name, c := range map[string]struct {
		targets []string
		want    int
	}{
		"nothing":                  {nil, 0},
		"100 domains":              {domains(100), 1},
		"101 domains":              {domains(101), 2},
		"1000 domains":             {domains(1000), 10},
		"1000 pages":               {pages("example.com", 1000), 1},
		"2500 pages":               {pages("example.com", 2500), 3},
		"pages and domains":        {append(pages("example.com", 901), domains(99)...), 1},
		"two large domains":        {slices.Concat(domains(190), pages("a.test", 900), pages("b.test", 900)), 2},
		"subdomains of one domain": {[]string{"a.example.com", "b.example.com", "example.com", "https://www.example.com/"}, 1},
	} {
		packed := PackTargets(c.targets)
		checkPacked(t, c.targets, packed)
		if len(packed) != c.want {
			t.Errorf("%s: %d requests, want %d", name, len(packed), c.want)
		}
	}
}

func TestMainDomain(t *testing.T) {
	t.Parallel()
	for target, want := range map[string]string{
		"docs.example.com":                "example.com",
		"https://www.example.com:8443/x?": "example.com",
		"shop.example.co.uk":              "example.co.uk",
		"a.blogspot.com":                  "a.blogspot.com",
		"http://b.blogspot.com/page":      "b.blogspot.com",
		"x.a.github.io":                   "a.github.io",
		"blogspot.com":                    "blogspot.com",
		"sub.site.unknown":                "site.unknown",
		"192.0.2.1":                       "192.0.2.1",
		"http://[2001:db8::1]:80/":        "2001:db8::1",
		"xn--bcher-kva.example":           "xn--bcher-kva.example",
	} {
		if got := mainDomain(target); got != want {
			t.Errorf("%s: got %s, want %s", target, got, want)
		}
	}
}
