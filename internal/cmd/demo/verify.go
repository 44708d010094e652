package main

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/fakeapi"
)

// refusedDomain is the one domain of the configuration that does not pass.
const refusedDomain = "spammy.example"

// verify checks that what was shown is what should have happened: the policy, and
// nothing else, refused one domain and let the others pass; every number is the
// one that was served; and every domain was asked for once.
func verify(r result, fake *fakeapi.Server) error {
	var problems []error
	expect := func(ok bool, format string, args ...any) {
		if !ok {
			problems = append(problems, fmt.Errorf("- "+format, args...))
		}
	}
	expect(r.exitCode == 1, "terraform plan exited with %d, not with 1", r.exitCode)
	expect(len(r.domains) > 1, "the plan holds %d domains", len(r.domains))
	for _, d := range r.domains {
		want := map[bool]string{true: "fail", false: "pass"}[d.target == refusedDomain]
		expect(d.status == want, "the policy's status of %s is %q, not %q", d.target, d.status, want)
		expect(d.equals(siteOf(d.target)), "the numbers of %s are not those that were served", d.target)
		expect(fake.CallsFor(d.target) == 1, "%s was asked for %d times, not once", d.target, fake.CallsFor(d.target))
	}
	expect(fake.Calls() == len(r.domains), "%d calls were made for %d domains", fake.Calls(), len(r.domains))
	expect(math.Abs(r.costUSD()-fake.ChargedUSD()) < 1e-9, "the answers state a cost of %f USD, but %f USD were charged", r.costUSD(), fake.ChargedUSD())
	expect(len(r.diagnostics) == 1 && r.diagnostics[0].Severity == "error" && strings.HasPrefix(r.diagnostics[0].Detail, refusedDomain+" "),
		"Terraform does not say, or does not only say, that %s is refused", refusedDomain)
	return errors.Join(problems...)
}

// siteOf returns the site that the fake serves for a target.
func siteOf(target string) fakeapi.Site {
	sites := fakeapi.Portfolio()
	i := slices.IndexFunc(sites, func(s fakeapi.Site) bool { return s.Target == target })
	if i < 0 {
		return fakeapi.Site{}
	}
	return sites[i]
}

// equals compares with a site, as far as that states what the demo shows.
func (d domain) equals(site fakeapi.Site) bool {
	same := func(got *int64, want int64) bool { return got != nil && *got == want }
	return d.target == site.Target && same(d.rank, site.Rank) && same(d.spamScore, site.SpamScore) &&
		same(d.backlinks, site.Backlinks) && d.referringDomains != nil && *d.referringDomains >= site.ReferringMainDomains
}

// costUSD is what DataForSEO's answers say that they cost.
func (r result) costUSD() float64 {
	sum := 0.0
	for _, d := range r.domains {
		sum += d.costUSD
	}
	return sum
}
