package fakeapi

import (
	"encoding/json"
	"math"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// SummaryPath is the path of https://docs.dataforseo.com/v3/backlinks/summary/live/.
const SummaryPath = "/v3/backlinks/summary/live"

// DefaultPriceUSD is the list price of a summary since 2026-07-01: 0.024 for the
// request and 0.000036 for the row.
const DefaultPriceUSD = 0.024036

// backlinksSummary returns the endpoint. The order of the field checks is not
// confirmed; target comes first in the documentation.
func backlinksSummary() endpoint {
	return endpoint{
		method: http.MethodPost,
		path:   SummaryPath,
		group:  "0265",
		price:  price{request: 0.024, row: 0.000036},
		fields: []field{
			{"target", isTarget},
			{"include_subdomains", isBool},
			{"include_indirect_links", isBool},
			{"exclude_internal_backlinks", isBool},
			{"internal_list_limit", isListLimit},
			{"backlinks_status_type", oneOf("all", "live", "lost")},
			{"backlinks_filters", isFilters},
			{"rank_scale", oneOf("one_hundred", "one_thousand")},
			{"tag", isTag},
		},
		answer: (*Server).summaryOf,
	}
}

// isListLimit reports whether value is an integer from 1 to 1000. Not confirmed: 0 is
// invalid.
func isListLimit(value any) bool {
	number, _ := value.(json.Number)
	n, err := number.Int64()
	return err == nil && n >= 1 && n <= 1000
}

// summaryOf returns the result of a task. A target without data is charged too.
func (s *Server) summaryOf(task map[string]any) (result []any, rows int) {
	target := task["target"].(string)
	if s.noData(target) {
		return nil, 1
	}
	limit := int64(10) // the default
	if number, ok := task["internal_list_limit"].(json.Number); ok {
		limit, _ = number.Int64()
	}
	summary := metricsOf(target)
	for i, m := range summary {
		// internal_list_limit limits the number of entries in every map.
		if entries, ok := m.value.(object); ok && strings.HasPrefix(m.name, "referring_links_") {
			summary[i].value = entries[:min(len(entries), int(limit))]
		}
		if m.name == "rank" {
			summary[i].value = rankFor(task, m.value)
		}
	}
	return []any{summary}, 1
}

func (s *Server) noData(target string) bool {
	return strings.HasPrefix(hostOf(target), "no-data.") || slices.Contains(s.opts.NoData, target)
}

// rankFor returns the rank in the answer to a task. With a filter for dofollow = false it
// is 0, and on the scale of one hundred round(sin(rank/636.62) * 100).
func rankFor(task map[string]any, thousand any) any {
	switch {
	case nofollowOnly(task["backlinks_filters"]):
		return 0
	case task["rank_scale"] == "one_hundred":
		n, _ := strconv.ParseFloat(string(encode(thousand)), 64) // it is a number
		return math.Round(math.Sin(n/636.62) * 100)
	}
	return thousand
}

// nofollowOnly reports whether a filter selects links that are not dofollow.
func nofollowOnly(filters any) bool {
	conditions, _ := conditionsOf(filters)
	return slices.ContainsFunc(conditions, func(c []any) bool {
		return c[0] == "dofollow" && (c[1] == "=" && c[2] == false || c[1] == "<>" && c[2] == true)
	})
}
