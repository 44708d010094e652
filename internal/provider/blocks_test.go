package provider_test

import (
	"fmt"
	"path/filepath"
	"strings"
)

const (
	site  = "data." + summaryType + ".site"
	sites = "data." + summariesType + ".sites"
	bulk  = "data." + bulkType + ".sites"

	plainTarget = `target = "example.com"`
)

func dataBlock(dataSource, name, arguments string) string {
	return fmt.Sprintf("data %q %q {\n%s\n}\n", dataSource, name, arguments)
}

func summaryBlock(arguments string) string { return dataBlock(summaryType, "site", arguments) }

func summariesBlock(arguments string) string { return dataBlock(summariesType, "sites", arguments) }

func bulkBlock(arguments string) string { return dataBlock(bulkType, "sites", arguments) }

// forEach reads site-0.example and so on, each with a data source of its own.
func forEach(targets int, arguments string) string {
	return summaryBlock(fmt.Sprintf("for_each = toset([for i in range(%d) : \"site-${i}.example\"])\ntarget = each.key\n", targets)+arguments) +
		`output "spam" {
		  value = { for target, site in data.dataforseo_backlinks_summary.site : target => site.backlinks_spam_score }
		}
		`
}

// cacheIn is a provider block.
func cacheIn(directory string) string {
	return fmt.Sprintf("provider \"dataforseo\" {\n  cache = { ttl = \"1h\", directory = %q }\n  max_retries = 0\n}\n", filepath.ToSlash(directory))
}

// numbered returns site-0.example and so on.
func numbered(n int) []string {
	targets := make([]string, n)
	for i := range targets {
		targets[i] = fmt.Sprintf("site-%d.example", i)
	}
	return targets
}

// hclList returns strings as an HCL list.
func hclList(values ...string) string {
	var quoted []string
	for _, value := range values {
		quoted = append(quoted, fmt.Sprintf("%q", value))
	}
	return "[" + strings.Join(quoted, ", ") + "]"
}
