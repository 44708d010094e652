package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	tfjson "github.com/hashicorp/terraform-json"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/fakeapi"
)

// refusedDomain is the only domain in the configuration that fails the policy.
const refusedDomain = "spammy.example"

// verify checks that the policy, and nothing else, refused exactly one domain, that
// every number is the one that the fake served, and that every domain was requested
// once.
func verify(r result, fake *fakeapi.Server) error {
	var problems []error
	expect := func(ok bool, format string, args ...any) {
		if !ok {
			problems = append(problems, fmt.Errorf("- "+format, args...))
		}
	}
	expect(r.exitCode == 1, "terraform plan exited with %d, not with 1", r.exitCode)
	expect(len(r.domains) > 1, "the plan holds %d domains", len(r.domains))
	expect(fake.CallsFor(refusedDomain) == 1, "%s was asked for %d times, not once", refusedDomain, fake.CallsFor(refusedDomain))
	for _, d := range r.domains {
		expect(d.Passed != nil && *d.Passed, "%s is in the plan, but has not passed", d.Target)
		expect(d.equals(siteOf(d.Target)), "the numbers of %s are not those that were served", d.Target)
		expect(fake.CallsFor(d.Target) == 1, "%s was asked for %d times, not once", d.Target, fake.CallsFor(d.Target))
	}
	expect(fake.Calls() == len(r.domains)+1, "%d calls were made for %d domains", fake.Calls(), len(r.domains)+1)
	expect(len(r.diagnostics) == 1 && r.diagnostics[0].Severity == tfjson.DiagnosticSeverityError && strings.Contains(r.diagnostics[0].Summary, refusedDomain),
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

// equals compares the displayed numbers with a site's. A site has referring main
// domains where the answer has referring domains.
func (d domain) equals(site fakeapi.Site) bool {
	same := func(got *int64, want int64) bool { return got != nil && *got == want }
	return d.Target == site.Target && same(d.Rank, site.Rank) && same(d.SpamScore, site.SpamScore) &&
		same(d.Backlinks, site.Backlinks) && d.ReferringDomains != nil && *d.ReferringDomains >= site.ReferringMainDomains
}
