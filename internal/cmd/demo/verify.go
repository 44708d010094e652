package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/fakeapi"
)

// refusedDomain is the only domain in the configuration that fails the policy.
const refusedDomain = "spammy.example"

// verify checks that the policy refused one domain and nothing else failed, that the
// plan has the numbers that the fake served, and that each domain was requested once.
func verify(r result, fake *fakeapi.Server) error {
	var problems []error
	expect := func(ok bool, format string, args ...any) {
		if !ok {
			problems = append(problems, fmt.Errorf("- "+format, args...))
		}
	}
	expect(r.exitCode == 1, "terraform plan exited with %d, not with 1", r.exitCode)
	expect(len(r.domains) > 1, "the plan has %d domains", len(r.domains))
	expect(fake.CallsFor(refusedDomain) == 1, "%s was requested %d times, not once", refusedDomain, fake.CallsFor(refusedDomain))
	for _, d := range r.domains {
		expect(d.Passed != nil && *d.Passed, "%s is in the plan but did not pass", d.Target)
		expect(d.wasServed(), "the numbers of %s are not the served ones", d.Target)
		expect(fake.CallsFor(d.Target) == 1, "%s was requested %d times, not once", d.Target, fake.CallsFor(d.Target))
	}
	expect(fake.Calls() == len(r.domains)+1, "%d calls were made for %d domains", fake.Calls(), len(r.domains)+1)
	expect(strings.Count(r.errors, "Error: ") == 1 && strings.Contains(r.errors, fmt.Sprintf("Error: %q", refusedDomain)),
		"the only error should be that %s is refused", refusedDomain)
	return errors.Join(problems...)
}

// wasServed reports whether the numbers are those of a site of the fake.
func (d domain) wasServed() bool {
	same := func(got *int64, want int64) bool { return got != nil && *got == want }
	return slices.ContainsFunc(fakeapi.Portfolio(), func(s fakeapi.Site) bool {
		return d.Target == s.Target && same(d.Rank, s.Rank) && same(d.SpamScore, s.SpamScore) &&
			same(d.Backlinks, s.Backlinks) && same(d.ReferringDomains, s.ReferringDomains())
	})
}
