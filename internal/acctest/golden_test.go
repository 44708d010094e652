package acctest_test

import (
	"strings"
	"testing"

	"github.com/dataforseo/terraform-provider-dataforseo/internal/acctest"
)

// TestWithPositionsOf checks that a position may be more exact than in the golden file, and
// that nothing else may differ.
func TestWithPositionsOf(t *testing.T) {
	t.Parallel()
	const (
		header = "Error: Invalid cache.ttl\n\n  on main.tf line 1, in provider \"dataforseo\":\n   1: provider \"dataforseo\" {\n\nNo duration.\n"
		exact  = "Error: Invalid cache.ttl\n\n  on main.tf line 13, in provider \"dataforseo\":\n  13:   cache = { ttl = \"1 day\" }\n\nNo duration.\n"
	)
	file := func(text string) string { return strings.Replace(text, "main.tf", "other.tf", 1) }
	block := func(text string) string {
		return strings.Replace(text, `in provider "dataforseo"`, `in data "x" "y"`, 1)
	}
	for name, c := range map[string]struct {
		want, got string
		same      bool
	}{
		"the same":          {header, header, true},
		"more exact":        {header, exact, true},
		"less exact":        {exact, header, false},
		"another line":      {exact, strings.ReplaceAll(exact, "13", "14"), false},
		"another file":      {header, file(exact), false},
		"another block":     {header, block(exact), false},
		"another text":      {header, exact + "More.\n", false},
		"no position":       {header, "Error: Invalid cache.ttl\n\nNo duration.\n", false},
		"two, one is wrong": {header + header, exact + file(exact), false},
		"two, both exact":   {header + header, exact + exact, true},
	} {
		if got := acctest.WithPositionsOf(c.want, c.got); (got == c.want) != c.same {
			t.Errorf("%s: got\n%s\nwant\n%s", name, got, c.want)
		}
	}
}
