package fakeapi

import "encoding/json"

// defaultListLimit is the default of internal_list_limit.
const defaultListLimit = 10

// params is what a valid task asks for, as far as it shows in the result.
type params struct {
	target       string
	listLimit    int
	oneHundred   bool // rank_scale is one_hundred
	nofollowOnly bool // a filter says dofollow = false
}

// paramsOf reads the fields of a valid task.
func paramsOf(fields map[string]any) params {
	p := params{listLimit: defaultListLimit}
	p.target, _ = fields["target"].(string)
	if n, ok := fields["internal_list_limit"].(json.Number); ok {
		limit, _ := n.Int64()
		p.listLimit = int(limit)
	}
	p.oneHundred = fields["rank_scale"] == "one_hundred"
	p.nofollowOnly = nofollowOnly(fields["backlinks_filters"])
	return p
}
