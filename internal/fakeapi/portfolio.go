package fakeapi

import (
	"math/rand/v2"
	"slices"
	"strings"
)

// Site is a domain with chosen metrics.
type Site struct {
	Target                     string // as in a request
	Rank                       int64  // on the scale of one thousand
	Backlinks                  int64
	ReferringMainDomains       int64  // registrable domains that link to it
	SpamScore, TargetSpamScore int64  // that of its backlinks and its own, 0 to 100
	LostDate                   string // as the API writes times; "" while it is live
	Country, Server, CMS       string // "" is null in answers
}

// Portfolio returns sites with chosen metrics for demonstrations and examples. They
// include news.example with counts beyond 32 bits, expired.example, which is lost, and
// spammy.example, which fails policies. All other targets have metrics derived from
// their name.
func Portfolio() []Site {
	return []Site{
		{Target: "shop.example", Rank: 412, Backlinks: 18640, ReferringMainDomains: 1270, SpamScore: 9, TargetSpamScore: 2, Country: "DE", Server: "nginx"},
		{Target: "blog.example", Rank: 305, Backlinks: 4120, ReferringMainDomains: 588, SpamScore: 12, TargetSpamScore: 4, Country: "US", Server: "apache", CMS: "wordpress"},
		{Target: "docs.example", Rank: 468, Backlinks: 26950, ReferringMainDomains: 2140, SpamScore: 4, Country: "US", Server: "cloudflare"},
		{Target: "news.example", Rank: 893, Backlinks: 5316842907, ReferringMainDomains: 1248316, SpamScore: 6, TargetSpamScore: 1, Country: "GB", Server: "nginx"},
		{Target: "expired.example", Rank: 17, Backlinks: 96, ReferringMainDomains: 22, SpamScore: 28, TargetSpamScore: 11, LostDate: "2025-11-15 12:57:46 +00:00"},
		{Target: "spammy.example", Rank: 58, Backlinks: 9310, ReferringMainDomains: 14, SpamScore: 67, TargetSpamScore: 41, Country: "US", Server: "apache", CMS: "wordpress"},
	}
}

// ReferringDomains returns the site's metric referring_domains, as answers have it. It is
// larger than ReferringMainDomains, because it counts subdomains.
func (s Site) ReferringDomains() int64 {
	domains, _ := metricsOf(s.Target).get("referring_domains").(int64)
	return domains
}

// siteFor returns the portfolio's site for target, or one invented from seed.
func siteFor(target string, seed uint64) Site {
	sites := Portfolio()
	if i := slices.IndexFunc(sites, func(s Site) bool { return strings.EqualFold(s.Target, target) }); i >= 0 {
		return sites[i]
	}
	rng := rand.New(rand.NewPCG(seed, 1))
	domains := 30 + rng.Int64N(5000)
	return Site{
		Target:               target,
		Rank:                 100 + rng.Int64N(500),
		Backlinks:            domains * (3 + rng.Int64N(30)),
		ReferringMainDomains: domains,
		SpamScore:            rng.Int64N(25),
		TargetSpamScore:      rng.Int64N(15),
		Country:              pick(rng, "US", "DE", "GB", "FR", "NL"),
		Server:               pick(rng, "nginx", "apache", "cloudflare"),
		CMS:                  pick(rng, "", "wordpress", "drupal"),
	}
}

func pick(rng *rand.Rand, words ...string) string { return words[rng.IntN(len(words))] }
