package main

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/fakeapi"
)

// expected returns an expected result, and a fake with the calls for it.
func expected(t *testing.T) (result, *fakeapi.Server) {
	t.Helper()
	fake := fakeapi.New(fakeapi.Options{})
	t.Cleanup(fake.Close)
	r := result{exitCode: 1, errors: `Error: "spammy.example" does not pass`}
	for _, site := range fakeapi.Portfolio() {
		ask(t, fake, site.Target)
		if passed, referring := true, site.ReferringDomains(); site.Target != refusedDomain {
			r.domains = append(r.domains, domain{Target: site.Target, Rank: &site.Rank, SpamScore: &site.SpamScore,
				ReferringDomains: &referring, Backlinks: &site.Backlinks, Passed: &passed})
		}
	}
	return r, fake
}

// ask requests a target.
func ask(t *testing.T, fake *fakeapi.Server, target string) {
	t.Helper()
	request := httptest.NewRequest(http.MethodPost, fakeapi.SummaryPath, strings.NewReader(`[{"target":"`+target+`"}]`))
	request.SetBasicAuth(fakeapi.DefaultLogin, fakeapi.DefaultPassword)
	answer := httptest.NewRecorder()
	fake.ServeHTTP(answer, request)
	if answer.Code != http.StatusOK {
		t.Fatalf("got HTTP %d: %s", answer.Code, answer.Body)
	}
}

func TestVerify(t *testing.T) {
	t.Parallel()
	of := func(r *result, target string) *domain {
		return &r.domains[slices.IndexFunc(r.domains, func(d domain) bool { return d.Target == target })]
	}
	for name, c := range map[string]struct {
		change func(r *result, fake *fakeapi.Server)
		want   []string
	}{
		"as expected":       {func(*result, *fakeapi.Server) {}, nil},
		"accepted":          {func(r *result, _ *fakeapi.Server) { r.exitCode = 0 }, []string{"- terraform plan exited with 0, not with 1"}},
		"not judged":        {func(r *result, _ *fakeapi.Server) { of(r, "shop.example").Passed = nil }, []string{"- shop.example is in the plan but did not pass"}},
		"not refused":       {func(r *result, _ *fakeapi.Server) { *of(r, "shop.example").Passed = false }, []string{"- shop.example is in the plan but did not pass"}},
		"a null":            {func(r *result, _ *fakeapi.Server) { of(r, "news.example").Backlinks = nil }, []string{"- the numbers of news.example are not the served ones"}},
		"another number":    {func(r *result, _ *fakeapi.Server) { *of(r, "news.example").Rank = 1 }, []string{"- the numbers of news.example are not the served ones"}},
		"an unknown domain": {func(r *result, _ *fakeapi.Server) { of(r, "docs.example").Target = "other.example" }, []string{"- the numbers of other.example are not the served ones", "- other.example was requested 0 times, not once"}},
		"requested twice": {func(_ *result, fake *fakeapi.Server) { ask(t, fake, "docs.example") },
			[]string{"- docs.example was requested 2 times, not once", "- 7 calls were made for 6 domains"}},
		"nothing read": {func(r *result, _ *fakeapi.Server) { r.domains = nil },
			[]string{"- the plan has 0 domains", "- 6 calls were made for 1 domains"}},
		"two errors": {func(r *result, _ *fakeapi.Server) { r.errors += "\n" + r.errors },
			[]string{"- the only error should be that spammy.example is refused"}},
		"another error": {func(r *result, _ *fakeapi.Server) { r.errors = "Error: No credentials" },
			[]string{"- the only error should be that spammy.example is refused"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r, fake := expected(t)
			c.change(&r, fake)
			got := ""
			if err := verify(r, fake); err != nil {
				got = err.Error()
			}
			if want := strings.Join(c.want, "\n"); got != want {
				t.Errorf("got\n%s\nwant\n%s", got, want)
			}
		})
	}
}
