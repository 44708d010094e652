package fakeapi

import (
	"encoding/json"
	"hash/fnv"
	"math/rand/v2"
	"strconv"
	"strings"
	"time"
)

// recordedTarget is the target of [RecordedOK].
const recordedTarget = "explodingtopics.com"

// metricsOf returns all metrics of a target, in the order of the summary's fields. They
// are recorded, from a site of the [Portfolio], or derived from the target's name.
func metricsOf(target string) object {
	if strings.EqualFold(target, recordedTarget) {
		var recorded struct {
			Tasks []struct {
				Result []object `json:"result"`
			} `json:"tasks"`
		}
		must(json.Unmarshal(RecordedOK.Bytes(), &recorded))
		return recorded.Tasks[0].Result[0]
	}
	h := fnv.New64a()
	_, _ = h.Write([]byte(strings.ToLower(target))) // never fails
	return newMetrics(siteFor(target, h.Sum64()), h.Sum64())
}

// newMetrics invents the metrics that a site does not specify. Related numbers are
// consistent: counts of domains do not exceed counts of pages, and nofollow is part of
// the total.
func newMetrics(site Site, seed uint64) object {
	rng := rand.New(rand.NewPCG(seed, 0))
	part := func(of, least, most int64) int64 { return of * (least + rng.Int64N(most-least+1)) / 100 }
	pages := part(site.Backlinks, 85, 97)
	domains := part(site.ReferringMainDomains, 103, 115)
	ips := part(domains, 70, 90)
	crawled := 20 + site.Backlinks/(15+rng.Int64N(20))
	firstSeen := time.Date(2019, 1, 1, 0, 0, 0, 0, time.UTC).Add(time.Duration(rng.Int64N(5*365*24*3600)) * time.Second)
	return object{
		{"target", site.Target},
		{"first_seen", firstSeen.Format(apiTime)},
		{"lost_date", orNull(site.LostDate)},
		{"rank", site.Rank},
		{"backlinks", site.Backlinks},
		{"backlinks_spam_score", site.SpamScore},
		{"crawled_pages", crawled},
		{"info", infoOf(site, rng)},
		{"internal_links_count", crawled * (8 + rng.Int64N(10))},
		{"external_links_count", crawled * (4 + rng.Int64N(8))},
		{"broken_backlinks", part(site.Backlinks, 0, 3)},
		{"broken_pages", part(crawled, 1, 13)},
		{"referring_domains", domains},
		{"referring_domains_nofollow", part(domains, 5, 30)},
		{"referring_main_domains", site.ReferringMainDomains},
		{"referring_main_domains_nofollow", part(site.ReferringMainDomains, 5, 30)},
		{"referring_ips", ips},
		{"referring_subnets", part(ips, 55, 80)},
		{"referring_pages", pages},
		{"referring_links_tld", shares(rng, site.Backlinks, tldKeys)},
		{"referring_links_types", shares(rng, site.Backlinks, typeKeys)},
		{"referring_links_attributes", shares(rng, site.Backlinks/3, attributeKeys)},
		{"referring_links_platform_types", shares(rng, site.Backlinks, platformKeys)},
		{"referring_links_semantic_locations", shares(rng, site.Backlinks, locationKeys)},
		{"referring_links_countries", shares(rng, site.Backlinks, countryKeys)},
		{"referring_pages_nofollow", part(pages, 5, 30)},
	}
}

// infoOf returns the object info of a result.
func infoOf(site Site, rng *rand.Rand) object {
	host := hostOf(site.Target)
	platform := "unknown"
	if site.CMS != "" {
		platform = "cms"
	}
	address := any("192.0.2." + strconv.Itoa(1+rng.IntN(254))) // an address for documentation, RFC 5737
	if isIP(host) {
		address = host
	}
	return object{
		{"server", orNull(site.Server)},
		{"cms", orNull(site.CMS)},
		{"platform_type", []string{platform}},
		{"ip_address", address},
		{"country", orNull(site.Country)},
		{"is_ip", isIP(host)},
		{"target_spam_score", site.TargetSpamScore},
	}
}

func orNull(s string) any {
	if s == "" {
		return nil
	}
	return s
}

// Keys of the maps. The first two always come first, so that any internal_list_limit
// above 1 includes them. "~" is the empty key, for links outside semantic elements and
// for unknown countries. Keys can contain dots and dashes.
const (
	tldKeys       = "com co.uk net org info de io fr nl ru it com.au pl es com.br co.jp eu ca se ch in us biz cz at be dk co.in hu ro"
	typeKeys      = "anchor image redirect link canonical alternate meta"
	attributeKeys = "nofollow noopener noreferrer external ugc sponsored alternate"
	platformKeys  = "cms blogs unknown message-boards organization ecommerce news wikis"
	locationKeys  = "~ article section main header footer nav aside figure details figcaption"
	countryKeys   = "~ US DE GB FR WW NL IN CA AU IT ES PL BR JP SE CH AT BE DK FI NO CZ HU RO IE PT GR TR MX"
)

// shares distributes total over keys, in descending order like the API.
func shares(rng *rand.Rand, total int64, keys string) object {
	names := strings.Fields(keys)
	tail := names[2:]
	rng.Shuffle(len(tail), func(i, j int) { tail[i], tail[j] = tail[j], tail[i] })
	weights := 0.0
	for i := range names {
		weights += 1 / float64(i+1)
	}
	entries := make(object, len(names))
	for i, name := range names {
		n := int64(float64(total) / weights / float64(i+1))
		entries[i] = member{strings.TrimPrefix(name, "~"), max(n, 1)}
	}
	return entries
}
