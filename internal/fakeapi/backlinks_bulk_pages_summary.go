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

// BulkPriceUSD returns the list price of a call with that many targets since 2026-07-01.
func BulkPriceUSD(targets int) float64 { return backlinksBulkPagesSummary().price.of(targets) }

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

// isTargets: at most 1000 targets of at most 100 main domains. Not confirmed: that an
// empty list is refused, and what counts as a main domain. Here it is one below a suffix
// of the whole list, private ones too, which allows the fewest targets.
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

// pagesSummaryOf returns the result of a task. Not confirmed: that a target without data
// has no item, and is charged as a row all the same.
func (s *Server) pagesSummaryOf(task map[string]any) (result []any, rows int) {
	targets := task["targets"].([]any)
	items := []any{} // one empty is null
	for _, target := range targets {
		if !s.noData(target.(string)) {
			items = append(items, pageItem(task, target.(string)))
		}
	}
	list := any(items)
	if len(items) == 0 {
		list = nil
	}
	return []any{object{{"total_count", len(items)}, {"items_count", len(items)}, {"items", list}}}, len(targets)
}

// pageItem has the values of the summary that the endpoint has too, with ten entries in
// each map. As recorded, referring_pages_nofollow is 0 for a domain.
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

// Items changes the items of a bulk answer. The charge stays.
func Items(change func(items []any) []any) Fault {
	return Mutate(func(envelope map[string]any) {
		result := resultOf(envelope)
		items, _ := result["items"].([]any)
		result["items"] = change(items)
	})
}

// ReverseItems gives the items of a bulk answer in the opposite order.
func ReverseItems() Fault {
	return Items(func(items []any) []any { slices.Reverse(items); return items })
}

// DropItem leaves out the item of a target, and does not count it.
func DropItem(target string) Fault {
	return Items(func(items []any) []any { return slices.DeleteFunc(items, isAbout(target)) }).And(countItems)
}

// AddItem adds an item like that of a target, with its own url and with other values.
func AddItem(like, url string, values map[string]any) Fault {
	return Items(func(items []any) []any {
		added := maps.Clone(items[slices.IndexFunc(items, isAbout(like))].(map[string]any))
		added["url"] = url
		maps.Copy(added, values)
		return append(items, added)
	}).And(countItems)
}

// ReplaceItem puts another value, of any form, in the place of the item of a target.
func ReplaceItem(target string, value any) Fault {
	return Items(func(items []any) []any {
		items[slices.IndexFunc(items, isAbout(target))] = value
		return items
	})
}

// ItemField puts a value at a field of the item of a target.
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

// countItems corrects the number of items after a change.
func countItems(x *exchange) {
	Mutate(func(envelope map[string]any) {
		result := resultOf(envelope)
		items, _ := result["items"].([]any)
		result["total_count"], result["items_count"] = len(items), len(items)
	}).apply(x)
}
