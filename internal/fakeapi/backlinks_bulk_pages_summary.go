package fakeapi

import (
	"maps"
	"net/http"
	"slices"
	"strings"

	"golang.org/x/net/publicsuffix"
)

// BulkPagesSummaryPath is the path of
// https://docs.dataforseo.com/v3/backlinks/bulk_pages_summary/live/.
const BulkPagesSummaryPath = "/v3/backlinks/bulk_pages_summary/live"

func backlinksBulkPagesSummary() endpoint {
	return endpoint{
		method: http.MethodPost,
		path:   BulkPagesSummaryPath,
		group:  "0576",
		price:  price{request: 0.024, row: 0.000036},
		fields: []field{
			{"targets", isTargets},
			{"include_subdomains", isBool},
			{"rank_scale", oneOf("one_hundred", "one_thousand")},
			{"tag", isTag},
		},
		answer: (*Server).pagesSummaryOf,
	}
}

// isTargets reports whether value is a list of 1 to 1000 targets with at most 100 main
// domains. Not confirmed: an empty list is invalid, and the private suffixes of the
// public suffix list count, which allows the fewest targets.
func isTargets(value any) bool {
	targets, _ := value.([]any)
	domains := map[string]bool{}
	for _, target := range targets {
		if !isTarget(target) {
			return false
		}
		domains[mainDomain(target.(string))] = true
	}
	return len(targets) >= 1 && len(targets) <= 1000 && len(domains) <= 100
}

func mainDomain(target string) string {
	host := hostOf(target)
	if domain, err := publicsuffix.EffectiveTLDPlusOne(host); err == nil && !isIP(host) {
		return domain
	}
	return host
}

// pagesSummaryOf returns the result of a task. Not confirmed: a target without data has
// no item, and is charged as a row.
func (s *Server) pagesSummaryOf(task map[string]any) (result []any, rows int) {
	targets := task["targets"].([]any)
	var items []any // null if no target has data
	for _, target := range targets {
		if !s.noData(target.(string)) {
			items = append(items, pageItem(task, target.(string)))
		}
	}
	return []any{object{{"total_count", len(items)}, {"items_count", len(items)}, {"items", items}}}, len(targets)
}

// pageItem returns the item of a target. Its values are those of the summary, except that
// maps have ten entries and, as recorded, referring_pages_nofollow is 0 for a domain.
func pageItem(task map[string]any, target string) object {
	item := object{{"type", "backlinks_page_summary"}, {"url", target}}
	for _, m := range metricsOf(target) {
		switch entries, isMap := m.value.(object); {
		case slices.Contains([]string{"target", "crawled_pages", "info", "internal_links_count", "external_links_count"}, m.name):
			continue
		case m.name == "rank":
			main := metricsOf(mainDomain(target)).get("rank")
			item = append(item, member{"rank", rankFor(task, m.value)}, member{"main_domain_rank", rankFor(task, main)})
			continue
		case m.name == "referring_pages_nofollow" && !isPage(target):
			m.value = 0
		case isMap:
			m.value = entries[:min(len(entries), 10)]
		}
		item = append(item, m)
	}
	return item
}

// Items changes the items of a bulk answer, and their number. The charge stays.
func Items(change func(items []any) []any) Fault {
	return mutate(func(envelope map[string]any) {
		result := resultOf(envelope)
		items, _ := result["items"].([]any)
		items = change(items)
		result["items"], result["total_count"], result["items_count"] = items, len(items), len(items)
	})
}

// ReverseItems reverses the order of the items of a bulk answer.
func ReverseItems() Fault {
	return Items(func(items []any) []any { slices.Reverse(items); return items })
}

// DropItem removes the item of a target.
func DropItem(target string) Fault {
	return Items(func(items []any) []any { return slices.DeleteFunc(items, isAbout(target)) })
}

// AddItem adds a copy of the item of a target, with another url and with other values.
func AddItem(target, url string, values map[string]any) Fault {
	return Items(func(items []any) []any {
		added := maps.Clone(items[slices.IndexFunc(items, isAbout(target))].(map[string]any))
		added["url"] = url
		maps.Copy(added, values)
		return append(items, added)
	})
}

// ReplaceItem replaces the item of a target with a value of any type.
func ReplaceItem(target string, value any) Fault {
	return Items(func(items []any) []any {
		items[slices.IndexFunc(items, isAbout(target))] = value
		return items
	})
}

// ItemField sets a field of the item of a target.
func ItemField(target, name string, value any) Fault {
	return Items(func(items []any) []any {
		items[slices.IndexFunc(items, isAbout(target))].(map[string]any)[name] = value
		return items
	})
}

func isAbout(target string) func(item any) bool {
	return func(item any) bool {
		fields, _ := item.(map[string]any)
		url, _ := fields["url"].(string)
		return strings.EqualFold(url, target)
	}
}
