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

func TestDecodeDiagnostics(t *testing.T) {
	t.Parallel()
	got := decodeDiagnostics([]byte(`{"@message":"Terraform 1.11.4","type":"version"}
not JSON
{"type":"diagnostic","diagnostic":{"severity":"warning","summary":"Provider development overrides are in effect","detail":"..."}}
{"type":"diagnostic","diagnostic":{"severity":"warning","summary":"Old","detail":"Use new."}}
{"type":"diagnostic","diagnostic":{"severity":"error","summary":"Bad","detail":"Give a good one.","range":{"filename":"main.tf","start":{"line":7}},"snippet":{"context":"data \"a\" \"b\"","code":"  a = {\n  }","start_line":7}}}
{"type":"diagnostic","diagnostic":{"severity":"error","summary":"Worse","detail":"Top level.","range":{"filename":"main.tf","start":{"line":9}},"snippet":null}}
`))
	want := []string{
		"Warning: Old\n\nUse new.\n",
		"Error: Bad\n\n  on main.tf line 7, in data \"a\" \"b\":\n  7:   a = {\n  8:   }\n\nGive a good one.\n",
		"Error: Worse\n\n  on main.tf line 9:\n\nTop level.\n",
	}
	var texts []string
	for _, d := range got {
		texts = append(texts, diagnosticText(d))
	}
	if diff := cmp.Diff(want, texts); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
