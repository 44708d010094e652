package dataforseo

import (
	"cmp"
	"maps"
	"net/netip"
	"slices"

	"golang.org/x/net/publicsuffix"
)

// The limits of one request about several targets.
const (
	maxBulkTargets = 1000
	maxBulkDomains = 100
)

// PackTargets divides targets in wire form among as few requests as it can, each within
// the limits: 1000 targets of 100 main domains. It keeps the targets of a domain together
// where possible. The result does not depend on the order of the targets.
func PackTargets(targets []string) [][]string {
	targets = slices.Sorted(slices.Values(targets))
	domains := map[string][]string{}
	for _, target := range targets {
		domain := mainDomain(target)
		domains[domain] = append(domains[domain], target)
	}
	// Large groups are the hardest to place, so they come first.
	groups := slices.SortedFunc(maps.Values(domains), func(a, b []string) int {
		return cmp.Or(cmp.Compare(len(b), len(a)), cmp.Compare(a[0], b[0]))
	})
	for requests := max(divideUp(len(targets), maxBulkTargets), divideUp(len(domains), maxBulkDomains)); ; requests++ {
		if packed := spread(groups, requests); packed != nil {
			return packed
		}
	}
}

// spread divides groups of targets, each of one domain, among a number of requests. It
// puts a group into the request with the most room, and splits it only if it does not
// fit. It returns nil if it runs out of room.
func spread(groups [][]string, requests int) [][]string {
	packed, domains := make([][]string, requests), make([]int, requests)
	for _, group := range groups {
		for len(group) > 0 {
			roomiest := -1
			for i := range packed {
				if domains[i] < maxBulkDomains && (roomiest < 0 || len(packed[i]) < len(packed[roomiest])) {
					roomiest = i
				}
			}
			if roomiest < 0 || len(packed[roomiest]) == maxBulkTargets {
				return nil
			}
			n := min(len(group), maxBulkTargets-len(packed[roomiest]))
			packed[roomiest] = append(packed[roomiest], group[:n]...)
			domains[roomiest]++
			group = group[n:]
		}
	}
	return packed
}

func divideUp(n, by int) int { return (n + by - 1) / by }

// mainDomain returns the registrable domain of a target. Each name below a private suffix
// such as blogspot.com counts separately. DataForSEO may count them as one, in which case
// this only means more requests than necessary.
func mainDomain(target string) string {
	host, _, _ := parseAuthority(splitTarget(target).authority) // the wire form has no flaw
	if _, err := netip.ParseAddr(host); err == nil {
		return host
	}
	domain, err := publicsuffix.EffectiveTLDPlusOne(host)
	if err != nil { // a public suffix itself
		return host
	}
	return domain
}
