package main

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestTable(t *testing.T) {
	t.Parallel()
	number := func(n int64) *int64 { return &n }
	got := table([]domain{
		{Target: "a.example", Rank: number(0), SpamScore: number(100), ReferringDomains: number(999), Backlinks: number(5316842907)},
		{Target: "no-data.example"},
		{Target: "b.example", Rank: number(1000)},
	})
	want := `  DOMAIN            RANK  SPAM SCORE  REFERRING DOMAINS      BACKLINKS
  a.example            0         100                999  5,316,842,907
  no-data.example      -           -                  -              -
  b.example        1,000           -                  -              -
`
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
