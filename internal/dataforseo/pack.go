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

// PackTargets divides targets in wire form among as few requests as the limits allow: 1000
// targets of 100 main domains. The targets of a domain are together where possible. The
// result does not depend on the order of the targets.
func PackTargets(targets []string) [][]string {
	targets = slices.Sorted(slices.Values(targets))
	domains := map[string][]string{}
	for _, target := range targets {
		domain := mainDomain(target)
		domains[domain] = append(domains[domain], target)
	}
	// The largest first: they leave the least choice.
	groups := slices.SortedFunc(maps.Values(domains), func(a, b []string) int {
		return cmp.Or(cmp.Compare(len(b), len(a)), cmp.Compare(a[0], b[0]))
	})
	least := max(divideUp(len(targets), maxBulkTargets), divideUp(len(domains), maxBulkDomains))
	if packed := spread(groups, least); packed != nil {
		return packed
	}
	known := firstFit(targets)
	for requests := least + 1; requests <= len(known); requests++ {
		if packed := spread(groups, requests); packed != nil {
			return packed
		}
	}
	return known
}

// spread divides groups of targets, each of one domain, among a number of requests. It
// puts each where most targets fit, and splits it only where none has room for all. It
// returns nil if it finds no room.
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

// firstFit puts each target into the first request that has room for it.
func firstFit(targets []string) (packed [][]string) {
	var domains []map[string]bool
	for _, target := range targets {
		domain := mainDomain(target)
		i := 0
		for i < len(packed) && (len(packed[i]) == maxBulkTargets || len(domains[i]) == maxBulkDomains && !domains[i][domain]) {
			i++
		}
		if i == len(packed) {
			packed, domains = append(packed, nil), append(domains, map[string]bool{})
		}
		packed[i] = append(packed[i], target)
		domains[i][domain] = true
	}
	return packed
}

func divideUp(n, by int) int { return (n + by - 1) / by }

// mainDomain returns the registrable domain of a target. Each name below a private suffix
// such as blogspot.com counts separately: whether DataForSEO does so is not known, and it
// can only mean more requests.
func mainDomain(target string) string {
	host, _, _ := parseAuthority(splitTarget(target).authority) // in wire form it has no flaw
	if _, err := netip.ParseAddr(host); err == nil {
		return host
	}
	domain, err := publicsuffix.EffectiveTLDPlusOne(host)
	if err != nil { // a public suffix itself
		return host
	}
	return domain
}
