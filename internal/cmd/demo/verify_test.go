package main

import (
	"bytes"
	"encoding/base64"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	tfjson "github.com/hashicorp/terraform-json"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/fakeapi"
)

// expected returns a result as it should be, and a fake that was asked for it.
func expected(t *testing.T) (result, *fakeapi.Server) {
	t.Helper()
	fake := fakeapi.New(fakeapi.Options{})
	t.Cleanup(fake.Close)
	r := result{exitCode: 1, diagnostics: []tfjson.Diagnostic{{Severity: tfjson.DiagnosticSeverityError, Summary: `"spammy.example" does not pass`}}}
	for _, site := range fakeapi.Portfolio() {
		ask(t, fake, site.Target)
		if passed := true; site.Target != refusedDomain {
			r.domains = append(r.domains, domain{Target: site.Target, Rank: &site.Rank, SpamScore: &site.SpamScore,
				ReferringDomains: &site.ReferringMainDomains, Backlinks: &site.Backlinks, Passed: &passed})
		}
	}
	return r, fake
}

// ask makes one call, without a network.
func ask(t *testing.T, fake *fakeapi.Server, target string) {
	t.Helper()
	request := httptest.NewRequest(http.MethodPost, fakeapi.SummaryPath, bytes.NewReader([]byte(`[{"target":"`+target+`"}]`)))
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Authorization", "Basic "+base64.StdEncoding.EncodeToString([]byte(fakeapi.DefaultLogin+":"+fakeapi.DefaultPassword)))
	answer := httptest.NewRecorder()
	fake.ServeHTTP(answer, request)
	if answer.Code != http.StatusOK {
		t.Fatalf("the fake answers HTTP %d: %s", answer.Code, answer.Body)
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
		"as it should be":   {func(*result, *fakeapi.Server) {}, nil},
		"accepted":          {func(r *result, _ *fakeapi.Server) { r.exitCode = 0 }, []string{"- terraform plan exited with 0, not with 1"}},
		"not judged":        {func(r *result, _ *fakeapi.Server) { of(r, "shop.example").Passed = nil }, []string{"- shop.example is in the plan, but has not passed"}},
		"not refused":       {func(r *result, _ *fakeapi.Server) { *of(r, "shop.example").Passed = false }, []string{"- shop.example is in the plan, but has not passed"}},
		"a null":            {func(r *result, _ *fakeapi.Server) { of(r, "news.example").Backlinks = nil }, []string{"- the numbers of news.example are not those that were served"}},
		"another number":    {func(r *result, _ *fakeapi.Server) { *of(r, "news.example").Rank = 1 }, []string{"- the numbers of news.example are not those that were served"}},
		"an unknown domain": {func(r *result, _ *fakeapi.Server) { of(r, "docs.example").Target = "other.example" }, []string{"- the numbers of other.example are not those that were served", "- other.example was asked for 0 times, not once"}},
		"asked twice": {func(_ *result, fake *fakeapi.Server) { ask(t, fake, "docs.example") },
			[]string{"- docs.example was asked for 2 times, not once", "- 7 calls were made for 6 domains"}},
		"nothing read": {func(r *result, _ *fakeapi.Server) { r.domains = nil },
			[]string{"- the plan holds 0 domains", "- 6 calls were made for 1 domains"}},
		"only a warning": {func(r *result, _ *fakeapi.Server) { r.diagnostics[0].Severity = "warning" },
			[]string{"- Terraform does not say, or does not only say, that spammy.example is refused"}},
		"one more message": {func(r *result, _ *fakeapi.Server) { r.diagnostics = append(r.diagnostics, r.diagnostics[0]) },
			[]string{"- Terraform does not say, or does not only say, that spammy.example is refused"}},
		"another message": {func(r *result, _ *fakeapi.Server) { r.diagnostics[0].Summary = "No credentials" },
			[]string{"- Terraform does not say, or does not only say, that spammy.example is refused"}},
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
